"""Reads of teams, each within the asker's part of the grid."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q

from jimu.core.errors import NotFound
from jimu.core.models import Job
from jimu.core.permissions import Actor, visible
from jimu.core.scripts import holds
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.incidents.queries import incidents_for
from jimu.people.models import Person
from jimu.teams import rules
from jimu.teams.forming import plan_of
from jimu.teams.holding import holders
from jimu.teams.material import candidates, cells_of
from jimu.teams.models import Membership, Seat, Team
from jimu.teams.words import open_reason, reason_words, refusal

COMMITTEE = "支委"


@dataclass(frozen=True)
class SeatView:
    """A seat with who sits on it, and why or why not."""

    seat: Seat
    membership: Membership | None

    @property
    def why(self) -> list[str]:
        """Why this person, in words."""
        return reason_words(self.membership.reasons) if self.membership else []

    @property
    def open_words(self) -> str:
        """Why nobody, in words."""
        return open_reason(self.seat.open_reason)


@dataclass(frozen=True)
class TeamView:
    """A team with its seats, in order, and what is whole about it."""

    team: Team
    seats: tuple[SeatView, ...]

    @property
    def states(self) -> list[rules.SeatState]:
        """The seats as completeness reads them."""
        return [
            rules.SeatState(s.seat.side, s.seat.required, s.membership is not None, s.seat.duty, committee=s.seat.side == COMMITTEE)
            for s in self.seats
        ]

    @property
    def filled(self) -> int:
        return sum(seat.membership is not None for seat in self.seats)

    @property
    def missing(self) -> int:
        """Required seats with nobody."""
        return sum(seat.seat.required and seat.membership is None for seat in self.seats)

    @property
    def sides(self) -> dict[str, tuple[int, int, bool]]:
        """(filled, seats, whole) of each side."""
        return rules.sides(self.states)

    @property
    def marks(self) -> rules.Marks:
        """The four marks."""
        return rules.marks(self.states, channel_open=self.team.channel_open)

    @property
    def leader(self) -> SeatView | None:
        """The seat that leads."""
        return next((seat for seat in self.seats if seat.seat.leads), None)

    @property
    def by_side(self) -> list[tuple[str, list[SeatView]]]:
        """Seats under the name of their side, in order."""
        found: dict[str, list[SeatView]] = {}
        for seat in self.seats:
            found.setdefault(seat.seat.side, []).append(seat)
        return list(found.items())


def incidents_with_teams(actor: Actor) -> list[Incident]:
    """Incidents under way that the asker may see."""
    return list(incidents_for(actor).filter(state=Incident.State.ACTIVE))


def teams_of(actor: Actor, incident: Incident, *, under: str = "", shapes: Sequence[str] = ()) -> list[TeamView]:
    """Teams of an incident on the asker's part, with seats and people. Three queries."""
    teams = Team.objects.filter(visible(actor, "teams.view", "unit__path"), incident=incident).exclude(state=Team.State.DISSOLVED)
    if under:
        teams = teams.filter(unit__path__startswith=under)
    if shapes:
        teams = teams.filter(shape__in=shapes)
    return _views(teams.select_related("unit").order_by("order", "unit__path"))


def team_for(actor: Actor, team_id: UUID) -> TeamView:
    """One team. Raises NotFound outside the asker's part."""
    teams = Team.objects.filter(visible(actor, "teams.view", "unit__path"), pk=team_id).select_related("unit", "incident")
    found = _views(teams)
    if not found:
        raise NotFound
    return found[0]


def _views(teams: "object") -> list[TeamView]:
    sitting = Membership.objects.filter(until=None).select_related("person")
    seats = Seat.objects.order_by("order", "id").prefetch_related(Prefetch("memberships", sitting, to_attr="now"))
    rows = teams.prefetch_related(Prefetch("seats", seats, to_attr="rows"))  # type: ignore[attr-defined]
    return [TeamView(team, tuple(SeatView(seat, next(iter(seat.now), None)) for seat in team.rows)) for team in rows]


@dataclass(frozen=True)
class CellView:
    """One neighborhood: its hexagon, its branch, and what is still open over all its teams."""

    unit: Unit
    hexagon: TeamView | None
    branch: TeamView | None
    teams: int
    seats: int
    filled: int
    missing: int
    confirmed: int


