"""A building is called 1号楼 in every neighborhood: who sees more than one reads which it is."""

import pytest

from jimu.grid import naming
from jimu.grid.tests.town import Town, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return build()


@pytest.mark.parametrize(
    ("seen", "called"),
    [
        (["和风街道"], "甲一居民区 1号楼"), (["甲一居民区", "乙一居民区"], "甲一居民区 1号楼"), (["甲一居民区"], "1号楼"), (["第1网格块", "第2网格块"], "1号楼"), (["1号楼"], "1号楼"), (None, "甲一居民区 1号楼"),
    ],
)  # fmt: skip
def test_the_neighborhood_stands_before_a_building_for_who_sees_more_than_one(town: Town, seen: list[str] | None, called: str) -> None:
    paths = None if seen is None else [town[name].path for name in seen]
    assert naming.places([town["1号楼"]], paths).of(town["1号楼"]) == called


def test_a_neighborhood_and_what_is_wider_have_their_own_names(town: Town) -> None:
    names = naming.places([town[name] for name in ("甲一居民区", "东片区", "乙一居民区")])
    assert [names.of(town[name]) for name in ("甲一居民区", "东片区", "和风街道", "乙一居民区")] == ["甲一居民区", "东片区", "和风街道", "乙一居民区"]
    assert [names.near(town[name]) for name in ("甲一居民区", "东片区")] == ["甲一居民区", ""]


def test_many_places_are_named_by_one_query(town: Town, django_assert_num_queries) -> None:
    units = [town[name] for name in ("1号楼", "2号楼", "3号楼", "第1网格块")]
    with django_assert_num_queries(1):
        names = naming.places(units)
        assert [names.of(unit) for unit in units] == ["甲一居民区 1号楼", "甲一居民区 2号楼", "甲一居民区 3号楼", "甲一居民区 第1网格块"]
