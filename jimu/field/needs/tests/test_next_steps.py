"""What waits of needs stands in the list of the day: of who has it in hand, of who leads them, of who gives it to somebody."""

from datetime import datetime

import pytest

from jimu.core.permissions import Actor
from jimu.field.needs import acting
from jimu.field.needs.models import Need
from jimu.field.needs.next_steps import next_steps
from jimu.teams.models import Seat
from jimu.teams.tests.led import led_by

from .conftest import AT, HOUR, Ward

pytestmark = pytest.mark.django_db


def told(actor: Actor, at: datetime = AT) -> list[tuple[str, bool]]:
    return [(step.text, step.own) for step in next_steps(actor, at)]


def test_a_need_waits_for_who_gives_it_then_for_who_has_it_then_for_who_heard_of_it(ward: Ward) -> None:
    need = ward.need()
    title = next(iter(next_steps(ward.secretary, AT))).text.removeprefix("还没派给人：")
    assert told(ward.secretary) == told(ward.lead) == [(f"还没派给人：{title}", False)]
    assert told(ward.finder) == told(ward.hand) == told(ward.other) == []
    ward.given_to(need, ward.hand)
    assert told(ward.secretary) == told(ward.finder) == told(ward.other) == []
    step = next(iter(next_steps(ward.hand, AT)))
    assert (step.text, step.own, step.url, step.due) == (f"办：{title}", True, f"/needs/{need.pk}/", need.due_at)
    acting.accept(actor=ward.hand, at=AT, need_id=need.pk)
    assert told(ward.hand) == [(f"办：{title}", True)]
    acting.finish(actor=ward.hand, at=AT, need_id=need.pk)
    assert told(ward.hand) == []
    assert told(ward.finder) == [(f"问一问居民，办好了没有：{title}", True)]


def test_it_is_soon_in_its_last_hour_and_late_after_it(ward: Ward) -> None:
    need = ward.given_to(ward.need(), ward.hand)
    tones = [next(iter(next_steps(ward.hand, at))).tone for at in (AT, need.due_at - HOUR / 2, need.due_at + HOUR)]
    assert tones == ["" if need.due_at - AT > HOUR else "warn", "warn", "bad"]


def test_nobody_elsewhere_hears_of_it(ward: Ward) -> None:
    ward.need()
    assert told(ward.secretary) != []
    assert told(ward.town.actor("secretary", "乙一居民区")) == told(ward.town.actor("auditor")) == []


def test_who_leads_a_team_sees_what_its_people_have_in_hand_and_its_members_do_not(ward: Ward) -> None:
    team, need = ward.team(ward.other, ward.hand, ward.finder), ward.need()
    Seat.objects.filter(team=team, memberships__person=ward.other.person_id).update(leads=True)
    acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, team_id=team.pk)
    # Nobody of the team took it yet: it waits for each of them.
    assert [text.split("：")[0] for who in (ward.other, ward.hand, ward.finder) for text, _own in told(who)] == ["办"] * 3
    acting.accept(actor=ward.hand, at=AT, need_id=need.pk)
    assert [[(text.split("：")[0], own) for text, own in told(who)] for who in (ward.other, ward.hand, ward.finder)] == [[("本组在办", False)], [("办", True)], []]
    acting.finish(actor=ward.hand, at=AT, need_id=need.pk)
    assert told(ward.other) == []


class TestAGroup:
    """安旁人 leads 安办理: what 安办理 was given by name is the group's too."""

    @pytest.fixture
    def need(self, ward: Ward) -> Need:
        led_by(ward.other.person_id, ward.hand.person_id, unit=ward.town["甲一居民区"])
        return ward.given_to(ward.need(), ward.hand)

    def test_who_leads_the_handler_sees_it_in_the_list_on_the_board_and_on_its_page(self, ward: Ward, need: Need) -> None:
        (step,) = next_steps(ward.other, AT)
        assert (step.own, step.place.endswith("502"), step.url) == (False, True, f"/needs/{need.pk}/")
        assert step.text.startswith("本组在办：")
        assert "专人" not in step.text
        client = ward.client(ward.other)
        assert "本组在办" in client.get("/needs/mine/").content.decode()
        assert client.get(step.url).status_code == 200
        assert [one["id"] for one in client.get("/api/v1/needs/group").json()] == [str(need.pk)]

    def test_others_see_nothing_of_it(self, ward: Ward, need: Need) -> None:
        client = ward.client(ward.finder)
        assert told(ward.finder) == []
        assert "本组在办" not in client.get("/needs/mine/").content.decode()
        other = ward.given_to(ward.need("medical", text="另一件"), ward.finder)
        assert ward.client(ward.other).get(f"/needs/{other.pk}/").status_code == 404

    def test_of_a_restricted_one_a_lead_learns_that_it_is_there_and_nothing_more(self, ward: Ward, need: Need) -> None:
        Need.objects.update(restricted=True)
        (step,) = next_steps(ward.other, AT)
        assert (step.text, "502" in step.place) == ("本组在办：专人办理的诉求", False)
        assert ward.client(ward.other).get(f"/needs/{need.pk}/").status_code == 404


def test_the_list_reads_as_often_for_many_needs_as_for_one(ward: Ward, django_assert_max_num_queries) -> None:
    for n in range(9):
        ward.need(room=f"{n}01")
    with django_assert_max_num_queries(12):
        assert len(told(ward.secretary)) == 9
