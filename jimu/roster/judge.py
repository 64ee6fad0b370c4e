"""What the rules say of a roster, or of one person on one seat. The engine's checker decides; it uses no solver."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.people.models import Person
from jimu.roster import words
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.problem import Built, build
from jimu_engine.check import check
from jimu_engine.problem import Roster as Seats
from jimu_engine.rules import Breach


@dataclass(frozen=True)
class Broken:
    """A rule that a placing breaks. `bodily` ones are never lifted."""

    code: str
    sentence: str
    bodily: bool

    def as_dict(self) -> dict[str, Any]:
        """For answers and journals."""
        return {"code": self.code, "sentence": self.sentence, "bodily": self.bodily}


def hard_breaches(roster: Roster) -> list[dict[str, Any]]:
    """Every breach of a hard rule that nobody lifted by name, with who, where and when."""
    built = build(roster, at=clock.now())
    report = check(built.problem, built.seats)
    standing = [breach for breach in report.hard if not _lifted(built, breach)]
    return [_told(built, breach) for breach in standing] + _strangers(built)


def _lifted(built: Built, breach: Breach) -> bool:
    if words.is_bodily(breach.rule):
        return False
    return any(breach.rule in built.overrides.get((shift, breach.person), ()) for shift in breach.shifts)


def _told(built: Built, breach: Breach) -> dict[str, Any]:
    shift_id = breach.shifts[-1] if breach.shifts else None
    shift = built.problem.shifts[built.problem.shift_at[shift_id]] if shift_id else None
    who = built.names.get(breach.person, "")
    what = words.breach_words(breach)
    return {
        "code": breach.rule,
        "shift": shift_id,
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


def breaches_of_placing(
    roster: Roster, shift: Shift, person_id: UUID, *, leaving: UUID | None = None
) -> list[Broken]:
    """The hard rules that this person on this shift would newly break, the body's first; `leaving` is a seat given up."""
    built = build(roster, at=clock.now(), people=[person_id], shifts=[shift.pk])
    person = str(person_id)
    if person not in built.names:
        return [Broken("stranger", words.rule_words("stranger"), bodily=True)]
    left = (
        Assignment.objects.filter(pk=leaving).values_list("shift_id", flat=True).first() if leaving else None
    )
    before = {pair for pair in built.seats.pairs() if pair != (str(left), person)}
    problem = built.problem.replace(pinned=frozenset())
    old = {_key(breach) for breach in check(problem, Seats.of(before)).hard}
    found = check(problem, Seats.of({*before, (str(shift.pk), person)})).hard
    new = {
        breach.rule: breach
        for breach in reversed(found)
        if _key(breach) not in old and breach.rule != "cover"
    }
    broken = [
        Broken(breach.rule, words.breach_words(breach), words.is_bodily(breach.rule))
        for breach in new.values()
    ]
    return sorted(broken, key=lambda one: (not one.bodily, one.code))


def _key(breach: Breach) -> tuple[str, str, tuple[str, ...], float]:
    return breach.rule, breach.person, breach.shifts, breach.amount
