"""Why a seat is open, who is nearest to it, and why somebody is where they are: the engine's findings as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from jimu.core.permissions import under
from jimu.people.models import Affiliation, Person
from jimu.roster import policy, resting, standby, words
from jimu.roster.models import Assignment, Shift
from jimu.roster.problem import Built, build
from jimu_engine.problem import Roster as Seats

if TYPE_CHECKING:
    from jimu_engine.reasons import Reason
    from jimu_engine.recommend import Advisor, OpenSeat

# Duties this far away bear on rest, caps and free days.
NEAR = timedelta(days=7)
LISTED = 8


def open_reasons(built: Built, seats: Seats) -> Mapping[UUID, dict[str, Any]]:
    """For each shift with open seats: the main rule that keeps people off it, counts by rule, and a sentence."""
    problem = built.problem
    wanted = [s for s in problem.shifts if not s.requested and not standby.read(s.id)[1] and len(seats.on(s.id)) < s.required]
    if not wanted:
        return {}
    advisor = _advisor(built, seats)
    return {UUID(shift.id): _kept(advisor.why_open(shift.id)) for shift in wanted}


def _advisor(built: Built, seats: Seats) -> "Advisor":
    # The kernels take a while to load, and most requests never ask.
    from jimu_engine.recommend import Advisor

    return Advisor(built.problem, seats)


def _kept(found: "OpenSeat") -> dict[str, Any]:
    """The single most useful reason first: the rule whose easing would let most people in, else the commonest."""
    counts = dict(sorted(found.kept_off.items(), key=lambda item: -item[1]))
    code = found.relax[0] if found.relax else next(iter(counts), "nobody")
    reason: dict[str, Any] = {
        "code": code,
        "missing": found.missing,
        "counts": counts,
        "relax": list(found.relax) if found.relax else None,
        "nearest": [list(pair) for pair in found.nearest],
    }
    with translation.override("zh-hans"):
        # The board shows this sentence as it is; the roster's own pages say it anew in the reader's language.
        reason["sentence"] = words.reason_sentence(reason)
    return reason


@dataclass(frozen=True)
class WhyOpen:
    """Why seats of a shift stand open, ready for a page."""

    sentence: str
    counts: Sequence[str]
    relax: str
    nearest: Sequence[tuple[str, str]]


def why_open(shift: Shift) -> WhyOpen | None:
    """What is stored with a shift that has open seats, in the reader's language; None when nothing is. One query."""
    if shift.filled >= shift.needed and not shift.post.requested_only:
        return None
    return _worded(shift.open_reason) if shift.open_reason else None


def sentence_of(shift: Shift) -> str:
    """Why seats of a shift stand open, in one sentence; empty when it is not known."""
    return words.reason_sentence(shift.open_reason) if shift.open_reason else ""


def _worded(reason: Mapping[str, Any]) -> WhyOpen:
    nearest = [(UUID(person), code) for person, code in reason.get("nearest") or ()]
    names = (
        dict(Person.objects.filter(pk__in=[p for p, _ in nearest]).values_list("pk", "name"))
        if nearest
        else {}
    )
    relax = reason.get("relax")
    return WhyOpen(
        sentence=words.reason_sentence(reason),
        counts=[words.counted(code, n) for code, n in (reason.get("counts") or {}).items()],
        relax=words.relaxed(relax[0], relax[1]) if relax else "",
        nearest=[(names[person], words.rule_words(code)) for person, code in nearest if person in names],
    )


@dataclass(frozen=True)
class Fit:
    """Somebody who could take a seat, with what speaks for it."""

    person_id: UUID
    name: str
    kind: str
    reasons: Sequence[str]

    @property
    def kind_name(self) -> str:
        return policy.kind_name(self.kind)


@dataclass(frozen=True)
class Candidates:
    """Whom to ask for a shift, best first; and why it stands open as the roster is now."""

    fits: Sequence[Fit]
    why: WhyOpen | None
    near: Sequence[tuple[UUID, str, str]] = ()


