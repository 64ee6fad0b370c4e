"""What to do next: the right things, in the right order, for the right person."""

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from jimu.accounts.queries import actor_of
from jimu.command import next_queries
from jimu.command.next_queries import SHOWN, due_words, in_order, next_up
from jimu.command.tests.conftest import TEN, World
from jimu.core.brick import NextStep
from jimu.core.permissions import Actor
from jimu.roster.models import Assignment, CheckIn

steps = st.builds(
    NextStep, st.just("x"), st.just("/"), st.none() | st.datetimes().map(lambda at: TEN + (at - at.replace(hour=0))),
    tone=st.sampled_from(["", "warn", "bad"]),
)  # fmt: skip


@given(st.lists(steps, max_size=12))
def test_alarms_come_first_then_what_is_soon_and_within_each_the_earliest(found: list[NextStep]) -> None:
    ordered = in_order(found)
    assert sorted(map(id, ordered)) == sorted(map(id, found))
    tones = [["bad", "warn", ""].index(step.tone) for step in ordered]
    assert tones == sorted(tones)
    for one, other in itertools.pairwise(ordered):
        if one.tone == other.tone:
            assert other.due is None or (one.due is not None and one.due <= other.due)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-5, "过了 5 分钟"), (-180, "过了 3 小时"), (-3000, "过了 2 天"), (0, "还有 0 分钟"), (59, "还有 59 分钟"),
     (60, "今天 11:00 前"), (60 * 24, "明天 10:00 前"), (60 * 24 * 4, "4月10日 星期五 前")],
)  # fmt: skip
def test_a_deadline_is_said_as_one_would_say_it(minutes: int, words: str) -> None:
    assert due_words(TEN + timedelta(minutes=minutes), TEN) == words


@pytest.fixture
def secretary(world: World) -> Actor:
    return actor_of(world.account("secretary", world.units["甲二"]))


def texts(world: World, actor: Actor) -> list[str]:
    found = next_up(actor, world.at)
    return [line.step.text for line in (*found.own, *found.area)]


def test_a_secretary_sees_the_open_seats_of_her_own_neighborhood_only(world: World, secretary: Actor) -> None:
    found = next_up(secretary, world.at)
    assert [(line.step.text, line.step.place, line.step.tone) for line in found.area] == [("缺 1 人，还没有召集", "甲二居民区", "bad")]
    assert found.own == []


def test_ones_own_shift_is_on_the_list_until_one_stands_there(world: World) -> None:
    seat = Assignment.objects.select_related("person").filter(shift=world.shifts["甲一 夜门岗"]).first()
    account = world.account("member", world.units["甲一"])
    account.person = seat.person
    account.save()
    world.at += timedelta(hours=5, minutes=30)
    [line] = next_up(actor_of(account), world.at).own
    assert line.step.text == "上岗：今天 16:00–24:00 夜门岗"
    assert (line.step.tone, line.when) == ("warn", "还有 15 分钟")
    CheckIn.objects.create(assignment=seat, mark="arrived", at=world.at, marked_by="x")
    assert next_up(actor_of(account), world.at).own == []


def test_the_page_says_so_when_nothing_waits_and_leads_to_what_does(world: World, signed_in) -> None:
    with time_machine.travel(world.at, tick=False):
        idle = signed_in(world.account("secretary", world.units["乙一"])).get(reverse("command:next")).content.decode()
        assert "现在没有等您做的事" in idle
        busy = signed_in(world.account("secretary", world.units["甲二"])).get(reverse("command:next")).content.decode()
    assert "现在没有等您做的事" not in busy
    assert f'href="{reverse("calls:index")}"' in busy


@pytest.mark.parametrize(("tone", "said", "unsaid"), [("", "还有 2 件不急的", "件急"), ("bad", "其中 2 件急", "不急的")])
def test_what_the_list_has_no_room_for_is_called_pressing_when_it_is(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch, tone: str, said: str, unsaid: str
) -> None:
    lines = [NextStep(f"第 {n} 件", "/", tone=tone, own=n % 2 == 0) for n in range(2 * SHOWN + 2)]
    monkeypatch.setattr(next_queries, "next_steps", lambda actor, at: lines)
    page = signed_in(world.account("secretary", world.units["甲二"])).get(reverse("command:next")).content.decode()
    assert said in page
    assert unsaid not in page


def test_the_list_costs_the_same_however_much_there_is(world: World, secretary: Actor) -> None:
    with CaptureQueriesContext(connection) as before:
        texts(world, secretary)
    for number in range(6):
        world.shift(f"岗{number}", "甲二", start=480, end=960, needed=2)
    with CaptureQueriesContext(connection) as after:
        texts(world, secretary)
    # Two of them ask whether the reader leads a team.
    assert len(after) == len(before) <= 40
