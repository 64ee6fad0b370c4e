"""Which questions may stand for something of the ledger, and who is meant by a name on a sheet; no table is asked."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core.ids import new_id
from jimu.field.households import form_sample, ledger_rules
from jimu.field.households.form_reading import read_form
from jimu.field.households.ledger_rules import KNOWN
from jimu.field.households.who_rules import Known, Named, Way, who

from .conftest import AT
from .test_answers import CHOICES, SURVEY
from .test_forms import xlsform


@pytest.mark.parametrize(
    ("rows", "row", "said"),
    [
        ([["text", "x", "字", "", "resident.shoes"]], 13, "没有“resident.shoes”"), ([["text", "x", "字", "", "room.floor"]], 13, "integer"),
        ([["text", "x", "字", "", "room.kitchen"]], 13, "已经有一题"), ([["select_one groups", "x", "字", "", "room.state"]], 13, "elder_alone"),
        ([["begin repeat", "r", "组"], ["text", "x", "字", "", "room.note"], ["end repeat"]], 14, "整户"), ([["text", "x", "字", "", "resident.phone"]], 0, "resident.name"),
        ([["note", "x", "字", "", "room.note"]], 13, "text"), ([["begin group", "x", "字", "", "room.note"], ["end group"]], 13, "哪一题"),
    ],
)  # fmt: skip
def test_what_a_question_cannot_stand_for_is_said_with_its_row_and_what_is_known(tmp_path: Path, rows: list[list[object]], row: int, said: str) -> None:
    thanks = ["note", "n", "谢谢", "", ""]
    survey = [SURVEY[0], thanks, ["text", "state", "房子怎么样", "", ""], *SURVEY[2:]] if "room.state" in str(rows) else [*SURVEY, thanks]
    reading = read_form(xlsform(tmp_path, [*survey, *rows], CHOICES))
    assert reading.definition is None
    assert any(one.row == row and said in one.message and one.column == "ledger" for one in reading.faults), reading.faults
    assert read_form(xlsform(tmp_path, survey, CHOICES)).faults == []


def test_a_form_that_says_nothing_of_the_ledger_is_kept_as_before(tmp_path: Path) -> None:
    kept = read_form(xlsform(tmp_path)).definition.as_data()
    assert not any("ledger" in one for one in kept["questions"])
    told = read_form(xlsform(tmp_path, SURVEY, CHOICES)).definition.as_data()
    assert {one["ledger"] for one in told["questions"] if "ledger" in one} | {one["ledger"] for one in told["questions"][-1]["questions"]} <= set(KNOWN)


def test_the_sample_whose_answers_go_into_the_ledger_is_sound(tmp_path: Path) -> None:
    (tmp_path / form_sample.LEDGER_NAME).write_bytes(form_sample.ledger_workbook())
    reading = read_form(tmp_path / form_sample.LEDGER_NAME)
    assert (reading.faults, reading.notes, reading.definition.title) == ([], [], "入户核对")
    assert ledger_rules.maps(reading.definition)


names, years = st.sampled_from(["周桂英", "周桂瑛", "吴刚", "赵一"]), st.none() | st.integers(1950, 1952)


@given(
    known=st.lists(st.builds(lambda name, year, left: Known(new_id(), frozenset({name}), year, "", "", AT if left else None), names, years, st.booleans()), max_size=4),
    named=st.lists(st.builds(lambda name, year: Named(str(new_id()), name, year), names, years), max_size=4),
)
def test_nobody_is_two_people_by_themselves_and_no_two_are_one(known: list[Known], named: list[Named]) -> None:
    found = who(named, known, AT)
    assert set(found) == {one.key for one in named}
    same = [one.id for one in found.values() if one.id is not None]
    assert len(same) == len(set(same))
    for one in named:
        answer = found[one.key]
        called = [each for each in known if one.name in each.names]
        assert not (answer.way is Way.NEW and called)
        if answer.id is not None:
            assert answer.id in {each.id for each in called}
