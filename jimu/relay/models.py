"""Relay: what one lead hands to the next, and what people ask of their seats."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Handover(models.Model):
    """One relief: whoever leads until `turn_at` hands a post, or a whole neighborhood's duty, to whoever leads next."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="handovers")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="handovers")
    post_code = models.CharField(max_length=40, blank=True, default="", help_text="empty: the neighborhood's duty")
    post_title = models.CharField(max_length=40, blank=True, default="")
    turn_at = models.DateTimeField(help_text="when the outgoing shift ends")
    begins_at = models.DateTimeField(help_text="when the incoming shift begins")
    until = models.DateTimeField(help_text="when the incoming shift ends: then what is open goes on")
    due_at = models.DateTimeField(help_text="not accepted by then is an alarm")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    # Filled: nobody opened it, what was open at the end of a shift went on by itself.
    carried = models.BooleanField(default=False)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.CharField(max_length=80, blank=True, default="")
    handed_account = models.BigIntegerField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-turn_at", "-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "unit", "post_code", "turn_at"], name="one_handover_per_turn"
            )
        ]
        indexes = [models.Index(fields=["accepted_at", "due_at"], name="handover_unaccepted")]

    def __str__(self) -> str:
        return str(self.post_title or _("居民区值守"))

    @property
    def target(self) -> str:
        """What the journal and live pages call it."""
        return f"handover:{self.pk}"


class HandoverItem(models.Model):
    """One thing handed over. Appended; what became of it stands in its answers."""

    class Kind(models.TextChoices):
        NEED = "need", _("没办完的需求")
        KEY = "key", _("钥匙和卡证")
        STOCK = "stock", _("物资清点")
        HOUSEHOLD = "household", _("要多留意的住户")
        TUBE = "tube", _("没送完的样本管")
        DEVICE = "device", _("设备")
        WORD = "word", _("交代的话")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What leads write to each other may name people and their health: all of it is sealed.
    text_sealed = models.CharField(max_length=1200, blank=True, default="")
    amount = models.CharField(max_length=30, blank=True, default="", help_text="a count with its unit: 12 箱")
    # The same thing as it was first written down, when it went on from an earlier handover.
    first = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="later")
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=80)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "first"], condition=~models.Q(first=None), name="carried_once_per_handover"
            )
        ]

    @property
    def private(self) -> bool:
        """Whether its text is shown one at a time only, with a journal entry."""
        return self.kind == self.Kind.HOUSEHOLD

    @property
    def text(self) -> str:
        """What was written down."""
        return sealed.unseal(self.text_sealed)


class HandoverAnswer(models.Model):
    """What the incoming lead said of an item, or that it is done. Appended; the newest counts."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("已接收")
        DISPUTED = "disputed", _("有异议")
        DONE = "done", _("已办结")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(HandoverItem, on_delete=models.CASCADE, related_name="answers")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    sentence_sealed = models.CharField(max_length=1200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["item", "at", "id", "verdict"], name="handover_answer_newest")]

    @property
    def sentence(self) -> str:
        """Why it is disputed, or how it was done."""
        return sealed.unseal(self.sentence_sealed)


class HandoverAlarm(models.Model):
    """A handover was not accepted in time, and a level of the grid was told. Appended, each level once."""

    id = models.BigAutoField(primary_key=True)
    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="alarms")
    step = models.PositiveSmallIntegerField(help_text="1: whoever leads the place; each more is one level up")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="handover_alarms")
    at = models.DateTimeField()

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["handover", "step"], name="each_level_alarmed_once")]


class PostAlarm(models.Model):
    """Too few stood at a critical post, and a level of the grid was told. Appended, each level once for a shift."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey("incidents.Post", on_delete=models.CASCADE, related_name="alarms")
    # By post and day: a newer roster in force has new shifts for the same duty.
    day = models.DateField()
    step = models.PositiveSmallIntegerField(help_text="1: whoever leads the place; each more is one level up")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="post_alarms")
    at = models.DateTimeField()

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["post", "day", "step"], name="each_level_told_once_of_a_post")]


