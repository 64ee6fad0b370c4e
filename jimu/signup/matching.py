"""Whom an application tells of, among the people on the register and those who wait beside it. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from jimu.people.identity import same_person
from jimu.people.models import FormerPhone, Person
from jimu.signup.models import Application


@dataclass(frozen=True)
class Match:
    """`person` is the same one by the rule of intakes. `flags`: shared_phone, two_ids, same_name."""

    person: Person | None = None
    flags: tuple[str, ...] = ()
    others: tuple[Person, ...] = ()


def matches(rows: Sequence[Application]) -> Mapping[Application, Match]:
    """For each application the person it tells of, and what looks odd."""
    phones = {row.phone_index for row in rows}
    numbers = {row.id_number_index for row in rows} - {""}
    people = Person.objects.select_related("unit")
    by_id = {p.id_number_index: p for p in people.filter(id_number_index__in=numbers)}
    by_phone: dict[str, list[Person]] = defaultdict(list)
    for person in people.filter(phone_index__in=phones).order_by("id_number_index", "pk"):
        by_phone[person.phone_index].append(person)
    former: dict[tuple[str, str], Person] = {}
    for kept in FormerPhone.objects.filter(phone_index__in=phones).select_related("person__unit").order_by("pk"):
        former.setdefault((kept.person.name, kept.phone_index), kept.person)
    same_name: dict[tuple[str, UUID], list[Person]] = defaultdict(list)
    for person in people.filter(name__in={row.name for row in rows}, unit__in={row.unit_id for row in rows}):
        same_name[(person.name, cast(UUID, person.unit_id))].append(person)
    names = _names_by_phone(rows)
    return {row: _match(row, by_id, by_phone[row.phone_index], former, same_name[(row.name, row.unit_id)], names) for row in rows}


def _names_by_phone(rows: Sequence[Application]) -> Mapping[tuple[UUID, str], set[str]]:
    """Names that wait under each phone of a campaign."""
    found: dict[tuple[UUID, str], set[str]] = defaultdict(set)
    waiting = Application.objects.filter(phone_index__in={r.phone_index for r in rows}, campaign__in={r.campaign_id for r in rows})
    for campaign, phone, name in waiting.exclude(state=Application.State.REFUSED).values_list("campaign_id", "phone_index", "name"):
        found[(campaign, phone)].add(name)
    return found


def _match(
    row: Application, by_id: Mapping[str, Person], near: Sequence[Person], former: Mapping[tuple[str, str], Person],
    namesakes: Sequence[Person], names: Mapping[tuple[UUID, str], set[str]],
) -> Match:  # fmt: skip
    twin = next((p for p in near if p.name == row.name), None) or former.get((row.name, row.phone_index))
    person = same_person(id_number_index=row.id_number_index, by_id=by_id.get(row.id_number_index), twin=twin)
    others = [p for p in near if person is None or p.pk != person.pk]
    shared = any(p.name != row.name for p in others) or len(names[(row.campaign_id, row.phone_index)]) > 1
    flags = ["shared_phone"] if shared else []
    if any(p.name == row.name for p in others):
        flags.append("two_ids")
    if person is None and namesakes:
        flags.append("same_name")
    seen = {p.pk: p for p in [*others, *namesakes] if person is None or p.pk != person.pk}
    return Match(person, tuple(flags), tuple(seen.values()))
