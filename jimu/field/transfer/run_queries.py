"""Reads of vehicles: how full, in which order people are picked up, how far each run is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from jimu.core import sealed
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, under, visible
from jimu.field.households.routes import Stop, walked
from jimu.field.transfer import queries, rules, words
from jimu.field.transfer.models import Crew, Run, Transfer
from jimu.grid.models import Unit
from jimu.people.models import Person
from jimu.teams.leading import group_of

R, S = Run.State, Transfer.State
#: Of a run that is over people are shown by its facts; on it are these.
SHOWN = (*Transfer.ON_RUN, S.ARRIVED, S.RELEASED, S.HOME)
MOST_CANDIDATES = 200


def is_crew(actor: Actor, run: Run) -> bool:
    """Whether the asker goes along."""
    return actor.person_id is not None and Crew.objects.filter(run=run, person=actor.person_id).exists()


def leads_crew(actor: Actor, run: Run) -> bool:
    """Whether somebody whom the asker leads goes along."""
    group = group_of(actor)
    return bool(group) and Crew.objects.filter(run=run, person__in=group.people).exists()


def run_for(actor: Actor, run_id: UUID, right: str = "") -> Run:
    """One run: of the asker's part, or one on which they or somebody whom they lead goes along. Raises NotFound, NotPermitted."""
    run = Run.objects.select_related("unit", "destination").filter(pk=run_id).first()
    if run is None or not (actor.may(queries.VIEW, run.unit.path) or is_crew(actor, run) or leads_crew(actor, run)):
        raise NotFound
    if right:
        actor.require(right, run.unit.path)
    return run


def seats_taken(run: Run) -> int:
    """Seats that are taken, of those who go along too."""
    return sum(one.seats for one in run.transfers.filter(state__in=Transfer.ON_RUN).only("companion_sealed"))


@dataclass(frozen=True)
class Progress:
    """A run in a list: how full, how far, what is wrong."""

    run: Run
    people: int
    seats: int
    down: int
    aboard: int
    handed: int
    minutes: int | None
    crew: int

    @property
    def late(self) -> bool:
        return self.minutes is not None and self.minutes < 0

    @property
    def left(self) -> str:
        """How late the vehicle is, or when it is called late."""
        if self.minutes is None:
            return ""
        said = words.amount(abs(self.minutes))
        return (_("超时 {amount}") if self.late else _("还有 {amount}")).format(amount=said)


def runs_for(actor: Actor, at: datetime, *, over: bool = False, unit: Unit | None = None) -> list[Progress]:
    """Runs of the asker's part and those on which they go along, the most overdue first."""
    mine = Q(crew__person=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
    rows = Run.objects.filter(visible(actor, queries.VIEW, "unit__path") | mine, closed_at__isnull=not over)
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    found = rows.select_related("unit", "destination").prefetch_related("crew", "transfers").distinct()
    return progress(found.order_by("-closed_at")[:20] if over else found.order_by(words.NULLS_LAST, "leaves_at"), at)


def group_runs(actor: Actor, at: datetime) -> list[Progress]:
    """Runs on which people go along whom the asker leads, and not the asker."""
    return [one for one in runs_of(group_of(actor).people, at) if actor.person_id not in {crew.person_id for crew in one.run.crew.all()}]


def runs_of(people: Collection[UUID], at: datetime) -> list[Progress]:
    """Runs on which some people go along, until they are over, the most overdue first."""
    if not people:
        return []
    rows = Run.objects.filter(crew__person__in=people, closed_at=None).select_related("unit", "destination").prefetch_related("crew", "transfers")
    return progress(rows.distinct().order_by(words.NULLS_LAST, "leaves_at"), at)


def progress(runs: "Sequence[Run] | QuerySet[Run]", at: datetime) -> list[Progress]:
    """How far runs are."""
    found = []
    for run in runs:
        rows = [one for one in run.transfers.all() if one.state in SHOWN]
        count = {state: sum(one.state == state for one in rows) for state in SHOWN}
        handed = sum(count[state] for state in (S.ARRIVED, S.RELEASED, S.HOME))
        seats = sum(one.seats for one in rows if one.state in Transfer.ON_RUN)
        minutes = int((run.alarm_at - at).total_seconds() // 60) if run.alarm_at else None
        found.append(Progress(run, len(rows), seats, count[S.DOWN], count[S.BOARDED], handed, minutes, len(run.crew.all())))
    return found


@dataclass(frozen=True)
class PickUp:
    """One who is picked up, in the order of the way: from where, who, what they want. Never why."""

    transfer: Transfer
    number: int
    name: str
    wants: str
    asked: bool

    @property
    def alone_note(self) -> str:
        """Who goes along with a minor."""
        one = self.transfer
        if not one.minor:
            return ""
        if one.companion is not None:
            return _("未成年，和 {name} 一起").format(name=one.companion.name)
        if one.companion_sealed:
            return _("未成年，{name} 陪同").format(name=sealed.unseal(one.companion_sealed))
        return _("未成年，单独走") if one.alone_why_sealed else _("未成年，还没写谁陪")


def pick_ups(run: Run) -> list[PickUp]:
    """Who is picked up, building by building in the order that was set (else as one walks), upper floors first."""
    rows = list(run.transfers.filter(state__in=SHOWN).select_related("unit", "room", "resident", "companion__resident"))
    stops = walked([Stop(one.room_id, one.unit.name, one.room.entrance, one.room.floor, one.room.number) for one in rows])
    place = {stop.room_id: n for n, stop in enumerate(stops)}
    order = {UUID(pk): n for n, pk in enumerate(run.order)}
    rows.sort(key=lambda one: (order.get(one.unit_id, len(order)), place[one.room_id], one.listed_at, str(one.pk)))
    carried = [want for want in rules.WANTS if want in rules.OF_VEHICLE]
    return [
        PickUp(one, n, one.name, words.wants_words([want for want in carried if want in one.wants]), one.answered_at is not None)
        for n, one in enumerate(rows, 1)
    ]  # fmt: skip


def buildings(run: Run) -> list[Unit]:
    """Buildings of a run in the order of the way."""
    return list(dict.fromkeys(one.transfer.unit for one in pick_ups(run)))


def candidates(run: Run) -> list[Person]:
    """Who could go along: people who work in the part, those certified for it first."""
    near = Person.objects.filter(under([run.unit.path], "unit__path"), active=True)
    certified = near.filter(skills__code="transfer").values("pk")
    rank = Case(When(pk__in=certified, then=Value(0)), default=Value(1), output_field=IntegerField())
    return list(near.order_by(rank, "sort_name")[:MOST_CANDIDATES])


def to_seat(actor: Actor, unit: Unit) -> "QuerySet[Transfer]":
    """Who is ready for a vehicle in a part, those who wait longest first."""
    return queries.transfers_for(actor, unit=unit).filter(state=S.READY)


def own_runs(actor: Actor) -> list[Run]:
    """Runs on which the asker goes along, until they are over."""
    if actor.person_id is None:
        return []
    rows = Run.objects.filter(crew__person=actor.person_id, closed_at=None).select_related("unit", "destination")
    return list(rows.order_by("leaves_at"))
