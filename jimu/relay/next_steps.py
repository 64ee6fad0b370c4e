"""Shifts to go to, requests to answer, handovers to accept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.brick import NextStep
from jimu.core.permissions import Actor
from jimu.relay.handover_queries import newest_of_each
from jimu.relay.models import Handover
from jimu.relay.reach import HAND, handovers_within
from jimu.relay.request_queries import open_for, put_to
from jimu.relay.seats import coming
from jimu.roster.words import duty_time

# How far ahead a shift is something to do.
AHEAD = timedelta(hours=16)
MOST = 20


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """One's own turn first, then what waits for a lead. Four queries."""
    today = timezone.localtime(at).date()
    if actor.person_id is not None:
        yield from _shifts(actor, at)
        for request in put_to(actor.person_id):
            yield NextStep(_("{name} 想和您调班").format(name=request.person.name), reverse("relay:me"), None, request.post.unit.name, "warn")
    for handover in _to_accept(actor, at):
        yield _accepting(handover, at)
    waiting = list(open_for(actor)[:MOST])
    for request in waiting:
        words = _("{name} 的{kind}等您决定").format(name=request.person.name, kind=request.get_kind_display())
        yield NextStep(words, reverse("relay:requests"), clock.at_minute(request.day, request.post.start_minute), request.post.unit.name,
            "warn" if request.day <= today else "", own=False)  # fmt: skip


def _shifts(actor: Actor, at: datetime) -> Iterator[NextStep]:
    today = timezone.localtime(at).date()
    for seat in coming(actor.person_id, at) if actor.person_id else ():
        shift = seat.assignment.shift
        if shift.starts_at > at + AHEAD or seat.mark:
            continue
        post = _("%(post)s（待命）") % {"post": shift.post.title} if seat.assignment.standby else shift.post.title
        words = _("上岗：{when} {post}").format(when=duty_time(shift.starts_at, shift.ends_at, today), post=post)
        tone = "bad" if shift.starts_at <= at else "warn" if seat.report_at - at <= timedelta(hours=1) else ""
        yield NextStep(words, reverse("relay:seat", args=[seat.assignment.pk]), seat.report_at, shift.unit.name, tone)


def _to_accept(actor: Actor, at: datetime) -> list[Handover]:
    """Handed over and not accepted, where the actor may accept."""
    rows = newest_of_each().filter(handovers_within(actor, at, HAND), accepted_at=None).exclude(handed_at=None)
    return list(rows.exclude(handed_account=actor.account_id).distinct().order_by("due_at")[:MOST])


def _accepting(handover: Handover, at: datetime) -> NextStep:
    words = _("接班：看一遍并签收交接单") + (f"（{handover.post_title}）" if handover.post_title else "")
    tone = "bad" if handover.due_at <= at else "warn"
    return NextStep(words, reverse("relay:handover", args=[handover.pk]), handover.due_at, handover.unit.name, tone)
