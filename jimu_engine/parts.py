"""A large problem as separate jobs: split into parts that share nobody, solve each by itself, merge.

Places that share somebody belong to one part. With `homes`, people who may serve in several places are first sent to one
of them (allot does it fairly), and every place becomes a part of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from jimu_engine.errors import BadRoster
from jimu_engine.problem import Pair, Person, Problem, Roster


def split(problem: Problem, *, homes: Mapping[str, str] | None = None) -> list[Problem]:
    """Parts, each with its shifts and people, in the order of their first shift.

    `homes` names one place for people who serve in several. The optimum of the parts is that of the whole when no homes
    are given. People who can serve nowhere here are left out.
    """
    people = [_at_home(person, (homes or {}).get(person.id)) for person in problem.people]
    part_of = _components({shift.place for shift in problem.shifts}, people)
    order = list(dict.fromkeys(part_of[shift.place] for shift in problem.shifts))
    mine: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        here = part_of.keys() if person.places is None else person.places & part_of.keys()
        if here:
            mine[part_of[next(iter(here))]].append(person)
    return [_part(problem, part, part_of, mine[part]) for part in order]


def merge(rosters: Iterable[Roster]) -> Roster:
    """The roster of the whole. Raises BadRoster when two parts fill the same shift."""
    seats: dict[str, tuple[str, ...]] = {}
    for roster in rosters:
        for shift in seats.keys() & roster.seats.keys():
            raise BadRoster(f"two parts fill the shift {shift}")
        seats.update(roster.seats)
    return Roster({shift: seats[shift] for shift in sorted(seats)})


def _at_home(person: Person, home: str | None) -> Person:
    """Somebody sent to one place, if it is one where they may serve."""
    if home is None or (person.places is not None and home not in person.places):
        return person
    return replace(person, places=frozenset({home}))


def _components(places: set[str], people: Iterable[Person]) -> dict[str, str]:
    """For each place the first of those it is joined to."""
    parent = {place: place for place in places}

    def root(place: str) -> str:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for shared in {person.places for person in people}:
        joined = sorted(places if shared is None else shared & places)
        for place in joined[1:]:
            low, high = sorted((root(joined[0]), root(place)))
            parent[high] = low
    return {place: root(place) for place in places}


def _part(problem: Problem, part: str, part_of: Mapping[str, str], people: list[Person]) -> Problem:
    shifts = tuple(shift for shift in problem.shifts if part_of[shift.place] == part)
    here, who = {shift.id for shift in shifts}, {person.id for person in people}

    def kept(pairs: frozenset[Pair]) -> frozenset[Pair]:
        return frozenset(pair for pair in pairs if pair[0] in here and pair[1] in who)

    return problem.replace(people=tuple(people), shifts=shifts, pinned=kept(problem.pinned), published=kept(problem.published))
