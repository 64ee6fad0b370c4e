"""Who is who: valid ID numbers, names and phones, later submissions, two kinds."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.people.intake.entries import Entry, Role, Where
from jimu.people.intake.merge import merge
from jimu.people.intake.plan import make_plan
from jimu.people.tests.offices import id_of, phone_of, save

TODAY = date(2022, 4, 1)
ONE, TWO = id_of("19700101", 1), id_of("19700101", 2)


def plan_of(tmp_path, *sheets):
    return make_plan([save(tmp_path / "a.xlsx", *sheets)], known=["三江居民区"], today=TODAY)


def people(tmp_path, rows, sheet="志愿者"):
    found = plan_of(tmp_path, (sheet, [["姓名", "手机", "身份证"], *rows]))
    return [(p.name, p.phone, p.id_number) for p in found.people], [(p.row, p.code) for p in found.problems]


@pytest.mark.parametrize(
    ("rows", "expected", "codes"),
    [
        ([["王建国", phone_of(1), ONE], ["王建国", phone_of(2), ONE]], [("王建国", phone_of(2), ONE)], []),
        ([["王建国", phone_of(1), ONE], ["王 建国", None, ONE.lower()]], [("王建国", phone_of(1), ONE)], []),
        ([["王建国", phone_of(1), ONE], ["王健国", phone_of(1), ONE]], [("王健国", phone_of(1), ONE)], [(3, "other_name")]),
        ([["王建国", phone_of(1), None], ["王建国", phone_of(1), ONE]], [("王建国", phone_of(1), ONE)], []),
        ([["王建国", phone_of(1), ONE], ["王建国", phone_of(1), None]], [("王建国", phone_of(1), ONE)], []),
        (
            [["王建国", phone_of(1), None], ["李秀英", phone_of(1), None]],
            [("王建国", phone_of(1), ""), ("李秀英", phone_of(1), "")],
            [(2, "shared_phone"), (3, "shared_phone")],
        ),
        (
            [["王建国", phone_of(1), ONE], ["王建国", phone_of(1), TWO]],
            [("王建国", phone_of(1), ONE), ("王建国", phone_of(1), TWO)],
            [(3, "two_ids")],
        ),
        ([["王建国", phone_of(1), None], ["王建国", phone_of(2), None]], [("王建国", phone_of(1), ""), ("王建国", phone_of(2), "")], []),
        # The row between has the ID of the first and the phone of the last: all three are one.
        ([["王建国", None, ONE], ["王建国", phone_of(1), ONE], ["王建国", phone_of(1), None]], [("王建国", phone_of(1), ONE)], []),
        ([["王建国", phone_of(1), ONE[:-1] + ("1" if ONE[-1] != "1" else "2")], ["王建国", phone_of(1), None]], [("王建国", phone_of(1), "")], [(2, "id_check_digit")]),
    ],
)  # fmt: skip
def test_the_same_valid_id_or_else_the_same_name_and_phone_is_the_same_person(tmp_path, rows, expected, codes):
    assert people(tmp_path, rows) == (expected, codes)


def test_a_later_submission_updates_an_earlier_one_wherever_it_stands(tmp_path):
    head = ["提交时间", "姓名", "手机", "居住居民区", "可参与时间", "近14天健康状况", "特长"]
    late = ["2022-03-15 10:00", "王建国", phone_of(1), "三江", "仅上午", "健康", "驾驶"]
    early = ["2022年03月13日 09:00", "王建国", phone_of(1), "三江", "周日", "密接", "扫码"]
    for rows in ([early, late], [late, early]):
        (person,) = plan_of(tmp_path, ("收集结果", [head, *rows])).people
        assert person.times_words == "仅上午"
        assert person.limits == set()
        assert set(person.skills) == {"driving", "scanning"}
    (person,) = plan_of(tmp_path, ("收集结果", [head, [*late[:5], "密接", "驾驶"], [*early[:5], "健康", "扫码"]])).people
    assert person.limits == {"paused"}


def test_a_person_on_two_sheets_is_one_person_of_two_kinds(tmp_path):
    head = ["姓名", "手机", "身份证"]
    found = plan_of(tmp_path, ("机关干部", [head, ["王建国", phone_of(1), ONE]]), ("选派干部", [head, ["王建国", None, ONE]]))
    assert len(found.people) == 1
    assert (found.by_kind()["office_cadre"], found.by_kind()["seconded_cadre"]) == (1, 1)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ([None, phone_of(1), ONE], "no_name", "您的姓名"), (["王建国", None, None], "no_contact", "手机号"), (["王建国", "不便透露", "12345"], "no_contact", "手机号"),
        (['=HYPERLINK("http://example.invalid","点我")', phone_of(1), None], "formula_name", "您的姓名"), (["'=1+1", phone_of(1), None], "formula_name", "您的姓名"),
        (["13800", phone_of(1), None], "bad_name", "您的姓名"), (["#REF!", phone_of(1), None], "no_name", "您的姓名"),
    ],
)  # fmt: skip
def test_a_row_is_refused_without_a_name_or_without_a_phone_and_an_id(tmp_path, row, code, column):
    good = [["李秀英", phone_of(2), TWO], ["陈静", phone_of(3), id_of("19710101", 3)]]
    found = plan_of(tmp_path, ("志愿者", [["志愿者名单"], ["您的姓名", "手机号", "身份证号"], *good, row]))
    assert len(found.people) == 2
    refused = [p for p in found.problems if p.severity == "refused"]
    assert [(p.file, p.sheet, p.row, p.column, p.code) for p in refused] == [("a.xlsx", "志愿者", 5, column, code)]
    assert found.refused == 1


@pytest.mark.parametrize("row", [["王建国", phone_of(1), "99999"], ["王建国", "1990000001", ONE], ["王建国", phone_of(1)[:-1], ONE], ["王建国2", phone_of(1), ONE]])
def test_a_row_with_a_doubtful_cell_is_kept_with_a_warning(tmp_path, row):
    found = plan_of(tmp_path, ("志愿者", [["姓名", "手机", "身份证"], row, ["李秀英", phone_of(2), TWO], ["陈静", phone_of(3), None]]))
    assert len(found.people) == 3
    assert [(p.row, p.severity) for p in found.problems] == [(2, "warning")]


def entries(rows):
    return [
        Entry(name=name, phone=phone, id_number=number, roles=[Role(kind)], where=[Where("f", "s", at)])
        for at, (name, phone, number, kind) in enumerate(rows)
    ]


ROWS = st.lists(
    st.tuples(st.sampled_from(["甲", "乙"]), st.sampled_from(["", "1", "2"]), st.sampled_from(["", "A", "B"]), st.sampled_from(["medic", "police"])).filter(
        lambda row: row[1] or row[2]
    ),
    max_size=9,
)


@settings(max_examples=80, deadline=None)
@given(rows=ROWS, seed=st.integers(0, 999))
def test_nobody_is_lost_and_nobody_is_doubled(rows, seed):
    found, _problems = merge(entries(rows))
    assert sorted(w.row for p in found for w in p.where) == list(range(len(rows)))
    numbers = [p.id_number for p in found if p.id_number]
    assert len(numbers) == len(set(numbers))
    lone = [(p.name, p.phone) for p in found if not p.id_number]
    assert len(lone) == len(set(lone))
    # Where no twin with another ID makes it a matter of taste, the order of the rows does not decide who is who.
    if len(set(numbers)) <= 1:
        shuffled = rows[:]
        random.Random(seed).shuffle(shuffled)
        assert len(merge(entries(shuffled))[0]) == len(found)
