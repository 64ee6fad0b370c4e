"""Tables of goods to send upwards: what came, went out and is left, item by item; and what each building signed for under a plan."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import workbooks
from jimu.core.permissions import Actor
from jimu.core.workbooks import moment, total
from jimu.field.supplies import homes, queries, showing
from jimu.field.supplies.models import Delivery, Receipt
from jimu.field.supplies.queries import LotLine
from jimu.field.supplies.words import STAGE_WORDS
from jimu.grid.models import Unit


def stock_head() -> list[str]:
    """What the columns of the account say. What came in is the sum of all that follow it."""
    return [_("库"), _("物资"), _("单位"), _("收到"), _("已发到户"), _("楼里待送"), _("路上"), _("已调出"), _("已退回来处"), _("缺损"), _("结存")]


def stock(actor: Actor, unit: Unit | None, at: datetime) -> list[list[Any]]:
    """Each item of each store with its figures in the order of the head; two reads however many lots there are."""
    return _by_item(queries.lot_lines(queries.lots_at(actor, unit), at))


def _by_item(lines: Iterable[LotLine]) -> list[list[Any]]:
    sums: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0] * 8)
    for one in lines:
        key = (one.lot.unit.path, one.lot.unit.name, one.lot.item, one.lot.measure)
        figures = (one.arrived, one.out, one.buildings, one.transit, one.moved, one.back, one.lost, one.store)
        sums[key] = [a + b for a, b in zip(sums[key], figures, strict=True)]
    return [[store, item, measure, *figures] for (_path, store, item, measure), figures in sorted(sums.items())]


def stock_book(actor: Actor, unit: Unit | None, at: datetime) -> bytes:
    """The account of the asker's stores: by item, and lot by lot. A private giver has no name in it. Raises NotPermitted."""
    lines = queries.lot_lines(queries.lots_at(actor, unit), at)
    lots = [
        [one.lot.unit.name, moment(one.lot.arrived_at), one.lot.item, one.lot.measure, one.arrived, one.lot.get_source_display(),
         _("个人") if one.lot.giver_sealed else one.lot.giver, one.lot.mark, str(one.lot.use_by or ""), str(STAGE_WORDS[one.stage.code]), one.store]
        for one in lines
    ]  # fmt: skip
    head = [_("库"), _("到货"), _("物资"), _("单位"), _("收到"), _("来源"), _("来自"), _("批号"), _("保质期到"), _("状态"), _("结存")]
    title = _("物资收发存 {unit}").format(unit=unit.name if unit else "")
    return workbooks.tables([(_("按物资"), stock_head(), _by_item(lines)), (_("每一批"), head, lots)], mark=workbooks.mark(title, who=actor.name, at=at))


def plan_book(actor: Actor, plan_id: UUID, at: datetime) -> bytes:
    """What a plan gave: by building with who counted and signed, and door by door with what it got. No name of a resident. Raises NotFound."""
    page = showing.plan_page(actor, plan_id)
    buildings = [
        [one.share.building.name, one.share.households, one.share.priority, one.share.portions, one.sent, one.signed, one.off, one.doors.done, one.here]
        for one in page.lines
    ]  # fmt: skip
    if buildings:
        buildings.append(total(_("合计"), buildings, blank=1))
    receipts = Receipt.objects.filter(consignment__plan=page.plan).select_related("consignment__building").order_by("consignment__building__path", "at")
    signed = [
        [one.consignment.building.name, moment(one.consignment.at), one.consignment.by, one.consignment.portions, one.counted, one.counted - one.consignment.portions, one.by, moment(one.at), one.note]
        for one in receipts
    ]  # fmt: skip
    sheets: list[workbooks.Sheet] = [
        (_("各楼"), [_("楼"), _("在家户数"), _("重点户"), _("应发"), _("已发出"), _("签收"), _("出入"), _("已入户"), _("楼里还有")], buildings),
        (_("签收"), [_("楼"), _("发出时间"), _("发出人"), _("发出"), _("点到"), _("出入"), _("签收人"), _("签收时间"), _("备注")], signed),
        (_("各户"), [_("楼"), _("单元"), _("室号"), _("应得"), _("已得"), _("结果"), _("时间"), _("送的人")], _doors(page)),
    ]
    title = _("物资发放 {title}（{portion}）").format(title=page.plan.title, portion=page.portion)
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))


def _doors(page: showing.PlanPage) -> list[list[Any]]:
    last = {one.room_id: one for one in Delivery.objects.filter(plan=page.plan).order_by("at", "pk")}
    rows: list[list[Any]] = []
    for line in page.lines:
        for door in sorted(line.doors.doors, key=lambda one: (one.home.stop.entrance, one.home.stop.floor or 0, one.home.stop.number)):
            told = last.get(door.home.stop.room_id)
            said = homes.Result(told.result).label if told else ""
            rows.append([line.share.building.name, door.home.stop.entrance, door.home.stop.number, door.due, door.got, str(said), moment(told.at) if told else "", told.by if told else ""])
    return rows
