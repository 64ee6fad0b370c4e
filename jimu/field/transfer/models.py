"""Transfers: who is moved, with which vehicle, where; who and what is left behind; keys, disinfection, the way back."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id
from jimu.field.transfer.clocks import Clock
from jimu.field.transfer.home_models import Disinfection, Key, KeySignature, Listing, ListRow
from jimu.grid.models import Unit

__all__ = [
    "Clock", "Crew", "Dependant", "Destination", "Disinfection", "Fact", "Key", "KeySignature", "ListRow", "Listing", "Run", "Transfer", "Visit", "Why",
]  # fmt: skip


class Why(models.TextChoices):
    """Why somebody is moved. It tells of health: kept sealed, read by few."""

    POSITIVE = "positive", _("阳性感染者")
    CLOSE = "close", _("密接")
    SECONDARY = "secondary", _("次密接")
    OTHER = "other", _("其他")


class Destination(models.Model):
    """Where people are brought. `takes` are whys it takes (none: all), `has` what it offers, `beds` how many it promised (null: not said)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="transfer_destinations")
    name = models.CharField(max_length=40)
    takes = models.JSONField(default=list)
    has = models.JSONField(default=list)
    beds = models.PositiveIntegerField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="a_destination_once_a_unit")]

    def __str__(self) -> str:
        return self.name


class Run(Clock):
    """One way of one vehicle. Its clock is the vehicle's own: when it should have come."""

    class State(models.TextChoices):
        PLANNED = "planned", _("等车")
        CAME = "came", _("车已到")
        LEFT = "left", _("路上")
        OVER = "over", _("已送到")
        FAILED = "failed", _("车没来")

    OPEN = ("planned", "came")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="transfer_runs")
    number = models.PositiveIntegerField()
    destination = models.ForeignKey(Destination, null=True, on_delete=models.PROTECT, related_name="runs")
    plate = models.CharField(max_length=12)
    driver_sealed = models.CharField(max_length=200, blank=True, default="")
    driver_phone_sealed = models.CharField(max_length=120, blank=True, default="")
    seats = models.PositiveSmallIntegerField()
    has = models.JSONField(default=list, help_text="wheelchair, stretcher, oxygen")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    leaves_at = models.DateTimeField(help_text="when the vehicle should be at the first pick-up")
    order = models.JSONField(default=list, help_text="ids of buildings in the order of the way; others follow as one walks")
    note = models.CharField(max_length=200, blank=True, default="", help_text="why it is late, or did not come")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    left_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="a_run_number_once_a_unit"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="a_run_has_seats"),
        ]
        indexes = [models.Index(fields=["state", "alarm_at"], name="runs_by_clock")]

    @property
    def target(self) -> str:
        return f"transfer-run:{self.pk}"


