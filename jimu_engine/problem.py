"""What is to be decided: people, shifts with seats, rules. Immutable; time is integer minutes from 00:00 of day 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from jimu_engine.errors import BadProblem, BadRoster

if TYPE_CHECKING:
    from jimu_engine.rules.base import Rule

DAY = 1440
#: Times must be multiples of this, so that availability can be held in slots exactly.
GRAIN = 5
#: Beyond a year a roster is a wish, and arrays by day would take what memory there is.
MOST_DAYS = 400
#: Largest number taken anywhere, minutes, counts and weights: sums and squares of such numbers stay finite.
LARGEST = 10**9

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes [start, end)."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not _within(self.start, self.end):
            raise BadProblem(f"a window must lie within {LARGEST} minutes of the first day")
        if self.end <= self.start:
            raise BadProblem(f"a window ends ({self.end}) before it starts ({self.start})")


@dataclass(frozen=True, slots=True)
class Shift:
    """A demand: `required` seats of one post (`kind`) at one place and time.

    `under` is the cost of each empty seat. `qualifications` are all needed; `kinds` are the kinds of people it
    takes (empty: any). `requested` shifts belong to a command of their own (medics, police): people are asked for,
    never assigned, so their seats do not count as open. `team`: whose shift it is ("": no team's).
    """

    id: str
    start: int
    end: int
    kind: str = ""
    place: str = ""
    required: int = 1
    under: float = 1.0
    qualifications: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    requested: bool = False
    suit: bool = False
    heavy: bool = False
    team: str = ""

    @property
    def minutes(self) -> int:
        """Its length."""
        return self.end - self.start

    @property
    def day(self) -> int:
        """The day it starts on."""
        return self.start // DAY

    @property
    def last_day(self) -> int:
        """The day its last minute lies on."""
        return (self.end - 1) // DAY

    @property
    def night(self) -> bool:
        """Whether at least two hours of it lie between 22:00 and 06:00."""
        return _night(self.start, self.end)


@lru_cache(maxsize=4096)
def _night(start: int, end: int) -> bool:
    """Whether at least two hours between two minutes lie between 22:00 and 06:00. Asked of every pair of every roster judged."""
    nights = ((day * DAY + 22 * 60, day * DAY + 30 * 60) for day in range(start // DAY - 1, end // DAY + 1))
    return sum(max(0, min(high, end) - max(low, start)) for low, high in nights) >= 120


@dataclass(frozen=True, slots=True)
class History:
    """What a person did before the horizon.

    `last_end` is the (negative) minute their last shift ended; `days` the calendar days worked, as negative day
    numbers (-1 is yesterday); `nights` likewise; `minutes_by_day` minutes of the last six days; `load` minutes that
    fairness should count; `posts` the (place, kind) pairs they know, `teams` the teams they were with; `suits` when they
    wore a protective suit (what began before the horizon, and may end in it).
    """

    last_end: int | None = None
    days: frozenset[int] = frozenset()
    nights: frozenset[int] = frozenset()
    minutes_by_day: Mapping[int, int] = field(default_factory=dict)
    load: int = 0
    posts: frozenset[Pair] = frozenset()
    teams: frozenset[str] = frozenset()
    suits: tuple[Window, ...] = ()


NO_HISTORY = History()


@dataclass(frozen=True, slots=True)
class Days:
    """How many days in a row somebody would work and be off: at least, at most (None: no limit)."""

    least_on: int = 0
    most_on: int | None = None
    least_off: int = 0
    most_off: int | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing is wished beyond `most_on`, which is no wish."""
        return self.least_on <= 1 and self.least_off <= 1 and self.most_off is None


ANY_DAYS = Days()


@dataclass(frozen=True, slots=True)
class Person:
    """One who may be asked.

    `kinds`: what they come as; the first is the one they are counted under. `places`: where they may serve (None:
    anywhere). `expires`: the minute from which a qualification no longer holds, for those that end within the horizon.
    `available`: when (None: any time). `limits`: codes such as no_night, no_heavy. `reluctance`: a cost
    for each shift, so that they are asked last. `wishes`: cost (positive: rather not) or gain (negative) of shifts.
    `novice`: those of the qualifications that they hold on trial, beside a veteran only (rules.Supervised).
    `closed`: by place, when it is closed to them; under "" when every place is that is not named.
    `promised`: minutes promised after the horizon. `shifts_of`: by post, the least and most shifts of it in the horizon.
    `rhythm`: days in a row.
    """

    id: str
    kinds: tuple[str, ...] = ()
    qualifications: frozenset[str] = frozenset()
    places: frozenset[str] | None = None
    available: tuple[Window, ...] | None = None
    unavailable: tuple[Window, ...] = ()
    limits: frozenset[str] = frozenset()
    reluctance: float = 0.0
    wishes: Mapping[str, float] = field(default_factory=dict)
    history: History = NO_HISTORY
    expires: Mapping[str, int] = field(default_factory=dict)
    closed: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    novice: frozenset[str] = frozenset()
    promised: int = 0
    shifts_of: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    rhythm: Days = ANY_DAYS

    @property
    def other_load(self) -> int:
        """Minutes before and after the horizon that fairness counts."""
        return self.history.load + self.promised

    @property
    def kind(self) -> str:
        """The kind they are counted under."""
        return self.kinds[0] if self.kinds else ""


@dataclass(frozen=True)
class Problem:
    """People, shifts and rules over `days` days.

    `pinned` pairs (shift id, person id) must stay; `published` ones are a promise (rules.Stability prices breaking
    it). Raises BadProblem when something contradicts itself.
    """

    days: int
    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    rules: tuple[Rule, ...]
    pinned: frozenset[Pair] = frozenset()
    published: frozenset[Pair] = frozenset()
    first_day: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.days <= MOST_DAYS:
            raise BadProblem(f"a horizon has 1 to {MOST_DAYS} days, not {self.days}")
        _once("person", (person.id for person in self.people))
        _once("shift", (shift.id for shift in self.shifts))
        for shift in self.shifts:
            _check_shift(shift, self.days)
        for person in self.people:
            _check_person(person)
        _once("rule", (rule.code for rule in self.rules))
        for rule in self.rules:
            rule.validate()
        self._check_pairs("pinned", self.pinned)

    @cached_property
    def person_at(self) -> dict[str, int]:
        """Index of each person by id."""
        return {person.id: i for i, person in enumerate(self.people)}

    @cached_property
    def shift_at(self) -> dict[str, int]:
        """Index of each shift by id."""
        return {shift.id: i for i, shift in enumerate(self.shifts)}

    @property
    def seats(self) -> int:
        """Seats to be filled; requested ones are not the roster's to fill."""
        return sum(shift.required for shift in self.shifts if not shift.requested)

    def rule(self, kind: type[Any]) -> Any:
        """The first rule of a class, or None."""
        return next((rule for rule in self.rules if isinstance(rule, kind)), None)

    def replace(self, **changes: Any) -> Problem:
        """A copy with some fields changed."""
        return replace(self, **changes)

    def _check_pairs(self, name: str, pairs: Iterable[Pair]) -> None:
        for shift, person in pairs:
            if shift not in self.shift_at or person not in self.person_at:
                raise BadProblem(f"{name}: ({shift}, {person}) names what the problem does not have")


@dataclass(frozen=True)
class Roster:
    """Who fills which seats: person ids by shift id, sorted; shifts without anybody are left out."""

    seats: Mapping[str, tuple[str, ...]]

    @staticmethod
    def of(pairs: Iterable[Pair]) -> Roster:
        """From (shift id, person id) pairs."""
        found: dict[str, list[str]] = {}
        for shift, person in pairs:
            found.setdefault(shift, []).append(person)
        return Roster({shift: tuple(sorted(found[shift])) for shift in sorted(found)})

    def pairs(self) -> Iterable[Pair]:
        """All (shift id, person id) pairs."""
        return ((shift, person) for shift, people in self.seats.items() for person in people)

    def on(self, shift: str) -> tuple[str, ...]:
        """The people on a shift."""
        return self.seats.get(shift, ())

    def numbers(self, problem: Problem) -> list[tuple[int, int]]:
        """(shift, person) by their places in the problem, in the order of their ids. Raises BadRoster on a stranger."""
        found = []
        for shift_id, person_id in sorted(self.pairs()):
            s, p = problem.shift_at.get(shift_id), problem.person_at.get(person_id)
            if s is None or p is None:
                raise _strange(shift_id, person_id)
            found.append((s, p))
        return found

    def by_person(self, problem: Problem) -> dict[str, list[Shift]]:
        """Each person's shifts by start; people without any are left out. Raises BadRoster on a stranger."""
        mine: dict[str, list[Shift]] = {}
        for shift_id, person_id in self.pairs():
            if shift_id not in problem.shift_at or person_id not in problem.person_at:
                raise _strange(shift_id, person_id)
            mine.setdefault(person_id, []).append(problem.shifts[problem.shift_at[shift_id]])
        for shifts in mine.values():
            shifts.sort(key=lambda shift: (shift.start, shift.id))
        return mine


def _strange(shift_id: str, person_id: str) -> BadRoster:
    return BadRoster(f"the roster names ({shift_id}, {person_id}), which the problem does not have")


def _once(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            raise BadProblem(f"the {what} {identifier!r} is there twice")
        seen.add(identifier)


def _check_shift(shift: Shift, days: int) -> None:
    if shift.end <= shift.start:
        raise BadProblem(f"shift {shift.id} ends before it starts")
    if shift.start < 0 or shift.start >= days * DAY or shift.minutes > 2 * DAY:
        raise BadProblem(f"shift {shift.id} does not start inside the horizon, or is longer than two days")
    if shift.start % GRAIN or shift.end % GRAIN:
        raise BadProblem(f"shift {shift.id}: times must be multiples of {GRAIN} minutes")
    if not _within(shift.required, shift.under) or shift.required < 0 or shift.under < 0:
        raise BadProblem(f"shift {shift.id}: required and under must be finite, not negative and at most {LARGEST}")


def _check_person(person: Person) -> None:
    costs = [person.reluctance, *person.wishes.values()]
    if not _within(*costs):
        raise BadProblem(f"person {person.id}: a cost is not a finite number of at most {LARGEST}")
    if not _within(*person.expires.values()):
        raise BadProblem(f"person {person.id}: a qualification ends at a minute that means nothing")
    past = person.history
    if past.last_end is not None and not _within(past.last_end):
        raise BadProblem(f"person {person.id}: the history ends more than {LARGEST} minutes away")
    if past.last_end is not None and past.last_end > 0:
        raise BadProblem(f"person {person.id}: the history ends inside the horizon")
    if any(day >= 0 for day in (*past.days, *past.nights, *past.minutes_by_day)):
        raise BadProblem(f"person {person.id}: the history holds a day inside the horizon")
    if any(worn.start >= 0 for worn in past.suits):
        raise BadProblem(f"person {person.id}: the history holds a suit worn inside the horizon")
    if not all(_within(n) and n >= 0 for n in (past.load, person.promised, *past.minutes_by_day.values())):
        raise BadProblem(f"person {person.id}: minutes of the past, and promised, must be finite, not negative and at most {LARGEST}")
    _check_wanted(person)


def _check_wanted(person: Person) -> None:
    for kind, (least, most) in person.shifts_of.items():
        if not (_within(least, most) and 0 <= least <= most):
            raise BadProblem(f"person {person.id}: {least} to {most} shifts of {kind!r} cannot be")
    days = person.rhythm
    for what, low, high in (("on", days.least_on, days.most_on), ("off", days.least_off, days.most_off)):
        limit = LARGEST if high is None else high
        if not (_within(low, limit) and 0 <= low <= limit):
            raise BadProblem(f"person {person.id}: {low} to {high} days {what} in a row cannot be")


def _within(*numbers: float) -> bool:
    """Whether each is a number, and none so large that sums of them would lose their meaning."""
    return all(-LARGEST <= number <= LARGEST for number in numbers)
