"""What happens on rosters that other bricks react to; `jimu.wiring` lists who does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jimu.core.events import Event

NO_SHOW, LEFT = "no_show", "left"


@dataclass(frozen=True)
class SeatOpened(Event):
    """A seat of a published roster lost its person: they did not come (`no_show`) or were taken off (`left`)."""

    shift_id: UUID
    person_id: UUID
    cause: str
    at: datetime
    by: str
