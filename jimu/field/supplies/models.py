"""Supplies: what arrived, every hand it passed through, who signed for it and which door it reached. All of it appended."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id
from jimu.field.supplies.parcel_models import Load as Load
from jimu.field.supplies.parcel_models import LoadReceipt as LoadReceipt
from jimu.field.supplies.parcel_models import Parcel as Parcel
from jimu.field.supplies.parcel_models import ParcelEvent as ParcelEvent
from jimu.field.supplies.transfer_models import Transfer as Transfer


class Lot(models.Model):
    """Goods of one kind that arrived at one store at one time. How many there are now is the sum of its moves, never a column."""

    class Source(models.TextChoices):
        GOVERNMENT = "government", _("政府发放")
        SHOP = "shop", _("采购")
        DONATION = "donation", _("捐赠")
        GROUP = "group", _("团购")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The store: a neighborhood, or whoever else keeps goods.
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="lots")
    item = models.CharField(max_length=40)
    measure = models.CharField(max_length=10, help_text="what the number counts: bags, boxes")
    source = models.CharField(max_length=10, choices=Source.choices)
    # Of a private giver the name is sealed and never published.
    giver = models.CharField(max_length=80, blank=True, default="", help_text="an organisation or a shop")
    # A registered giver, and the promise that these goods are of: how many came of it is told there by the moves that bring them in.
    organisation = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="lots")
    pledge = models.ForeignKey("organisations.Pledge", null=True, on_delete=models.PROTECT, related_name="lots")
    giver_sealed = models.CharField(max_length=240, blank=True, default="", help_text="a private person")
    mark = models.CharField(max_length=40, blank=True, default="", help_text="the maker's number of the lot")
    use_by = models.DateField(null=True)
    disinfect = models.BooleanField(default=True)
    rest_minutes = models.PositiveIntegerField(default=60)
    receipt = models.CharField(max_length=20, unique=True, help_text="the giver's")
    arrived_at = models.DateTimeField()
    arrived_by = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True, default="")
    buy_item = models.ForeignKey("BuyItem", null=True, on_delete=models.PROTECT, related_name="lots", help_text="ordered together; only those who ordered get it")

    class Meta:
        indexes = [models.Index(fields=["unit", "-arrived_at"], name="lots_of_a_store")]

    def __str__(self) -> str:
        return self.item

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"lot:{self.pk}"


class LotEvent(models.Model):
    """What was done with a lot as a whole. Appended."""

    class Kind(models.TextChoices):
        DISINFECTED = "disinfected", _("消杀")
        COUNTED = "counted", _("清点")
        PACKED = "packed", _("分拣")
        THANKED = "thanked", _("致谢")

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["at", "id"]


class Plan(models.Model):
    """Who gets what: one portion is so many of each of its lots; households at home get one, larger ones more, up to `limit`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="supply_plans")
    title = models.CharField(max_length=60)
    limit = models.PositiveSmallIntegerField(default=1, help_text="portions that one household gets at most")
    per_people = models.PositiveSmallIntegerField(null=True, help_text="one portion for so many people; empty: one for each household")
    spare = models.PositiveIntegerField(default=0, help_text="portions kept for mistakes and for staff")
    # Households that got something from that plan wait until the others were served.
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="next_plans")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "closed_at"], name="plans_of_a_store")]
        constraints = [models.CheckConstraint(condition=Q(limit__gte=1), name="a_plan_gives_something")]

    def __str__(self) -> str:
        return self.title

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"supply-plan:{self.pk}"


class PlanItem(models.Model):
    """So many of a lot in each portion."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="plan_items")
    each = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "lot"], name="a_lot_once_in_a_portion"),
            models.CheckConstraint(condition=Q(each__gte=1), name="some_in_each_portion"),
        ]


class Share(models.Model):
    """What a plan gives to one building, as reckoned from the ledger when it was made."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="shares")
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="supply_shares")
    households = models.PositiveIntegerField()
    priority = models.PositiveIntegerField(help_text="households with somebody of a priority group")
    portions = models.PositiveIntegerField()
    on_ledger = models.BooleanField(help_text="its doors stand on the ledger; else only a number is known")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "building"], name="one_share_of_a_building")]


class Consignment(models.Model):
    """Portions that left the store for a building."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="consignments")
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="consignments")
    portions = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["building", "at"], name="consignments_of_a_building")]


class Receipt(models.Model):
    """The building leader's signature: so many were counted. One for each consignment; the database guards it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    consignment = models.OneToOneField(Consignment, on_delete=models.PROTECT, related_name="receipt")
    counted = models.PositiveIntegerField()
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Delivery(models.Model):
    """What came of carrying a plan's portions to a door. Appended; UNDONE takes a DONE back that was a slip of the finger."""

    class Result(models.TextChoices):
        DONE = "done", _("已放门口")
        NOBODY = "nobody", _("没人应")
        REFUSED = "refused", _("不要")
        WRONG = "wrong", _("东西不对")
        UNDONE = "undone", _("更正：没有送到")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="deliveries")
    room = models.ForeignKey("households.Room", on_delete=models.PROTECT, related_name="deliveries")
    result = models.CharField(max_length=8, choices=Result.choices)
    portions = models.PositiveSmallIntegerField(default=0, help_text="handed over, or taken back")
    note_sealed = models.CharField(max_length=900, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["plan", "room"], name="deliveries_of_a_plan"), models.Index(fields=["room", "-at"], name="deliveries_to_a_door")]


