"""Kinds of people, for lists and files."""

from collections.abc import Iterable
from uuid import UUID

from jimu.people.models import Affiliation


def kinds_of(people: "Iterable[UUID]") -> dict[UUID, frozenset[str]]:
    """The kinds of people, given as ids or as a query of ids. One query."""
    found: dict[UUID, set[str]] = {}
    for person_id, value in Affiliation.objects.filter(person__in=people).values_list("person_id", "kind"):
        found.setdefault(person_id, set()).add(value)
    return {person_id: frozenset(values) for person_id, values in found.items()}
