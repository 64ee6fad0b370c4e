"""Rosters: shifts to fill, who fills them, what is open and why, who has arrived."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Roster(models.Model):
    """A plan for some days of one incident. Drafts change; a published one is a promise to people."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PUBLISHED = "published", _("已发布")
        SUPERSEDED = "superseded", _("已被替代")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="rosters")
    scope = models.CharField(max_length=255, db_index=True)
    first_day = models.DateField()
    days = models.PositiveSmallIntegerField(default=14)
    # Filled: the caps of working hours are lifted (Labour Law 42), and this says why. Limits of the body stay.
    emergency_reason = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    # Rises with every change, so that two people who edit or publish at once notice each other.
    version = models.PositiveIntegerField(default=1)
    objective = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    seconds = models.FloatField(null=True)
    summary = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    solved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident"],
                condition=models.Q(state="published"),
                name="one_published_roster_per_incident",
            )
        ]

    @property
    def emergency(self) -> bool:
        """Whether the caps of working hours are lifted."""
        return bool(self.emergency_reason)


class Shift(models.Model):
    """One post on one day: `needed` seats."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="shifts")
    post = models.ForeignKey("incidents.Post", on_delete=models.CASCADE, related_name="shifts")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="shifts")
    day = models.DateField()
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(db_index=True)
    needed = models.PositiveSmallIntegerField()
    filled = models.PositiveSmallIntegerField(default=0, help_text="kept beside every write of assignments")
    spare = models.PositiveSmallIntegerField(default=0, help_text="people asked to stand by, beside those needed")
    open_reason = models.JSONField(default=dict, help_text="why seats are open, as the engine explained it")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["roster", "post", "day"], name="shift_once")]
        indexes = [
            models.Index(fields=["roster", "unit", "day"]),
            # The board sums up a day of shifts from this index alone.
            models.Index(
                fields=["roster", "starts_at", "ends_at", "unit", "needed", "filled", "post"],
                name="shift_by_time",
            ),
            models.Index(
                fields=["roster", "starts_at"],
                condition=models.Q(filled__lt=models.F("needed")),
                name="shift_with_open_seats",
            ),
        ]


class Assignment(models.Model):
    """A person on a seat of a shift."""

    class Origin(models.TextChoices):
        ENGINE = "engine", _("排班引擎")
        HAND = "hand", _("人工安排")
        CALL = "call", _("本人应召")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="assignments")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="assignments")
    seat = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.ENGINE)
    # An assignment made by hand over a rule keeps who allowed it and why.
    override = models.JSONField(default=dict)
    pinned = models.BooleanField(default=False)
    standby = models.BooleanField(default=False, help_text="at hand beside the seats; steps in when somebody does not come")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift", "seat"], name="one_person_per_seat"),
            models.UniqueConstraint(fields=["shift", "person"], name="one_seat_per_person_and_shift"),
        ]


class StaffRequest(models.Model):
    """How far the asking for other commands' people (medics, police) is, for one post."""

    class State(models.TextChoices):
        OPEN = "open", _("还没商请")
        ASKED = "asked", _("已商请，等回复")
        PROMISED = "promised", _("对方已答应")
        DECLINED = "declined", _("对方派不出")

    post = models.OneToOneField(
        "incidents.Post", primary_key=True, on_delete=models.CASCADE, related_name="staff_request"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    promised = models.PositiveSmallIntegerField(default=0, help_text="people a shift")
    note = models.CharField(max_length=120, blank=True, default="", help_text="who was asked, what was said")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class CheckIn(models.Model):
    """Somebody stood at their post. Appended; the newest mark of an assignment counts."""

    class Mark(models.TextChoices):
        ARRIVED = "arrived", _("已到岗")
        LEFT = "left", _("已离岗")
        ABSENT = "absent", _("未到岗")

    class How(models.TextChoices):
        ROLL = "roll", _("点名")
        CODE = "code", _("扫码")
        SELF = "self", _("本人自报")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="check_ins")
    mark = models.CharField(max_length=8, choices=Mark.choices)
    how = models.CharField(max_length=6, choices=How.choices, default=How.ROLL)
    # Why somebody did not come, or the place that they told: it may tell of a fever.
    why_sealed = models.CharField(max_length=600, blank=True, default="")
    at = models.DateTimeField()
    marked_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["assignment", "at", "id", "mark"], name="check_in_newest")]

    @property
    def why(self) -> str:
        """Why somebody did not come, or where they said they were."""
        return sealed.unseal(self.why_sealed)
