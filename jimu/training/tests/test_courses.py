"""Courses are data: those shipped are whole, and a faulty file names its line."""

import re

import pytest
from django.utils import translation

from jimu.core import datafiles
from jimu.core.errors import Invalid, NotFound
from jimu.training import library
from jimu.training.naming import NAMES
from jimu.training.schema import Told
from tools import translate

GOOD = """code: rope
version: 1
title: 拉绳
qualification: rope
minutes: 5
valid_days: 10
summary: 两个人一组。
cards:
  - {title: 拿好, text: 双手握紧。}
quiz:
  - question: 几个人一组？
    options: [一个, 两个]
    answer: 1
    why: 两个人。
"""


def test_every_course_shipped_is_whole_and_stands_under_its_own_name() -> None:
    for path in library.SHIPPED.glob("*.yaml"):
        course = library.parse(path.read_text(encoding="utf-8"), file=path.name)
        assert path.name == f"{course.code}.v{course.version}.yaml"
        assert course.qualification in NAMES


def test_the_suit_comes_off_face_shield_first_and_hands_are_cleaned_after_every_piece() -> None:
    cards = library.find("ppe").cards
    off = cards[next(n for n, card in enumerate(cards) if card.title == "先摘面屏") :]
    assert all(card.hygiene for card in off[:-1])
    assert [card.title for card in off].index("摘口罩") > [card.title for card in off].index("脱防护服和鞋套")


def test_the_short_course_comes_first() -> None:
    assert library.all_courses()[0].code == "ten-minutes"
    assert library.all_courses()[0].minutes <= 10


def test_a_course_that_is_none_is_not_found() -> None:
    assert library.find("ppe").code == "ppe"
    with pytest.raises(NotFound):
        library.find("nothing")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("minutes: 5", "minutes: 0", 5, "不能小于 1"),
        ("minutes: 5", "minuten: 5", 5, "不认识的键"),
        ("    answer: 1", "    answer: 2", 13, "正确答案不在选项里"),
        ("summary: 两个人一组。", "summary: 两个: 人", 7, "不是 YAML"),
        ("title: 拉绳", "title: 拉绳\ntitle: 放绳", 4, "写了两次"),
        ("quiz:", "quizz:", 10, "不认识的键"),
        ("qualification: rope", "qualification: Rope!", 4, "小写字母"),
    ],
)
def test_a_faulty_course_names_the_line_and_the_mend(old: str, new: str, line: int, words: str) -> None:
    assert library.parse(GOOD).code == "rope"
    assert old in GOOD
    with pytest.raises(Invalid) as caught:
        library.parse(GOOD.replace(old, new, 1), file="own.yaml")
    assert caught.value.code == "bad_course"
    assert any(abs(fault["line"] - line) <= 1 and words in fault["sentence"] for fault in caught.value.data["faults"]), caught.value.data


def test_an_office_may_add_its_own_course_and_a_broken_one_does_not_hide_the_others(settings, tmp_path) -> None:
    settings.JIMU_HOME = str(tmp_path)
    (tmp_path / "courses").mkdir()
    (tmp_path / "courses" / "rope.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "courses" / "broken.yaml").write_text("code: [", encoding="utf-8")
    codes = {course.code for course in library.all_courses()}
    assert {"rope", "ppe"} <= codes


WASHED_AFTER = ["Face shield off first", "Outer gloves off", "Suit and boot covers off", "Mask off", "Cap off", "Inner gloves off"]
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", sorted(library.SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_course_shipped_is_told_whole_in_english_and_in_traditional_script(path) -> None:
    course = library.parse(path.read_text(encoding="utf-8"), file=path.name)
    for language in ("en", "zh-hant"):
        words = library.told_in(path, language)
        told = datafiles.parse(words.read_text(encoding="utf-8"), Told, file=words.name, code="bad_course")
        assert told.fits(course), language
        assert bool(HAN.search(words.read_text(encoding="utf-8"))) is (language == "zh-hant")


def test_words_that_leave_a_caution_or_an_option_out_do_not_fit() -> None:
    path = library.SHIPPED / "gate.v1.yaml"
    course = library.parse(path.read_text(encoding="utf-8"), file=path.name)
    told = datafiles.parse(library.told_in(path, "en").read_text(encoding="utf-8"), Told, file="x", code="bad_course")
    cards = [card.model_copy(update={"caution": ""}) for card in told.cards]
    quiz = [question.model_copy(update={"options": question.options[1:]}) for question in told.quiz]
    assert not told.model_copy(update={"cards": cards}).fits(course)
    assert not told.model_copy(update={"cards": told.cards[1:]}).fits(course)
    assert not told.model_copy(update={"quiz": quiz}).fits(course)


def test_the_traditional_words_are_those_that_the_tool_makes() -> None:
    for path, text in translate.courses().items():
        assert path.read_text(encoding="utf-8") == text


def test_a_reader_of_english_sees_the_suit_come_off_in_the_same_order_with_a_hand_wash_a_step() -> None:
    chinese = library.find("ppe")
    with translation.override("en"):
        course = library.find("ppe")
    assert [card.title for card in course.cards if card.hygiene] == ["Before taking off", *WASHED_AFTER]
    assert [card.hygiene for card in course.cards] == [card.hygiene for card in chinese.cards]
    assert [question.answer for question in course.quiz] == [question.answer for question in chinese.quiz]
    assert course.quiz[0].options[course.quiz[0].answer] == "The face shield"
    assert (course.code, course.version, course.valid_days) == (chinese.code, chinese.version, chinese.valid_days)


def test_a_course_of_the_office_without_other_words_is_told_as_it_is_written(settings, tmp_path) -> None:
    settings.JIMU_HOME = tmp_path
    (tmp_path / "courses").mkdir()
    (tmp_path / "courses" / "rope.v1.yaml").write_text(GOOD, encoding="utf-8")
    with translation.override("en"):
        assert library.find("rope").title == "拉绳"
        (tmp_path / "courses" / "en").mkdir()
        (tmp_path / "courses" / "en" / "rope.v1.yaml").write_text("title: [broken", encoding="utf-8")
        assert library.find("rope").title == "拉绳"
