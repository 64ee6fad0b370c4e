"""How many people an activation takes, beside how many are there; by kind and by neighborhood. Reads only."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from jimu.core.permissions import under
from jimu.grid.models import Unit
from jimu.people.models import Kind, Person
from jimu.playbooks.headcount import PostNeed, seats_by_weekday, seats_per_week

PATH_STEP = Unit.steplen


@dataclass(frozen=True)
class Muster:
    """Posts that take the same kinds of people: the seats of a week, the people for them, the people there."""

    kinds: tuple[str, ...]
    requested: bool
    seats_per_week: int
    needed: int
    there: int

    @property
    def label(self) -> str:
        """The kinds in words."""
        return "、".join(str(Kind(kind).label) for kind in self.kinds) or _("任何人")

    @property
    def short(self) -> int:
        """How many are lacking."""
        return max(0, self.needed - self.there)


def people_for(needs: Sequence[PostNeed], shifts_per_person_week: int) -> int:
    """How many people posts take when each takes one shift a day and so many a week."""
    return max(math.ceil(seats_per_week(needs) / shifts_per_person_week), *seats_by_weekday(needs))


def muster(needs: Sequence[PostNeed], places: Sequence[Unit], shifts_per_person_week: int) -> list[Muster]:
    """By kinds: what the posts take and who is there (or comes from above: the office, the subdistrict)."""
    groups: dict[tuple[tuple[str, ...], bool], list[PostNeed]] = {}
    for need in needs:
        kinds = tuple(kind for kind in Kind.values if kind in need.rule.kinds)
        groups.setdefault((kinds, need.rule.requested_only), []).append(need)
    there = _people_there(places, [kinds for kinds, _requested in groups])
    return [
        Muster(kinds, requested, seats_per_week(listed), people_for(listed, shifts_per_person_week), there[n])
        for n, ((kinds, requested), listed) in enumerate(groups.items())
    ]


def _people_there(places: Sequence[Unit], groups: Sequence[Collection[str]]) -> Mapping[int, int]:
    if not groups:
        return {}
    above = {place.path[:length] for place in places for length in range(PATH_STEP, len(place.path), PATH_STEP)}
    near = under([place.path for place in places], "unit__path") | Q(unit__path__in=above) | Q(unit=None)
    counts = {
        f"group{n}": Count("pk", distinct=True, filter=Q(affiliations__kind__in=kinds) if kinds else Q())
        for n, kinds in enumerate(groups)
    }
    found = Person.objects.filter(near, active=True, minor=False).aggregate(**counts)
    return {n: found[f"group{n}"] for n in range(len(groups))}


def people_by_place(places: Sequence[Unit]) -> dict[UUID, int]:
    """Grown-up people on the lists of each place, its blocks and buildings included."""
    by_path = {place.path: place.pk for place in places}
    lengths = sorted({len(path) for path in by_path})
    found = dict.fromkeys(by_path.values(), 0)
    rows = Person.objects.filter(under(by_path, "unit__path"), active=True, minor=False)
    for path, number in rows.values_list("unit__path").annotate(number=Count("pk")).order_by():
        for length in lengths:
            place = by_path.get(path[:length])
            if place:
                found[place] += number
    return found
