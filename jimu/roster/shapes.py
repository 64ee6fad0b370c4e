"""What the JSON API takes and gives."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from jimu.roster import explain, queries
from jimu.roster.forms import LONGEST_SOLVE, SHORTEST_SOLVE
from jimu.roster.models import Shift
from jimu.roster.standby import MOST


class Draft(Schema):
    """What to lay out."""

    incident_id: UUID
    first_day: date
    days: int = 14
    emergency_reason: str = Field("", max_length=200)


class Solve(Schema):
    """How long to think."""

    seconds: int = Field(60, ge=SHORTEST_SOLVE, le=LONGEST_SOLVE)
    seed: int = 1


class Seen(Schema):
    """What the caller saw: the draft's version, and the roster in force then, if any."""

    version: int
    replaces: UUID | None = None


class Spare(Schema):
    """How many stand by at a shift."""

    spare: int = Field(ge=0, le=MOST)


class Placing(Schema):
    """Who to put on a shift (or to stand by at it), and why when a rule gives way."""

    person_id: UUID
    standby: bool = False
    reason: str = Field("", max_length=200)


class Moving(Schema):
    """Where to, and why when a rule gives way."""

    to_shift_id: UUID
    reason: str = Field("", max_length=200)


class Swapping(Schema):
    """With whose seat, and why when a rule gives way."""

    with_seat_id: UUID
    reason: str = Field("", max_length=200)


class Pinning(Schema):
    """Whether later solves leave the seat alone."""

    pinned: bool


class Mending(Schema):
    """The `token` of what was looked at."""

    token: str = Field(max_length=600)


class Asking(Schema):
    """How far the asking of another command is."""

    state: str
    promised: int = 0
    note: str = Field("", max_length=120)


class RosterOut(Schema):
    """One roster."""

    id: UUID
    incident_id: UUID
    state: str
    version: int
    first_day: date
    days: int
    emergency_reason: str
    objective: float | None
    bound: float | None
    summary: dict[str, Any]
    solved_at: datetime | None
    published_at: datetime | None
    published_by: str


class ShiftOut(Schema):
    """One post on one day."""

    id: UUID
    unit_id: UUID
    post: str
    day: date
    starts_at: datetime
    ends_at: datetime
    needed: int
    filled: int
    spare: int

    @staticmethod
    def resolve_post(row: Shift) -> str:
        """The post's title."""
        return row.post.title


class OpenOut(ShiftOut):
    """A shift with open seats and why: the main rule, its sentence, and people kept off by rule."""

    unit: str
    open: int
    code: str
    reason: str
    kept_off: dict[str, int]

    @staticmethod
    def resolve_unit(row: Shift) -> str:
        """The neighborhood's name."""
        return row.unit.name

    @staticmethod
    def resolve_open(row: Shift) -> int:
        """Seats without anybody."""
        return max(0, row.needed - row.filled)

    @staticmethod
    def resolve_code(row: Shift) -> str:
        """The rule that keeps most people off."""
        return str(row.open_reason.get("code", ""))

    @staticmethod
    def resolve_reason(row: Shift) -> str:
        """The same in a sentence."""
        return explain.sentence_of(row)

    @staticmethod
    def resolve_kept_off(row: Shift) -> dict[str, int]:
        """People by the first rule that keeps them off."""
        return dict(row.open_reason.get("counts", {}))


class SeatOut(Schema):
    """Somebody on a seat; `override` says which rules gave, who allowed it and why."""

    seat_id: UUID
    person_id: UUID
    name: str
    kind: str
    origin: str
    pinned: bool
    standby: bool
    override: dict[str, Any]


class ShiftDetail(OpenOut):
    """A shift with the people on it."""

    seats: list[SeatOut]

    @staticmethod
    def resolve_seats(row: Shift) -> list[dict[str, Any]]:
        """By seat."""
        return [
            {"seat_id": s.assignment.pk, "person_id": s.assignment.person_id, "name": s.assignment.person.name,
             "kind": s.kind, "origin": s.assignment.origin, "pinned": s.assignment.pinned, "standby": s.assignment.standby, "override": s.assignment.override}
            for s in queries.seated(row)
        ]  # fmt: skip
