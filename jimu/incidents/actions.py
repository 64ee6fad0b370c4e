"""Writes of incidents: activate, adjust, prolong, stand down. One transaction each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.incidents.queries import neighborhoods_under, open_incidents
from jimu.playbooks.expressions import FACTS
from jimu.playbooks.headcount import PostNeed, headcount, seats_per_week
from jimu.playbooks.library import find
from jimu.playbooks.schema import Level, Playbook

LOCK = "incidents"


@dataclass(frozen=True)
class UnitPreview:
    """What an activation would create in one neighborhood; `lacking` when it has no facts to count from."""

    unit: Unit
    needs: list[PostNeed]
    lacking: bool

    @property
    def seats_per_day(self) -> float:
        """Seats a day on average, those of other commands included."""
        return round(seats_per_week(self.needs) / 7, 1)


@dataclass(frozen=True)
class Preview:
    """What an activation would create; `taken` are neighborhoods that have such an incident already."""

    playbook: Playbook
    text: str
    level_code: str
    level: Level
    unit: Unit
    units: list[UnitPreview]
    taken: list[IncidentUnit]
    ends_on: date

    @property
    def lacking(self) -> list[Unit]:
        """Neighborhoods without residents and households on record."""
        return [u.unit for u in self.units if u.lacking]

    @property
    def seats_per_day(self) -> float:
        """Seats a day over all neighborhoods."""
        return round(sum(u.seats_per_day for u in self.units), 1)


def preview(*, actor: Actor, at: datetime, playbook_name: str, level: str, unit_id: UUID) -> Preview:
    """What activating would do; reads only. Raises NotFound, Invalid or NotPermitted as activating would."""
    playbook, text = find(playbook_name)
    if level not in playbook.levels:
        raise Invalid(_("这个预案没有这个级别，可选：{levels}。").format(levels="、".join(playbook.levels)), code="no_such_level")
    unit = Unit.objects.filter(pk=unit_id, retired_at=None).first()
    if unit is None:
        raise NotFound
    actor.require("incidents.activate", unit.path)
    places = neighborhoods_under(unit)
    if not places:
        raise Invalid(_("这个范围里没有居民区，请选择街道、片区或居民区。"), code="no_neighborhood")
    units = []
    for place in places:
        facts = {name: getattr(place, name) for name in FACTS}
        units.append(UnitPreview(place, headcount(playbook, level, facts), not (place.residents or place.households)))
    ends_on = timezone.localdate(at) + timedelta(days=playbook.levels[level].ends_after_days)
    taken = open_incidents(places, playbook.hazard)
    return Preview(playbook, text, level, playbook.levels[level], unit, units, taken, ends_on)


def activate(
    *,
    actor: Actor,
    at: datetime,
    playbook_name: str,
    level: str,
    unit_id: UUID,
    title: str = "",
    ends_on: date | None = None,
    legal_basis: str = "",
) -> Incident:
    """Start an incident over a part of the grid and make its posts. Raises Conflict where one is under way already."""
    with transaction.atomic():
        locks.hold(LOCK)
        plan = preview(actor=actor, at=at, playbook_name=playbook_name, level=level, unit_id=unit_id)
        if plan.taken:
            first = plan.taken[0]
            words = _("{unit}已经在“{title}”之中，先解除它，或只选其他居民区。").format(unit=first.unit.name, title=first.incident.title)
            raise Conflict(words, code="already_active", units=[taken.unit.name for taken in plan.taken])
        end = ends_on or plan.ends_on
        if end < timezone.localdate(at):
            raise Invalid(_("结束日期不能早于今天。"), code="ends_in_the_past")
        incident = Incident.objects.create(
            playbook=plan.playbook.name,
            playbook_version=plan.playbook.version,
            playbook_text=plan.text,
            level=level,
            title=title or f"{plan.unit.name} {plan.playbook.title} · {plan.level.title}",
            legal_basis=legal_basis or plan.playbook.legal_basis,
            scope=plan.unit.path,
            starts_at=at,
            ends_on=end,
            activated_at=at,
            activated_by=actor.name,
        )
        _create_rows(incident, plan)
        data = {"playbook": plan.playbook.name, "level": level, "units": len(plan.units)}
        _tell(incident, actor, at, "incident.activated", data)
    return incident


def _create_rows(incident: Incident, plan: Preview) -> None:
    IncidentUnit.objects.bulk_create(
        IncidentUnit(incident=incident, unit=u.unit, hazard=plan.playbook.hazard, confined=plan.level.confined) for u in plan.units
    )
    Post.objects.bulk_create((_post(incident, u.unit, need) for u in plan.units for need in u.needs), batch_size=500)


def _post(incident: Incident, unit: Unit, need: PostNeed) -> Post:
    rule = need.rule
    return Post(
        incident=incident, unit=unit, code=rule.code, title=rule.title, group=rule.group, shift_code=need.shift_code,
        start_minute=need.start_minute, end_minute=need.end_minute, needed=need.needed, reason=need.reason,
        priority=rule.priority, kinds=rule.kinds, qualifications=rule.qualifications, requested_only=rule.requested_only,
        suit=rule.suit, heavy=rule.heavy, days=rule.days,
    )  # fmt: skip


def stand_down(*, actor: Actor, at: datetime, incident_id: UUID, reason: str) -> Incident:
    """End an incident; its records stay. Raises Conflict when it has ended already."""
    with transaction.atomic():
        incident = _open_incident(actor, incident_id)
        if not reason.strip():
            raise Invalid(_("请写明解除的理由，例如“全员核酸阴性，按通告解封”。"), code="no_reason")
        incident.state, incident.stood_down_at = Incident.State.STOOD_DOWN, at
        incident.save(update_fields=["state", "stood_down_at"])
        IncidentUnit.objects.filter(incident=incident, ended_at=None).update(ended_at=at)
        _tell(incident, actor, at, "incident.stood_down", {"reason": reason[:200]})
    return incident


def prolong(*, actor: Actor, at: datetime, incident_id: UUID, ends_on: date, reason: str) -> Incident:
    """Give an incident another end, with a reason."""
    with transaction.atomic():
        incident = _open_incident(actor, incident_id)
        if ends_on < timezone.localdate(at):
            raise Invalid(_("结束日期不能早于今天。"), code="ends_in_the_past")
        before, incident.ends_on = incident.ends_on, ends_on
        incident.save(update_fields=["ends_on"])
        _tell(incident, actor, at, "incident.prolonged", {"from": str(before), "to": str(ends_on), "reason": reason[:200]})
    return incident


def adjust_post(*, actor: Actor, at: datetime, post_id: UUID, needed: int, reason: str) -> Post:
    """Set a post's headcount by hand, with a reason that stands beside the number."""
    with transaction.atomic():
        post = Post.objects.select_related("incident", "unit").filter(pk=post_id).first()
        if post is None:
            raise NotFound
        _open_incident(actor, post.incident_id)
        if not 0 <= needed <= 500:
            raise Invalid(_("人数应在 0 到 500 之间。"), code="headcount_range")
        if not reason.strip():
            raise Invalid(_("请写明调整的理由。"), code="no_reason")
        before, post.needed = post.needed, needed
        post.reason = _("人工调整：{reason}").format(reason=reason.strip())[:200]
        post.save(update_fields=["needed", "reason"])
        data: dict[str, Any] = {"post": str(post.pk), "from": before, "to": needed, "reason": reason[:200]}
        _tell(post.incident, actor, at, "incident.post_adjusted", data, scope=post.unit.path)
    return post


def _open_incident(actor: Actor, incident_id: UUID) -> Incident:
    """The incident, locked, if the actor may command it. A stranger learns nothing of it."""
    locks.hold(LOCK)
    incident = Incident.objects.filter(pk=incident_id).first()
    if incident is None or not actor.may("incidents.view", incident.scope):
        raise NotFound
    actor.require("incidents.activate", incident.scope)
    if incident.state != Incident.State.ACTIVE:
        raise Conflict(_("这次响应已经解除，不能再改。"), code="stood_down")
    return incident


def _tell(incident: Incident, actor: Actor, at: datetime, verb: str, data: dict[str, Any], scope: str = "") -> None:
    target = f"incident:{incident.pk}"
    journal.record(actor=actor, at=at, verb=verb, target=target, scope=scope or incident.scope, data=data)
    live.beat("board", target)
