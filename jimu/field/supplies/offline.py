"""What a phone may write down without a network: a portion put down at a door, a building leader's signature."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core.errors import JimuError
from jimu.core.permissions import under
from jimu.field.households.models import Room
from jimu.field.supplies import bringing, delivering, handing, homes, parcel_queries, parcels, queries, rules
from jimu.field.supplies.bringing import Brought
from jimu.field.supplies.delivering import Told
from jimu.field.supplies.errors import NothingLeft
from jimu.field.supplies.homes import Result
from jimu.field.supplies.models import Consignment, Load, Parcel, Plan, Share
from jimu.field.supplies.parcel_queries import BuildingParcels, ParcelDoor
from jimu.sync.fields import CHOICE, GIVEN, NUMBER, TEXT, Field, read_id
from jimu.sync.registry import (
    Answer,
    Delta,
    Duty,
    Holder,
    Incoming,
    Kind,
    NeedsLook,
    Offer,
    Pack,
    places_of,
)

DELIVER, SIGN, BRING, SIGN_LOAD = "supplies.deliver", "supplies.sign", "supplies.bring", "supplies.sign_load"
#: What a phone may be for.
DOORS = "supplies.doors"


def _told(one: Incoming) -> Told:
    data = one.data
    return Told(one.op_id, read_id(data["plan"]), read_id(data["room"]), data["result"], one.at, data["note"], one.looked)


def _asked(answer: JimuError | None) -> JimuError | None:
    """That a building's portions are used up may be a miscount: somebody looks, and can take it after counting again."""
    return NeedsLook(str(answer), code=answer.code) if isinstance(answer, NothingLeft) else answer


def delivered(one: Incoming) -> None:
    """One door."""
    answer = _asked(delivering.deliver_all(actor=one.actor, told=[_told(one)])[0])
    if answer is not None:
        raise answer


