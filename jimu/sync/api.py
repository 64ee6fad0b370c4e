"""The JSON API of phones, for who looks after them; what phones themselves ask stands under /sync/."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from jimu.core import clock
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.sync import actions, duties, looks_api, queries
from jimu.sync.models import Device

router = Router()
router.add_router("", looks_api.router)
MOST_HOURS = 24 * 31


class LongerIn(Schema):
    """By how long a duty goes on."""

    hours: int = Field(ge=1, le=MOST_HOURS)


@router.get("")
def list_phones(request: HttpRequest, q: str = "", gone: bool = False, page: int = 1) -> dict[str, Any]:
    """Phones of the caller's part, and the caller's own."""
    shown = paged(queries.listed(asker(request, actions.OWN), words=q.strip()[:40], gone=gone), number=page)
    items = [_told(device) for device in shown.rows]
    return listed(shown, items)


@router.post("/{uuid:device_id}/prolong")
def prolong(request: HttpRequest, device_id: UUID, body: LongerIn) -> dict[str, Any]:
    """A shift runs over: so many hours after the end, or after now when the duty has ended."""
    return _told(actions.prolong(actor=asker(request, actions.RIGHT), at=clock.now(), device_id=device_id, hours=body.hours))


@router.post("/{uuid:device_id}/revoke")
def revoke(request: HttpRequest, device_id: UUID) -> dict[str, Any]:
    """End a phone: it wipes itself when it next asks."""
    return _told(actions.revoke(actor=asker(request, actions.OWN), at=clock.now(), device_id=device_id))


def _told(device: Device) -> dict[str, Any]:
    return {
        "id": device.pk, "label": device.label, "holder": device.account.display_name, "unit_id": device.unit_id, "unit": device.unit.name,
        "work": device.work, "work_words": duties.titled(device.work), "state": queries.state_of(device, clock.now())[0], "ends_at": device.ends_at,
        "seen_at": device.seen_at, "waiting": device.waiting, "looking": device.looking,
    }  # fmt: skip
