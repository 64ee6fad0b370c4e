"""Decisions of training without a database."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.training import rules
from jimu.training.library import all_courses, find

COURSE = find("ten-minutes")
RIGHT = [question.answer for question in COURSE.quiz]
MASKS = st.integers(0, 127)
SPANS = st.tuples(MASKS, st.integers(0, 1200), st.integers(60, 600)).map(lambda t: (t[0], t[1], t[1] + t[2]))


def test_a_quiz_passes_at_its_mark_and_fails_below_it() -> None:
    assert rules.score(COURSE, RIGHT).passed
    one_wrong = [RIGHT[0] + 1, *RIGHT[1:]]
    found = rules.score(COURSE, one_wrong)
    assert (found.right, found.wrong, found.passed) == (2, (0,), True)
    assert not rules.score(COURSE, [None, RIGHT[1] + 1, RIGHT[2]]).passed
    assert not rules.score(COURSE, []).passed


@given(st.lists(st.one_of(st.none(), st.integers(-3, 9)), max_size=9))
def test_a_score_never_has_more_right_answers_than_questions(answers: list[int | None]) -> None:
    found = rules.score(COURSE, answers)
    assert found.right + len(found.wrong) == found.total == len(COURSE.quiz)


def test_a_certificate_of_one_day_holds_on_that_day_only() -> None:
    course = COURSE.model_copy(update={"valid_days": 1})
    assert rules.expires_on(course, date(2026, 4, 6)) == date(2026, 4, 6)


def test_ones_own_word_counts_where_the_course_allows_it_or_where_there_is_none() -> None:
    courses = all_courses()
    assert rules.counts_as_declared("scanning", courses)
    assert rules.counts_as_declared("driving", courses)
    assert not rules.counts_as_declared("ppe", courses)


@pytest.mark.parametrize(("able", "peak", "state", "lacking"), [(1, 2, "missing", 3), (2, 2, "thin", 2), (4, 2, "good", 0), (2, 1, "thin", 1), (3, 1, "good", 0)])
def test_a_cell_says_how_bad_it_is(able: int, peak: int, state: str, lacking: int) -> None:
    cell = rules.Cell(rules.Need("scanning", peak), able)
    assert (cell.state, cell.lacking) == (state, lacking)


def test_whoever_covers_most_hours_is_trained_first_and_nobody_who_covers_none() -> None:
    need = rules.Need("scanning", 1, ((127, 480, 720, 1),))
    weekdays = rules.Trainee(UUID(int=1), ((31, 420, 780),), held=0)
    always = rules.Trainee(UUID(int=2), None, held=3)
    evenings = rules.Trainee(UUID(int=3), ((127, 1080, 1320),), held=0)
    ranked = rules.whom_to_train(need, [weekdays, always, evenings])
    assert [(trainee.person_id.int, minutes) for trainee, minutes in ranked] == [(2, 7 * 240), (1, 5 * 240)]


def test_among_equals_the_one_who_can_least_else_is_trained_first() -> None:
    need = rules.Need("scanning", 1, ((127, 480, 720, 1),))
    ranked = rules.whom_to_train(need, [rules.Trainee(UUID(int=1), None, held=2), rules.Trainee(UUID(int=2), None, held=0)])
    assert [trainee.person_id.int for trainee, _ in ranked] == [2, 1]


@given(st.lists(SPANS, max_size=4), st.lists(SPANS, min_size=1, max_size=4), SPANS)
def test_more_free_time_never_covers_less(posts: list[tuple[int, int, int]], times: list[tuple[int, int, int]], more: tuple[int, int, int]) -> None:
    need = rules.Need("x", 1, tuple((*post, 1) for post in posts))
    some = rules.covered_minutes(need, tuple(times))
    assert some <= rules.covered_minutes(need, (*times, more)) <= rules.covered_minutes(need, None) == need.week_minutes


def test_the_matrix_has_a_cell_only_where_a_post_asks() -> None:
    unit, other = uuid4(), uuid4()
    found = rules.matrix({unit: [rules.Need("scanning", 1)], other: []}, {(unit, "scanning"): 4, (other, "scanning"): 9})
    assert found[unit]["scanning"].able == 4
    assert found[other] == {}
