"""Reads of transfers, each within the asker's part. Why somebody is moved is told by `why_for` alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from jimu.core import sealed
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, holding, under, visible
from jimu.field.households import zone_queries
from jimu.field.households.models import Resident
from jimu.field.households.zone_queries import Stands
from jimu.field.transfer import policy, rules, words
from jimu.field.transfer.models import Crew, Dependant, Destination, Fact, Transfer
from jimu.grid.models import Unit
from jimu.people.intake import cells

OWN, VIEW, ACT, MANAGE, WHY = "transfer.own", "transfer.view", "transfer.act", "transfer.manage", "transfer.why"
WITH = ("unit", "place", "room", "resident", "run__destination", "run__unit", "destination")
S = Transfer.State
#: Lists of the desk: what each part holds, in the order of the work.
PARTS: dict[str, tuple[str, ...]] = {
    "call": (S.LISTED, S.UNREACHABLE, S.REFUSED),
    "ready": (S.TOLD, S.READY),
    "way": (S.SEATED, S.DOWN, S.OUTSIDE, S.BOARDED),
    "away": (S.ARRIVED, S.RELEASED),
    "home": (S.HOME,),
    "over": Transfer.OVER,
}


def on_crew(actor: Actor, transfer: Transfer) -> bool:
    """Whether the asker goes along with the vehicle that takes somebody, until it is done."""
    if actor.person_id is None or transfer.run_id is None or transfer.state not in (*Transfer.ON_RUN, S.ARRIVED):
        return False
    return Crew.objects.filter(run=transfer.run_id, person=actor.person_id, run__closed_at=None).exists()


def may_see(actor: Actor, transfer: Transfer) -> bool:
    """Whether the asker may know of a transfer at all."""
    path = transfer.unit.path
    return actor.may(VIEW, path) or on_crew(actor, transfer)


def transfer_for(actor: Actor, transfer_id: UUID, right: str = "") -> Transfer:
    """One transfer. Raises NotFound unless the asker may know of it, NotPermitted without the right at its place."""
    found = Transfer.objects.select_related(*WITH).filter(pk=transfer_id).first()
    if found is None or not may_see(actor, found):
        raise NotFound
    if right and not (right == ACT and on_crew(actor, found)):
        actor.require(right, found.unit.path)
    return found


def permit(actor: Actor, transfer: Transfer, right: str) -> None:
    """Raise NotFound beyond the actor's part, NotPermitted without the right there; who goes along may do what is done on the way."""
    if not may_see(actor, transfer):
        raise NotFound
    if right == ACT and on_crew(actor, transfer):
        return
    actor.require(right, transfer.unit.path)


def transfers_for(actor: Actor, *, part: str = "", unit: Unit | None = None) -> "QuerySet[Transfer]":
    """Transfers of the asker's part, the most overdue first; those without a clock last."""
    actor.require(VIEW)
    rows = Transfer.objects.filter(visible(actor, VIEW, "unit__path"), state__in=PARTS.get(part, tuple(rules.RUNNING)))
    rows = rows.select_related(*WITH).prefetch_related(Prefetch("dependants", Dependant.objects.filter(ended_at=None)))
    if unit is not None:
        rows = rows.filter(under([unit.path], "unit__path"))
    return rows.order_by("-closed_at", "pk") if part == "over" else rows.order_by(words.NULLS_LAST, "unit__path", "pk")


@dataclass(frozen=True)
class Stage:
    """How many of a place are at a stage, and how many of them are late or have somebody alone at home."""

    count: int = 0
    late: int = 0


@dataclass(frozen=True)
class PlaceLine:
    """A neighborhood on the desk of a wider part."""

    place: Unit
    stages: dict[str, Stage]
    late: int
    alone: int

    @property
    def total(self) -> int:
        return sum(stage.count for stage in self.stages.values())


def board(actor: Actor, at: datetime) -> list[PlaceLine]:
    """Each neighborhood of the asker's part with its counts per stage: those with somebody alone at home first, then the most overdue. Three reads."""
    actor.require(VIEW)
    rows = Transfer.objects.filter(visible(actor, VIEW, "unit__path"), state__in=rules.RUNNING).order_by()
    counted = rows.values_list("place", "state").annotate(n=Count("pk"), late=Count("pk", filter=Q(alarm_at__lt=at)))
    left = Dependant.objects.filter(visible(actor, VIEW, "transfer__unit__path"), ended_at=None, alarm_at__lte=at).order_by()
    alone = dict(left.values_list("transfer__place").annotate(n=Count("pk")))
    stages: dict[UUID, dict[str, list[int]]] = {}
    part_of = {state: part for part, states in PARTS.items() for state in states}
    for place, state, n, late in counted:
        found = stages.setdefault(place, {}).setdefault(part_of[state], [0, 0])
        found[0] += n
        found[1] += late
    places = Unit.objects.in_bulk(list(stages))
    lines = [
        PlaceLine(places[pk], {part: Stage(*pair) for part, pair in parts.items()}, sum(pair[1] for pair in parts.values()), alone.get(pk, 0))
        for pk, parts in stages.items()
    ]
    return sorted(lines, key=lambda line: (-line.alone, -line.late, line.place.path))


def counts(actor: Actor, unit: Unit | None) -> dict[str, int]:
    """How many each part of the desk holds."""
    rows = dict(transfers_for(actor, unit=unit).order_by().values_list("state").annotate(n=Count("pk")))
    return {part: sum(rows.get(state, 0) for state in states) for part, states in PARTS.items() if part != "over"}


