"""Writes of the registry, one person at a time. Lists of people come in through `intake_actions`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.people import former_phones, queries, rules
from jimu.people.identity import same_person
from jimu.people.intake import cells
from jimu.people.intake.entries import Entry
from jimu.people.intake.times import Window
from jimu.people.models import Affiliation, Availability, Kind, Organisation, Person, Skill
from jimu.people.person_queries import state_of, windows_of
from jimu.people.words import LIMIT_WORDS, PAUSED, SKILL_WORDS, STATE_WORDS

#: Who is the same as whom is decided one at a time, by hands and intakes alike.
LOCK = "people.intake"
RIGHT = "people.edit"
SEALED = ("phone", "id_number")
FAULTS: Mapping[str, str | Promise] = {
    "phone_length": gettext_lazy("手机号位数不对，应为 11 位，请核对。"),
    "phone_invalid": gettext_lazy("手机号不是有效号码，请核对。"),
    "id_lost_digits": gettext_lazy("身份证号末几位不对，可能被表格软件抹掉了，请对照证件填写。"),
    "id_check_digit": gettext_lazy("身份证号校验位不符，请对照证件核对。"),
    "id_birth": gettext_lazy("身份证号里的出生日期不存在，请核对。"),
    "id_length": gettext_lazy("身份证号位数不对，应为 18 位，请核对。"),
}


@dataclass(frozen=True)
class Registration:
    """Somebody to put on the register, as typed."""

    name: str
    kind: str
    unit_id: UUID
    phone: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    organisation: str = ""
    title: str = ""
    address: str = ""


@dataclass(frozen=True)
class Registered:
    """Who it was, whether they are new, and whether the phone given is one that they had before, which changes nothing."""

    person: Person
    created: bool
    earlier_phone: bool = False


@dataclass(frozen=True)
class Change:
    """A person's record as it shall be. `phone` and `id_number`: empty leaves them. `times` in words."""

    name: str
    unit_id: UUID
    times: str
    limits: frozenset[str]
    skills: frozenset[str]
    state: str
    address: str = ""
    phone: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)


def register(*, actor: Actor, at: datetime, given: Registration) -> Registered:
    """Put one person on the register. Somebody who is there already (by the rule of intakes) is joined, not doubled."""
    entry = _entry(given, at)
    with transaction.atomic():
        locks.hold(LOCK)
        unit = _place(actor, given.unit_id)
        person = _known(entry)
        if person is not None and not queries.has(actor, RIGHT, person):
            raise Conflict(_("这个人已经登记在别处，不能重复登记。请联系指挥长调整所在。"), code="registered_elsewhere")
        created = person is None
        if person is None:
            person = Person(name=entry.name, created_at=at, updated_at=at, unit=unit)
        earlier = former_phones.had(person, entry.phone)
        _take(person, replace(entry, phone="") if earlier else entry, at)
        person.save(force_insert=created)
        _affiliate(person, given, unit)
        verb = "people.registered" if created else "people.joined"
        journal.record(actor=actor, at=at, verb=verb, target=f"person:{person.pk}", scope=queries.path_of(person), data={"kind": given.kind})
        live.beat("people")
    return Registered(person, created, earlier)


def known(given: Registration) -> Person | None:
    """Who is meant, where they are on the register already."""
    return _known(Entry(name=_name(given.name), phone=_number("phone", given.phone), id_number=_number("id_number", given.id_number)))


def _entry(given: Registration, at: datetime) -> Entry:
    """What was typed, held to the rules of an intake's row; here a doubtful number is refused, as somebody can mend it."""
    entry = Entry(name=_name(given.name), phone=_number("phone", given.phone), id_number=_number("id_number", given.id_number))
    if not entry.phone and not entry.id_number:
        raise Invalid(_("请填写手机号或身份证号，至少一项。"), code="no_contact")
    if given.kind not in Kind.values:
        raise Invalid(_("请选择人员类别。"), code="unknown_kind")
    if entry.id_number:
        entry.born_on = cells.born_of_id(entry.id_number)
        entry.birth_year, entry.sex = entry.born_on.year, cells.sex_of_id(entry.id_number)
        if not entry.born_on < timezone.localdate(at):
            raise Invalid(FAULTS["id_birth"], code="id_birth")
    entry.address = cells.text(given.address)[:60]
    return entry


