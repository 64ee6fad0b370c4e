"""Whom to offer open seats: people ranked by the engine for one seat after another, each with reasons."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from jimu.roster import resting
from jimu.roster.material import Guests
from jimu.roster.models import Roster, Shift
from jimu.roster.problem import Built, build

if TYPE_CHECKING:
    from jimu_engine.recommend import Advisor, Candidate

# How tired somebody will be is known this far ahead; for later days the rules of the roster hold.
NEAR = timedelta(hours=24)


@dataclass(frozen=True)
class Ranked:
    """Somebody who fits a seat, and the facts that speak for or against them: codes with a number each."""

    person_id: UUID
    name: str
    reasons: Sequence[tuple[str, float]]


class Offering:
    """Asks about some people and shifts of one roster; built once, asked often.

    `guests` are people from elsewhere and the places that each could be lent to: judged at each as if that were agreed.
    """

    def __init__(
        self, roster: Roster, *, at: datetime, people: Collection[UUID], shifts: Sequence[Shift], guests: Guests | None = None
    ) -> None:
        self.built: Built = build(roster, at=at, people=people, shifts=[shift.pk for shift in shifts], guests=guests)
        self._begins = {shift.pk: max(at, shift.starts_at) for shift in shifts if shift.starts_at < at + NEAR}
        self._tired: dict[datetime, set[UUID]] = defaultdict(set)
        self._rested: dict[datetime, set[UUID]] = defaultdict(set)
        self._advisor: Advisor | None = None

    @property
    def advisor(self) -> "Advisor":
        # The kernels take a while to load, and a place without people never asks.
        from jimu_engine.recommend import Advisor

        if self._advisor is None:
            self._advisor = Advisor(self.built.problem, self.built.seats)
        return self._advisor

    def ranked(self, shift_id: UUID, *, limit: int, among: Collection[UUID] | None = None) -> list[Ranked]:
        """Who fits a seat of this shift, best first; `among`: of these only."""
        if not self.built.names:
            return []
        begin = self._begins.get(shift_id)
        asked = {UUID(name) for name in self.built.names} if among is None else set(among)
        found = self._recommended(shift_id, limit, asked, begin)
        # Rest is reckoned person by person: for the best, and for everybody only where one of those must rest.
        if begin is not None and self._must_rest({UUID(one.person) for one in found}, begin):
            self._must_rest(asked, begin)
            found = self._recommended(shift_id, limit, asked, begin)
        return [
            Ranked(UUID(one.person), self.built.names[one.person], [(reason.code, reason.value) for reason in one.reasons]) for one in found
        ]

    def _recommended(self, shift_id: UUID, limit: int, asked: set[UUID], begin: datetime | None) -> "Sequence[Candidate]":
        left = asked - self._tired[begin] if begin is not None else asked
        return self.advisor.recommend(str(shift_id), limit=limit, among=[str(pk) for pk in left]).candidates

    def _must_rest(self, people: set[UUID], begin: datetime) -> bool:
        """Whether any of these must rest when a shift begins: they are not asked, unless a commander answers for it by name."""
        unsure = people - self._rested[begin] - self._tired[begin]
        tired = set(resting.must_rest(unsure, begin))
        self._tired[begin] |= tired
        self._rested[begin] |= unsure - tired
        return bool(people & self._tired[begin])
