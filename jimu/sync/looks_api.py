"""What phones sent and a person has to decide, as JSON."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from jimu.core import clock
from jimu.core.json_api import asker, listed
from jimu.core.paging import paged
from jimu.sync import queries, resolving
from jimu.sync.models import Conflict
from jimu.sync.registry import title_of

router = Router()
Version = Literal["phone", "here"]


class DecisionIn(Schema):
    """`take` decides all at once; else `fields` names for each field that differs which version stands."""

    take: Version | None = None
    fields: dict[str, Version] = {}


@router.get("/looks")
def list_looks(request: HttpRequest, past: bool = False, page: int = 1) -> dict[str, Any]:
    """What has to be looked at on the caller's part, the oldest first; or what was decided, the newest first. Nothing of its content."""
    shown = paged(queries.conflicts_for(asker(request, queries.RIGHT), open_only=not past), number=page)
    return listed(shown, [_told(one) for one in shown.rows])


@router.post("/looks/{uuid:conflict_id}/read")
def read(request: HttpRequest, conflict_id: UUID) -> dict[str, Any]:
    """Its content, both versions of each field that differs. That it was read is on record."""
    actor = asker(request, queries.RIGHT)
    lines = resolving.read(actor=actor, at=clock.now(), conflict_id=conflict_id)
    told = [{"field": one.name, "label": one.label, "was": one.was, "phone": one.phone, "here": one.here, "taken": one.taken} for one in lines]
    conflict = queries.conflict_for(actor, conflict_id)
    return {**_told(conflict), "about": resolving.called(conflict), "lines": told}


@router.post("/looks/{uuid:conflict_id}/resolve")
def resolve(request: HttpRequest, conflict_id: UUID, body: DecisionIn) -> dict[str, Any]:
    """Decide it, all at once or field by field. It stays open when the record asks something further; 409 `moved` when what is here changed since it was read."""
    actor, at = asker(request, queries.RIGHT), clock.now()
    if body.take is not None:
        return _told(resolving.resolve(actor=actor, at=at, conflict_id=conflict_id, take=body.take))
    return _told(resolving.resolve_each(actor=actor, at=at, conflict_id=conflict_id, fields=dict(body.fields)))


def _told(one: Conflict) -> dict[str, Any]:
    operation = one.operation
    return {
        "id": one.pk, "kind": operation.kind, "title": title_of(operation.kind), "why": one.why, "why_words": one.get_why_display(), "sentence": one.sentence, "state": one.state,
        "phone": operation.device.label, "holder": operation.device.account.display_name, "at": operation.at, "resolved_at": one.resolved_at, "resolved_by": one.resolved_by,
        "fields": one.taken,
    }  # fmt: skip
