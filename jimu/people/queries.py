"""Reads of the registry, each within the asker's part of the grid."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast

from jimu.core import sealed
from jimu.core.clock import MINUTES_PER_DAY
from jimu.core.errors import NotFound, NotPermitted
from jimu.core.permissions import Actor, under
from jimu.core.scripts import holds
from jimu.grid.models import Unit
from jimu.grid.paths import STEP
from jimu.people.models import Affiliation, Availability, Person, Skill
from jimu.people.rules import Contact
from jimu.people.words import PARTS, PAUSED

RIGHT = "people.view"
NAMES = "people.names"
SORTS = {"name": ("sort_name", "pk"), "newest": ("-updated_at", "pk")}


@dataclass(frozen=True)
class Search:
    """What a list of people is narrowed to; an empty field narrows nothing. `weekday` counts from Monday = 0."""

    words: str = ""
    contact: Contact | None = field(default=None, repr=False)
    kind: str = ""
    unit_id: UUID | None = None
    skill: str = ""
    weekday: int | None = None
    part: str = ""
    limit: str = ""
    no_contact: bool = False
    state: str = "active"
    sort: str = "name"


def in_part(paths: Iterable[str]) -> Q:
    """People who belong to these parts of the grid; whoever belongs to no unit is seen by who sees the whole."""
    wanted = tuple(paths)
    if "" in wanted:
        return Q()
    roots = set(Unit.objects.filter(depth=1).values_list("path", flat=True))
    if roots and roots <= set(wanted):
        return Q()
    return Q(unit__in=Unit.objects.filter(under(wanted)).values("pk"))


def people_for(actor: Actor, search: Search, right: str = RIGHT) -> "QuerySet[Person]":
    """People of the asker's part, narrowed and sorted. Raises NotPermitted without the right anywhere."""
    actor.require(right)
    people = Person.objects.filter(in_part(actor.paths(right)))
    people = _by_state(people, search.state)
    few = False
    if search.unit_id is not None:
        unit = Unit.objects.filter(pk=search.unit_id).only("path", "kind").first()
        people = people.filter(unit__in=Unit.objects.filter(under([unit.path] if unit else [])).values("pk"))
        few = unit is not None and unit.kind not in (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE)
    if search.words:
        typed = search.words.lower().replace(" ", "")
        named = holds("name", search.words)
        people = people.filter(named | Q(sort_name__contains=typed) if typed.isascii() else named)
    if search.contact:
        people = people.filter(**{f"{search.contact.field}_index": sealed.blind_index(search.contact.number)})
    if search.kind:
        people = people.filter(_among(Affiliation.objects.filter(kind=search.kind), few=few))
    if search.skill:
        people = people.filter(_among(Skill.objects.filter(code=search.skill), few=few))
    if search.limit:
        people = people.alias(said=Cast("limits", TextField())).filter(said__contains=f'"{search.limit}"')
    if search.no_contact:
        people = people.filter(phone_index="")
    if search.weekday is not None or search.part:
        people = people.filter(_free(search.weekday, search.part))
    return people.order_by(*SORTS.get(search.sort, SORTS["name"]))


def _among(rows: "QuerySet[Any]", *, few: bool) -> "Q | Exists":
    """People with such a row. `few` of them are asked one by one; of all, those of the rows are taken at once."""
    return Exists(rows.filter(person=OuterRef("pk"))) if few else Q(pk__in=rows.values("person_id"))


def _by_state(people: "QuerySet[Person]", state: str) -> "QuerySet[Person]":
    if state == "left":
        return people.filter(active=False)
    if state == PAUSED:
        return people.filter(active=True).alias(said=Cast("limits", TextField())).filter(said__contains=f'"{PAUSED}"')
    return people.filter(active=True) if state == "active" else people


