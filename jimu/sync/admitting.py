"""Whether a phone may come in: revoked, after its duty."""

from datetime import datetime
from typing import Protocol

from jimu.core.errors import JimuError
from jimu.sync import rules
from jimu.sync.errors import DutyEnded, Revoked


class Standing(Protocol):
    """What decides it."""

    @property
    def revoked(self) -> bool:
        """Whether it was revoked, or its account closed."""

    @property
    def ends_at(self) -> datetime:
        """When its duty ends."""


def refusal(phone: Standing, at: datetime, *, sending: bool = False) -> JimuError | None:
    """Why it may not; None when it may. After its duty a phone may for some time send (`sending`) what it holds."""
    if phone.revoked:
        return Revoked()
    if at >= phone.ends_at + rules.STILL_SENDS:
        return DutyEnded("now")
    if at >= phone.ends_at and not sending:
        return DutyEnded()
    return None
