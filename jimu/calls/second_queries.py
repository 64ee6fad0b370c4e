"""Reads of organisations called: who they are, what their contact sees, how far each has got."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jimu.calls import choosing, letters
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.models import Call, Offer, OrganisationAsk, PassedOn
from jimu.calls.queries import START, call_for
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.incidents.models import Incident
from jimu.people.models import Organisation, Person
from jimu.training.naming import qualification_name

LISTED = 300
State = OrganisationAsk.State


def members(organisation_id: UUID) -> "QuerySet[Person]":
    """An organisation's own grown-up people on the register."""
    return Person.objects.filter(affiliations__organisation=organisation_id, active=True, minor=False).distinct()


def largest_first() -> "QuerySet[Organisation]":
    """Organisations that have people of their own who could be asked, those with the most first."""
    people = Person.objects.filter(affiliations__organisation=OuterRef("pk"), active=True, minor=False)
    counted = people.order_by().values("affiliations__organisation").annotate(n=Count("pk", distinct=True)).values("n")
    return Organisation.objects.annotate(size=Coalesce(Subquery(counted), 0)).filter(size__gt=0).order_by("-size", "name")


def ask_row(ask_id: UUID) -> OrganisationAsk:
    """An ask by its link. Raises DeadLink."""
    found = OrganisationAsk.objects.select_related("organisation", "call__incident", "call__unit").filter(pk=ask_id).first()
    if found is None:
        raise DeadLink
    return found


def ask_for(actor: Actor, ask_id: UUID) -> OrganisationAsk:
    """An ask whose answer the actor may write down: who may start calls where it is for. Raises NotFound, NotPermitted."""
    found = OrganisationAsk.objects.select_related("organisation", "call__incident", "call__unit").filter(pk=ask_id).first()
    if found is None:
        raise NotFound
    call_for(actor, found.call_id, START)
    return found


def under_way(ask: OrganisationAsk) -> bool:
    """Whether anybody still needs the organisation's answer."""
    return ask.call.state in Call.OPEN and ask.call.incident.state == Incident.State.ACTIVE


@dataclass(frozen=True)
class Progress:
    """How far an organisation has got: to how many it passed the call on, and what they were asked and said."""

    ask: OrganisationAsk
    passed: int
    asked: int
    yes: int
    no: int
    silent: int
    link: str

    @property
    def open(self) -> int:
        """Asked, and not answered yet."""
        return self.asked - self.yes - self.no - self.silent

    @property
    def tone(self) -> str:
        tones: Mapping[str, str] = {State.PASSED: "good", State.SENDS: "good", State.NO: "bad", State.SILENT: "bad"}
        return tones.get(self.ask.state, "warn" if self.ask.reminded else "")


def progress_of(call: Call) -> list[Progress]:
    """Each organisation of a call, who has not answered first. Three queries."""
    asks = list(call.organisations.select_related("organisation"))
    return _progress(call, asks)


def _progress(call: Call, asks: Sequence[OrganisationAsk]) -> list[Progress]:
    if not asks:
        return []
    said = dict(call.offers.filter(person__passed_on__ask__in=[ask.pk for ask in asks]).values_list("person_id", "state"))
    passed: Counter[UUID] = Counter()
    states: dict[UUID, Counter[str]] = {ask.pk: Counter() for ask in asks}
    for ask_id, person_id in PassedOn.objects.filter(ask__in=[ask.pk for ask in asks]).values_list("ask_id", "person_id"):
        passed[ask_id] += 1
        if person_id in said:
            states[ask_id][said[person_id]] += 1
    found = [_line(ask, passed[ask.pk], states[ask.pk]) for ask in asks]
    order = (State.SILENT, State.WAITING, State.PASSED, State.SENDS, State.NO)
    return sorted(found, key=lambda one: (order.index(State(one.ask.state)), one.ask.organisation.name))


def _line(ask: OrganisationAsk, passed: int, states: Counter[str]) -> Progress:
    yes = states[Offer.State.YES] + states[Offer.State.BENCH]
    no = states[Offer.State.NO] + states[Offer.State.UNFIT]
    return Progress(ask, passed, states.total(), yes, no, states[Offer.State.SILENT] + states[Offer.State.CLOSED], letters.organisation_link(ask.pk))


@dataclass(frozen=True)
class Wanted:
    """How many are wanted at a kind of post, when the first of them is needed, and what they must be able to do."""

    title: str
    open: int
    shifts: int
    soonest: datetime
    able: str


@dataclass(frozen=True)
class OrganisationSheet:
    """What an organisation's contact sees: what is wanted, their own people by name, how far they have got. No telephone numbers."""

    ask: OrganisationAsk
    wanted: Sequence[Wanted]
    people: Sequence[tuple[Person, bool]]
    progress: Progress

    @property
    def left(self) -> int:
        """Own people to whom it was not passed on yet."""
        return sum(not passed for _person, passed in self.people)


def organisation_sheet(ask: OrganisationAsk, at: datetime) -> OrganisationSheet:
    """The page behind an organisation's link. Raises CallOver."""
    if not under_way(ask):
        raise CallOver
    passed = set(ask.passed.values_list("person_id", flat=True))
    people = [(person, person.pk in passed) for person in members(ask.organisation_id).order_by("sort_name", "pk")[:LISTED]]
    return OrganisationSheet(ask, wanted_of(ask.call, at), people, _progress(ask.call, [ask])[0])


def wanted_of(call: Call, at: datetime) -> list[Wanted]:
    """What a call still lacks, by post, the most wanted first."""
    found: dict[tuple[str, str], list[tuple[int, datetime]]] = {}
    for need in choosing.needs(call, at):
        if need.open:
            able = "、".join(qualification_name(code) for code in need.shift.post.qualifications)
            found.setdefault((need.shift.post.title, able), []).append((need.open, need.shift.starts_at))
    lines = [Wanted(title, sum(n for n, _at in rows), len(rows), min(at_ for _n, at_ in rows), able) for (title, able), rows in found.items()]
    return sorted(lines, key=lambda line: (-line.open, line.title))


def silent_for(actor: Actor) -> list[tuple[UUID, str, int]]:
    """Calls that the actor may steer, with their place and how many organisations have not answered in their time. One query."""
    rows = OrganisationAsk.objects.filter(
        visible(actor, START, "call__unit__path"), state=State.SILENT, call__state__in=Call.OPEN, call__incident__state=Incident.State.ACTIVE
    )  # fmt: skip
    return list(rows.order_by("call__unit__path").values_list("call_id", "call__unit__name").annotate(n=Count("pk")))


def answered_of(calls: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """For each call how many organisations were asked, and how many of them answered. One query."""
    found: dict[UUID, tuple[int, int]] = {}
    for call_id, state in OrganisationAsk.objects.filter(call__in=calls).values_list("call_id", "state"):
        asked, answered = found.get(call_id, (0, 0))
        found[call_id] = asked + 1, answered + (state not in OrganisationAsk.UNANSWERED)
    return found
