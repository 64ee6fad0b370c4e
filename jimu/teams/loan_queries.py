"""Reads of lending: what is asked for, lent and borrowed on the asker's part, and who could be lent with reasons."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.incidents.queries import incidents_for
from jimu.people.models import Kind, Person
from jimu.teams import loan_material, loan_rules, loan_words
from jimu.teams.allotting import steps
from jimu.teams.loan_actions import RIGHT
from jimu.teams.loan_drawing import Flow, LoanMap, loan_map
from jimu.teams.loan_material import Lending
from jimu.teams.models import Loan, LoanRequest
from jimu.teams.rules import Candidate
from jimu.training.naming import qualification_name

SEES = "teams.view"
OFFERED, ENDED_SHOWN = 24, 12
ANSWERED_SHOWN = timedelta(days=2)


@dataclass(frozen=True)
class RequestView:
    """A request with how far it is, and what the asker may do about it."""

    request: LoanRequest
    promised: int
    may_lend: bool
    may_close: bool

    @property
    def what(self) -> str:
        """Who is asked for, in words."""
        skill = qualification_name(self.request.qualification) if self.request.qualification else ""
        kind = str(Kind(self.request.kind).label) if self.request.kind in Kind.values else ""
        return " · ".join(word for word in (kind, skill) if word)

    @property
    def missing(self) -> int:
        """How many are still to be promised."""
        return max(0, self.request.count - self.promised)


@dataclass(frozen=True)
class LoanView:
    """A loan with its words, how far its term is, and what the asker may do about it."""

    loan: Loan
    at: datetime
    may_answer: bool
    may_end: bool
    own: bool = False

    @property
    def left(self) -> str:
        """How long it still lasts."""
        return loan_words.days_left(self.loan, self.at)

    @property
    def consent(self) -> str:
        """What the person said."""
        return loan_words.consent_words(self.loan)

    @property
    def text(self) -> str:
        """What to send to the person."""
        skill = self.loan.request.qualification
        return loan_words.consent_text(self.loan, qualification_name(skill) if skill else "")

    @property
    def share(self) -> int:
        """Per cent of the term that is over."""
        whole = (self.loan.ends_at - self.loan.starts_at).total_seconds()
        return round(100 * min(1.0, max(0.0, (self.at - self.loan.starts_at).total_seconds() / whole)))

    @property
    def paused(self) -> bool:
        """Whether they fell ill or were quarantined meanwhile."""
        return "paused" in self.loan.person.limits


@dataclass(frozen=True)
class Group:
    """Loans from one neighborhood to another."""

    source: Unit
    target: Unit
    loans: tuple[LoanView, ...]


@dataclass(frozen=True)
class Board:
    """The page of lending."""

    requests: list[RequestView]
    mine: list[LoanView]
    groups: list[Group]
    map: LoanMap | None
    ended: list[LoanView]
    lenders: list[Unit]
    can_ask: bool
    answered: list[RequestView]

    @property
    def people(self) -> int:
        """How many are agreed and under way or to come."""
        return sum(view.loan.state == Loan.State.AGREED for group in self.groups for view in group.loans)

    @property
    def waiting(self) -> int:
        """How many have not answered."""
        return sum(view.loan.state == Loan.State.ASKED for group in self.groups for view in group.loans)


def board_for(actor: Actor, at: datetime) -> Board:
    """Everything about lending on the asker's part, and what the asker is asked themselves. A fixed number of queries."""
    sides = visible(actor, SEES, "from_unit__path") | visible(actor, SEES, "to_unit__path")
    loans = Loan.objects.select_related("person", "from_unit", "to_unit", "request")
    open_loans = [view_of(actor, loan, at) for loan in loans.filter(sides, state__in=Loan.OPEN).order_by("from_unit__path", "to_unit__path", "ends_at", "person__sort_name")]
    mine = loans.filter(person=actor.person_id, state=Loan.State.ASKED) if actor.person_id else loans.none()
    ended = loans.filter(sides).exclude(state__in=Loan.OPEN).order_by("-ended_at")[:ENDED_SHOWN]
    groups = _grouped(open_loans)
    flows = [
        Flow(g.source.short_name, g.target.short_name, sum(v.loan.state == "agreed" for v in g.loans), sum(v.loan.state == "asked" for v in g.loans))
        for g in groups
    ]
    lenders = {g.source.pk: g.source for g in groups if actor.may(RIGHT, g.source.path)}
    return Board(
        requests=open_requests(actor), mine=[view_of(actor, loan, at) for loan in mine], groups=groups, map=loan_map(flows),
        ended=[view_of(actor, loan, at) for loan in ended], lenders=list(lenders.values()), can_ask=bool(borrowers_for(actor)),
        answered=closed_requests(actor, at - ANSWERED_SHOWN),
    )  # fmt: skip


