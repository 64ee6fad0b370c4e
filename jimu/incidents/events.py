"""What happens with incidents that other bricks react to; `jimu.wiring` lists who does."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jimu.core.events import Event


@dataclass(frozen=True)
class StoodDown(Event):
    """An incident has ended: what was arranged for it ends too."""

    incident_id: UUID
    at: datetime
