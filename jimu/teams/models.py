"""Teams of an incident: seats from a template, and who sits on them since when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Team(models.Model):
    """One team in one cell, made from a template as it was then."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已组建")
        DISSOLVED = "dissolved", _("已解散")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="teams")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="teams")
    template = models.CharField(max_length=40)
    template_version = models.PositiveIntegerField()
    shape = models.CharField(max_length=12)
    title = models.CharField(max_length=60)
    purpose = models.CharField(max_length=120)
    # Somebody holds at most one seat among all teams of one incident that name the same word.
    exclusive = models.CharField(max_length=20, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    channel_open = models.BooleanField(default=False, help_text="its chat group has been opened")
    order = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["unit__path", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "unit", "template"], condition=~Q(state="dissolved"), name="one_team_of_a_template_in_a_cell"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Seat(models.Model):
    """One seat of a team. `required` ones must be filled for the team to be whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="seats")
    code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=30)
    side = models.CharField(max_length=30, blank=True, default="")
    duty = models.CharField(max_length=160)
    kinds = models.JSONField(default=list, help_text="kinds of people it takes; empty takes any")
    qualifications = models.JSONField(default=list)
    heavy = models.BooleanField(default=False)
    home = models.CharField(max_length=4, default="cell", help_text="cell: people of the place; any: whoever may be sent")
    prefers = models.CharField(max_length=8, blank=True, default="")
    required = models.BooleanField(default=True)
    leads = models.BooleanField(default=False)
    deputy = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    open_reason = models.CharField(max_length=120, blank=True, default="", help_text="why nobody was found")

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "code", "number"], name="seat_once")]


class Membership(models.Model):
    """Somebody on a seat. Rows end, they are not overwritten."""

    class Origin(models.TextChoices):
        ENGINE = "engine", _("系统建议")
        HAND = "hand", _("人工安排")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="memberships")
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    exclusive = models.CharField(max_length=20, blank=True, default="", help_text="of the team, so that the database can guard it")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    reasons = models.JSONField(default=list, help_text="codes of why this person")
    override = models.JSONField(default=dict, help_text="who let them past the gate, and why")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], condition=Q(until=None), name="sits_now")]
        constraints = [
            models.UniqueConstraint(fields=["seat"], condition=Q(until=None), name="one_person_on_a_seat"),
            models.UniqueConstraint(fields=["team", "person"], condition=Q(until=None), name="one_seat_in_a_team"),
            models.UniqueConstraint(
                fields=["incident", "exclusive", "person"], condition=Q(until=None) & ~Q(exclusive=""), name="one_seat_among_exclusive_teams"
            ),
        ]


class Allotment(models.Model):
    """Who of the staff serves which neighborhood of an incident: a proposal, then in force until another replaces it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("建议")
        IN_FORCE = "in_force", _("执行中")
        ENDED = "ended", _("已结束")
        DROPPED = "dropped", _("未采用")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="allotments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    weights = models.JSONField(default=dict)
    objective = models.FloatField(help_text="what it costs by its weights; less is better")
    objective_before = models.FloatField(help_text="what leaving everybody where they were would cost")
    # What was in force when it was reckoned, and as of which change: putting it in force must not undo what came since.
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="successors")
    base_version = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, help_text="rises with every change by hand")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    in_force_at = models.DateTimeField(null=True)
    in_force_by = models.CharField(max_length=80, blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident"], condition=Q(state="in_force"), name="one_allotment_in_force"),
            models.UniqueConstraint(fields=["incident"], condition=Q(state="proposed"), name="one_allotment_proposed"),
        ]


