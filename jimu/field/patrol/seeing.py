"""What is seen on rounds and at gates: written down, taken on, settled, or passed on as a resident's need."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.events import announce
from jimu.core.permissions import Actor, reached
from jimu.field.households.events import FoundAtDoor
from jimu.field.patrol import policy, queries, rules
from jimu.field.patrol.models import Crossing, Gate, Point, Seen
from jimu.field.patrol.queries import PLACES, WATCH
from jimu.field.patrol.telling import tell
from jimu.grid.models import Unit
from jimu.people.intake import cells

LONGEST, LONGEST_HOW = 300, 200
IS_A_NEED = "is_a_need"


class Settled(Conflict):
    """Somebody else settled it already."""

    code = "settled"

    def __init__(self, found: Seen) -> None:
        super().__init__(_("{who}已经了结了：{how}").format(who=found.settled_by, how=found.settled_how))
        self.found = found


@dataclass(frozen=True)
class Found:
    """What was seen, at a point, at a gate or at a place; `id` makes telling it twice harmless.

    With a `room` it is about a household and becomes a need; `danger`: whoever stands there says that somebody may come to harm now.
    """

    id: UUID
    kind: str
    at: datetime
    point_id: UUID | None = None
    unit_id: UUID | None = None
    gate_id: UUID | None = None
    danger: bool = False
    room: str = field(default="", repr=False)
    text: str = field(default="", repr=False)


def see(*, actor: Actor, found: Found) -> Seen:
    """Write it down, with its class and limit. Anything but all well needs a word. Told again it is what is there, for who may see that.

    Raises NotFound, Invalid, Conflict.
    """
    room = cells.text(found.room)[:30]
    if found.kind not in (Seen.Kind.WELL, *Seen.CHOSEN) or len(found.text) > LONGEST:
        raise Invalid
    if found.kind != Seen.Kind.WELL and not found.text.strip():
        raise Invalid(_("请写一句看到了什么。"), field="text")
    with transaction.atomic():
        locks.hold(f"seen:{found.id}")
        if Seen.objects.filter(pk=found.id).exists():
            return queries.one_seen(actor, found.id, WATCH)
        place = _where(actor, found)
        well = found.kind == Seen.Kind.WELL
        limit = {} if well else _limit(place["unit"], found.kind, found.at, danger=found.danger)
        made = Seen.objects.create(
            id=found.id, **place, kind=found.kind, room="" if well else room, text_sealed=sealed.seal(found.text.strip()), at=found.at, by=actor.name,
            account_id=actor.account_id, to_need=bool(room) and not well, **limit,
        )  # fmt: skip
        tell(actor, found.at, "patrol.seen", made.target, made.unit.path, n=1)
        ask_for_need(made)
    return made


def _where(actor: Actor, found: Found) -> dict[str, Any]:
    """The place that the actor watches. Raises NotFound, Conflict for a round or a gate that was over."""
    if found.gate_id:
        gate = Gate.objects.filter(reached(actor, WATCH, "unit__path"), pk=found.gate_id).select_related("unit").first()
        if gate is None:
            raise NotFound
        if gate.closed_at is not None and found.at > gate.closed_at:
            raise Conflict(_("这个卡口已经撤了，或已到期。"), code="gate_closed")
        return {"unit": gate.unit, "gate": gate}
    if found.point_id:
        point = Point.objects.filter(reached(actor, WATCH, "round__unit__path"), pk=found.point_id).select_related("round__unit").first()
        if point is None:
            raise NotFound
        if point.round.closed_at is not None and found.at > point.round.closed_at:
            raise Conflict(_("这一轮巡逻已经结束。"), code="patrol_closed")
        return {"unit": point.round.unit, "point": point}
    unit = Unit.objects.filter(pk=found.unit_id, kind__in=PLACES, retired_at=None).first()
    if unit is None or not actor.may(WATCH, unit.path):
        raise NotFound
    return {"unit": unit}


def _limit(unit: Unit, kind: str, at: datetime, *, danger: bool = False) -> dict[str, Any]:
    urgency, minutes = policy.limit_of(policy.of_place(unit), kind, danger=danger)
    half_at, due_at = rules.limits(at, minutes)
    return {"urgency": urgency, "half_at": half_at, "due_at": due_at}


def ask_for_need(seen: Seen) -> None:
    """Announce what is about a household and has no need yet. Again is harmless: one finding is one need."""
    if not seen.to_need or seen.need_id is not None or seen.due_at is None:
        return
    kind = policy.need_of(policy.of_place(seen.unit), seen.kind)
    minutes = max(1, int((seen.due_at - seen.at).total_seconds() // 60))
    announce(FoundAtDoor(seen.target, seen.unit_id, kind, minutes, seen.at, seen.by, seen.account_id, seen.room, seen.text))


def free(crossing_id: UUID) -> bool:
    """Whether a crossing may become a finding under its own id; one that somebody else drew for something else may not. Called inside a transaction."""
    locks.hold(f"seen:{crossing_id}")
    return not Seen.objects.filter(pk=crossing_id).exists()


def doctor(actor: Actor, crossing: Crossing, gate: Gate) -> None:
    """Somebody who holds a pass to a doctor was turned back: a right was refused, and somebody has to see to it now. Let through after all, it is settled.

    Called inside a transaction; phones may tell the two in any order.
    """
    about = Crossing.objects.filter(card=crossing.card_id)
    if crossing.result == Crossing.Result.TURNED:
        if not about.filter(result=Crossing.Result.THROUGH, at__gte=crossing.at).exists():
            kind = Seen.Kind.DOCTOR
            Seen.objects.create(
                id=crossing.pk, unit=gate.unit, gate=gate, kind=kind, at=crossing.at, by=actor.name, account_id=actor.account_id, **_limit(gate.unit, kind, crossing.at)
            )
            tell(actor, crossing.at, "patrol.seen", f"seen:{crossing.pk}", gate.unit.path, n=1)
        return
    before = about.filter(result=Crossing.Result.TURNED, at__lte=crossing.at)
    Seen.objects.filter(pk__in=before.values("pk"), kind=Seen.Kind.DOCTOR, settled_at=None).update(
        settled_at=crossing.at, settled_by=actor.name, settled_account=actor.account_id, settled_how=_("后来放行了"), next_tick=None
    )


def take(*, actor: Actor, at: datetime, seen_id: UUID) -> Seen:
    """Say that one sees to it; said again, or after one settled it, it is the same. Raises Conflict when somebody else did, or it is over."""
    with transaction.atomic():
        found = _held(actor, seen_id)
        if _is_by(actor, found.settled_at, found.settled_account):
            return found
        _require_open(found)
        if found.taken_at is not None:
            if found.taken_account == actor.account_id:
                return found
            raise Conflict(_("{who}已经接手了。").format(who=found.taken_by), code="taken")
        found.taken_at, found.taken_by, found.taken_account = at, actor.name, actor.account_id
        if found.stage < 2:
            found.next_tick = None
        found.save(update_fields=["taken_at", "taken_by", "taken_account", "next_tick"])
        tell(actor, at, "patrol.taken_on", found.target, found.unit.path)
    return found


def settle(*, actor: Actor, at: datetime, seen_id: UUID, how: str) -> Seen:
    """Somebody saw to it; how is said in a few words. Said again by the same account the words that were said last stand. Raises Settled when somebody
    else did, Conflict when it goes on as a need."""
    how = _said(how)
    with transaction.atomic():
        found = _held(actor, seen_id)
        if _is_by(actor, found.settled_at, found.settled_account):
            if found.settled_at is not None and at > found.settled_at and how != found.settled_how:
                _reword(found, how, actor, at)
            return found
        _require_open(found)
        # A phone whose clock is slow settles nothing before it was seen.
        found.settled_at, found.settled_by, found.settled_account = max(at, found.at), actor.name, actor.account_id
        found.settled_how, found.next_tick = how, None
        found.save(update_fields=["settled_at", "settled_by", "settled_account", "settled_how", "next_tick"])
        tell(actor, at, "patrol.settled", found.target, found.unit.path)
    return found


def say_otherwise(*, actor: Actor, at: datetime, seen_id: UUID, how: str) -> Seen:
    """Two said how they settled it; somebody decided that these words stand. Who settled it first, and when, stays. Raises Conflict where it is not settled."""
    how = _said(how)
    with transaction.atomic():
        found = _held(actor, seen_id)
        if found.settled_at is None:
            raise Conflict(_("这条情况还没有了结。"), code="not_settled")
        _reword(found, how, actor, at)
    return found


def _said(how: str) -> str:
    if not how.strip() or len(how) > LONGEST_HOW:
        raise Invalid(_("请写怎么处理的，不超过 {n} 字。").format(n=LONGEST_HOW), field="how")
    return how.strip()


def _reword(found: Seen, how: str, actor: Actor, at: datetime) -> None:
    found.settled_how = how
    found.save(update_fields=["settled_how"])
    tell(actor, at, "patrol.reworded", found.target, found.unit.path)


def pass_on(*, actor: Actor, at: datetime, seen_id: UUID, room: str = "") -> Seen:
    """It is about a household: it goes on as a need, with its words and its limit, and nobody writes it again."""
    with transaction.atomic():
        found = _held(actor, seen_id)
        _require_open(found)
        if found.kind == Seen.Kind.DOCTOR:
            raise Conflict(_("请先联系被劝回的人，让他出门就医。"), code="not_a_need")
        found.to_need, found.next_tick, found.room = True, None, cells.text(room)[:30] or found.room
        found.save(update_fields=["to_need", "next_tick", "room"])
        tell(actor, at, "patrol.passed_on", found.target, found.unit.path)
        ask_for_need(found)
    return found


def _held(actor: Actor, seen_id: UUID) -> Seen:
    """One that had to be seen to, under its lock."""
    locks.hold(f"seen:{seen_id}")
    found = queries.one_seen(actor, seen_id, queries.MANAGE)
    if found.kind == Seen.Kind.WELL:
        raise NotFound
    return found


def _is_by(actor: Actor, at: datetime | None, account_id: int | None) -> bool:
    """Whether something was done, and by this account."""
    return at is not None and actor.account_id is not None and account_id == actor.account_id


def _require_open(found: Seen) -> None:
    """Raise Settled or Conflict for one that is over."""
    if found.settled_at is not None:
        raise Settled(found)
    if found.to_need:
        raise Conflict(_("已经转成居民诉求，请在诉求里办。"), code=IS_A_NEED)
