"""What a call would be before anybody is asked: its shifts, whom it may go to, how many the first wave asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.calls import chain, choosing, letters, policy, queries, rules
from jimu.calls.choosing import Need, open_seats
from jimu.calls.errors import AlreadyCalled, NothingOpen
from jimu.calls.models import Call, Step
from jimu.core.errors import Invalid
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.roster.models import Roster, Shift

MOST_HOURS = 14 * 24


@dataclass(frozen=True)
class Asked:
    """What to call for: named shifts, else the coming hours of a place or of an incident."""

    unit_id: UUID | None = None
    incident_id: UUID | None = None
    shift_ids: Sequence[UUID] = ()
    hours: int = 24
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """A call that is not written yet. `asleep`: shifts for which nobody is woken before the morning."""

    call: Call
    shifts: Sequence[Shift]
    needs: Sequence[Need]
    asleep: int
    text: str

    @property
    def seats(self) -> int:
        return sum(need.open for need in self.needs)

    @property
    def first_wave(self) -> int:
        """How many the first wave asks, if there are so many who fit."""
        return sum(need.ask for need in self.needs)

    @property
    def share(self) -> int:
        """Per cent of those asked who are expected to say yes."""
        share: float = self.call.terms["yes_share"]
        return round(100 * share)

    @property
    def steps(self) -> list[str]:
        """Who is asked after whom, in words."""
        return [str(Step(step).label) for step in self.call.chain]


def plan(*, actor: Actor, at: datetime, asked: Asked) -> Plan:
    """What a call would be. Writes nothing. Raises NothingOpen, AlreadyCalled, NotFound, NotPermitted, Invalid."""
    if not 1 <= asked.hours <= MOST_HOURS:
        raise Invalid(_("请填 1 到 {most} 小时。").format(most=MOST_HOURS), code="hours_range")
    words = asked.note.strip()
    if len(words) > policy.LONGEST_NOTE:
        raise Invalid(_("附言最多 {most} 字。").format(most=policy.LONGEST_NOTE), code="note_too_long")
    shifts = _wanted(actor, at, asked)
    roster = Roster.objects.select_related("incident").get(pk=shifts[0].roster_id)
    terms = policy.numbers_of(roster.incident)
    call = Call(
        kind=Call.Kind.CALL_UP, incident=roster.incident, roster=roster, unit=_common(shifts, asked.unit_id), note=words, terms=terms,
        chain=allowed_steps(actor, shifts, terms["chain"]), started_at=at, started_by=actor.name,
    )  # fmt: skip
    needs = choosing.first_needs(call, shifts, at)
    night = rules.is_night(timezone.localtime(at))
    asleep = sum(not rules.urgent(shift.starts_at, at, terms["urgent_hours"]) for shift in shifts) if night else 0
    return Plan(call, shifts, needs, asleep, letters.example(call, shifts[0], at))


def _wanted(actor: Actor, at: datetime, asked: Asked) -> list[Shift]:
    """Open shifts of the roster in force on the actor's part that nobody calls for yet, of one incident, soonest first."""
    rows = Shift.objects.filter(
        visible(actor, "calls.start", "unit__path"), roster__state=Roster.State.PUBLISHED, roster__incident__state=Incident.State.ACTIVE,
        ends_at__gt=at, post__requested_only=False,
    ).select_related("unit", "post")  # fmt: skip
    if asked.shift_ids:
        rows = rows.filter(pk__in=list(asked.shift_ids))
    else:
        rows = rows.filter(starts_at__lt=at + timedelta(hours=asked.hours))
    if asked.unit_id:
        place = queries.place_for(actor, asked.unit_id, "calls.start")
        rows = rows.filter(unit__path__startswith=place.path)
    if asked.incident_id:
        rows = rows.filter(roster__incident=asked.incident_id)
    free = rows.exclude(call_shifts__active=True).order_by("starts_at", "post__priority", "pk")[: policy.MOST_SHIFTS]
    opened = open_seats(list(free))
    found = [shift for shift in free if opened[shift.pk]]
    if not found:
        actor.require("calls.start")
        raise NothingOpen if not rows.filter(call_shifts__active=True, filled__lt=F("needed")).exists() else AlreadyCalled
    # One call is of one roster; of several incidents the one with the nearest gap is called for.
    return [shift for shift in found if shift.roster_id == found[0].roster_id]


def _common(shifts: Sequence[Shift], unit_id: UUID | None) -> Unit:
    """The part of the grid that a call is for: as asked, else the smallest that holds its shifts."""
    if unit_id:
        asked: Unit = Unit.objects.get(pk=unit_id)
        return asked
    paths = {shift.unit.path for shift in shifts}
    shared = min(paths, key=len)
    while not all(path.startswith(shared) for path in paths):
        shared = shared[: -Unit.steplen]
    found: Unit = Unit.objects.get(path=shared)
    return found


def allowed_steps(actor: Actor, shifts: Sequence[Shift], steps: Sequence[str]) -> list[str]:
    """The playbook's steps that the actor may take: beyond their own part needs the right to widen there."""
    units = {shift.unit_id: shift.unit for shift in shifts}.values()
    return [step for step in steps if step not in chain.WIDE or all(actor.may("calls.widen", chain.wide_path(u, step)) for u in units)]
