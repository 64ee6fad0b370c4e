"""Incidents: what was activated, over which units, and the posts that it needs filled."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Incident(models.Model):
    """One activation of a playbook. The playbook's text is kept as it was, so later editions change nothing here."""

    class State(models.TextChoices):
        ACTIVE = "active", _("进行中")
        STOOD_DOWN = "stood_down", _("已解除")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    playbook = models.CharField(max_length=60)
    playbook_version = models.PositiveIntegerField()
    playbook_text = models.TextField()
    level = models.CharField(max_length=20)
    # As the playbook calls and colours it, so that lists need not read the playbook.
    level_title = models.CharField(max_length=30, blank=True, default="")
    level_colour = models.CharField(max_length=10, blank=True, default="")
    drill = models.BooleanField(default=False, help_text="an exercise: the same machine, and everybody is told so")
    title = models.CharField(max_length=80)
    legal_basis = models.CharField(max_length=200)
    scope = models.CharField(max_length=255, db_index=True, help_text="path of the unit it was activated over")
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    starts_at = models.DateTimeField()
    ends_on = models.DateField(help_text="every order has an end; it can be prolonged")
    activated_at = models.DateTimeField()
    activated_by = models.CharField(max_length=80)
    stood_down_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-activated_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def started_by(self) -> str:
        """Who started it, in the reader's words."""
        return gettext("系统") if self.activated_by == "system" else self.activated_by

    @property
    def target(self) -> str:
        """What the journal and live pages call it."""
        return f"incident:{self.pk}"


class IncidentUnit(models.Model):
    """A neighborhood under an incident. One unit has at most one active incident of a kind of hazard."""

    id = models.BigAutoField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="incidents")
    hazard = models.CharField(max_length=30, help_text="of the playbook: flood, gas, …")
    confined = models.BooleanField(default=False, help_text="residents may serve only inside it")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "hazard"], condition=models.Q(ended_at=None), name="one_active_incident_per_unit"
            )
        ]


class Post(models.Model):
    """A post of one neighborhood in one shift of the day: how many people, of what kind, able to do what.

    Minutes count from midnight of the shift's day; an end above 1440 lies on the next day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="posts")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="posts")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=40)
    group = models.CharField(max_length=40, help_text="screening, gate, patrol, survey, supplies, medicine, …")
    shift_code = models.CharField(max_length=20)
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    needed = models.PositiveIntegerField()
    reason = models.CharField(max_length=200, help_text="how the number came about, in words")
    by_hand = models.BooleanField(default=False, help_text="set by a person; a change of level leaves it")
    priority = models.PositiveSmallIntegerField(default=2, help_text="1 critical … 4 can wait")
    kinds = models.JSONField(default=list, help_text="kinds of people it takes; empty takes any")
    qualifications = models.JSONField(default=list, help_text="codes it asks for, all of them")
    requested_only = models.BooleanField(default=False, help_text="medics and police: asked for, not assigned")
    suit = models.BooleanField(default=False, help_text="worn for the whole stint")
    heavy = models.BooleanField(default=False)
    days = models.JSONField(default=list, help_text="weekdays 0-6; empty means every day")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "unit", "code", "shift_code"], name="post_once_per_shift")
        ]
        indexes = [models.Index(fields=["incident", "unit"])]


class Order(models.Model):
    """What the leaders of all cells below a unit are told to do, until an end; each of them answers."""

    class State(models.TextChoices):
        ACTIVE = "active", _("进行中")
        STOOD_DOWN = "stood_down", _("已解除")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="orders", help_text="who issues it")
    incident = models.ForeignKey(Incident, null=True, on_delete=models.PROTECT, related_name="orders")
    title = models.CharField(max_length=60)
    text = models.TextField()
    kinds = models.JSONField(default=list, help_text="kinds of units whose leaders answer")
    by_level = models.BooleanField(default=False, help_text="each level is told when the one above it has acknowledged")
    staffing = models.BooleanField(default=False, help_text="leaders report how many people stand ready")
    deadline = models.DateTimeField()
    legal_basis = models.CharField(max_length=200)
    ends_on = models.DateField()
    silence_minutes = models.PositiveIntegerField()
    drill = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)
    stood_down_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-issued_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def target(self) -> str:
        """What the journal, live pages and the outbox call it."""
        return f"order:{self.pk}"

    @property
    def given_by(self) -> str:
        """Who gave it, in the reader's words."""
        return gettext("系统") if self.issued_by == "system" else self.issued_by


class Receipt(models.Model):
    """One cell's answer to an order: whom it is asked of now and how it stands. Derived from its events."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等上级收到")
        SENT = "sent", _("已下达")
        SEEN = "seen", _("已看到")
        ACKNOWLEDGED = "acknowledged", _("已收到")

    class Office(models.TextChoices):
        LEADER = "leader", _("负责人")
        DEPUTY = "deputy", _("副手")
        ABOVE = "above", _("上一级")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="receipts")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="receipts")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="receipts")
    office = models.CharField(max_length=8, choices=Office.choices, blank=True, default="")
    # Everybody it was asked of so far, by id: each is asked once.
    asked = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State.choices)
    questioned = models.BooleanField(default=False, help_text="a question waits for its answer")
    stuck = models.BooleanField(default=False, help_text="nobody is left to ask")
    here = models.PositiveIntegerField(null=True, help_text="people who stand ready, as reported")
    wanted = models.PositiveIntegerField(null=True, help_text="people asked for")
    silent_from = models.BigIntegerField(null=True, help_text="second of service from which no answer is silence")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "unit"], name="one_receipt_per_cell")]
        indexes = [models.Index(fields=["silent_from"]), models.Index(fields=["person", "state"])]


class ReceiptEvent(models.Model):
    """One thing that happened to a receipt. Rows are appended, never changed."""

    class Kind(models.TextChoices):
        WAITS = "waits", _("等上级收到后下达")
        SENT = "sent", _("下达")
        PASSED = "passed", _("没有回音，转给")
        SEEN = "seen", _("看到")
        ACKNOWLEDGED = "acknowledged", _("收到")
        REPORTED = "reported", _("报到位")
        QUESTION = "question", _("有疑问")
        ANSWERED = "answered", _("疑问已答复")
        NOBODY = "nobody", _("没有联系得上的人")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.CharField(max_length=80, blank=True, default="")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+", help_text="asked, or who answered")
    here = models.PositiveIntegerField(null=True)
    wanted = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["receipt", "at"])]


class OrderQuestion(models.Model):
    """What a leader asked about an order; answered ones are there for everybody below to read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="questions")
    text = models.CharField(max_length=300)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.CharField(max_length=80, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