class Crew(models.Model):
    """Who goes along to bring people down and hand them over."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="crew")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="transfer_runs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="once_a_run")]


class Transfer(Clock):
    """One resident who is moved. `state` is what the facts lead to; the clock is that of the step it waits for.

    `answered_at`: the question who and what is left behind was answered. Nobody is away without.
    """

    class State(models.TextChoices):
        LISTED = "listed", _("待电话告知")
        UNREACHABLE = "unreachable", _("联系不上")
        REFUSED = "refused", _("不同意转运")
        TOLD = "told", _("已告知，待准备")
        READY = "ready", _("准备好，待派车")
        SEATED = "seated", _("已派车")
        DOWN = "down", _("在楼下等车")
        OUTSIDE = "outside", _("车没来，要回屋")
        BOARDED = "boarded", _("已上车")
        ARRIVED = "arrived", _("已交接")
        RELEASED = "released", _("已解除，待返回")
        HOME = "home", _("已到家，待收尾")
        CLOSED = "closed", _("已了结")
        CANCELLED = "cancelled", _("已取消")

    AWAY = ("boarded", "arrived", "released")
    OVER = ("closed", "cancelled")
    ON_RUN = ("seated", "down", "boarded")

    class Back(models.TextChoices):
        VEHICLE = "vehicle", _("派车接回")
        OWN = "own", _("自行返回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The building, and the neighborhood it lies in.
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="transfers")
    place = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey("households.Room", on_delete=models.PROTECT, related_name="transfers")
    # Null once it was forgotten.
    resident = models.ForeignKey("households.Resident", null=True, on_delete=models.PROTECT, related_name="transfers")
    why_sealed = models.CharField(max_length=120, blank=True, default="")
    wants_sealed = models.CharField(max_length=200, blank=True, default="", help_text="wheelchair, stretcher, oxygen, dialysis, with commas")
    minor = models.BooleanField(default=False)
    companion = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="accompanies", help_text="of those who are moved")
    companion_sealed = models.CharField(max_length=200, blank=True, default="", help_text="somebody else who goes along and takes a seat")
    alone_why_sealed = models.CharField(max_length=500, blank=True, default="", help_text="why a minor goes alone")
    state = models.CharField(max_length=11, choices=State.choices, default=State.LISTED)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")
    nobody_why_sealed = models.TextField(blank=True, default="", help_text="where the ledger names somebody and nobody is left: where they are")
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="transfers")
    destination = models.ForeignKey(Destination, null=True, on_delete=models.PROTECT, related_name="transfers")
    listed_at = models.DateTimeField()
    listed_by = models.CharField(max_length=80)
    source = models.CharField(max_length=60, blank=True, default="")
    gone_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    back = models.CharField(max_length=7, choices=Back.choices, blank=True, default="")
    expected_at = models.DateTimeField(null=True)
    home_at = models.DateTimeField(null=True)
    limits_until = models.DateField(null=True, help_text="until when they stay in after coming home")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident"], condition=Q(closed_at=None), name="one_open_transfer_of_a_resident"),
            # Whatever goes wrong above, the table does not hold somebody who is away with the question unanswered.
            models.CheckConstraint(condition=~Q(state__in=["boarded", "arrived", "released"]) | Q(answered_at__isnull=False), name="nobody_away_unasked"),
            models.CheckConstraint(condition=~Q(state__in=["seated", "down", "boarded"]) | Q(run__isnull=False), name="on_a_run_with_a_run"),
        ]
        indexes = [models.Index(fields=["state", "alarm_at"]), models.Index(fields=["unit", "state"]), models.Index(fields=["run", "state"])]

    @property
    def target(self) -> str:
        """What the journal and messages call it."""
        return f"transfer:{self.pk}"

    @property
    def running(self) -> bool:
        return self.state not in self.OVER

    @property
    def away(self) -> bool:
        return self.state in self.AWAY

    @property
    def gone_since(self) -> datetime | None:
        """Since when they are not in the flat; also on the way back from a place that did not take them. None while they are."""
        return self.gone_at if self.away or self.state == self.State.OUTSIDE else None

    @property
    def name(self) -> str:
        return self.resident.name if self.resident else ""

    @property
    def why(self) -> str:
        return sealed.unseal(self.why_sealed)

    @property
    def wants(self) -> list[str]:
        return [one for one in sealed.unseal(self.wants_sealed).split(",") if one]

    @property
    def door(self) -> str:
        """Building and room."""
        return f"{self.unit.name} {self.room.number}"

    @property
    def seats(self) -> int:
        """How many seats it takes: somebody who goes along and is not moved takes one too."""
        return 2 if self.companion_sealed else 1


class Fact(models.Model):
    """What happened with a transfer: who, when, where. Appended; one that was undone stays, and another says so."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="facts")
    act = models.CharField(max_length=12)
    leads_to = models.CharField(max_length=11, choices=Transfer.State.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    account_id = models.BigIntegerField(null=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    # What it was before, for undoing; which run; what of the checklist is packed. Nothing personal in plain.
    data = models.JSONField(default=dict)
    note_sealed = models.TextField(blank=True, default="")
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ["seq"]

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)

    @property
    def late(self) -> bool:
        """Whether it was written down without a network and arrived later."""
        return self.recorded_at - self.at > timedelta(minutes=10)

    @property
    def who(self) -> str:
        return self.person.name if self.person else self.by


class Dependant(Clock):
    """Who or what stays behind when somebody goes, and who looks after them: until when, by when first, by when next.

    Without a caretaker, after the caretaker's last day, with a visit not made, or with trouble told at one, its alarm runs
    for as long as the one who left is away.
    """

    class Kind(models.TextChoices):
        ELDER = "elder", _("老人")
        CHILD = "child", _("孩子")
        CARE = "care", _("要人照护的人")
        PET = "pet", _("宠物")
        UTILITY = "utility", _("没关的煤气、灶、电器")
        MEDICINE = "medicine", _("要按时用药的人")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="dependants")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    what_sealed = models.TextField(blank=True, default="", help_text="who or what, and what is to be done")
    resident = models.ForeignKey("households.Resident", null=True, on_delete=models.SET_NULL, related_name="+", help_text="where the ledger knows them")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)
    # The caretaker: of the register, of the ledger (a neighbor, the household), or anybody by name. None: nobody yet.
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="left_behind")
    neighbor = models.ForeignKey("households.Resident", null=True, on_delete=models.PROTECT, related_name="caretaking")
    somebody_sealed = models.CharField(max_length=300, blank=True, default="")
    phone_sealed = models.CharField(max_length=120, blank=True, default="")
    stays = models.BooleanField(default=False, help_text="the caretaker stays in the home")
    until = models.DateTimeField(null=True)
    next_due = models.DateTimeField(null=True)
    trouble_at = models.DateTimeField(null=True)
    alone_since = models.DateTimeField(help_text="when they were written down, or their caretaker fell away")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    ended_why_sealed = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, neighbor=None, somebody_sealed="") | Q(until__isnull=False, next_due__isnull=False, next_due__lte=F("until")),
                name="a_caretaker_has_an_end_and_a_visit",
            )
        ]
        indexes = [models.Index(fields=["ended_at", "alarm_at"], name="dependants_by_clock")]

    @property
    def target(self) -> str:
        return f"transfer-left:{self.pk}"

    @property
    def cared(self) -> bool:
        """Whether a caretaker is named."""
        return bool(self.person_id or self.neighbor_id or self.somebody_sealed)

    @property
    def what(self) -> str:
        return sealed.unseal(self.what_sealed)

    @property
    def caretaker(self) -> str:
        """Their name; '' for nobody."""
        if self.person is not None:
            return self.person.name
        return self.neighbor.name if self.neighbor is not None else sealed.unseal(self.somebody_sealed)


class Visit(models.Model):
    """Somebody looked after who was left behind. Appended."""

    class Result(models.TextChoices):
        FINE = "fine", _("都好")
        TROUBLE = "trouble", _("有情况")
        UNSEEN = "unseen", _("没见到")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dependant = models.ForeignKey(Dependant, on_delete=models.CASCADE, related_name="visits")
    result = models.CharField(max_length=8, choices=Result.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    note_sealed = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["at", "id"]

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)
