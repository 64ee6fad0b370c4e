"""Reads of training, each within the asker's part of the grid."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.core.scripts import holds
from jimu.grid.models import Unit
from jimu.grid.paths import STEP
from jimu.incidents.models import Post
from jimu.people.models import Availability, Kind, Person
from jimu.training import gate, rules
from jimu.training.library import all_courses
from jimu.training.models import Attendance, Certificate, Trainer, TrainingSession
from jimu.training.schema import Course

VOLUNTEERS = frozenset({Kind.RESERVE_VOLUNTEER.value, Kind.VOLUNTEER.value, Kind.PARTY_MEMBER.value})
# Own line of command: never trained for a neighborhood's posts.
OWN_COMMAND = (Kind.MEDIC.value, Kind.POLICE.value)


@dataclass(frozen=True)
class CourseRow:
    """A course with how many hold its qualification by certificate, and who teaches it."""

    course: Course
    certified: int
    trainers: int


def course_rows(day: date) -> list[CourseRow]:
    """All courses, with counts over the whole subdistrict. Two queries."""
    held = Certificate.objects.filter(revoked_at=None, valid_from__lte=day, expires_on__gte=day)
    counts = dict(held.values_list("qualification").annotate(n=Count("person", distinct=True)))
    trainers = dict(Trainer.objects.filter(until=None).values_list("course").annotate(n=Count("id")))
    return [CourseRow(course, counts.get(course.qualification, 0), trainers.get(course.code, 0)) for course in all_courses()]


def sessions_for(actor: Actor) -> "QuerySet[TrainingSession]":
    """Sessions on the asker's part of the grid and above it, those still to come first."""
    above = {path[:length] for path in actor.paths("training.view") for length in range(4, len(path), 4)}
    rows = TrainingSession.objects.filter(visible(actor, "training.view", "unit__path") | Q(unit__path__in=above))
    rows = rows.select_related("unit", "trainer").annotate(listed=Count("attendances"))
    return rows.order_by("-state", "starts_at")


def session_for(actor: Actor, session_id: UUID) -> TrainingSession:
    """One session. Raises NotFound outside the asker's part."""
    session = sessions_for(actor).filter(pk=session_id).first()
    if session is None:
        raise NotFound
    return session


def list_of(session: TrainingSession) -> list[Attendance]:
    """Who is on the list of a session."""
    return list(session.attendances.select_related("person__unit").order_by("person__sort_name", "person_id"))


def trainers_of(course: str) -> list[Trainer]:
    """Who teaches a course now."""
    return list(Trainer.objects.filter(course=course, until=None).select_related("person__unit").order_by("person__sort_name"))


def expiring(actor: Actor, day: date, until: date) -> list[Certificate]:
    """Certificates of the asker's people that end between two days, soonest first; a renewed one is left out."""
    rows = Certificate.objects.filter(visible(actor, "training.view", "person__unit__path"), revoked_at=None)
    later = set(rows.filter(expires_on__gt=until).values_list("person_id", "qualification"))
    soon = rows.filter(expires_on__gte=day, expires_on__lte=until).select_related("person__unit").order_by("expires_on")[:200]
    return [row for row in soon if (row.person_id, row.qualification) not in later]


# The skill matrix: what each neighborhood's posts ask for, and who can.


@dataclass(frozen=True)
class MatrixRow:
    """One neighborhood: its cells in the order of the columns (None where no post asks for it)."""

    unit: Unit
    cells: tuple[rules.Cell | None, ...]

    @property
    def worst(self) -> int:
        """How many people are lacking in all."""
        return sum(cell.lacking for cell in self.cells if cell)


@dataclass(frozen=True)
class Matrix:
    """Neighborhoods × qualifications."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def skill_matrix(actor: Actor, day: date) -> Matrix:
    """Who is able to do what the posts of active incidents ask for, by neighborhood. A fixed number of queries."""
    units = list(
        Unit.objects.filter(visible(actor, "training.view"), kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).order_by("path")
    )
    needs = needs_of(units)
    columns = tuple(sorted({need.qualification for found in needs.values() for need in found}))
    cells = rules.matrix(needs, _able_by_unit(units, day))
    rows = (MatrixRow(unit, tuple(cells.get(unit.pk, {}).get(column) for column in columns)) for unit in units)
    return Matrix(columns, tuple(rows))


def needs_of(units: Collection[Unit]) -> dict[UUID, list[rules.Need]]:
    """What the posts of active incidents ask for in these neighborhoods. Posts of another line of command are left out."""
    posts = Post.objects.filter(unit__in=units, incident__state="active", requested_only=False, needed__gt=0)
    windows: dict[tuple[UUID, str], list[tuple[int, int, int, int]]] = defaultdict(list)
    for unit_id, wanted, days, start, end, needed in posts.values_list(
        "unit_id", "qualifications", "days", "start_minute", "end_minute", "needed"
    ):
        mask = sum(1 << day for day in days) if days else 127
        for qualification in wanted:
            windows[(unit_id, qualification)].append((mask, start, end, needed))
    needs: dict[UUID, list[rules.Need]] = defaultdict(list)
    for (unit_id, qualification), found in sorted(windows.items(), key=lambda pair: pair[0][1]):
        needs[unit_id].append(rules.Need(qualification, _peak(found), tuple(found)))
    return needs


def _peak(windows: Sequence[tuple[int, int, int, int]]) -> int:
    """Seats at the busiest moment of the week."""
    edges: Counter[int] = Counter()
    for mask, start, end, seats in windows:
        for day in range(7):
            if mask >> day & 1:
                edges[day * 1440 + start] += seats
                edges[day * 1440 + end] -= seats
    most = now = 0
    for moment in sorted(edges):
        now += edges[moment]
        most = max(most, now)
    return most


def _serving(units: Collection[Unit]) -> "QuerySet[Person]":
    """People who may serve and belong to these neighborhoods, or to a block or building in one of them."""
    paths = {unit.path for unit in units}
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(unit__path__startswith=path)
    people = Person.objects.filter(active=True, minor=False)
    return people.exclude(affiliations__kind__in=OWN_COMMAND).filter(condition if len(paths) < 40 else Q(unit__isnull=False))


def _able_by_unit(units: Collection[Unit], day: date) -> dict[tuple[UUID, str], int]:
    by_path = {unit.path: unit.pk for unit in units}
    lengths = sorted({len(path) for path in by_path}, reverse=True)
    found = gate.able(None, day)
    counts: Counter[tuple[UUID, str]] = Counter()
    for person_id, path in _serving(units).values_list("pk", "unit__path"):
        unit_id = next((by_path[path[:n]] for n in lengths if path[:n] in by_path), None)
        if unit_id is not None:
            counts.update((unit_id, qualification) for qualification in found.get(person_id, ()))
    return counts


@dataclass(frozen=True)
class Suggestion:
    """Somebody worth training: the minutes of a week's posts that they could cover."""

    person: Person
    minutes: int
    held: int

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)


