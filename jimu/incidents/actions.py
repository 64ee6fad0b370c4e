"""Writes of incidents: activate, change level, adjust, prolong, stand down. One transaction each."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict
from jimu.core.events import announce
from jimu.core.permissions import Actor
from jimu.incidents import order_actions
from jimu.incidents.events import StoodDown
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.incidents.plans import LevelPlan, Preview, plan_activation, plan_level
from jimu.incidents.queries import incident_for, post_for
from jimu.incidents.rules import checked_end, checked_headcount, checked_reason
from jimu.playbooks.headcount import PostNeed

LOCK = "incidents"


def activate(
    *,
    actor: Actor,
    at: datetime,
    playbook_name: str,
    level: str,
    unit_id: UUID,
    only: Collection[UUID] = (),
    title: str = "",
    ends_on: date | None = None,
    legal_basis: str = "",
    drill: bool = False,
) -> Incident:
    """Start an incident over a part of the grid and make its posts. Raises Conflict where one is under way already.

    Every order has a legal basis and an end: the playbook's own where none is given.
    """
    with transaction.atomic():
        locks.hold(LOCK)
        plan = plan_activation(actor=actor, at=at, playbook_name=playbook_name, level=level, unit_id=unit_id, only=only)
        _refuse_taken(plan)
        incident = Incident.objects.create(
            playbook=plan.playbook.name,
            playbook_version=plan.playbook.version,
            playbook_text=plan.text,
            level=level,
            level_title=plan.level.title,
            level_colour=plan.level.colour,
            drill=drill,
            title=title.strip()[:80] or plan.title,
            legal_basis=legal_basis.strip()[:200] or plan.playbook.legal_basis,
            scope=plan.scope,
            starts_at=at,
            ends_on=checked_end(ends_on or plan.ends_on, today=timezone.localdate(at)),
            activated_at=at,
            activated_by=actor.name,
        )
        _create_rows(incident, plan)
        data = {"playbook": plan.playbook.name, "level": level, "level_title": plan.level.title, "units": len(plan.units), "drill": drill}
        _tell(incident, actor, at, "incident.activated", data)
    return incident


def _refuse_taken(plan: Preview) -> None:
    if not plan.taken:
        return
    first = plan.taken[0]
    words = _("{unit}已经在“{title}”之中。可以只选其他居民区，或先解除它；要换级别，请到那次响应里调整级别。")
    names = [taken.unit.name for taken in plan.taken]
    raise Conflict(
        words.format(unit=first.unit.name, title=first.incident.title), code="already_active", units=names, incident=str(first.incident_id)
    )


def _create_rows(incident: Incident, plan: Preview) -> None:
    IncidentUnit.objects.bulk_create(
        IncidentUnit(incident=incident, unit=u.unit, hazard=plan.playbook.hazard, confined=plan.level.confined) for u in plan.units
    )
    Post.objects.bulk_create((_post(incident, u.unit.pk, need) for u in plan.units for need in u.needs), batch_size=500)


def _post(incident: Incident, unit_id: UUID, need: PostNeed) -> Post:
    rule = need.rule
    return Post(
        incident=incident, unit_id=unit_id, code=rule.code, title=rule.title, group=rule.group, shift_code=need.shift_code,
        start_minute=need.start_minute, end_minute=need.end_minute, needed=need.needed, reason=need.reason,
        priority=rule.priority, kinds=rule.kinds, qualifications=rule.qualifications, requested_only=rule.requested_only,
        suit=rule.suit, heavy=rule.heavy, days=rule.days,
    )  # fmt: skip


def change_level(*, actor: Actor, at: datetime, incident_id: UUID, level: str, reason: str) -> LevelPlan:
    """Raise or lower an incident: its posts follow. Posts that fall away keep their row, with nobody needed.

    Shifts and attendance hang on those rows, so none is ever deleted.
    """
    with transaction.atomic():
        incident = _open_incident(actor, incident_id)
        words = checked_reason(reason, example=_("连续七天没有新增，降低一级"))
        plan = plan_level(incident, level)
        before = incident.level_title or incident.level
        incident.level, incident.level_title, incident.level_colour = level, plan.level.title, plan.level.colour
        incident.save(update_fields=["level", "level_title", "level_colour"])
        IncidentUnit.objects.filter(incident=incident, ended_at=None).update(confined=plan.level.confined)
        _apply(incident, plan)
        data = {
            "from": before, "to": plan.level.title, "people_from": plan.before, "people_to": plan.after,
            "posts": len(plan.changes), "reason": words,
        }  # fmt: skip
        _tell(incident, actor, at, "incident.level_changed", data)
    return plan


def _apply(incident: Incident, plan: LevelPlan) -> None:
    present = {(post.unit_id, post.code, post.shift_code): post for post in Post.objects.filter(incident=incident)}
    fresh, changed = [], []
    for change in plan.changes:
        post = present.get(change.key)
        if post is None and change.need:
            fresh.append(_post(incident, change.key[0], change.need))
        elif post is not None:
            post.needed = change.after
            post.reason = change.need.reason if change.need else _("{level}不设这个岗位").format(level=plan.level.title)
            post.by_hand = False
            changed.append(post)
    Post.objects.bulk_create(fresh, batch_size=500)
    Post.objects.bulk_update(changed, ["needed", "reason", "by_hand"], batch_size=500)


def stand_down(*, actor: Actor, at: datetime, incident_id: UUID, reason: str) -> Incident:
    """End an incident; its records stay. Raises Conflict when it has ended already."""
    with transaction.atomic():
        incident = _open_incident(actor, incident_id)
        words = checked_reason(reason, example=_("险情排除，按指挥部通告解除"))
        incident.state, incident.stood_down_at = Incident.State.STOOD_DOWN, at
        incident.save(update_fields=["state", "stood_down_at"])
        IncidentUnit.objects.filter(incident=incident, ended_at=None).update(ended_at=at)
        order_actions.end_with(incident, actor=actor, at=at, reason=words)
        _tell(incident, actor, at, "incident.stood_down", {"reason": words})
        announce(StoodDown(incident.pk, at))
    return incident


def prolong(*, actor: Actor, at: datetime, incident_id: UUID, ends_on: date, reason: str) -> Incident:
    """Give an incident another end, with a reason."""
    with transaction.atomic():
        incident = _open_incident(actor, incident_id)
        words = checked_reason(reason, example=_("台风预警延续"))
        before, incident.ends_on = incident.ends_on, checked_end(ends_on, today=timezone.localdate(at))
        incident.save(update_fields=["ends_on"])
        _tell(incident, actor, at, "incident.prolonged", {"from": str(before), "to": str(ends_on), "reason": words})
    return incident


def adjust_post(*, actor: Actor, at: datetime, post_id: UUID, needed: int, reason: str) -> Post:
    """Set a post's headcount by hand, with a reason that stands beside the number."""
    with transaction.atomic():
        locks.hold(LOCK)
        post = post_for(actor, post_id)
        actor.require("incidents.activate", post.unit.path)
        _refuse_ended(post.incident)
        checked_headcount(needed)
        words = checked_reason(reason, example=_("多开一个出入口"))
        before, post.needed, post.by_hand = post.needed, needed, True
        post.reason = _("人工调整：{reason}").format(reason=words)[:200]
        post.save(update_fields=["needed", "reason", "by_hand"])
        data: dict[str, Any] = {
            "post": str(post.pk), "title": post.title, "unit": post.unit.name, "from": before, "to": needed, "reason": words,
        }  # fmt: skip
        _tell(post.incident, actor, at, "incident.post_adjusted", data, scope=post.unit.path)
    return post


def _open_incident(actor: Actor, incident_id: UUID) -> Incident:
    """The incident, under the lock, if the actor may command all of it. A stranger learns nothing of it."""
    locks.hold(LOCK)
    incident = incident_for(actor, "incidents.activate", incident_id)
    _refuse_ended(incident)
    return incident


def _refuse_ended(incident: Incident) -> None:
    if incident.state != Incident.State.ACTIVE:
        raise Conflict(_("“{title}”已经解除，不能再改。需要时请重新启动预案。").format(title=incident.title), code="stood_down")


def _tell(incident: Incident, actor: Actor, at: datetime, verb: str, data: dict[str, Any], scope: str = "") -> None:
    journal.record(actor=actor, at=at, verb=verb, target=incident.target, scope=scope or incident.scope, data=data)
    live.beat("board", incident.target)
