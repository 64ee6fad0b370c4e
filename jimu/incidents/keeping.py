"""How long what tells of people is kept: for as many days as the playbook says that is in force where it happened."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet

from jimu.core.expiry import past
from jimu.core.permissions import STEP
from jimu.incidents.models import Incident, IncidentUnit
from jimu.incidents.sections import Section
from jimu.playbooks.schema import Photos

#: No playbook keeps anything for less: younger rows are not looked at.
LEAST = timedelta(days=1)
photo_days = Section(lambda playbook: playbook.photos, Photos()).keep_days
Row = TypeVar("Row", bound=Model)


def beyond(rows: "QuerySet[Row]", *, moment: str, place: str, at: datetime, days_of: Callable[[str], int]) -> "QuerySet[Row]":
    """Of some rows those that are older than the days of their place.

    `moment` and `place` name the fields of when it happened and of the unit's path; `days_of` reads the days from a playbook's
    text, '' where no incident is under way. A handful of queries, however many rows and places there are.
    """
    old = rows.filter(**{f"{moment}__lt": at - LEAST})
    days = days_at(set(old.order_by().values_list(place, flat=True)), days_of)
    return old.filter(past(days, place=place, moment=f"{moment}__lt", at=at))


def days_at(paths: Iterable[str], days_of: Callable[[str], int]) -> dict[str, int]:
    """The days of each place, as `days_of` reads them from the text in force there: each text is read once, however many places there are."""
    texts = _texts_at(paths)
    days = {text: days_of(text) for text in set(texts.values())}
    return {path: days[text] for path, text in texts.items()}


def photo_days_at(paths: Iterable[str]) -> dict[str, int]:
    """For how many days photos of places are kept."""
    return days_at(paths, photo_days)


def least_photo_days() -> int:
    """For how many days every place keeps photos at least, whatever is in force anywhere."""
    going = Incident.objects.filter(state=Incident.State.ACTIVE).order_by().values_list("playbook_text", flat=True)
    return min(photo_days(text) for text in {"", *going})


def _texts_at(paths: Iterable[str]) -> dict[str, str]:
    """The text of the playbook in force at each place; of several incidents the newest counts."""
    going = IncidentUnit.objects.filter(ended_at=None, incident__state=Incident.State.ACTIVE).order_by("-incident__activated_at")
    where = list(going.values_list("unit__path", "incident"))
    texts = dict(Incident.objects.filter(pk__in={incident for _unit, incident in where}).values_list("pk", "playbook_text"))
    # By how new they are: at a unit itself, and anywhere within one.
    here: dict[str, int] = {}
    within: dict[str, int] = {}
    for rank, (unit, _incident) in enumerate(where):
        here.setdefault(unit, rank)
        for above in _prefixes(unit):
            within.setdefault(above, rank)
    found = {}
    for path in paths:
        ranks = [here[above] for above in _prefixes(path) if above in here]
        ranks += [within[path]] if path in within else []
        found[path] = texts[where[min(ranks)][1]] if ranks else ""
    return found


def _prefixes(path: str) -> Iterator[str]:
    """The paths of everything that holds a place, and its own; '' holds all."""
    return (path[:length] for length in range(0, len(path) + 1, STEP))
