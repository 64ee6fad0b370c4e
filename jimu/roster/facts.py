"""Kinds and skills of people, for lists and files."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from jimu.people.models import Affiliation, Skill


def kinds_of(people: "Iterable[UUID]") -> dict[UUID, frozenset[str]]:
    """The kinds of people, given as ids or as a query of ids. One query."""
    return _grouped(Affiliation.objects.filter(person__in=people), "kind")


def skills_of(people: "Iterable[UUID]") -> dict[UUID, frozenset[str]]:
    """The skills of people, given as ids or as a query of ids. One query."""
    return _grouped(Skill.objects.filter(person__in=people), "code")


def _grouped(rows: "QuerySet[Affiliation] | QuerySet[Skill]", name: str) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = {}
    for person_id, value in rows.values_list("person_id", name):
        found.setdefault(person_id, set()).add(value)
    return {person_id: frozenset(values) for person_id, values in found.items()}
