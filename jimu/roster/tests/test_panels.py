"""The roster's panels: a person's shifts and a unit's day, to those who may see them, with links that open."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.roster.duty_queries import duties_of, today_at
from jimu.roster.models import CheckIn, Roster
from jimu.roster.words import duty_time

from .conftest import DAY, TEN, World


@pytest.fixture
def published(world: World) -> Roster:
    """Gate and night gate in 甲一, a patrol in 甲二, three days; 王一 at the gate daily, once on patrol."""
    world.person("王一")
    world.person("李二")
    world.post("门岗", 480, 960, needed=2, priority=1)
    world.post("夜门岗", 1200, 1920)
    world.post("巡逻", 480, 960, unit="甲二")
    roster = world.draft(days=3)
    for day in range(3):
        world.seat(roster, "门岗", "王一", day)
    world.seat(roster, "巡逻", "王一", 2)
    Roster.objects.filter(pk=roster.pk).update(state=Roster.State.PUBLISHED)
    return Roster.objects.get(pk=roster.pk)


def page(world: World, role: str, name: str, pk: object, unit: str | None = None) -> str:
    client = Client()
    client.force_login(world.account(role, world.units[unit] if unit else None))
    with time_machine.travel(TEN, tick=False):
        answer = client.get(reverse(name, args=[pk]))
        assert answer.status_code == 200
        text = answer.content.decode()
        for address in re.findall(r'href="(/[^"]*)"', text):
            assert client.get(address).status_code == 200, address
    return text


def test_a_person_shows_the_coming_shifts_and_those_that_are_over(world: World, published: Roster) -> None:
    person = world.people["王一"]
    found = duties_of(person.pk, TEN + timedelta(days=1), reader=world.actor())
    assert [(d.shift.post.title, d.shift.day.day) for d in found.coming] == [("门岗", 7), ("门岗", 8), ("巡逻", 8)]
    assert [d.shift.day.day for d in found.recent] == [6]
    assert duties_of(world.people["李二"].pk, TEN, reader=world.actor()).coming == []


def test_a_draft_is_no_promise_and_is_not_shown(world: World, published: Roster) -> None:
    Roster.objects.filter(pk=published.pk).update(state=Roster.State.DRAFT)
    assert duties_of(world.people["王一"].pk, TEN, reader=world.actor()).coming == []


def test_each_reader_sees_shifts_of_their_part_and_how_many_lie_outside(world: World, published: Roster) -> None:
    person = world.people["王一"]
    secretary = duties_of(person.pk, TEN, reader=world.actor("secretary", "甲一"))
    assert ([d.shift.post.title for d in secretary.coming], secretary.elsewhere) == (["门岗"] * 3, 1)
    assert all(duty.open for duty in secretary.coming)
    # A block's leader reads what her neighborhood keeps for all its blocks, without a link that would not open.
    block = duties_of(person.pk, TEN, reader=world.actor("block_leader", "甲一块"))
    assert ([d.open for d in block.coming], block.elsewhere) == ([False] * 3, 1)
    own = duties_of(person.pk, TEN, reader=None)
    assert (len(own.coming), own.elsewhere) == (4, 0)


def test_the_panel_links_only_to_what_its_reader_may_open(world: World, published: Roster) -> None:
    text = page(world, "secretary", "roster:person_panel", world.people["王一"].pk, "甲一")
    assert "今天 08:00–16:00" in text
    assert "另有 1 班" in text
    client = Client()
    client.force_login(world.account("secretary", world.units["乙一"]))
    assert client.get(reverse("roster:person_panel", args=[world.people["王一"].pk])).status_code == 404
    assert client.post(reverse("roster:person_panel", args=[world.people["王一"].pk])).status_code == 405


@pytest.mark.parametrize(("role", "unit"), [("commander", None), ("secretary", "甲一"), ("auditor", None), ("block_leader", "甲一块")])
def test_a_unit_shows_its_day(world: World, published: Roster, role: str, unit: str | None) -> None:
    seat = world.shift(published, "门岗").assignments.get()
    CheckIn.objects.create(assignment=seat, mark="arrived", at=TEN, marked_by="x")
    asked = world.units[unit or "甲一"]
    today = today_at(world.actor(role, unit), asked, TEN)
    assert today.place == world.units["甲一"]
    assert [(s.seats.needed, s.seats.filled, s.arrived, s.on_now) for s in today.spans] == [(2, 1, 1, True), (1, 0, 0, False)]
    assert [(g.shift.post.title, g.missing, g.open) for g in today.gaps] == [
        ("门岗", 1, role != "block_leader"), ("夜门岗", 1, role != "block_leader"),
    ]  # fmt: skip
    assert "正在当班" in page(world, role, "roster:unit_panel", asked.pk, unit)


def test_a_night_shift_of_yesterday_counts_while_it_is_on(world: World, published: Roster) -> None:
    three = clock.at_minute(DAY + timedelta(days=1), 180)
    spans = today_at(world.actor(), world.units["甲一"], three).spans
    assert [(s.starts_at.astimezone(three.tzinfo).day, s.on_now) for s in spans] == [(6, True), (7, False), (7, False)]
    later = clock.at_minute(DAY + timedelta(days=1), 600)
    assert len(today_at(world.actor(), world.units["甲一"], later).spans) == 2


def test_a_higher_unit_sums_up_and_a_stranger_sees_none(world: World, published: Roster, django_assert_max_num_queries) -> None:
    commander = world.actor()
    with django_assert_max_num_queries(6):
        assert today_at(commander, world.top, TEN).seats.needed == 4
    assert today_at(world.actor("secretary", "乙一"), world.units["甲一"], TEN).spans == []
    client = Client()
    client.force_login(world.account("secretary", world.units["乙一"]))
    assert client.get(reverse("roster:unit_panel", args=[world.units["甲一"].pk])).status_code == 404


def test_the_panels_stand_on_their_pages(world: World, published: Roster) -> None:
    person, unit = world.people["王一"], world.units["甲一"]
    assert reverse("roster:person_panel", args=[person.pk]) in page_of(world, reverse("people:person", args=[person.pk]))
    assert reverse("roster:unit_panel", args=[unit.pk]) in page_of(world, reverse("grid:unit", args=[unit.pk]))


def page_of(world: World, address: str) -> str:
    client = Client()
    client.force_login(world.account("commander"))
    return client.get(address).content.decode()


def test_times_are_said_as_people_say_them() -> None:
    def said(start: int, end: int, days: int = 0) -> str:
        day: date = DAY + timedelta(days=days)
        moments: tuple[datetime, datetime] = (clock.at_minute(day, start), clock.at_minute(day, end))
        return duty_time(*moments, DAY)

    assert said(480, 960) == "今天 08:00–16:00"
    assert said(960, 1440, 1) == "明天 16:00–24:00"
    assert said(1200, 1920, -1) == "昨天 20:00–今天 08:00"
    assert said(480, 960, 3) == "4月9日 星期四 08:00–16:00"


def test_more_shifts_cost_no_more_queries(world: World, published: Roster, django_assert_num_queries) -> None:
    person, reader = world.people["王一"], world.actor()
    with django_assert_num_queries(3):
        duties_of(person.pk, TEN, reader=reader)
    for day in range(3):
        world.seat(published, "夜门岗", "王一", day)
    with django_assert_num_queries(3):
        duties_of(person.pk, TEN, reader=reader)