@dataclass(frozen=True)
class Line:
    """A transfer as a list shows it: without why, the name masked."""

    transfer: Transfer
    name: str
    next: str
    minutes: int | None
    alone: int
    unasked: bool

    @property
    def overdue(self) -> bool:
        return self.minutes is not None and self.minutes < 0

    @property
    def left(self) -> str:
        """How long there is, or how long it is over."""
        if self.minutes is None:
            return ""
        said = words.amount(abs(self.minutes))
        return (_("超时 {amount}") if self.overdue else _("还有 {amount}")).format(amount=said)


def lines(transfers: Iterable[Transfer], at: datetime) -> list[Line]:
    """Transfers for a list; dependants are read with them."""
    return [_line(one, at) for one in transfers]


def _line(one: Transfer, at: datetime) -> Line:
    running = [left for left in one.dependants.all() if left.ended_at is None]
    alone = sum(left.alarm_at is not None and left.alarm_at <= at for left in running)
    minutes = int((one.alarm_at - at).total_seconds() // 60) if one.alarm_at and one.running else None
    unasked = one.answered_at is None and one.state not in (S.LISTED, *Transfer.OVER)
    return Line(one, sealed.mask_name(one.name), str(words.NEXT[one.state]), minutes, alone, unasked)


def away(actor: Actor, at: datetime, unit: Unit | None = None) -> list[tuple[Line, int]]:
    """Who is away and for how many days, the longest first."""
    rows = transfers_for(actor, unit=unit).filter(state__in=Transfer.AWAY).order_by("gone_at", "pk")
    return [(line, (at - line.transfer.gone_at).days if line.transfer.gone_at else 0) for line in lines(rows, at)]


def story(transfer: Transfer) -> list[tuple[Fact, str, bool]]:
    """What happened, in order: fact, words, whether it was undone."""
    facts = list(transfer.facts.select_related("person"))
    gone = {one.undoes_id for one in facts if one.undoes_id}
    return [(one, words.act_words(one.act), one.seq in gone) for one in facts]


@dataclass(frozen=True)
class Suggested:
    """Somebody of the household who would stay behind and cannot look after themselves, by the ledger."""

    resident: Resident
    kind: str
    # What is known of them on the list already; None: nothing.
    there: Dependant | None = None

    @property
    def kind_words(self) -> str:
        return str(Dependant.Kind(self.kind).label)


def would_stay(transfer: Transfer, at: datetime) -> list[Suggested]:
    """Whom the ledger names in the flat who is not away and not leaving on the same vehicle, and could not look after themselves."""
    numbers = policy.of_place(transfer.unit)
    on = zone_queries.today(at)
    others = Transfer.objects.filter(room=transfer.room, closed_at=None).exclude(pk=transfer.pk)
    going = {one.resident_id for one in others if one.away or (transfer.run_id is not None and one.run_id == transfer.run_id)}
    there = {one.resident_id: one for one in Dependant.objects.filter(transfer__room=transfer.room, ended_at=None) if one.resident_id}
    found = []
    for resident in Resident.objects.filter(room=transfer.room, left_at=None).exclude(pk__in=_ids(transfer)).order_by("birth_year", "created_at"):
        kind = rules.kind_left(resident.groups, resident.birth_year, on, minor_age=numbers.minor_age, elder_age=numbers.elder_age)
        if kind and resident.pk not in going:
            found.append(Suggested(resident, kind, there.get(resident.pk)))
    return found


def _ids(transfer: Transfer) -> list[UUID]:
    return [transfer.resident_id] if transfer.resident_id else []


def destinations_for(unit: Unit) -> list[Destination]:
    """Where people of a place are brought: its own, and those of the units that hold it; none that was withdrawn."""
    return list(Destination.objects.filter(holding([unit.path], "unit__path"), withdrawn_at=None).order_by("name"))


def beds_taken(destination: Destination) -> int:
    """Beds that are taken or promised by a seat."""
    going = Q(run__destination=destination, state__in=Transfer.ON_RUN) | Q(destination=destination, state__in=(S.ARRIVED, S.RELEASED))
    return Transfer.objects.filter(going).count()


def may_share_home(transfer: Transfer) -> bool:
    """Whether somebody else of the flat is at home, so that there is a hand to open the door."""
    away_ids = Transfer.objects.filter(room=transfer.room, state__in=Transfer.AWAY).values("resident")
    return Resident.objects.filter(room=transfer.room, left_at=None).exclude(pk__in=away_ids).exists()


def zone_of(building: Unit, at: datetime) -> Stands | None:
    """How the building stands: what holds for somebody who comes home."""
    return zone_queries.stands([building.pk], zone_queries.today(at)).get(building.pk)


def born_of(resident: Resident) -> date | None:
    """The date of birth where the ID number tells it."""
    number = sealed.unseal(resident.id_number_sealed)
    return cells.born_of_id(number) if number else None


def open_counts(actor: Actor, units: Sequence[Unit], at: datetime) -> dict[UUID, tuple[int, int, int]]:
    """At and below each unit: who is on the way or away, what is overdue, who is left alone. Two reads."""
    held = list(Transfer.objects.filter(visible(actor, VIEW, "unit__path"), state__in=rules.RUNNING).values_list("unit__path", "alarm_at"))
    alone = list(Dependant.objects.filter(visible(actor, VIEW, "transfer__unit__path"), ended_at=None, alarm_at__lte=at).values_list("transfer__unit__path", flat=True))
    found = {}
    for unit in units:
        here = [moment for path, moment in held if path.startswith(unit.path)]
        if here:
            late = sum(moment is not None and moment < at for moment in here)
            found[unit.pk] = (len(here), late, sum(path.startswith(unit.path) for path in alone))
    return found
