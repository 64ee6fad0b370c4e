"""Writes of teams by hand: put somebody on a seat, take them off, confirm, open the channel, dissolve."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.people.models import Person
from jimu.teams import rules, words
from jimu.teams.forming import TOPICS, plan_of
from jimu.teams.holding import LOCK, holders
from jimu.teams.material import candidates
from jimu.teams.models import Membership, Seat, Team

LONGEST_REASON = 200
# What a named person may let pass with a reason. Illness and bodily limits never.
MAY_PASS = frozenset({"kind", "qualification", "elsewhere"})


class NotFitting(JimuError):
    """Somebody may not take a seat. `data["overridable"]` says whether a reason would help."""

    code = "not_fitting"
    status = 409


def claim(*, actor: Actor, at: datetime, seat_id: UUID, person_id: UUID, override_reason: str = "") -> Membership:
    """Put somebody on an empty seat. Two who claim the same person at once: one gets them, the other the reason.

    Raises Conflict when the seat or the person is taken, NotFitting when the gate is shut, NotFound, NotPermitted.
    """
    with transaction.atomic():
        seat = _seat(actor, seat_id)
        locks.hold(f"teams:{seat.team.incident_id}", LOCK)
        if Membership.objects.filter(seat=seat, until=None).exists():
            raise Conflict(_("这个席位刚刚有人了，请刷新。"), code="seat_taken")
        person = Person.objects.filter(pk=person_id, active=True, minor=False).first()
        found = candidates(seat.team.incident, at, only=[person_id])
        if person is None or not found:
            raise NotFound(_("没有找到这个人，或不能参加这次响应。"))
        _require_free(seat, person)
        override = _judged(actor, at, seat, person, found[0], override_reason.strip())
        membership = Membership.objects.create(
            seat=seat, person=person, incident=seat.team.incident, team=seat.team, exclusive=seat.team.exclusive,
            origin=Membership.Origin.HAND, reasons=["hand"], override=override, since=at,
        )  # fmt: skip
        _tell(actor, at, "teams.seated", seat.team, {"person": str(person.pk), "seat": str(seat.pk), "rules": override.get("rules", [])})
    return membership


def release(*, actor: Actor, at: datetime, seat_id: UUID) -> None:
    """Take whoever sits there off a seat. The row ends and stays."""
    with transaction.atomic():
        seat = _seat(actor, seat_id)
        locks.hold(f"teams:{seat.team.incident_id}")
        membership = Membership.objects.filter(seat=seat, until=None).first()
        if membership is None:
            raise Conflict(_("这个席位已经空着。"), code="seat_empty")
        membership.until = at
        membership.save(update_fields=["until"])
        _tell(actor, at, "teams.released", seat.team, {"person": str(membership.person_id), "seat": str(seat.pk)})


def confirm(*, actor: Actor, at: datetime, team_id: UUID) -> Team:
    """The proposal stands. A team without its leader cannot be confirmed; other open seats stay visible."""
    with transaction.atomic():
        team = _team(actor, team_id)
        if team.state == Team.State.CONFIRMED:
            raise Conflict(_("这支队伍已经确认过了。"), code="already_confirmed")
        if not Membership.objects.filter(team=team, seat__leads=True, until=None).exists():
            raise Invalid(_("还没有带头的人。先定下{seat}，再确认。").format(seat=_leader_title(team)), code="no_leader")
        _confirm(team, actor, at)
        _tell(actor, at, "teams.confirmed", team, {})
    return team


def confirm_cell(*, actor: Actor, at: datetime, incident_id: UUID, unit_id: UUID) -> tuple[int, int]:
    """Confirm every team of a neighborhood that has its leader; returns (confirmed, left for want of a leader)."""
    with transaction.atomic():
        locks.hold(f"teams:{incident_id}")
        unit = Unit.objects.filter(visible(actor, "teams.view"), pk=unit_id).first()
        if unit is None:
            raise NotFound
        actor.require("teams.form", unit.path)
        waiting = Team.objects.filter(incident=incident_id, unit__path__startswith=unit.path, state=Team.State.PROPOSED)
        led = set(Membership.objects.filter(team__in=waiting, seat__leads=True, until=None).values_list("team_id", flat=True))
        teams = list(waiting.select_related("unit"))
        for team in teams:
            if team.pk in led:
                _confirm(team, actor, at)
        data = {"confirmed": len(led), "left": len(teams) - len(led)}
        journal.record(actor=actor, at=at, verb="teams.cell_confirmed", target=f"incident:{incident_id}", scope=unit.path, data=data)
        live.beat(*TOPICS)
    return len(led), len(teams) - len(led)


def set_channel(*, actor: Actor, at: datetime, team_id: UUID, is_open: bool) -> Team:
    """Its chat group has been opened, or closed: the fourth of the four marks."""
    with transaction.atomic():
        team = _team(actor, team_id)
        team.channel_open = is_open
        team.save(update_fields=["channel_open"])
        _tell(actor, at, "teams.channel_opened" if is_open else "teams.channel_closed", team, {})
    return team


def dissolve(*, actor: Actor, at: datetime, team_id: UUID, reason: str) -> Team:
    """End a team: its people are free again."""
    with transaction.atomic():
        team = _team(actor, team_id)
        if not reason.strip():
            raise Invalid(_("请写明解散的理由。"), code="no_reason")
        Membership.objects.filter(team=team, until=None).update(until=at)
        team.state = Team.State.DISSOLVED
        team.save(update_fields=["state"])
        _tell(actor, at, "teams.dissolved", team, {"reason": reason.strip()[:LONGEST_REASON]})
    return team


def _require_free(seat: Seat, person: Person) -> None:
    """Raise Conflict when the person sits where they cannot sit twice."""
    sitting = holders(seat.team.incident_id).filter(person=person).select_related("team__incident", "seat")
    for other in sitting:
        if other.team_id == seat.team_id or (seat.team.exclusive and other.exclusive == seat.team.exclusive):
            where = other.team.title
            if other.incident_id != seat.team.incident_id:
                where = f"{other.team.incident.title}·{where}"
            sentence = _("{name}已经是{team}的{seat}。先请那边放人。").format(name=person.name, team=where, seat=other.seat.title)
            raise Conflict(sentence, code="person_taken", team=str(other.team_id))


def _judged(actor: Actor, at: datetime, seat: Seat, person: Person, found: rules.Candidate, reason: str) -> dict[str, object]:
    """Empty when the gate is open, else who opened it and why."""
    cell = _cell_id(seat.team)
    code = rules.why_not(plan_of(seat), found, cell)
    if not code:
        return {}
    if code not in MAY_PASS or not reason:
        raise NotFitting(words.refusal(code, person.name), reason=code, overridable=code in MAY_PASS)
    return {"rules": [code], "by": actor.name, "reason": reason[:LONGEST_REASON], "at": at.isoformat()}


def _cell_id(team: Team) -> UUID:
    if team.unit.kind == Unit.Kind.NEIGHBORHOOD:
        return team.unit_id
    parent = Unit.objects.get_parent(team.unit)
    return parent.pk if parent else team.unit_id


def _seat(actor: Actor, seat_id: UUID) -> Seat:
    """A seat of a standing team that the actor may fill."""
    seats = Seat.objects.filter(visible(actor, "teams.view", "team__unit__path"), pk=seat_id)
    seat = seats.select_related("team__incident", "team__unit").exclude(team__state=Team.State.DISSOLVED).first()
    if seat is None:
        raise NotFound
    actor.require("teams.form", seat.team.unit.path)
    return seat


def _team(actor: Actor, team_id: UUID) -> Team:
    """A standing team, locked, that the actor may change."""
    teams = Team.objects.filter(visible(actor, "teams.view", "unit__path"), pk=team_id)
    team = teams.select_related("unit", "incident").exclude(state=Team.State.DISSOLVED).first()
    if team is None:
        raise NotFound
    actor.require("teams.form", team.unit.path)
    locks.hold(f"teams:{team.incident_id}")
    return team


def _confirm(team: Team, actor: Actor, at: datetime) -> None:
    team.state, team.confirmed_at, team.confirmed_by = Team.State.CONFIRMED, at, actor.name
    team.save(update_fields=["state", "confirmed_at", "confirmed_by"])


def _leader_title(team: Team) -> str:
    seat = Seat.objects.filter(team=team, leads=True).first()
    return seat.title if seat else ""


def _tell(actor: Actor, at: datetime, verb: str, team: Team, data: dict[str, object]) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=f"team:{team.pk}", scope=team.unit.path, data=data)
    live.beat(*TOPICS)
