"""Forming teams for many cells in one act: seats from templates, people from the engine, what is there stays.

Seats are laid out in one transaction, people are found outside of any, and put on the seats in a second one. Killed
between the two, it leaves empty seats that the next forming fills.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import jobs, journal, live, locks
from jimu.core.errors import Conflict, Invalid
from jimu.core.jobs import JobRun
from jimu.core.models import Job
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.incidents.queries import incident_for
from jimu.playbooks.team_templates import TeamTemplate, all_templates
from jimu.playbooks.terms import FACTS
from jimu.teams import rules
from jimu.teams.holding import LOCK, holders
from jimu.teams.matching import Slot, fill
from jimu.teams.material import candidates, cells_of
from jimu.teams.models import Membership, Seat, Team
from jimu.teams.rules import Candidate, SeatPlan

KIND = "teams.form"
TOPICS = ("board", "teams")
Show = Callable[[float, str], None]


@dataclass(frozen=True)
class Formed:
    """What forming did: teams made, people seated, seats of those cells still open, and how many of them are required."""

    teams: int
    seated: int
    open: int
    required_open: int


def form_teams(
    *, actor: Actor, at: datetime, incident_id: UUID, unit_ids: Sequence[UUID] | None = None, show: Show = lambda share, note: None
) -> Formed:
    """Make the teams that are not there yet and propose people for every open seat. Who sits already stays.

    `unit_ids` narrows it to some neighborhoods. Raises Conflict when the incident has ended, Invalid for an empty part,
    NotPermitted for a part that is not the actor's.
    """
    show(0.05, _("正在铺开席位"))
    with transaction.atomic():
        locks.hold(f"teams:{incident_id}")
        incident, cells = _part(actor, incident_id, unit_ids)
        people = candidates(incident, at)
        made = _lay_out(incident, at, cells, people)
    show(0.25, _("正在为席位找人"))
    slots = open_slots(incident, cells)
    sitting = [
        (person, exclusive or template)
        for person, exclusive, template in holders(incident.pk).values_list("person_id", "exclusive", "team__template")
    ]
    found = fill(slots, people, sitting)
    show(0.85, _("正在保存"))
    with transaction.atomic():
        locks.hold(f"teams:{incident_id}", LOCK)
        seated, still = _seat_them(incident, at, slots, found, people)
        formed = Formed(made, seated, len(still), sum(slot.plan.required for slot in still))
        data = {"teams": made, "seated": seated, "open": formed.open, "required_open": formed.required_open}
        journal.record(actor=actor, at=at, verb="teams.formed", target=f"incident:{incident.pk}", scope=incident.scope, data=data)
        live.beat(*TOPICS)
    return formed


def enqueue_forming(*, actor: Actor, at: datetime, incident_id: UUID) -> Job:
    """Form all teams of an incident in the background. Raises Conflict when that is under way already."""
    incident, cells = _part(actor, incident_id, None)
    args = {"incident_id": str(incident.pk), "unit_ids": [str(cell.pk) for cell in cells]}
    return jobs.enqueue(actor=actor, at=at, kind=KIND, subject=f"incident:{incident.pk}", args=args)


def run_form_job(run: JobRun, incident_id: str, unit_ids: list[str]) -> dict[str, Any]:
    """The job's handler; safe to run twice, since who sits already stays. The asker's right was checked when it was queued."""
    actor = Actor(account_id=run.job.account_id, name=run.job.actor_name, is_system=True)
    units = [UUID(unit_id) for unit_id in unit_ids]
    formed = form_teams(actor=actor, at=timezone.now(), incident_id=UUID(incident_id), unit_ids=units, show=run.progress)
    return {"teams": formed.teams, "seated": formed.seated, "open": formed.open, "required_open": formed.required_open}


def _part(actor: Actor, incident_id: UUID, unit_ids: Sequence[UUID] | None) -> tuple[Incident, list[Unit]]:
    """The incident, and its neighborhoods that the actor may form teams in."""
    incident = incident_for(actor, "incidents.view", incident_id)
    if incident.state != Incident.State.ACTIVE:
        raise Conflict(_("这次响应已经解除，不能再组队。"), code="stood_down")
    wanted = [cell for cell in cells_of(incident) if unit_ids is None or cell.pk in unit_ids]
    cells = [cell for cell in wanted if actor.may("teams.form", cell.path)]
    if wanted and not cells:
        actor.require("teams.form", wanted[0].path)
    if not cells:
        raise Invalid(_("这个范围里没有正在响应的居民区。"), code="no_neighborhood")
    return incident, cells


# Seats.


def _lay_out(incident: Incident, at: datetime, cells: Sequence[Unit], people: Sequence[Candidate]) -> int:
    """Rows of the teams and seats that are not there yet; returns how many teams."""
    standing = Team.objects.filter(incident=incident).exclude(state=Team.State.DISSOLVED)
    there = set(standing.values_list("unit_id", "template"))
    teams: list[Team] = []
    seats: list[Seat] = []
    for order, template in enumerate(all_templates()):
        for unit, cell in _places(template, cells):
            if (unit.pk, template.code) not in there:
                teams.append(_team(incident, at, template, unit, cell, order))
                facts = {name: getattr(cell, name) or 0 for name in FACTS}
                plans = rules.plan_seats(template, facts) + _group_seats(template, cell, people)
                seats += [_seat(teams[-1], plan, position) for position, plan in enumerate(plans)]
    Team.objects.bulk_create(teams, batch_size=500)
    Seat.objects.bulk_create(seats, batch_size=500)
    return len(teams)


def _places(template: TeamTemplate, cells: Sequence[Unit]) -> list[tuple[Unit, Unit]]:
    """(the unit of the team, its neighborhood)."""
    if template.per == "neighborhood":
        return [(cell, cell) for cell in cells]
    by_path = {cell.path: cell for cell in cells}
    blocks = Unit.objects.filter(kind=Unit.Kind.BLOCK, retired_at=None).order_by("path")
    return [(block, by_path[block.path[:-4]]) for block in blocks if block.path[:-4] in by_path]


def _team(incident: Incident, at: datetime, template: TeamTemplate, unit: Unit, cell: Unit, order: int) -> Team:
    place = cell.short_name if unit.pk == cell.pk else f"{cell.short_name}{unit.name}"
    return Team(
        incident=incident, unit=unit, template=template.code, template_version=template.version, shape=template.shape,
        title=f"{place}{template.title}"[:60], purpose=template.purpose, exclusive=template.exclusive, created_at=at, order=order,
    )  # fmt: skip


def _group_seats(template: TeamTemplate, cell: Unit, people: Sequence[Candidate]) -> list[SeatPlan]:
    """Seats of the groups of everybody of some kinds in a cell."""
    groups = template.groups
    if groups is None:
        return []
    count = sum(1 for person in people if person.cell == cell.pk and person.kinds & set(groups.kinds) and "paused" not in person.limits)
    plans = []
    for number, size in enumerate(rules.group_sizes(count, groups.low, groups.high), 1):
        side = _("第{n}{title}").format(n=number, title=groups.title)
        plans += [
            SeatPlan(
                f"group-{number}", n, groups.leader_title if n == 1 else groups.member_title, side, groups.duty,
                tuple(groups.kinds), frozenset(), required=False,
            )
            for n in range(1, size + 1)
        ]  # fmt: skip
    return plans


def _seat(team: Team, plan: SeatPlan, order: int) -> Seat:
    return Seat(
        team=team, code=plan.code, number=plan.number, title=plan.title, side=plan.side, duty=plan.duty, kinds=list(plan.kinds),
        qualifications=sorted(plan.qualifications), heavy=plan.heavy, home=plan.home, prefers=plan.prefers, required=plan.required,
        leads=plan.leads, deputy=plan.deputy, order=order,
    )  # fmt: skip


def plan_of(seat: Seat) -> SeatPlan:
    """A seat row as the rules read it."""
    return SeatPlan(
        seat.code, seat.number, seat.title, seat.side, seat.duty, tuple(seat.kinds), frozenset(seat.qualifications), seat.required,
        seat.leads, seat.deputy, seat.home, seat.prefers, seat.heavy,
    )  # fmt: skip


def open_slots(incident: Incident, cells: Sequence[Unit]) -> list[Slot]:
    """Every seat with nobody on it in these cells, in the order of templates, cells and seats."""
    by_path = {cell.path: cell.pk for cell in cells}
    rooms = {(template.code, seat.code): seat.teams_per_person for template in all_templates() for seat in template.seats}
    taken = Membership.objects.filter(incident=incident, until=None).values("seat_id")
    seats = Seat.objects.filter(team__incident=incident).exclude(team__state=Team.State.DISSOLVED).exclude(pk__in=taken)
    found = []
    for seat in seats.select_related("team__unit").order_by("team__order", "team__unit__path", "order"):
        path = seat.team.unit.path
        cell = by_path.get(path) or by_path.get(path[:-4])
        if cell is not None:
            key = (seat.team.template, seat.code)
            found.append(Slot(seat.pk, seat.team_id, key, plan_of(seat), cell, seat.team.exclusive, rooms.get(key, 1)))
    return found


# People.


def _seat_them(
    incident: Incident, at: datetime, slots: Sequence[Slot], found: Sequence[tuple[Slot, Candidate]], people: Sequence[Candidate]
) -> tuple[int, list[Slot]]:
    """Put people on their seats; a seat or a person taken in the meantime, here or by another incident, stays as it is."""
    gone = set(holders(incident.pk).exclude(incident=incident).values_list("person_id", "exclusive"))
    rows = [
        Membership(
            seat_id=slot.seat_id, person_id=person.person_id, incident=incident, team_id=slot.team, exclusive=slot.exclusive,
            origin=Membership.Origin.ENGINE, reasons=rules.reasons(slot.plan, person, slot.cell), since=at,
        )
        for slot, person in found
        if (person.person_id, slot.exclusive) not in gone
    ]  # fmt: skip
    Membership.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    sat = set(Membership.objects.filter(incident=incident, until=None).values_list("seat_id", flat=True))
    still = [slot for slot in slots if slot.seat_id not in sat]
    because = {slot.seat_id: rules.open_because(slot.plan, slot.cell, people) for slot in still}
    open_seats = [Seat(pk=seat_id, open_reason=reason) for seat_id, reason in because.items()]
    Seat.objects.bulk_update(open_seats, ["open_reason"], batch_size=500)
    return len(slots) - len(still), still
