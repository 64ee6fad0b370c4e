"""What a round waits for, a few lines however large it is: pools to recall, tubes and boxes whose time runs out, slots to call, scans to decide."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import ngettext

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, reached, visible
from jimu.field.households import case_queries
from jimu.field.screening import queries, settling, untested
from jimu.field.screening.models import Batch, QueueCount, Round, Slot, Tube
from jimu.field.screening.results import AGAIN, owners
from jimu.field.screening.rules import WARN_SHARE, countdown

MOST_ROUNDS, MOST_SLOTS, MOST_BATCHES = 6, 400, 60
#: Tubes travel and results come after a round is closed; what nobody saw to for so long stands on its page alone.
RECENT, DAY = timedelta(days=2), timedelta(days=1)
#: So long after its time a slot that nobody called is late, and not only behind a long line.
LATE = timedelta(minutes=20)
#: So long before the plan of a round ends it is told who is left; so many rounds are looked into, for this costs queries each.
CLOSING, MOST_CLOSING = timedelta(hours=1), 2
#: Still in the hands of the site: a box that the courier has is another matter.
HERE = Q(batch=None) | Q(batch__handed_at=None)


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """One's own buildings first. Fourteen queries at most, however many rounds, sites and tubes; up to fourteen more for each of two
    rounds, which say how many are left and how long the lines are."""
    if not actor.may(queries.WORK):
        return
    going_on = Q(state=Round.State.OPEN) | Q(closed_at__gt=at - RECENT)
    rounds = list(Round.objects.filter(reached(actor, queries.WORK, "unit__path"), going_on).select_related("unit")[:MOST_ROUNDS])
    if not rounds:
        return
    yield from _to_call(actor, [one for one in rounds if one.state == Round.State.OPEN], at)
    opened = [one for one in rounds if one.state == Round.State.OPEN]
    yield from _not_tested(actor, [one for one in opened if actor.may(queries.VIEW)], at)
    yield from _tables(actor, [one for one in opened if actor.may(queries.PLAN)], at)
    yield from _to_recall(actor, [one for one in rounds if actor.may(queries.POSITIVE, one.unit.path)], at)
    yield from _running_out(actor, rounds, at)
    yield from _on_the_way(actor, rounds, at)
    yield from _singles(actor, [one for one in rounds if one.state == Round.State.OPEN])
    yield from _to_decide([one for one in rounds if actor.may(queries.PLAN, one.unit.path)])


def _to_call(actor: Actor, rounds: Sequence[Round], at: datetime) -> Iterator[NextStep]:
    """Slots whose time has come: a line for each building of one's own, and one for each site that one works at."""
    mine = visible(actor, queries.WORK, "site__unit__path") | visible(actor, queries.WORK, "building__path")
    waits = Q(state=Slot.State.PLANNED) | Q(state=Slot.State.CALLED, kind=Slot.Kind.HOME)
    due = Slot.objects.filter(mine, waits, round__in=rounds, starts_at__lte=at, starts_at__gt=at - DAY)
    groups: dict[tuple[object, object, bool], list[Slot]] = {}
    home: dict[tuple[object, object], list[Slot]] = {}
    for slot in due.select_related("site__unit", "building").order_by("starts_at", "order")[:MOST_SLOTS]:
        own = not actor.may(queries.WORK, slot.site.unit.path)
        if slot.kind == Slot.Kind.HOME:
            # Nobody is called down who cannot come down; whoever only leads the building sends nobody either.
            if not own:
                home.setdefault((slot.round_id, slot.site_id), []).append(slot)
            continue
        groups.setdefault((slot.round_id, slot.building_id if own else slot.site_id, own), []).append(slot)
    # Who is told to call should know how long the line is already.
    counts = QueueCount.objects.filter(round__in=rounds, site__in={slots[0].site_id for slots in groups.values()}, at__gt=at - queries.COUNTED) if groups else []
    lines = {one.site_id: one.waiting for one in sorted(counts, key=lambda one: one.at)}
    for (round_id, _key, own), slots in sorted(groups.items(), key=lambda one: not one[0][2]):
        first = slots[0]
        standing = lines.get(first.site_id, 0)
        words = (
            ngettext("叫下楼采样：{n} 批到了时间，上次数到排着 {w} 人", "叫下楼采样：{n} 批到了时间，上次数到排着 {w} 人", len(slots)) if standing
            else ngettext("叫下楼采样：{n} 批到了时间", "叫下楼采样：{n} 批到了时间", len(slots))
        ).format(n=len(slots), w=standing)  # fmt: skip
        page = reverse("screening:callers", args=[round_id]) if own else reverse("screening:site", args=[round_id, first.site_id])
        place = first.building.name if own and first.building else first.site.name
        yield NextStep(words, page, first.starts_at, place, "warn" if at - first.starts_at > LATE else "", own)
    for slots in home.values():
        yield _at_home(actor, slots, at)


