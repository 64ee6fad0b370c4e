"""What happened → who reacts, after commit. The whole house's reactions stand on this page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jimu.core.events import Event

REACTIONS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {}
