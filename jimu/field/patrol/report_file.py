"""A day at the gates and on patrol as a table to send upwards: how many went through, passes that held, visitors by the hour, what was seen by
class and neighborhood, rounds walked and missed. Names are sealed and stay so, and so is what somebody wrote."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jimu.core import clock, workbooks
from jimu.core.permissions import Actor, under, visible
from jimu.core.workbooks import moment, total
from jimu.field.patrol import policy, queries, rules
from jimu.field.patrol.models import Crossing, Gate, Pass, PatrolRound, Seen
from jimu.field.patrol.queries import VIEW
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_names

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


def seen_head() -> list[str]:
    """What the columns of what was seen say."""
    return [_("居民区"), _("轻重"), _("情况"), _("看到"), _("还没人接手"), _("处理中"), _("已转居民诉求"), _("已了结"), _("超时没了结")]


def seen(actor: Actor, unit: Unit | None, day: date, at: datetime) -> list[list[Any]]:
    """What was seen on a day by neighborhood, class and kind, as it stands now: each in one state; the gravest class first. No words, no door. Raises NotPermitted."""
    actor.require(VIEW)
    start, end = clock.bounds(day)
    rows = Seen.objects.filter(visible(actor, VIEW, "unit__path"), at__gte=start, at__lt=end).exclude(kind=Seen.Kind.WELL)
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    many = Count("pk")
    figures = (
        many, Count("pk", filter=Q(settled_at=None, to_need=False, taken_at=None)), Count("pk", filter=Q(settled_at=None, to_need=False, taken_at__isnull=False)),
        Count("pk", filter=Q(settled_at=None, to_need=True)), Count("pk", filter=Q(settled_at__isnull=False)), Count("pk", filter=queries.lying(at)),
    )  # fmt: skip
    found = rows.values_list("unit__path", "urgency", "kind").annotate(**{f"n{n}": one for n, one in enumerate(figures)}).order_by()
    sums: dict[tuple[str, str, str], list[int]] = {}
    names = neighborhood_names(path for path, *_rest in found)
    for path, urgency, kind, *counts in found:
        key = (next((one for one in names if path.startswith(one)), ""), urgency, kind)
        sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(counts)), counts, strict=True)]
    urgencies, kinds = Seen.Urgency.values, Seen.Kind.values
    order = sorted(sums, key=lambda key: (key[0], urgencies.index(key[1]), kinds.index(key[2])))
    return [[names.get(path, ""), str(Seen.Urgency(urgency).label), str(Seen.Kind(kind).label), *sums[path, urgency, kind]] for path, urgency, kind in order]


def rounds_head() -> list[str]:
    """What the columns of the rounds say."""
    return [_("位置"), _("巡逻"), _("点数"), _("到点次数"), _("走完几遍"), _("漏了几遍")]


def rounds(actor: Actor, unit: Unit | None, day: date, at: datetime) -> list[list[Any]]:
    """Each round that went on during a day: how often its points were seen, how many turns were walked and how many missed. Raises NotPermitted."""
    actor.require(VIEW)
    start, end = clock.bounds(day)
    rows = PatrolRound.objects.filter(visible(actor, VIEW, "unit__path"), opened_at__lt=end).filter(Q(closed_at=None) | Q(closed_at__gte=start)).select_related("unit")
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    found = []
    moments: dict[Any, list[datetime]] = {}
    # A turn that ends on this day may have begun on the one before: no turn is longer than two days.
    since = start - timedelta(days=2)
    for point, moment_seen in Seen.objects.filter(point__round__in=rows, at__gte=since, at__lt=end).values_list("point", "at"):
        moments.setdefault(point, []).append(moment_seen)
    for one in rows.prefetch_related("points").order_by("unit__path", "opened_at"):
        points = [moments.get(point.pk, []) for point in one.points.all()]
        hours = policy.of_place(one.unit).round_hours
        done, missed = rules.turns(one.opened_at, min(at, one.closed_at or at), hours, points, within=(start, end))
        found.append([one.unit.name, one.title, len(points), sum(start <= moment_seen < end for some in points for moment_seen in some), done, missed])
    return found


def workbook(actor: Actor, unit: Unit | None, day: date, at: datetime) -> bytes:
    """The day: gates, passes that held, and who came to visit as time and gate. Of a pass only the last figures stand in it: a number opens a gate."""
    start, end = clock.bounds(day)
    lines, sights, walked = gates(actor, unit, day), seen(actor, unit, day, at), rounds(actor, unit, day, at)
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
        (_("看到的情况"), seen_head(), [*sights, total(_("合计"), sights, blank=3)] if sights else []),
        (_("巡逻"), rounds_head(), [*walked, total(_("合计"), walked, blank=2)] if walked else []),
    ]
    title = _("卡口日报 {day} {unit}").format(day=day.isoformat(), unit=unit.name if unit else "")
    return workbooks.tables(sheets, mark=workbooks.mark(title, who=actor.name, at=at))