def candidates(shift: Shift, *, at: datetime, limit: int = LISTED) -> Candidates:
    """Ranked people for a seat of this shift as the roster is now. A fixed number of queries."""
    built = _around(shift, at)
    advisor = _advisor(built, built.seats)
    found = advisor.recommend(str(shift.pk), limit=limit)
    ids = [UUID(candidate.person) for candidate in found.candidates]
    kinds = _kinds(ids)
    taken = frozenset(shift.post.kinds)
    tired = resting.must_rest(ids, shift.starts_at)
    fits = [
        Fit(
            person_id=UUID(candidate.person),
            name=built.names[candidate.person],
            kind=policy.serves_as(kinds.get(UUID(candidate.person), frozenset()), taken),
            reasons=_with_rest(tired.get(UUID(candidate.person), ""), [words.advice(r.code, r.value) for r in candidate.reasons]),
        )
        for candidate in found.candidates
    ]
    # Who must rest stands last: a commander may still answer for asking them.
    fits.sort(key=lambda fit: fit.person_id in tired)
    if shift.filled >= shift.needed:
        return Candidates(fits, None)
    reason = _kept(advisor.why_open(str(shift.pk), nearest=LISTED))
    near = [
        (UUID(person), built.names[person], words.rule_words(code))
        for person, code in reason["nearest"]
        if not words.is_firm(code)
    ]
    return Candidates(fits, _worded(reason), near if not fits else ())


def _with_rest(why: str, reasons: list[str]) -> list[str]:
    return [_("该休息，须指挥长批准：%(why)s") % {"why": why}, *reasons] if why else reasons


def why_here(seat: Assignment, *, at: datetime) -> list[str]:
    """What speaks for somebody on their seat, or who put them there; in clauses. Empty when nothing is known."""
    if seat.override:
        return [words.overridden(seat.override)]
    by = {str(Assignment.Origin.HAND): words.by_hand, str(Assignment.Origin.CALL): words.by_call}.get(seat.origin)
    told = [by()] if by else []
    built = build(seat.shift.roster, at=at, people=[seat.person_id], shifts=[seat.shift_id])
    if str(seat.person_id) not in built.names:
        return [*told, words.rule_words("stranger")]
    found: Sequence[Reason] = _advisor(built, built.seats).why_here(standby.seat_id(seat.shift_id, seat.standby), str(seat.person_id))
    return told + [words.advice(reason.code, reason.value) for reason in found]


def open_nearby(seat: Assignment) -> list[Shift]:
    """Shifts with a free seat to which somebody could be moved: the same neighborhood, a day around. One query."""
    day = seat.shift.day
    shifts = Shift.objects.filter(
        roster=seat.shift.roster_id,
        unit=seat.shift.unit_id,
        day__gte=day - timedelta(days=1),
        day__lte=day + timedelta(days=1),
    ).exclude(pk=seat.shift_id)
    rows = (
        shifts.select_related("post").filter(post__requested_only=False).order_by("starts_at", "post__title")
    )
    return [row for row in rows if row.filled < row.needed]


def others_nearby(seat: Assignment) -> list[Assignment]:
    """People with whom somebody could change places: the same neighborhood, another shift, a day around. One query."""
    day = seat.shift.day
    rows = Assignment.objects.filter(
        shift__roster=seat.shift.roster_id,
        shift__unit=seat.shift.unit_id,
        shift__day__gte=day - timedelta(days=1),
        shift__day__lte=day + timedelta(days=1),
    ).exclude(shift=seat.shift_id)
    rows = rows.exclude(person=seat.person_id).exclude(check_ins__isnull=False)
    return list(
        rows.select_related("person", "shift__post").order_by("shift__starts_at", "shift__post__title", "seat")
    )


def _around(shift: Shift, at: datetime) -> Built:
    """The problem of those who may serve in a shift's neighborhood, a week around it."""
    here = under([shift.unit.path], "unit__path")
    sent = Affiliation.objects.filter(here).values("person")
    roving = Affiliation.objects.filter(kind__in=policy.ROVING).values("person")
    people = Person.objects.filter(here | Q(pk__in=sent) | Q(pk__in=roving), active=True, minor=False)
    shifts = Shift.objects.filter(
        roster=shift.roster_id, unit=shift.unit_id, day__gte=shift.day - NEAR, day__lte=shift.day + NEAR
    )
    ids = list(people.values_list("pk", flat=True))
    return build(shift.roster, at=at, people=ids, shifts=set(shifts.values_list("pk", flat=True)))


def _kinds(ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = {}
    for person_id, kind in Affiliation.objects.filter(person__in=ids).values_list("person_id", "kind"):
        found.setdefault(person_id, set()).add(kind)
    return {person_id: frozenset(kinds) for person_id, kinds in found.items()}
