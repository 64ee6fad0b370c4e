"""Writes of sites, rounds and their plan."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid
from jimu.core.permissions import Actor
from jimu.field.screening import planning, policy, queries, rules
from jimu.field.screening.models import Round, Site, Slot
from jimu.field.screening.populace import doors_of
from jimu.grid.queries import unit_for
from jimu.people.intake import cells

PLAN = queries.PLAN
TOPIC = "screening"
MOST_STAFF = 2000


def open_site(*, actor: Actor, at: datetime, unit_id: UUID, name: str, place: str = "", tables: int = 2) -> Site:
    """Set up a place with tables. Raises Conflict for a name that a site there has."""
    with transaction.atomic():
        unit = unit_for(actor, unit_id, PLAN)
        named = cells.text(name)[:40]
        if not named or not 1 <= tables <= rules.MOST_TABLES:
            raise Invalid(_("请写点位名称，台数 1 到 {n}。").format(n=rules.MOST_TABLES), code="bad_site")
        try:
            with transaction.atomic():
                site = Site.objects.create(unit=unit, name=named, place=cells.text(place)[:120], tables=tables, opened_at=at, opened_by=actor.name)
        except IntegrityError as error:
            raise Conflict(_("这里已有叫“{name}”的点位。").format(name=named), code="site_named") from error
        journal.record(actor=actor, at=at, verb="screening.site_opened", target=f"site:{site.pk}", scope=unit.path, data={"name": site.name, "tables": tables})
        live.beat(TOPIC)
    return site


def change_site(*, actor: Actor, at: datetime, site_id: UUID, tables: int, retire: bool = False) -> Site:
    """Another number of tables, or a site that is not used any more, for good; rounds that it served keep it."""
    with transaction.atomic():
        site = queries.site_for(actor, site_id, PLAN)
        if not 1 <= tables <= rules.MOST_TABLES:
            raise Invalid(_("台数 1 到 {n}。").format(n=rules.MOST_TABLES), code="bad_site")
        if retire and site.rounds.exclude(state=Round.State.CLOSED).exists():
            raise Conflict(_("“{name}”还有没结束的轮次，先结束再停用。").format(name=site.name), code="site_busy")
        site.tables, site.retired_at = tables, at if retire else site.retired_at
        site.save(update_fields=["tables", "retired_at"])
        journal.record(actor=actor, at=at, verb="screening.site_changed", target=f"site:{site.pk}", scope=site.unit.path, data={"name": site.name, "tables": tables})
        live.beat(TOPIC)
    return site


@dataclass(frozen=True)
class Wanted:
    """A round as it is wanted. `staff` are those who work there and are sampled first."""

    unit_id: UUID
    title: str
    starts_at: datetime
    site_ids: Sequence[UUID]
    pool_size: int | None = None
    staff: int = 0
    closed: Sequence[UUID] = ()


def draft_round(*, actor: Actor, at: datetime, wanted: Wanted) -> Round:
    """Make a round with a proposed plan; nobody is called before it is begun. Raises Invalid without a site."""
    with transaction.atomic():
        unit = unit_for(actor, wanted.unit_id, PLAN)
        sites = list(queries.sites_near(unit).filter(pk__in=wanted.site_ids))
        numbers = policy.of_place(unit)
        pool = wanted.pool_size or numbers.pool_size
        if not sites or len(sites) != len(set(wanted.site_ids)):
            raise Invalid(_("请至少选一个点位；还没有点位时先设一个。"), code="no_site")
        if pool not in Round.POOLS or not 0 <= wanted.staff <= MOST_STAFF:
            raise Invalid(_("一管装 1、5、10 或 20 人。"), code="bad_pool")
        made = Round.objects.create(
            unit=unit, title=cells.text(wanted.title)[:60] or _("核酸筛查"), pool_size=pool, lab_minutes=numbers.lab_minutes, starts_at=wanted.starts_at,
            made_at=at, made_by=actor.name,
        )  # fmt: skip
        made.sites.set(sites)
        _plan(made, sites, wanted)
        journal.record(actor=actor, at=at, verb="screening.drafted", target=made_target(made), scope=unit.path, data={"title": made.title})
        live.beat(TOPIC)
    return made


def made_target(found: Round) -> str:
    """What the journal calls a round."""
    return f"screening:{found.pk}"


def _plan(made: Round, sites: Sequence[Site], wanted: Wanted) -> None:
    posts = [planning.Post(site.pk, site.tables) for site in sites]
    proposed = planning.propose(
        doors_of(made.unit), posts, staff=wanted.staff, closed=frozenset(wanted.closed), start=wanted.starts_at, numbers=policy.of_place(made.unit)
    )
    Slot.objects.bulk_create([
        Slot(
            round=made, site_id=one.site_id, order=number, kind=one.kind, building_id=one.building_id, entrance=one.entrance, rooms=list(one.rooms),
            span=one.span, households=one.households, persons=one.persons, starts_at=one.starts_at, minutes=one.minutes,
        )
        for number, one in enumerate(proposed)
    ])  # fmt: skip


@dataclass(frozen=True)
class SlotChange:
    """What a person changes of a slot."""

    site_id: UUID
    starts_at: datetime
    order: int


def change_plan(*, actor: Actor, at: datetime, round_id: UUID, changes: Mapping[UUID, SlotChange]) -> int:
    """Move slots to another site, time or place in the order. Those that were called stay. Returns how many changed."""
    with transaction.atomic():
        locks.hold(f"screening:{round_id}")
        found = queries.round_for(actor, round_id, PLAN)
        allowed = set(found.sites.values_list("pk", flat=True))
        slots = list(Slot.objects.filter(round=found, pk__in=changes, state=Slot.State.PLANNED))
        made = []
        for slot in slots:
            change = changes[slot.pk]
            if change.site_id not in allowed:
                raise Invalid(_("这个点位不在这一轮里。"), code="no_site")
            if (slot.site_id, slot.starts_at, slot.order) != (change.site_id, change.starts_at, change.order):
                slot.site_id, slot.starts_at, slot.order = change.site_id, change.starts_at, max(0, change.order)
                made.append(slot)
        Slot.objects.bulk_update(made, ["site", "starts_at", "order"])
        if made:
            journal.record(actor=actor, at=at, verb="screening.replanned", target=made_target(found), scope=found.unit.path, data={"title": found.title, "slots": len(made)})
            live.beat(TOPIC, made_target(found))
    return len(made)


def begin(*, actor: Actor, at: datetime, round_id: UUID) -> Round:
    """From now on people are called and scanned."""
    return _turned(actor, at, round_id, Round.State.DRAFT, Round.State.OPEN, "screening.begun")


def close(*, actor: Actor, at: datetime, round_id: UUID) -> Round:
    """End a round. What phones wrote down before still counts when it arrives."""
    return _turned(actor, at, round_id, Round.State.OPEN, Round.State.CLOSED, "screening.closed")


def _turned(actor: Actor, at: datetime, round_id: UUID, before: str, after: str, verb: str) -> Round:
    with transaction.atomic():
        locks.hold(f"screening:{round_id}")
        found = queries.round_for(actor, round_id, PLAN)
        if found.state != before:
            raise Conflict
        found.state = after
        if after == Round.State.OPEN:
            found.began_at = at
        else:
            found.closed_at, found.closed_by = at, actor.name
        found.save(update_fields=["state", "began_at", "closed_at", "closed_by"])
        journal.record(actor=actor, at=at, verb=verb, target=made_target(found), scope=found.unit.path, data={"title": found.title})
        live.beat(TOPIC, made_target(found))
    return found
