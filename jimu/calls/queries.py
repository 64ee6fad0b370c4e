"""Reads of calls, each within the asker's part of the grid; a person's own offers by themselves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from jimu.calls import choosing, rules
from jimu.calls.choosing import Need
from jimu.calls.errors import DeadLink
from jimu.calls.models import Call, CallShift, Offer, Standby, Step
from jimu.calls.rules import Tally
from jimu.calls.words import reason_clauses, why_not
from jimu.core import sealed, steady
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, reached, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.roster.models import Roster, Shift

VIEW, OWN, ANSWER, START = "calls.view", "calls.own", "calls.answer", "calls.start"
LISTED_CALLS, LISTED_OFFERS = 60, 400


def place_for(actor: Actor, unit_id: UUID, right: str) -> Unit:
    """A unit on the actor's part. Raises NotFound outside it, NotPermitted without the right on it."""
    unit = Unit.objects.filter(visible(actor, VIEW, "path"), pk=unit_id, retired_at=None).first()
    if unit is None:
        raise NotFound
    actor.require(right, unit.path)
    found: Unit = unit
    return found


def calls_for(actor: Actor, *, open_only: bool = False) -> "QuerySet[Call]":
    """Calls for the asker's part, those under way first. A block leader sees those of their neighborhood."""
    actor.require(VIEW)
    rows = Call.objects.filter(reached(actor, VIEW, "unit__path")).select_related("unit", "incident")
    rows = rows.filter(state__in=Call.OPEN) if open_only else rows
    return rows.order_by("ended_at", "-started_at")


def call_for(actor: Actor, call_id: UUID, right: str = VIEW) -> Call:
    """One call. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    found = Call.objects.filter(reached(actor, VIEW, "unit__path"), pk=call_id).select_related("unit", "incident", "roster").first()
    if found is None:
        raise NotFound
    if right != VIEW:
        actor.require(right, found.unit.path)
    return found


# What an answer and its page look at: of five thousand answers within a minute, every further column counts.
ANSWERED = (
    "call_id", "shift_id", "person_id", "lent", "stamp", "judged_at", "state", "due", "answer_by", "answered_at", "told", "reason_sealed",
    "person__name", "call__kind", "call__state", "call__note", "call__terms", "call__started_by", "call__unit_id", "call__incident_id",
    "call__roster_id", "call__incident__state", "call__incident__drill", "shift__unit_id", "shift__post_id", "shift__roster_id", "shift__day",
    "shift__starts_at", "shift__ends_at", "shift__needed", "shift__unit__name", "shift__unit__path", "shift__post__title", "shift__post__suit", "shift__post__qualifications",
    "shift__roster__state",
)  # fmt: skip


def offer_rows(offers: Collection[UUID]) -> dict[UUID, Offer]:
    """Offers with what an answer and its page need, those that there are. One query."""
    related = ("person", "call__incident", "shift__unit", "shift__post", "shift__roster")
    return {offer.pk: offer for offer in Offer.objects.select_related(*related).only(*ANSWERED).filter(pk__in=offers).order_by()}


def offer_row(offer_id: UUID) -> Offer:
    """One of them. Raises DeadLink."""
    found = offer_rows([offer_id]).get(offer_id)
    if found is None:
        raise DeadLink
    return found


def own_offer(actor: Actor, offer_id: UUID) -> UUID:
    """One of the asker's own offers. Raises NotFound."""
    if actor.person_id is None or not Offer.objects.filter(pk=offer_id, person=actor.person_id).exists():
        raise NotFound
    return offer_id


def answerable_for(actor: Actor, offer_id: UUID) -> UUID:
    """An offer whose answer the asker may write down. Raises NotFound outside their part."""
    if not Offer.objects.filter(reached(actor, ANSWER, "shift__unit__path"), pk=offer_id).exists():
        raise NotFound
    return offer_id


