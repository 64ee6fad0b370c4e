"""Whom to offer open seats: people ranked by the engine for one seat after another, each with reasons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from jimu.roster.material import Guests
from jimu.roster.models import Roster, Shift
from jimu.roster.problem import Built, build

if TYPE_CHECKING:
    from jimu_engine.recommend import Advisor


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
        found = self.advisor.recommend(str(shift_id), limit=limit, among=None if among is None else [str(pk) for pk in among])
        return [
            Ranked(UUID(one.person), self.built.names[one.person], [(reason.code, reason.value) for reason in one.reasons])
            for one in found.candidates
        ]
