"""Writes an intake's plan to the tables: one transaction, in bulk; the same files again change nothing."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import bulk, journal, live, locks, sealed
from jimu.core.permissions import Actor
from jimu.grid.actions import NeighborhoodFacts, ensure_neighborhoods, found_subdistrict
from jimu.grid.models import Unit
from jimu.people.former_phones import FormerPhones
from jimu.people.identity import same_person
from jimu.people.intake.entries import PAUSED, Entry, Role
from jimu.people.intake.merge import EARLIER_PHONE, SHARED_PHONE, TWO_IDS, flag, join_roles
from jimu.people.intake.plan import RESIDENTS, Plan, make_plan
from jimu.people.intake.problems import Problem
from jimu.people.intake_files import Marker
from jimu.people.models import Affiliation, Availability, Organisation, Person, Skill, UnitLeader
from jimu.people.rules import sort_name

Progress = Callable[[float, str], None]
BATCH = 500
NOTE_LENGTH = 500


@dataclass(frozen=True)
class Outcome:
    """What an intake did, or would do."""

    plan: Plan
    created: int
    updated: int
    unchanged: int
    written: bool
    marked: tuple[Path, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The shape of `--json`."""
        return {
            "people": len(self.plan.people),
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "by_kind": self.plan.by_kind(),
            "neighborhoods": len(self.plan.neighborhoods),
            "refused": self.plan.refused,
            "problems": [problem.as_dict() for problem in self.plan.problems],
        }


class _DryRun(Exception):
    """Rolls the transaction back after everything was tried for real."""


def intake(
    *, actor: Actor, at: datetime, paths: list[Path], dry_run: bool = False, progress: Progress | None = None, marked: Path | None = None
) -> Outcome:
    """Read files and write what they tell. A dry run does all of it and takes it back.

    `marked` is the folder for copies of the workbooks with a note in each doubtful cell; without it there are none.
    """
    show = progress or (lambda share, note: None)
    known = list(Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).values_list("name", flat=True))
    plan = make_plan(paths, known=known, today=timezone.localdate(at), progress=lambda share, note: show(share * 0.6, note))
    marker = Marker(marked) if marked else None
    try:
        outcome = apply_plan(actor=actor, at=at, plan=plan, dry_run=dry_run, progress=show, ready=marker.start if marker else None)
    except BaseException:
        if marker:
            marker.stop()
        raise
    return replace(outcome, marked=tuple(marker.wait())) if marker else outcome


def apply_plan(
    *,
    actor: Actor,
    at: datetime,
    plan: Plan,
    dry_run: bool = False,
    progress: Progress | None = None,
    ready: Callable[[Plan], None] | None = None,
) -> Outcome:
    """Write a plan. `ready` is told when all its problems are known. Raises NotPermitted before anything is written."""
    show = progress or (lambda share, note: None)
    counts = (0, 0, 0)
    try:
        with transaction.atomic():
            locks.hold("people.intake")
            root = found_subdistrict(actor=actor, at=at)
            actor.require("people.intake", root.path)
            facts = [NeighborhoodFacts(f.name, f.short_name, f.numbers, f.note) for f in plan.neighborhoods]
            places = ensure_neighborhoods(actor=actor, at=at, root=root, facts=facts)
            writer = _Writer(at, root, show)
            plan.note(writer.oddities(plan.people))
            if ready:
                ready(plan)
            counts = writer.write(plan.people)
            if dry_run:
                raise _DryRun
            # The same files again change nothing, and the journal has nothing to tell.
            if any(counts[:2]) or any(places):
                _journal(actor, at, plan, root, counts)
    except _DryRun:
        pass
    return Outcome(plan, *counts, written=not dry_run)


