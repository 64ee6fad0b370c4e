"""What patrol tells of its acts: a line in the journal, and a beat for the pages that stand open."""

from datetime import datetime

from jimu.core import journal, live
from jimu.core.permissions import Actor

TOPIC = "patrol"


def tell(actor: Actor, at: datetime, verb: str, target: str, path: str, **data: object) -> None:
    """Write it into the journal of a part of the grid."""
    journal.record(actor=actor, at=at, verb=verb, target=target, scope=path, data=data)
    live.beat(TOPIC)
