"""What goes into a cell stays what it is: no formula, no lost zero, no broken sheet."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import workbooks


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("words", ["=1+1", "+8613800000000", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
def test_words_that_begin_like_a_formula_stay_words(words: str) -> None:
    sheet = opened(workbooks.tables([("一", [words], [[words]])], mark=words)).active
    for row in (1, 2, 3):
        cell = sheet.cell(row, 1)
        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        assert cell.value.strip() == words.strip()


def test_long_numbers_keep_their_figures_and_numbers_stay_numbers() -> None:
    sheet = opened(workbooks.tables([("一", ["号", "数", "没有"], [["310106199001010012", 7, None]])], mark="")).active
    assert [sheet.cell(3, column).value for column in (1, 2, 3)] == ["310106199001010012", 7, None]
    assert sheet.cell(3, 1).number_format == "@"
    assert (sheet.freeze_panes, sheet.cell(2, 1).font.bold) == ("A3", True)


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.text(max_size=40))
def test_whatever_is_typed_makes_a_book_that_opens(texts: list[str], title: str) -> None:
    book = opened(workbooks.tables([(title, texts, [texts])], mark=title))
    sheet = book.worksheets[0]
    assert all(sheet.cell(3, n).data_type in ("s", "n", "inlineStr") for n in range(1, len(texts) + 1))


def test_what_no_workbook_can_hold_is_left_out_of_cells_and_names_of_sheets() -> None:
    words = "甲\x00乙\ufffe丙"
    book = opened(workbooks.tables([(words, [words], [[words]]), ("'a/b'", [], [])], mark=words))
    assert (book.sheetnames, [book.worksheets[0].cell(row, 1).value for row in (1, 2, 3)]) == (["甲乙丙", "a b"], ["甲乙丙"] * 3)


def test_the_last_row_adds_up_what_is_a_number() -> None:
    assert workbooks.total("合计", [["甲", 1, "x", 0.5], ["乙", 2, "", 1.5]], blank=1) == ["合计", 3, "", 2.0]
    assert workbooks.total("合计", [["甲", "a", 1], ["乙", "b", 2]], blank=2) == ["合计", "", 3]
    assert workbooks.total("合计", [], blank=1) == ["合计"]
