"""What happens in the grid that other bricks react to; `jimu.wiring` lists who does."""

from dataclasses import dataclass
from uuid import UUID

from jimu.core.events import Event


@dataclass(frozen=True)
class UnitMoved(Event):
    """A unit, with all that stands in it, has another path: what keeps paths has to follow."""

    unit_id: UUID
    old_path: str
    new_path: str
