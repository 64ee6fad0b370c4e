"""Orders of a group buy that are brought to doors. `models.py` takes it in, where Django looks for tables."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Load(models.Model):
    """Parcels of one buy that left the store for one building, as a consignment of a plan does."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    buy = models.ForeignKey("supplies.Buy", on_delete=models.PROTECT, related_name="loads")
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="buy_loads")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["building", "at"], name="loads_of_a_building")]


class LoadReceipt(models.Model):
    """The building leader's signature for a load: so many parcels were counted. One for each load; the database guards it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    load = models.OneToOneField(Load, on_delete=models.PROTECT, related_name="receipt")
    counted = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Parcel(models.Model):
    """What one order gets on one load; its goods are its moves. Another follows only when this one got lost or came back.

    `state` is where it stands by its events; it changes under the lock of the store, together with them.
    """

    class State(models.TextChoices):
        OUT = "out", _("在路上")
        DONE = "done", _("已放门口")
        MISSING = "missing", _("没有找到")
        BACK = "back", _("已退回库里")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    load = models.ForeignKey(Load, on_delete=models.PROTECT, related_name="parcels")
    order = models.ForeignKey("supplies.Order", on_delete=models.PROTECT, related_name="parcels")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OUT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order"], condition=Q(state__in=("out", "done")), name="an_order_under_way_once")]


class ParcelEvent(models.Model):
    """What came of a parcel, at its door or on signing. Appended; UNDONE takes a DONE back that was a slip of the finger."""

    class Kind(models.TextChoices):
        DONE = "done", _("已放门口")
        NOBODY = "nobody", _("没人应")
        REFUSED = "refused", _("不要")
        WRONG = "wrong", _("东西不对")
        MISSING = "missing", _("没有他家的")
        UNDONE = "undone", _("更正：没有送到")
        BACK = "back", _("退回库里")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    note_sealed = models.CharField(max_length=900, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["parcel", "at"], name="events_of_a_parcel")]
