"""What has a moment at which somebody must be told."""

from django.db import models


class Clock(models.Model):
    """What has a moment at which somebody must be told: `alarm_at`. Once told, whom (`told`), and when the next level is (`next_tick`).

    `alarmed_at` is when the alarm began; `stuck` that nobody is left to tell. A new moment begins anew.
    """

    alarm_at = models.DateTimeField(null=True)
    alarmed_at = models.DateTimeField(null=True)
    told = models.JSONField(default=list)
    next_tick = models.BigIntegerField(null=True)
    stuck = models.BooleanField(default=False)

    class Meta:
        abstract = True
