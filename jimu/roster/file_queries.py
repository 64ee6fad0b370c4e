"""Reads of a roster for files: every taken seat as a line."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.permissions import Actor, visible
from jimu.roster import policy
from jimu.roster.facts import kinds_of
from jimu.roster.models import Assignment, Roster
from jimu.roster.sheets import Line
from jimu.training.gate import able


def lines(actor: Actor, roster: Roster, unit_id: UUID | None = None) -> Iterator[Line]:
    """Every taken seat of a roster on the actor's part, by time and place, for a file. Three queries."""
    rows = Assignment.objects.filter(
        visible(actor, "roster.export", "shift__unit__path"), shift__roster=roster
    )
    if unit_id:
        rows = rows.filter(shift__unit=unit_id)
    served = rows.values_list("person_id", flat=True)
    kinds, can = kinds_of(served), able(served, roster.first_day)
    found = rows.order_by(
        "shift__starts_at", "shift__unit__path", "shift__post__title", "shift_id", "seat"
    ).values_list(
        "shift__starts_at",
        "shift__ends_at",
        "shift__unit__name",
        "shift__post__title",
        "person_id",
        "person__name",
        "standby",
    )
    for starts_at, ends_at, place, post, person_id, name, standby in found.iterator(chunk_size=5000):
        of_kinds = kinds.get(person_id, frozenset())
        held = {*can.get(person_id, ()), *policy.kind_qualifications(of_kinds)}
        kind = policy.main_kind(of_kinds)
        post = _("%(post)s（待命）") % {"post": post} if standby else post
        yield Line(starts_at, ends_at, place, post, str(person_id), name, kind, tuple(sorted(held)))