def suggestions(actor: Actor, unit_id: UUID, qualification: str, day: date) -> tuple[Unit, rules.Cell, list[Suggestion]]:
    """Whom to train next in a neighborhood for one qualification, by what it would cover. Raises NotFound."""
    unit = Unit.objects.filter(visible(actor, "training.view"), pk=unit_id, kind=Unit.Kind.NEIGHBORHOOD).first()
    if unit is None:
        raise NotFound
    need = next((n for n in needs_of([unit]).get(unit.pk, []) if n.qualification == qualification), None)
    if need is None:
        raise NotFound
    people = {person.pk: person for person in _serving([unit]).prefetch_related("affiliations")}
    found = gate.able(people.keys(), day)
    times = _times(people.keys())
    trainees = [
        rules.Trainee(
            person_id=pk, windows=_windows(person, times.get(pk)), held=len(found.get(pk, ())),
            volunteers=any(a.kind in VOLUNTEERS for a in person.affiliations.all()),
        )
        for pk, person in people.items() if qualification not in found.get(pk, ()) and "paused" not in person.limits
    ]  # fmt: skip
    ranked = rules.whom_to_train(need, trainees)
    able = sum(1 for pk in people if qualification in found.get(pk, ()))
    return unit, rules.Cell(need, able), [Suggestion(people[t.person_id], minutes, t.held) for t, minutes in ranked]


def _times(ids: Collection[UUID]) -> Mapping[UUID, list[tuple[int, int, int]]]:
    times: dict[UUID, list[tuple[int, int, int]]] = defaultdict(list)
    rows = Availability.objects.filter(person__in=ids)
    for person_id, mask, start, end in rows.values_list("person_id", "weekdays", "start_minute", "end_minute"):
        times[person_id].append((mask, start, end))
    return times


def _windows(person: Person, given: list[tuple[int, int, int]] | None) -> tuple[tuple[int, int, int], ...] | None:
    if given:
        return tuple(given)
    # Nothing known of their time: daytime, as the roster takes it.
    return None if person.times_known else ((127, 8 * 60, 20 * 60),)


def own_certificates(person_id: UUID | None, moment: datetime) -> list[Certificate]:
    """Certificates of the asker, the newest first."""
    return list(Certificate.objects.filter(person_id=person_id).order_by("-issued_at")) if person_id else []


def people_to_invite(actor: Actor, session: TrainingSession, words: str, limit: int = 30) -> list[Person]:
    """People of the session's place who may come, by name or pinyin; without words, those worth training first."""
    people = Person.objects.filter(visible(actor, "training.plan", "unit__path"), active=True, minor=False)
    people = people.filter(unit__path__startswith=session.unit.path).exclude(trainings__session=session)
    held = Certificate.objects.filter(course=session.course, revoked_at=None, expires_on__gt=session.starts_at.date())
    people = people.exclude(pk__in=held.values("person_id")).select_related("unit")
    if words.strip():
        people = people.filter(holds("name", words.strip()) | Q(sort_name__startswith=words.strip().lower()))
    return list(people.order_by("-times_known", "sort_name", "pk")[:limit])


def holders_of(actor: Actor, course: str) -> "QuerySet[Certificate]":
    """Certificates of a course that stand, of the asker's people and of staff of no place."""
    rows = Certificate.objects.filter(_mine(actor, "training.certify", "person__unit"), course=course, revoked_at=None)
    return rows.select_related("person__unit").order_by("person__sort_name", "person_id", "-issued_at")


def people_named(actor: Actor, words: str, limit: int = 20) -> list[Person]:
    """The asker's people by name or pinyin."""
    people = Person.objects.filter(_mine(actor, "training.certify", "unit"), active=True).select_related("unit")
    return list(people.filter(holds("name", words) | Q(sort_name__startswith=words.lower())).order_by("sort_name", "pk")[:limit])


def _mine(actor: Actor, right: str, unit: str) -> Q:
    """Rows on the asker's part; staff of no place belong to whoever has the whole subdistrict."""
    whole = any(len(path) <= STEP for path in actor.paths(right))
    return visible(actor, right, f"{unit}__path") | (Q(**{f"{unit}__isnull": True}) if whole else Q(pk__in=[]))
