"""Reads of organisations: a contact sees the own one, everybody else those that have to do with their part of the grid."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from jimu.core import clock, locks
from jimu.core.errors import Conflict, NotFound
from jimu.core.paging import Page, paged
from jimu.core.permissions import Actor, under
from jimu.grid.models import Unit
from jimu.organisations.models import Arrival, Named, Pledge
from jimu.organisations.service import Service, service_of
from jimu.people.models import Affiliation, Kind, Organisation, Person
from jimu.people.queries import in_part, shown_name
from jimu.teams.material import stays
from jimu.training.naming import qualification_name

VIEW, KEEP, RECEIVE, APPOINT = "organisations.view", "organisations.keep", "organisations.receive", "organisations.appoint"
A_PAGE = 40


def may_keep(actor: Actor, organisation_id: UUID) -> bool:
    """Whether the actor pledges and withdraws for an organisation: its contact, or a commander."""
    return actor.speaks_for(KEEP, organisation_id) or bool(actor.paths(KEEP))


def may_receive(actor: Actor, pledge: Pledge) -> bool:
    """Whether the actor says what has arrived: who leads where it was promised to."""
    return actor.may(RECEIVE, pledge.unit.path) if pledge.unit else bool(actor.paths(RECEIVE))


def _mine(actor: Actor) -> "QuerySet[Organisation]":
    """Organisations that the actor may see."""
    paths = actor.paths(VIEW)
    if not paths:
        return Organisation.objects.filter(pk=actor.organisation_id) if actor.organisation_id and actor.may(VIEW) else Organisation.objects.none()
    here = in_part(paths)
    if not here:
        return Organisation.objects.all()
    people = Affiliation.objects.filter(organisation=OuterRef("pk"), person__in=Person.objects.filter(here))
    pledged = Pledge.objects.filter(Q(unit=None) | Q(unit__in=_units(actor)), organisation=OuterRef("pk"))
    return Organisation.objects.filter(Exists(people) | Exists(pledged) | Q(pk=actor.organisation_id))


def _units(actor: Actor) -> "QuerySet[Unit]":
    found = Q(pk__in=[])
    for path in actor.paths(VIEW):
        found |= Q(path__startswith=path)
    units: QuerySet[Unit] = Unit.objects.filter(found)
    return units


def sees(actor: Actor, organisation_id: UUID) -> bool:
    """Whether an organisation concerns the asker."""
    return _mine(actor).filter(pk=organisation_id).exists()


def organisation_for(actor: Actor, organisation_id: UUID, right: str = VIEW) -> Organisation:
    """One organisation. Raises NotFound for whom it does not concern, NotPermitted without the right on it."""
    found = _mine(actor).filter(pk=organisation_id).first()
    if found is None:
        raise NotFound
    if right == KEEP and not may_keep(actor, found.pk):
        actor.require(KEEP, "")
    return found


@dataclass(frozen=True)
class Line:
    """An organisation in the list."""

    organisation: Organisation
    registered: int
    doubly: int
    pledges: int


def lines_for(actor: Actor, *, words: str = "", number: object = 1) -> Page[Line]:
    """A page of organisations with their people (`doubly`: who also named where they live) and open pledges."""
    found = _mine(actor).filter(name__contains=words.strip()) if words.strip() else _mine(actor)
    people = Person.objects.filter(affiliations__organisation=OuterRef("pk"), active=True).order_by().values("affiliations__organisation")
    registered, doubly = (_counted(rows) for rows in (people, people.filter(unit__isnull=False)))
    open_pledges = Pledge.objects.filter(organisation=OuterRef("pk"), state=Pledge.State.OPEN).order_by().values("organisation")
    rows = found.annotate(registered=registered, doubly=doubly, open_pledges=_counted(open_pledges))
    page = paged(rows.order_by("-open_pledges", "-registered", "name"), number=number, size=A_PAGE)
    lines = [Line(row, row.registered, row.doubly, row.open_pledges) for row in page.rows]
    return Page(rows=lines, number=page.number, size=page.size, total=page.total)


def _counted(rows: "QuerySet[Any, Any]") -> Coalesce:
    counted = rows.annotate(n=Count("pk", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


@dataclass(frozen=True)
class PledgeView:
    """A pledge with what has come of it."""

    pledge: Pledge
    arrived: int
    named: int
    today: date

    @property
    def title(self) -> str:
        """What is promised, in words."""
        pledge = self.pledge
        if pledge.sort == Pledge.Sort.GOODS:
            return pledge.item
        kind = str(Kind(pledge.kind).label) if pledge.kind in Kind.values else str(Pledge.Sort.PEOPLE.label)
        return f"{kind}（{qualification_name(pledge.qualification)}）" if pledge.qualification else kind

    @property
    def share(self) -> int:
        """Per cent that has arrived, at most all of it."""
        return min(100, max(0, round(100 * self.arrived / self.pledge.number)))

    @property
    def tone(self) -> str:
        """good when all is there, warn when it should be and is not."""
        if self.pledge.state == Pledge.State.WITHDRAWN:
            return "bad"
        if self.arrived >= self.pledge.number:
            return "good"
        return "warn" if self.pledge.first_day <= self.today else ""


def _pledges(rows: "QuerySet[Pledge]", today: date) -> list[PledgeView]:
    came = Arrival.objects.filter(pledge=OuterRef("pk")).order_by().values("pledge").annotate(n=Sum("number")).values("n")
    counted = rows.select_related("organisation", "unit").annotate(
        came=Coalesce(Subquery(came, output_field=IntegerField()), Value(0)), said=Count("named", distinct=True)
    )
    return [PledgeView(row, row.came, row.said, today) for row in counted.order_by("state", "first_day", "pk")]


@dataclass(frozen=True)
class Member:
    """One of an organisation's people: where they live, what they served, where a loan holds them."""

    person: Person
    name: str
    kinds: list[str]
    service: Service
    loan: str


