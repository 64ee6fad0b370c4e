"""Tables of the core: the journal, background jobs, live pulses."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class JournalEntry(models.Model):
    """One thing that happened. Rows are appended, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    account_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    verb = models.CharField(max_length=60, db_index=True)
    target = models.CharField(max_length=80, db_index=True)
    scope = models.CharField(max_length=255, blank=True, default="", db_index=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]


class Job(models.Model):
    """A piece of background work and how far it is."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, db_index=True)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    progress = models.FloatField(default=0)
    note = models.CharField(max_length=200, blank=True, default="")
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True, default="")
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    account_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_open_job_per_subject",
                violation_error_message=_("这件事已经在做了，请等它完成。"),
            )
        ]

    @property
    def percent(self) -> int:
        """Progress in whole percent."""
        return round(self.progress * 100)


class SteadyClock(models.Model):
    """Seconds during which the service ran: one row, advanced by the process that holds it."""

    seconds = models.BigIntegerField(default=0)
    holder = models.CharField(max_length=32, blank=True, default="")


class Pulse(models.Model):
    """A counter per topic; a page that shows the topic refreshes when it rises."""

    topic = models.CharField(primary_key=True, max_length=80)
    version = models.BigIntegerField(default=0)
    at = models.DateTimeField()
