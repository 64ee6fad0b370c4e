"""What a roster is made from, read from the tables in a fixed number of queries, as plain records.

Nothing here knows the engine; `problem.py` turns it into the engine's words.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from jimu.core import clock
from jimu.core.permissions import under
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit
from jimu.people.models import Affiliation, Availability, Person
from jimu.roster import policy
from jimu.teams.material import Stay, placed, stays
from jimu.training.gate import FOREVER, able

# People from elsewhere, and the places that each of them could be lent to.
Guests = Mapping[UUID, frozenset[UUID]]
# Of more people than this everybody is read and the others left out: quicker than naming each in a query.
MOST_NAMED = 900


@dataclass(frozen=True)
class Window:
    """A weekly window: bit mask of weekdays (Monday = 1), minutes from midnight."""

    weekdays: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True)
class Hand:
    """One person who may be asked.

    `home` is the neighborhood they belong to, `places` the neighborhoods where they may serve (None: anywhere).
    `until`: the last day of those of the `qualifications` that have one; `novice`: those held on trial, beside a veteran. `windows` is None when any time will do.
    `loan`: where and when somebody else has them; `places` is where they may serve outside of it. `out_until`: at home until then.
    """

    person_id: UUID
    name: str
    kinds: frozenset[str]
    home: UUID | None
    places: frozenset[UUID] | None
    qualifications: frozenset[str]
    until: Mapping[str, date]
    limits: frozenset[str]
    windows: Sequence[Window] | None
    times_known: bool
    novice: frozenset[str] = frozenset()
    loan: Stay | None = None
    out_until: datetime | None = None


@dataclass(frozen=True)
class Cell:
    """One neighborhood of the incident."""

    unit_id: UUID
    name: str
    path: str
    confined: bool


@dataclass(frozen=True)
class Material:
    """People and places of one incident."""

    cells: Mapping[UUID, Cell]
    hands: Sequence[Hand]


def gather(
    incident: Incident, *, day: date, days: int = 1, only: Collection[UUID] | None = None, guests: Guests | None = None
) -> Material:
    """Read the people and places of an incident; `only` narrows the people to some ids. Eleven queries at most.

    `day` is the first of the roster's `days`: what people are able to do is read as of that day, loans over all of them.
    `guests` may serve at their places too, but for those who are on loan.
    """
    cells = _cells(incident)
    neighborhoods: dict[UUID | None, UUID] = {unit_id: unit_id for unit_id in cells}
    neighborhoods |= _within(cells)
    named = named_ones(only)
    loans = stays(clock.at_minute(day, 0), clock.at_minute(day + timedelta(days=days + 1), 0), named)
    people = _people(incident, only, loans)
    kinds, served = _affiliations(named)
    can, times = able(named, day), _times(named)
    allotted = placed(incident.pk, named)
    hands = []
    for person_id, name, unit_id, known, limits, out_until in people:
        of_kinds = kinds.get(person_id, frozenset())
        hands.append(
            Hand(
                person_id=person_id,
                name=name,
                kinds=of_kinds,
                home=neighborhoods.get(unit_id),
                places=_beside(
                    _places(of_kinds, neighborhoods.get(unit_id), served.get(person_id, {}), neighborhoods, allotted.get(person_id)),
                    (guests or {}).get(person_id) if person_id not in loans else None,
                ),
                qualifications=frozenset(can.get(person_id, ())) | policy.kind_qualifications(of_kinds),
                until={q: held.until for q, held in can.get(person_id, {}).items() if held.until < FOREVER},
                novice=frozenset(q for q, held in can.get(person_id, {}).items() if held.supervise) - policy.kind_qualifications(of_kinds),
                limits=frozenset(limits) - {policy.PAUSED},
                windows=_windows(times.get(person_id), known, of_kinds),
                times_known=known,
                loan=loans.get(person_id),
                out_until=out_until,
            )
        )
    return Material(cells=cells, hands=hands)


def named_ones(only: Collection[UUID] | None) -> list[UUID] | None:
    """The people to be named in a query; None when it should read everybody."""
    return None if only is None or len(only) > MOST_NAMED else list(only)


def _beside(places: frozenset[UUID] | None, lent_to: frozenset[UUID] | None) -> frozenset[UUID] | None:
    return places if places is None or lent_to is None else places | lent_to


def _cells(incident: Incident) -> dict[UUID, Cell]:
    rows = IncidentUnit.objects.filter(incident=incident, ended_at=None).order_by("unit__path")
    found = rows.values_list("unit_id", "unit__name", "unit__path", "confined")
    return {unit_id: Cell(unit_id, name, path, confined) for unit_id, name, path, confined in found}


def _within(cells: Mapping[UUID, Cell]) -> dict[UUID | None, UUID]:
    """Which neighborhood of the incident each block and building lies in."""
    by_path = {cell.path: cell.unit_id for cell in cells.values()}
    if not by_path:
        return {}
    length = len(next(iter(by_path)))
    lower = Unit.objects.filter(kind__in=(Unit.Kind.BLOCK, Unit.Kind.BUILDING))
    found: dict[UUID | None, UUID] = {}
    for unit_id, path in lower.values_list("pk", "path"):
        above = by_path.get(path[:length])
        if above:
            found[unit_id] = above
    return found


def _people(
    incident: Incident, only: Collection[UUID] | None, loans: Mapping[UUID, Stay]
) -> "list[tuple[UUID, str, UUID | None, bool, list[str], datetime | None]]":
    people = Person.objects.filter(active=True, minor=False)
    named = named_ones(only)
    if named is not None:
        people = people.filter(pk__in=named)
    elif only is None:
        # People of no place (an office's staff) serve the whole subdistrict; who is on loan may come from beyond it.
        people = people.filter(under([incident.scope], "unit__path") | Q(unit=None) | Q(pk__in=list(loans)))
    rows = people.order_by("pk").values_list("pk", "name", "unit_id", "times_known", "limits", "out_until")
    chosen = None if only is None else frozenset(only)
    # Who is paused until a day is planned for the days after it.
    return [row for row in rows if (policy.PAUSED not in row[4] or row[5] is not None) and (chosen is None or row[0] in chosen)]


def _affiliations(
    ids: Sequence[UUID] | None,
) -> tuple[dict[UUID, frozenset[str]], dict[UUID, dict[str, UUID]]]:
    rows = Affiliation.objects.all() if ids is None else Affiliation.objects.filter(person__in=ids)
    kinds: dict[UUID, set[str]] = defaultdict(set)
    served: dict[UUID, dict[str, UUID]] = defaultdict(dict)
    for person_id, kind, unit_id in rows.values_list("person_id", "kind", "unit_id"):
        kinds[person_id].add(kind)
        if unit_id:
            served[person_id][kind] = unit_id
    return {person_id: frozenset(found) for person_id, found in kinds.items()}, served


def _times(ids: Sequence[UUID] | None) -> dict[UUID, list[Window]]:
    rows = Availability.objects.all() if ids is None else Availability.objects.filter(person__in=ids)
    found: dict[UUID, list[Window]] = defaultdict(list)
    for person_id, weekdays, start, end in rows.values_list(
        "person_id", "weekdays", "start_minute", "end_minute"
    ):
        found[person_id].append(Window(weekdays, start, end))
    return found


def _windows(given: list[Window] | None, known: bool, kinds: frozenset[str]) -> Sequence[Window] | None:
    if given:
        return given
    if known or kinds & policy.STAFF:
        return None
    return [Window(127, *policy.UNKNOWN_TIME)]


def _places(
    kinds: frozenset[str],
    home: UUID | None,
    served: Mapping[str, UUID],
    neighborhoods: Mapping[UUID | None, UUID],
    allotted: UUID | None,
) -> frozenset[UUID] | None:
    """Where somebody may serve: where the allotment in force or else a list sends them, else at home, else (staff) anywhere.

    A resident serves the place where they live: where movement is stopped because nobody leaves it, otherwise because
    that is where they offered to help. Lending them elsewhere is a decision of its own (`Hand.loan`).
    """
    if allotted in neighborhoods:
        return frozenset({neighborhoods[allotted]})
    sent = {
        neighborhoods[unit_id]
        for kind, unit_id in served.items()
        if kind in policy.STAFF and unit_id in neighborhoods
    }
    if sent:
        return frozenset(sent)
    if kinds & policy.ROVING:
        return None
    if home is not None:
        return frozenset({home})
    return None if kinds & policy.STAFF else frozenset()
