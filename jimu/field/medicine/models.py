"""Medicine: orders with what happened to them, trips to hospitals, and cards, record books and cash in other hands."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Window(models.TextChoices):
    """At which window a hospital gives a drug out. Which one it is tells of health, so it is kept sealed."""

    GENERAL = "general", _("普通窗口")
    PSYCHIATRIC = "psychiatric", _("精神科专窗")
    ONCOLOGY = "oncology", _("肿瘤专窗")
    OTHER = "other", _("其他专科窗口")


class Colour(models.TextChoices):
    """How urgent an order is, by how long the medicine lasts."""

    RED = "red", _("红：已断药")
    YELLOW = "yellow", _("黄：当天要")
    GREEN = "green", _("绿：次日可")


class Door(models.Model):
    """A public address at which the residents of one part ask for medicine. One is open at a time; the database guards it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="medicine_doors")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(closed_at=None), name="one_open_medicine_door_a_unit"
            )
        ]


class Hospital(models.Model):
    """Where a neighborhood's people fetch medicine; `windows` are those it has."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="hospitals")
    name = models.CharField(max_length=40)
    windows = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="a_hospital_once_a_unit")]

    def __str__(self) -> str:
        return self.name


class Trip(models.Model):
    """One way to one hospital and back, with some households' orders."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="medicine_trips")
    number = models.PositiveIntegerField()
    hospital = models.ForeignKey(Hospital, on_delete=models.PROTECT, related_name="trips")
    window_sealed = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "number"], name="a_trip_number_once_a_unit")]

    @property
    def window(self) -> str:
        return sealed.unseal(self.window_sealed)


class Duty(models.Model):
    """Who does which part of a trip's work."""

    class Part(models.TextChoices):
        PAY = "pay", _("挂号缴费")
        FETCH = "fetch", _("开药取药")
        CHECK = "check", _("核对")

    trip = models.ForeignKey(Trip, on_delete=models.CASCADE, related_name="duties")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="medicine_duties")
    part = models.CharField(max_length=5, choices=Part.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trip", "person"], name="one_part_a_person_a_trip")]


class Order(models.Model):
    """Medicine for one resident. `state` is what the facts lead to, kept here for lists; `due_at` when it has to be at the door."""

    class State(models.TextChoices):
        REGISTERED = "registered", _("待初审")
        TRIAGED = "triaged", _("待收卡")
        COLLECTED = "collected", _("待派单")
        ASSIGNED = "assigned", _("已派，待取药")
        FETCHING = "fetching", _("取药中")
        MISSING = "missing", _("缺药")
        FETCHED = "fetched", _("待核对")
        CHECKED = "checked", _("待送达")
        DELIVERED = "delivered", _("待签收")
        HELD = "held", _("退药待处理")
        SIGNED = "signed", _("待还卡")
        RETURNED = "returned", _("待结算")
        SETTLED = "settled", _("已结算")
        CANCELLED = "cancelled", _("已取消")

    class Way(models.TextChoices):
        DESK = "desk", _("电话或窗口")
        DOOR = "door", _("上门登记")
        QR = "qr", _("居民扫码")

    OVER = ("settled", "cancelled")
    #: The medicine is not yet at the door.
    AWAITED = ("registered", "triaged", "collected", "assigned", "fetching", "missing", "fetched", "checked")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="medicine_orders")
    room = models.CharField(max_length=30)
    # The neighborhood, in which bags are numbered.
    place = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="+")
    bag = models.PositiveIntegerField()
    name_sealed = models.CharField(max_length=240)
    phone_sealed = models.CharField(max_length=120, blank=True, default="")
    # Of the same resident: the door and the name.
    owner_index = models.CharField(max_length=32, db_index=True)
    way = models.CharField(max_length=4, choices=Way.choices)
    reported_by = models.CharField(max_length=80)
    again_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="again")
    window_sealed = models.CharField(max_length=120, blank=True, default="")
    hospital = models.ForeignKey(Hospital, null=True, on_delete=models.PROTECT, related_name="orders")
    trip = models.ForeignKey(Trip, null=True, on_delete=models.SET_NULL, related_name="orders")
    runner = models.ForeignKey(
        "people.Person", null=True, on_delete=models.SET_NULL, related_name="medicine_runs"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.REGISTERED)
    days_left = models.PositiveSmallIntegerField(
        null=True, help_text="for how many days it lasted at registration; null: not known"
    )
    raised = models.CharField(max_length=6, choices=Colour.choices, blank=True, default="")
    cold = models.BooleanField(default=False)
    controlled = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    half_at = models.DateTimeField(null=True, help_text="when half of its time is over")
    stage = models.PositiveSmallIntegerField(default=0, help_text="0 in time, 1 half was over and nobody went, 2 overdue")
    next_tick = models.BigIntegerField(null=True, help_text="second of service at which the next level is told")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "bag"], name="a_bag_number_once")]
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["unit", "state"]),
            models.Index(fields=["trip", "state"]),
            models.Index(fields=["next_tick"], name="medicine_told_next"),
        ]

    def __str__(self) -> str:
        return self.bag_words

    @property
    def target(self) -> str:
        """What the journal and messages call it."""
        return f"medicine:{self.pk}"

    @property
    def bag_words(self) -> str:
        return f"{self.bag:03d}"

    @property
    def running(self) -> bool:
        return self.state not in self.OVER

    @property
    def name(self) -> str:
        return sealed.unseal(self.name_sealed)

    @property
    def window(self) -> str:
        return sealed.unseal(self.window_sealed) or Window.GENERAL.value


