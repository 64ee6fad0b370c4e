"""Where a new draft begins: on the day of duty that is running, which before the first shift is yesterday's."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from jimu.core import clock
from jimu.incidents.models import Incident
from jimu.roster.models import Roster
from jimu.roster.queries import duty_days

from .conftest import DAY, World

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def on_watch(world: World) -> World:
    """A gate from 08:00 and a night gate until 08:00, since Monday at eight."""
    world.post("门岗", 480, 1200)
    world.post("夜门岗", 1200, 1920)
    Incident.objects.filter(pk=world.incident.pk).update(starts_at=clock.at_minute(DAY, 480))
    world.incident.refresh_from_db()
    return world


def begins(world: World, at: datetime) -> object:
    return duty_days([world.incident], at)[world.incident.pk]


@pytest.mark.parametrize(("minute", "day"), [(0, DAY), (120, DAY), (479, DAY), (480, NEXT), (1439, NEXT)])
def test_until_the_first_shift_the_day_of_yesterday_is_running(on_watch: World, minute: int, day: object) -> None:
    assert begins(on_watch, clock.at_minute(NEXT, minute)) == day


def test_what_began_tonight_has_no_yesterday(on_watch: World) -> None:
    on_watch.incident.starts_at = clock.at_minute(NEXT, 60)
    assert begins(on_watch, clock.at_minute(NEXT, 120)) == NEXT


def test_where_nobody_serves_at_night_the_day_begins_at_midnight(on_watch: World) -> None:
    on_watch.posts["夜门岗"].delete()
    assert begins(on_watch, clock.at_minute(NEXT, 120)) == NEXT


def test_the_form_offers_that_day_and_says_why_and_takes_it(on_watch: World) -> None:
    client = Client()
    client.force_login(on_watch.account("commander"))
    with time_machine.travel(clock.at_minute(NEXT, 180), tick=False):
        page = client.get("/roster/").content.decode()
        assert 'value="2026-04-06"' in page
        assert "从昨天排起" in page
        client.post(f"/roster/draft/{on_watch.incident.pk}/", {"first_day": "2026-04-06", "days": 2})
    assert Roster.objects.get().first_day == DAY
    with time_machine.travel(clock.at_minute(NEXT, 540), tick=False):
        client.force_login(on_watch.account("commander"))
        page = client.get("/roster/").content.decode()
    assert 'value="2026-04-07"' in page
    assert "从昨天排起" not in page