class DailyReckoning(models.Model):
    """The last time an incident's allotment in force was reckoned anew by itself, and what came of it. One row an incident."""

    class Outcome(models.TextChoices):
        PROPOSED = "proposed", _("有新建议")
        SAME = "same", _("不用换人")
        LEFT = "left", _("有人工建议待定，没有动")

    incident = models.OneToOneField("incidents.Incident", on_delete=models.CASCADE, related_name="daily_reckoning")
    day = models.DateField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    proposal = models.ForeignKey(Allotment, null=True, on_delete=models.SET_NULL, related_name="+")
    moved = models.PositiveIntegerField(default=0, help_text="people who would change places")
    cost_before = models.FloatField(default=0, help_text="of leaving everybody where they are")
    cost_after = models.FloatField(default=0)


class Placement(models.Model):
    """Somebody's neighborhood under an allotment. Rows end, they are not overwritten."""

    class Origin(models.TextChoices):
        ENGINE = "engine", _("系统建议")
        HAND = "hand", _("人工安排")

    id = models.BigAutoField(primary_key=True)
    allotment = models.ForeignKey(Allotment, on_delete=models.CASCADE, related_name="placements")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="placements")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="placements")
    came_from = models.ForeignKey("grid.Unit", null=True, on_delete=models.PROTECT, related_name="placements_left")
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.ENGINE)
    reasons = models.JSONField(default=list, help_text="codes of why here")
    note = models.CharField(max_length=200, blank=True, default="", help_text="the reason given by hand")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person"], condition=Q(until=None), name="placed_now")]
        constraints = [models.UniqueConstraint(fields=["allotment", "person"], condition=Q(until=None), name="placed_once")]


class LoanRequest(models.Model):
    """A neighborhood asks for people for a term: of one other neighborhood, or of whoever can spare them."""

    class State(models.TextChoices):
        OPEN = "open", _("等借出方答复")
        MET = "met", _("已借足")
        DECLINED = "declined", _("借不出")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="loan_requests")
    to_unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="loan_requests_out")
    from_unit = models.ForeignKey("grid.Unit", null=True, on_delete=models.PROTECT, related_name="loan_requests_in")
    count = models.PositiveSmallIntegerField()
    qualification = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=20, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    close_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="loan_request_has_a_term"),
            models.CheckConstraint(condition=Q(from_unit=None) | ~Q(from_unit=models.F("to_unit")), name="nobody_borrows_from_themselves"),
        ]


class Loan(models.Model):
    """One person lent by one neighborhood to another for a term. In force it says where they work: `material.stays`.

    A person has at most one open loan; the database guards it, so two who promise the same person are told apart.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("等本人答复")
        AGREED = "agreed", _("本人已同意")
        DECLINED = "declined", _("本人不同意")
        WITHDRAWN = "withdrawn", _("没有开始")
        RETURNED = "returned", _("已回来")

    class End(models.TextChoices):
        TERM = "term", _("到期")
        RELEASED = "released", _("借入方放回")
        RECALLED = "recalled", _("借出方召回")
        STOOD_DOWN = "stood_down", _("响应解除")
        UNANSWERED = "unanswered", _("到期没有答复")

    OPEN = ("asked", "agreed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    request = models.ForeignKey(LoanRequest, on_delete=models.CASCADE, related_name="loans")
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="loans")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="loans")
    from_unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="loans_out")
    to_unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="loans_in")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    committed_at = models.DateTimeField()
    committed_by = models.CharField(max_length=80)
    override = models.JSONField(default=dict, help_text="who let the lender go under minimum, and why")
    consent = models.JSONField(default=dict, help_text="what the person said, or who spoke for them and why")
    begun_at = models.DateTimeField(null=True)
    left_seats = models.JSONField(default=list, help_text="seats given up at home, offered again on return")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    end = models.CharField(max_length=10, choices=End.choices, blank=True, default="")
    end_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["ends_at", "id"]
        indexes = [models.Index(fields=["to_unit", "state"]), models.Index(fields=["from_unit", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state__in=("asked", "agreed")), name="one_open_loan_a_person"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="loan_has_a_term"),
            models.CheckConstraint(condition=~Q(from_unit=models.F("to_unit")), name="lent_to_somebody_else"),
        ]
