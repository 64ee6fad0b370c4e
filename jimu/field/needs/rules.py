"""Decisions about needs, without a database: which act leads where, how urgent one is, who suits it best. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jimu.field.needs.models import Need

STEP = 4
State, Decision = Need.State, Need.Decision
RUNNING = frozenset(Need.RUNNING)
WAITING = frozenset({State.OPEN, State.ASSIGNED})

#: Each act with the states it may start from and the state it leads to; None leaves the state as it is.
ACTS: Mapping[str, tuple[frozenset[str], str | None]] = {
    "assign": (WAITING, State.ASSIGNED),
    "recall": (frozenset({State.ASSIGNED}), State.OPEN),
    "accept": (frozenset({State.ASSIGNED}), State.ACCEPTED),
    "give_back": (frozenset({State.ASSIGNED, State.ACCEPTED}), State.OPEN),
    "note": (RUNNING | {State.DONE}, None),
    "finish": (frozenset({State.ACCEPTED}), State.DONE),
    "confirm": (frozenset({State.DONE}), State.CONFIRMED),
    "reopen": (frozenset({State.DONE, State.CONFIRMED}), State.OPEN),
    "withdraw": (RUNNING | {State.REFUSED}, State.WITHDRAWN),
    "merge": (RUNNING, State.MERGED),
    "grant": (RUNNING, None),
    "refuse": (RUNNING, State.REFUSED),
    "appeal": (frozenset({State.REFUSED}), State.OPEN),
}


def allowed(act: str, state: str, decision: str = "") -> bool:
    """Whether an act fits what a need is now. What needs a decision is decided once, and done only after a yes."""
    if state not in ACTS[act][0]:
        return False
    if act in ("grant", "refuse"):
        return decision == Decision.PENDING
    if act == "finish":
        return decision in ("", Decision.GRANTED)
    return True


def limits(at: datetime, minutes: int) -> tuple[datetime, datetime]:
    """When half of the limit is over, and when all of it is."""
    return at + timedelta(minutes=minutes / 2), at + timedelta(minutes=minutes)


def around(at: datetime, hours: int) -> tuple[datetime, datetime]:
    """So many hours before and after a moment."""
    return at - timedelta(hours=hours), at + timedelta(hours=hours)


def above(path: str) -> str:
    """The unit above; '' above the top."""
    return path[:-STEP]


def stage_now(state: str, decision: str, half_at: datetime, due_at: datetime, at: datetime) -> int:
    """2 when the limit passed with work to do, 1 when half passed and nobody took it (or it waits for a decision), else 0."""
    if state not in RUNNING:
        return 0
    if at >= due_at:
        return 2
    return 1 if at >= half_at and (state in WAITING or decision == Decision.PENDING) else 0


@dataclass(frozen=True)
class Candidate:
    """Somebody (or a team) who could see to a need: where they stand, what they have in hand, what they can do."""

    key: UUID
    name: str
    path: str
    load: int
    team: bool = False
    leads: bool = False
    skills: frozenset[str] = frozenset()
    phone: bool = True


@dataclass(frozen=True)
class Ranked:
    """A candidate with the facts that speak for them."""

    candidate: Candidate
    steps: int
    fitting: frozenset[str]


def ranked(place: str, skills: Collection[str], candidates: Sequence[Candidate], most: int = 6) -> list[Ranked]:
    """Who fits a need best: whoever can do it, then the nearest, then the least laden, a team before a person. Names break ties."""
    wanted = frozenset(skills)
    rows = [Ranked(c, max(0, (len(place) - len(c.path)) // STEP), c.skills & wanted) for c in candidates]
    return sorted(rows, key=lambda r: (not r.fitting, r.candidate.load + r.steps, not r.candidate.team, r.candidate.name, str(r.candidate.key)))[:most]
