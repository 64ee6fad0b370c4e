"""Decisions about transfers, without a database: what may follow what, by when, who may share a vehicle, when somebody left behind is alone. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from jimu.field.transfer.models import Dependant, Transfer

S = Transfer.State
RUNNING = frozenset(S.values) - frozenset(Transfer.OVER)
AT_HOME = frozenset({S.LISTED, S.UNREACHABLE, S.REFUSED, S.TOLD, S.READY, S.SEATED})
BEFORE = AT_HOME | {S.DOWN, S.OUTSIDE}

#: Each act with the states it may start from, and the state it leads to; None leaves it.
ACTS: Mapping[str, tuple[frozenset[str], str | None]] = {
    "told": (frozenset({S.LISTED, S.UNREACHABLE, S.REFUSED}), S.TOLD),
    "unreachable": (AT_HOME, S.UNREACHABLE),
    "refuse": (AT_HOME | {S.DOWN}, S.REFUSED),
    "wants": (BEFORE, None),
    "left": (RUNNING, None),
    "prepare": (frozenset({S.TOLD}), S.READY),
    "seat": (frozenset({S.READY}), S.SEATED),
    "unseat": (frozenset({S.SEATED}), S.READY),
    "down": (frozenset({S.SEATED}), S.DOWN),
    "inside": (frozenset({S.DOWN, S.OUTSIDE}), None),
    "board": (frozenset({S.SEATED, S.DOWN}), S.BOARDED),
    "turned": (frozenset({S.BOARDED}), S.OUTSIDE),
    "hand": (frozenset({S.BOARDED}), S.ARRIVED),
    "release": (frozenset({S.ARRIVED}), S.RELEASED),
    "home": (frozenset({S.ARRIVED, S.RELEASED}), S.HOME),
    "close": (frozenset({S.HOME}), S.CLOSED),
    "cancel": (AT_HOME, S.CANCELLED),
    "note": (RUNNING, None),
    "lost_run": (frozenset({S.SEATED, S.DOWN}), None),
}
#: What can be taken back with a click by who did it, or the desk, while nothing has followed.
UNDOABLE = frozenset({"told", "unreachable", "refuse", "prepare", "down", "inside", "board", "hand", "release", "home"})


def allowed(act: str, state: str) -> bool:
    """Whether an act fits what a transfer is now."""
    return state in ACTS[act][0]


def after(act: str, state: str) -> str:
    """Where an act leads."""
    if act == "inside":
        return S.SEATED if state == S.DOWN else S.READY
    if act == "lost_run":
        # Who was still in the flat waits again; who stands outside is told to go in, and a person says that they are.
        return S.OUTSIDE if state == S.DOWN else S.READY
    return ACTS[act][1] or state


def limit(state: str, at: datetime, numbers: Any, expected_at: datetime | None = None) -> datetime | None:
    """By when the next step has to follow one that was taken at a moment; None where none runs. See seat_limit."""
    if state in (S.UNREACHABLE, S.REFUSED):
        # Nobody lets this lie: the leader is told at once.
        return at
    if state == S.RELEASED:
        return (expected_at or at) + timedelta(hours=numbers.return_hours)
    hours: Mapping[str, int] = {S.LISTED: numbers.call_hours, S.TOLD: numbers.prepare_hours, S.READY: numbers.seat_hours, S.BOARDED: numbers.ride_hours, S.HOME: numbers.close_hours}
    minutes: Mapping[str, int] = {S.DOWN: numbers.outside_minutes, S.OUTSIDE: numbers.inside_minutes}
    if state in hours:
        return at + timedelta(hours=hours[state])
    return at + timedelta(minutes=minutes[state]) if state in minutes else None


def seat_limit(leaves_at: datetime, numbers: Any) -> datetime:
    """By when somebody with a seat is downstairs or in the vehicle: nobody is left in the flat unseen when it has gone."""
    return leaves_at + timedelta(minutes=numbers.late_minutes + numbers.outside_minutes)


@dataclass(frozen=True)
class Left:
    """Somebody or something left behind, as the rules see it."""

    running: bool
    away_since: datetime | None
    cared: bool
    until: datetime | None = None
    next_due: datetime | None = None
    trouble_at: datetime | None = None


def alarm_at(left: Left) -> datetime | None:
    """From when on the alarm of one left behind runs; None when it does not: they are not left, or not any more.

    Without a caretaker from the moment of leaving; else from the first of: a visit that was not made, the caretaker's
    last moment, trouble told at a visit.
    """
    if not left.running or left.away_since is None:
        return None
    if not left.cared:
        return left.away_since
    return min(one for one in (left.until, left.next_due, left.trouble_at) if one is not None)


def attended(left: Left, at: datetime) -> bool:
    """Whether whoever is left behind is looked after at a moment; said without the clock, so that the two can be held against each other."""
    if not left.running or left.away_since is None:
        return True
    if not left.cared or left.trouble_at is not None:
        return False
    return left.until is not None and at < left.until and left.next_due is not None and at < left.next_due


def may_share(one: str, other: str, together: Sequence[Collection[str]]) -> bool:
    """Whether two whys may share a vehicle. Unknown ones share with their own kind only."""
    return one == other or any(one in group and other in group for group in together)


def unfit(wants: Iterable[str], vehicle: Collection[str], place: Collection[str]) -> tuple[str, str] | None:
    """The first want that the vehicle or the destination does not meet: (want, 'vehicle' or 'place'); None when all are met."""
    for want in wants:
        if want in OF_VEHICLE and want not in vehicle:
            return want, "vehicle"
        if want in OF_PLACE and want not in place:
            return want, "place"
    return None


#: What a person may want, of the vehicle and of where it goes. A stretcher's place takes a wheelchair too: the desk says both.
OF_VEHICLE = frozenset({"wheelchair", "stretcher", "oxygen"})
OF_PLACE = frozenset({"dialysis", "oxygen", "pregnant"})
WANTS = ("wheelchair", "stretcher", "oxygen", "dialysis", "pregnant")


def wants_of_groups(groups: Collection[str]) -> list[str]:
    """What the ledger's priority groups let expect; a person confirms at the call."""
    found = {"dialysis": "dialysis", "oxygen": "oxygen", "bedridden": "stretcher", "pregnant": "pregnant"}
    return [want for want in WANTS if any(found.get(group) == want for group in groups)]


def is_minor(born: date | None, birth_year: int | None, on: date, age: int) -> bool:
    """Whether somebody may be under age: exact by a date of birth; by the year alone in doubt yes; unknown is not."""
    if born is not None:
        return (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) < age
    return birth_year is not None and on.year - birth_year <= age


def kind_left(groups: Collection[str], birth_year: int | None, on: date, *, minor_age: int, elder_age: int) -> str:
    """As what somebody of the household would be left behind; '' for whoever can look after themselves."""
    if {"bedridden", "disabled", "dialysis", "oxygen", "psychiatric"} & set(groups):
        return Dependant.Kind.CARE
    if "infant" in groups or (birth_year is not None and on.year - birth_year <= minor_age):
        return Dependant.Kind.CHILD
    if {"elder", "elder_alone", "all_elder"} & set(groups) or (birth_year is not None and on.year - birth_year >= elder_age):
        return Dependant.Kind.ELDER
    return Dependant.Kind.MEDICINE if {"chronic", "oncology"} & set(groups) else ""
