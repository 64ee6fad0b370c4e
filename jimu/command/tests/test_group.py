"""The day of a group: for who leads it and nobody else, the most pressing first, with who is on duty and what was done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.command.group_queries import EACH, PRESSING, GroupDay, group_day
from jimu.command.next_queries import next_up
from jimu.command.presence import Turn
from jimu.core import doing, journal
from jimu.core.errors import NotFound
from jimu.core.panels import works
from jimu.core.permissions import Actor
from jimu.field.needs import acting
from jimu.field.needs.models import Need
from jimu.field.needs.tests.conftest import AT, HOUR, Ward, town, ward
from jimu.incidents.models import Incident, Post
from jimu.roster.models import Assignment, CheckIn, Roster, Shift
from jimu.teams.models import Membership, Seat, Team
from jimu.teams.tests.led import led_by

__all__ = ["town", "ward"]
pytestmark = pytest.mark.django_db
PAGE, API = "/board/next/group/", "/api/v1/board/group"


@dataclass
class Led:
    """安旁人 leads a team of 甲一居民区 in which 安办理 and 安报告 sit; 李娜 leads one of 乙一居民区."""

    ward: Ward
    lead: Actor
    team: Team
    other: Actor
    other_team: Team

    def client(self, actor: Actor) -> Client:
        return self.ward.client(actor)

    def day(self, at: datetime = AT, actor: Actor | None = None, team: Team | None = None) -> GroupDay:
        return group_day(self.again(actor or self.lead), at, team.pk if team else None)

    def again(self, actor: Actor) -> Actor:
        """With what their teams bring now."""
        return actor_of(Account.objects.get(pk=actor.account_id))

    def shift(self, actor: Actor, start: int, end: int, *, unit: str = "甲一居民区", standby: bool = False) -> Assignment:
        """A seat of somebody in a shift, so many hours from now."""
        incident, place = Incident.objects.first(), self.ward.town[unit]
        roster, _made = Roster.objects.get_or_create(
            incident=incident, defaults={"scope": "", "first_day": AT.date(), "state": Roster.State.PUBLISHED, "created_at": AT, "created_by": "x"}
        )
        post = Post.objects.create(
            incident=incident, unit=place, code=f"岗{Post.objects.count()}", title="门岗", group="gate", shift_code="x", start_minute=0, end_minute=60, needed=1, reason="", priority=2
        )
        shift = Shift.objects.create(roster=roster, post=post, unit=place, day=AT.date(), needed=1, filled=1, starts_at=AT + start * HOUR, ends_at=AT + end * HOUR)
        return Assignment.objects.create(shift=shift, person_id=actor.person_id, seat=0, standby=standby)


@pytest.fixture
def led(ward: Ward) -> Led:
    other = actor_of(ward.account("member", "李娜", "乙一居民区"))
    place = ward.town["甲一居民区"]
    team = led_by(ward.other.person_id, ward.hand.person_id, ward.finder.person_id, unit=place)
    other_team = led_by(other.person_id, ward.town.person("安远", "乙一居民区").pk, unit=ward.town["乙一居民区"])
    return Led(ward, ward.other, team, other, other_team)


def names(day: GroupDay) -> list[str]:
    return [mate.name for mate in day.mates]


class TestWhoSeesIt:
    def test_the_leader_and_who_stands_in_see_the_people_of_their_team(self, led: Led) -> None:
        Seat.objects.filter(memberships__person=led.ward.hand.person_id).update(deputy=True)
        for actor in (led.lead, led.ward.hand):
            page = led.client(actor).get(PAGE)
            assert page.status_code == 200
            assert all(name in page.content.decode() for name in ("安旁人", "安办理", "安报告"))
            assert {one["name"] for one in led.client(actor).get(API).json()["people"]} == {"安旁人", "安办理", "安报告"}

    @pytest.mark.parametrize("address", [PAGE, PAGE + "list/", API])
    def test_a_member_who_does_not_lead_sees_none_and_is_offered_none(self, led: Led, address: str) -> None:
        assert led.client(led.lead).get(address).status_code == 200
        assert led.client(led.ward.hand).get(address).status_code == 404
        assert [PAGE in led.client(who).get("/board/next/").content.decode() for who in (led.lead, led.ward.hand)] == [True, False]

    @pytest.mark.parametrize("address", [PAGE + "{}/", PAGE + "{}/list/", API + "/{}"])
    def test_the_lead_of_another_team_sees_their_own_and_not_this_one(self, led: Led, address: str) -> None:
        client = led.client(led.other)
        assert client.get(address.format(led.other_team.pk)).status_code == 200
        assert client.get(address.format(led.team.pk)).status_code == 404
        assert "安办理" not in client.get(PAGE).content.decode()

    def test_neither_does_who_leads_the_place_but_not_the_team(self, led: Led) -> None:
        assert led.client(led.ward.secretary).get(PAGE).status_code == 404
        assert led.client(led.ward.secretary).get(f"{PAGE}{led.team.pk}/").status_code == 404

    @pytest.mark.parametrize("over", ["seat", "proposed", "incident"])
    def test_it_ends_with_what_it_came_from(self, led: Led, over: str) -> None:
        client = led.client(led.lead)
        assert client.get(PAGE).status_code == 200
        if over == "seat":
            Membership.objects.filter(person=led.lead.person_id).update(until=AT)
        elif over == "proposed":
            Team.objects.update(state=Team.State.PROPOSED)
        else:
            Incident.objects.update(state=Incident.State.STOOD_DOWN)
        assert client.get(PAGE).status_code == 404

    def test_of_two_teams_each_can_be_read_alone(self, led: Led) -> None:
        second = led_by(led.lead.person_id, led.ward.town.people["王伟"].pk, unit=led.ward.town["甲二居民区"])
        assert set(names(led.day())) == {"安旁人", "安办理", "安报告", "王伟"}
        assert set(names(led.day(team=second))) == {"安旁人", "王伟"}
        assert "甲二居民区" in led.client(led.lead).get(PAGE).content.decode()

    def test_it_says_no_number_of_anybody(self, led: Led) -> None:
        led.ward.given_to(led.ward.need(), led.ward.hand)
        page = led.client(led.lead).get(PAGE).content.decode()
        assert "在办" in page or "还没接下" in page
        assert not [words for words in ("13800000003", "1380000****", "138****0003", "家里没有米了", "13900000001") if words in page]


class TestWhatPresses:
    def test_what_is_late_stands_first_with_whose_it_is_then_what_is_soon(self, led: Led) -> None:
        late, soon, later = (led.ward.need(room=f"{n}01") for n in (1, 2, 3))
        for need, hours in ((late, -1), (soon, 0.5), (later, 9)):
            Need.objects.filter(pk=need.pk).update(due_at=AT + hours * HOUR)
        led.ward.given_to(later, led.ward.hand)
        led.ward.given_to(soon, led.ward.hand)
        led.ward.given_to(late, led.ward.finder)
        day = led.day()
        assert [(one.name, one.line.step.tone, one.line.step.place[-3:]) for one in day.urgent] == [("安报告", "bad", "101"), ("安办理", "warn", "201")]
        assert names(day) == ["安报告", "安办理", "安旁人"]
        assert [len(mate.lines) for mate in day.mates] == [1, 2, 0]
        assert day.pressing == 2

    def test_what_the_team_was_given_and_nobody_took_stands_as_nobody_s_until_somebody_does(self, led: Led) -> None:
        need = led.ward.need()
        acting.assign(actor=led.ward.secretary, at=AT, need_id=need.pk, team_id=led.team.pk)
        [line] = led.day().loose
        assert line.step.text.startswith("派给本组，还没有人接")
        acting.accept(actor=led.ward.hand, at=AT, need_id=need.pk)
        day = led.day()
        assert day.loose == []
        assert [mate.lines[0].step.text.split("：")[0] for mate in day.mates if mate.lines] == ["在办"]
        acting.finish(actor=led.ward.hand, at=AT, need_id=need.pk)
        assert not any(mate.lines for mate in led.day().mates)

    def test_of_what_few_may_read_it_says_that_it_is_there_and_leads_nowhere(self, led: Led) -> None:
        need = led.ward.given_to(led.ward.need(), led.ward.hand)
        Need.objects.update(restricted=True)
        page = led.client(led.lead).get(PAGE).content.decode()
        assert "专人办理的诉求" in page
        assert str(need.pk) not in page
        assert "502" not in page

    def test_a_long_list_is_cut_and_says_how_much_more_there_is(self, led: Led) -> None:
        for number in range(PRESSING + 3):
            need = led.ward.given_to(led.ward.need(room=f"{number}01"), led.ward.hand)
            Need.objects.filter(pk=need.pk).update(due_at=AT)
        client = led.client(led.lead)
        with time_machine.travel(AT + HOUR, tick=False):
            page = client.get(PAGE).content.decode()
            opened = client.get(PAGE, {"open": str(led.ward.hand.person_id)}).content.decode()
        day = led.day(AT + HOUR)
        assert (len(day.urgent), day.more, day.pressing) == (PRESSING, 3, PRESSING + 3)
        assert "还有 3 件也急" in page
        assert f"还有 {PRESSING + 3 - EACH} 件" in page
        assert opened.count("/needs/") - page.count("/needs/") == PRESSING + 3 - EACH


class TestWhoIsOnDuty:
    @pytest.mark.parametrize(
        ("start", "end", "mark", "turn", "words"),
        [(-1, 3, "arrived", Turn.ON, "当班，到 12:00"), (-1, 3, "", Turn.UNSEEN, "到点了，还没签到"), (0, 3, "", Turn.ON, "当班，到 12:00"),
         (-1, 3, "absent", Turn.MISSING, "没有来"), (-1, 3, "left", Turn.LEFT, "已离岗"), (2, 4, "", Turn.COMING, "今天 11:00–13:00 来"),
         (-4, -1, "arrived", Turn.FREE, ""), (40, 44, "", Turn.FREE, "")],
    )  # fmt: skip
    def test_by_the_roster_and_what_was_marked(self, led: Led, start: int, end: int, mark: str, turn: Turn, words: str) -> None:
        seat = led.shift(led.ward.hand, start, end)
        if mark:
            CheckIn.objects.create(assignment=seat, mark=mark, at=AT, marked_by="x")
        told = next(mate.presence for mate in led.day().mates if mate.name == "安办理")
        assert (told.turn, told.words, told.tone) == (turn, words, {Turn.ON: "good", Turn.UNSEEN: "warn", Turn.MISSING: "bad"}.get(turn, ""))
        assert led.day().on_duty == (turn in (Turn.ON, Turn.UNSEEN))

    def test_the_shift_that_is_on_counts_before_the_next_one_and_the_next_one_when_it_was_left(self, led: Led) -> None:
        now = led.shift(led.ward.hand, -1, 3)
        led.shift(led.ward.hand, 5, 8)
        CheckIn.objects.create(assignment=now, mark="arrived", at=AT, marked_by="x")
        turns = [next(mate.presence.turn for mate in led.day().mates if mate.name == "安办理")]
        CheckIn.objects.create(assignment=now, mark="left", at=AT + timedelta(minutes=1), marked_by="x")
        turns += [next(mate.presence.turn for mate in led.day().mates if mate.name == "安办理")]
        assert turns == [Turn.ON, Turn.COMING]

    def test_who_did_not_come_stands_before_who_is_there_and_among_what_presses(self, led: Led) -> None:
        for who, mark in ((led.ward.hand, "arrived"), (led.ward.finder, "absent")):
            CheckIn.objects.create(assignment=led.shift(who, -1, 3), mark=mark, at=AT, marked_by="x")
        day = led.day()
        assert names(day) == ["安报告", "安办理", "安旁人"]
        assert [(one.name, one.line.step.text, one.line.step.place, one.line.step.tone) for one in day.urgent] == [("安报告", "没有来", "门岗 · 甲一居民区", "bad")]
        assert (day.in_hand, day.pressing) == (0, 1)

    def test_of_whom_there_is_nothing_to_say_only_the_name_stands_there(self, led: Led) -> None:
        led.shift(led.ward.hand, -1, 3)
        day = led.day()
        assert ([mate.name for mate in day.busy], [mate.name for mate in day.idle]) == (["安办理"], ["安报告", "安旁人"])
        with time_machine.travel(AT, tick=False):
            assert "手上也没有事的 2 人：安报告、安旁人（您）" in led.client(led.lead).get(PAGE).content.decode()

    def test_where_somebody_stands_elsewhere_is_not_told(self, led: Led) -> None:
        led.shift(led.ward.hand, -1, 3)
        led.shift(led.ward.finder, -1, 3, unit="乙一居民区")
        day = led.day()
        posts = {mate.name: mate.presence.post for mate in day.mates}
        assert (posts["安办理"], posts["安报告"]) == ("门岗 · 甲一居民区", "在别处")
        assert [one.name for one in day.urgent] == ["安办理"]
        with time_machine.travel(AT, tick=False):
            page = led.client(led.lead).get(PAGE).content.decode()
        assert "在别处" in page
        assert "乙一" not in page


class TestWhatWasDone:
    @pytest.fixture
    def worked(self, led: Led) -> Callable[..., None]:
        def work(actor: Actor, verb: str, at: datetime = AT, **data: object) -> None:
            journal.record(actor=actor, at=at, verb=verb, target="round:x", scope="", data=data)

        return work

    def test_it_counts_by_kind_for_each_and_for_all(self, led: Led, worked: Callable[..., None]) -> None:
        worked(led.ward.hand, "ledger.visited", visits=7)
        worked(led.ward.hand, "ledger.visited", visits=5)
        worked(led.ward.finder, "ledger.visited", visits=3)
        worked(led.ward.finder, "needs.done")
        worked(led.ward.finder, "needs.revealed", visits="many")
        worked(led.other, "ledger.visited", visits=100)
        day = led.day()
        assert {mate.name: list(mate.done) for mate in day.mates} == {"安办理": [("上门敲门", 12)], "安报告": [("上门敲门", 3), ("办诉求", 1)], "安旁人": []}
        assert [(one.title, one.done, one.open) for one in day.sums] == [("上门敲门", 15, 0), ("办诉求", 1, 0)]

    @pytest.mark.parametrize(("now", "then", "counts"), [(9, 0, True), (9, -1, False), (2, -4, True), (2, -7, False), (6, -1, False)])
    def test_it_counts_from_midnight_and_at_night_from_the_evening_before(self, led: Led, worked: Callable[..., None], now: int, then: int, counts: bool) -> None:
        midnight = AT - 9 * HOUR
        worked(led.ward.hand, "needs.done", midnight + then * HOUR)
        assert bool(led.day(midnight + now * HOUR).sums) is counts

    def test_who_has_no_account_is_said_to_have_none(self, led: Led) -> None:
        led.ward.given_to(led.ward.need(), led.ward.hand)
        page = led.client(led.lead).get(PAGE).content.decode()
        assert "没有账号，做了多少看不到。" not in page
        Account.objects.filter(person=led.ward.hand.person_id).update(person=None)
        assert "没有账号，做了多少看不到。" in led.client(led.lead).get(PAGE).content.decode()

    def test_every_verb_that_counts_is_one_that_the_journal_knows_and_counts_once(self) -> None:
        from jimu.bricks import bricks

        known = {verb for brick in bricks() for verb in brick.journal_words}
        counted = [verb for work in works().values() for verb in work.done]
        assert len(counted) == len(set(counted)) > 8
        assert set(counted) <= known

    def test_nothing_is_asked_where_nobody_has_an_account(self, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert doing.amounts([], {"needs.done": ""}, AT) == {}
            assert doing.targets([], "needs.done", AT) == set()


def test_it_asks_as_often_for_many_people_and_things_as_for_few(led: Led) -> None:
    led.ward.given_to(led.ward.need(), led.ward.hand)
    led.shift(led.ward.hand, -1, 3)
    with CaptureQueriesContext(connection) as few:
        assert len(led.day().mates) == 3
    for number in range(5):
        person = led.ward.town.person(f"安{number}")
        seat = Seat.objects.create(team=led.team, code="m", number=10 + number, title="组员", duty="d")
        Membership.objects.create(seat=seat, person=person, incident=led.team.incident, team=led.team, origin="hand", since=AT)
        need = led.ward.need(room=f"{number}03")
        acting.assign(actor=led.ward.secretary, at=AT, need_id=need.pk, person_id=person.pk)
        team_s = led.ward.need(room=f"{number}04")
        acting.assign(actor=led.ward.secretary, at=AT, need_id=team_s.pk, team_id=led.team.pk)
    with CaptureQueriesContext(connection) as many:
        assert len(led.day().mates) == 8
    assert len(many) == len(few) <= 40


def test_the_list_of_the_day_names_the_team_that_one_leads(led: Led) -> None:
    assert [team.pk for team in next_up(led.again(led.lead), AT).teams] == [led.team.pk]
    assert "本组的事：保障组" in led.client(led.lead).get("/board/mine/").content.decode()
    assert next_up(led.ward.hand, AT).teams == []


def test_who_leads_nothing_gets_no_day(led: Led) -> None:
    with pytest.raises(NotFound):
        group_day(led.ward.hand, AT)
