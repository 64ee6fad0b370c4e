"""What a loan is decided from, read in a fixed number of queries: what each neighborhood needs at one time and whom it has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.people.models import Person
from jimu.teams import loan_rules
from jimu.teams.loan_rules import HEADS, Shortfall, Wish
from jimu.teams.material import SENT, candidates, homes
from jimu.teams.models import Loan, LoanRequest
from jimu.teams.rules import Candidate
from jimu.training.gate import able
from jimu.training.models import Certificate


@dataclass(frozen=True)
class Lending:
    """Who works where, what each neighborhood needs, who is bound; enough to judge any loan for one request."""

    wish: Wish
    people: Mapping[UUID, Candidate]
    needed: Mapping[UUID, Mapping[str, int]]
    having: Mapping[UUID, Mapping[str, int]]
    bound: frozenset[UUID]
    confined: frozenset[UUID]
    short_of_term: frozenset[UUID]
    expired: frozenset[UUID]
    home: Mapping[UUID, UUID | None]

    def why_not(self, person: Candidate) -> str:
        """Why this person cannot be lent; empty when they can."""
        return loan_rules.why_not(
            self.wish, person, lent=person.person_id in self.bound, confined=self.home.get(person.person_id) in self.confined,
            until_ok=person.person_id not in self.short_of_term, expired=person.person_id in self.expired, staff=bool(person.kinds & SENT),
        )  # fmt: skip

    def spare(self, unit_id: UUID) -> int:
        """How many of the sort asked for a neighborhood has beyond what it needs at one time."""
        return loan_rules.surplus(self.having.get(unit_id, {}), self.needed.get(unit_id, {}), self.wish.qualification)

    def shortfalls(self, unit_id: UUID, lent: Iterable[Candidate]) -> list[Shortfall]:
        """What a neighborhood would have too little of without these people."""
        needed = self.needed.get(unit_id, {})
        going = loan_rules.counted(lent, [code for code in needed if code != HEADS])
        return loan_rules.shortfalls(self.having.get(unit_id, {}), needed, going)


def gather(request: LoanRequest, at: datetime, *, only: Collection[UUID] | None = None) -> Lending:
    """Everything that judging this request takes, as of the day on which its term begins.

    `only` narrows it to some people; then it says who may go, and no longer what a neighborhood has.
    """
    start, last = max(request.starts_at, at), timezone.localdate(request.ends_at - timedelta(seconds=1))
    people = {person.person_id: person for person in candidates(request.incident, start, only=only)}
    needed = needs()
    bound = dict(Loan.objects.filter(state__in=Loan.OPEN).values_list("person_id", "to_unit_id"))
    crowd: dict[UUID, list[Candidate]] = defaultdict(list)
    for person in people.values():
        # Who is promised away already is nobody's to count on.
        if person.cell is not None and bound.get(person.person_id, person.cell) == person.cell:
            crowd[person.cell].append(person)
    asked = {request.qualification} - {HEADS}
    having = {unit: loan_rules.counted(crowd[unit], sorted(asked | set(needed.get(unit, ())) - {HEADS})) for unit in {*crowd, *needed}}
    where = homes()
    lived = Person.objects.filter(pk__in=list(people)).values_list("pk", "unit_id")
    return Lending(
        wish=wish_of(request), people=people, needed=needed, having=having,
        bound=frozenset(bound),
        confined=frozenset(IncidentUnit.objects.filter(ended_at=None, confined=True).values_list("unit_id", flat=True)),
        short_of_term=_running_out(request, timezone.localdate(start), last), expired=_expired(request, timezone.localdate(start)),
        home={pk: where.get(unit_id) for pk, unit_id in lived},
    )  # fmt: skip


def wish_of(request: LoanRequest) -> Wish:
    """A request as the rules read it."""
    return Wish(request.to_unit_id, request.from_unit_id, request.qualification, request.kind)


def needs() -> dict[UUID, dict[str, int]]:
    """By neighborhood what its posts need at one time over all incidents under way: heads, and holders of each qualification.

    Posts of another command (medics, police) are not the neighborhood's to fill.
    """
    posts: dict[UUID, dict[str, list[loan_rules.Post]]] = defaultdict(lambda: defaultdict(list))
    rows = Post.objects.filter(incident__state=Incident.State.ACTIVE, needed__gt=0, requested_only=False)
    for unit_id, start, end, needed, qualifications in rows.values_list("unit_id", "start_minute", "end_minute", "needed", "qualifications"):
        for code in (HEADS, *qualifications):
            posts[unit_id][code].append((start, end, needed))
    return {unit: {code: loan_rules.peak(found) for code, found in by_code.items()} for unit, by_code in posts.items()}


def _running_out(request: LoanRequest, first: date, last: date) -> frozenset[UUID]:
    """Those whose qualification ends within the term."""
    if not request.qualification:
        return frozenset()
    held = able(None, first)
    return frozenset(pk for pk, can in held.items() if request.qualification in can and can[request.qualification].until < last)


def _expired(request: LoanRequest, day: date) -> frozenset[UUID]:
    """Those who had the qualification once."""
    rows = Certificate.objects.filter(qualification=request.qualification, revoked_at=None, expires_on__lt=day)
    return frozenset(rows.values_list("person_id", flat=True)) if request.qualification else frozenset()


def names_of(units: Collection[UUID]) -> dict[UUID, str]:
    """Names of neighborhoods."""
    return dict(Unit.objects.filter(pk__in=units).values_list("pk", "name"))