def _name(typed: str) -> str:
    name = cells.name(typed)
    if not cells.is_name(name):
        raise Invalid(_("姓名应为 2 到 20 个字，不带数字和符号。"), code="bad_name")
    return name


def _number(field_name: str, typed: str) -> str:
    number, fault = cells.phone(typed) if field_name == "phone" else cells.id_number(typed)
    if fault:
        raise Invalid(FAULTS[fault], code=fault)
    return number


def _place(actor: Actor, unit_id: UUID) -> Unit:
    """The unit that somebody shall belong to. Raises NotFound outside the actor's part, NotPermitted without the right on it."""
    unit: Unit | None = Unit.objects.filter(pk=unit_id).first()
    if unit is None or not actor.may("grid.view", unit.path):
        raise NotFound
    actor.require(RIGHT, unit.path)
    if unit.retired_at:
        raise Conflict(_("{name}已停用，不能再放人。").format(name=unit.name), code="unit_retired")
    return unit


def _known(entry: Entry) -> Person | None:
    people = Person.objects.select_related("unit")
    number, phone = sealed.blind_index(entry.id_number), sealed.blind_index(entry.phone)
    by_id = people.filter(id_number_index=number).first() if number else None
    # One without an ID number first: it is the only one that could be the same person.
    twin = people.filter(name=entry.name, phone_index=phone).order_by("id_number_index").first() if phone else None
    if twin is None and phone:
        twin = former_phones.owner(entry.name, phone)
    return same_person(id_number_index=number, by_id=by_id, twin=twin)


def _take(person: Person, entry: Entry, at: datetime) -> None:
    person.name, person.sort_name = entry.name, rules.sort_name(entry.name)
    _seal(person, "phone", entry.phone, at)
    _seal(person, "id_number", entry.id_number, at)
    person.address = entry.address or person.address
    person.sex = entry.sex or person.sex
    if entry.born_on:
        person.born_on, person.birth_year = entry.born_on, entry.birth_year
        person.minor = entry.minor(timezone.localdate(at))
    person.active, person.updated_at = True, at


def _seal(person: Person, field_name: str, number: str, at: datetime) -> bool:
    """Seal a number unless it is the one that is there; whether it changed."""
    index = sealed.blind_index(number)
    if not number or index == getattr(person, f"{field_name}_index"):
        return False
    if field_name == "phone" and not person._state.adding:  # noqa: SLF001  one not written yet had none before
        former_phones.keep(person, at=at, instead=index)
    setattr(person, f"{field_name}_index", index)
    setattr(person, f"{field_name}_sealed", sealed.seal(number))
    return True


def _affiliate(person: Person, given: Registration, unit: Unit) -> None:
    row = Affiliation.objects.filter(person=person, kind=given.kind).first() or Affiliation(person=person, kind=given.kind)
    name = cells.text(given.organisation)[:80]
    if name:
        row.organisation = Organisation.objects.get_or_create(name=name)[0]
    row.title = cells.text(given.title)[:60] or row.title
    if unit.pk != person.unit_id:
        row.unit = unit
    row.source = row.source or str(_("手工登记"))
    row.save()


def edit(*, actor: Actor, at: datetime, person_id: UUID, seen: datetime, change: Change) -> Person:
    """Change a record. `seen` is the `updated_at` that the editor saw: if somebody wrote meanwhile, raise Conflict."""
    known, windows = rules.times_from_words(change.times)
    name, numbers = _name(change.name), {f: _number(f, getattr(change, f)) for f in SEALED}
    if change.state not in STATE_WORDS or not change.limits <= set(LIMIT_WORDS) or not change.skills <= set(SKILL_WORDS):
        raise Invalid
    with transaction.atomic():
        locks.hold(LOCK)
        person = queries.person_for(actor, person_id, RIGHT)
        if person.updated_at != seen:
            raise Conflict(_("这个人的资料刚刚有人改过，请刷新后再改。"))
        if person.out_until and change.state == "active":
            raise Conflict(_("正在“不在岗”名单里。要提前回来，请在那里登记。"), code="out")
        unit = person.unit if person.unit_id == change.unit_id else _place(actor, change.unit_id)
        before = _told(person)
        person.name, person.sort_name = name, rules.sort_name(name)
        changed = [f for f in SEALED if _seal(person, f, numbers[f], at)]
        _refuse_double(person, name, numbers)
        person.unit, person.address = unit, cells.text(change.address)[:60]
        person.active = change.state != "left"
        was_limited = set(person.limits)
        person.limits = sorted((change.limits - {PAUSED}) | ({PAUSED} if change.state == PAUSED else set()))
        _set_times(person, known, windows, change.times)
        _set_skills(person, change.skills)
        after = _told(person)
        changed += [key for key in after if after[key] != before[key]]
        if was_limited - {PAUSED} != set(person.limits) - {PAUSED}:
            changed.append("limits")
        if changed:
            person.updated_at = at
            person.save()
            # Neither numbers nor limits, which may tell of somebody's health, are told; only that they changed.
            data = {"fields": changed, "before": _only(before, changed), "after": _only(after, changed)}
            journal.record(actor=actor, at=at, verb="people.edited", target=f"person:{person.pk}", scope=queries.path_of(person), data=data)
            live.beat("people", "board")
    return person


