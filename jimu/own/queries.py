"""Reads: whom a link names, one's own record drawn, which published seats disagree with what their holder says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jimu.core import clock
from jimu.core.brick import UnitMark
from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.own.models import Doubt, PersonalLink
from jimu.people.models import Person
from jimu.roster import policy
from jimu.roster.models import Assignment, Roster
from jimu.roster.problem import build
from jimu_engine.check import check

SIGNER = Signer(salt="jimu.own.link")


class DeadLink(NotFound):
    """A link that is none, was taken back, or is too old: all look alike."""

    code = "dead_link"

    def __init__(self) -> None:
        super().__init__(_("这个链接不能用了。请向居委会要一个新的。"))


def token_of(link: PersonalLink) -> str:
    """The link's part of its address: the row's id, signed."""
    return SIGNER.sign(str(link.pk))


def holder_of(token: str, at: datetime) -> tuple[Person, Actor]:
    """The person that a link names, and who acts by it: that one person, with no rights at all. Raises DeadLink."""
    try:
        pk = UUID(SIGNER.unsign(token))
    except (BadSignature, ValueError) as error:
        raise DeadLink from error
    link = PersonalLink.objects.filter(pk=pk, revoked_at=None, expires_at__gt=at, person__active=True).select_related("person__unit").first()
    if link is None:
        raise DeadLink
    return link.person, Actor(account_id=None, name=link.person.name, person_id=link.person_id)


def link_of(person: Person, at: datetime) -> PersonalLink | None:
    """The link that works now."""
    return PersonalLink.objects.filter(person=person, revoked_at=None, expires_at__gt=at).first()


def own_person(actor: Actor) -> Person:
    """The asker's own record. Raises NotFound for an account that belongs to nobody on the register."""
    person = Person.objects.select_related("unit").filter(pk=actor.person_id, active=True).first() if actor.person_id else None
    if person is None:
        raise NotFound(_("您的账号还没有对应到名册上的人，请联系指挥长补上。"))
    return person


@dataclass(frozen=True)
class InDoubt:
    """A published seat to come, and the rules about its holder's own word that it breaks."""

    assignment: Assignment
    rules: tuple[str, ...]


def seats_to_come(person_id: UUID, at: datetime) -> list[Assignment]:
    """Published seats that have not begun, the next first."""
    rows = Assignment.objects.filter(
        person=person_id, shift__roster__state=Roster.State.PUBLISHED, shift__roster__incident__state=Incident.State.ACTIVE, shift__starts_at__gt=at
    )
    return list(rows.select_related("shift__post", "shift__unit", "shift__roster__incident").order_by("shift__starts_at"))


def in_doubt(person_id: UUID, at: datetime) -> list[InDoubt]:
    """Which of them disagree with the record as it stands, as the roster's own checker judges."""
    seats = seats_to_come(person_id, at)
    broken: dict[tuple[str, str], set[str]] = {}
    for roster in {seat.shift.roster_id: seat.shift.roster for seat in seats}.values():
        built = build(roster, at=at, people=[person_id], shifts=[])
        for breach in check(built.problem, built.seats).hard:
            for shift in breach.shifts if breach.rule in policy.OWN_WORD else ():
                if breach.rule not in built.overrides.get((shift, breach.person), ()):
                    broken.setdefault((shift, breach.person), set()).add(breach.rule)
        for shift_id, person in built.strangers:
            broken.setdefault((str(shift_id), str(person)), set()).add(policy.PAUSED)
    found = [(seat, broken.get((str(seat.shift_id), str(person_id)), set())) for seat in seats]
    return [InDoubt(seat, tuple(sorted(rules))) for seat, rules in found if rules]


def doubts_for(actor: Actor, unit: Unit, at: datetime) -> "QuerySet[Doubt]":
    """Seats in doubt within a unit that nobody has settled and that are still to come."""
    return _open(at).filter(
        visible(actor, "own.doubts", "assignment__shift__unit__path"), assignment__shift__unit__path__startswith=unit.path
    ).select_related("assignment__person", "assignment__shift__post", "assignment__shift__unit").order_by("assignment__shift__starts_at")  # fmt: skip


def _open(at: datetime) -> "QuerySet[Doubt]":
    return Doubt.objects.filter(settled_at=None, assignment__shift__starts_at__gt=at, assignment__shift__roster__state=Roster.State.PUBLISHED)


def marks(actor: Actor, units: Sequence[Unit]) -> Mapping[UUID, list[UnitMark]]:
    """A line on each unit whose published shifts somebody put in doubt."""
    if not actor.may("own.doubts"):
        return {}
    rows = _open(clock.now()).filter(visible(actor, "own.doubts", "assignment__shift__unit__path"))
    counts = rows.order_by().values_list("assignment__shift__unit").annotate(Count("pk"))
    # Doubts are few and shifts are many: asked for its units, the database would read every shift of theirs.
    wanted = {unit.pk for unit in units}
    return {unit_id: [UnitMark("doubts", _said(n), "warn")] for unit_id, n in counts if unit_id in wanted}


def _said(count: int) -> str:
    return ngettext("{n} 个已发布的班，本人改了时间", "{n} 个已发布的班，本人改了时间", count).format(n=count)
