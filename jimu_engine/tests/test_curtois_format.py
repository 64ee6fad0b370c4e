"""Reading and writing the shift scheduling text format: the way there and back, and errors that name the line."""

import pytest

from benchmarks.curtois_family import Size, instance
from jimu_engine.columns.model import OFF
from jimu_engine.formats.curtois import CurtoisError, read, read_roster, write
from jimu_engine.tests.curtois_texts import model, row, text

REQUEST = "SECTION_SHIFT_ON_REQUESTS\nP0,1,E,2"


def test_an_instance_becomes_arrays() -> None:
    found = model(2, 8, extra=f"SECTION_DAYS_OFF\nP1,3,4\n{REQUEST}", caps="E=5|L=0", max_weekends=3)
    assert (found.people, found.shifts, found.size) == (("P0", "P1"), ("E", "L"), (2, 8, 2))
    assert found.follows.tolist() == [[True, True], [False, True]]
    assert found.weekend.tolist() == [-1] * 5 + [0, 0, -1]
    assert found.allowed[1, :, 0].tolist() == [True, True, True, False, False, True, True, True]
    assert not found.allowed[:, :, 1].any()
    assert found.max_type.tolist() == [[5, 0], [5, 0]]
    assert (found.constant, found.cost[0, 1, 0], found.cost.sum()) == (2.0, -2.0, -2.0)
    assert (found.need.sum(), found.under.sum(), found.over.sum(), found.max_weekends.tolist()) == (16, 1600.0, 16.0, [3, 3])


def test_a_roster_is_written_one_row_an_employee_and_read_back() -> None:
    one = model()
    assert write(one, row("EL..E..")) == "P0,E,L,,,E,,\n"
    assert (read_roster(one, write(one, row("EL..E.."))) == row("EL..E..")).all()


@pytest.mark.parametrize(
    ("roster", "sentence"),
    [("P9,E,L,,,E,,\n", "employees"), ("P0,E\n", "7 days"), ("P0,E,Q,,,E,,\n", "'Q'"), ("", "employees")],
)
def test_a_roster_of_another_problem_is_refused(roster: str, sentence: str) -> None:
    with pytest.raises(CurtoisError, match=sentence):
        read_roster(model(), roster)


BROKEN = [
    ("7\nSECTION_SHIFTS", "0\nSECTION_SHIFTS", r"line 3 \(SECTION_HORIZON\): the horizon must lie between 1"),
    ("7\nSECTION_SHIFTS", "a week\nSECTION_SHIFTS", r"line 3 .*not a whole number: 'a week'"),
    ("\n7\nSECTION_SHIFTS", "\nSECTION_SHIFTS", "SECTION_HORIZON needs one line"),
    ("E,480,", "E,0,", r"line 5 \(SECTION_SHIFTS\): a shift's length"),
    ("E,480,\n", "E\n", r"line 5 .*expected 2 columns"),
    ("L,480,E", "L,480,Q", r"line 6 .*unknown shift 'Q'"),
    ("L,480,E", "E,480,E", r"line 6 .*'E' is told twice"),
    ("9999,0,14", "9999,0", r"line 8 \(SECTION_STAFF\): expected 8 columns"),
    ("9999,0,14", "9,10,14", r"line 8 .*MinTotalMinutes is more"),
    ("9999,0,14", "9999,-1,14", r"line 8 .*min_minutes must lie"),
    ("E=14|L", "Q=14|L", r"line 8 .*unknown shift 'Q'"),
    ("E=14|L", "E|L", r"line 8 .*MaxShifts of E is not a whole"),
    ("P0,1,E,2", "P7,1,E,2", r"line 10 \(SECTION_SHIFT_ON_REQUESTS\): unknown employee 'P7'"),
    ("P0,1,E,2", "P0,7,E,2", r"line 10 .*day 7 lies outside the horizon of 7"),
    ("P0,1,E,2", "P0,1,E,nan", r"line 10 .*a request's weight must be a finite"),
    ("P0,1,E,2", "P0,1,E", r"line 10 .*expected 4 columns"),
    ("0,E,1,100,1", "0,E,1,inf,1", r"line 12 \(SECTION_COVER\): the weight for under"),
    ("0,E,1,100,1", "0,E,1,-5,1", r"line 12 .*not negative"),
    ("0,E,1,100,1", "0,E,-1,100,1", r"line 12 .*cover must lie"),
    ("0,L,1,100,1", "0,E,1,100,1", r"line 13 .*told twice"),
    ("SECTION_COVER", "SECTION_WEATHER", "line 11: section SECTION_WEATHER is unknown"),
    ("SECTION_COVER", "SECTION_STAFF", "line 11: section SECTION_STAFF is told twice"),
    ("# comment", "hello", "line 1: text before the first section"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN, ids=[b[2][:24] + b[1][:12] for b in BROKEN])
def test_what_does_not_fit_is_named_with_its_line(old: str, new: str, sentence: str) -> None:
    whole = text(extra=REQUEST)
    assert old in whole
    read(whole)
    with pytest.raises(CurtoisError, match=sentence):
        read(whole.replace(old, new, 1))


@pytest.mark.parametrize("section", ["SECTION_HORIZON", "SECTION_SHIFTS", "SECTION_STAFF", "SECTION_COVER"])
def test_a_missing_section_is_named(section: str) -> None:
    whole = text()
    start = whole.index(section)
    end = whole.find("SECTION_", start + 5)
    with pytest.raises(CurtoisError, match=f"{section} is missing"):
        read(whole[:start] + (whole[end:] if end > 0 else ""))


def test_a_file_of_another_kind_is_refused() -> None:
    for wrong in ("", '{"schema": "jimu-problem/1"}', "SCENARIO = n005w4"):
        with pytest.raises(CurtoisError):
            read(wrong)


def test_an_invented_instance_repeats_and_reads() -> None:
    size = Size(people=20, days=56, shifts=10)
    assert instance(size, 4) == instance(size, 4) != instance(size, 5)
    found = read(instance(size, 4))
    assert found.size == (20, 56, 10)
    assert found.need.sum() > 0
    assert OFF == -1
