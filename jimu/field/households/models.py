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
    before_sealed = models.CharField(max_length=1700, blank=True, default="")
    after_sealed = models.CharField(max_length=1700, blank=True, default="")
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
    form = models.ForeignKey("SurveyForm", null=True, on_delete=models.PROTECT, related_name="rounds", help_text="asked at each door")
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


class ZonePolicy(models.Model):
    """A policy of zones as it was adopted for a part of the grid, from a day on. The text is kept: later editions change nothing here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="zone_policies")
    name = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    text = models.TextField()
    effective_from = models.DateField()
    legal_basis = models.CharField(max_length=200)
    adopted_at = models.DateTimeField()
    adopted_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["-effective_from", "-adopted_at"]

    def __str__(self) -> str:
        return self.title


class Case(models.Model):
    """A resident who tested positive. Who it is and what is known of it are sealed; the building and the day its count begins are not."""

    class Closed(models.TextChoices):
        RECOVERED = "recovered", _("已康复或解除")
        MISTAKEN = "mistaken", _("复核为阴性，登记有误")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="cases")
    resident_sealed = models.CharField(max_length=120)
    resident_index = models.CharField(max_length=32, db_index=True)
    facts_sealed = models.TextField(help_text="JSON: room, found_on, way, note")
    day_one = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    closed_why = models.CharField(max_length=10, blank=True, default="", choices=Closed.choices)

    class Meta:
        ordering = ["-day_one", "-recorded_at"]
        constraints = [models.UniqueConstraint(fields=["resident_index"], condition=Q(closed_at=None), name="one_open_case_of_a_resident")]


class Contact(models.Model):
    """Somebody whom the rules propose as a contact of a case; only a person's word makes them one."""

    class Kind(models.TextChoices):
        CLOSE = "close", _("密接")
        SECONDARY = "secondary", _("次密接")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("不是")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="contacts")
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="contacts")
    resident_sealed = models.CharField(max_length=120)
    resident_index = models.CharField(max_length=32, db_index=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    exposed_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["kind", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "resident_index"], name="a_contact_of_a_case_once")]


class Referral(models.Model):
    """A contact of a case who lives where others lead: handed to them, and whether they have taken it up.

    They are told who is meant and how near it was, and never who is ill. `contact` is the row on their own list, once the resident is known.
    """

    class State(models.TextChoices):
        SENT = "sent", _("等那边接下")
        TAKEN = "taken", _("那边已接下")
        REFUSED = "refused", _("那边说不是")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Setting(models.TextChoices):
        WORK = "work", _("一起上班")
        VISIT = "visit", _("串门、探访")
        QUEUE = "queue", _("排队做核酸")
        KITCHEN = "shared", _("合用厨房或厕所")
        RIDE = "ride", _("同车")
        MEAL = "meal", _("一起吃饭")
        OTHER = "other", _("别的接触")

    class Refusal(models.TextChoices):
        ABSENT = "absent", _("这里没有这个人")
        MOVED = "moved", _("已经不住这里")
        NO_CONTACT = "none", _("核实过，没有接触")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="referrals")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="referrals", help_text="whose leaders take it up")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, related_name="referrals")
    words_sealed = models.TextField(blank=True, default="", help_text="who it is and where they live, as the case said; cleared when the case is over")
    kind = models.CharField(max_length=10, choices=Contact.Kind.choices)
    setting = models.CharField(max_length=10, choices=Setting.choices)
    exposed_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    refusal = models.CharField(max_length=8, choices=Refusal.choices, blank=True, default="")
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [models.Index(fields=["unit", "state"], name="referrals_to_a_place")]


class Zone(models.Model):
    """A building under a track of a policy: counted from `day_one`, in force from `from_on` to `ends_on`, or to `last_on` when cut short.

    Rows are added and cut short, never rewritten, so that any past day stands as it was.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="zones")
    policy = models.ForeignKey(ZonePolicy, on_delete=models.PROTECT, related_name="zones")
    track = models.CharField(max_length=12)
    day_one = models.DateField()
    from_on = models.DateField()
    ends_on = models.DateField()
    last_on = models.DateField(null=True)
    why = models.CharField(max_length=10, help_text="case, hand, policy, prolonged")
    legal_basis = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    ended_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["building__path", "-from_on", "-made_at"]
        indexes = [models.Index(fields=["building", "ends_on"], name="zones_of_a_building")]
        constraints = [models.CheckConstraint(condition=~Q(legal_basis=""), name="a_zone_has_a_legal_basis")]


class SurveyForm(models.Model):
    """A form that is asked at doors; its questions are in its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="survey_forms")
    form_id = models.CharField(max_length=40, help_text="of the workbook: the same id in the same place is a new version")
    title = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.UniqueConstraint(fields=["unit", "form_id"], name="a_form_id_once_in_a_place")]

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """A form as it was asked from a moment on. Never changed: phones without network go on filling in the one that they have."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form = models.ForeignKey(SurveyForm, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="a_version_of_a_form_once")]


class Answer(models.Model):
    """A form filled in for a door, sealed, with the version that was asked. Appended; the newest by its own time counts."""

    class Way(models.TextChoices):
        DOOR = "door", _("上门")
        PAPER = "paper", _("纸表补录")
        PHONE = "phone", _("电话")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="answers")
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="answers")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="answers")
    answers_sealed = models.TextField()
    way = models.CharField(max_length=5, choices=Way.choices, default=Way.DOOR)
    joins = models.JSONField(default=list, blank=True, help_text="ids of the sheets of that door that lay beside this one when it was filled in")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["room", "-at"], name="answers_of_a_room")]
