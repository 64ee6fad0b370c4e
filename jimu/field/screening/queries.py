"""Reads of sites, rounds and slots, each within the asker's part of the grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core.errors import NotFound
from jimu.core.fetching import fetch, fetch_on_part
from jimu.core.permissions import Actor, holding, reached, under, visible
from jimu.field.households.models import Room
from jimu.field.screening import policy, rules
from jimu.field.screening.models import Batch, QueueCount, Round, Scan, Site, Slot, Tube
from jimu.grid.models import Unit

SEE, VIEW, WORK, PLAN = "screening.see", "screening.view", "screening.work", "screening.plan"
RESULTS, POSITIVE = "screening.results", "screening.positive"
SHOWN_ROUNDS = 60
#: Tubes with people in them, though their scans may be in a phone without a network still.
FILLED = Q(taken__gt=0) | Q(said__gt=0)


def round_for(actor: Actor, round_id: UUID, right: str = SEE) -> Round:
    """One round that touches the asker's part: who leads a building sees the round of the neighborhood around it.

    Raises NotFound for others; NotPermitted where the right must hold on the whole of it (to plan, results).
    """
    touched = right if right in (VIEW, WORK) else SEE
    found = fetch(Round.objects.filter(reached(actor, touched, "unit__path"), pk=round_id).select_related("unit"))
    if right not in (SEE, VIEW, WORK):
        actor.require(right, found.unit.path)
    return found


def rounds_for(actor: Actor, *, open_only: bool = False) -> "QuerySet[Round]":
    """Rounds that touch the asker's part, the newest first."""
    found = Round.objects.filter(reached(actor, SEE, "unit__path")).select_related("unit")
    return found.filter(state=Round.State.OPEN) if open_only else found[:SHOWN_ROUNDS]


def rounds_at(path: str) -> "QuerySet[Round]":
    """Rounds that go on at a place, inside it or around it."""
    return Round.objects.filter(under([path], "unit__path") | holding([path], "unit__path"), state=Round.State.OPEN).select_related("unit").order_by("starts_at", "pk")


def rounds_changed(path: str, since: datetime) -> bool:
    """Whether a round at a place began or ended since."""
    here = under([path], "unit__path") | holding([path], "unit__path")
    return Round.objects.filter(here).filter(Q(began_at__gt=since) | Q(closed_at__gt=since)).exists()


def site_for(actor: Actor, site_id: UUID, right: str = WORK) -> Site:
    """One site. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    return fetch_on_part(actor, Site.objects.filter(pk=site_id).select_related("unit"), seen=WORK, right=right)


def sites_for(actor: Actor, right: str = WORK) -> "QuerySet[Site]":
    """Sites of the asker's part that are in use."""
    return Site.objects.filter(visible(actor, right, "unit__path"), retired_at=None).select_related("unit")


def sites_near(unit: Unit) -> "QuerySet[Site]":
    """Sites that may serve a round of a unit: inside it, or of the unit around it."""
    return Site.objects.filter(under([unit.path], "unit__path") | holding([unit.path], "unit__path"), retired_at=None).select_related("unit")


def tube_for(actor: Actor, tube_id: UUID, right: str = WORK) -> Tube:
    """One tube with its round and site."""
    tube = Tube.objects.filter(pk=tube_id).select_related("site__unit", "round__unit", "batch", "after").first()
    if tube is None or not actor.may(WORK, tube.site.unit.path):
        raise NotFound
    if right != WORK:
        actor.require(right, tube.round.unit.path)
    return tube


def batch_for(actor: Actor, batch_id: UUID) -> Batch:
    """One transport."""
    return fetch_on_part(actor, Batch.objects.filter(pk=batch_id).select_related("site__unit", "round__unit"), seen=WORK, at="site__unit__path")


def scan_for(actor: Actor, scan_id: UUID) -> Scan:
    """One scan, for who may settle it."""
    rows = Scan.objects.filter(pk=scan_id).select_related("round__unit", "tube", "resident__room__building")
    return fetch_on_part(actor, rows, seen=PLAN, at="round__unit__path")


@dataclass(frozen=True)
class TubeLine:
    """A tube in a list: its clock while it is on its way, None before the first swab and once it has arrived."""

    tube: Tube
    clock: rules.Countdown | None

    @property
    def where(self) -> str:
        """open, sealed, packed, handed, received or result."""
        tube, batch = self.tube, self.tube.batch
        if tube.result_sealed:
            return "result"
        if batch is not None:
            return "received" if batch.received_at else "handed" if batch.handed_at else "packed"
        return "sealed" if tube.sealed_at else "open"


def tube_lines(found: Round, at: datetime, *, site: Site | None = None) -> list[TubeLine]:
    """Tubes of a round, those with the least time left first, then what has arrived."""
    tubes = Tube.objects.filter(round=found).select_related("site", "batch", "after")
    lines = [line_of(tube, found, at) for tube in (tubes.filter(site=site) if site else tubes)]
    return sorted(lines, key=lambda line: (line.clock is None, line.clock.until if line.clock else line.tube.opened_at))


def line_of(tube: Tube, found: Round, at: datetime) -> TubeLine:
    """A tube with its clock as it stands."""
    arrived = bool(tube.result_sealed) or (tube.batch is not None and tube.batch.received_at is not None)
    clock = rules.countdown(tube.first_at, at, found.lab_minutes) if tube.first_at and not arrived else None
    return TubeLine(tube, clock)


