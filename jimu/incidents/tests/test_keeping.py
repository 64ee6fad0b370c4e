"""What tells of people is kept for as many days as the playbook in force at its place says, and elsewhere for the usual ones."""

from datetime import timedelta

import pytest

from jimu.core import journal
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.grid.tests.town import AT, Town, build
from jimu.incidents import keeping
from jimu.incidents.models import Incident, IncidentUnit
from jimu.incidents.tests.under_way import begin, text_with

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DAYS = {"": 30, "short": 7, "newer": 3}


@pytest.fixture
def town(db: None) -> Town:
    """Something happened ten days before in a building of 甲一居民区 and one of 乙一居民区."""
    town = build()
    for name in ("1号楼", "乙一居民区"):
        journal.record(actor=SYSTEM, at=AT - 10 * DAY, verb="here", target=name, scope=town[name].path)
    return town


def beyond(days: int = 0) -> list[str]:
    rows = JournalEntry.objects.filter(verb="here").order_by("pk")
    return [one.target for one in keeping.beyond(rows, moment="at", place="scope", at=AT + days * DAY, days_of=DAYS.__getitem__)]


def test_where_no_incident_is_under_way_the_usual_days_hold(town: Town) -> None:
    assert (beyond(20), beyond(21)) == ([], ["1号楼", "乙一居民区"])


def test_an_incident_counts_for_what_lies_inside_its_neighborhoods_and_around_them_and_nowhere_else(town: Town) -> None:
    made = begin(town["甲一居民区"], "short", AT)
    assert beyond() == ["1号楼"]
    IncidentUnit.objects.update(unit=town["和风街道"])
    assert beyond() == ["1号楼", "乙一居民区"]
    IncidentUnit.objects.update(unit=town["1号楼"], ended_at=AT)
    assert beyond() == []
    IncidentUnit.objects.update(ended_at=None)
    # What happened around the building counts too.
    journal.record(actor=SYSTEM, at=AT - 10 * DAY, verb="here", target="东片区", scope=town["东片区"].path)
    assert beyond() == ["1号楼", "东片区"]
    Incident.objects.filter(pk=made.pk).update(state="stood_down")
    assert beyond() == []


def test_the_newest_incident_counts_and_the_number_is_of_days(town: Town) -> None:
    begin(town["甲一居民区"], "short", AT)
    assert (beyond(-3), beyond(-2)) == ([], ["1号楼"])
    newer = begin(town["甲一居民区"], "newer", AT + DAY, hazard="flood")
    assert (beyond(-7), beyond(-6)) == ([], ["1号楼"])
    # However wide it is.
    IncidentUnit.objects.filter(incident=newer).update(unit=town["东片区"])
    assert (beyond(-7), beyond(-6)) == ([], ["1号楼"])


def test_it_costs_as_many_queries_for_many_places(town: Town, django_assert_max_num_queries: object) -> None:
    begin(town["甲一居民区"], "short", AT)
    for name in ("2号楼", "3号楼", "甲二居民区"):
        journal.record(actor=SYSTEM, at=AT - 10 * DAY, verb="here", target=name, scope=town[name].path)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert len(beyond()) == 3


def test_no_place_keeps_photos_for_less_than_the_least_that_is_said(town: Town) -> None:
    places = [unit.path for unit in town.units.values()]
    assert keeping.least_photo_days() == 30 == min(keeping.photo_days_at(places).values())
    made = begin(town["甲一居民区"], text_with("photos: {keep_days: 7}"), AT)
    begin(town["乙一居民区"], text_with("photos: {keep_days: 90}"), AT)
    assert keeping.least_photo_days() == 7 == min(keeping.photo_days_at(places).values())
    Incident.objects.filter(pk=made.pk).update(state="stood_down")
    assert keeping.least_photo_days() == 30 == min(keeping.photo_days_at(places).values())
