"""The allotment in force is reckoned anew each morning, proposed with its cost of change, and never put in force by itself."""

from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.permissions import Actor
from jimu.people.models import Person
from jimu.teams import allotment_actions, daily_allotment
from jimu.teams.allotting import Weights
from jimu.teams.models import Allotment, DailyReckoning

from .conftest import DAY, World
from .test_allotment import enforce, propose, where

pytestmark = pytest.mark.django_db
MORNING = clock.at_minute(DAY + timedelta(days=1), daily_allotment.AT_MINUTE)


@pytest.fixture
def running(world: World) -> tuple[World, Allotment]:
    """An allotment that holds since yesterday."""
    return world, enforce(propose(world))


def test_it_waits_from_five_in_the_morning_and_once_a_day(running) -> None:
    _world, found = running
    assert daily_allotment.waiting(MORNING - timedelta(minutes=1)) == []
    assert daily_allotment.waiting(MORNING) == [found]
    daily_allotment.reckon(at=MORNING, allotment=found)
    assert daily_allotment.waiting(MORNING + timedelta(hours=18, minutes=59)) == []
    assert daily_allotment.waiting(MORNING + timedelta(hours=23, minutes=59)) == []
    assert daily_allotment.waiting(MORNING + timedelta(days=1)) == [found]


def test_a_morning_on_which_the_service_was_down_is_made_up_for(running) -> None:
    _world, found = running
    assert daily_allotment.waiting(MORNING + timedelta(hours=22)) == [found]
    done = daily_allotment.reckon(at=MORNING + timedelta(hours=22), allotment=found)
    assert done.day == DAY + timedelta(days=1)


def test_nothing_changed_proposes_nothing_and_says_so(running) -> None:
    _world, found = running
    done = daily_allotment.reckon(at=MORNING, allotment=found)
    assert (done.outcome, done.moved, done.proposal) == ("same", 0, None)
    assert not Allotment.objects.filter(state="proposed").exists()


def fall_ill(found: Allotment, how_many: int) -> None:
    """People of one neighborhood pause, so that the others are better shared out."""
    unit = next(iter(set(where(found).values())))
    for name in [name for name, place in where(found).items() if place == unit][:how_many]:
        Person.objects.filter(name=name).update(limits=["paused"])


def test_a_better_way_is_a_proposal_with_its_cost_and_holds_only_when_somebody_says_so(running) -> None:
    _world, found = running
    before = where(found)
    fall_ill(found, 3)
    done = daily_allotment.reckon(at=MORNING, allotment=found)
    assert done.outcome == "proposed"
    assert done.moved >= 1
    assert done.cost_after < done.cost_before
    found.refresh_from_db()
    assert (found.state, where(found)) == ("in_force", before)
    assert (done.proposal.state, done.proposal.base, done.proposal.created_by) == ("proposed", found, "system")
    enforce(done.proposal)


def test_a_proposal_that_somebody_made_is_left_alone(running) -> None:
    world, found = running
    fall_ill(found, 3)
    mine = propose(world, actor=Actor(account_id=None, name="指挥长", is_system=True), weights=Weights(stay=0))
    assert daily_allotment.reckon(at=MORNING, allotment=found).outcome == "left"
    mine.refresh_from_db()
    assert mine.state == "proposed"


def test_yesterdays_own_proposal_goes_when_it_is_no_longer_better(running) -> None:
    _world, found = running
    fall_ill(found, 3)
    old = daily_allotment.reckon(at=MORNING, allotment=found).proposal
    Person.objects.update(limits=[])
    daily_allotment.reckon(at=MORNING + timedelta(days=1), allotment=found)
    old.refresh_from_db()
    assert old.state == "dropped"
    assert DailyReckoning.objects.get().outcome == "same"


def test_an_incident_that_is_over_or_an_allotment_that_ended_waits_for_nothing(running) -> None:
    _world, found = running
    allotment_actions.end(actor=Actor(account_id=None, name="x", is_system=True), at=MORNING, allotment_id=found.pk)
    assert daily_allotment.waiting(MORNING) == []


def test_the_page_says_that_it_only_proposes(running) -> None:
    world, found = running
    daily_allotment.reckon(at=MORNING, allotment=found)
    client = Client()
    client.force_login(world.account("commander"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/teams/incidents/{world.incident.pk}/allotment/").content.decode()
    assert "有人确认才生效" in page
    assert "不用换人" in page
