"""The flat that was left: its keys, its disinfection; and lists that come from elsewhere, row by row."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id
from jimu.field.transfer.clocks import Clock
from jimu.grid.models import Unit


class Key(models.Model):
    """The keys of a flat in other hands. `holder` is what its signatures lead to: null is the household."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    transfer = models.OneToOneField("transfer.Transfer", on_delete=models.PROTECT, related_name="key")
    count = models.PositiveSmallIntegerField(default=1)
    holder = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="transfer_keys")
    offered_to = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    lost = models.BooleanField(default=False)
    links = models.PositiveIntegerField(default=0)
    out_since = models.DateTimeField(null=True)


class KeySignature(models.Model):
    """A link of the chain of a flat's keys. Appended; the number guards that there is one chain."""

    class Kind(models.TextChoices):
        COLLECTED = "collected", _("从住户处收下")
        OFFERED = "offered", _("交出，等对方签收")
        WITHDRAWN = "withdrawn", _("收回交出")
        TAKEN = "taken", _("签收")
        RETURNED = "returned", _("还给住户")
        LOST = "lost", _("报失")
        FOUND = "found", _("找到")
        REPLACED = "replaced", _("换锁，新钥匙交住户")

    id = models.BigAutoField(primary_key=True)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="signatures")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    giver = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["key", "number"], name="one_chain_of_a_key")]


class Disinfection(Clock):
    """A flat, or the kitchen that several share, to be disinfected after somebody left; two people sign that it is done."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待消毒")
        HALF = "half", _("差第二个人签字")
        DONE = "done", _("已消毒")
        DROPPED = "dropped", _("不用了")

    OPEN = ("waiting", "half")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="disinfections")
    transfer = models.ForeignKey("transfer.Transfer", on_delete=models.PROTECT, related_name="disinfections", help_text="for which it was first asked")
    room = models.ForeignKey("households.Room", null=True, on_delete=models.PROTECT, related_name="disinfections")
    kitchen = models.CharField(max_length=20, blank=True, default="", help_text="the shared kitchen's group; '' for a flat")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    first = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField(null=True)
    second = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room"], condition=Q(state__in=["waiting", "half"], kitchen=""), name="one_open_disinfection_of_a_flat"),
            models.UniqueConstraint(
                fields=["unit", "kitchen"], condition=Q(state__in=["waiting", "half"]) & ~Q(kitchen=""), name="one_open_disinfection_of_a_kitchen"
            ),
            models.CheckConstraint(condition=~Q(state="done") | (Q(first__isnull=False, second__isnull=False) & ~Q(first=F("second"))), name="two_people_disinfect"),
        ]

    @property
    def target(self) -> str:
        return f"disinfection:{self.pk}"

    @property
    def where(self) -> str:
        """In words, without who lives there."""
        return f"{self.unit.name} {self.room.number}" if self.room else f"{self.unit.name} {self.kitchen}"


class Listing(models.Model):
    """A list that came: from the district as a file. Its rows wait until a person takes each or says why not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="transfer_listings")
    title = models.CharField(max_length=60)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["-received_at"]


class ListRow(models.Model):
    """One row of a list: what it says (sealed), whom of the ledger it means, in what the two differ."""

    class Match(models.TextChoices):
        SAME = "same", _("和台账一致")
        DIFFERS = "differs", _("和台账有出入")
        SEVERAL = "several", _("台账里不止一人像")
        UNKNOWN = "unknown", _("台账里没有")
        THERE = "there", _("已在转运名单里")

    class State(models.TextChoices):
        WAITING = "waiting", _("待确认")
        TAKEN = "taken", _("已列入")
        DISMISSED = "dismissed", _("不列入")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    said_sealed = models.TextField(help_text="JSON: name, phone, id_number, building, room, why; and the ledger's where they differ")
    resident = models.ForeignKey("households.Resident", null=True, on_delete=models.SET_NULL, related_name="+")
    match = models.CharField(max_length=7, choices=Match.choices)
    differs = models.JSONField(default=list, help_text="names of the fields")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    why_not = models.CharField(max_length=200, blank=True, default="")
    decided_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["listing", "number"], name="a_row_of_a_listing_once")]
