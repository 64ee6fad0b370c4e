"""Hard rules about one person and one shift, whatever else they do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from jimu_engine.rules.base import Breach, Rule, View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from jimu_engine.index import Index
    from jimu_engine.problem import Person, Shift


@dataclass(frozen=True)
class PairRule(Rule):
    """A rule that allows or forbids a person on a shift. The index asks `blocks` for many people at once."""

    hard: ClassVar[bool] = True

    @abstractmethod
    def forbids(self, person: Person, shift: Shift) -> bool:
        """Whether this person may not take this shift (the checker's side)."""

    @abstractmethod
    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        """The same for many people, on arrays (the solver's side)."""

    def breaches(self, view: View) -> Iterator[Breach]:
        for person, shifts in view.workers():
            for shift in shifts:
                if self.forbids(person, shift):
                    yield self.hard_breach(person.id, [shift], 1, self.sentence)

    def enforce(self, index: Index) -> None:
        index.pair_rules.append(self)


@dataclass(frozen=True)
class Qualified(PairRule):
    """Needs all qualifications of the shift."""

    code: ClassVar[str] = "qualification"
    sentence: ClassVar[str] = "没有岗位要求的资质"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return not shift.qualifications <= person.qualifications

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        wanted = index.shift_qualifications[shift]
        return (index.qualifications[people] & wanted) != wanted


@dataclass(frozen=True)
class RightKind(PairRule):
    """Must be of a kind that the shift takes."""

    code: ClassVar[str] = "kind"
    sentence: ClassVar[str] = "不是这个岗位要用的人员类别"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return bool(shift.kinds) and shift.kinds.isdisjoint(person.kinds)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        wanted = index.shift_kinds[shift]
        return (index.kinds[people] & wanted) == 0


@dataclass(frozen=True)
class RequestedOnly(PairRule):
    """Shifts of another command are requested from it, never assigned."""

    code: ClassVar[str] = "requested"
    sentence: ClassVar[str] = "这个岗位由对方指挥派人，只能商请，不能指派"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return shift.requested

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        return index.full(people, index.problem.shifts[shift].requested)


@dataclass(frozen=True)
class OwnCommand(PairRule):
    """People of another command (medics, police) take only shifts that are requested from it."""

    kinds: frozenset[str] = frozenset({"medic", "police"})
    code: ClassVar[str] = "own_command"
    sentence: ClassVar[str] = "医护、民警有自己的指挥，只能商请，不能指派"

    def forbids(self, person: Person, shift: Shift) -> bool:
        return not shift.requested and person.kind in self.kinds

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        if index.problem.shifts[shift].requested:
            return index.full(people, False)
        return index.is_kind(self.kinds)[people]


@dataclass(frozen=True)
class AllowedPlace(PairRule):
    """Serves only where they may be; a resident under lockdown only in their own neighborhood."""

    code: ClassVar[str] = "place"
    sentence: ClassVar[str] = "封控期间只能在自己居住的居民区服务，或不在其服务范围内"
    bodily: ClassVar[bool] = True

    def forbids(self, person: Person, shift: Shift) -> bool:
        return person.places is not None and shift.place not in person.places

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        return ~index.may_serve(index.shift_place[shift])[people]


@dataclass(frozen=True)
class Available(PairRule):
    """The whole shift lies in a time the person gave, and in none that they excluded."""

    code: ClassVar[str] = "availability"
    sentence: ClassVar[str] = "本人这段时间没有空"

    def forbids(self, person: Person, shift: Shift) -> bool:
        windows = person.available
        inside = windows is None or _covered(shift.start, shift.end, [(w.start, w.end) for w in windows])
        return not inside or any(w.start < shift.end and shift.start < w.end for w in person.unavailable)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        return ~index.free(shift)[people]


@dataclass(frozen=True)
class Limits(PairRule):
    """Respects what a person said they cannot do."""

    code: ClassVar[str] = "limits"
    sentence: ClassVar[str] = "本人说明不能上这样的班（如不排夜班、不搬重物）"

    def forbids(self, person: Person, shift: Shift) -> bool:
        limits = person.limits
        return (shift.night and "no_night" in limits) or (shift.heavy and "no_heavy" in limits)

    def blocks(self, index: Index, shift: int, people: NDArray[np.int64]) -> NDArray[np.bool_]:
        blocked = index.full(people, False)
        if index.problem.shifts[shift].night:
            blocked = blocked | index.has_limit("no_night")[people]
        if index.problem.shifts[shift].heavy:
            blocked = blocked | index.has_limit("no_heavy")[people]
        return blocked


def _covered(start: int, end: int, windows: list[tuple[int, int]]) -> bool:
    """Whether [start, end) lies in the union of the windows."""
    reached = start
    for low, high in sorted(windows):
        if low <= reached < high:
            reached = high
    return reached >= end
