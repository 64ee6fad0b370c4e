"""Packs out: what a phone may hold for today's duty, in full or what changed, with the forms of its kinds.

Everybody's phone fetches at the beginning of a duty, many at once, so the text of a pack is made in parts: the words of the kinds, which
only change with the program, are kept; the lists of a first sync are shared by phones of one part, one set of rights and one duty (`sharing`), but
those that are of one person.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.templatetags.static import static
from django.utils.translation import get_language, override

from jimu.core.permissions import Actor
from jimu.sync import sharing
from jimu.sync.models import Device
from jimu.sync.receiving import holder_of
from jimu.sync.registry import Holder, Kind, kinds, packs
from jimu.sync.rules import needed, read_moment

# Something that was being written while the last pack was read is told with the next.
OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True)
class Content:
    """A pack as JSON, without the moment of asking; `read_at` is from when its lists are, the cursor of the next."""

    text: str
    read_at: datetime

    @property
    def tag(self) -> str:
        """An ETag of the content: the cursor is no part of it."""
        return f'"{hashlib.sha256(self.text.encode()).hexdigest()[:32]}"'

    def at(self, now: datetime) -> str:
        """The answer of this moment."""
        told = {"cursor": self.read_at.isoformat(), "now": now.isoformat()}
        return f"{self.text[:-1]},{as_text(told)[1:]}"


def as_text(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)


def packed(device: Device, at: datetime, cursor: str) -> Content:
    """Everything that this phone needs now; with a cursor only what changed since. Raises Busy while too many packs are being read."""
    since = read_moment(cursor)
    actor = holder_of(device)
    lists, read_at = _lists(device, actor, at, since)
    own = {"id": str(device.pk), "label": device.label, "unit": device.unit.name, "ends_at": device.ends_at.isoformat(), "holder": device.account.display_name}
    names = tuple(kind.name for kind in kinds().values() if actor.may(kind.right))
    return Content(f'{{"device":{as_text(own)},"kinds":{_kinds(names, get_language() or "")},"packs":{lists}}}', read_at)


def _lists(device: Device, actor: Actor, at: datetime, since: datetime | None) -> tuple[str, datetime]:
    """The lists as JSON, and from when they are."""
    # Lists are of a place and of rights. Nobody in particular reads them, so that one phone's can be another's.
    holder = Holder(replace(actor, account_id=None, person_id=None, name=""), device.unit_id, device.unit.path, device.ends_at, tuple(device.work))
    own = as_text(_read(replace(holder, actor=actor), at, since and since - OVERLAP, own=True))
    if since is not None:
        with sharing.place():
            return _joined(own, as_text(_read(holder, at, since - OVERLAP))), at
    whose = (holder.unit_id, holder.path, frozenset(actor.granted), holder.work, get_language())
    shared, read_at = sharing.first(whose, device.pk, at, lambda: as_text(_read(holder, at, None)))
    return _joined(own, shared), read_at


def _joined(own: str, shared: str) -> str:
    """Two lists in JSON as one."""
    return shared if own == "[]" else own if shared == "[]" else f"{own[:-1]},{shared[1:]}"


def _read(holder: Holder, at: datetime, since: datetime | None, *, own: bool = False) -> list[dict[str, Any]]:
    lists = []
    for pack in packs():
        if pack.own is own and holder.actor.may(pack.right) and needed(holder.work, pack.duties):
            delta = pack.items(holder, at, since)
            items = [dict(item) for item in delta.items]
            # Whose duty is another one is told of lists of their own only when there is something on them.
            if own and holder.work and delta.full and not items:
                continue
            lists.append({"name": pack.name, "title": str(pack.title), "items": items, "gone": list(delta.gone), "full": delta.full, "forms": dict(delta.forms)})
    return lists


@lru_cache(maxsize=64)
def _kinds(names: tuple[str, ...], language: str) -> str:
    with override(language):
        return as_text([described(kinds()[name]) for name in names])


def forget() -> None:
    """Describe the kinds afresh: for tests that add one."""
    _kinds.cache_clear()


def described(kind: Kind) -> dict[str, Any]:
    """A kind for the phone: its words, its form, its screen."""
    screen = kind.screen and {"module": static(kind.screen.module), "words": {name: str(said) for name, said in kind.screen.words.items()}}
    return {
        "screen": screen, "name": kind.name, "title": str(kind.title), "form": kind.form, "edits": kind.fields_of is not None, "by_item": kind.by_item,
        "photos": kind.photos.most if kind.photos else 0,
        "fields": [field.describe() for field in kind.fields],
    }  # fmt: skip