def view_of(actor: Actor, loan: Loan, at: datetime) -> LoanView:
    """A loan as the asker may deal with it."""
    lends, borrows = (actor.may(RIGHT, unit.path) for unit in (loan.from_unit, loan.to_unit))
    own = actor.person_id is not None and actor.person_id == loan.person_id
    waiting, is_open = loan.state == Loan.State.ASKED, loan.state in Loan.OPEN
    return LoanView(loan, at, waiting and (lends or own), is_open and (lends or borrows), own)


def _grouped(views: Sequence[LoanView]) -> list[Group]:
    found: dict[tuple[UUID, UUID], list[LoanView]] = {}
    for view in views:
        found.setdefault((view.loan.from_unit_id, view.loan.to_unit_id), []).append(view)
    return [Group(views[0].loan.from_unit, views[0].loan.to_unit, tuple(views)) for views in found.values()]


def open_requests(actor: Actor) -> list[RequestView]:
    """Open requests that concern the asker: of their part, to their part, or to everybody who may lend."""
    here = visible(actor, SEES, "to_unit__path") | visible(actor, SEES, "from_unit__path")
    if actor.may(RIGHT):
        here |= Q(from_unit=None)
    rows = LoanRequest.objects.filter(here, state=LoanRequest.State.OPEN, incident__state=Incident.State.ACTIVE)
    return [request_view(actor, row) for row in _with_counts(rows).order_by("starts_at", "pk")]


def closed_requests(actor: Actor, since: datetime) -> list[RequestView]:
    """What became of requests for the asker's part, answered since a moment; the newest first."""
    rows = LoanRequest.objects.filter(visible(actor, SEES, "to_unit__path"), closed_at__gt=since)
    return [request_view(actor, row) for row in _with_counts(rows.exclude(state=LoanRequest.State.OPEN)).order_by("-closed_at", "pk")[:ENDED_SHOWN]]


def _with_counts(rows: "QuerySet[LoanRequest]") -> "QuerySet[Any, Any]":
    counted = Count("loans", filter=Q(loans__state__in=Loan.OPEN))
    return rows.select_related("incident", "to_unit", "from_unit").annotate(promised=counted)


def request_view(actor: Actor, request: LoanRequest) -> RequestView:
    """A request as the asker may deal with it."""
    borrows = actor.may(RIGHT, request.to_unit.path)
    lends = actor.may(RIGHT, request.from_unit.path) if request.from_unit else _lends_besides(actor, request.to_unit)
    is_open = request.state == LoanRequest.State.OPEN
    may_close = is_open and (borrows or bool(request.from_unit and lends))
    return RequestView(request, request.promised, is_open and lends, may_close)  # type: ignore[attr-defined]


def _lends_besides(actor: Actor, borrower: Unit) -> bool:
    """Whether the asker may lend from anywhere else than the borrower itself."""
    return any(path != borrower.path and not path.startswith(borrower.path) for path in actor.paths(RIGHT))


@dataclass(frozen=True)
class Spare:
    """What a neighborhood has of the sort asked for, against what its posts need at one time; `free` of them may go at all."""

    unit: Unit
    have: int
    needed: int
    free: int
    near: bool | None

    @property
    def spare(self) -> int:
        return self.have - self.needed

    @property
    def lendable(self) -> int:
        """How many may go without leaving too few."""
        return max(0, min(self.spare, self.free))


@dataclass(frozen=True)
class Offer:
    """Somebody who could be lent with reasons, or not, with the reason."""

    person: Person
    unit: Unit | None
    why: tuple[str, ...]
    refusal: str
    short: bool


@dataclass(frozen=True)
class RequestPage:
    """A request, where there is enough, who could be lent, who was promised."""

    view: RequestView
    spares: list[Spare]
    offers: list[Offer]
    blocked: list[str]
    loans: list[LoanView]


def request_for(actor: Actor, request_id: UUID, at: datetime, *, words: str = "") -> RequestPage:
    """One request with those who could be lent, nearest with most to spare first; with words, those of that name, fitting or not.

    Raises NotFound for whom it does not concern. A fixed number of queries.
    """
    request = _with_counts(LoanRequest.objects.filter(pk=request_id)).first()
    if request is None or not _concerns(actor, request):
        raise NotFound
    lending = loan_material.gather(request, at)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=lending.having)}
    loans = Loan.objects.filter(request=request).select_related("person", "from_unit", "to_unit", "request").order_by("committed_at")
    view = request_view(actor, request)
    offers = _offers(actor, request, lending, units, words) if view.may_lend else []
    blocked = _blocked(actor, lending, units) if view.may_lend and not offers else []
    return RequestPage(view, _spares(request, lending, units), offers, blocked, [view_of(actor, loan, at) for loan in loans])


