"""What happened, announced to those whom `jimu.wiring` lists: after the commit, or within the transaction."""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from django.db import transaction


@dataclass(frozen=True)
class Event:
    """Something that happened and that another brick may react to; bricks subclass it with plain fields."""

    #: Whether reactions run within the transaction of what happened: both are kept, or neither. For what nobody would find again
    #: if the service ended right after the commit; such a reaction writes a few rows of its own, and holds locks that no other act holds before.
    within: ClassVar[bool] = False


def announce(event: Event) -> None:
    """Call the reactions wired to this kind of event: once the transaction has committed, or now where they are kept together."""
    from jimu.wiring import REACTIONS

    for reaction in REACTIONS.get(type(event), ()):
        if event.within:
            reaction(event)
        else:
            transaction.on_commit(partial(reaction, event))
