"""Writes of zones: a policy adopted, a building put under one, prolonged, released; a case that counts anew."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor, under, visible
from jimu.field.households import zone_policies, zone_rules
from jimu.field.households.models import Zone, ZonePolicy
from jimu.field.households.zone_queries import policy_at, standing_of, stands, today, zone_for
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for

ZONE, POLICY = "households.zones", "households.policy"
MOST_PROLONGED = 14
MOST_BUILDINGS = 2000


def adopt_policy(*, actor: Actor, at: datetime, unit_id: UUID, name: str, effective_from: date, legal_basis: str, carry: bool = False) -> ZonePolicy:
    """Take a policy from the shelf for a part of the grid, from a day on that is not past. What was before stays as it was.

    With `carry`, buildings that are under a zone then go on under the new policy with the same count, and never longer than ordered.
    """
    with transaction.atomic():
        locks.hold("households")
        unit = unit_for(actor, unit_id, POLICY)
        policy, text = zone_policies.find(name)
        if effective_from < today(at):
            raise Invalid(_("政策不能从过去的日子起算：已经过去的日子按当时的政策。"), code="in_the_past")
        made = ZonePolicy.objects.create(
            unit=unit, name=policy.name, version=policy.version, title=policy.title, text=text, effective_from=effective_from,
            legal_basis=_basis(legal_basis), adopted_at=at, adopted_by=actor.name[:80],
        )  # fmt: skip
        moved = _carry(actor, at, made, unit) if carry else 0
        data = {"title": made.title, "from": effective_from.isoformat(), "buildings": moved}
        journal.record(actor=actor, at=at, verb="ledger.policy_adopted", target=f"zone_policy:{made.pk}", scope=unit.path, data=data)
        live.beat("households", "board")
    return made


def _carry(actor: Actor, at: datetime, made: ZonePolicy, unit: Unit) -> int:
    policy, moved = zone_policies.of_text(made.text), 0
    for one in stands(None, made.effective_from, under([unit.path], "building__path")).values():
        track = policy.tracks.get(one.zone.track)  # type: ignore[call-overload]
        if track is None:
            continue
        end = min(one.zone.ends_on, zone_rules.ends_on(track, one.zone.day_one))
        _cut_short(one.zone, made.effective_from, actor, _("改按新政策"))
        if end >= made.effective_from:
            _write(actor, at, one.zone.building, made, one.zone.track, one.zone.day_one, made.effective_from, end, "policy", made.legal_basis)
        moved += 1
    return moved


def set_zones(*, actor: Actor, at: datetime, building_ids: Sequence[UUID], track: str, day_one: date, legal_basis: str) -> list[Zone]:
    """Put buildings under a track of the policy in force there, from today; a running zone of theirs ends.

    Raises NotFound for a building outside the actor's part, Invalid without a policy, a legal basis, or with a track that is over.
    """
    with transaction.atomic():
        locks.hold("households")
        wanted = list(dict.fromkeys(building_ids))
        if not 0 < len(wanted) <= MOST_BUILDINGS:
            raise Invalid(_("请选择楼栋。"), code="no_buildings")
        buildings = list(Unit.objects.filter(visible(actor, ZONE), pk__in=wanted, kind=Unit.Kind.BUILDING, retired_at=None))
        if len(buildings) != len(wanted):
            raise NotFound
        made = [begin(actor=actor, at=at, building=one, track=track, day_one=day_one, why="hand", legal_basis=legal_basis) for one in buildings]
        live.beat("households", "board")
    return made


def begin(*, actor: Actor, at: datetime, building: Unit, track: str, day_one: date, why: str, legal_basis: str) -> Zone:
    """One building under a track from today, counted from `day_one`. Within a transaction that holds the lock of the ledger."""
    on = today(at)
    policy = policy_at(building.path, on)
    if policy is None:
        raise Invalid(_("还没有选定分区政策。请指挥长先在“分区管控”页选定。"), code="no_policy")
    wanted = zone_policies.of_text(policy.text).tracks.get(track)  # type: ignore[call-overload]
    if wanted is None:
        raise Invalid(_("现行政策里没有这一类。"), code="no_such_track")
    end = zone_rules.ends_on(wanted, day_one)
    if not on - timedelta(days=zone_rules.MOST_DAYS) <= day_one <= on or end < on:
        raise Invalid(_("第 1 天不能在今天以后，也不能早到已经期满。"), code="bad_day_one")
    for running in Zone.objects.filter(Q(last_on=None) | Q(last_on__gte=on), building=building, ends_on__gte=on):
        _cut_short(running, on, actor, _("重新计天") if why == "case" else _("改划"))
    zone = _write(actor, at, building, policy, track, day_one, on, end, why, legal_basis)
    data = {"building": building.name, "zone": track, "until": end.isoformat(), "why": why}
    journal.record(actor=actor, at=at, verb="ledger.zone_set", target=f"unit:{building.pk}", scope=building.path, data=data)
    return zone


def prolong(*, actor: Actor, at: datetime, zone_id: UUID, ends_on: date, legal_basis: str) -> Zone:
    """Go on beyond the end, by an order of its own. Raises Conflict for a zone that is over, Invalid for more than two weeks at once."""
    with transaction.atomic():
        locks.hold("households")
        zone = _running(actor, at, zone_id)
        if not zone.ends_on < ends_on <= zone.ends_on + timedelta(days=MOST_PROLONGED):
            raise Invalid(_("新的期满日要晚于现在的，一次最多延长 {n} 天。").format(n=MOST_PROLONGED), code="bad_end")
        on = today(at)
        _cut_short(zone, on, actor, _("延长"))
        longer = _write(actor, at, zone.building, zone.policy, zone.track, zone.day_one, on, ends_on, "prolonged", legal_basis)
        data = {"building": zone.building.name, "until": ends_on.isoformat()}
        journal.record(actor=actor, at=at, verb="ledger.zone_prolonged", target=f"unit:{zone.building_id}", scope=zone.building.path, data=data)
        live.beat("households", "board")
    return longer


def release(*, actor: Actor, at: datetime, zone_id: UUID, why: str) -> Zone:
    """End a zone today, before its time. Raises Conflict for one that is over."""
    with transaction.atomic():
        locks.hold("households")
        zone = _running(actor, at, zone_id)
        if not why.strip():
            raise Invalid(_("请写明解除的依据，例如第 13 天核酸全部阴性。"), code="no_reason")
        _cut_short(zone, today(at), actor, why.strip()[:200])
        data = {"building": zone.building.name}
        journal.record(actor=actor, at=at, verb="ledger.zone_released", target=f"unit:{zone.building_id}", scope=zone.building.path, data=data)
        live.beat("households", "board")
    return zone


def _running(actor: Actor, at: datetime, zone_id: UUID) -> Zone:
    zone = zone_for(actor, zone_id, ZONE)
    if (zone.last_on is not None and zone.last_on < today(at)) or standing_of(zone, today(at)) is None:
        raise Conflict(_("这一段已经结束。"))
    return zone


def _cut_short(zone: Zone, before: date, actor: Actor, why: str) -> None:
    """Its last day is the one before; cut on its first day, it never held."""
    zone.last_on, zone.ended_by, zone.ended_why = before - timedelta(days=1), actor.name[:80], why
    zone.save(update_fields=["last_on", "ended_by", "ended_why"])


def _write(
    actor: Actor, at: datetime, building: Unit, policy: ZonePolicy, track: str, day_one: date, from_on: date, ends_on: date, why: str, legal_basis: str,
) -> Zone:  # fmt: skip
    return Zone.objects.create(
        building=building, policy=policy, track=track, day_one=day_one, from_on=from_on, ends_on=ends_on, why=why, legal_basis=_basis(legal_basis),
        made_at=at, made_by=actor.name[:80],
    )  # fmt: skip


def _basis(words: str) -> str:
    if not words.strip():
        raise Invalid(_("请写明依据：哪份通告、哪一条。"), code="no_legal_basis")
    return words.strip()[:200]
