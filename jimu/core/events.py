"""What happened, announced after commit to those whom `jimu.wiring` lists."""

from dataclasses import dataclass
from functools import partial

from django.db import transaction


@dataclass(frozen=True)
class Event:
    """Something that happened and that another brick may react to; bricks subclass it with plain fields."""


def announce(event: Event) -> None:
    """Call the reactions wired to this kind of event, once the transaction has committed."""
    from jimu.wiring import REACTIONS

    for reaction in REACTIONS.get(type(event), ()):
        transaction.on_commit(partial(reaction, event))
