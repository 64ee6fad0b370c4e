"""At the doors without a network: medicine asked for, cards collected, bags delivered and signed for, cards given back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid
from jimu.field.medicine import acting, custody, custody_queries, queries, registering, rules
from jimu.field.medicine.models import Order, Signature, Thing
from jimu.field.medicine.registering import ItemGiven
from jimu.field.medicine.scenes import Given
from jimu.grid.models import Unit
from jimu.sync.fields import CHOICE, CHOICES, GIVEN, LONG, NUMBER, Field, read_id
from jimu.sync.registry import (
    Answer,
    Data,
    Delta,
    Duty,
    Holder,
    Incoming,
    Kind,
    Offer,
    Pack,
    places_of,
)

REGISTER, COLLECT, DELIVER, SIGN, RETURN = (
    "medicine.register",
    "medicine.collect",
    "medicine.deliver",
    "medicine.sign",
    "medicine.return",
)
WITNESS, HOLD, LOST = "medicine.witness", "medicine.hold", "medicine.lost"
#: What a phone may be for.
DOORS = "medicine.doors"
#: What a door can be opened for, by what the order waits for; one visit may do the next ones too, before the phone has heard back.
OPENS = {
    Order.State.TRIAGED: [COLLECT], Order.State.CHECKED: [DELIVER, SIGN, RETURN, HOLD], Order.State.DELIVERED: [SIGN, RETURN, HOLD], Order.State.SIGNED: [RETURN, HOLD],
}  # fmt: skip
WHO = (
    ("self", _("本人")),
    ("family", _("家里人")),
    ("neighbor", _("邻居代收")),
    ("door", _("放在门口，电话里确认")),
)


def register(one: Incoming) -> Answer:
    """An order, its clock counted from when it was heard."""
    data = one.data
    first = ItemGiven(data["drug"], data["count"] or 1, data["maker"], data["strength"], data["days_left"])
    rest = [ItemGiven(*rules.drug_of(line)) for line in data["more"].splitlines() if line.strip()]
    given = registering.Given(
        read_id(data["unit"]), data["room"], data["name"], [first, *rest], data["phone"]
    )
    order = registering.register(
        actor=one.actor,
        at=one.at,
        given=given,
        way=Order.Way.DOOR,
        op_id=one.op_id,
        recorded_at=one.received_at,
    )
    return Answer({"receipt": order.receipt, "bag": order.bag_words})


def _act(one: Incoming, name: str, **more: Any) -> None:
    given = Given(op_id=one.op_id, recorded_at=one.received_at, where=gettext("门口"), **more)
    with one.happened():
        acting.act(actor=one.actor, at=one.at, order_id=read_id(one.data["order"]), name=name, given=given)


def _fen(yuan: int | None) -> int:
    return (yuan or 0) * 100


def collect(one: Incoming) -> None:
    """Cards taken over at the door."""
    cash = _fen(one.data["cash"])
    things = [*one.data["things"], *([Thing.Kind.CASH.value] if cash else [])]
    _act(one, "collect", things=things, cash=cash)


def deliver(one: Incoming) -> None:
    """A bag at the door."""
    _act(one, "deliver", note=one.data["note"])


def sign(one: Incoming) -> None:
    """The resident has it."""
    who = dict(WHO)[one.data["who"]]
    _act(one, "sign", note=" ".join(filter(None, [str(who), one.data["note"]])), cash=_fen(one.data["cash"]))


def give_back(one: Incoming) -> None:
    """Cards back with their owner."""
    if not one.data["counted"]:
        raise Invalid(gettext("请当面点清卡、病历本和现金，再打勾。"), field="counted")
    _act(one, "return", note=one.data["note"])


def witness(one: Incoming) -> None:
    """The second of two who carry a controlled drug, on their own phone: nobody signs for another."""
    _act(one, "witness", note=one.data["note"])


def hold(one: Incoming) -> None:
    """The whole bag comes back. A phone names no drug, so it cannot choose among them."""
    order = queries.order_for(one.actor, read_id(one.data["order"]), queries.RUN)
    _act(one, "hold", note=one.data["note"], items=[item.pk for item in queries.items_of(order)])


def lost(one: Incoming) -> None:
    """A card that should go back is not there. Reported already: nothing to do."""
    order = queries.order_for(one.actor, read_id(one.data["order"]), queries.RUN)
    chosen = [thing for thing in custody.things_of(order) if thing.kind in one.data["things"]]
    if not chosen:
        raise Invalid(gettext("这些东西没有收过，或已经还了。请打电话问值班台。"), field="things")
    for thing in chosen:
        if not thing.lost:
            custody.report(actor=one.actor, at=one.at, thing_id=thing.pk, kind=Signature.Kind.LOST, note=one.data["note"])


def task_words(order: Order, out: Sequence[str] = ()) -> str:
    """What to do at a door, without a word of what is in the bag."""
    if order.state == Order.State.TRIAGED:
        return gettext("收医保卡、病历本")
    said = {Order.State.CHECKED: gettext("交药袋，请居民签收"), Order.State.DELIVERED: gettext("请居民签收")}.get(
        Order.State(order.state), ""
    )
    two = gettext("双人送：同行的人先用自己的手机签“同行见证”，另一人记送达") if order.controlled and order.state == Order.State.CHECKED else ""
    fridge = gettext("到门口马上放冰箱") if order.cold and order.state == Order.State.CHECKED else ""
    back = gettext("还{things}").format(things="、".join(out)) if out else ""
    return "；".join(filter(None, [two, said, fridge, back]))


def opens(order: Order, out: bool) -> list[str]:
    """What may be written down at this door; `out`: something of the resident's is in somebody's hands."""
    first = [WITNESS] if order.controlled and order.state == Order.State.CHECKED else []
    return [*first, *OPENS[Order.State(order.state)], *([LOST] if out else [])]


def doors(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """What waits at the doors of the phone's part: room, bag, what to collect or hand over. No name, no drug."""
    items: list[Data] = []
    for order in queries.door_tasks(holder.actor, holder.path):
        out = (
            [str(one.get_kind_display()) for one in custody_queries.to_give_back(order)]
            if order.state != Order.State.TRIAGED
            else []
        )
        items.append({
            "id": str(order.pk), "title": gettext("{room} 室 · 药袋 {bag}").format(room=order.room, bag=order.bag_words), "note": task_words(order, out),
            "place": order.unit.name, "group": order.unit.name, "order": len(items), "kinds": opens(order, bool(out)), "preset": {"order": str(order.pk)}, "version": "",
            "fields": {}, "state": str(order.get_state_display()), "done": False, "due": order.due_at.isoformat() if order.state in Order.AWAITED else "",
        })  # fmt: skip
    return Delta(items)