def _told(person: Person) -> dict[str, Any]:
    """The parts of a record that the journal may name."""
    return {
        "name": person.name,
        "unit": person.unit.name if person.unit else "",
        "address": person.address,
        "state": str(STATE_WORDS[state_of(person)]),
        "times": rules.times_as_words(windows_of(person), known=person.times_known),
        "skills": "、".join(str(SKILL_WORDS[code]) for code in sorted(_skills_of(person))),
    }


def _only(told: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: told[name] for name in names if name in told}


def _refuse_double(person: Person, name: str, numbers: Mapping[str, str]) -> None:
    """Raise Conflict when the changed record would be somebody else's."""
    entry = Entry(name=name, phone=numbers["phone"] or person.phone, id_number=numbers["id_number"])
    number = person.id_number_index
    others = Person.objects.exclude(pk=person.pk)
    if number and others.filter(id_number_index=number).exists():
        raise Conflict(_("这个身份证号已经登记在另一个人名下，请核对。"), code="id_number_taken")
    if entry.phone and others.filter(name=name, phone_index=sealed.blind_index(entry.phone), id_number_index="").exists():
        raise Conflict(_("已经有同名同手机号的人，可能是重复登记，请核对。"), code="person_taken")


def _set_times(person: Person, known: bool, windows: list[Window], words: str) -> None:
    if person.times_known == known and set(windows_of(person)) == set(windows):
        return
    person.times.all().delete()
    person.times_known = known
    Availability.objects.bulk_create(
        Availability(person=person, weekdays=w.weekdays, start_minute=w.start, end_minute=w.end, words=words[:60]) for w in windows
    )


def _skills_of(person: Person) -> set[str]:
    return set(Skill.objects.filter(person=person, code__in=list(SKILL_WORDS)).values_list("code", flat=True))


def _set_skills(person: Person, wanted: frozenset[str]) -> None:
    """Tick and untick the skills of the list; what was said in other words stays."""
    held = _skills_of(person)
    Skill.objects.filter(person=person, code__in=held - wanted).delete()
    Skill.objects.bulk_create(Skill(person=person, code=code) for code in sorted(wanted - held))


def reveal(*, actor: Actor, at: datetime, person_id: UUID, field_name: str) -> str:
    """One number of one person in full: `phone` or `id_number`. Who looked stands in the journal."""
    if field_name not in SEALED:
        raise Invalid
    with transaction.atomic():
        person = queries.person_for(actor, person_id, "people.reveal")
        number = sealed.unseal(getattr(person, f"{field_name}_sealed"))
        if not number:
            raise NotFound(_("没有登记这个号码。"))
        data = {"fields": [field_name]}
        journal.record(actor=actor, at=at, verb="people.revealed", target=f"person:{person.pk}", scope=queries.path_of(person), data=data)
    return number


def note_export(*, actor: Actor, at: datetime, rows: int, form: str, narrowed: Mapping[str, Any]) -> None:
    """Put an export on record: how many people, in which form, narrowed by what (names of filters, no words)."""
    if not actor.may("people.export"):
        raise NotPermitted(right="people.export")
    scope = min(actor.paths("people.export"), key=len)
    with transaction.atomic():
        data = {"rows": rows, "form": form, "narrowed": dict(narrowed)}
        journal.record(actor=actor, at=at, verb="people.exported", target="people:list", scope=scope, data=data)