def delivered_many(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    """Many doors of one phone, whose actor is the same."""
    return [_asked(answer) for answer in delivering.deliver_all(actor=many[0].actor, told=[_told(one) for one in many])]


def signed(one: Incoming) -> Answer:
    """A signature."""
    receipt = handing.sign(
        actor=one.actor, at=one.at, consignment_id=read_id(one.data["consignment"]), counted=one.data["counted"], note=one.data["note"], receipt_id=one.op_id
    )
    return Answer({"counted": receipt.counted})


def _brought(one: Incoming) -> Brought:
    return Brought(one.op_id, read_id(one.data["parcel"]), one.data["result"], one.at, one.data["note"])


def brought(one: Incoming) -> None:
    """One parcel."""
    bringing.bring(actor=one.actor, told=_brought(one))


def brought_many(many: Sequence[Incoming]) -> list[Answer | JimuError | None]:
    """Many parcels of one phone."""
    return list(bringing.bring_all(actor=many[0].actor, told=[_brought(one) for one in many]))


def signed_load(one: Incoming) -> Answer:
    """A signature for parcels."""
    data = one.data
    receipt = parcels.sign(
        actor=one.actor, at=one.at, load_id=read_id(data["load"]), counted=data["counted"], missing=data["missing"], note=data["note"], receipt_id=one.op_id
    )
    return Answer({"counted": receipt.counted})


def doors_of_part(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Doors that wait for their portion, building by building, priority households first; no name is among them."""
    sent = Share.objects.filter(under([holder.path], "building__path"), plan__closed_at=None, building__consignments__plan=F("plan"))
    shares = sent.distinct().select_related("plan__unit", "plan__after", "building")
    items: list[dict[str, Any]] = []
    for plan, many in homes.open_doors(shares.order_by("plan__opened_at", "building__path")):
        for doors in many:
            items += [_item(plan, doors.share, door, len(items) + n) for n, door in enumerate(doors.left)]
    for bought in parcel_queries.open_parcels(Parcel.objects.filter(under([holder.path], "load__building__path"))):
        items += [_parcel(bought, door, len(items) + n) for n, door in enumerate(bought.left)]
    return Delta(items)


def _parcel(bought: BuildingParcels, door: ParcelDoor, order: int) -> dict[str, Any]:
    again = _("上次{result}").format(result=door.result) if door.last and door.last != Result.UNDONE else ""
    return {
        "id": str(door.parcel.pk), "title": " ".join(filter(None, [door.stop.building, door.stop.entrance, door.stop.number])),
        "note": " · ".join(filter(None, [_("团购"), again])), "place": bought.building.name, "group": f"{bought.buy.title} · {bought.building.name}", "order": order, "kinds": [BRING],
        "preset": {"parcel": str(door.parcel.pk)}, "version": "", "fields": {}, "state": "", "done": False,
    }  # fmt: skip


def _item(plan: Plan, share: Share, door: homes.Door, order: int) -> dict[str, Any]:
    stop = door.home.stop
    again = _("上次{result}").format(result=door.result) if door.last and door.last != Result.UNDONE else ""
    return {
        "id": f"{plan.pk}:{stop.room_id}", "title": " ".join(filter(None, [stop.building, stop.entrance, stop.number])),
        "note": " · ".join(filter(None, [_("先送") if door.home.priority else "", _("{n} 份").format(n=door.due - door.got), again])),
        "place": share.building.name, "group": f"{plan.title} · {share.building.name}", "order": order, "kinds": [DELIVER],
        "preset": {"plan": str(plan.pk), "room": str(stop.room_id)}, "version": "", "fields": {}, "state": "", "done": False,
    }  # fmt: skip


def unsigned(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Consignments on their way to the holder's buildings."""
    rows = Consignment.objects.filter(under([holder.path], "building__path"), receipt=None).select_related("plan", "building").order_by("at", "pk")
    items = [
        {"id": str(one.pk), "title": one.building.name, "note": _("{title}：发来 {n} 份").format(title=one.plan.title, n=one.portions), "group": "", "order": n,
         "kinds": [SIGN], "preset": {"consignment": str(one.pk)}, "version": "", "fields": {}, "state": "", "done": False}
        for n, one in enumerate(rows)
    ]  # fmt: skip
    loads = Load.objects.filter(under([holder.path], "building__path"), receipt=None).select_related("buy", "building").prefetch_related("parcels__order")
    return Delta(items + [_load(one, len(items) + n) for n, one in enumerate(loads.order_by("at", "pk"))])


def _load(one: Load, order: int) -> dict[str, Any]:
    rooms = [parcel.order.room for parcel in one.parcels.all()]
    words = _("团购{title}：发来 {n} 包").format(title=one.buy.title, n=len(rooms))
    return {
        "id": str(one.pk), "title": one.building.name, "note": f"{words} · {'、'.join(rooms)}", "group": "", "order": order,
        "kinds": [SIGN_LOAD], "preset": {"load": str(one.pk)}, "version": "", "fields": {}, "state": "", "done": False,
    }  # fmt: skip


OFFER = Offer(
    kinds=[
        Kind(
            DELIVER, gettext_lazy("送到门口"), queries.DELIVER, delivered, delivered_many,
            fields=[
                Field("plan", gettext_lazy("计划"), GIVEN, required=True), Field("room", gettext_lazy("室"), GIVEN, required=True),
                Field("result", gettext_lazy("结果"), CHOICE, required=True, choices=[(one.value, one.label) for one in delivering.SAID]),
                Field("note", gettext_lazy("备注"), TEXT),
            ],
            places=places_of(Room.objects, "room", "building__path"),
        ),
        Kind(
            SIGN, gettext_lazy("楼栋签收"), queries.SIGN, signed,
            fields=[
                Field("consignment", gettext_lazy("哪一批"), GIVEN, required=True),
                Field("counted", gettext_lazy("点到几份"), NUMBER, required=True, least=0, most=rules.MOST),
                Field("note", gettext_lazy("短少、多出或破损，写一句"), TEXT),
            ],
            places=places_of(Consignment.objects, "consignment", "building__path"),
        ),
        Kind(
            BRING, gettext_lazy("团购送到门口"), queries.DELIVER, brought, brought_many,
            fields=[
                Field("parcel", gettext_lazy("哪一包"), GIVEN, required=True),
                Field("result", gettext_lazy("结果"), CHOICE, required=True, choices=[(one.value, one.label) for one in bringing.SAID]),
                Field("note", gettext_lazy("备注"), TEXT),
            ],
            places=places_of(Parcel.objects, "parcel", "load__building__path"),
        ),
        Kind(
            SIGN_LOAD, gettext_lazy("团购签收"), queries.SIGN, signed_load,
            fields=[
                Field("load", gettext_lazy("哪一批"), GIVEN, required=True),
                Field("counted", gettext_lazy("点到几包"), NUMBER, required=True, least=0, most=rules.MOST),
                Field("missing", gettext_lazy("少了哪几户的（室号，用空格隔开）"), TEXT),
                Field("note", gettext_lazy("短少、多出或破损，写一句"), TEXT),
            ],
            places=places_of(Load.objects, "load", "building__path"),
        ),
    ],
    packs=[
        Pack("supplies.unsigned", gettext_lazy("等您签收的物资"), queries.SIGN, unsigned, order=30, duties=[DOORS]),
        Pack("supplies.doors", gettext_lazy("今天要送的门"), queries.DELIVER, doors_of_part, order=31, duties=[DOORS]),
    ],
    duties=[Duty(DOORS, gettext_lazy("送物资到户"))],
)  # fmt: skip