def take_in(*, at: datetime, entries: Sequence[tuple[Entry, Person | None]]) -> list[Person]:
    """Put entries on the register by the rules of intakes; each with the person it tells of, None for somebody new.

    Called inside a transaction, under the lock of intakes, by an action that has decided who may be taken in and tells of it.
    """
    locks.hold("people.intake")
    root = Unit.objects.filter(depth=1).order_by("path").first()
    writer = _Writer(at, root, lambda share, note: None)
    taken = []
    for entry, person in entries:
        # As the writer knows them: it writes each row once.
        known = writer.known.people[person.pk] if person else writer.known.find(entry)
        if known is None:
            writer.create(entry)
            taken.append(writer.new[-1])
            continue
        changed, back = writer.update(known, entry), not known.active
        known.active = True
        if changed or back:
            writer.changed.append(known)
        taken.append(known)
    writer.flush()
    live.beat("board", "people")
    return taken


def _journal(actor: Actor, at: datetime, plan: Plan, root: Unit, counts: tuple[int, int, int]) -> None:
    data: dict[str, Any] = {"people": len(plan.people), "created": counts[0], "updated": counts[1], "refused": plan.refused}
    data |= {"neighborhoods": len(plan.neighborhoods), "files": [path.name for path in plan.paths][:20]}
    journal.record(actor=actor, at=at, verb="people.intake", target=f"unit:{root.pk}", scope=root.path, data=data)
    live.beat("board", "people")


class _Known:
    """The people there are, by what identifies them, with what hangs on them."""

    def __init__(self) -> None:
        self.people = {p.pk: p for p in Person.objects.all()}
        self.by_id = {p.id_number_index: p for p in self.people.values() if p.id_number_index}
        self.by_name_phone: dict[tuple[str, str], Person] = {}
        self.by_phone: dict[str, list[Person]] = defaultdict(list)
        for person in self.people.values():
            if person.phone_index:
                self.by_phone[person.phone_index].append(person)
                self.by_name_phone.setdefault((person.name, person.phone_index), person)
        self.former = FormerPhones(self.people)
        self.roles: dict[UUID, list[Affiliation]] = defaultdict(list)
        for role in Affiliation.objects.select_related("organisation", "unit"):
            self.roles[role.person_id].append(role)
        self.skills: dict[UUID, dict[str, str]] = defaultdict(dict)
        for person_id, code, words in Skill.objects.values_list("person_id", "code", "words"):
            self.skills[person_id][code] = words
        self.times: dict[UUID, set[tuple[int, int, int]]] = defaultdict(set)
        for person_id, days, start, end in Availability.objects.values_list("person_id", "weekdays", "start_minute", "end_minute"):
            self.times[person_id].add((days, start, end))

    def odd(self, entry: Entry, person: Person | None) -> Problem | None:
        """What looks odd beside the people there are: an earlier phone, one of somebody else, a twin with another ID."""
        if person is not None and self.former.stale(person, entry):
            return flag(entry, "earlier_phone", EARLIER_PHONE)
        others = [p for p in self.by_phone.get(sealed.blind_index(entry.phone), ()) if person is None or p.pk != person.pk]
        if any(p.name != entry.name for p in others):
            return flag(entry, "shared_phone", SHARED_PHONE)
        return flag(entry, "two_ids", TWO_IDS) if others else None

    def find(self, entry: Entry) -> Person | None:
        """Whom an entry tells of; a twin with another ID number is somebody else."""
        number, phone = sealed.blind_index(entry.id_number), sealed.blind_index(entry.phone)
        twin = self.by_name_phone.get((entry.name, phone)) or self.former.owner(entry.name, phone)
        return same_person(id_number_index=number, by_id=self.by_id.get(number), twin=twin)


