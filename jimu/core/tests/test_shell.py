"""The menu in groups, and how it stands at first."""

import pytest

from jimu.bricks import bricks
from jimu.core.brick import MenuItem
from jimu.core.permissions import ROLES, Actor, Granted
from jimu.core.shell import HEADINGS, SHORT, grouped, menu_for

NIGHT = ["command:board", "command:next", "incidents:index", "incidents:orders", "calls:index"]


def entries(*places: int) -> list[MenuItem]:
    return [MenuItem("home", str(place), "home", "", place) for place in places]


def of(role: str) -> Actor:
    return Actor(1, role, (Granted(role, ""),))


def test_a_long_menu_has_headings_and_ones_own_day_stands_above_them() -> None:
    groups = grouped(entries(5, 10, 12, 20, 21, 30, 40, 50, 52, 90))
    assert [group.number for group in groups] == [0, 1, 2, 3, 4, 5, 9]
    assert [group.heading for group in groups] == ["", *HEADINGS.values()]
    assert [len(group.items) for group in groups] == [1, 2, 2, 1, 1, 2, 1]


def test_a_short_menu_has_none_and_nothing_is_folded() -> None:
    groups = grouped(entries(*range(5, 5 + 10 * SHORT, 10)))
    assert len(groups) == SHORT
    assert not any(group.heading or group.folded for group in groups)


def test_every_entry_of_the_house_stands_under_a_heading_or_is_ones_day() -> None:
    places = [item for brick in bricks() for item in brick.menu]
    assert {item.group for item in places} <= {0, *HEADINGS}
    assert len({item.order for item in places}) == len(places), "two entries at one place stand in the order of the bricks"


def test_a_commander_finds_the_five_things_of_the_night_and_the_rest_behind_headings() -> None:
    groups = grouped(menu_for(of("commander")))
    assert [item.url for group in groups if not group.folded for item in group.items] == NIGHT
    assert [group.number for group in groups if group.folded] == [2, 3, 4, 5, 9]


@pytest.mark.parametrize("role", ["block_leader", "building_leader", "member"])
def test_who_works_at_doors_finds_their_day_and_their_own_lists_open(role: str) -> None:
    groups = grouped(menu_for(of(role)))
    shown = [item.url for group in groups if not group.folded for item in group.items]
    assert shown[0] == "command:mine"
    assert {"relay:me", "supplies:mine", "transfer:mine", "sync:devices"} <= set(shown)
    assert "grid:index" not in shown


@pytest.mark.parametrize("role", ROLES)
def test_folding_loses_no_entry(role: str) -> None:
    menu = menu_for(of(role))
    assert [item for group in grouped(menu) for item in group.items] == menu
