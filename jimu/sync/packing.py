"""Packs out: what a phone may hold for today's duty, in full or what changed, with the forms of its kinds."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.templatetags.static import static

from jimu.sync.models import Device
from jimu.sync.receiving import holder_of
from jimu.sync.registry import Holder, Kind, kinds, packs
from jimu.sync.rules import read_moment

# Something that was being written while the last pack was read is told with the next.
OVERLAP = timedelta(minutes=2)


def packed(device: Device, at: datetime, cursor: str) -> dict[str, Any]:
    """Everything that this phone needs now; with a cursor only what changed since."""
    since = read_moment(cursor)
    actor = holder_of(device)
    holder = Holder(actor, device.unit_id, device.unit.path, device.account.person_id, device.ends_at)
    lists = []
    for pack in packs():
        if actor.may(pack.right):
            delta = pack.items(holder, at, since - OVERLAP if since else None)
            items = [dict(item) for item in delta.items]
            lists.append({"name": pack.name, "title": str(pack.title), "items": items, "gone": list(delta.gone), "full": delta.full, "forms": dict(delta.forms)})
    return {
        "device": {"id": str(device.pk), "label": device.label, "unit": device.unit.name, "ends_at": device.ends_at.isoformat(), "holder": device.account.display_name},
        "kinds": [described(kind) for kind in kinds().values() if actor.may(kind.right)],
        "packs": lists,
    }  # fmt: skip


def described(kind: Kind) -> dict[str, Any]:
    """A kind for the phone: its words, its form, its screen."""
    screen = kind.screen and {"module": static(kind.screen.module), "words": {name: str(said) for name, said in kind.screen.words.items()}}
    return {
        "screen": screen, "name": kind.name, "title": str(kind.title), "form": kind.form, "edits": kind.fields_of is not None, "by_item": kind.by_item,
        "fields": [field.describe() for field in kind.fields],
    }  # fmt: skip


def tag_of(pack: dict[str, Any]) -> str:
    """An ETag of a pack's content: the cursor is no part of it."""
    text = json.dumps(pack, ensure_ascii=False, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