class RelayPolicy(models.Model):
    """What an incident's commander set for its reliefs; without a row the defaults of `policy` hold."""

    incident = models.OneToOneField(
        "incidents.Incident", primary_key=True, on_delete=models.CASCADE, related_name="relay_policy"
    )
    accept_minutes = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=80)


class SeatRequest(models.Model):
    """Somebody asks to leave a seat, to give it to another or to exchange it; or was moved, and is told why.

    Seats are named by post and day, not by a row of the roster: a newer roster in force keeps the request.
    """

    class Kind(models.TextChoices):
        LEAVE = "leave", _("请假")
        REST = "rest", _("请求休息")
        COVER = "cover", _("请人代班")
        SWAP = "swap", _("换班")
        MOVE = "move", _("紧急调动")

    class State(models.TextChoices):
        ASKED = "asked", _("等答复")
        DONE = "done", _("已办好")
        DECLINED = "declined", _("没有同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("已过时")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="seat_requests")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="seat_requests")
    post = models.ForeignKey("incidents.Post", on_delete=models.CASCADE, related_name="seat_requests")
    day = models.DateField()
    until_day = models.DateField(null=True, help_text="rest: the last day of it")
    other = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="seat_requests_to")
    other_post = models.ForeignKey("incidents.Post", null=True, on_delete=models.CASCADE, related_name="+")
    other_day = models.DateField(null=True)
    # Reasons tell of fevers and families.
    reason_sealed = models.CharField(max_length=1200, blank=True, default="")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80, help_text="a lead's name when they act for somebody absent")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")
    answer_sealed = models.CharField(max_length=1200, blank=True, default="")

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post", "day"], condition=models.Q(state="asked"), name="one_open_request_per_seat"
            )
        ]
        indexes = [models.Index(fields=["state", "day"], name="seat_request_open")]

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"seat-request:{self.pk}"

    @property
    def reason(self) -> str:
        """Why it was asked."""
        return sealed.unseal(self.reason_sealed)

    @property
    def answer(self) -> str:
        """What was said to it."""
        return sealed.unseal(self.answer_sealed)


class CalendarFeed(models.Model):
    """A private address at which a calendar reads somebody's own shifts. Only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="calendar_feeds")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(revoked_at=None), name="one_calendar_address_at_a_time"
            )
        ]


class ServiceEntry(models.Model):
    """Time that somebody served on one shift, counted once. Appended; a correction is a row of its own beside it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="service_entries")
    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="service_entries")
    post = models.ForeignKey("incidents.Post", on_delete=models.PROTECT, related_name="service_entries")
    day = models.DateField()
    minutes = models.IntegerField(help_text="of a correction: more or, below zero, less")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    reason = models.CharField(max_length=120, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["day", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "post", "day"], condition=models.Q(corrects=None), name="service_counted_once"
            )
        ]


class Certificate(models.Model):
    """A certificate of service hours. Its code shows a stranger that it is true, the hours and one letter of the name."""

    code = models.CharField(primary_key=True, max_length=16)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="service_certificates")
    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="certificates")
    minutes = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "incident", "minutes"], name="one_certificate_per_sum")
        ]

    @property
    def hours(self) -> str:
        """Hours with half hours, rounded down."""
        return f"{self.minutes // 30 / 2:g}"


class RestApproval(models.Model):
    """Somebody who should rest may be asked for one day all the same: who answers for that, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="rest_approvals")
    day = models.DateField()
    reason = models.CharField(max_length=120)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_rest_approval_a_day")]


class StandDown(models.Model):
    """The way home after an incident: opened when it ended, closed when somebody has seen what is left."""

    incident = models.OneToOneField(
        "incidents.Incident", primary_key=True, on_delete=models.CASCADE, related_name="stand_down_record"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    thanks = models.CharField(max_length=200, blank=True, default="")
    # What was still open when it was closed, and what becomes of it.
    left_open = models.PositiveIntegerField(default=0)
    left_words = models.CharField(max_length=200, blank=True, default="")
