"""The rules without a database."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.field.transfer import rules
from jimu.field.transfer.models import Transfer
from jimu.field.transfer.rules import Left
from jimu.field.transfer.tests.conftest import AT

MOMENTS = st.integers(-200, 200).map(lambda n: AT + timedelta(minutes=n))
LEFT = st.builds(
    Left, running=st.booleans(), away_since=st.none() | MOMENTS, cared=st.just(True), until=MOMENTS, next_due=MOMENTS, trouble_at=st.none() | MOMENTS
) | st.builds(Left, running=st.booleans(), away_since=st.none() | MOMENTS, cared=st.just(False))


@given(LEFT, MOMENTS)
def test_whoever_is_not_looked_after_has_an_alarm_and_whoever_is_has_none(left: Left, at: datetime) -> None:
    if left.away_since is not None and at < left.away_since:
        return
    if left.trouble_at is not None and at < left.trouble_at:
        return
    moment = rules.alarm_at(left)
    assert (moment is not None and moment <= at) is not rules.attended(left, at)


def test_the_alarm_begins_with_the_first_of_a_missed_visit_and_the_caretaker_s_last_moment() -> None:
    left = Left(running=True, away_since=AT, cared=True, until=AT + timedelta(minutes=10), next_due=AT + timedelta(minutes=20))
    assert rules.alarm_at(left) == AT + timedelta(minutes=10)
    assert rules.alarm_at(replace(left, until=AT + timedelta(minutes=30))) == AT + timedelta(minutes=20)


def test_every_state_is_left_by_an_act_and_every_act_has_its_words() -> None:
    from jimu.field.transfer import words
    from jimu.field.transfer.moving import VERBS
    from jimu.field.transfer.steps import STEPS

    left = {state for states, _to in rules.ACTS.values() for state in states}
    assert left == set(Transfer.State.values) - set(Transfer.OVER)
    assert set(rules.ACTS) <= set(words.ACTS) & set(words.WANTS_FIRST) & set(VERBS)
    assert set(STEPS) <= set(rules.ACTS)
    assert set(words.NEXT) == set(Transfer.State.values)


@pytest.mark.parametrize(("born", "year", "minor"), [
    (date(2008, 4, 6), 2008, False), (date(2008, 4, 7), 2008, True), (None, 2008, True), (None, 2007, False), (None, None, False), (None, 2020, True),
])  # fmt: skip
def test_in_doubt_somebody_is_under_age(born: date | None, year: int | None, minor: bool) -> None:
    assert rules.is_minor(born, year, date(2026, 4, 6), 18) is minor


@pytest.mark.parametrize(("groups", "year", "kind"), [
    (["bedridden"], 1940, "care"), (["infant"], None, "child"), ([], 2015, "child"), (["elder"], None, "elder"), ([], 1950, "elder"), ([], 1980, ""), (["chronic"], 1980, "medicine"),
])  # fmt: skip
def test_who_would_stay_behind_as_what(groups: list[str], year: int | None, kind: str) -> None:
    assert rules.kind_left(groups, year, date(2026, 4, 6), minor_age=18, elder_age=70) == kind
