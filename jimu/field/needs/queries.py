"""Reads of needs, each within the asker's part; what few may read is named to others only as such."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from jimu.core.errors import NotFound
from jimu.core.fetching import fetch_on_part
from jimu.core.permissions import Actor, under, visible
from jimu.field.households import rules as doors
from jimu.field.households.models import Room
from jimu.field.needs import policy, rules
from jimu.field.needs.errors import NoDoor, NoReceipt
from jimu.field.needs.models import Door, Need, NeedEvent
from jimu.field.needs.words import class_words
from jimu.grid import naming
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_names
from jimu.teams.leading import Group, group_of
from jimu.teams.models import Membership

VIEW, OWN, REPORT, DISPATCH = "needs.view", "needs.own", "needs.report", "needs.dispatch"
RESTRICTED, DECIDE, DOOR = "needs.restricted", "needs.decide", "needs.door"
WITH = ("unit", "team", "handler", "finder", "merged_into", "own_list")
LEDGER = "households.view"
State = Need.State


def my_teams(actor: Actor) -> list[UUID]:
    """Teams that the asker sits in now."""
    if actor.person_id is None:
        return []
    return list(Membership.objects.filter(person=actor.person_id, until=None).values_list("team_id", flat=True))


def is_for(actor: Actor, need: Need) -> bool:
    """Whether a need was given to the asker, or to a team of theirs and nobody took it yet."""
    if actor.person_id is None:
        return False
    return need.handler_id == actor.person_id if need.handler_id else need.team_id in my_teams(actor)


def found_by(actor: Actor, need: Need) -> bool:
    """Whether the asker wrote it down."""
    by_account = actor.account_id is not None and need.finder_account == actor.account_id
    return by_account or (actor.person_id is not None and need.finder_id == actor.person_id)


def may_read(actor: Actor, need: Need, group: Group | None = None) -> bool:
    """Whether the asker may read what it says: of a restricted one only few, its handler and who wrote it down.

    `group` is the asker's, where it was read before.
    """
    if actor.may(RESTRICTED if need.restricted else VIEW, need.unit.path):
        return True
    # The group before one's own teams: of a list it is known already, and a need that waits for a team asks nothing anew.
    within = not need.restricted and _within(need, group_of(actor) if group is None else group)
    return within or found_by(actor, need) or is_for(actor, need)


def _within(need: Need, group: Group) -> bool:
    """Whether somebody of a group has it in hand, or had when it was done."""
    return need.team_id in group.teams or need.handler_id in group.people


def photo_subject(receipt: str) -> str:
    """By what photos of a need are found."""
    return f"need:{receipt}"


def need_for(actor: Actor, need_id: UUID, right: str = "") -> Need:
    """One need. Raises NotFound unless the asker may read it, NotPermitted without the right at its place."""
    need = Need.objects.select_related(*WITH).filter(pk=need_id).first()
    if need is None or not may_read(actor, need):
        raise NotFound
    if right:
        actor.require(right, need.unit.path)
    return need


def needs_for(actor: Actor, *, unit: Unit | None = None, kind: str = "", part: str = "running") -> "QuerySet[Need]":
    """Needs of the asker's part, the most pressing first. `part`: running, done (waiting for the resident's word) or closed.

    Asking for a class never shows which restricted ones belong to it to somebody who may not read them.
    """
    actor.require(VIEW)
    states = {"running": Need.RUNNING, "done": (State.DONE,)}.get(part, (State.CONFIRMED, State.REFUSED, State.MERGED, State.WITHDRAWN))
    rows = Need.objects.filter(visible(actor, VIEW, "unit__path"), state__in=states).select_related(*WITH)
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    if kind:
        rows = rows.filter(Q(restricted=False) | visible(actor, RESTRICTED, "unit__path"), kind=kind)
    return rows.order_by("due_at", "pk") if part == "running" else rows.order_by("-due_at", "pk")


@dataclass(frozen=True)
class Line:
    """A need as a list shows it to one reader."""

    need: Need
    open: bool
    title: str
    place: str
    text: str
    minutes: int

    @property
    def overdue(self) -> bool:
        """Whether its limit passed with work to do."""
        return self.need.running and self.minutes < 0

    @property
    def left(self) -> str:
        """How long there is, or how long it is over, in words."""
        minutes = abs(self.minutes)
        amount = _("{n} 分钟").format(n=minutes) if minutes < 120 else _("{n} 小时").format(n=minutes // 60)
        return (_("超时 {amount}") if self.minutes < 0 else _("还有 {amount}")).format(amount=amount)


def lines(actor: Actor, needs: Iterable[Need], at: datetime) -> list[Line]:
    """Needs for a list, with the neighborhood's name; restricted ones without room, class and words for those who may not read."""
    rows = list(needs)
    names = naming.places(need.unit for need in rows)
    group = group_of(actor) if rows and not actor.may(RESTRICTED) else Group()
    return [_line(need, may_read(actor, need, group), names, at) for need in rows]


