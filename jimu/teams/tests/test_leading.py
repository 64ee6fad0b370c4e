"""Who leads a team: its people, and the role that comes with it where the team works, for as long as it does."""

import pytest
from django.test import Client

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core.permissions import Granted
from jimu.grid.tests.town import AT, Town, town
from jimu.incidents.models import Incident
from jimu.sync import logbook
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
