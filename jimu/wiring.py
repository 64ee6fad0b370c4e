"""What happened → who reacts, after commit. The whole house's reactions stand on this page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jimu.core.events import Event
from jimu.grid.events import UnitMoved
from jimu.incidents import following as incidents_following
from jimu.roster import following as roster_following

REACTIONS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {
    UnitMoved: (incidents_following.follow, roster_following.follow),
}