def _concerns(actor: Actor, request: LoanRequest) -> bool:
    sides = [unit for unit in (request.to_unit, request.from_unit) if unit is not None]
    return any(actor.may(SEES, unit.path) for unit in sides) or (request.from_unit is None and actor.may(RIGHT))


def _near(request: LoanRequest, unit: Unit) -> bool | None:
    """Whether a neighborhood lies in the borrower's zone; None where the grid has no zones."""
    return steps(unit.path, request.to_unit.path) < 2 if len(unit.path) > 8 else None


def _spares(request: LoanRequest, lending: Lending, units: dict[UUID, Unit]) -> list[Spare]:
    code = request.qualification
    free = Counter(person.cell for person in lending.people.values() if not lending.why_not(person))
    found = [
        Spare(unit, lending.having[pk].get(code, 0), lending.needed.get(pk, {}).get(code, 0), free[pk], _near(request, unit))
        for pk, unit in units.items()
        if pk != request.to_unit_id and request.from_unit_id in (None, pk)
    ]
    return sorted(found, key=lambda each: (not each.lendable, each.near is False, -each.lendable, -each.spare, each.unit.path))


def _blocked(actor: Actor, lending: Lending, units: dict[UUID, Unit]) -> list[str]:
    """What keeps the asker's people from being lent, the commonest reason first."""
    mine = {pk for pk, unit in units.items() if actor.may(RIGHT, unit.path)}
    counts = Counter(lending.why_not(person) for person in lending.people.values() if person.cell in mine)
    return [told for code, n in counts.most_common() if (told := loan_words.blocked(code, n))]


def _offers(actor: Actor, request: LoanRequest, lending: Lending, units: dict[UUID, Unit], words: str) -> list[Offer]:
    typed = words.strip()
    named = set(Person.objects.filter(Q(name__contains=typed) | Q(sort_name__startswith=typed.lower())).values_list("pk", flat=True)) if typed else None
    ranked = []
    for person in lending.people.values():
        unit = units.get(person.cell) if person.cell else None
        if unit is None or not actor.may(RIGHT, unit.path) or (named is not None and person.person_id not in named):
            continue
        code = lending.why_not(person)
        if not code or named is not None:
            spare = lending.spare(unit.pk)
            ranked.append((code != "", loan_rules.rank(person, spare=spare, near=_near(request, unit) is not False), person.person_id.int, person, unit, code))
    ranked.sort(key=lambda item: item[:3])
    chosen = ranked[:OFFERED]
    people = Person.objects.in_bulk([item[3].person_id for item in chosen])
    return [_offer(request, lending, people[person.person_id], person, unit, code) for _bad, _rank, _id, person, unit, code in chosen]


def _offer(request: LoanRequest, lending: Lending, person: Person, found: Candidate, unit: Unit, code: str) -> Offer:
    why = loan_words.offered_because(
        unit.short_name, lending.spare(unit.pk), request.qualification, near=_near(request, unit), load=found.load, times_known=found.times_known
    )
    refusal = loan_words.refusal(code, person.name, request.qualification) if code else ""
    return Offer(person, unit, tuple(why), refusal, bool(lending.shortfalls(unit.pk, [found])))


def borrowers_for(actor: Actor) -> list[tuple[Incident, list[Unit]]]:
    """Incidents under way with the neighborhoods that the asker may borrow for."""
    incidents = list(incidents_for(actor).filter(state=Incident.State.ACTIVE))
    rows = IncidentUnit.objects.filter(visible(actor, RIGHT, "unit__path"), incident__in=incidents, ended_at=None).select_related("unit")
    found: dict[UUID, list[Unit]] = {}
    for row in rows.order_by("unit__path"):
        found.setdefault(row.incident_id, []).append(row.unit)
    return [(incident, found[incident.pk]) for incident in incidents if incident.pk in found]


def due() -> bool:
    """Whether a loan should begin or end now."""
    at = clock.now()
    begins = Q(state=Loan.State.AGREED, begun_at=None, starts_at__lte=at)
    over = Q(state__in=Loan.OPEN) & (Q(ends_at__lte=at) | ~Q(incident__state=Incident.State.ACTIVE))
    lapsed = LoanRequest.objects.filter(state=LoanRequest.State.OPEN, ends_at__lte=at)
    return Loan.objects.filter(begins | over).exists() or lapsed.exists()
