"""Writes of allotments: propose, move one person by hand, put in force, end. One proposal and one in force an incident."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.incidents.models import Incident
from jimu.incidents.queries import incident_for
from jimu.teams import allotting
from jimu.teams.allotment_material import Material, gather, in_force, placed_elsewhere, rows_of
from jimu.teams.allotment_queries import seats_elsewhere
from jimu.teams.allotting import Weights
from jimu.teams.forming import TOPICS
from jimu.teams.loan_words import listed
from jimu.teams.models import Allotment, Membership, Placement

RIGHT = "teams.allot"
LONGEST_REASON = 200
State = Allotment.State


def propose(*, actor: Actor, at: datetime, incident_id: UUID, weights: Weights, keep_hand: bool = True) -> Allotment:
    """Reckon the least costly allotment and keep it as the proposal; an earlier proposal is dropped.

    `keep_hand` leaves those whom somebody put in their place by hand. Raises Conflict when the incident has ended, or
    when the allotment in force changed meanwhile; Invalid without neighborhoods or staff.
    """
    incident = _incident(actor, incident_id)
    material = gather(incident, timezone.localdate(at))
    if not material.places or not material.staff:
        raise Invalid(_("没有可分派的居民区或人员。先启动预案并导入机关干部、社工和选派干部的名单。"), code="nobody_to_allot")
    staff = material.staff if keep_hand else allotting.free(material.staff)
    plan = allotting.propose(material.places, staff, weights)
    with transaction.atomic():
        locks.hold(f"teams:{incident.pk}")
        base = in_force(incident.pk)
        if _as_of(base) != _as_of(material.allotment):
            raise Conflict(_("测算时执行中的分派刚刚变了，请再测算一次。"), code="base_changed")
        Allotment.objects.filter(incident=incident, state=State.PROPOSED).update(state=State.DROPPED, ended_at=at, ended_by=actor.name)
        made = Allotment.objects.create(
            incident=incident, weights=weights.as_dict(), objective=plan.cost, objective_before=plan.cost_before, base=base,
            base_version=base.version if base else 0, created_at=at, created_by=actor.name,
        )  # fmt: skip
        Placement.objects.bulk_create(rows_of(made, material, plan, at), batch_size=500)
        _tell(actor, at, "teams.allotment_proposed", made, {"people": len(plan.where), "moved": _moved(material, plan)})
    return made


def put_in_force(*, actor: Actor, at: datetime, allotment_id: UUID, version: int) -> Allotment:
    """The proposal as the commander saw it (`version`) holds from now on; the one before it ends.

    Two who do it at once: one succeeds, the other is told who was first. Raises Conflict when it is no longer a proposal,
    was changed since it was seen, or rests on an allotment that has changed.
    """
    with transaction.atomic():
        found = _allotment(actor, allotment_id)
        if found.state == State.IN_FORCE:
            raise Conflict(_("{name}刚刚已让这份分派生效，不用再点。").format(name=found.in_force_by), code="already_in_force")
        if found.state != State.PROPOSED:
            raise Conflict(_("这份建议已被{name}换掉，请刷新看最新的一份。").format(name=found.ended_by), code="not_a_proposal")
        if found.version != version:
            raise Conflict(_("这份建议刚刚有人手工调整过，请刷新看过再生效。"), code="seen_before")
        base = in_force(found.incident_id)
        if _as_of(base) != (found.base_id, found.base_version):
            raise Conflict(_("执行中的分派在测算之后变过。请重新测算，以免盖掉别人的调整。"), code="base_changed")
        if base is not None:
            _end(base, State.ENDED, actor, at)
        _require_placed_once(found)
        found.state, found.in_force_at, found.in_force_by = State.IN_FORCE, at, actor.name
        found.save(update_fields=["state", "in_force_at", "in_force_by"])
        _tell(actor, at, "teams.allotment_in_force", found, {"replaces": str(base.pk) if base else None})
    return found


def adjust(
    *, actor: Actor, at: datetime, allotment_id: UUID, person_id: UUID, unit_id: UUID, reason: str, version: int
) -> tuple[Placement, float]:
    """Send one person elsewhere by hand; returns the new row and by how much the cost rose (fell, when negative).

    In an allotment in force it holds at once, and later proposals leave the person there. Raises Invalid without a
    reason or for a place outside, Conflict when somebody changed it since it was seen (`version`), NotFound.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid(_("请写明为什么这样调整，便于日后核对。"), code="no_reason")
    with transaction.atomic():
        found = _allotment(actor, allotment_id)
        if found.state not in (State.PROPOSED, State.IN_FORCE):
            raise Conflict(_("这份分派已经结束，不能再调整。"), code="ended")
        if found.version != version:
            raise Conflict(_("刚刚有人调整过这份分派，请刷新看过再调。"), code="seen_before")
        material = gather(found.incident, timezone.localdate(at))
        member = next((member for member in material.staff if member.person_id == person_id), None)
        if member is None:
            raise NotFound(_("没有找到这个人，或此人暂停上岗。"))
        if member.lent:
            raise Conflict(_("{name}正在借调，先请两边结束借调再调整。").format(name=member.name), code="on_loan")
        if unit_id not in {place.unit_id for place in material.places}:
            raise Invalid(_("这个居民区不在这次响应里。"), code="elsewhere")
        now = Placement.objects.filter(allotment=found, person=person_id, until=None).first()
        if now is not None and now.unit_id == unit_id:
            raise Conflict(_("{name}已经分派在这里。").format(name=member.name), code="already_there")
        row, rise = _replaced(found, material, now, member, unit_id, reason[:LONGEST_REASON], at)
        data: dict[str, object] = {"person": str(person_id), "to": str(unit_id), "from": str(now.unit_id) if now else None, "cost": round(rise, 3)}
        _tell(actor, at, "teams.allotment_adjusted", found, data)
    return row, rise


