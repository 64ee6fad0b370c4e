"""Writes on whole rosters: draft, store what the engine found, publish, discard.

Edits by hand and marks of attendance live in `hand_actions`; they are offered here too, so that a door needs one import.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from jimu.core import clock, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.journal import record
from jimu.core.permissions import Actor
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.roster import judge, standby
from jimu.roster.attendance import carry_marks, mark
from jimu.roster.errors import NotDraft, NotFit, PublishedMeanwhile, Stale
from jimu.roster.hand_actions import Edit, assign, move, pin, swap, unassign
from jimu.roster.mend_actions import mend
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.undo import undo
from jimu.roster.writing import free_seat, lock_roster, raise_version, refresh_filled

__all__ = [
    "Edit", "Outcome", "assign", "discard", "draft_roster", "mark", "mend", "move", "note_export", "pin", "publish",
    "store_solution", "swap", "unassign", "undo",
]  # fmt: skip

LONGEST_DAYS = 31
CHUNK = 500
LISTED_BREACHES = 20
LONGEST_REASON = 200
# The publisher did not say which roster they saw in force.
UNSEEN: Any = object()


@dataclass(frozen=True)
class Outcome:
    """What a solve found: seats and those who stand by as (shift, person), reasons of open shifts, and the numbers to keep."""

    seats: Sequence[tuple[UUID, UUID]]
    standing_by: Sequence[tuple[UUID, UUID]] = ()
    reasons: Mapping[UUID, dict[str, Any]] = field(default_factory=dict)
    objective: float | None = None
    bound: float | None = None
    seconds: float | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)


def draft_roster(
    *,
    actor: Actor,
    at: datetime,
    incident_id: UUID,
    first_day: date,
    days: int = 14,
    emergency_reason: str = "",
) -> Roster:
    """Lay out a draft: one shift per post and day, all seats open.

    `emergency_reason` lifts the caps of working hours (never the limits of the body); it stays with the roster.
    Raises Invalid, NotFound, Conflict or NotPermitted.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(
            _("一份排班最少 1 天，最多 %(most)d 天。") % {"most": LONGEST_DAYS}, code="days_out_of_range"
        )
    with transaction.atomic():
        locks.hold(f"incident-rosters:{incident_id}")
        incident = Incident.objects.filter(pk=incident_id).first()
        if incident is None:
            raise NotFound
        actor.require("roster.solve", incident.scope)
        if incident.state != Incident.State.ACTIVE:
            raise Conflict(_("这次响应已经解除，不能再排班。"), code="incident_over")
        posts = list(Post.objects.filter(incident=incident, unit__in=_current_units(incident)))
        if not posts:
            raise Invalid(_("这次响应还没有岗位，先在“应急响应”里确认岗位，再来排班。"), code="no_posts")
        roster = Roster.objects.create(
            incident=incident,
            scope=incident.scope,
            first_day=first_day,
            days=days,
            emergency_reason=emergency_reason.strip()[:LONGEST_REASON],
            created_at=at,
            created_by=actor.name,
        )
        Shift.objects.bulk_create(_shifts(roster, posts), batch_size=CHUNK)
        record(
            actor=actor, at=at, verb="roster.drafted", target=f"roster:{roster.pk}", scope=roster.scope,
            data={"first_day": first_day.isoformat(), "days": days, "emergency": roster.emergency_reason},
        )  # fmt: skip
        live.beat(f"roster:{roster.pk}", f"rosters:{incident.pk}")
    return roster


def _current_units(incident: Incident) -> list[UUID]:
    return list(
        IncidentUnit.objects.filter(incident=incident, ended_at=None).values_list("unit_id", flat=True)
    )


