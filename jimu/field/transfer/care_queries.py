"""Reads of who is left behind: those who are alone first, then by when somebody has to look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, under, visible
from jimu.field.households.models import Resident
from jimu.field.transfer import queries, words
from jimu.field.transfer.leaving import WITH
from jimu.field.transfer.models import Dependant, Transfer
from jimu.grid.models import Unit
from jimu.people.models import Person
from jimu.teams.leading import group_of

MOST_PEOPLE = 200


@dataclass(frozen=True)
class LeftLine:
    """One left behind, in a list."""

    one: Dependant
    why: str
    minutes: int | None

    @property
    def alone(self) -> bool:
        """Whether the alarm runs."""
        return bool(self.why)

    @property
    def when(self) -> str:
        """By when somebody has to look, or since when nobody does."""
        if self.minutes is None:
            return ""
        said = words.amount(abs(self.minutes))
        return (_("已 {amount}") if self.minutes < 0 else _("{amount}内要去看")).format(amount=said)


def line_of(one: Dependant, at: datetime) -> LeftLine:
    """How it stands with one left behind."""
    alarmed = one.ended_at is None and one.alarm_at is not None and one.alarm_at <= at
    why = ""
    if alarmed:
        if not one.cared:
            why = _("没有人照看")
        elif one.trouble_at is not None:
            why = _("有情况")
        else:
            why = _("照看的人到期了") if one.until is not None and one.until <= at else _("该去看，还没去")
    return LeftLine(one, why, int((one.alarm_at - at).total_seconds() // 60) if one.alarm_at else None)


def lines(rows: Iterable[Dependant], at: datetime) -> list[LeftLine]:
    """For a list."""
    return [line_of(one, at) for one in rows]


def left_for(actor: Actor, *, unit: Unit | None = None) -> "QuerySet[Dependant]":
    """Everybody and everything left behind in the asker's part, the most pressing first; those whose household has not left come last."""
    actor.require(queries.VIEW)
    rows = Dependant.objects.filter(visible(actor, queries.VIEW, "transfer__unit__path"), ended_at=None).select_related(*WITH, "resident")
    if unit is not None:
        rows = rows.filter(under([unit.path], "transfer__unit__path"))
    return rows.order_by(F("alarm_at").asc(nulls_last=True), "added_at")


def own_left(actor: Actor) -> "QuerySet[Dependant]":
    """Those whom the asker looks after."""
    if actor.person_id is None:
        return Dependant.objects.none()
    rows = Dependant.objects.filter(person=actor.person_id, ended_at=None).select_related(*WITH, "resident")
    return rows.order_by(F("alarm_at").asc(nulls_last=True), "added_at")


def group_left(actor: Actor) -> "QuerySet[Dependant]":
    """Those whom the people look after whom the asker leads."""
    rows = Dependant.objects.filter(person__in=group_of(actor).people, ended_at=None).select_related(*WITH, "resident")
    return rows.order_by(F("alarm_at").asc(nulls_last=True), "added_at")


def left_one(actor: Actor, dependant_id: UUID) -> Dependant:
    """One left behind: of the asker's part, or one that they or somebody whom they lead looks after. Raises NotFound."""
    one = Dependant.objects.filter(pk=dependant_id).select_related(*WITH, "resident").first()
    if one is None or not (_theirs(actor, one) or queries.may_see(actor, one.transfer)):
        raise NotFound
    return one


def _theirs(actor: Actor, one: Dependant) -> bool:
    return one.person_id is not None and (one.person_id == actor.person_id or one.person_id in group_of(actor).people)


def caretakers(transfer: Transfer) -> list[Person]:
    """People of the register nearby who could look after somebody."""
    near = Person.objects.filter(unit__path__startswith=transfer.place.path, active=True)
    return list(near.order_by("sort_name")[:MOST_PEOPLE])


def neighbors(transfer: Transfer) -> "list[tuple[UUID, str]]":
    """Of the same building: who is at home, by door and name."""
    away = Transfer.objects.filter(unit=transfer.unit, state__in=Transfer.AWAY).values("resident")
    rows = Resident.objects.filter(room__building=transfer.unit, left_at=None).exclude(pk__in=away).exclude(pk__in=[transfer.resident_id] if transfer.resident_id else [])
    return [(one.pk, f"{one.room.number} {one.name}") for one in rows.select_related("room").order_by("room__number")[:MOST_PEOPLE]]