class _Writer:
    """Turns entries into rows and writes them in bulk."""

    def __init__(self, at: datetime, root: Unit, show: Progress) -> None:
        self.at, self.root, self.show = at, root, show
        self.today: date = timezone.localdate(at)
        self.units = {u.short_name: u for u in Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD)}
        self.organisations = {o.name: o for o in Organisation.objects.all()}
        self.known = _Known()
        self.new: list[Person] = []
        self.changed: list[Person] = []
        self.roles_new: list[Affiliation] = []
        self.roles_changed: list[Affiliation] = []
        self.skills_new: list[Skill] = []
        self.times_new: list[Availability] = []
        self.times_gone: list[UUID] = []
        self.leads: list[tuple[str, Person, str]] = []

    def oddities(self, entries: list[Entry]) -> list[Problem]:
        """What looks odd beside the people registered before."""
        if not self.known.people:
            return []
        return [odd for entry in entries if (odd := self.known.odd(entry, self.known.find(entry)))]

    def write(self, entries: list[Entry]) -> tuple[int, int, int]:
        """(created, updated, unchanged)."""
        unchanged = 0
        for at, entry in enumerate(entries):
            if at % BATCH == 0:
                self.show(0.6 + 0.3 * at / max(1, len(entries)), _("正在登记 {n} 人").format(n=len(entries)))
            person = self.known.find(entry)
            if person is None:
                self.create(entry)
            elif self.update(person, entry):
                self.changed.append(person)
            else:
                unchanged += 1
        self.show(0.92, _("正在写入"))
        self.flush()
        return len(self.new), len(self.changed), unchanged

    def create(self, entry: Entry) -> None:
        person = Person(name=entry.name, created_at=self.at, updated_at=self.at, unit=self.root)
        self.apply(person, entry)
        self.new.append(person)

    def update(self, person: Person, entry: Entry) -> bool:
        """Apply an entry to somebody known; whether anything changed. What is older than what we have adds, but does not replace."""
        submitted = timezone.make_aware(entry.submitted) if entry.submitted else None
        if person.submitted_at and submitted and submitted < person.submitted_at:
            phones, limits = {*entry.earlier_phones, entry.phone}, entry.limits - {PAUSED}
            entry = Entry(person.name, earlier_phones=phones, roles=entry.roles, skills=entry.skills, limits=limits, notes=entry.notes)
        before = {f.attname: getattr(person, f.attname) for f in Person._meta.concrete_fields}
        hanging = self.apply(person, entry)
        after = {f.attname: getattr(person, f.attname) for f in Person._meta.concrete_fields}
        changed = hanging or before != after
        if changed:
            person.updated_at = self.at
        return changed

    def apply(self, person: Person, entry: Entry) -> bool:
        """Set what the entry says; whether roles, skills or times changed."""
        self.contacts(person, entry)
        for name in ("sex", "political_status", "address"):
            if getattr(entry, name):
                setattr(person, name, getattr(entry, name))
        if entry.born_on or entry.birth_year:
            person.born_on = entry.born_on or person.born_on
            person.birth_year = entry.birth_year
            person.minor = entry.minor(self.today)
        person.limits = sorted({*person.limits, *entry.limits} - ({PAUSED} if entry.healthy and not person.out_until else set()))
        person.note = "；".join(sorted({*filter(None, person.note.split("；")), *entry.notes}))[:NOTE_LENGTH]
        if entry.submitted:
            person.submitted_at = timezone.make_aware(entry.submitted)
        changed = self.roles(person, entry) | self.skills(person, entry) | self.times(person, entry)
        person.unit = self.home(person, entry)
        if entry.leads in self.units:
            self.leads.append((entry.leads, person, entry.roles[0].title))
        return changed

    def contacts(self, person: Person, entry: Entry) -> None:
        """Name and sealed numbers; a number is sealed anew only when it is another one."""
        if person.name != entry.name or not person.sort_name:
            person.name, person.sort_name = entry.name, sort_name(entry.name)
        phone, number = sealed.blind_index(entry.phone), sealed.blind_index(entry.id_number)
        until = timezone.make_aware(entry.submitted) if entry.submitted else self.at
        if phone and phone != person.phone_index and not self.known.former.stale(person, entry):
            self.known.former.replace(person, entry.phone, until)
        for earlier in sorted(entry.earlier_phones):
            self.known.former.add(person, earlier, until)
        if number and number != person.id_number_index:
            person.id_number_index, person.id_number_sealed = number, sealed.seal(entry.id_number)

    def home(self, person: Person, entry: Entry) -> Unit:
        """Where somebody belongs: where they live, else where they serve, else the subdistrict."""
        living = [r.place for r in entry.roles if r.kind in RESIDENTS and r.place]
        serving = [r.place for r in entry.roles if r.place]
        place = (living or serving or [""])[-1]
        if place in self.units and (living or person.unit_id in (None, self.root.pk)):
            unit: Unit = self.units[place]
            return unit
        return person.unit or self.root

    def roles(self, person: Person, entry: Entry) -> bool:
        mine = {a.kind: a for a in self.known.roles[person.pk]}
        before = [_role_of(a) for a in mine.values()]
        changed = False
        for role in join_roles(before, entry.roles):
            row = mine.get(role.kind)
            if row is not None and _role_of(row) == role:
                continue
            values = self.role_values(role)
            if row is None:
                row = Affiliation(person=person, kind=role.kind, **values)
                self.roles_new.append(row)
                self.known.roles[person.pk].append(row)
            else:
                for name, value in values.items():
                    setattr(row, name, value)
                self.roles_changed.append(row)
            changed = True
        return changed

    def role_values(self, role: Role) -> Mapping[str, Any]:
        organisation = None
        if role.organisation:
            organisation = self.organisations.setdefault(role.organisation, Organisation(name=role.organisation))
        return {
            "organisation": organisation, "department": role.department, "title": role.title,
            "unit": self.units.get(role.place), "source": role.source,
        }  # fmt: skip

    def skills(self, person: Person, entry: Entry) -> bool:
        mine = self.known.skills[person.pk]
        fresh = {code: words for code, words in entry.skills.items() if code not in mine}
        self.skills_new += [Skill(person=person, code=code, words=words) for code, words in fresh.items()]
        mine.update(fresh)
        return bool(fresh)

    def times(self, person: Person, entry: Entry) -> bool:
        if not entry.times_known:
            return False
        wanted = {(w.weekdays, w.start, w.end) for w in entry.windows}
        if person.times_known and wanted == self.known.times[person.pk]:
            return False
        if self.known.times[person.pk]:
            self.times_gone.append(person.pk)
        self.known.times[person.pk] = wanted
        person.times_known = True
        self.times_new += [
            Availability(person=person, weekdays=d, start_minute=s, end_minute=e, words=entry.times_words) for d, s, e in sorted(wanted)
        ]
        return True

    def flush(self) -> None:
        """All rows, parents first."""
        bulk.insert([o for o in self.organisations.values() if o._state.adding])  # noqa: SLF001
        bulk.insert(self.new)
        fields = [f.name for f in Person._meta.concrete_fields if not f.primary_key and f.name != "created_at"]
        Person.objects.bulk_update(self.changed, fields, batch_size=100)
        self.known.former.flush()
        bulk.insert(self.roles_new)
        Affiliation.objects.bulk_update(self.roles_changed, ["organisation", "department", "title", "unit", "source"], batch_size=100)
        bulk.insert(self.skills_new)
        Availability.objects.filter(person_id__in=self.times_gone).delete()
        bulk.insert(self.times_new)
        self.lead()

    def lead(self) -> None:
        """Secretaries lead their neighborhoods, as the list says; one whom somebody replaced since stays replaced."""
        places = [self.units[place].pk for place, _, _ in self.leads]
        rows = UnitLeader.objects.filter(unit__in=places, role=UnitLeader.Role.LEADER).order_by("since", "pk")
        current = {row.unit_id: row for row in rows if row.until is None}
        replaced = {(row.unit_id, row.person_id) for row in rows if row.until is not None}
        for place, person, title in self.leads:
            unit = self.units[place]
            row = current.get(unit.pk)
            if row is not None:
                if row.person_id == person.pk or (unit.pk, person.pk) in replaced:
                    continue
                UnitLeader.objects.filter(pk=row.pk).update(until=self.at)
            current[unit.pk] = UnitLeader.objects.create(
                unit=unit, person=person, role=UnitLeader.Role.LEADER, title=title, since=self.at
            )


def _role_of(row: Affiliation) -> Role:
    """A row as an entry's role, so that the two can be compared and joined."""
    return Role(
        row.kind,
        row.organisation.name if row.organisation else "",
        row.department,
        row.title,
        row.unit.short_name if row.unit else "",
        row.source,
    )