def _line(need: Need, readable: bool, names: naming.Places, at: datetime) -> Line:
    minutes = int((need.due_at - at).total_seconds() // 60)
    if not readable:
        return Line(need, False, _("专人办理的诉求"), names.near(need.unit), "", minutes)
    place = " ".join(filter(None, [names.of(need.unit), need.room]))
    return Line(need, True, class_words(need.kind, need.title), place, need.text, minutes)


def neighborhood_path(unit: Unit) -> str:
    """The path of the neighborhood that a unit lies in; its own for a wider unit."""
    return next(iter(neighborhood_names([unit.path])), unit.path)


def counts(actor: Actor, unit: Unit | None, at: datetime) -> list[dict[str, Any]]:
    """Running needs by class with those overdue; what the asker may not read stands together under one word."""
    late = Count("pk", filter=Q(due_at__lt=at))
    rows = needs_for(actor, unit=unit).order_by()
    plain = Q(restricted=False) | visible(actor, RESTRICTED, "unit__path")
    found = rows.filter(plain).values("kind", "title").annotate(n=Count("pk"), late=late).order_by("-late", "-n", "kind")
    said = [{"kind": r["kind"], "title": class_words(r["kind"], r["title"]), "n": r["n"], "late": r["late"]} for r in found]
    other = rows.exclude(plain).aggregate(n=Count("pk"), late=late)
    return [*said, {"kind": "", "title": _("专人办理的诉求"), **other}] if other["n"] else said


def mine(actor: Actor) -> "QuerySet[Need]":
    """What was given to the asker or to a team of theirs and still has to be done, the most pressing first."""
    if actor.person_id is None:
        return Need.objects.none()
    given = Q(handler=actor.person_id) | Q(handler=None, team__in=my_teams(actor))
    return Need.objects.filter(given, state__in=(State.ASSIGNED, State.ACCEPTED)).select_related(*WITH).order_by("due_at", "pk")


def of_group(actor: Actor) -> "QuerySet[Need]":
    """What the people of the teams that the asker leads have in hand, whether it was given to their team or to them by name."""
    group = group_of(actor)
    if not group:
        return Need.objects.none()
    theirs = Q(team__in=group.teams) | Q(handler__in=group.people)
    rows = Need.objects.filter(theirs, state__in=(State.ASSIGNED, State.ACCEPTED)).exclude(handler=None).exclude(handler=actor.person_id)
    return rows.select_related(*WITH).order_by("due_at", "pk")


def to_confirm(actor: Actor) -> "QuerySet[Need]":
    """What the asker wrote down and somebody says is done."""
    by = Q(finder_account=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
    by |= Q(finder=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    return Need.objects.filter(by, state=State.DONE).select_related(*WITH).order_by("due_at", "pk")


def story(need: Need) -> list[NeedEvent]:
    """What happened, in order."""
    return list(need.events.all())


def duplicates(actor: Actor, need: Need) -> list[Need]:
    """Needs of the same door and class within the playbook's time, that may be the same one."""
    if not need.running or not need.room:
        return []
    from_at, to_at = rules.around(need.reported_at, policy.of_place(need.unit).duplicate_hours)
    rows = Need.objects.filter(unit=need.unit_id, room=need.room, kind=need.kind, state__in=Need.RUNNING, reported_at__range=(from_at, to_at))
    return [row for row in rows.exclude(pk=need.pk).select_related(*WITH).order_by("reported_at") if may_read(actor, row)]


def by_receipt(receipt: str) -> Need:
    """The need behind a receipt; one that was merged answers with what it was merged into. Raises NoReceipt."""
    need = Need.objects.select_related(*WITH, "merged_into__unit").filter(receipt=receipt.strip().lower()).first()
    if need is None:
        raise NoReceipt
    return need


def home_of(actor: Actor, need: Need) -> Room | None:
    """The door on the ledger that a need names, for who may see the ledger there; None when no single one is meant."""
    if not need.room or not actor.may(LEDGER, need.unit.path):
        return None
    entrance, dash, number = need.room.rpartition("-")
    rows = Room.objects.filter(building=need.unit_id, number=doors.room_number(number))
    if dash:
        rows = rows.filter(entrance=doors.entrance_of(entrance))
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def open_door(code: str) -> Door:
    """The open door behind a public address. Raises NoDoor."""
    door = Door.objects.select_related("unit").filter(code=code, closed_at=None).first()
    if door is None:
        raise NoDoor
    return door


def doors_for(actor: Actor) -> list[Door]:
    """Open doors of the asker's part."""
    rows = Door.objects.filter(visible(actor, DOOR, "unit__path"), closed_at=None)
    return list(rows.select_related("unit").order_by("unit__path"))


def door_for(actor: Actor, door_id: UUID) -> Door:
    """One open door. Raises NotFound."""
    return fetch_on_part(actor, Door.objects.filter(pk=door_id, closed_at=None).select_related("unit"), seen=DOOR)


def places_under(paths: Sequence[str]) -> "QuerySet[Unit]":
    """Where a need may lie: neighborhoods, blocks and buildings of these parts."""
    kinds = (Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK, Unit.Kind.BUILDING)
    rows: QuerySet[Unit] = Unit.objects.filter(under(paths), kind__in=kinds, retired_at=None)
    return rows.order_by("path")


def open_counts(actor: Actor, units: Sequence[Unit], at: datetime) -> dict[UUID, tuple[int, int]]:
    """Running needs at and below each unit, and how many are overdue. One read."""
    rows = Need.objects.filter(visible(actor, VIEW, "unit__path"), state__in=Need.RUNNING).values_list("unit__path", "due_at")
    held = list(rows)
    found: dict[UUID, tuple[int, int]] = {}
    for unit in units:
        due = [due_at for path, due_at in held if path.startswith(unit.path)]
        if due:
            found[unit.pk] = (len(due), sum(due_at < at for due_at in due))
    return found
