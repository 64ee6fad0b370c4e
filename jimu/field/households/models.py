"""The ledger: rooms of buildings, who lives in them, and every change of either, field by field."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Room(models.Model):
    """One door. `kitchen` names those who share a kitchen or toilet: rooms of one building with the same words."""

    class State(models.TextChoices):
        LISTED = "listed", _("待核对")
        CHECKED = "checked", _("已核对")
        AWAY = "away", _("没人应门")
        MOVED = "moved", _("已搬走")
        EMPTY = "empty", _("空置")
        REFUSED = "refused", _("不愿开门")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="rooms")
    entrance = models.CharField(max_length=20, blank=True, default="")
    floor = models.SmallIntegerField(null=True)
    number = models.CharField(max_length=20)
    kitchen = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.LISTED)
    note = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["building", "state"], name="rooms_by_state"), models.Index(fields=["number"], name="rooms_by_number")]
        constraints = [models.UniqueConstraint(fields=["building", "entrance", "number"], name="a_room_once")]

    def __str__(self) -> str:
        return self.number


class Resident(models.Model):
    """Somebody who lives in a room. Name, numbers and priority groups (many of them tell of health) are sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="residents")
    name_sealed = models.CharField(max_length=200)
    name_index = models.CharField(max_length=32, db_index=True)
    phone_sealed = models.CharField(max_length=120, blank=True, default="")
    phone_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    id_number_sealed = models.CharField(max_length=120, blank=True, default="")
    id_number_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    sex = models.CharField(max_length=1, blank=True, default="", choices=[("m", _("男")), ("f", _("女"))])
    birth_year = models.PositiveSmallIntegerField(null=True)
    groups_sealed = models.CharField(max_length=400, blank=True, default="", help_text="codes of priority groups, with commas")
    # In a priority group at all: what a plan may show, and by what lists are counted.
    priority = models.BooleanField(default=False)
    head = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, default="")
    left_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["room", "left_at", "priority"], name="residents_of_a_room")]
        constraints = [models.UniqueConstraint(fields=["room"], condition=Q(head=True, left_at=None), name="one_head_of_a_household")]

    @property
    def name(self) -> str:
        return sealed.unseal(self.name_sealed)

    @property
    def masked_name(self) -> str:
        return sealed.mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return sealed.mask_phone(sealed.unseal(self.phone_sealed))

    @property
    def masked_id_number(self) -> str:
        return sealed.mask_id_number(sealed.unseal(self.id_number_sealed))

    @property
    def groups(self) -> list[str]:
        return [code for code in sealed.unseal(self.groups_sealed).split(",") if code]


class Change(models.Model):
    """One field of a room or a resident changed, by whom, from what to what. Appended, never rewritten."""

    id = models.BigAutoField(primary_key=True)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="changes")
    resident = models.ForeignKey(Resident, null=True, on_delete=models.CASCADE, related_name="changes")
    field = models.CharField(max_length=20)
    before_sealed = models.CharField(max_length=900, blank=True, default="")
    after_sealed = models.CharField(max_length=900, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    source = models.CharField(max_length=200, blank=True, default="", help_text="file › sheet › row, or a round")

    class Meta:
        ordering = ["-at", "-id"]


class Round(models.Model):
    """A survey from door to door: every door of a block or a building, its route cut among pairs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="rounds")
    title = models.CharField(max_length=60)
    pairs = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], condition=Q(closed_at=None), name="one_open_round_of_a_unit")]

    def __str__(self) -> str:
        return self.title


class Visit(models.Model):
    """A knock at a door and what came of it. Appended, never rewritten; the newest by its own time counts."""

    class Result(models.TextChoices):
        ANSWERED = "answered", _("有人应")
        SECOND = "second", _("再敲一次")
        MOVED = "moved", _("已搬走")
        EMPTY = "empty", _("空置")
        REFUSED = "refused", _("不愿开门")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="visits")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="visits")
    result = models.CharField(max_length=8, choices=Result.choices)
    note_sealed = models.CharField(max_length=900, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["room", "-at"], name="visits_of_a_room"), models.Index(fields=["round", "room"], name="visits_of_a_round")]