def end(*, actor: Actor, at: datetime, allotment_id: UUID) -> Allotment:
    """Drop a proposal, or end the allotment in force: people serve again where their lists say."""
    with transaction.atomic():
        found = _allotment(actor, allotment_id)
        if found.state not in (State.PROPOSED, State.IN_FORCE):
            raise Conflict(_("这份分派已经结束。"), code="ended")
        was = found.state
        _end(found, State.DROPPED if was == State.PROPOSED else State.ENDED, actor, at)
        _tell(actor, at, "teams.allotment_ended", found, {"was": was})
    return found


def _replaced(
    found: Allotment, material: Material, now: Placement | None, member: allotting.Member, unit_id: UUID, reason: str, at: datetime
) -> tuple[Placement, float]:
    """End the row that holds, append the new one, and write what it all costs now."""
    weights = Weights.of(found.weights)
    where = material.at_work(dict(Placement.objects.filter(allotment=found, until=None).values_list("person_id", "unit_id")))
    before = allotting.price(material.places, material.staff, weights, where)
    after = allotting.price(material.places, material.staff, weights, {**where, member.person_id: unit_id})
    if now is not None:
        now.until = at
        now.save(update_fields=["until"])
    row = Placement.objects.create(
        allotment=found, person_id=member.person_id, unit_id=unit_id, came_from_id=now.came_from_id if now else member.last,
        origin=Placement.Origin.HAND, reasons=["hand"], note=reason, since=at,
    )  # fmt: skip
    found.version, found.objective = found.version + 1, after
    found.save(update_fields=["version", "objective"])
    return row, after - before


def release_seats(*, actor: Actor, at: datetime, incident_id: UUID) -> int:
    """Free the seats held by people who are allotted to another neighborhood; returns how many. Harmless when repeated."""
    with transaction.atomic():
        incident = _incident(actor, incident_id)
        locks.hold(f"teams:{incident.pk}")
        away = seats_elsewhere(incident.pk, at)
        Membership.objects.filter(pk__in=[sits.pk for sits in away]).update(until=at)
        for sits in away:
            data = {"person": str(sits.person_id), "seat": str(sits.seat_id), "why": "allotted_elsewhere"}
            journal.record(actor=actor, at=at, verb="teams.released", target=f"team:{sits.team_id}", scope=sits.team.unit.path, data=data)
        live.beat(*TOPICS)
    return len(away)


def _require_placed_once(found: Allotment) -> None:
    """Raise Conflict when another incident under way has placed one of these people since it was reckoned."""
    locks.hold("placements")
    mine = Placement.objects.filter(allotment=found, until=None, person__in=placed_elsewhere(found.incident_id)).select_related("person")
    names = sorted({row.person.name for row in mine})
    if names:
        words = _("{names}已由另一次响应分派。一个人同一时间只归一处，请重新测算。")
        raise Conflict(words.format(names=listed(names)), code="placed_elsewhere", people=len(names))


def _incident(actor: Actor, incident_id: UUID) -> Incident:
    incident = incident_for(actor, RIGHT, incident_id)
    if incident.state != Incident.State.ACTIVE:
        raise Conflict(_("这次响应已经解除，不能再分派。"), code="stood_down")
    return incident


def _allotment(actor: Actor, allotment_id: UUID) -> Allotment:
    """An allotment of an incident under way that the actor answers for, read under the lock."""
    incident_id = Allotment.objects.filter(pk=allotment_id).values_list("incident_id", flat=True).first()
    if incident_id is None:
        raise NotFound
    _incident(actor, incident_id)
    locks.hold(f"teams:{incident_id}")
    return Allotment.objects.select_related("incident").get(pk=allotment_id)


def _as_of(allotment: Allotment | None) -> tuple[UUID | None, int]:
    return (allotment.pk, allotment.version) if allotment else (None, 0)


def _moved(material: Material, plan: allotting.Plan) -> int:
    """How many leave a neighborhood that they serve now."""
    before = allotting.standing(material.places, material.staff)
    return sum(plan.where.get(person) != unit for person, unit in before.items())


def _end(allotment: Allotment, state: str, actor: Actor, at: datetime) -> None:
    allotment.state, allotment.ended_at, allotment.ended_by = state, at, actor.name
    allotment.save(update_fields=["state", "ended_at", "ended_by"])


def _tell(actor: Actor, at: datetime, verb: str, allotment: Allotment, data: dict[str, object]) -> None:
    data = {"allotment": str(allotment.pk), "objective": round(allotment.objective, 3), **data}
    target = f"incident:{allotment.incident_id}"
    journal.record(actor=actor, at=at, verb=verb, target=target, scope=allotment.incident.scope, data=data)
    live.beat(*TOPICS)
