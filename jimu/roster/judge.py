"""What the rules say of a roster, or of one person on one seat. The engine's checker decides; it uses no solver."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.people.models import Person
from jimu.roster import policy, resting, standby, words
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.problem import Built, build
from jimu_engine.check import check
from jimu_engine.problem import Roster as Seats
from jimu_engine.rules import Breach, Supervised


@dataclass(frozen=True)
class Broken:
    """A rule that a change breaks for one person."""

    code: str
    sentence: str
    person_id: UUID
    name: str

    @property
    def bodily(self) -> bool:
        """A limit of the body."""
        return words.is_bodily(self.code)

    @property
    def firm(self) -> bool:
        """Nobody may lift it."""
        return words.is_firm(self.code)

    def as_dict(self) -> dict[str, Any]:
        """For answers and journals."""
        return {
            "code": self.code,
            "sentence": _("%(who)s：%(what)s。") % {"who": self.name, "what": self.sentence},
            "bodily": self.bodily,
            "firm": self.firm,
        }


def hard_breaches(roster: Roster) -> list[dict[str, Any]]:
    """Every breach of a hard rule that nobody lifted by name, with who, where and when."""
    built = build(roster, at=clock.now())
    report = check(built.problem, built.seats)
    standing = [breach for breach in report.hard if not _lifted(built, breach)]
    return [_told(built, breach) for breach in standing] + _strangers(built)


def _lifted(built: Built, breach: Breach) -> bool:
    if words.is_firm(breach.rule):
        return False
    return any(breach.rule in built.overrides.get((shift, breach.person), ()) for shift in breach.shifts)


def _told(built: Built, breach: Breach) -> dict[str, Any]:
    shift_id = breach.shifts[-1] if breach.shifts else None
    shift = built.problem.shifts[built.problem.shift_at[shift_id]] if shift_id else None
    who = built.names.get(breach.person, "")
    what = words.breach_words(breach)
    return {
        "code": breach.rule,
        "shift": str(standby.read(shift_id)[0]) if shift_id else None,
        "unit": shift.place if shift else None,
        "person": breach.person or None,
        "sentence": _("%(who)s：%(what)s。") % {"who": who, "what": what} if who else what,
    }


def _strangers(built: Built) -> list[dict[str, Any]]:
    if not built.strangers:
        return []
    names = dict(
        Person.objects.filter(pk__in={person for _, person in built.strangers}).values_list("pk", "name")
    )
    units = dict(
        Shift.objects.filter(pk__in={shift for shift, _ in built.strangers}).values_list("pk", "unit_id")
    )
    return [
        {
            "code": "stranger",
            "shift": str(shift),
            "unit": str(units.get(shift)),
            "person": str(person),
            "sentence": _("%(who)s：%(what)s。")
            % {"who": names.get(person, ""), "what": words.rule_words("stranger")},
        }
        for shift, person in built.strangers
    ]


def breaches_of_change(
    roster: Roster, *, placing: Mapping[UUID, Shift], leaving: Collection[UUID] = ()
) -> list[Broken]:
    """The hard rules that a change newly breaks, those that nobody may lift first.

    `placing` gives each person the shift to sit on; `leaving` are assignments given up in the same step.
    """
    left = set(Assignment.objects.filter(pk__in=leaving).values_list("shift_id", "standby", "person_id"))
    touched = {shift.pk for shift in placing.values()} | {shift for shift, _stands_by, _person in left}
    # Who stands beside them matters too: a first shift wants a veteran.
    beside = Assignment.objects.filter(shift__in=touched).values_list("person_id", flat=True)
    built = build(roster, at=clock.now(), people=list({*placing, *beside}), shifts=touched)
    strangers = [person for person in placing if str(person) not in built.names]
    if strangers:
        return [_kept_out(person) for person in strangers]
    before = set(built.seats.pairs()) - {(standby.seat_id(shift, stands_by), str(person)) for shift, stands_by, person in left}
    after = before | {(str(shift.pk), str(person)) for person, shift in placing.items()}
    problem = built.problem.replace(pinned=frozenset())
    old = {_key(breach) for breach in check(problem, Seats.of(before)).hard if breach.rule != Supervised.code}
    # A novice whom this very step leaves alone was not alone before it.
    old |= {_key(breach) for breach in check(problem, built.seats).hard if breach.rule == Supervised.code}
    new = {
        (breach.person, breach.rule): breach
        for breach in reversed(check(problem, Seats.of(after)).hard)
        if _key(breach) not in old and breach.rule != "cover"
    }
    broken = [
        Broken(breach.rule, words.breach_words(breach), _answers(breach, placing), built.names[breach.person])
        for breach in new.values()
    ]
    broken += _tired(roster, placing, leaving, {one.person_id for one in broken if one.bodily}, built)
    return sorted(broken, key=lambda one: (not one.firm, one.code))


def _tired(
    roster: Roster, placing: Mapping[UUID, Shift], leaving: Collection[UUID], settled: Collection[UUID], built: Built
) -> list[Broken]:
    """Who must rest when their new shift begins: asked only where somebody answers for it by name. Drafts ask nobody yet."""
    if roster.state != Roster.State.PUBLISHED:
        return []
    by_start: dict[datetime, list[UUID]] = {}
    for person, shift in placing.items():
        if person not in settled:
            by_start.setdefault(shift.starts_at, []).append(person)
    return [
        Broken(resting.CODE, why, person, built.names[str(person)])
        for starts_at, people in by_start.items()
        for person, why in resting.must_rest(people, starts_at, leaving=leaving).items()
    ]


def _answers(breach: Breach, placing: Mapping[UUID, Shift]) -> UUID:
    """Whose placing breaks it: their own, or that of the veteran who leaves a novice alone."""
    person = UUID(breach.person)
    return person if person in placing else next(iter(placing))


def _kept_out(person_id: UUID) -> Broken:
    """Why somebody is not among those who may be asked at all."""
    person = Person.objects.filter(pk=person_id).first()
    code = "stranger"
    if person is not None and person.active:
        code = "minor" if person.minor else policy.PAUSED if policy.PAUSED in person.limits else code
    return Broken(code, words.rule_words(code), person_id, person.name if person else "")


def _key(breach: Breach) -> tuple[str, str, tuple[str, ...], float]:
    return breach.rule, breach.person, breach.shifts, breach.amount
