"""What happens in teams that other bricks react to; `jimu.wiring` lists who does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jimu.core.events import Event


@dataclass(frozen=True)
class LoanAgreed(Event):
    """Somebody works for `to_path` from `starts_at` to `ends_at`: what they were promised elsewhere in that time is void."""

    loan_id: UUID
    person_id: UUID
    to_path: str
    starts_at: datetime
    ends_at: datetime
    at: datetime
    by: str


@dataclass(frozen=True)
class LoanEnded(Event):
    """Somebody has gone home: what they were promised at `to_path` from `at` on is void. `reason` in plain words."""

    loan_id: UUID
    person_id: UUID
    to_path: str
    at: datetime
    by: str
    reason: str