def slots_of(found: Round) -> list[Slot]:
    """The slots of a round in their order."""
    return list(Slot.objects.filter(round=found).select_related("site", "building"))


#: A line that was counted longer ago is another line.
COUNTED = timedelta(hours=1)


@dataclass(frozen=True)
class SiteLine:
    """A site at work: who stands in line, how fast it goes, how long one waits, what would help."""

    site: Site
    tables: int
    scanned: int
    lately: int
    called: int
    waiting: int
    counted_at: datetime | None
    rate: int
    wait: int
    advice: rules.Advice | None
    by_table: Sequence[tuple[int, int]]


def site_lines(found: Round, at: datetime) -> list[SiteLine]:
    """The sites of a round at this moment; six queries, and one for each line that was counted.

    In line is what somebody there counted last, less what was scanned and more what was called since; without a count, who was
    called and is not scanned. People at home and staff of closed buildings stand in no line.
    """
    numbers, sites = policy.of_place(found.unit), list(found.sites.select_related("unit").order_by("unit__path", "name"))
    scans = Scan.objects.filter(round=found, struck_at=None).exclude(how=Scan.How.LISTED)
    total = dict(scans.values_list("tube__site").annotate(n=Count("pk")).order_by())
    recent = dict(scans.filter(at__gt=at - rules.WINDOW).values_list("tube__site").annotate(n=Count("pk")).order_by())
    tables: dict[UUID, list[tuple[int, int]]] = {}
    for site_id, table, n in scans.filter(at__gt=at - rules.WINDOW).values_list("tube__site", "table").annotate(n=Count("pk")).order_by("table"):
        tables.setdefault(site_id, []).append((table, n))
    called: dict[UUID, list[tuple[datetime, int]]] = {}
    for site_id, when, persons in Slot.objects.filter(round=found, kind__in=(Slot.Kind.BUILDING, Slot.Kind.STAFF), called_at__isnull=False).values_list("site", "called_at", "persons"):
        if when is not None:
            called.setdefault(site_id, []).append((when, persons))
    counts = {count.site_id: count for count in QueueCount.objects.filter(round=found).order_by("at", "pk")}
    lines = []
    for site in sites:
        count = counts.get(site.pk)
        since = scans.filter(tube__site=site, at__gt=count.at).count() if count else 0
        down = sum(n for when, n in called.get(site.pk, []) if count is None or when > count.at)
        waiting = max(0, count.waiting + down - since if count else down - total.get(site.pk, 0))
        working = count.tables if count else site.tables
        rate = rules.measured_rate(recent.get(site.pk, 0), _span(found, at), working, numbers)
        lines.append(SiteLine(
            site, working, total.get(site.pk, 0), recent.get(site.pk, 0), sum(n for _when, n in called.get(site.pk, [])), waiting,
            count.at if count else None, round(rate), rules.wait_minutes(waiting, rate), rules.advice(waiting, rate, working, numbers, there=site.tables), tables.get(site.pk, []),
        ))  # fmt: skip
    return lines


def quicker(lines: Sequence[SiteLine], than: SiteLine) -> SiteLine | None:
    """Another site of the round that works, where one waits less than half as long."""
    others = [one for one in lines if one.site.pk != than.site.pk and one.tables and one.wait * 2 < than.wait]
    return min(others, key=lambda one: one.wait, default=None)


def _span(found: Round, at: datetime) -> timedelta:
    """The time in which lately scanned ones were scanned: shorter in a round that has just begun."""
    return min(rules.WINDOW, at - found.began_at) if found.began_at else timedelta()


def units_with(actor: Actor, right: str) -> "QuerySet[Unit]":
    """Where the asker may set up sites or rounds."""
    kinds = (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK)
    found: QuerySet[Unit] = Unit.objects.filter(visible(actor, right), kind__in=kinds, retired_at=None)
    return found.order_by("path")


def places_to_plan(actor: Actor) -> list[tuple[Unit, list[Unit]]]:
    """The same as a page shows them: each with the blocks within it, which many neighborhoods call alike; a block by itself where one has no more."""
    places: list[tuple[Unit, list[Unit]]] = []
    for unit in units_with(actor, PLAN):
        if unit.kind == Unit.Kind.BLOCK and places and unit.path.startswith(places[-1][0].path):
            places[-1][1].append(unit)
        else:
            places.append((unit, []))
    return places



@dataclass(frozen=True)
class Sheet:
    """A caller's list of one entrance: the slots with their doors."""

    building: Unit
    entrance: str
    slots: Sequence[tuple[Slot, Sequence[str]]]


def callers_of(actor: Actor, found: Round) -> list[Sheet]:
    """The lists of the entrances on the asker's part, in the order in which they are called."""
    slots = [s for s in slots_of(found) if s.building and s.rooms and s.kind != Slot.Kind.HOME and actor.may(WORK, s.building.path)]
    numbers = {str(pk): number for pk, number in Room.objects.filter(building__in={s.building_id for s in slots}).values_list("pk", "number")}
    sheets: dict[tuple[UUID, str], Sheet] = {}
    for slot in slots:
        assert slot.building is not None
        sheet = sheets.setdefault((slot.building.pk, slot.entrance), Sheet(slot.building, slot.entrance, []))
        sheet.slots.append((slot, [numbers.get(room, "") for room in slot.rooms]))  # type: ignore[attr-defined]
    return list(sheets.values())


def tube_of(found: Round, code: str) -> Tube | None:
    """A tube of a round by its barcode."""
    return Tube.objects.filter(round=found, code=code).select_related("batch").first()
