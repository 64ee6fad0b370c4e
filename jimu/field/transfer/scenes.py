"""What goes with an act, and the scene it is done in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jimu.core.permissions import Actor
from jimu.field.transfer.models import Transfer


@dataclass(frozen=True)
class Given:
    """What goes with an act; each takes what it wants."""

    note: str = ""
    wants: Sequence[str] = ()
    minor: bool | None = None
    companion_id: UUID | None = None
    companion: str = ""
    alone_why: str = ""
    packed: Sequence[int] = ()
    receiver: str = ""
    papers: bool = False
    back: str = ""
    expected_at: datetime | None = None
    household_told: bool = False
    limits_until: date | None = None
    op_id: UUID | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class Scene:
    """A transfer under the lock, with who acts on it, when, with what."""

    transfer: Transfer
    given: Given
    actor: Actor
    at: datetime


Step = Callable[[Scene], Mapping[str, Any]]
