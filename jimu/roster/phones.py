"""Which shifts of today somebody's phone is for: seats of published rosters, with what their posts ask of a phone."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from jimu.core import clock
from jimu.core.brick import DutyShift
from jimu.incidents.models import Incident
from jimu.incidents.sections import playbook_of
from jimu.roster.models import Assignment, Roster

#: A phone for the early shift is handed out the evening before.
AHEAD = timedelta(hours=12)


def shifts(people: Collection[UUID], at: datetime) -> list[DutyShift]:
    """Shifts of today, and those of the next hours, that are not over."""
    midnight = clock.at_minute(timezone.localtime(at).date() + timedelta(days=1), 0)
    rows = Assignment.objects.filter(
        person__in=people, shift__roster__state=Roster.State.PUBLISHED, shift__roster__incident__state=Incident.State.ACTIVE,
        shift__ends_at__gt=at, shift__starts_at__lt=max(midnight, at + AHEAD),
    ).select_related("shift__post", "shift__unit", "shift__roster__incident")  # fmt: skip
    return [
        DutyShift(
            row.pk, row.person_id, row.shift.post.title, row.shift.unit.name, row.shift.unit_id, row.shift.unit.path, row.shift.starts_at,
            row.shift.ends_at, _asked(row.shift.roster.incident.playbook_text, row.shift.post.code),
        )
        for row in rows
    ]  # fmt: skip


def _asked(text: str, post: str) -> tuple[str, ...]:
    """The work of a post by the playbook as it was then; of a text that today's rules no longer read none."""
    playbook = playbook_of(text)
    return next((tuple(one.phone) for one in playbook.posts if one.code == post), ()) if playbook is not None else ()
