"""What happens on rosters that other bricks react to; `jimu.wiring` lists who does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jimu.core.events import Event

NO_SHOW, LEFT, DROPPED_OUT = "no_show", "left", "dropped"


@dataclass(frozen=True)
class SeatOpened(Event):
    """A seat of a published roster lost its person: they did not come (`no_show`), were taken off (`left`),
    or dropped out for a while (`dropped`)."""

    shift_id: UUID
    person_id: UUID
    cause: str
    at: datetime
    by: str