@dataclass(frozen=True)
class OrganisationPage:
    """An organisation with its pledges and a page of its people; sums count all whom the asker may see."""

    organisation: Organisation
    pledges: list[PledgeView]
    members: Page[Member]
    registered: int
    doubly: int
    served: int
    hours: float
    on_loan: int
    may_keep: bool
    may_appoint: bool
    contacts: list[str]


def members_of(actor: Actor, organisation: Organisation) -> "QuerySet[Person]":
    """An organisation's people: all for its contact, those of their part for others."""
    people = Person.objects.filter(active=True, pk__in=Affiliation.objects.filter(organisation=organisation).values("person"))
    return people if actor.speaks_for(VIEW, organisation.pk) else people.filter(in_part(actor.paths(VIEW)))


def page_for(actor: Actor, organisation_id: UUID, at: datetime, today: date, *, number: object = 1) -> OrganisationPage:
    """The page of an organisation. Raises NotFound. A fixed number of queries."""
    organisation = organisation_for(actor, organisation_id)
    people = members_of(actor, organisation)
    ids = list(people.values_list("pk", flat=True))
    services, lent = service_of(ids, at), stays(at, at, ids)
    own = Prefetch("affiliations", Affiliation.objects.filter(organisation=organisation), to_attr="ours")
    page = paged(people.select_related("unit").prefetch_related(own).order_by("sort_name", "pk"), number=number, size=A_PAGE)
    places = dict(Unit.objects.filter(pk__in=[stay.unit_id for stay in lent.values()]).values_list("pk", "name"))
    contact = actor.speaks_for(VIEW, organisation.pk)
    members = [
        Member(
            person, person.name if contact else shown_name(actor, person), [str(row.get_kind_display()) for row in person.ours],
            services[person.pk], places[lent[person.pk].unit_id] if person.pk in lent else "",
        )
        for person in page.rows
    ]  # fmt: skip
    return OrganisationPage(
        organisation, _pledges(_pledges_seen(actor, organisation), today), Page(rows=members, number=page.number, size=page.size, total=page.total),
        registered=len(ids), doubly=people.filter(unit__isnull=False).count(), served=sum(s.shifts > 0 for s in services.values()),
        hours=round(sum(s.minutes for s in services.values()) / 60, 1), on_loan=len(lent), may_keep=may_keep(actor, organisation.pk),
        may_appoint=any(len(path) <= 4 for path in actor.paths(APPOINT)),
        contacts=list(organisation.contacts.filter(is_active=True).values_list("display_name", flat=True)),
    )  # fmt: skip