def _shifts(roster: Roster, posts: Sequence[Post]) -> Iterator[Shift]:
    spare = {post.pk: standby.planned(post, roster.incident) for post in posts}
    for day in (roster.first_day + timedelta(days=n) for n in range(roster.days)):
        for post in posts:
            if post.needed and (not post.days or day.weekday() in post.days):
                yield Shift(
                    roster=roster, post=post, unit_id=post.unit_id, day=day, needed=post.needed, spare=spare[post.pk],
                    starts_at=clock.at_minute(day, post.start_minute), ends_at=clock.at_minute(day, post.end_minute),
                    open_reason={"code": "requested"} if post.requested_only else {},
                )  # fmt: skip


def store_solution(
    *, actor: Actor, at: datetime, roster_id: UUID, expected_version: int, outcome: Outcome
) -> Roster:
    """Replace the engine's seats of a draft in one go; what was arranged by hand stays.

    Raises Stale when somebody changed the draft while the engine worked: their change counts, the solve is repeated.
    """
    with transaction.atomic():
        roster = lock_roster(roster_id)
        actor.require("roster.solve", roster.scope)
        _require_draft(roster, expected_version)
        _replace_seats(roster, dict.fromkeys(outcome.seats, False) | dict.fromkeys(outcome.standing_by, True))
        refresh_filled(roster)
        _store_reasons(roster, outcome.reasons)
        roster.objective, roster.bound, roster.seconds = outcome.objective, outcome.bound, outcome.seconds
        roster.summary, roster.solved_at = dict(outcome.summary), at
        raise_version(roster)
        roster.save(update_fields=["objective", "bound", "seconds", "summary", "solved_at"])
        record(
            actor=actor, at=at, verb="roster.solved", target=f"roster:{roster.pk}", scope=roster.scope,
            data={key: roster.summary[key] for key in ("needed", "filled", "open") if key in roster.summary},
        )  # fmt: skip
        live.beat(f"roster:{roster.pk}", f"rosters:{roster.incident_id}")
    return roster


def _require_draft(roster: Roster, expected_version: int) -> None:
    if roster.state != Roster.State.DRAFT:
        raise NotDraft
    if roster.version != expected_version:
        raise Stale(version=roster.version)


def _replace_seats(roster: Roster, wanted: Mapping[tuple[UUID, UUID], bool]) -> None:
    """Write only what differs, so that a second solve of a good draft is cheap. `wanted` says of each pair whether it stands by."""
    missing = dict(wanted)
    taken: dict[UUID, set[int]] = {}
    gone: list[UUID] = []
    rows = Assignment.objects.filter(shift__roster=roster).order_by("seat")
    for pk, shift_id, person_id, seat, by_hand, stands_by in rows.values_list(
        "pk", "shift_id", "person_id", "seat", "pinned", "standby"
    ):
        if by_hand or missing.get((shift_id, person_id)) == stands_by:
            missing.pop((shift_id, person_id), None)
            taken.setdefault(shift_id, set()).add(seat)
        else:
            gone.append(pk)
    for start in range(0, len(gone), CHUNK):
        Assignment.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    made = []
    for (shift_id, person_id), stands_by in wanted.items():
        if (shift_id, person_id) in missing:
            seat = free_seat(taken.setdefault(shift_id, set()))
            taken[shift_id].add(seat)
            made.append(Assignment(shift_id=shift_id, person_id=person_id, seat=seat, standby=stands_by))
    Assignment.objects.bulk_create(made, batch_size=CHUNK)


def _store_reasons(roster: Roster, reasons: Mapping[UUID, dict[str, Any]]) -> None:
    Shift.objects.filter(roster=roster, post__requested_only=False).exclude(open_reason={}).update(
        open_reason={}
    )
    rows = [Shift(pk=shift_id, open_reason=reason) for shift_id, reason in reasons.items()]
    Shift.objects.bulk_update(rows, ["open_reason"], batch_size=200)


