"""Who leads the people of a trip sees in the list of the day how far their orders are, and never which drugs."""

import pytest

from jimu.core.permissions import Actor
from jimu.field.medicine.next_steps import next_steps
from jimu.teams.tests.led import led_by

from .conftest import AT, DRUG, Desk, person

pytestmark = pytest.mark.django_db


def told(actor: Actor) -> list[tuple[str, bool]]:
    return [(step.text, step.own) for step in next_steps(actor, AT) if step.text.startswith("本组")]


def test_the_orders_of_the_group_s_trips_are_its_lead_s_to_see(desk: Desk) -> None:
    desk.town.person("安组长")
    # A member of another neighborhood: what they see comes with the team alone.
    lead = desk.account("member", "安组长", "乙一居民区")
    order = desk.collected()
    desk.trip(order)
    client, address = desk.client_of(lead), f"/medicine/{order.pk}/"
    assert (told(desk.actor(lead)), client.get(address).status_code) == ([], 404)
    led_by(lead.person_id, person(desk.runner), unit=desk.town["乙一居民区"])
    ((text, own),) = told(desk.actor(lead))
    assert text.startswith(f"本组的配药 {order.bag_words}")
    assert not own
    page = client.get(address)
    assert page.status_code == 200
    assert DRUG not in page.content.decode()
    assert told(desk.runner) == told(desk.checker) == []


def test_what_is_the_lead_s_own_stands_once(desk: Desk) -> None:
    led_by(person(desk.runner), person(desk.checker), unit=desk.town["甲一居民区"])
    desk.trip(desk.collected())
    steps = [step.text for step in next_steps(desk.runner, AT)]
    assert len(steps) == len(set(steps)) == 1
    assert not told(desk.runner)