def _at_home(actor: Actor, slots: Sequence[Slot], at: datetime) -> NextStep:
    """Visits whose time has come until they are done: to the list of who is visited, for who may read it."""
    first, buildings = slots[0], {slot.building for slot in slots if slot.building}
    out = sum(slot.state == Slot.State.CALLED for slot in slots)
    words = ngettext("上门采样：{n} 批没做完，其中 {out} 批去了", "上门采样：{n} 批没做完，其中 {out} 批去了", len(slots)).format(n=len(slots), out=out)
    if not buildings or not all(actor.may(queries.VIEW, one.path) for one in buildings):
        page = reverse("screening:site", args=[first.round_id, first.site_id])
    elif len(buildings) == 1:
        page = reverse("screening:building", args=[first.round_id, buildings.pop().pk]) + "?visits=1"
    else:
        page = reverse("screening:left", args=[first.round_id])
    return NextStep(words, page, first.starts_at, first.site.name, "warn" if at - first.starts_at > LATE else "", own=False)


def _not_tested(actor: Actor, rounds: Sequence[Round], at: datetime) -> Iterator[NextStep]:
    """How many are left when a round comes to the end of its plan, for the rounds that end first."""
    ends: dict[object, datetime] = {}
    for round_id, starts_at, minutes in Slot.objects.filter(round__in=rounds).values_list("round", "starts_at", "minutes"):
        ends[round_id] = max(ends.get(round_id, starts_at), starts_at + timedelta(minutes=minutes))
    closing = sorted((one for one in rounds if one.pk in ends and ends[one.pk] - CLOSING <= at), key=lambda one: ends[one.pk])
    for found in closing[:MOST_CLOSING]:
        if n := untested.left_count(actor, found):
            words = ngettext("这一轮快结束，还有 {n} 人没采", "这一轮快结束，还有 {n} 人没采", n).format(n=n)
            late = ends[found.pk] <= at
            yield NextStep(words, reverse("screening:left", args=[found.pk]), ends[found.pk], found.unit.name, "bad" if late else "warn", own=False)


def _tables(actor: Actor, rounds: Sequence[Round], at: datetime) -> Iterator[NextStep]:
    """Sites where the line is longer than is borne, with what their own page advises; for who leads the round's place."""
    for found in rounds[:MOST_CLOSING]:
        for line in queries.site_lines(found, at):
            if line.advice and line.advice.more and actor.may(queries.PLAN, line.site.unit.path):
                a = line.advice
                words = ngettext("排队要等 {before} 分钟：加开 {n} 台", "排队要等 {before} 分钟：加开 {n} 台", a.more).format(before=a.before, n=a.more)
                yield NextStep(words, reverse("screening:site", args=[found.pk, line.site.pk]), None, line.site.name, "warn", own=False)


def _to_recall(actor: Actor, rounds: Sequence[Round], at: datetime) -> Iterator[NextStep]:
    """Pools whose result asks for everybody in them again, for which no single tubes were prepared yet, and people whose own tube is
    positive of whom no case was recorded. Only for who may read results."""
    if not rounds:
        return
    bad: dict[object, list[Tube]] = {}
    for tube in Tube.objects.filter(round__in=rounds, result_at__gt=at - RECENT, again=None).exclude(result_sealed="").order_by("result_at", "pk"):
        if tube.result in AGAIN:
            bad.setdefault(tube.round_id, []).append(tube)
    own = owners([tube for some in bad.values() for tube in some if tube.result == Tube.Result.POSITIVE])
    cases = case_queries.recorded(own.values(), at - RECENT) if own else {}
    for found in rounds:
        # A positive tube of one person is a case, which the register of cases follows.
        alone = [tube for tube in bad.get(found.pk, []) if tube.pk in own]
        ill = [tube for tube in alone if own[tube.pk] not in cases]
        if ill and actor.may(case_queries.HEALTH, found.unit.path):
            words = ngettext("{n} 位单采阳性：登记阳性", "{n} 位单采阳性：登记阳性", len(ill)).format(n=len(ill))
            yield NextStep(words, _recall(found, ill), None, found.unit.name, "bad", False)
        some = [tube for tube in bad.get(found.pk, []) if tube not in alone]
        positive = [tube for tube in some if tube.result == Tube.Result.POSITIVE]
        if positive:
            words = ngettext("{n} 支阳性管：追人、备单采管", "{n} 支阳性管：追人、备单采管", len(positive)).format(n=len(positive))
            yield NextStep(words, _recall(found, positive), None, found.unit.name, "bad", False)
        if others := [tube for tube in some if tube not in positive]:
            words = ngettext("{n} 支可疑或无效的管：请管里的人重采", "{n} 支可疑或无效的管：请管里的人重采", len(others)).format(n=len(others))
            yield NextStep(words, _recall(found, others), None, found.unit.name, "warn", False)


