"""Whom what lies at a place is told to: its leader, the deputy, then level by level; nobody twice, nobody out of reach."""

from uuid import UUID

import pytest

from jimu.incidents.order_chains import chains, leader_to_tell
from jimu.incidents.tests.orders import Grid, build
from jimu.people.models import Person
from jimu.people.words import PAUSED


@pytest.fixture
def grid(db: None) -> Grid:
    return build()


def name_of(person_id: UUID | None) -> str:
    return Person.objects.get(pk=person_id).name if person_id else ""


def climb(grid: Grid, unit: str) -> list[str]:
    """Everybody who is told of it in turn, until nobody is left."""
    told: list[str] = []
    names: list[str] = []
    while found := leader_to_tell(grid.units[unit].path, told):
        told.append(str(found))
        names.append(name_of(found))
    return names


def test_one_after_the_other_up_to_the_top_and_nobody_twice(grid: Grid) -> None:
    assert climb(grid, "1楼") == ["1楼长", "1楼副", "一块长", "一块副", "甲一长", "甲一副", "甲片长", "甲片副", "街道长", "街道副"]


def test_who_holds_two_offices_is_told_once(grid: Grid) -> None:
    grid.lead("甲一", "1楼长", "deputy")
    assert climb(grid, "1楼").count("1楼长") == 1


def test_who_cannot_be_reached_is_passed_over(grid: Grid) -> None:
    Person.objects.filter(name="1楼长").update(limits=[PAUSED])
    Person.objects.filter(name="1楼副").update(phone_index="")
    Person.objects.filter(name="一块长").update(active=False)
    assert climb(grid, "1楼")[:2] == ["一块副", "甲一长"]
    found = chains(grid.top.path, [grid.units["1楼"].path])
    assert found.here(grid.units["1楼"].path) == []
    assert [name_of(one) for one in found.here(grid.units["一块"].path)] == ["一块副"]
    assert [name_of(one) for one in found.here(grid.units["甲一"].path)] == ["甲一长", "甲一副"]