def _pledges_seen(actor: Actor, organisation: Organisation) -> "QuerySet[Pledge]":
    rows = Pledge.objects.filter(organisation=organisation)
    if actor.speaks_for(VIEW, organisation.pk) or not in_part(actor.paths(VIEW)):
        return rows
    return rows.filter(Q(unit=None) | Q(unit__in=_units(actor)))


def of_their_part(actor: Actor, organisation: Organisation, place: str) -> Q:
    """Rows of an organisation at places that the asker may see: all of them for its contact and for the whole office."""
    paths = actor.paths(VIEW)
    if actor.speaks_for(VIEW, organisation.pk) or not in_part(paths):
        return Q()
    return under(paths, place)


def registered(name: str) -> Organisation | None:
    """The organisation of a name as somebody typed it."""
    return Organisation.objects.filter(name=name).first() if name else None


def goods_pledge(pledge_id: UUID, path: str) -> Pledge:
    """An open pledge of goods for a store at a path. Called under the store's lock. Raises NotFound, Conflict."""
    locks.hold(f"pledge:{pledge_id}")
    found = Pledge.objects.select_related("organisation", "unit").filter(pk=pledge_id, sort=Pledge.Sort.GOODS).first()
    if found is None:
        raise NotFound
    if found.state != Pledge.State.OPEN:
        raise Conflict(_("这笔承诺已由{who}撤回，请刷新。").format(who=found.withdrawn_by), code="withdrawn")
    if not _for(found, path):
        raise Conflict(_("这笔承诺是给{place}的，不进这个库。").format(place=found.unit.name if found.unit else ""), code="for_elsewhere")
    return found


def _for(pledge: Pledge, path: str) -> bool:
    """Whether a pledge is for a place: promised to it, to a part of it, to what holds it, or to wherever needed."""
    return pledge.unit is None or pledge.unit.path.startswith(path) or path.startswith(pledge.unit.path)


def goods_promised(paths: Sequence[str]) -> list[PledgeView]:
    """Open pledges of goods for stores of these parts, the earliest first."""
    rows = Pledge.objects.filter(sort=Pledge.Sort.GOODS, state=Pledge.State.OPEN)
    return [view for view in _pledges(rows, clock.today()) if any(_for(view.pledge, path) for path in paths)] if paths else []


def goods_to_come(paths: Sequence[str]) -> list[PledgeView]:
    """Those of which something is still to come."""
    return [view for view in goods_promised(paths) if view.arrived < view.pledge.number]


@dataclass(frozen=True)
class PledgePage:
    """One pledge: whom they named and who has come, or what arrived when; what the asker may do."""

    view: PledgeView
    named: list[tuple[Person, str, bool]]
    arrivals: list[Arrival]
    free: list[Person]
    may_keep: bool
    may_receive: bool


def pledge_for(actor: Actor, pledge_id: UUID, today: date) -> PledgePage:
    """One pledge. Raises NotFound."""
    pledge = Pledge.objects.select_related("organisation", "unit").filter(pk=pledge_id).first()
    if pledge is None or not _pledges_seen(actor, organisation_for(actor, pledge.organisation_id)).filter(pk=pledge.pk).exists():
        raise NotFound
    (view,) = _pledges(Pledge.objects.filter(pk=pledge.pk), today)
    arrivals = list(Arrival.objects.filter(pledge=pledge).select_related("person"))
    came = {row.person_id for row in arrivals}
    contact, keeps = actor.speaks_for(VIEW, pledge.organisation_id), may_keep(actor, pledge.organisation_id)
    named = [
        (row.person, row.person.name if contact else shown_name(actor, row.person), row.person_id in came)
        for row in Named.objects.filter(pledge=pledge).select_related("person__unit").order_by("person__sort_name")
    ]
    people = members_of(actor, pledge.organisation).filter(minor=False).exclude(named_by__pledge=pledge)
    fitting = people.filter(affiliations__kind=pledge.kind, affiliations__organisation=pledge.organisation) if pledge.kind else people
    wants = keeps and pledge.sort == Pledge.Sort.PEOPLE and pledge.state == Pledge.State.OPEN
    return PledgePage(view, named, arrivals, list(fitting.order_by("sort_name")[:200]) if wants else [], keeps, may_receive(actor, pledge))
