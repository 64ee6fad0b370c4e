"""Patrol and gates: who was let through where, passes that end, rounds with what was seen. What happened is appended; names are sealed and end."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Gate(models.Model):
    """A checkpoint of a part of the grid, from when to when, and on what it rests."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="gates")
    name = models.CharField(max_length=40)
    # No gate without its ground and its end: a closed door is a measure, not a habit.
    basis = models.CharField(max_length=120, help_text="the notice it rests on")
    ends_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], condition=Q(closed_at=None), name="one_open_gate_of_a_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"gate:{self.pk}"

    def over(self, at: datetime) -> bool:
        """Whether it was taken away before a moment, or that is after its last day."""
        return (self.closed_at is not None and at > self.closed_at) or timezone.localtime(at).date() > self.ends_on


class Pass(models.Model):
    """Leave to go through the gates of a part of the grid, until it ends. Its number stands on paper; whose it is does not."""

    class Purpose(models.TextChoices):
        MEDICAL = "medical", _("外出就医")
        SUPPLIES = "supplies", _("采购、取物")
        WORK = "work", _("上岗")
        VEHICLE = "vehicle", _("保供车辆")
        CARE = "care", _("照护家人")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=16, unique=True)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="passes")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    holder_sealed = models.CharField(max_length=300, blank=True, default="", help_text="who, or which plate")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    once = models.BooleanField(default=False, help_text="out and in once")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True, default="")
    revoke_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["unit", "ends_at"], name="passes_of_a_place")]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_pass_ends")]

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"pass:{self.pk}"

    @property
    def holder(self) -> str:
        return sealed.unseal(self.holder_sealed)

    @property
    def parts(self) -> str:
        """The number in groups of four, to read aloud."""
        return " ".join(self.number[n : n + 4] for n in range(0, len(self.number), 4))


class Crossing(models.Model):
    """Somebody or a vehicle at a gate, let through or not. Appended; who it was is sealed and gone after its time."""

    class What(models.TextChoices):
        PASS = "pass", _("凭证出入")
        VISITOR = "visitor", _("来访")
        VEHICLE = "vehicle", _("车辆")
        MEDICAL = "medical", _("就医")

    class Way(models.TextChoices):
        IN = "in", _("进")
        OUT = "out", _("出")

    class Result(models.TextChoices):
        THROUGH = "through", _("放行")
        TURNED = "turned", _("劝回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="crossings")
    card = models.ForeignKey(Pass, null=True, on_delete=models.PROTECT, related_name="crossings")
    what = models.CharField(max_length=8, choices=What.choices)
    way = models.CharField(max_length=4, choices=Way.choices)
    result = models.CharField(max_length=8, choices=Result.choices)
    who_sealed = models.CharField(max_length=300, blank=True, default="", help_text="a name and whom they visit, or a plate")
    note_sealed = models.CharField(max_length=1700, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["gate", "-at"], name="crossings_of_a_gate"), models.Index(fields=["at"], name="crossings_by_time")]

    @property
    def who(self) -> str:
        return sealed.unseal(self.who_sealed)

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)


class Keeping(models.Model):
    """Somebody keeps a gate, from when to when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="keepings")
    account_id = models.BigIntegerField(null=True)
    by = models.CharField(max_length=80)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["gate", "account_id"], condition=Q(until=None), name="one_keeps_a_gate_once")]


class GateNote(models.Model):
    """Something for the next on duty at a gate; done by whom and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="notes")
    text_sealed = models.CharField(max_length=1700)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True, default="")

    @property
    def text(self) -> str:
        return sealed.unseal(self.text_sealed)


class PatrolRound(models.Model):
    """A round of points to visit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="patrols")
    title = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"patrol:{self.pk}"


class Point(models.Model):
    """A place on a round, in its order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(PatrolRound, on_delete=models.CASCADE, related_name="points")
    name = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["round", "order"], name="points_in_order")]


class Seen(models.Model):
    """What was found at a point, at a gate, or anywhere else: all well, or something to see to. Who took it on and who settled it stands with it."""

    class Kind(models.TextChoices):
        WELL = "well", _("正常")
        HAZARD = "hazard", _("安全隐患")
        UNWELL = "unwell", _("有人不适")
        QUARREL = "quarrel", _("争执")
        GATHERING = "gathering", _("聚集")
        DAMAGE = "damage", _("设施损坏")
        OTHER = "other", _("其他")
        # Written down by a gate itself, chosen by nobody.
        DOCTOR = "doctor", _("就医被劝回")

    class Urgency(models.TextChoices):
        NOW = "now", _("马上处理")
        TODAY = "today", _("当天处理")
        NOTE = "note", _("记下，有空处理")

    #: Kinds that somebody may choose for something to see to.
    CHOSEN = ("hazard", "unwell", "quarrel", "gathering", "damage", "other")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="patrol_seen")
    point = models.ForeignKey(Point, null=True, on_delete=models.PROTECT, related_name="seen")
    gate = models.ForeignKey(Gate, null=True, on_delete=models.PROTECT, related_name="seen")
    room = models.CharField(max_length=30, blank=True, default="", help_text="at whose door; cleared with the words")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text_sealed = models.CharField(max_length=1700, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    account_id = models.BigIntegerField(null=True)
    # The class and the limit are the playbook's as they were; all well has none.
    urgency = models.CharField(max_length=5, choices=Urgency.choices, blank=True, default="")
    half_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=80, blank=True, default="")
    taken_account = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True, default="")
    settled_account = models.BigIntegerField(null=True)
    settled_how = models.CharField(max_length=200, blank=True, default="")
    # What is about a household goes on as a need; which one it became is told by who keeps needs.
    to_need = models.BooleanField(default=False)
    need_id = models.UUIDField(null=True)
    need_number = models.CharField(max_length=20, blank=True, default="", help_text="empty where few may read the need")
    stage = models.PositiveSmallIntegerField(default=0, help_text="0 in time, 1 half was over and nobody took it on, 2 overdue")
    told = models.JSONField(default=list, help_text="ids of the leaders told at this stage")
    next_tick = models.BigIntegerField(null=True, help_text="second of service at which the next level is told")
    stuck = models.BooleanField(default=False, help_text="nobody is left to be told: somebody has to call")

    class Meta:
        indexes = [
            models.Index(fields=["unit", "settled_at"], name="seen_at_a_place"),
            models.Index(fields=["point", "-at"], name="seen_at_a_point"),
            models.Index(fields=["settled_at", "due_at"], name="seen_by_limit"),
        ]
        constraints = [models.CheckConstraint(condition=Q(kind="well") | Q(due_at__isnull=False), name="what_is_seen_has_a_limit")]

    @property
    def target(self) -> str:
        """What the journal and messages call it, and what a need calls where it came from."""
        return f"seen:{self.pk}"

    @property
    def text(self) -> str:
        return sealed.unseal(self.text_sealed)

    @property
    def state(self) -> str:
        """settled, need (it goes on as one), taken or open."""
        if self.settled_at:
            return "settled"
        return "need" if self.to_need else "taken" if self.taken_at else "open"
