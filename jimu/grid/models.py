"""Places: one tree of units, with the facts that plans are made from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from jimu.core.ids import new_id


class Unit(MP_Node):  # type: ignore[misc]
    """One cell of the grid. `path` (from the tree) sorts and bounds its subtree; `code` names it outside Jimu."""

    class Kind(models.TextChoices):
        SUBDISTRICT = "subdistrict", _("街道")
        ZONE = "zone", _("片区")
        NEIGHBORHOOD = "neighborhood", _("居民区")
        BLOCK = "block", _("网格块")
        BUILDING = "building", _("楼栋")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices, db_index=True)
    name = models.CharField(max_length=60)
    # The name without what every name of its kind ends with (甲一 for 甲一居民区): how lists refer to it.
    short_name = models.CharField(max_length=60, db_index=True)
    code = models.CharField(max_length=20, blank=True, default="")
    order = models.PositiveIntegerField(default=0)
    households = models.PositiveIntegerField(null=True)
    residents = models.PositiveIntegerField(null=True)
    elders = models.PositiveIntegerField(null=True, help_text="aged 60 and over")
    elders_living_alone = models.PositiveIntegerField(null=True)
    buildings = models.PositiveIntegerField(null=True)
    blocks = models.PositiveIntegerField(null=True)
    # Of a building: households share kitchens (and mostly toilets). Not known is not "no".
    shared_kitchen = models.BooleanField(null=True)
    note = models.CharField(max_length=300, blank=True, default="")
    retired_at = models.DateTimeField(null=True)

    # Children keep the order in which their lists gave them.
    node_order_by: list[str] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~models.Q(code=""), name="unit_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FormerUnit(models.Model):
    """What a unit was called, coded or where it stood, until it changed; what did not change stays empty.

    A code or a path that stands here is never given to another unit.
    """

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="former")
    name = models.CharField(max_length=60, blank=True, default="", db_index=True)
    code = models.CharField(max_length=20, blank=True, default="", db_index=True)
    path = models.CharField(max_length=255, blank=True, default="", db_index=True)
    until = models.DateTimeField()
