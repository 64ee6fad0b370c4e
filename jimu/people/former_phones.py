"""Phones that people had before: a list from then, without ID numbers, still tells of the same people.

An earlier phone never comes back by itself: it replaces the present one only when it was submitted after it went.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from jimu.core import bulk, sealed
from jimu.people.intake.entries import Entry
from jimu.people.models import FormerPhone, Person


class FormerPhones:
    """All of them in memory, for an intake; `flush` writes what changed."""

    def __init__(self, people: Mapping[UUID, Person]) -> None:
        self.of: dict[UUID, dict[str, FormerPhone]] = defaultdict(dict)
        self.owners: dict[tuple[str, str], Person] = {}
        self.new: list[FormerPhone] = []
        self.gone: list[int] = []
        for row in FormerPhone.objects.order_by("pk"):
            person = people[row.person_id]
            self.of[person.pk][row.phone_index] = row
            self.owners.setdefault((person.name, row.phone_index), person)

    def owner(self, name: str, phone_index: str) -> Person | None:
        """Who of this name had this phone."""
        return self.owners.get((name, phone_index))

    def stale(self, person: Person, entry: Entry) -> bool:
        """Whether an entry gives a phone that this person has no more, and is no news about it."""
        row = self.of[person.pk].get(sealed.blind_index(entry.phone))
        return row is not None and not (entry.submitted and timezone.make_aware(entry.submitted) > row.until)

    def replace(self, person: Person, phone: str, until: datetime) -> None:
        """Give a person another phone; the one before is kept as one that they had."""
        before, index = (person.phone_index, person.phone_sealed), sealed.blind_index(phone)
        row = self.of[person.pk].pop(index, None)
        if row is not None and row in self.new:
            self.new.remove(row)
        elif row is not None:
            self.gone.append(row.pk)
        person.phone_index, person.phone_sealed = index, sealed.seal(phone)
        if before[0]:
            self._keep(person, *before, until)

    def add(self, person: Person, phone: str, until: datetime) -> None:
        """Keep a phone that this person had, as an older submission says."""
        index = sealed.blind_index(phone)
        if index and index != person.phone_index and index not in self.of[person.pk]:
            self._keep(person, index, sealed.seal(phone), until)

    def _keep(self, person: Person, index: str, closed: str, until: datetime) -> None:
        row = FormerPhone(person=person, phone_index=index, phone_sealed=closed, until=until)
        self.of[person.pk][index] = row
        self.new.append(row)

    def flush(self) -> None:
        """Write what changed; the people themselves must be written before."""
        # One that went and came within the same files: gone first.
        FormerPhone.objects.filter(pk__in=self.gone).delete()
        bulk.insert(self.new)


def owner(name: str, phone_index: str) -> Person | None:
    """Who of this name had this phone before."""
    row = FormerPhone.objects.filter(person__name=name, phone_index=phone_index).select_related("person__unit").order_by("pk").first()
    return row.person if row else None


def had(person: Person, phone: str) -> bool:
    """Whether somebody had this phone before, and has it no more."""
    return FormerPhone.objects.filter(person=person, phone_index=sealed.blind_index(phone)).exists()


def keep(person: Person, *, at: datetime, instead: str) -> None:
    """Note the present phone as an earlier one, before `instead` (a blind index) takes its place."""
    FormerPhone.objects.filter(person=person, phone_index=instead).delete()
    if person.phone_index:
        FormerPhone.objects.create(person=person, phone_index=person.phone_index, phone_sealed=person.phone_sealed, until=at)
