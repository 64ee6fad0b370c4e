"""Who leads the people of a trip sees in the list of the day how far their orders are, and never which drugs."""

import pytest

from jimu.core.permissions import Actor
from jimu.field.medicine.group import in_hand
from jimu.field.medicine.next_steps import next_steps
from jimu.field.medicine.words import BRING, CHECK, FETCH
from jimu.teams.leading import Group
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


class TestTheDayOfTheGroup:
    """An order's line goes from the trip's to whoever fetched it, and on to whoever checks."""

    def hands(self, desk: Desk) -> list[tuple[str, bool]]:
        group = Group(frozenset(), frozenset({person(desk.runner), person(desk.checker)}))
        return [(one.work, one.person_id == person(desk.runner)) for one in in_hand(desk.checker, group, AT)]

    def test_who_has_it_and_which_work_it_is(self, desk: Desk) -> None:
        order = desk.collected()
        assert self.hands(desk) == []
        desk.trip(order)
        assert self.hands(desk) == [(FETCH, False)]
        desk.act(order, "take", desk.runner)
        assert self.hands(desk) == [(FETCH, True)]
        desk.act(order, "fetch", desk.runner, total=5000, insurance=4000)
        assert self.hands(desk) == [(CHECK, False)]
        for who in (desk.runner, desk.checker):
            desk.act(order, "check", who)
        assert self.hands(desk) == [(BRING, True)]
        desk.act(order, "deliver", desk.runner)
        assert self.hands(desk) == []

    def test_what_others_carry_is_not_there(self, desk: Desk) -> None:
        desk.trip(desk.collected())
        assert not list(in_hand(desk.checker, Group(frozenset(), frozenset({desk.town.people["李娜"].pk})), AT))
