"""What a form reckons, which choices it offers, and what it quotes of the answers above."""

import json
from pathlib import Path

import pytest

from jimu.core.errors import Invalid
from jimu.field.households.form_reading import read_form
from jimu.field.households.form_rules import Definition, mapped, read_answers

from .conftest import AT
from .test_forms import xlsform

REGIONS = [
    ["type", "name", "label", "required", "relevant", "choice_filter", "calculation"],
    ["select_one side", "side", "东侧还是西侧", "yes", "", "", ""],
    ["select_one stair", "stair", "哪个门洞", "yes", "", "side = ${side} or name = 'none'", ""],
    ["select_multiple stair", "also", "还走哪些", "", "", "side = ${side}", ""],
    ["integer", "old", "几位老人", "", "", "", ""],
    ["integer", "young", "几个孩子", "", "", "", ""],
    ["calculate", "boxes", "", "", "", "", "${old} * 2 + ${young}"],
    ["note", "say", "要 ${boxes} 箱，送 ${stair}", "", "", "", ""],
    ["text", "how", "这么多怎么搬", "yes", "${boxes} > 5", "", ""],
]
STAIRS = [
    ["list_name", "name", "label", "side"],
    ["side", "east", "东", ""], ["side", "west", "西", ""],
    ["stair", "e1", "东一", "east"], ["stair", "e2", "东二", "east"], ["stair", "w1", "西一", "west"], ["stair", "none", "未知", ""],
]  # fmt: skip


class TestReckonedAndFiltered:
    @pytest.fixture
    def regions(self, tmp_path: Path) -> Definition:
        reading = read_form(xlsform(tmp_path, REGIONS, STAIRS))
        assert reading.faults == []
        assert Definition.of(json.loads(json.dumps(reading.definition.as_data()))) == reading.definition
        return reading.definition

    def test_choices_depend_on_the_answers_above(self, regions: Definition) -> None:
        stair = next(one for one in regions.questions if one.name == "stair")
        assert [stair.offered({"side": side}, "") for side in ("east", "west", "")] == [["e1", "e2", "none"], ["w1", "none"], ["none"]]
        # What means an empty cell in a list of people is a choice here.
        assert stair.choices[-1] == ("none", {"": "未知"})
        assert read_answers(regions, {"side": "east", "stair": "e2", "also": ["e1"]}, AT.date())["stair"] == "e2"
        for wrong in ({"side": "west", "stair": "e2"}, {"side": "east", "stair": "e2", "also": ["e1", "w1"]}):
            with pytest.raises(Invalid) as refused:
                read_answers(regions, wrong, AT.date())
            assert refused.value.data["field"] == ("stair" if wrong["side"] == "west" else "also")

    def test_what_is_reckoned_is_the_server_s_own_and_conditions_see_it(self, regions: Definition) -> None:
        given = {"side": "east", "stair": "e1", "old": 1, "young": 3}
        assert read_answers(regions, {**given, "boxes": 99}, AT.date()) == {**given, "boxes": 5}
        with pytest.raises(Invalid) as refused:
            read_answers(regions, {**given, "young": 4}, AT.date())
        assert refused.value.data["field"] == "how"
        assert mapped({"boxes": 5, "gone": 1}, regions) == ({"boxes": 5}, {"gone": 1})

    def test_a_quoted_answer_is_left_open_where_there_is_none(self, regions: Definition) -> None:
        note = next(one for one in regions.questions if one.name == "say")
        assert (note.heading(""), note.describe("")["label"]) == ("要 … 箱，送 …", "要 ${boxes} 箱，送 ${stair}")
        assert next(one for one in regions.questions if one.name == "boxes").heading("") == "boxes"

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (["calculate", "x", "", "", "", "", ""], "calculation"),
            (["text", "x", "字", "", "", "", "1 + 1"], "calculation"),
            (["calculate", "x", "", "", "", "", "${later} + 1"], "calculation"),
            (["text", "x", "字", "", "", "side = 'east'", ""], "choice_filter"),
            (["select_one stair", "x", "选", "", "", "floor = 1", ""], "choice_filter"),
            (["note", "x", "送 ${nobody}", "", "", "", ""], "label"),
        ],
    )
    def test_what_cannot_be_reckoned_or_filtered_is_said_with_its_row(self, tmp_path: Path, row: list[object], column: str) -> None:
        reading = read_form(xlsform(tmp_path, [*REGIONS, row], STAIRS))
        assert {(one.row, one.column) for one in reading.faults} == {(len(REGIONS) + 1, column)}
