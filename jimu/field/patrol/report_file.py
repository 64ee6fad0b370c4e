"""A day at the gates as a table to send upwards: who many went through, passes that held, visitors by the hour. Names are sealed and stay so."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jimu.core import clock, workbooks
from jimu.core.permissions import Actor, under, visible
from jimu.core.workbooks import moment, total
from jimu.field.patrol.models import Crossing, Gate, Pass
from jimu.field.patrol.queries import VIEW
from jimu.grid.models import Unit

What, Way, Result = Crossing.What, Crossing.Way, Crossing.Result


def gate_head() -> list[str]:
    """What the columns of the gates say."""
    return [_("位置"), _("卡口"), _("进"), _("出"), _("劝回"), _("凭证出入"), _("来访"), _("车辆"), _("就医")]


def gates(actor: Actor, unit: Unit | None, day: date) -> list[list[Any]]:
    """Each gate of the asker's part that was open or crossed on a day, with its figures. Raises NotPermitted."""
    actor.require(VIEW)
    start, end = clock.bounds(day)
    rows = Gate.objects.filter(visible(actor, VIEW, "unit__path"), opened_at__lt=end).filter(Q(closed_at=None) | Q(closed_at__gte=start)).select_related("unit")
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    counted: dict[Any, Counter[str]] = {}
    crossed = Crossing.objects.filter(gate__in=rows, at__gte=start, at__lt=end).values_list("gate", "what", "way", "result").annotate(n=Count("pk")).order_by()
    for gate, what, way, result, n in crossed:
        figures = counted.setdefault(gate, Counter())
        figures[what if result == Result.THROUGH else ""] += n
        figures[way if result == Result.THROUGH else Result.TURNED.value] += n
    found = []
    for gate in rows.order_by("unit__path", "name"):
        figures = counted.get(gate.pk, Counter())
        found.append([gate.unit.name, gate.name, *(figures[one] for one in (Way.IN, Way.OUT, Result.TURNED, What.PASS, What.VISITOR, What.VEHICLE, What.MEDICAL))])
    return found


def workbook(actor: Actor, unit: Unit | None, day: date, at: datetime) -> bytes:
    """The day: gates, passes that held, and who came to visit as time and gate. Of a pass only the last figures stand in it: a number opens a gate."""
    start, end = clock.bounds(day)
    lines = gates(actor, unit, day)
    passes = Pass.objects.filter(visible(actor, VIEW, "unit__path"), starts_at__lt=end, ends_at__gt=start).select_related("unit")
    visits = Crossing.objects.filter(visible(actor, VIEW, "gate__unit__path"), at__gte=start, at__lt=end, what__in=(What.VISITOR, What.VEHICLE)).select_related("gate__unit")
    if unit is not None:
        passes, visits = passes.filter(under([unit.path], "unit__path")), visits.filter(under([unit.path], "gate__unit__path"))
    used = Count("crossings", filter=Q(crossings__at__gte=start, crossings__at__lt=end, crossings__result=Result.THROUGH))
    cards = [
        [one.unit.name, f"…{one.number[-4:]}", one.get_purpose_display(), moment(one.starts_at), moment(one.ends_at), one.issued_by, n, moment(one.revoked_at), one.revoke_reason]
        for one, n in ((one, getattr(one, "n", 0)) for one in passes.annotate(n=used).order_by("unit__path", "starts_at", "pk"))
    ]  # fmt: skip
    came = [
        [moment(one.at), one.gate.unit.name, one.gate.name, one.get_what_display(), one.get_way_display(), one.get_result_display(), one.by]
        for one in visits.order_by("at", "pk")
    ]  # fmt: skip
    sheets: Sequence[workbooks.Sheet] = [
        (_("各卡口"), gate_head(), [*lines, total(_("合计"), lines, blank=2)] if lines else []),
        (_("凭证"), [_("位置"), _("凭证号"), _("事由"), _("从"), _("到"), _("谁发的"), _("当天用了几次"), _("收回"), _("为什么收回")], cards),
        (_("来访和车辆"), [_("时间"), _("位置"), _("卡口"), _("什么"), _("进出"), _("结果"), _("守的人")], came),
    ]
    title = _("卡口日报 {day} {unit}").format(day=day.isoformat(), unit=unit.name if unit else "")
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))
