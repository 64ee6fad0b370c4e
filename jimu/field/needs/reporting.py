"""How needs come in: through a public door without an account, by phone through somebody, or at the door of a flat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import locks, sealed
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.needs import policy, queries, rules
from jimu.field.needs.errors import TooMany
from jimu.field.needs.models import Door, Need
from jimu.field.needs.moving import By, Done, Kind, write
from jimu.grid.models import Unit
from jimu.people.intake import cells
from jimu.signup import errors as signup_errors
from jimu.signup import throttle
from jimu.signup.rules import fresh_code

LONGEST_TEXT = 500
OF_A_DOOR = 200
AGAIN = timedelta(minutes=10)
Way, Decision = Need.Way, Need.Decision


@dataclass(frozen=True)
class Given:
    """What is asked for, where, by whom."""

    unit_id: UUID
    kind: str
    text: str
    room: str = ""
    name: str = ""
    phone: str = ""
    way: str = Way.PHONE


def report(*, actor: Actor, at: datetime, given: Given) -> Need:
    """Write down what somebody said on the phone or at the door. Raises NotFound beyond the actor's part, Invalid."""
    if given.way not in (Way.PHONE, Way.DOOR):
        raise Invalid(_("请选择是电话里还是上门时得知的。"), field="way")
    with transaction.atomic():
        actor.require(queries.REPORT)
        unit = queries.places_under(actor.paths(queries.REPORT)).filter(pk=given.unit_id).first()
        if unit is None:
            raise NotFound(_("请选一个您负责范围内的地方。"))
        need = _need(unit, given, at)
        need.finder_id, need.finder_account, need.reported_by = actor.person_id, actor.account_id, actor.name
        return _taken(need, actor, By.FINDER, at)


@dataclass(frozen=True)
class Came:
    """Where a need came from elsewhere in the field, who found it there, and in how many minutes it was to be settled there."""

    origin: str
    finder_id: UUID | None
    by: Actor
    minutes: int


def report_from_elsewhere(*, at: datetime, given: Given, came: Came) -> Need:
    """Open the need of something that was found elsewhere in the field, once; who found it could permit it there. Its limit is the shorter of the two."""
    with transaction.atomic():
        locks.hold(f"need:of:{came.origin}")
        there = Need.objects.filter(origin=came.origin).first()
        if there is not None:
            return there
        need = _need(Unit.objects.get(pk=given.unit_id), given, at)
        need.limit_minutes = min(need.limit_minutes, came.minutes)
        need.half_at, need.due_at = rules.limits(at, need.limit_minutes)
        need.origin, need.finder_id, need.finder_account, need.reported_by = came.origin, came.finder_id, came.by.account_id, came.by.name
        return _taken(need, came.by, By.FINDER, at)


def report_by_resident(*, at: datetime, code: str, address: str, given: Given, then: Callable[[Need], object] | None = None) -> Need:
    """Take in what a resident sends through a public door. Sending the same again gives the same receipt; `then` is done with a new one, in the same transaction.

    Raises NoDoor, TooMany, Invalid.
    """
    with transaction.atomic():
        door = queries.open_door(code)
        locks.hold(f"needs:door:{door.pk}")
        knock(at=at, address=address)
        _refuse_flood(door, at)
        unit = queries.places_under([door.unit.path]).filter(pk=given.unit_id).first()
        if unit is None:
            raise Invalid(_("请选择您住的楼。"), field="unit")
        need = _need(unit, given, at)
        if not need.phone_sealed:
            raise Invalid(_("请留一个联系电话，我们好找到您。"), field="phone")
        sent = _sent_before(need, at)
        if sent is not None:
            return sent
        need.door, need.way = door, Way.QR
        taken = _taken(need, resident(), By.RESIDENT, at)
        if then is not None:
            then(taken)
        return taken


def resident() -> Actor:
    """Who acts with a receipt or through a public door: nobody with any right."""
    return Actor(account_id=None, name=_("居民"))


def knock(*, at: datetime, address: str) -> None:
    """Count a try at the public pages. Raises TooMany."""
    try:
        throttle.knock(at=at, address=address, campaign=None)
    except signup_errors.TooMany as error:
        raise TooMany(datetime.fromisoformat(error.data["until"])) from error


def _refuse_flood(door: Door, at: datetime) -> None:
    recent = door.needs.filter(reported_at__gt=at - throttle.HOUR).order_by("-reported_at")
    moments = list(recent.values_list("reported_at", flat=True)[:OF_A_DOOR])
    if len(moments) >= OF_A_DOOR:
        raise TooMany(moments[-1] + throttle.HOUR)


def _need(unit: Unit, given: Given, at: datetime) -> Need:
    """A need of a place, with the class and limit in force there. Raises Invalid with the field."""
    text, room, name = given.text.strip(), cells.text(given.room)[:30], cells.text(given.name)[:40]
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid(_("请用几句话写清楚需要什么，不超过 {n} 字。").format(n=LONGEST_TEXT), field="text")
    phone, fault = cells.phone(given.phone)
    if fault:
        raise Invalid(_("电话不对：手机 11 位，座机请带区号。"), field="phone")
    needs = policy.of_place(unit)
    kind = policy.class_of(needs, given.kind)
    minutes = needs.hours.get(kind.colour, 24) * 60
    half_at, due_at = rules.limits(at, minutes)
    return Need(
        receipt=fresh_code(), unit=unit, room=room, kind=kind.code, title=kind.title, colour=kind.colour, restricted=kind.restricted,
        limit_minutes=minutes, text_sealed=sealed.seal(text), name_sealed=sealed.seal(name), phone_sealed=sealed.seal(phone),
        phone_index=sealed.blind_index(phone), way=given.way, reported_at=at, half_at=half_at, due_at=due_at,
        decision=Decision.PENDING if kind.appeal else Decision.NONE, decide_path=queries.neighborhood_path(unit) if kind.appeal else "",
    )  # fmt: skip


def _sent_before(need: Need, at: datetime) -> Need | None:
    """The same need, sent a moment ago from the same phone: a button pressed twice."""
    same = {"unit": need.unit, "room": need.room, "kind": need.kind, "phone_index": need.phone_index}
    rows = Need.objects.filter(reported_at__gt=at - AGAIN, state__in=Need.RUNNING, **same)
    return next((row for row in rows if row.text == need.text), None)


def _taken(need: Need, actor: Actor, role: str, at: datetime) -> Need:
    write(need, Done(Kind.REPORTED, role, verb="needs.reported"), actor=actor, at=at)
    return need
