"""Decisions of team building, without a database: seats from a template, who may sit where, who fits best, what is whole."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from jimu.playbooks.expressions import evaluate
from jimu.playbooks.team_templates import TeamTemplate

# Weights of fit, in the order in which people argue about it. Each step outweighs the sum of those after it.
AWAY, KIND_STEP, LOAD_STEP, UNKNOWN_TIME, WRONG_SORT, NO_SPREAD = 4.0, 0.5, 0.4, 0.3, 0.25, 0.05


@dataclass(frozen=True)
class SeatPlan:
    """One seat as a template asks for it."""

    code: str
    number: int
    title: str
    side: str
    duty: str
    kinds: tuple[str, ...]
    qualifications: frozenset[str]
    required: bool
    leads: bool = False
    deputy: bool = False
    home: str = "cell"
    prefers: str = ""
    heavy: bool = False


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be asked.

    `cell`: the neighborhood they belong to or were sent to (None: nowhere yet). `roving`: may be sent anywhere.
    `load`: seats held already. `veteran`: knows the place, or holds a certificate.
    """

    person_id: UUID
    kinds: frozenset[str]
    cell: UUID | None
    roving: bool
    qualifications: frozenset[str]
    limits: frozenset[str] = frozenset()
    times_known: bool = True
    load: int = 0
    veteran: bool = False


def plan_seats(template: TeamTemplate, facts: Mapping[str, float]) -> list[SeatPlan]:
    """The seats of a template for a cell with these facts; a fact that is not known counts as 0."""
    known = {name: value or 0 for name, value in facts.items()}
    seats = []
    for rule in template.seats:
        count = max(rule.least, evaluate(rule.most, known) if rule.most else rule.least)
        seats += [
            SeatPlan(
                rule.code, n, rule.title, rule.side, rule.duty, tuple(rule.kinds), frozenset(rule.qualifications), n <= rule.least,
                rule.leads, rule.deputy, rule.home, rule.prefers, rule.heavy,
            )
            for n in range(1, count + 1)
        ]  # fmt: skip
    return seats


def group_sizes(count: int, low: int, high: int) -> list[int]:
    """Sizes of groups for `count` people: as even as can be, none above `high`, none below `low` unless there are too few."""
    if count <= 0:
        return []
    groups = max(1, -(-count // high))
    if count // groups < low and groups > 1 and count <= high * (groups - 1):
        groups -= 1
    small, more = divmod(count, groups)
    return [small + (n < more) for n in range(groups)]


def why_not(seat: SeatPlan, person: Candidate, cell: UUID) -> str:
    """The most useful reason why somebody may not take a seat; empty when they may."""
    if "paused" in person.limits:
        return "paused"
    if seat.kinds and not person.kinds & set(seat.kinds):
        return "kind"
    if not seat.qualifications <= person.qualifications:
        return "qualification"
    if seat.heavy and "no_heavy" in person.limits:
        return "heavy"
    if person.cell != cell and not (seat.home == "any" and (person.roving or person.cell is None)):
        return "elsewhere"
    return ""


def cost(seat: SeatPlan, person: Candidate, cell: UUID) -> float:
    """How badly somebody who may take a seat fits it; less is better."""
    order = min((seat.kinds.index(kind) for kind in person.kinds if kind in seat.kinds), default=0)
    total = KIND_STEP * order + LOAD_STEP * person.load
    total += AWAY if person.cell not in (cell, None) else 0.0
    total += 0.0 if person.times_known else UNKNOWN_TIME
    if seat.prefers:
        total += WRONG_SORT if person.veteran != (seat.prefers == "veteran") else 0.0
    # Somebody with rare skills is kept for the seats that ask for them.
    return total + NO_SPREAD * min(4, len(person.qualifications - seat.qualifications))


def reasons(seat: SeatPlan, person: Candidate, cell: UUID) -> list[str]:
    """Codes of why this person, the strongest first."""
    found = []
    if person.cell == cell:
        found.append("home")
    elif person.roving or person.cell is None:
        found.append("sent")
    found += [f"can:{code}" for code in sorted(seat.qualifications)]
    if person.load == 0:
        found.append("free")
    if seat.prefers and person.veteran == (seat.prefers == "veteran"):
        found.append(seat.prefers)
    if person.times_known:
        found.append("times")
    return found


@dataclass(frozen=True)
class Marks:
    """三定一群: the committee is named, posts are named, duties are named, the channel is open."""

    committee: bool
    posts: bool
    duties: bool
    channel: bool

    @property
    def count(self) -> int:
        """How many of the four stand."""
        return sum((self.committee, self.posts, self.duties, self.channel))


@dataclass(frozen=True)
class SeatState:
    """What completeness needs to know of a seat."""

    side: str
    required: bool
    filled: bool
    duty: str
    committee: bool = False


def marks(seats: Collection[SeatState], *, channel_open: bool) -> Marks:
    """The four marks of a branch. Posts are named when every required seat is filled."""
    committee = [seat for seat in seats if seat.committee]
    required = [seat for seat in seats if seat.required]
    return Marks(
        committee=bool(committee) and all(seat.filled for seat in committee),
        posts=bool(required) and all(seat.filled for seat in required),
        duties=bool(seats) and all(seat.duty for seat in seats if seat.filled) and any(seat.filled for seat in seats),
        channel=channel_open,
    )


def sides(seats: Iterable[SeatState]) -> dict[str, tuple[int, int, bool]]:
    """(filled, seats, whole) of each side, in order; a side is whole when its required seats are filled."""
    found: dict[str, list[SeatState]] = {}
    for seat in seats:
        if seat.side:
            found.setdefault(seat.side, []).append(seat)
    return {
        side: (sum(s.filled for s in group), len(group), all(s.filled for s in group if s.required)) for side, group in found.items()
    }


def open_because(seat: SeatPlan, cell: UUID, people: Sequence[Candidate]) -> str:
    """Why a seat that stays open has nobody: the first gate at which everybody is lost; "taken" when all who may are busy."""
    gates = ("kind", "qualification", "elsewhere", "heavy", "paused")
    left: Sequence[Candidate] = people
    refused = [why_not(seat, person, cell) for person in left]
    if any(not reason for reason in refused):
        return "taken"
    counts = {gate: refused.count(gate) for gate in gates}
    if not people or counts["kind"] == len(people):
        return "kind"
    # Of those of the right kind, what most of them lack.
    return max((gate for gate in gates if gate != "kind"), key=lambda gate: counts[gate])
