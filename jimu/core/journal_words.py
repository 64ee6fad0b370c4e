"""The journal for people to read: each verb in the words of the brick that writes it, each part of the grid by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from jimu.bricks import bricks
from jimu.core.models import JournalEntry


@dataclass(frozen=True)
class Line:
    """One entry as a line: who did what, where; `target` and `verb` as they are kept."""

    at: datetime
    who: str
    what: str
    where: str
    target: str
    verb: str


class _Data(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


@cache
def words() -> Mapping[str, str | Promise]:
    """Every verb of the house with its words, in the order of the bricks."""
    return {verb: said for brick in bricks() for verb, said in brick.journal_words.items()}


def lines(entries: Iterable[JournalEntry]) -> list[Line]:
    """Entries as lines; one query for the names of places."""
    rows = list(entries)
    names = _place_names({row.scope for row in rows if row.scope})
    return [Line(row.at, _who(row), sentence(row), names.get(row.scope, ""), row.target, row.verb) for row in rows]


def sentence(entry: JournalEntry) -> str:
    """What was done, in words; a verb of a brick that is gone stays as it is."""
    said = words().get(entry.verb)
    return str(said).format_map(_Data(entry.data)) if said else entry.verb


def _who(entry: JournalEntry) -> str:
    return _("系统") if entry.actor_name == "system" and entry.account_id is None else entry.actor_name


def _place_names(paths: set[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for brick in bricks():
        if brick.place_names and paths:
            found |= import_string(brick.place_names)(paths)
    return found