def buildings(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Buildings at whose doors medicine may be asked for."""
    rows = queries.homes_under([holder.path])
    return Delta([
        {"id": str(unit.pk), "title": unit.name, "note": "", "group": "", "order": n, "kinds": [REGISTER], "preset": {"unit": str(unit.pk)}, "version": "", "fields": {}, "state": "", "done": False}
        for n, unit in enumerate(rows)
    ])  # fmt: skip


ORDER = Field("order", _("单子"), GIVEN, required=True)
NOTE = Field("note", _("备注"))
places_of_orders = places_of(Order.objects, "order", "unit__path")

OFFER = Offer(
    kinds=[
        Kind(
            REGISTER, _("登记配药"), queries.REGISTER, register, places=places_of(Unit.objects.filter(retired_at=None), "unit", "path"),
            fields=[
                Field("unit", _("楼"), GIVEN, required=True), Field("room", _("几室"), required=True, most=30),
                Field("name", _("病人姓名（和医保卡一致）"), required=True, most=40), Field("phone", _("联系电话"), most=30),
                Field("days_left", _("药还够几天（断药写 0）"), NUMBER, least=0, most=registering.MOST_DAYS),
                Field("drug", _("药名（照药盒抄通用名）"), required=True, most=80), Field("strength", _("规格"), most=40),
                Field("maker", _("厂家"), most=60), Field("count", _("几盒"), NUMBER, least=1, most=registering.MOST_COUNT),
                Field("more", _("还有别的药，一行一种"), LONG, most=800, hint=_("例如：氨氯地平片 2盒")),
            ],
        ),
        Kind(
            COLLECT, _("收卡"), queries.RUN, collect, places=places_of_orders,
            fields=[
                ORDER, Field("things", _("收了什么"), CHOICES, required=True, choices=[(k, w) for k, w in Thing.Kind.choices if k != Thing.Kind.CASH]),
                Field("cash", _("现金（元，没有不填）"), NUMBER, least=1, most=10000),
            ],
        ),
        Kind(DELIVER, _("送达"), queries.RUN, deliver, places=places_of_orders, fields=[ORDER, NOTE]),
        Kind(
            SIGN, _("居民签收"), queries.RUN, sign, places=places_of_orders,
            fields=[ORDER, Field("who", _("谁收的"), CHOICE, required=True, choices=WHO), Field("cash", _("当面补的药费（元，没有不填）"), NUMBER, least=1, most=10000), NOTE],
        ),
        Kind(
            WITNESS, _("同行见证（管制药双人送）"), queries.RUN, witness, places=places_of_orders,
            fields=[ORDER, Field("note", _("备注"), hint=_("同行的人用自己的手机签，不能替别人签。没有手机的：先不送，打电话给值班台。"))],
        ),
        Kind(
            HOLD, _("整袋退药"), queries.RUN, hold, places=places_of_orders,
            fields=[ORDER, Field("note", _("为什么退"), required=True, hint=_("送错、不要了、医生停药。只退其中一种：请打电话给值班台，手机上不写药名。"))],
        ),
        Kind(
            LOST, _("卡、病历本或现金不见了"), queries.RUN, lost, places=places_of_orders,
            fields=[
                ORDER, Field("things", _("什么不见了"), CHOICES, required=True, choices=Thing.Kind.choices),
                Field("note", _("最后在哪里、什么时候见到"), required=True, hint=_("只有代管的人能报。在别人手里的：请打电话给他或值班台。")),
            ],
        ),
        Kind(
            RETURN, _("还卡"), queries.RUN, give_back, places=places_of_orders,
            fields=[ORDER, Field("counted", _("卡、病历本、现金已当面点清还给居民"), "yes_no", required=True), NOTE],
        ),
    ],
    packs=[
        Pack("medicine.doors", _("配药：今天要去的门"), queries.RUN, doors, order=30, duties=[DOORS]),
        Pack("medicine.places", _("谁家要配药"), queries.REGISTER, buildings, order=62, duties=[DOORS, "households.doors", "needs.hear"]),
    ],
    duties=[Duty(DOORS, _("配药上门"))],
)  # fmt: skip