def publish(
    *, actor: Actor, at: datetime, roster_id: UUID, expected_version: int, replaces: UUID | None = UNSEEN
) -> Roster:
    """Make a draft the roster that people go by; the one before it is superseded.

    `replaces` is the roster that the publisher saw in force (None: none); when another one is, nothing is published.
    The checker reads the whole draft first, outside the lock; a change after its reading raises the version,
    and then nothing is published either. Raises NotFit with the list, Stale, NotDraft, Conflict, NotPermitted or
    NotFound.
    """
    seen = Roster.objects.select_related("incident").filter(pk=roster_id).first()
    if seen is None:
        raise NotFound(_("没有找到这份排班，它可能已被删除。"))
    actor.require("roster.publish", seen.scope)
    _require_draft(seen, expected_version)
    in_force = in_force_of(seen.incident_id)
    if replaces is not UNSEEN and in_force != replaces:
        raise PublishedMeanwhile
    breaches = judge.hard_breaches(seen)
    if breaches:
        raise NotFit(breaches=breaches[:LISTED_BREACHES], count=len(breaches))
    with transaction.atomic():
        locks.hold(f"incident-rosters:{seen.incident_id}", f"roster:{roster_id}")
        roster = Roster.objects.select_for_update(of=("self",)).select_related("incident").get(pk=roster_id)
        _require_draft(roster, expected_version)
        if roster.incident.state != Incident.State.ACTIVE:
            raise Conflict(_("这次响应已经解除，不能再发布排班。"), code="incident_over")
        if in_force_of(roster.incident_id) != in_force:
            raise PublishedMeanwhile
        _supersede(actor, at, roster)
        roster.state, roster.published_at, roster.published_by = Roster.State.PUBLISHED, at, actor.name
        raise_version(roster)
        roster.save(update_fields=["state", "published_at", "published_by"])
        record(
            actor=actor, at=at, verb="roster.published", target=f"roster:{roster.pk}", scope=roster.scope,
            data={"first_day": roster.first_day.isoformat(), "days": roster.days},
        )  # fmt: skip
        live.beat(f"roster:{roster.pk}", f"rosters:{roster.incident_id}", "board")
    return roster


def in_force_of(incident_id: UUID) -> UUID | None:
    """The roster of an incident that people go by now."""
    published = Roster.objects.filter(incident=incident_id, state=Roster.State.PUBLISHED)
    return published.values_list("pk", flat=True).first()


def _supersede(actor: Actor, at: datetime, roster: Roster) -> None:
    before = Roster.objects.filter(incident=roster.incident_id, state=Roster.State.PUBLISHED).first()
    if before is None:
        return
    Roster.objects.filter(pk=before.pk).update(state=Roster.State.SUPERSEDED, version=F("version") + 1)
    carry_marks(before=before, after=roster, at=at)
    record(
        actor=actor,
        at=at,
        verb="roster.superseded",
        target=f"roster:{before.pk}",
        scope=before.scope,
        data={"by": str(roster.pk)},
    )
    live.beat(f"roster:{before.pk}")


def discard(*, actor: Actor, at: datetime, roster_id: UUID, expected_version: int) -> None:
    """Throw a draft away. Raises NotDraft for one that people were told of."""
    with transaction.atomic():
        roster = lock_roster(roster_id)
        actor.require("roster.solve", roster.scope)
        _require_draft(roster, expected_version)
        record(
            actor=actor, at=at, verb="roster.discarded", target=f"roster:{roster.pk}", scope=roster.scope,
            data={"first_day": roster.first_day.isoformat(), "days": roster.days},
        )  # fmt: skip
        roster.delete()
        live.beat(f"roster:{roster_id}", f"rosters:{roster.incident_id}")


def note_export(*, actor: Actor, at: datetime, roster: Roster, ending: str) -> None:
    """Journal that names left the house in a file."""
    actor.require("roster.export")
    record(
        actor=actor,
        at=at,
        verb="roster.exported",
        target=f"roster:{roster.pk}",
        scope=roster.scope,
        data={"format": ending},
    )