def _free(weekday: int | None, part: str) -> Q:
    """People who said they can come at some of that time, or at any time."""
    start, end = PARTS.get(part, (0, MINUTES_PER_DAY))
    today = 127 if weekday is None else 1 << weekday
    before = 127 if weekday is None else 1 << (weekday - 1) % 7
    rows = Availability.objects.alias(on=F("weekdays").bitand(today), eve=F("weekdays").bitand(before))
    # What began the evening before and lasts beyond midnight belongs to this day too.
    late = Q(eve__gt=0, start_minute__lt=end + MINUTES_PER_DAY, end_minute__gt=start + MINUTES_PER_DAY)
    fitting = rows.filter(Q(on__gt=0, start_minute__lt=end, end_minute__gt=start) | late)
    any_time = Q(times_known=True) & ~Q(pk__in=Availability.objects.values("person_id"))
    return Q(pk__in=fitting.values("person_id")) | any_time


@dataclass(frozen=True)
class Row:
    """One person in a list. `name` and `phone` are as the asker may see them."""

    person: Person
    name: str
    phone: str
    kinds: Sequence[str]
    skills: Sequence[Skill]

    @property
    def paused(self) -> bool:
        """Whether they take no part at present."""
        return PAUSED in self.person.limits

    @property
    def limits(self) -> list[str]:
        """What they cannot do, without the pause."""
        return [code for code in self.person.limits if code != PAUSED]

    @property
    def remarked(self) -> bool:
        """Whether there is anything to say beside name, place, phone and skills."""
        person = self.person
        return bool(person.limits) or person.minor or not person.active or not person.times_known


def with_details(people: "QuerySet[Person]") -> "QuerySet[Person]":
    """The same people with what a row shows, in a fixed number of queries."""
    affiliations = Prefetch("affiliations", Affiliation.objects.order_by("kind"))
    return people.select_related("unit").prefetch_related(affiliations, Prefetch("skills", Skill.objects.order_by("code")))


def rows(actor: Actor, people: Iterable[Person]) -> list[Row]:
    """People as rows of a list, masked."""
    return [
        Row(
            person, shown_name(actor, person), person.masked_phone,
            [str(affiliation.get_kind_display()) for affiliation in person.affiliations.all()], list(person.skills.all()),
        )
        for person in people
    ]  # fmt: skip


def shown_name(actor: Actor, person: Person) -> str:
    """The name in full for those with the right to names where the person belongs."""
    return person.name if has(actor, NAMES, person) else sealed.mask_name(person.name)


def has(actor: Actor, right: str, person: Person) -> bool:
    """Whether the asker has a right on a person; one of no unit is for those who have it on the whole grid."""
    if person.unit is None:
        return any(len(path) <= STEP for path in actor.paths(right))
    return actor.may(right, person.unit.path)


def path_of(person: Person) -> str:
    """The part of the grid that a person belongs to, for the journal; '' for one who belongs nowhere."""
    return person.unit.path if person.unit else ""


def person_for(actor: Actor, person_id: UUID, right: str = RIGHT) -> Person:
    """One person. Raises NotFound outside the asker's part, NotPermitted without the right on it."""
    actor.require(RIGHT)
    person = Person.objects.filter(in_part(actor.paths(RIGHT)), pk=person_id).select_related("unit").first()
    if person is None:
        raise NotFound
    if right != RIGHT and not has(actor, right, person):
        raise NotPermitted(right=right)
    return person


def places_for(actor: Actor, right: str = RIGHT) -> list[Unit]:
    """Parts of the grid to choose from: what is wide, or for one who sees less, what they see."""
    units = Unit.objects.filter(under(actor.paths(right)), retired_at=None).order_by("path")
    wide = list(units.filter(kind__in=[Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE, Unit.Kind.NEIGHBORHOOD]))
    return wide if len(wide) > 1 else list(units[:400])


def place_named(actor: Actor, unit_id: UUID) -> Unit | None:
    """A unit of the asker's part that a list is narrowed to, whatever its level."""
    found: Unit | None = Unit.objects.filter(under(actor.paths(RIGHT)), pk=unit_id).first()
    return found
