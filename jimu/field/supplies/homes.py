"""Which households are at home, from the ledger, and what each of them has had from a plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, Sum

from jimu.core.permissions import STEP, under
from jimu.field.households.models import Resident, Room
from jimu.field.households.routes import Stop, walked
from jimu.field.supplies import rules
from jimu.field.supplies.models import Delivery, Plan, Share
from jimu.grid.models import Unit

Result = Delivery.Result
#: Nobody lives behind these doors. A door of which nobody is known yet counts as a household: a bag too many comes back.
NOBODY_THERE = (Room.State.MOVED, Room.State.EMPTY)


@dataclass(frozen=True)
class Home:
    """A household: its door, how many live there (0: not known), whether somebody is of a priority group. No name."""

    stop: Stop
    building_id: UUID
    people: int
    priority: bool


def homes_under(path: str) -> dict[UUID, list[Home]]:
    """Households at home by building, each building in the order of walking."""
    rooms = Room.objects.filter(under([path], "building__path"), building__retired_at=None).exclude(state__in=NOBODY_THERE)
    rows = list(rooms.values_list("pk", "building_id", "building__name", "entrance", "floor", "number"))
    living = Resident.objects.filter(under([path], "room__building__path"), left_at=None).values_list("room_id")
    people = {room: (n, p) for room, n, p in living.annotate(n=Count("pk"), p=Count("pk", filter=Q(priority=True))).order_by()}
    inside: dict[UUID, list[tuple[UUID, Stop]]] = {}
    for pk, building, name, entrance, floor, number in rows:
        inside.setdefault(building, []).append((building, Stop(pk, name, entrance, floor, number)))
    found = {}
    for building, stops in inside.items():
        way = walked(stop for _b, stop in stops)
        found[building] = [Home(s, building, people.get(s.room_id, (0, 0))[0], people.get(s.room_id, (0, 0))[1] > 0) for s in way]
    return found


def handed(plan: Plan, building_id: UUID | None = None) -> dict[UUID, int]:
    """Portions that each door has had from a plan, slips of the finger taken back."""
    rows = Delivery.objects.filter(plan=plan, portions__gt=0)
    if building_id is not None:
        rows = rows.filter(room__building=building_id)
    done = Sum("portions", filter=Q(result=Result.DONE), default=0)
    back = Sum("portions", filter=Q(result=Result.UNDONE), default=0)
    return {room: d - u for room, d, u in rows.values_list("room").annotate(d=done, u=back).order_by() if d > u}


@dataclass(frozen=True)
class Door:
    """A door on a carrier's list: what it is due, what it had, what was found there last."""

    home: Home
    due: int
    got: int
    last: str = ""

    @property
    def open(self) -> bool:
        """Whether it still waits for its portion."""
        return self.due > self.got and self.last != Result.REFUSED

    @property
    def result(self) -> str:
        """What was found last, in words."""
        return str(Result(self.last).label) if self.last else ""


@dataclass
class Doors:
    """A building's doors under a plan; `waiting` households get theirs from the next batch."""

    share: Share
    doors: list[Door] = field(default_factory=list)
    waiting: int = 0

    @property
    def left(self) -> list[Door]:
        """Doors to go to."""
        return [door for door in self.doors if door.open]

    @property
    def done(self) -> int:
        """Doors that have theirs."""
        return sum(1 for door in self.doors if door.got)


def doors_of(plan: Plan, share: Share) -> Doors:
    """Whom a building's share is for: priority households first, then the others, each in the order of walking."""
    return doors_by_building(plan, [share])[0]


def doors_by_building(plan: Plan, shares: Sequence[Share]) -> list[Doors]:
    """The same for many buildings of one plan, in as few reads."""
    path = _around([share.building.path for share in shares])
    homes, got = homes_under(path), handed(plan)
    earlier = handed(plan.after) if plan.after else {}
    rows = Delivery.objects.filter(plan=plan, room__building__in=[s.building_id for s in shares]).order_by("at", "pk").values_list("room", "result")
    last: Mapping[UUID, str] = dict(rows)
    return [_doors(plan, share, homes.get(share.building_id, []), got, earlier, last) for share in shares]


def open_doors(shares: Iterable[Share]) -> list[tuple[Plan, list[Doors]]]:
    """The doors of shares of several plans, plan by plan in their order."""
    plans: dict[UUID, list[Share]] = {}
    for share in shares:
        plans.setdefault(share.plan_id, []).append(share)
    return [(many[0].plan, doors_by_building(many[0].plan, many)) for many in plans.values()]


def _around(paths: Sequence[str]) -> str:
    """The path of the smallest unit that holds all of these."""
    first, last = min(paths), max(paths)
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    return first[: same // STEP * STEP]


def _doors(plan: Plan, share: Share, homes: Sequence[Home], got: Mapping[UUID, int], earlier: Mapping[UUID, int], last: Mapping[UUID, str]) -> Doors:
    made, left = Doors(share), share.portions
    wanted = [home for home in homes if home.stop.room_id not in earlier]
    for home in [*(h for h in wanted if h.priority), *(h for h in wanted if not h.priority)]:
        due, had = rules.due(home.people, plan.per_people, plan.limit), got.get(home.stop.room_id, 0)
        if left <= 0 and not had:
            made.waiting += 1
            continue
        given = max(had, min(due, left))
        left -= given
        made.doors.append(Door(home, given, had, last.get(home.stop.room_id, "")))
    return made


def wants_of(unit: Unit, *, per_people: int | None, limit: int, after: Plan | None) -> list[tuple[Unit, rules.Want, int, int, bool]]:
    """Each building of a store with what it wants, its households at home, those with priority, and whether the ledger knows its doors.

    A building without doors on the ledger is reckoned by its number of households on the grid.
    """
    homes, earlier = homes_under(unit.path), handed(after) if after else {}
    found = []
    for building in Unit.objects.filter(under([unit.path]), kind=Unit.Kind.BUILDING, retired_at=None).order_by("path"):
        inside = [h for h in homes.get(building.pk, []) if h.stop.room_id not in earlier]
        known = building.pk in homes
        priority = sum(rules.due(h.people, per_people, limit) for h in inside if h.priority)
        others = sum(rules.due(h.people, per_people, limit) for h in inside if not h.priority)
        households = len(inside) if known else building.households or 0
        want = rules.Want(priority, others) if known else rules.Want(0, households)
        found.append((building, want, households, sum(1 for h in inside if h.priority), known))
    return found