def own_offers(actor: Actor, at: datetime) -> list[Offer]:
    """The asker's offers of shifts that are not over, unanswered ones first. One query."""
    if actor.person_id is None:
        return []
    rows = Offer.objects.filter(person=actor.person_id, shift__ends_at__gt=at, call__incident__state=Incident.State.ACTIVE)
    found = list(rows.exclude(state=Offer.State.CLOSED).select_related("shift__unit", "shift__post", "call__incident").order_by("shift__starts_at"))
    return sorted(found, key=lambda offer: offer.state not in (*Offer.UNANSWERED, Offer.State.SILENT))


@dataclass(frozen=True)
class Gap:
    """Open seats of one neighborhood that nobody calls for yet."""

    unit_id: UUID
    name: str
    seats: int
    shifts: int
    soonest: datetime


def gaps_for(actor: Actor, at: datetime, hours: int) -> list[Gap]:
    """Where the asker could call for people: open seats of the coming hours, by neighborhood, the soonest first. One query."""
    rows = Shift.objects.filter(
        visible(actor, START, "unit__path"), roster__state=Roster.State.PUBLISHED, roster__incident__state=Incident.State.ACTIVE,
        ends_at__gt=at, starts_at__lt=at + timedelta(hours=hours), post__requested_only=False, filled__lt=F("needed"),
    ).exclude(pk__in=CallShift.objects.filter(active=True).values("shift"))  # fmt: skip
    summed = rows.order_by().values_list("unit_id", "unit__name").annotate(seats=Sum(F("needed") - F("filled")), shifts=Count("pk"), soonest=Min("starts_at"))
    return sorted((Gap(*row) for row in summed), key=lambda gap: (gap.soonest, gap.name))


@dataclass(frozen=True)
class StepLine:
    """One step of the chain: how many were asked and said yes, and whether the call is at it."""

    code: str
    label: str
    asked: int
    yes: int
    here: bool
    past: bool


@dataclass(frozen=True)
class Sheet:
    """A call as its page shows it."""

    call: Call
    needs: Sequence[Need]
    tally: Tally
    steps: Sequence[StepLine]
    minutes_left: int | None
    share: float

    @property
    def open(self) -> int:
        return sum(need.open for need in self.needs)

    @property
    def wanted(self) -> int:
        return self.open + self.tally.yes

    @property
    def parts(self) -> list[tuple[str, str, int]]:
        """The picture: (state, its name, how many) of everybody asked, who comes first."""
        states = (Offer.State.YES, Offer.State.BENCH, Offer.State.LATER, Offer.State.WAITING, Offer.State.SILENT, Offer.State.NO)
        counted = [(str(state), str(state.label), getattr(self.tally, str(state))) for state in states]
        rest = self.tally.unfit + self.tally.closed
        return [part for part in [*counted, ("rest", str(_("不用再答")), rest)] if part[2]]

    @property
    def running(self) -> bool:
        return self.call.state == Call.State.RUNNING

    @property
    def under_way(self) -> bool:
        return self.call.state in Call.OPEN

    @property
    def percent(self) -> int:
        """The share of yes that the next wave is reckoned with."""
        return round(100 * self.share)