class Item(models.Model):
    """One drug of an order, sealed. `gone_at`: another took its place by a new prescription."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    name_sealed = models.CharField(max_length=400)
    maker_sealed = models.CharField(max_length=300, blank=True, default="")
    strength_sealed = models.CharField(max_length=200, blank=True, default="")
    count = models.PositiveSmallIntegerField()
    days_left = models.PositiveSmallIntegerField(null=True)
    cold = models.BooleanField(default=False)
    controlled = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at", "id"]

    @property
    def words(self) -> str:
        """Name, strength, maker."""
        return " ".join(
            filter(None, map(sealed.unseal, (self.name_sealed, self.strength_sealed, self.maker_sealed)))
        )


class Photo(models.Model):
    """A picture of the box, without what the camera wrote into it; sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="photos")
    image_sealed = models.TextField()
    at = models.DateTimeField()


class Fact(models.Model):
    """What happened with an order: who, when, where. Appended; one that was undone stays, and another says so."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="facts")
    act = models.CharField(max_length=12)
    leads_to = models.CharField(max_length=10, choices=Order.State.choices)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    account_id = models.BigIntegerField(null=True)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    where = models.CharField(max_length=60, blank=True, default="")
    items = models.JSONField(default=list, help_text="ids of the drugs it is about")
    # Money in fen (total, insurance, cash, refund, given), the trip, and what it was before for undoing. Nothing personal in plain.
    data = models.JSONField(default=dict)
    note_sealed = models.TextField(blank=True, default="")
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["order", "seq"])]

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)

    @property
    def late(self) -> bool:
        """Whether it was written down without a network and arrived later."""
        return self.recorded_at - self.at > timedelta(minutes=10)

    @property
    def who(self) -> str:
        """Whoever did it: as the register has them, else by the account."""
        return self.person.name if self.person else self.by


class Alarm(models.Model):
    """Who was told that an order is left lying, at which stage of which limit, and what they answered. Appended; only the answer comes later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="alarms")
    stage = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(help_text="the limit it is about: another limit begins anew")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="medicine_alarms")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    note_sealed = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["order", "stage", "due_at", "person"], name="told_once_of_a_limit")]
        indexes = [models.Index(fields=["person", "answered_at"], name="alarms_of_a_person")]

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)


class Thing(models.Model):
    """A card, a record book, an order's cash, or what was paid at the door. `holder` is what its signatures lead to: null is the resident."""

    class Kind(models.TextChoices):
        CARD = "card", _("医保卡")
        BOOK = "book", _("病历本")
        CASH = "cash", _("现金")
        PAID = "paid", _("门口收的药费")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    # A card is its owner's, whatever the order; cash is an order's; what was paid at a door is that visit's.
    key = models.CharField(max_length=32)
    order = models.ForeignKey(
        Order,
        on_delete=models.PROTECT,
        related_name="things",
        help_text="the order for which it was last collected",
    )
    holder = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="medicine_things"
    )
    offered_to = models.ForeignKey(
        "people.Person", null=True, on_delete=models.PROTECT, related_name="medicine_offers"
    )
    lost = models.BooleanField(default=False)
    fen = models.PositiveIntegerField(default=0)
    links = models.PositiveIntegerField(default=0)
    out_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="a_thing_once")]
        indexes = [models.Index(fields=["holder", "out_since"])]

    @property
    def out(self) -> bool:
        """Whether somebody other than the resident answers for it."""
        return self.holder_id is not None

    @property
    def amount(self) -> str:
        """The money in yuan; '' for what is no money."""
        return f"¥{self.fen / 100:.2f}" if self.money else ""

    @property
    def money(self) -> bool:
        """Whether it is counted whenever it changes hands."""
        return self.kind in (self.Kind.CASH, self.Kind.PAID)


class Signature(models.Model):
    """A link of a thing's chain: who gave, who took, when, where, how much. Appended; the number guards that there is one chain."""

    class Kind(models.TextChoices):
        COLLECTED = "collected", _("从居民处收下")
        OFFERED = "offered", _("交出，等对方签收")
        WITHDRAWN = "withdrawn", _("收回交出")
        TAKEN = "taken", _("签收")
        SPENT = "spent", _("付药费")
        RETURNED = "returned", _("还给居民")
        SETTLED = "settled", _("入账结清")
        LOST = "lost", _("报失")
        FOUND = "found", _("找到")
        REPLACED = "replaced", _("已补办，交居民")
        UNDONE = "undone", _("撤销")

    id = models.BigAutoField(primary_key=True)
    thing = models.ForeignKey(Thing, on_delete=models.PROTECT, related_name="signatures")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    giver = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    taker = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    fen = models.PositiveIntegerField(default=0, help_text="what there is of it afterwards")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    where = models.CharField(max_length=60, blank=True, default="")
    note_sealed = models.TextField(blank=True, default="")
    fact = models.ForeignKey(Fact, null=True, on_delete=models.PROTECT, related_name="signatures")

    class Meta:
        ordering = ["thing_id", "number"]
        constraints = [models.UniqueConstraint(fields=["thing", "number"], name="one_chain_of_a_thing")]

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)

    @property
    def amount(self) -> str:
        """The cash there is afterwards, in yuan."""
        return f"¥{self.fen / 100:.2f}"
