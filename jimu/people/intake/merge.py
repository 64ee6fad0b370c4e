"""Who is who: the same valid ID number, else the same name and phone, is the same person. Later words win."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _

from jimu.people.intake.entries import PAUSED, Entry, Role
from jimu.people.intake.problems import WARNING, Problem

SHARED_PHONE = _("这个手机号还有别人在用（姓名不同），按两个人登记。请核对。")
TWO_IDS = _("同名同手机号，但身份证号不同，按两个人登记。请核对。")
EARLIER_PHONE = _("这是本人以前的手机号，没有采用，仍用后来登记的号码。如已换回，请在名册里更改。")
OTHER_NAME = _("同一个身份证号，姓名不同，按同一个人登记，采用后一个姓名。请核对。")


def merge(entries: Iterable[Entry]) -> tuple[list[Entry], list[Problem]]:
    """One entry a person, in the order of their first appearance; what looks odd is flagged."""
    rows = list(entries)
    groups = _Groups(rows)
    by_id: dict[Hashable, int] = {}
    for at, entry in enumerate(rows):
        if entry.id_number:
            groups.join(by_id.setdefault(entry.id_number, at), at)
    problems: list[Problem] = []
    by_name_phone: dict[Hashable, int] = {}
    # Rows with an ID number first: whoever has one is known by it, whatever the order of the files.
    for at, entry in sorted(enumerate(rows), key=lambda pair: (not pair[1].id_number, pair[0])):
        if entry.phone:
            first = by_name_phone.setdefault((entry.name, entry.phone), at)
            if not groups.join(first, at):
                problems.append(flag(entry, "two_ids", TWO_IDS))
    people = []
    for members in groups.all():
        person, odd = _fold([rows[at] for at in members])
        people.append(person)
        problems += odd
    return people, problems + _shared_phones(people)


class _Groups:
    """Rows joined into people; two different ID numbers are never joined."""

    def __init__(self, rows: Sequence[Entry]) -> None:
        self.parent = list(range(len(rows)))
        self.number = [row.id_number for row in rows]

    def root(self, at: int) -> int:
        while self.parent[at] != at:
            self.parent[at] = self.parent[self.parent[at]]
            at = self.parent[at]
        return at

    def join(self, one: int, other: int) -> bool:
        """Make two rows one person; False when their ID numbers forbid it."""
        one, other = sorted((self.root(one), self.root(other)))
        if one == other:
            return True
        if self.number[one] and self.number[other] and self.number[one] != self.number[other]:
            return False
        self.parent[other] = one
        self.number[one] = self.number[one] or self.number[other]
        return True

    def all(self) -> list[list[int]]:
        """The rows of each person, by first appearance."""
        found: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self.parent)):
            found[self.root(at)].append(at)
        return list(found.values())


def _fold(rows: list[Entry]) -> tuple[Entry, list[Problem]]:
    """All that is said of one person, oldest first; rows without a time of submission come before those with one."""
    # A stable sort: what was handed over later in the same minute wins.
    rows = sorted(rows, key=lambda e: e.submitted or datetime.min)  # noqa: DTZ901  compared with the forms' own clocks
    person, problems = rows[0], []
    for later in rows[1:]:
        if later.name != person.name:
            problems.append(flag(later, "other_name", OTHER_NAME))
        absorb(person, later)
    return person, problems


def absorb(old: Entry, new: Entry) -> None:
    """Take what a later entry says; kinds, skills and limits join."""
    old.earlier_phones |= new.earlier_phones | ({old.phone} if old.phone and new.phone else set())
    for name in ("name", "phone", "id_number", "sex", "political_status", "address", "place", "leads"):
        if getattr(new, name):
            setattr(old, name, getattr(new, name))
    old.earlier_phones.discard(old.phone)
    old.born_on = old.born_on if old.id_number and not new.id_number else new.born_on or old.born_on
    old.birth_year = old.born_on.year if old.born_on else new.birth_year or old.birth_year
    if new.times_known:
        old.windows, old.times_known, old.times_words = new.windows, True, new.times_words
    old.roles = join_roles(old.roles, new.roles)
    old.skills |= new.skills
    old.limits = (old.limits - {PAUSED} if new.healthy else old.limits) | new.limits
    old.healthy = (old.healthy or new.healthy) and PAUSED not in new.limits
    old.notes |= new.notes
    old.submitted = max(filter(None, (old.submitted, new.submitted)), default=None)
    old.where += new.where


def join_roles(old: list[Role], new: list[Role]) -> list[Role]:
    """One role a kind; what a later one leaves blank stays."""
    joined = {role.kind: role for role in old}
    for role in new:
        before = joined.get(role.kind, role)
        joined[role.kind] = Role(
            role.kind,
            role.organisation or before.organisation,
            role.department or before.department,
            role.title or before.title,
            role.place or before.place,
            role.source or before.source,
        )
    return list(joined.values())


def flag(entry: Entry, code: str, message: str) -> Problem:
    """A problem of a whole entry, at its first row."""
    where = entry.where[0]
    return Problem(where.file, where.sheet, where.row, entry.phone_column, WARNING, code, message, entry.phone_at)


def _shared_phones(people: list[Entry]) -> list[Problem]:
    by_phone: dict[str, list[Entry]] = defaultdict(list)
    for person in people:
        if person.phone:
            by_phone[person.phone].append(person)
    return [flag(p, "shared_phone", SHARED_PHONE) for group in by_phone.values() if len({p.name for p in group}) > 1 for p in group]