def sheet(call: Call, at: datetime) -> Sheet:
    """Everything a call's page shows but the people. Seven queries."""
    needs = choosing.needs(call, at) if call.state in Call.OPEN else []
    said = choosing.total(list(choosing.tallies(call).values()))
    left = max(0, call.due - steady.now()) if call.state == Call.State.RUNNING and call.due else None
    minutes = None if left is None else -(-left // 60)
    return Sheet(call, needs, said, _steps(call), minutes, rules.yes_share(call.terms.get("yes_share", 0.35), said))


def _steps(call: Call) -> list[StepLine]:
    counted: dict[str, tuple[int, int]] = {}
    came = Q(state__in=(Offer.State.YES, Offer.State.BENCH))
    for step, asked, yes in call.offers.order_by().values_list("step").annotate(asked=Count("pk"), came=Count("pk", filter=came)):
        counted[step] = (asked, yes)
    return [
        StepLine(code, str(Step(code).label), asked, yes, here=place == call.step, past=place < call.step)
        for place, code in enumerate(call.chain)
        for asked, yes in [counted.get(code, (0, 0))]
    ]


@dataclass(frozen=True)
class Asked:
    """One person of a call, with the reasons in words, and for a no why (for who may know it)."""

    offer: Offer
    clauses: Sequence[str]
    why: str


def offers_of(call: Call, actor: Actor, *, state: str = "") -> "QuerySet[Offer]":
    """The offers of a call on the asker's part, the newest wave first, best rank first."""
    rows = call.offers.filter(reached(actor, VIEW, "shift__unit__path"))
    rows = rows.select_related("person", "shift__unit", "shift__post").order_by("-wave", "shift__starts_at", "rank", "pk")
    return rows.filter(state=state) if state else rows


def people_of(call: Call, actor: Actor, *, state: str = "") -> list[Asked]:
    """Who was asked on the asker's part, those still open first, best rank first. One query."""
    found = list(offers_of(call, actor, state=state)[:LISTED_OFFERS])
    order = [*Offer.UNANSWERED, Offer.State.SILENT, Offer.State.YES, Offer.State.BENCH]
    found.sort(key=lambda offer: order.index(offer.state) if offer.state in order else len(order))
    knows = actor.may(ANSWER)
    return [Asked(o, reason_clauses(o.reasons), why_not(sealed.unseal(o.reason_sealed)) if knows else "") for o in found]


@dataclass(frozen=True)
class Summary:
    """A call in a list: open seats now, and how many were asked and said yes."""

    call: Call
    open: int
    asked: int
    yes: int


LISTED_ENDED = 10


def summaries(actor: Actor) -> list[Summary]:
    """Calls under way, then the last that ended. Five queries."""
    running = list(calls_for(actor, open_only=True)[:LISTED_CALLS])
    ended = list(calls_for(actor).exclude(state__in=Call.OPEN).order_by("-ended_at")[:LISTED_ENDED])
    calls = [*running, *ended]
    came = Q(state__in=(Offer.State.YES, Offer.State.BENCH))
    counts = Offer.objects.filter(call__in=calls).order_by().values_list("call").annotate(asked=Count("pk"), came=Count("pk", filter=came))
    by_call = {pk: (asked, yes) for pk, asked, yes in counts}
    shifts = CallShift.objects.filter(call__in=running, active=True).select_related("shift")
    rows = [(row.call_id, row.shift) for row in shifts]
    opened = choosing.open_seats([shift for _call, shift in rows])
    left: dict[UUID, int] = {}
    for call_id, shift in rows:
        left[call_id] = left.get(call_id, 0) + opened[shift.pk]
    return [Summary(call, left.get(call.pk, 0), *by_call.get(call.pk, (0, 0))) for call in calls]


def standbys_for(actor: Actor, at: datetime, unit: Unit | None = None) -> list[Standby]:
    """Who stands by on the asker's part, for what and until when. One query."""
    actor.require(VIEW)
    rows = Standby.objects.filter(reached(actor, VIEW, "unit__path"), ended_at=None, until__gt=at)
    rows = rows.filter(unit__path__startswith=unit.path) if unit else rows
    return list(rows.select_related("person", "unit", "shift__post").order_by("until", "unit__path", "since")[:LISTED_OFFERS])


def open_of_units(actor: Actor, units: Sequence[Unit], at: datetime) -> Mapping[UUID, list[Call]]:
    """Calls under way that have shifts in these units. Two queries."""
    rows = CallShift.objects.filter(
        reached(actor, VIEW, "shift__unit__path"), active=True, call__state__in=Call.OPEN, shift__unit__in=[unit.pk for unit in units],
        shift__ends_at__gt=at,
    )  # fmt: skip
    pairs = set(rows.values_list("shift__unit_id", "call_id"))
    calls = Call.objects.select_related("unit", "incident").in_bulk({call for _unit, call in pairs})
    found: dict[UUID, list[Call]] = {}
    for unit_id, call_id in sorted(pairs, key=str):
        found.setdefault(unit_id, []).append(calls[call_id])
    return found