def _recall(found: Round, tubes: Sequence[Tube]) -> str:
    return reverse("screening:recall", args=[tubes[0].pk]) if len(tubes) == 1 else reverse("screening:results", args=[found.pk])


def _running_out(actor: Actor, rounds: Sequence[Round], at: datetime) -> Iterator[NextStep]:
    """Tubes that are still here and have used up half of their time, one line for a round."""
    half = Q(pk__in=[])
    for one in rounds:
        half |= Q(round=one, first_at__lt=at - timedelta(minutes=one.lab_minutes) * WARN_SHARE)
    tubes = Tube.objects.filter(visible(actor, queries.WORK, "site__unit__path"), HERE, queries.FILLED, half, result_sealed="", first_at__gt=at - DAY)
    told = tubes.values_list("round").annotate(n=Count("pk"), first=Min("first_at"), sites=Count("site", distinct=True), name=Min("site__name")).order_by()
    by_round = {one.pk: one for one in rounds}
    for round_id, n, first, sites, name in told:
        found = by_round[round_id]
        clock = countdown(first, at, found.lab_minutes)
        words = (
            ngettext("{n} 支管快到送检时限，请送走", "{n} 支管快到送检时限，请送走", n) if clock.minutes >= 0
            else ngettext("{n} 支管该送走，已有过了时限的", "{n} 支管该送走，已有过了时限的", n)
        ).format(n=n)  # fmt: skip
        yield NextStep(words, reverse("screening:tubes", args=[round_id]), clock.until, name if sites == 1 else found.unit.name, clock.tone, False)


def _on_the_way(actor: Actor, rounds: Sequence[Round], at: datetime) -> Iterator[NextStep]:
    """Boxes that a courier has and no laboratory signed for."""
    rows = Batch.objects.filter(visible(actor, queries.WORK, "site__unit__path"), round__in=rounds, handed_at__gt=at - RECENT, received_at=None)
    boxes = list(rows.annotate(first=Min("tubes__first_at")).order_by("handed_at", "pk")[:MOST_BATCHES])
    for found in rounds:
        some = [box for box in boxes if box.round_id == found.pk]
        if not some:
            continue
        firsts = [box.first for box in some if box.first]
        clock = countdown(min(firsts), at, found.lab_minutes) if firsts else None
        words = ngettext("{n} 箱交出去了，实验室还没签收", "{n} 箱交出去了，实验室还没签收", len(some)).format(n=len(some))
        tone = clock.tone if clock and clock.tone != "good" else ""
        yield NextStep(words, reverse("screening:tubes", args=[found.pk]), clock.until if clock else None, found.unit.name, tone, False)


def _singles(actor: Actor, rounds: Sequence[Round]) -> Iterator[NextStep]:
    """Tubes prepared for one person each, whom nobody has sampled again."""
    rows = Tube.objects.filter(visible(actor, queries.WORK, "site__unit__path"), round__in=rounds, after__isnull=False, taken=0, sealed_at=None)
    waiting = Counter(rows.values_list("round", flat=True))
    for found in rounds:
        if n := waiting[found.pk]:
            words = ngettext("{n} 支单采管还没有采", "{n} 支单采管还没有采", n).format(n=n)
            yield NextStep(words, reverse("screening:tubes", args=[found.pk]), None, found.unit.name, "warn", False)


def _to_decide(rounds: Sequence[Round]) -> Iterator[NextStep]:
    counts = settling.counts(rounds) if rounds else {}
    for found in rounds:
        if n := counts.get(found.pk, 0):
            words = ngettext("{n} 处扫码要您定：一人在两支管、超员、人数对不上", "{n} 处扫码要您定：一人在两支管、超员、人数对不上", n).format(n=n)
            yield NextStep(words, reverse("screening:look", args=[found.pk]), None, found.unit.name, "warn", False)
