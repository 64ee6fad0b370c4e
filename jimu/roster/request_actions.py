"""Asking other commands (medics, police) for people: how far it is, post by post."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import live, locks
from jimu.core.errors import Invalid, NotFound
from jimu.core.journal import record
from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Post
from jimu.roster.models import StaffRequest

LONGEST_NOTE = 120


def note_request(
    *, actor: Actor, at: datetime, post_id: UUID, state: str, promised: int = 0, note: str = ""
) -> StaffRequest:
    """Write down how far the asking for a post is. The same again changes nothing.

    `promised` counts people a shift; a promise of none is none. Raises Invalid, NotFound or NotPermitted.
    """
    if state not in StaffRequest.State.values:
        raise Invalid(_("没有这种商请状态。"), code="unknown_state")
    with transaction.atomic():
        locks.hold(f"staff-request:{post_id}")
        post = (
            Post.objects.select_related("unit")
            .filter(visible(actor, "roster.view", "unit__path"), pk=post_id, requested_only=True)
            .first()
        )
        if post is None:
            raise NotFound(_("没有找到这个要商请的岗位。"))
        actor.require("roster.edit", post.unit.path)
        given = _checked(state, promised, note, post.needed)
        found = StaffRequest.objects.filter(post=post).first()
        if found is not None and (found.state, found.promised, found.note) == given:
            return found
        state, promised, note = given
        made, _new = StaffRequest.objects.update_or_create(
            post=post, defaults={"state": state, "promised": promised, "note": note, "at": at, "by": actor.name}
        )
        record(
            actor=actor, at=at, verb="roster.request_noted", target=f"post:{post.pk}", scope=post.unit.path,
            data={"state": state, "promised": promised},
        )  # fmt: skip
        live.beat(f"requests:{post.incident_id}", "board")
    return made


def _checked(state: str, promised: int, note: str, needed: int) -> tuple[str, int, str]:
    if state != StaffRequest.State.PROMISED:
        return state, 0, note.strip()[:LONGEST_NOTE]
    if not 1 <= promised <= needed:
        raise Invalid(
            _("答应的人数应在 1 到 %(needed)d 之间。") % {"needed": needed}, code="promised_out_of_range"
        )
    return state, promised, note.strip()[:LONGEST_NOTE]
