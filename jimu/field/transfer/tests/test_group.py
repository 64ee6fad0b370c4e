"""Who leads escorts and caretakers sees what theirs have to do, on no part of their own."""

from datetime import timedelta

import pytest

from jimu.accounts.queries import actor_of
from jimu.core.permissions import Actor
from jimu.field.transfer.group import in_hand
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Dependant
from jimu.field.transfer.next_steps import next_steps
from jimu.field.transfer.words import RUN, VISIT
from jimu.teams.leading import Group
from jimu.teams.tests.led import led_by

from .conftest import AT, HOUR, Lane, person

pytestmark = pytest.mark.django_db


def told(actor: Actor, at=AT + timedelta(minutes=5)) -> list[tuple[str, str, bool]]:
    return [(step.text, step.tone, step.own) for step in next_steps(actor, at) if step.text.startswith("本组")]


@pytest.fixture
def lead(lane: Lane) -> Actor:
    """A member of another neighborhood, who will lead the escort and the caretaker."""
    lane.town.person("安带队")
    account = lane.town.account("member", "乙一居民区")
    account.person = lane.town.people["安带队"]
    account.save()
    return actor_of(account)


def test_a_lead_sees_the_group_s_vehicles_and_visits_and_opens_them(lane: Lane, lead: Actor) -> None:
    one = lane.gone("安老伯", given=(LeftGiven("elder", "奶奶"),))
    lane.cared(Dependant.objects.get())
    addresses = [f"/transfer/runs/{one.run_id}/", f"/transfer/left/{Dependant.objects.get().pk}/"]
    client = lane.client(lead)
    assert (told(lead), [client.get(address).status_code for address in addresses]) == ([], [404, 404])
    led_by(lead.person_id, person(lane.escort), person(lane.second), unit=lane.town["乙一居民区"])
    assert [(text.split("趟")[0], own) for text, _tone, own in told(lead)] == [("本组要去看望留下的老人", False), ("本组陪护第 1 ", False)]
    assert told(lead, AT + 4 * HOUR)[0][1] == "bad"
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    assert told(lane.escort) == told(lane.secretary) == []


def test_the_day_of_the_group_says_whose_each_of_them_is(lane: Lane, lead: Actor) -> None:
    lane.gone("安老伯", given=(LeftGiven("elder", "奶奶"),))
    lane.cared(Dependant.objects.get())
    group = Group(frozenset(), frozenset({person(lane.escort), person(lane.second)}))
    found = [(one.work, one.person_id, one.step.tone) for one in in_hand(lead, group, AT + 4 * HOUR)]
    assert found[0] == (VISIT, person(lane.second), "bad")
    assert [(work, who) for work, who, _tone in found[1:]] == [(RUN, person(lane.escort))]
    assert [one.work for one in in_hand(lead, Group(frozenset(), frozenset({person(lane.escort)})), AT)] == [RUN]
