"""Whom to offer open seats: people ranked by the engine for one seat after another, each with reasons."""

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
    from jimu_engine.recommend import Advisor

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
        self._tired = _tired(people, shifts, at)
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
        tired = self._tired.get(shift_id, frozenset())
        known = (UUID(name) for name in self.built.names) if among is None else among
        asked = [str(pk) for pk in known if pk not in tired] if tired or among is not None else None
        found = self.advisor.recommend(str(shift_id), limit=limit, among=asked)
        return [
            Ranked(UUID(one.person), self.built.names[one.person], [(reason.code, reason.value) for reason in one.reasons])
            for one in found.candidates
        ]


def _tired(people: Collection[UUID], shifts: Sequence[Shift], at: datetime) -> dict[UUID, frozenset[UUID]]:
    """For each shift that begins soon whoever must rest then: they are not asked, unless a commander answers for it by name."""
    near = [shift for shift in shifts if shift.starts_at < at + NEAR]
    found: dict[datetime, frozenset[UUID]] = {}
    for starts_at in {max(at, shift.starts_at) for shift in near}:
        found[starts_at] = frozenset(resting.must_rest(people, starts_at))
    return {shift.pk: found[max(at, shift.starts_at)] for shift in near}
