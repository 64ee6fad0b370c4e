"""What bricks of the field tell each other without knowing each other; `jimu.wiring` lists who reacts."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from jimu.core.events import Event


@dataclass(frozen=True)
class FoundAtDoor(Event):
    """Something was seen that is about a household: it is to become a need, of this class if there is one, with a limit no longer than these minutes.

    `origin` names what was seen: announced twice, it is one need.
    """

    origin: str
    unit_id: UUID
    need_class: str
    minutes: int
    at: datetime
    by: str
    account_id: int | None
    room: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


@dataclass(frozen=True)
class NeedTurned(Event):
    """A need that came from elsewhere in the field was opened, moved, ended or reopened. `number` is empty where few may read it; `how` it stands, in words.

    Where it came from keeps it with the need's own move: a telling that was lost would be found by nobody.
    """

    within = True

    origin: str
    need_id: UUID
    number: str
    closed: bool
    how: str
    at: datetime
    by: str
