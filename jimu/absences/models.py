"""Absences: several people who drop out at once, by one act, until a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Absence(models.Model):
    """One act: who of a part of the grid is out from a moment until another, and why."""

    class Reason(models.TextChoices):
        QUARANTINE = "quarantine", _("隔离")
        ILL = "ill", _("生病")
        OTHER = "other", _("其他")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="absences", help_text="the part they belong to")
    # Why somebody is out tells of their health: both are sealed.
    reason_sealed = models.CharField(max_length=80)
    words_sealed = models.CharField(max_length=800, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    # What it did at once: shifts given up, team seats, offers taken back, orders passed on.
    outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="absence_has_a_term")]

    @property
    def target(self) -> str:
        """What the journal and messages call it."""
        return f"absence:{self.pk}"

    @property
    def reason(self) -> str:
        """Why, in a word."""
        return str(self.Reason(sealed.unseal(self.reason_sealed)).label)

    @property
    def words(self) -> str:
        """What was said beside."""
        return sealed.unseal(self.words_sealed)


class Absentee(models.Model):
    """One person of an absence. Rows end. A person is in one open absence; the database guards it."""

    class End(models.TextChoices):
        OVER = "over", _("到期回来")
        EARLY = "early", _("提前回来")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="absences")
    was_paused = models.BooleanField(default=False, help_text="took no part before either, and will not afterwards")
    # A newer roster has new shifts for the same posts and days.
    shifts = models.JSONField(default=list, help_text="post and day of each shift given up, offered again on return")
    seats = models.JSONField(default=list, help_text="team seats given up, offered again on return")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True, default="")
    end = models.CharField(max_length=5, choices=End.choices, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], condition=models.Q(ended_at=None), name="one_open_absence_a_person")]