def cells_with_teams(actor: Actor, incident: Incident) -> list[CellView]:
    """Every neighborhood of an incident on the asker's part, with sums over its teams. A fixed number of queries."""
    cells = [cell for cell in cells_of(incident) if actor.may("teams.view", cell.path)]
    drawn: Mapping[tuple[UUID, str], TeamView] = {
        (view.team.unit_id, view.team.shape): view for view in teams_of(actor, incident, shapes=("hexagon", "branch"))
    }
    sums = _sums(incident, cells)
    return [CellView(cell, drawn.get((cell.pk, "hexagon")), drawn.get((cell.pk, "branch")), *sums[cell.pk]) for cell in cells]


def _sums(incident: Incident, cells: Sequence[Unit]) -> dict[UUID, tuple[int, int, int, int, int]]:
    """(teams, seats, filled, required and open, confirmed teams) by neighborhood."""
    by_path = {cell.path: cell.pk for cell in cells}
    totals: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    standing = Team.objects.filter(incident=incident).exclude(state=Team.State.DISSOLVED)
    for path, state in standing.values_list("unit__path", "state"):
        cell = by_path.get(path) or by_path.get(path[:-4])
        if cell:
            totals[cell][0] += 1
            totals[cell][4] += state == Team.State.CONFIRMED
    taken = set(Membership.objects.filter(incident=incident, until=None).values_list("seat_id", flat=True))
    for pk, path, required in Seat.objects.filter(team__in=standing).values_list("pk", "team__unit__path", "required"):
        cell = by_path.get(path) or by_path.get(path[:-4])
        if cell:
            totals[cell][1] += 1
            totals[cell][2] += pk in taken
            totals[cell][3] += required and pk not in taken
    return defaultdict(lambda: (0, 0, 0, 0, 0), {pk: (t[0], t[1], t[2], t[3], t[4]) for pk, t in totals.items()})


@dataclass(frozen=True)
class Choice:
    """Somebody for one seat: fitting with reasons, or not fitting with the reason."""

    person: Person
    why: tuple[str, ...]
    refusal: str
    sits_in: str


def choices_for(actor: Actor, seat_id: UUID, at: datetime, *, words: str = "", limit: int = 12) -> tuple[Seat, list[Choice]]:
    """People for an open seat, best first; with words, those of that name, fitting or not."""
    seats = Seat.objects.filter(visible(actor, "teams.view", "team__unit__path"), pk=seat_id)
    seat = seats.select_related("team__unit", "team__incident").first()
    if seat is None:
        raise NotFound
    cell = seat.team.unit if seat.team.unit.kind == Unit.Kind.NEIGHBORHOOD else Unit.objects.get_parent(seat.team.unit)
    only = _named(seat.team.incident, words) if words.strip() else None
    plan = plan_of(seat)
    ranked = []
    for person in candidates(seat.team.incident, at, only=only):
        code = rules.why_not(plan, person, cell.pk)
        if not code or only is not None:
            ranked.append((code != "", rules.cost(plan, person, cell.pk), person, code))
    ranked.sort(key=lambda item: (item[0], item[1], item[2].person_id))
    busy = _busy(seat)
    chosen = [item for item in ranked if item[2].person_id not in busy or only is not None][:limit]
    people = Person.objects.select_related("unit").in_bulk([item[2].person_id for item in chosen])
    return seat, [
        Choice(
            people[c.person_id], tuple(reason_words(rules.reasons(plan, c, cell.pk))),
            refusal(code, people[c.person_id].name) if code else "", busy.get(c.person_id, ""),
        )
        for _bad, _cost, c, code in chosen
    ]  # fmt: skip


def _named(incident: Incident, words: str) -> list[UUID]:
    found = Person.objects.filter(holds("name", words.strip()) | Q(sort_name__startswith=words.strip().lower()), active=True)
    return list(found.filter(Q(unit__path__startswith=incident.scope) | Q(unit=None)).values_list("pk", flat=True)[:40])


def _busy(seat: Seat) -> dict[UUID, str]:
    """Who cannot sit here as well, and where they sit."""
    here = Q(team=seat.team_id)
    if seat.team.exclusive:
        here |= Q(exclusive=seat.team.exclusive)
    rows = holders(seat.team.incident_id).filter(here)
    return dict(rows.values_list("person_id", "team__title"))


def job_of(incident: Incident, job_id: UUID) -> Job:
    """A forming job of an incident. Raises NotFound."""
    job = Job.objects.filter(pk=job_id, subject=f"incident:{incident.pk}").first()
    if job is None:
        raise NotFound
    return job
