"""Decisions of training, without a database: what counts as able, who passes, whom to train next."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from jimu.training.schema import Course

# A post that hangs on so few people stops when two of them fall ill.
THIN = 3


@dataclass(frozen=True)
class Score:
    """The result of a quiz: right answers of all, and the questions that went wrong (from 0)."""

    right: int
    total: int
    wrong: tuple[int, ...]
    passed: bool


def score(course: Course, answers: Sequence[int | None]) -> Score:
    """Judge answers (one a question, None for none)."""
    given = [*answers, *([None] * len(course.quiz))][: len(course.quiz)]
    wrong = tuple(n for n, (question, answer) in enumerate(zip(course.quiz, given, strict=True)) if answer != question.answer)
    right = len(course.quiz) - len(wrong)
    return Score(right, len(course.quiz), wrong, right >= course.pass_mark * len(course.quiz) - 1e-9)


def expires_on(course: Course, day: date) -> date:
    """The last day on which a certificate of that day holds."""
    return day + timedelta(days=course.valid_days - 1)


def counts_as_declared(qualification: str, courses: Iterable[Course]) -> bool:
    """Whether saying that one can is enough: no course teaches it (a driving licence, a dialect), or one of them allows it."""
    teaching = [course for course in courses if course.qualification == qualification]
    return not teaching or any(course.accepts_declared for course in teaching)


@dataclass(frozen=True)
class Need:
    """What a neighborhood's posts ask of one qualification: seats of the fullest shift, and minutes of a whole week."""

    qualification: str
    peak: int
    windows: tuple[tuple[int, int, int, int], ...] = ()
    """(weekday mask, start, end, seats) of each post: minutes from midnight; an end above 1440 is on the next day."""

    @property
    def week_minutes(self) -> int:
        """Minutes of duty a week, over all seats."""
        return sum(mask.bit_count() * (end - start) * seats for mask, start, end, seats in self.windows)


@dataclass(frozen=True)
class Cell:
    """One neighborhood and one qualification: who can, how many are needed at once, and how bad that is."""

    need: Need
    able: int

    @property
    def state(self) -> str:
        """missing: fewer able people than seats at once; thin: no spare to rest or replace; good."""
        if self.able < self.need.peak:
            return "missing"
        return "thin" if self.able < max(THIN, 2 * self.need.peak) else "good"

    @property
    def lacking(self) -> int:
        """How many more people would make it good."""
        return max(0, max(THIN, 2 * self.need.peak) - self.able)


@dataclass(frozen=True)
class Trainee:
    """Somebody who could learn it. `windows`: (weekday mask, start, end), None when any time will do."""

    person_id: UUID
    windows: tuple[tuple[int, int, int], ...] | None
    held: int
    volunteers: bool = False


def covered_minutes(need: Need, windows: tuple[tuple[int, int, int], ...] | None) -> int:
    """Minutes of a week's posts that lie wholly in somebody's free time, each post once."""
    total = 0
    for mask, start, end, _seats in need.windows:
        days = 127 if windows is None else _days_free(windows, start, end)
        total += (mask & days).bit_count() * (end - start)
    return total


def _days_free(windows: tuple[tuple[int, int, int], ...], start: int, end: int) -> int:
    found = 0
    for mask, first, last in windows:
        if first <= start and end <= last:
            found |= mask
    return found


def whom_to_train(need: Need, trainees: Collection[Trainee], limit: int = 10) -> list[tuple[Trainee, int]]:
    """The people whose training would cover most minutes of the need; those who can little else first among equals."""
    rated = [(trainee, covered_minutes(need, trainee.windows)) for trainee in trainees]
    useful = [pair for pair in rated if pair[1] > 0]
    return sorted(useful, key=lambda pair: (-pair[1], pair[0].held, not pair[0].volunteers, pair[0].person_id))[:limit]


def matrix(needs: Mapping[UUID, Sequence[Need]], able: Mapping[tuple[UUID, str], int]) -> dict[UUID, dict[str, Cell]]:
    """Cells by neighborhood and qualification."""
    return {unit: {need.qualification: Cell(need, able.get((unit, need.qualification), 0)) for need in found} for unit, found in needs.items()}
