"""Reads of patrol and gates, each within the asker's part of the grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone

from jimu.core.fetching import fetch, fetch_on_part
from jimu.core.permissions import Actor, reached, visible
from jimu.field.patrol import movement, rules
from jimu.field.patrol.models import Crossing, Gate, GateNote, Keeping, Pass, PatrolRound, Point, Seen
from jimu.grid import naming
from jimu.grid.models import Unit

VIEW, MANAGE, WATCH = "patrol.view", "patrol.manage", "patrol.watch"
PLACES = (Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK, Unit.Kind.BUILDING)
SHOWN = 60


def places(actor: Actor) -> "QuerySet[Unit]":
    """Where the asker may set gates and issue passes."""
    rows: QuerySet[Unit] = Unit.objects.filter(visible(actor, MANAGE), kind__in=PLACES[:2], retired_at=None)
    return rows.order_by("path")


def pass_places(actor: Actor) -> "QuerySet[Unit]":
    """Where the asker may issue passes: a building too, since zones are of buildings."""
    rows: QuerySet[Unit] = Unit.objects.filter(visible(actor, MANAGE), kind__in=PLACES, retired_at=None)
    return rows.order_by("path")


def placed(actor: Actor, rows: Iterable[Any]) -> list[Any]:
    """Gates, rounds, passes or findings with what their place is called (`place`) for who reads of them. One query."""
    shown = list(rows)
    names = naming.places((row.unit for row in shown), seen_by(actor))
    for row in shown:
        row.place = names.of(row.unit)
    return shown


def seen_by(actor: Actor) -> tuple[str, ...]:
    """The parts of the grid that the asker reads of."""
    return actor.paths(WATCH) + actor.paths(VIEW)


def gates_for(actor: Actor) -> "QuerySet[Gate]":
    """Open gates that the asker watches, each with its keepers now (`kept`); one of the whole neighborhood also for who stands in a part of it."""
    rows = Gate.objects.filter(reached(actor, WATCH, "unit__path"), closed_at=None).select_related("unit").order_by("unit__path", "name")
    return rows.prefetch_related(Prefetch("keepings", Keeping.objects.filter(until=None), to_attr="kept"))


def gate_for(actor: Actor, gate_id: UUID, right: str = WATCH) -> Gate:
    """One gate. Raises NotFound outside what the asker reaches, NotPermitted without the right on it."""
    gate = fetch(Gate.objects.filter(reached(actor, WATCH, "unit__path"), pk=gate_id).select_related("unit"))
    if right != WATCH:
        actor.require(right, gate.unit.path)
    return gate


def passes_for(actor: Actor, *, running_at: datetime | None = None) -> "QuerySet[Pass]":
    """Passes of the asker's part, the newest first; only those that hold at a moment when one is given."""
    actor.require(VIEW)
    rows = Pass.objects.filter(visible(actor, VIEW, "unit__path")).select_related("unit")
    if running_at is not None:
        rows = rows.filter(ends_at__gt=running_at, revoked_at=None)
    return rows.order_by("-issued_at")


def pass_for(actor: Actor, pass_id: UUID, right: str = VIEW) -> Pass:
    """One pass. Raises NotFound, NotPermitted."""
    return fetch_on_part(actor, Pass.objects.filter(pk=pass_id).select_related("unit"), seen=VIEW, right=right)


def near(one: str, other: str) -> bool:
    """Whether one of two places holds the other."""
    return one.startswith(other) or other.startswith(one)


@dataclass(frozen=True)
class Checked:
    """A pass as a gate sees it; `why` says why it does not hold, '' when it does. Nothing tells whose it is.

    `besides` says what is not in order with one that opens the gate all the same: who goes to a doctor goes, who is out comes home.
    """

    card: Pass | None
    why: str
    besides: str = ""


def check(gate: Gate, number: str, at: datetime, way: str = Crossing.Way.OUT) -> Checked:
    """Whether a number is let through a gate at a moment."""
    read = rules.read_number(number)
    card = Pass.objects.filter(number=read).select_related("unit").first() if read else None
    if card is None:
        return Checked(None, "forged")
    why = "elsewhere"
    if near(card.unit.path, gate.unit.path):
        used = card.once and card.crossings.filter(way=way, result=Crossing.Result.THROUGH).exists()
        # Who is out comes home, whatever their building has become meanwhile.
        barred = way == Crossing.Way.OUT and bool(movement.barred_passes([card], at))
        why = rules.why_not(starts_at=card.starts_at, ends_at=card.ends_at, revoked_at=card.revoked_at, used=used, at=at, barred=barred)
    if why and card.purpose in rules.ALWAYS:
        return Checked(card, "", why)
    if why == "ended" and way == Crossing.Way.IN and _is_out(card, at):
        return Checked(card, "", "home")
    return Checked(card, why)


