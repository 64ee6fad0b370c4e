"""Who is meant: names in a list, the whole committee of a neighborhood, everybody who shared a shift with somebody."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jimu.core import sealed
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor, under
from jimu.grid.models import Unit
from jimu.people.models import Affiliation, Kind, Person, UnitLeader
from jimu.people.queries import in_part
from jimu.people.rules import contact_in
from jimu.roster.models import Assignment, CheckIn, Roster

SEND = "absences.send"
MOST_DAYS = 14
MOST_PEOPLE = 500


def reachable(actor: Actor, right: str = SEND) -> "QuerySet[Person]":
    """People whom the actor may send out: those who belong to their part, and those who serve it."""
    actor.require(right)
    serves = Affiliation.objects.filter(under(actor.paths(right), "unit__path")).values("person")
    here = in_part(actor.paths(right))
    # An empty Q is everybody, and would vanish in a union.
    return Person.objects.filter(here | Q(pk__in=serves) if here else here, active=True).select_related("unit").order_by("sort_name", "pk")


def chosen(actor: Actor, ids: Collection[UUID]) -> list[Person]:
    """People by id. Raises NotFound for anybody outside the actor's part, Invalid for none or too many."""
    wanted = set(ids)
    if not 0 < len(wanted) <= MOST_PEOPLE:
        raise Invalid(_("请写明是谁，一次最多 {most} 人。").format(most=MOST_PEOPLE), code="nobody")
    found = list(reachable(actor).filter(pk__in=wanted))
    if len(found) < len(wanted):
        raise NotFound(_("有人已退出，或不在您负责的范围内。"))
    return found


def by_names(actor: Actor, words: str) -> list[Person]:
    """People by name or full phone number, one after another. Raises Invalid for a word that names nobody or several."""
    found: dict[UUID, Person] = {}
    for word in filter(None, re.split(r"[\s,，、;；]+", words)):
        contact = contact_in(word)
        rows = reachable(actor)
        who = list(rows.filter(**{f"{contact.field}_index": sealed.blind_index(contact.number)} if contact else {"name": word})[:2])
        shown = _("这个号码") if contact else word
        if not who:
            raise Invalid(_("您负责的范围内没有找到“{word}”。").format(word=shown), code="not_found_by_name")
        if len(who) > 1:
            raise Invalid(_("有几位都叫“{word}”，请改写手机号。").format(word=shown), code="name_not_enough")
        found[who[0].pk] = who[0]
    return list(found.values())


def committee(actor: Actor, unit_id: UUID) -> list[Person]:
    """The committee of a neighborhood: its cadres and whoever leads it. Raises NotFound."""
    unit = Unit.objects.filter(under(actor.paths(SEND)), pk=unit_id).first()
    if unit is None:
        raise NotFound
    here = Q(under([unit.path], "unit__path")) | Q(under([unit.path], "person__unit__path"), unit=None)
    cadres = Affiliation.objects.filter(here, kind=Kind.COMMITTEE_CADRE).values("person")
    leads = UnitLeader.objects.filter(unit=unit, role=UnitLeader.Role.LEADER, until=None).values("person")
    return list(reachable(actor).filter(Q(pk__in=cadres) | Q(pk__in=leads)))


def contacts(actor: Actor, person_id: UUID, days: int, at: datetime) -> list[Person]:
    """Somebody and everybody who shared a shift with them in the last days. Who is known not to have come does not count."""
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(_("可以往前看 1 到 {most} 天。").format(most=MOST_DAYS), code="days_out_of_range")
    person = reachable(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    held = Q(shift__roster__state=Roster.State.PUBLISHED) | Q(check_ins__mark=CheckIn.Mark.ARRIVED)
    rows = Assignment.objects.filter(held, shift__starts_at__lt=at, shift__ends_at__gt=at - timedelta(days=days))
    there = rows.exclude(check_ins__mark=CheckIn.Mark.ABSENT)
    shifts = set(there.filter(person=person).values_list("shift_id", flat=True))
    others = there.filter(shift__in=shifts).values_list("person_id", flat=True)
    return list(reachable(actor).filter(pk__in={person.pk, *others}))
