"""What stands in what, codes, names written as ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core.errors import Invalid
from jimu.grid import rules


@pytest.mark.parametrize(
    ("kind", "holder", "stem"),
    [
        ("neighborhood", "999999001", "999999001"),
        ("block", "999999001002", "999999001002"),
        ("building", "99999900100203", "99999900100203"),
        ("building", "999999001002", "99999900100200"),
        ("zone", "999999001", ""),
        ("block", "", ""),
    ],
)
def test_a_code_begins_with_the_code_above(kind: str, holder: str, stem: str) -> None:
    assert rules.code_stem(kind, holder) == stem


def test_a_retired_code_is_never_given_again() -> None:
    taken = ["999999001001", "999999001007", "99999900100701"]
    assert rules.next_code("neighborhood", "999999001", taken) == "999999001008"


def test_when_all_codes_are_used_that_is_said() -> None:
    assert rules.next_code("block", "999999001001", ["99999900100198"]) == "99999900100199"
    with pytest.raises(Invalid) as refused:
        rules.next_code("block", "999999001001", ["99999900100199"])
    assert refused.value.code == "codes_used_up"


@given(st.lists(st.integers(1, 98), max_size=20))
def test_a_new_code_is_new_fits_and_belongs_below(numbers: list[int]) -> None:
    taken = [f"999999001001{n:02d}" for n in numbers]
    code = rules.next_code("block", "999999001001", taken)
    rules.check_code("block", code, "999999001001")
    assert code not in taken


@pytest.mark.parametrize(
    ("kind", "code", "fault"),
    [("zone", "1", "code_of_zone"), ("block", "12", "code_length"), ("neighborhood", "99999900100a", "code_length"), ("neighborhood", "888888001001", "code_stem")],
)
def test_a_code_that_cannot_be_is_refused(kind: str, code: str, fault: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_code(kind, code, "999999001")
    assert refused.value.code == fault
    rules.check_code(kind, "", "999999001")


def test_names_are_written_out() -> None:
    assert rules.names_of("1-3号楼、老年活动室,4号楼;4号楼\n甲1至2幢") == ["1号楼", "2号楼", "3号楼", "老年活动室", "4号楼", "甲1幢", "甲2幢"]
    assert rules.names_of(" 、 ") == []


def test_too_many_names_at_once_are_refused() -> None:
    assert len(rules.names_of("1-200号楼")) == 200
    with pytest.raises(Invalid):
        rules.names_of("1-201号楼")


@pytest.mark.parametrize(("name", "short"), [("甲一居民区", "甲一"), ("12号楼", "12"), ("第3网格块", "3"), ("居民区", "居民区"), ("东片区", "东片区")])
def test_a_short_name_leaves_out_what_all_share(name: str, short: str) -> None:
    assert rules.short_of(name) == short


@given(st.integers(0, 10**6), st.one_of(st.none(), st.integers(0, 10**6)))
def test_a_share_is_a_percentage(part: int, whole: int | None) -> None:
    assert 0 <= rules.percent(part, whole) <= 100


def test_only_the_next_levels_stand_inside() -> None:
    assert rules.may_stand_in("building", "neighborhood")
    assert not rules.may_stand_in("zone", "neighborhood")
    assert not rules.may_stand_in("building", "building")
