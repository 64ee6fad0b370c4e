"""The journal: who did what to what, when, over which part of the grid. Appended, never rewritten."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from jimu.core import bulk
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor


def record(
    *, actor: Actor, at: datetime, verb: str, target: str, scope: str = "", data: Mapping[str, Any] | None = None
) -> JournalEntry:
    """Write one entry beside the write it tells of, in the same transaction.

    `verb` is dotted vocabulary (`roster.published`), `target` a kind and an id (`roster:018f…`), `scope` the
    path of the unit it concerns. `data` holds no phone, ID number or health fact.
    """
    made = entry(actor=actor, at=at, verb=verb, target=target, scope=scope, data=data)
    made.save(force_insert=True)
    return made


def entry(
    *, actor: Actor, at: datetime, verb: str, target: str, scope: str = "", data: Mapping[str, Any] | None = None
) -> JournalEntry:
    """An entry that is still to be written, with others, by `record_many`."""
    return JournalEntry(
        at=at, account_id=actor.account_id, actor_name=actor.name, verb=verb, target=target, scope=scope, data=dict(data or {})
    )


def record_many(entries: Iterable[JournalEntry]) -> None:
    """Write entries beside the writes they tell of, in the same transaction and one statement."""
    bulk.insert(list(entries))
