"""Who is who: the same valid ID number, else the same name and phone, is the same person. Later words win."""

from collections import defaultdict
from collections.abc import Iterable

from jimu.people.intake.entries import Entry, Role
from jimu.people.intake.problems import WARNING, Problem

SHARED_PHONE = "这个手机号还有别人在用（姓名不同），按两个人登记。请核对。"
TWO_IDS = "同名同手机号，但身份证号不同，按两个人登记。请核对。"
OTHER_NAME = "同一个身份证号，姓名不同，按同一个人登记，采用后一个姓名。请核对。"


def merge(entries: Iterable[Entry]) -> tuple[list[Entry], list[Problem]]:
    """One entry a person, in the order of their first appearance; what looks odd is flagged."""
    by_id: dict[str, Entry] = {}
    by_name_phone: dict[tuple[str, str], Entry] = {}
    people: list[Entry] = []
    problems: list[Problem] = []
    # Entries with an ID first, so that one without finds the person whatever the order of the files.
    ordered = sorted(enumerate(entries), key=lambda pair: (not pair[1].id_number, pair[1].submitted is not None, pair[1].submitted or 0, pair[0]))
    for _, entry in ordered:
        same = by_id.get(entry.id_number) if entry.id_number else None
        twin = by_name_phone.get((entry.name, entry.phone)) if entry.phone else None
        if same is None and twin is not None:
            if entry.id_number and twin.id_number:
                problems.append(_flag(entry, "two_ids", TWO_IDS))
            else:
                same = twin
        if same is None:
            people.append(entry)
            same = entry
        else:
            if same.name != entry.name:
                problems.append(_flag(entry, "other_name", OTHER_NAME))
            absorb(same, entry)
        if same.id_number:
            by_id[same.id_number] = same
        for phone in {entry.phone, same.phone} - {""}:
            by_name_phone.setdefault((entry.name, phone), same)
    problems += _shared_phones(people)
    return people, problems


def absorb(old: Entry, new: Entry) -> None:
    """Take what a later entry says; kinds, skills and limits join."""
    for name in ("name", "phone", "id_number", "sex", "political_status", "address", "place", "leads"):
        if getattr(new, name):
            setattr(old, name, getattr(new, name))
    old.born_on = old.born_on if old.id_number and not new.id_number else new.born_on or old.born_on
    old.birth_year = old.born_on.year if old.born_on else new.birth_year or old.birth_year
    if new.times_known:
        old.windows, old.times_known, old.times_words = new.windows, True, new.times_words
    old.roles = join_roles(old.roles, new.roles)
    old.skills |= new.skills
    old.limits |= new.limits
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


def _flag(entry: Entry, code: str, message: str) -> Problem:
    where = entry.where[0]
    return Problem(where.file, where.sheet, where.row, entry.phone_column, WARNING, code, message)


def _shared_phones(people: list[Entry]) -> list[Problem]:
    by_phone: dict[str, list[Entry]] = defaultdict(list)
    for person in people:
        if person.phone:
            by_phone[person.phone].append(person)
    return [_flag(p, "shared_phone", SHARED_PHONE) for group in by_phone.values() if len({p.name for p in group}) > 1 for p in group]
