"""Who could see to a need: teams of the place, who sits in them, who leads there; ranked with reasons."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q

from jimu.field.needs import policy, queries, rules
from jimu.field.needs.models import Need
from jimu.field.needs.rules import Candidate
from jimu.field.needs.words import reasons
from jimu.people.models import Person, Skill, UnitLeader
from jimu.people.words import PAUSED
from jimu.teams.models import Membership, Team

IN_HAND = (Need.State.ASSIGNED, Need.State.ACCEPTED)


@dataclass(frozen=True)
class Proposal:
    """A candidate with what speaks for them, in words."""

    candidate: Candidate
    reasons: list[str]


def proposals(need: Need) -> list[Proposal]:
    """Whom to give a need to, best first. A restricted one is proposed to people only."""
    prefixes = [need.unit.path[:n] for n in range(rules.STEP, len(need.unit.path) + 1, rules.STEP)]
    # Beyond the neighborhood nobody knows the door.
    around = len(queries.neighborhood_path(need.unit))
    near = [path for path in prefixes if len(path) >= around]
    teams = list(Team.objects.filter(state=Team.State.CONFIRMED, unit__path__in=near).select_related("unit"))
    sitting = list(Membership.objects.filter(team__in=teams, until=None).select_related("person"))
    places = {row.person_id: row.team.unit.path for row in sitting if _here(row.person)}
    people = {row.person_id: row.person for row in sitting if _here(row.person)}
    for led in UnitLeader.objects.filter(unit__path__in=near, until=None).select_related("person", "unit"):
        if _here(led.person):
            people[led.person_id] = led.person
            places[led.person_id] = max(places.get(led.person_id, ""), led.unit.path, key=len)
    skills = _skills(people)
    found = [
        Candidate(pk, one.name, places[pk], load, skills=skills.get(pk, frozenset()), phone=bool(one.phone_index))
        for (pk, one), load in zip(people.items(), _loads("handler", people), strict=True)
    ]  # fmt: skip
    if not need.restricted:
        members: dict[UUID, set[UUID]] = {}
        for row in sitting:
            members.setdefault(row.team_id, set()).add(row.person_id)
        able = {team: frozenset().union(*(skills.get(one, frozenset()) for one in ids)) for team, ids in members.items()}
        loads = _loads("team", [team.pk for team in teams])
        found += [
            Candidate(team.pk, team.title, team.unit.path, load, team=True, skills=able[team.pk])
            for team, load in zip(teams, loads, strict=True) if team.pk in able
        ]  # fmt: skip
    wanted = policy.class_of(policy.of_place(need.unit), need.kind).skills
    return [Proposal(row.candidate, reasons(row)) for row in rules.ranked(need.unit.path, wanted, found)]


def _here(person: Person) -> bool:
    return person.active and PAUSED not in person.limits


def _skills(people: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = {}
    for person_id, code in Skill.objects.filter(person__in=list(people)).values_list("person_id", "code"):
        found.setdefault(person_id, set()).add(code)
    return {person_id: frozenset(codes) for person_id, codes in found.items()}


def _loads(field: str, ids: Iterable[UUID]) -> list[int]:
    """Needs in hand, in the order of the ids."""
    wanted = list(ids)
    rows = Need.objects.filter(Q(**{f"{field}__in": wanted}), state__in=IN_HAND).values_list(field).annotate(n=Count("pk"))
    counted = dict(rows.order_by())
    return [counted.get(one, 0) for one in wanted]
