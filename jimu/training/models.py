"""What people were taught and what they may do for it: certificates, sessions, quiz attempts, trainers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Certificate(models.Model):
    """A person is able to do something from a day until a day. A renewed one is another row; revoking ends one."""

    class Way(models.TextChoices):
        SESSION = "session", _("培训场次")
        QUIZ = "quiz", _("自学测验")
        APPOINTED = "appointed", _("凭证认定")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="certificates")
    qualification = models.CharField(max_length=40)
    course = models.CharField(max_length=40)
    course_version = models.PositiveIntegerField()
    way = models.CharField(max_length=10, choices=Way.choices)
    valid_from = models.DateField()
    expires_on = models.DateField(help_text="the last day on which it holds")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)
    # The first duty beside somebody who can; empty while it is still to come.
    supervised_at = models.DateTimeField(null=True)
    supervised_by = models.CharField(max_length=80, blank=True, default="")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True, default="")
    revoked_for = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["person", "qualification"]),
            models.Index(fields=["qualification", "expires_on"], condition=models.Q(revoked_at=None), name="certificate_standing"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_on__gte=models.F("valid_from")), name="certificate_ends_after_it_begins"),
        ]


class TrainingSession(models.Model):
    """A course taught at a place and a time by a trainer."""

    class State(models.TextChoices):
        PLANNED = "planned", _("待开课")
        HELD = "held", _("已结束")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.CharField(max_length=40)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="training_sessions")
    place = models.CharField(max_length=60)
    starts_at = models.DateTimeField(db_index=True)
    minutes = models.PositiveSmallIntegerField()
    capacity = models.PositiveSmallIntegerField()
    trainer = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="teaches")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    created_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "id"]


class Attendance(models.Model):
    """Somebody on the list of a session, and how it went."""

    class Result(models.TextChoices):
        INVITED = "invited", _("已报名")
        PASSED = "passed", _("通过")
        FAILED = "failed", _("未通过")
        ABSENT = "absent", _("缺席")

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="trainings")
    result = models.CharField(max_length=8, choices=Result.choices, default=Result.INVITED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "person"], name="one_place_per_session")]


class QuizAttempt(models.Model):
    """One go at a quiz. Appended, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="quiz_attempts")
    course = models.CharField(max_length=40)
    course_version = models.PositiveIntegerField()
    answers = models.JSONField(default=list)
    right = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "course", "at"])]


class Trainer(models.Model):
    """Somebody who teaches a course, because they have done it themselves. Rows end, they are not overwritten."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="trainer_of")
    course = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    appointed_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "course"], condition=models.Q(until=None), name="teaches_a_course_once"),
        ]