class Move(models.Model):
    """So many of a lot went from one hand to another. Appended: what each hand holds is what came in less what went out."""

    class Place(models.TextChoices):
        SOURCE = "source", _("来处")
        STORE = "store", _("库里")
        BUILDING = "building", _("楼里")
        OUT = "out", _("已发出")
        LOST = "lost", _("缺损")
        BACK = "back", _("已退回来处")
        TRANSIT = "transit", _("调拨路上")
        MOVED = "moved", _("已调到别的库")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="moves")
    number = models.PositiveIntegerField()
    outof = models.CharField(max_length=8, choices=Place.choices)
    into = models.CharField(max_length=8, choices=Place.choices)
    # Whose building, when one of the two hands is a building's.
    building = models.ForeignKey("grid.Unit", null=True, on_delete=models.PROTECT, related_name="supply_moves")
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="moves")
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.PROTECT, related_name="moves")
    parcel = models.ForeignKey("Parcel", null=True, on_delete=models.PROTECT, related_name="moves", help_text="of an order that is brought to a door")
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["lot", "outof", "into", "building"], name="moves_of_a_lot")]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="a_move_of_something"),
            models.CheckConstraint(condition=~Q(outof=models.F("into")), name="a_move_to_elsewhere"),
            models.CheckConstraint(condition=Q(outof="building") | Q(into="building") | Q(building=None), name="a_building_where_one_is"),
        ]


class BuyLeader(models.Model):
    """A resident who buys for neighbors (团长). Registered, then checked by the committee; `code` is the private address of their desk."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待核对")
        CHECKED = "checked", _("已核对")
        STOPPED = "stopped", _("已停止")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="buy_leaders")
    name_sealed = models.CharField(max_length=240)
    phone_sealed = models.CharField(max_length=120)
    phone_index = models.CharField(max_length=32, db_index=True)
    code = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    note = models.CharField(max_length=200, blank=True, default="", help_text="what was checked")
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=80)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "phone_index"], name="a_buy_leader_once")]

    @property
    def name(self) -> str:
        return sealed.unseal(self.name_sealed)

    @property
    def masked_name(self) -> str:
        return sealed.mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return sealed.mask_phone(sealed.unseal(self.phone_sealed))


class Buy(models.Model):
    """Neighbors order together from one supplier. It takes orders until `closes_at`, by itself; payment is outside and only noted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True, help_text="the residents' address")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="buys")
    leader = models.ForeignKey(BuyLeader, on_delete=models.PROTECT, related_name="buys")
    title = models.CharField(max_length=60)
    supplier = models.CharField(max_length=80, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    @property
    def target(self) -> str:
        """What the journal calls it."""
        return f"buy:{self.pk}"


class BuyItem(models.Model):
    """What can be ordered, at what price (in fen), and how many a household may have."""

    id = models.BigAutoField(primary_key=True)
    buy = models.ForeignKey(Buy, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(max_length=40)
    measure = models.CharField(max_length=10)
    price = models.PositiveIntegerField(help_text="fen for one")
    limit = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["buy", "name"], name="an_item_once_in_a_buy")]

    @property
    def yuan(self) -> str:
        """The price in yuan."""
        return f"{self.price // 100}.{self.price % 100:02d}"


class Slot(models.Model):
    """When orders are handed out at a place, or brought to doors, and how many at most."""

    class Way(models.TextChoices):
        PICKUP = "pickup", _("自提")
        DOOR = "door", _("送到门口")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    buy = models.ForeignKey(Buy, on_delete=models.CASCADE, related_name="slots")
    way = models.CharField(max_length=6, choices=Way.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    most = models.PositiveIntegerField(help_text="orders")

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="a_slot_takes_time")]


class Order(models.Model):
    """What one household ordered. Name and phone are sealed; `receipt` is the household's own address."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    buy = models.ForeignKey(Buy, on_delete=models.PROTECT, related_name="orders")
    building = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="buy_orders")
    room = models.CharField(max_length=20)
    receipt = models.CharField(max_length=20, unique=True)
    name_sealed = models.CharField(max_length=240, blank=True, default="")
    phone_sealed = models.CharField(max_length=120, blank=True, default="")
    slot = models.ForeignKey(Slot, null=True, on_delete=models.SET_NULL, related_name="orders")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["buy", "building", "room"], name="orders_of_a_household")]

    @property
    def name(self) -> str:
        return sealed.unseal(self.name_sealed)

    @property
    def masked_phone(self) -> str:
        return sealed.mask_phone(sealed.unseal(self.phone_sealed))


class OrderLine(models.Model):
    """So many of an item."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    item = models.ForeignKey(BuyItem, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "item"], name="an_item_once_in_an_order"),
            models.CheckConstraint(condition=Q(number__gte=1), name="some_of_an_item"),
        ]


class OrderEvent(models.Model):
    """What happened with an order. Appended; one of each kind but notes of refunds."""

    class Kind(models.TextChoices):
        PAID = "paid", _("已付款")
        CANCELLED = "cancelled", _("已取消")
        HANDED = "handed", _("已交货")
        REFUND = "refund", _("退款")

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    fen = models.PositiveIntegerField(default=0, help_text="of a refund")
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["order", "kind"], condition=~Q(kind="refund"), name="once_of_an_order")]
