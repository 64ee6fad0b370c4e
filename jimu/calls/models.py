"""Calls: people asked for open seats in waves, what each was offered, what they said, and who stands by."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Step(models.TextChoices):
    """Who is asked after whom."""

    BENCH = "bench", _("候补")
    TEAM = "team", _("本组人员")
    NEIGHBORHOOD = "neighborhood", _("本居民区储备")
    NEIGHBORS = "neighbors", _("邻近居民区")
    ORGANISATIONS = "organisations", _("单位")
    SUBDISTRICT = "subdistrict", _("全街道")


class Call(models.Model):
    """One call for open seats of a published roster: its waves go on until the seats are filled or it is ended."""

    class Kind(models.TextChoices):
        CALL_UP = "call_up", _("召集")
        BACKFILL = "backfill", _("补位")

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        PAUSED = "paused", _("已暂停")
        DONE = "done", _("已完成")
        STOPPED = "stopped", _("已停止")

    class End(models.TextChoices):
        FILLED = "filled", _("岗位都有人了")
        OVER = "over", _("班次已经结束")
        STOOD_DOWN = "stood_down", _("响应已解除")
        BY_HAND = "by_hand", _("由人停止")

    OPEN = ("running", "paused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    incident = models.ForeignKey("incidents.Incident", on_delete=models.CASCADE, related_name="calls")
    roster = models.ForeignKey("roster.Roster", on_delete=models.CASCADE, related_name="calls")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="calls", help_text="the part it is for")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    end = models.CharField(max_length=10, choices=End.choices, blank=True, default="")
    note = models.CharField(max_length=120, blank=True, default="", help_text="what the caller adds to every offer")
    cause = models.CharField(max_length=10, blank=True, default="", help_text="why a seat opened, of a backfill")
    # The playbook's numbers as they were, and the steps that this caller may take.
    terms = models.JSONField(default=dict)
    chain = models.JSONField(default=list)
    step = models.PositiveSmallIntegerField(default=0)
    wave = models.PositiveIntegerField(default=0)
    exhausted = models.BooleanField(default=False, help_text="nobody else fits at any step; looked at again each wave")
    due = models.BigIntegerField(default=0, help_text="second of service at which it is looked at again")
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["state", "due"]), models.Index(fields=["unit", "-started_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.unit.name}"

    @property
    def target(self) -> str:
        """What the journal, messages and live pages call it."""
        return f"call:{self.pk}"

    @property
    def backfill(self) -> bool:
        """Whether it is for a seat that opened at short notice."""
        return self.kind == self.Kind.BACKFILL


class CallShift(models.Model):
    """A shift that a call is for. A shift belongs to one call at a time; the database guards it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="shifts")
    shift = models.ForeignKey("roster.Shift", on_delete=models.CASCADE, related_name="call_shifts")
    wanted = models.PositiveSmallIntegerField(help_text="open seats when the call began")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shift"], condition=Q(active=True), name="one_call_for_a_shift"),
            models.UniqueConstraint(fields=["call", "shift"], name="a_call_names_a_shift_once"),
        ]


class Offer(models.Model):
    """One seat offered to one person. Nobody has two unanswered offers at a time; the database guards it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等答复")
        LATER = "later", _("晚点再说")
        SILENT = "silent", _("没有回音")
        YES = "yes", _("能来")
        BENCH = "bench", _("候补")
        NO = "no", _("来不了")
        UNFIT = "unfit", _("现在不合适")
        CLOSED = "closed", _("不用再答")

    UNANSWERED = ("waiting", "later")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="offers")
    shift = models.ForeignKey("roster.Shift", on_delete=models.CASCADE, related_name="offers")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="offers")
    step = models.CharField(max_length=13, choices=Step.choices)
    wave = models.PositiveIntegerField()
    rank = models.PositiveIntegerField(help_text="place among those who fit, best first")
    reasons = models.JSONField(default=list, help_text="codes and numbers of why this person")
    lent = models.BooleanField(default=False, help_text="from elsewhere: a yes makes a loan for the time of the shift")
    stamp = models.CharField(max_length=32, help_text="digest of what the judgement rested on")
    judged_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    sent_at = models.DateTimeField()
    due = models.BigIntegerField(help_text="second of service after which it is silent, or asked again")
    answer_by = models.DateTimeField(help_text="as the person was told")
    answered_at = models.DateTimeField(null=True)
    # Why somebody cannot come: it may tell of an illness.
    reason_sealed = models.CharField(max_length=400, blank=True, default="")
    told = models.BooleanField(default=False, help_text="the outcome has been written to them")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "person"], name="one_offer_a_person_and_call"),
            models.UniqueConstraint(fields=["person"], condition=Q(state__in=("waiting", "later")), name="one_open_offer_a_person"),
        ]
        indexes = [
            models.Index(fields=["call", "state"]),
            models.Index(fields=["shift", "state"]),
            models.Index(fields=["state", "due"]),
            models.Index(fields=["call"], condition=Q(told=False, state__in=("yes", "bench")), name="offer_outcome_untold"),
        ]


class Answer(models.Model):
    """What somebody said to an offer. Appended; the newest counts."""

    class Word(models.TextChoices):
        YES = "yes", _("能来")
        NO = "no", _("来不了")
        LATER = "later", _("晚点再说")

    class Via(models.TextChoices):
        LINK = "link", _("本人点链接")
        ACCOUNT = "account", _("本人登录")
        LEAD = "lead", _("代为登记")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="answers")
    word = models.CharField(max_length=6, choices=Word.choices)
    outcome = models.CharField(max_length=8, choices=Offer.State.choices)
    via = models.CharField(max_length=8, choices=Via.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Standby(models.Model):
    """Somebody who said yes when the seats were taken, and stands by for a shift until a moment. Rows end."""

    class End(models.TextChoices):
        SEATED = "seated", _("已补上")
        GONE = "gone", _("本人来不了")
        RELEASED = "released", _("不用再等")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="standby")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="standbys")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="standbys")
    shift = models.ForeignKey("roster.Shift", on_delete=models.CASCADE, related_name="standbys")
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=End.choices, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["unit", "until"]), models.Index(fields=["person", "until"])]


class OrganisationAsk(models.Model):
    """An organisation that a call asks to call its own people. Its newest answer counts."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等答复")
        PASSED = "passed", _("已转给本单位的人")
        SENDS = "sends", _("答应派人")
        NO = "no", _("派不出")
        SILENT = "silent", _("没有回音")

    UNANSWERED = ("waiting", "silent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="organisations")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.CASCADE, related_name="asks")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    sends = models.PositiveIntegerField(default=0, help_text="how many people it said it sends, beside those who answer themselves")
    asked_at = models.DateTimeField()
    due = models.BigIntegerField(help_text="second of service after which it is reminded, then silent")
    reminded = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "organisation"], name="an_organisation_is_asked_once_a_call")]
        indexes = [models.Index(fields=["state", "due"])]


class PassedOn(models.Model):
    """Somebody to whom their organisation passes a call on: the next wave offers them what fits."""

    id = models.BigAutoField(primary_key=True)
    ask = models.ForeignKey(OrganisationAsk, on_delete=models.CASCADE, related_name="passed")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="passed_on")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ask", "person"], name="passed_on_once")]
