"""Who leads a team: its people, and the role that comes with it where the team works, for as long as it does."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core.permissions import Granted
from jimu.grid.tests.town import AT, Town, town
from jimu.incidents.models import Incident
from jimu.sync import logbook, offering
from jimu.sync.models import Device
from jimu.sync.receiving import holder_of
from jimu.sync.tests.conftest import Phone, enrolled, offered
from jimu.teams import leading
from jimu.teams.models import Membership, Seat, Team

from .led import led_by

__all__ = ["offered", "town"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def team(town: Town) -> Team:
    """王伟 leads, 沈洁 stands in, 李娜 is in it."""
    people = {name: one.pk for name, one in town.people.items()}
    return led_by(people["王伟"], people["李娜"], unit=town["甲一居民区"], deputy=people["沈洁"])


def account_of(town: Town, name: str, *roles: str) -> Account:
    made = Account.objects.create_user(username=f"名{name}", person=town.people[name])
    for role in roles:
        Grant.objects.create(account=made, role=role, unit=town["乙一居民区"])
    return made


def test_leader_and_deputy_have_a_group_and_members_have_none(town: Town, team: Team) -> None:
    people = {name: one.pk for name, one in town.people.items()}
    groups = {name: leading.group_of(actor_of(account_of(town, name))) for name in people}
    assert groups["王伟"] == leading.Group(frozenset({team.pk}), frozenset({people["沈洁"], people["李娜"]}))
    assert groups["沈洁"].people == {people["王伟"], people["李娜"]}
    assert not groups["李娜"]


def test_a_lead_without_any_role_works_as_a_member_where_the_team_does(town: Town, team: Team) -> None:
    lead, member = account_of(town, "王伟"), account_of(town, "李娜", "member")
    path = town["甲一居民区"].path
    assert actor_of(lead).granted == (Granted("member", path),)
    assert actor_of(member).granted == (Granted("member", town["乙一居民区"].path),)
    assert (actor_of(lead).may("needs.own", path), actor_of(lead).may("needs.view", path), actor_of(lead).may("needs.own", town["乙一居民区"].path)) == (True, False, False)
    client = Client()
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    assert (client.get("/board/next/").status_code, client.get("/needs/mine/").status_code) == (200, 200)


@pytest.mark.parametrize("over", ["seat", "proposed", "incident"])
def test_the_role_ends_with_what_it_came_from(town: Town, team: Team, over: str) -> None:
    lead = account_of(town, "王伟")
    assert actor_of(lead).granted
    if over == "seat":
        Membership.objects.filter(person=lead.person).update(until=AT)
    elif over == "proposed":
        Team.objects.update(state=Team.State.PROPOSED)
    else:
        Incident.objects.update(state=Incident.State.STOOD_DOWN)
    assert actor_of(lead).granted == ()


def test_a_role_that_was_given_already_stands_once(town: Town, team: Team) -> None:
    lead = account_of(town, "王伟")
    Grant.objects.create(account=lead, role="member", unit=town["甲一居民区"])
    assert len(actor_of(lead).granted) == 1
    Seat.objects.update(leads=False, deputy=False)
    assert len(actor_of(lead).granted) == 1


class TestThePhoneOfALead:
    @pytest.fixture
    def phone(self, town: Town, team: Team, offered: None) -> Phone:
        return enrolled(town, account_of(town, "王伟"))

    def test_it_may_what_its_holder_s_pages_may(self, phone: Phone) -> None:
        assert phone.outcomes(phone.op()) == ["done"]

    def test_it_may_no_more_than_them_when_the_team_is_dissolved(self, phone: Phone) -> None:
        Team.objects.update(state=Team.State.DISSOLVED)
        assert phone.outcomes(phone.op()) == ["refused"]

    def test_a_batch_knows_each_phone_s_holder_as_the_door_does_and_asks_once_for_all(self, phone: Phone, django_assert_num_queries) -> None:
        town = phone.town
        others = [enrolled(town, account_of(town, "沈洁")), enrolled(town, account_of(town, "李娜", "member"), "乙一居民区"), enrolled(town, town.account("secretary", "甲一居民区"))]
        devices = [one.device for one in (phone, *others)]
        with django_assert_num_queries(3):
            found = logbook.phones([one.pk for one in devices])
        for device in devices:
            device.refresh_from_db()
        assert {pk: one.actor for pk, one in found.items()} == {one.pk: holder_of(one) for one in devices}


NEW = "/sync/devices/new/"


def offered_on(client: Client, words: str = "") -> list[str]:
    """The ways to a phone that the page offers, by their keys; who is offered one only is asked for it at once."""
    page = client.get(NEW, {"q": words}).content.decode()
    return re.findall(r"\?grant=([^\"]+)\"", page) or re.findall(r'name="grant" value="([^"]+)"', page)


class TestTheOfferOfAPhone:
    """`given` is the way of who has a role of their own; a lead's names the account and the team's place."""

    def key(self, town: Town, account: Account, unit: str = "甲一居民区") -> str:
        return f"{account.pk}@{town[unit].pk}"

    def test_a_lead_without_any_role_is_offered_one_where_the_team_works_and_it_enrols(self, town: Town, team: Team) -> None:
        lead = account_of(town, "王伟")
        client = Client()
        client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
        assert offered_on(client) == [self.key(town, lead)]
        assert "#enrol=" in client.post(NEW, {"hours": 12, "work": "all"}).content.decode()
        assert (Device.objects.get().unit, Device.objects.get().account) == (town["甲一居民区"], lead)

    def test_the_secretary_there_is_offered_it_too_and_another_s_is_not(self, town: Town, team: Team) -> None:
        lead = account_of(town, "王伟")
        there, elsewhere = town.client("secretary", "甲一居民区"), town.client("secretary", "乙一居民区")
        assert self.key(town, lead) in offered_on(there)
        assert self.key(town, lead) not in offered_on(elsewhere)
        assert self.key(town, lead) not in offered_on(town.client("member", "甲一居民区"))
        assert "#enrol=" in there.post(NEW, {"grant": self.key(town, lead), "hours": 12, "work": "all"}).content.decode()
        assert "#enrol=" not in elsewhere.post(NEW, {"grant": self.key(town, lead), "hours": 12, "work": "all"}).content.decode()

    def test_a_member_of_the_team_without_a_role_is_not_offered_any(self, town: Town, team: Team) -> None:
        assert self.key(town, account_of(town, "李娜")) not in offered_on(town.client("secretary", "甲一居民区"))

    def test_the_offer_ends_with_the_seat(self, town: Town, team: Team) -> None:
        lead, client = account_of(town, "王伟"), town.client("secretary", "甲一居民区")
        Membership.objects.filter(person=lead.person).update(until=AT)
        assert self.key(town, lead) not in offered_on(client)

    def test_a_role_that_reaches_as_far_is_offered_once(self, town: Town, team: Team) -> None:
        lead, client = account_of(town, "王伟"), town.client("secretary", "甲一居民区")
        given = Grant.objects.create(account=lead, role="member", unit=town["东片区"])
        assert self.key(town, lead) not in offered_on(client)
        given.delete()
        assert self.key(town, lead) in offered_on(client)

    def test_a_search_finds_by_the_name_and_by_the_place(self, town: Town, team: Team) -> None:
        lead, client = account_of(town, "王伟"), town.client("commander")
        assert [self.key(town, lead) in offered_on(client, words) for words in ("王伟", "甲一", "乙一")] == [True, True, False]

    def test_it_asks_as_much_for_many_as_for_one(self, town: Town, team: Team, django_assert_num_queries) -> None:
        actor = town.actor("commander")
        account_of(town, "王伟")
        with CaptureQueriesContext(connection) as one:
            assert len(offering.offered_to(actor)) == 2
        account_of(town, "沈洁")
        for _ in range(5):
            town.account("member", "乙一居民区")
        with django_assert_num_queries(len(one)):
            assert len(offering.offered_to(actor)) == 8