def _is_out(card: Pass, at: datetime) -> bool:
    """Whether a pass was last let through on the way out."""
    last = card.crossings.filter(result=Crossing.Result.THROUGH, at__lte=at).order_by("at", "pk").last()
    return last is not None and last.way == Crossing.Way.OUT


@dataclass(frozen=True)
class GatePage:
    """A gate with today's log and what the next on duty should know."""

    gate: Gate
    crossings: Sequence[Crossing]
    notes: Sequence[GateNote]
    counts: dict[str, int]
    keepers: Sequence[Keeping]


def gate_page(actor: Actor, gate_id: UUID, at: datetime) -> GatePage:
    """One gate, for who watches it."""
    gate = gate_for(actor, gate_id)
    since = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Crossing.objects.filter(gate=gate, at__gte=since)
    rows = list(today.values_list("way", "result"))
    counts = {
        "in": sum(1 for way, result in rows if way == Crossing.Way.IN and result == Crossing.Result.THROUGH),
        "out": sum(1 for way, result in rows if way == Crossing.Way.OUT and result == Crossing.Result.THROUGH),
        "turned": sum(1 for _way, result in rows if result == Crossing.Result.TURNED),
    }
    crossings = today.select_related("card").order_by("-at", "-pk")[:SHOWN]
    notes = GateNote.objects.filter(Q(done_at=None) | Q(done_at__gte=at - timedelta(hours=12)), gate=gate).order_by("done_at", "-at")
    return GatePage(gate, list(crossings), list(notes), counts, list(gate.keepings.filter(until=None)))


def rounds_for(actor: Actor) -> "QuerySet[PatrolRound]":
    """Rounds that go on where the asker watches."""
    return PatrolRound.objects.filter(reached(actor, WATCH, "unit__path"), closed_at=None).select_related("unit").order_by("unit__path", "opened_at")


def round_for(actor: Actor, round_id: UUID, right: str = WATCH) -> PatrolRound:
    """One round. Raises NotFound, NotPermitted."""
    found = fetch(PatrolRound.objects.filter(reached(actor, WATCH, "unit__path"), pk=round_id).select_related("unit"))
    if right != WATCH:
        actor.require(right, found.unit.path)
    return found


def points_of(found: PatrolRound) -> list[tuple[Point, datetime | None]]:
    """Points in order, with when each was last visited."""
    last = dict(Seen.objects.filter(point__round=found).values_list("point").annotate(at=Max("at")).order_by())
    return [(point, last.get(point.pk)) for point in found.points.all()]


def seen_for(actor: Actor, *, settled: bool = False) -> "QuerySet[Seen]":
    """What was seen and is to be looked after, the most pressing first; settled ones, the newest first, when asked for. What was well is not among them."""
    rows = Seen.objects.filter(_to_see(actor), settled_at__isnull=not settled).exclude(kind=Seen.Kind.WELL)
    return rows.select_related("unit", "point", "gate").order_by(*(("-settled_at", "pk") if settled else ("due_at", "pk")))


def lying(at: datetime) -> Q:
    """Findings that nobody settled within their limit; as needs they have a limit there."""
    return Q(settled_at=None, to_need=False, due_at__lte=at)


def one_seen(actor: Actor, seen_id: UUID, right: str = MANAGE) -> Seen:
    """One of them. Raises NotFound, NotPermitted."""
    found = fetch(Seen.objects.filter(_to_see(actor), pk=seen_id).select_related("unit", "point", "gate"))
    if right != WATCH:
        actor.require(right, found.unit.path)
    return found


def _to_see(actor: Actor) -> Q:
    """Of the asker's part; and what they wrote down themselves at the gate of something wider."""
    part = visible(actor, WATCH, "unit__path")
    return part | Q(account_id=actor.account_id) if part and actor.account_id is not None and actor.may(WATCH) else part


def watched(actor: Actor) -> "QuerySet[Unit]":
    """Where the asker may write down what was seen."""
    rows: QuerySet[Unit] = Unit.objects.filter(visible(actor, WATCH), kind__in=PLACES, retired_at=None)
    return rows.order_by("path")
