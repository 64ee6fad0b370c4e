"""The menu in groups."""

from jimu.core.brick import MenuItem
from jimu.core.shell import HEADINGS, SHORT, grouped


def entries(*places: int) -> list[MenuItem]:
    return [MenuItem("home", str(place), "home", "", place) for place in places]


def test_a_long_menu_has_headings_and_ones_own_day_stands_above_them() -> None:
    groups = grouped(entries(5, 10, 12, 20, 21, 30, 40, 42, 90))
    assert [group.number for group in groups] == [0, 1, 2, 3, 4, 9]
    assert [group.heading for group in groups] == ["", *HEADINGS.values()]
    assert [len(group.items) for group in groups] == [1, 2, 2, 1, 2, 1]


def test_a_short_menu_has_none() -> None:
    groups = grouped(entries(*range(5, 5 + 10 * SHORT, 10)))
    assert len(groups) == SHORT
    assert not any(group.heading for group in groups)
