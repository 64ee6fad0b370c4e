"""Goods between stores. `models.py` takes it in, where Django looks for tables."""

from django.db import models
from django.db.models import Q

from jimu.core.ids import new_id


class Transfer(models.Model):
    """Goods on their way from one store to another, under two signatures: of who sent them, and of who counted them there.

    What arrives is a lot of its own, `made`; it takes up the story of the one it came of.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lot = models.ForeignKey("supplies.Lot", on_delete=models.PROTECT, related_name="transfers")
    to = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="supply_transfers")
    number = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True, default="")
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    sent_account = models.BigIntegerField(null=True, help_text="another account signs for them")
    counted = models.PositiveIntegerField(null=True)
    counted_note = models.CharField(max_length=200, blank=True, default="")
    counted_at = models.DateTimeField(null=True)
    counted_by = models.CharField(max_length=80, blank=True, default="")
    made = models.OneToOneField("supplies.Lot", null=True, on_delete=models.PROTECT, related_name="came_by")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["to", "counted_at"], name="transfers_to_a_store")]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="a_transfer_of_something"),
            models.CheckConstraint(condition=Q(counted_at=None) | Q(cancelled_at=None), name="a_transfer_ends_one_way"),
        ]

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"transfer:{self.pk}"

    @property
    def missing(self) -> int:
        """How many were short when they were counted."""
        return max(0, self.number - self.counted) if self.counted is not None else 0
