"""The first page of one who has no board: the orders, their own shifts, whom to call, their cell."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.command import mine_queries
from jimu.core import sealed
from jimu.core.errors import NotPermitted
from jimu.grid.models import Unit
from jimu.people.models import Person, UnitLeader
from jimu.playbooks.library import find
from jimu.roster.models import Assignment, CheckIn

from .conftest import World


@pytest.fixture
def led(world: World) -> World:
    """甲一 with a block and a building; a leader at each, each with a phone and an account for the lower two."""
    block = Unit.objects.add_child(Unit.objects.get(pk=world.units["甲一"].pk), {"kind": "block", "name": "第1网格块", "short_name": "1块"})
    building = Unit.objects.add_child(Unit.objects.get(pk=block.pk), {"kind": "building", "name": "3号楼", "short_name": "3", "households": 24, "elders_living_alone": 2})
    Unit.objects.add_child(Unit.objects.get(pk=block.pk), {"kind": "building", "name": "5号楼", "short_name": "5"})
    world.units |= {"块": Unit.objects.get(pk=block.pk), "楼": Unit.objects.get(pk=building.pk)}
    for number, (name, unit) in enumerate((("沈书记", "甲一"), ("块嫂", "块"), ("楼伯", "楼"))):
        phone = f"1380000000{number}"
        person = Person.objects.create(
            name=name, unit=world.units["甲一"], created_at=world.at, updated_at=world.at,
            phone_sealed=sealed.seal(phone), phone_index=sealed.blind_index(phone),
        )  # fmt: skip
        UnitLeader.objects.create(unit=world.units[unit], person=person, role="leader", since=world.at)
    return world


def account(world: World, role: str, unit: str, person: str = "") -> Account:
    made = world.account(role, world.units[unit])
    if person:
        made.person = Person.objects.get(name=person)
        made.save()
    return made


def shown(world: World, who: Account) -> str:
    client = Client()
    client.force_login(who)
    with time_machine.travel(world.at, tick=False):
        home = client.get("/")
        assert home["Location"] == reverse("command:mine")
        text = client.get(home["Location"]).content.decode()
        for address in re.findall(r'href="(/[^"]*)"', text):
            assert client.get(address).status_code in (200, 302), address
    return text


def test_who_leads_a_building_sees_orders_people_above_and_her_own_shifts(led: World) -> None:
    playbook, source = find("epidemic-lockdown")
    level = next(iter(playbook.levels))
    type(led.incident).objects.filter(pk=led.incident.pk).update(playbook_text=source, level=level)
    Assignment.objects.create(shift=led.shifts["甲二 门岗"], person=Person.objects.get(name="楼伯"), seat=7)
    text = shown(led, account(led, "building_leader", "楼", "楼伯"))
    for words in ("3号楼", "封控应急响应", playbook.levels[level].movement, "今天 08:00–16:00", "门岗 · 甲二居民区", "块嫂", "沈书记", "138****0001", "独居老人"):
        assert words in text, words
    assert "点名签到" not in text
    assert "13800000001" not in text


def test_who_leads_a_block_sees_the_roll_and_who_leads_below(led: World) -> None:
    text = shown(led, account(led, "block_leader", "块", "块嫂"))
    for words in ("楼伯", "有 1 处还没有人负责", "点名签到", "最近没有排您的班", "甲一居民区今天的班"):
        assert words in text, words


def test_two_cells_of_one_neighborhood_tell_its_shifts_once_and_every_section_has_a_name_of_its_own(led: World) -> None:
    who = account(led, "block_leader", "块", "块嫂")
    Grant.objects.create(account=who, role="member", unit=led.units["甲一"])
    text = shown(led, who)
    assert text.count("甲一居民区今天的班") == 1
    names = re.findall(r'<section [^>]*aria-label="([^"]*)"', text)
    assert "第1网格块 · 下面的负责人" in names
    assert "甲一居民区 · 下面的负责人" in names
    assert len(names) == len(set(names))


def test_an_account_of_nobody_is_told_so(led: World) -> None:
    assert "还没有对应到花名册" in shown(led, account(led, "building_leader", "楼"))


def test_a_member_sees_names_and_no_way_to_their_phones(led: World) -> None:
    text = shown(led, account(led, "member", "楼"))
    assert "块嫂" in text
    assert "看电话" not in text
    assert "138****" not in text


def test_after_the_incident_it_says_that_nothing_is_in_force(led: World) -> None:
    type(led.incident).objects.update(state="stood_down", stood_down_at=led.at)
    led.incident.units.update(ended_at=led.at)
    assert "现在没有应急响应" in shown(led, account(led, "building_leader", "楼"))


@pytest.mark.parametrize("role", ["commander", "secretary", "auditor"])
def test_whoever_has_a_board_begins_there(led: World, role: str) -> None:
    client = Client()
    client.force_login(led.account(role))
    assert client.get("/")["Location"] == reverse("command:board")
    assert client.get(reverse("command:mine")).status_code == 403
    with pytest.raises(NotPermitted):
        mine_queries.mine(led.actor(role), led.at)


def test_it_is_only_looked_at(led: World) -> None:
    client = Client()
    client.force_login(led.account("member"))
    assert client.post(reverse("command:mine")).status_code == 405


def test_more_people_cost_no_more_queries(led: World, django_assert_num_queries) -> None:
    actor = actor_of(account(led, "block_leader", "块", "块嫂"))
    with CaptureQueriesContext(connection) as before:
        mine_queries.mine(actor, led.at)
    for n in range(6):
        unit = Unit.objects.add_child(Unit.objects.get(pk=led.units["块"].pk), {"kind": "building", "name": f"{n + 10}号楼", "short_name": str(n)})
        UnitLeader.objects.create(unit=unit, person=led.people[n % 2], role="leader", since=led.at)
        led.fill(led.shift(f"岗{n}", "甲一", start=480, end=960, needed=1), 1)
    with django_assert_num_queries(len(before)):
        mine_queries.mine(actor, led.at + timedelta(seconds=1))


def test_a_shift_that_is_over_without_a_roll_call_says_so_and_not_that_nobody_came(led: World) -> None:
    who = account(led, "block_leader", "块", "块嫂")

    def at(hours: int) -> str:
        # Who comes back hours later signs in anew.
        client = Client()
        with time_machine.travel(led.at + timedelta(hours=hours), tick=False):
            client.force_login(who)
            return client.get(reverse("command:mine")).content.decode()

    now = at(0)
    assert "，到了 0 人" in now
    assert "没有点名记录" not in now
    CheckIn.objects.all().delete()
    over = at(8)
    assert "，没有点名记录" in over
