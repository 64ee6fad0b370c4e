"""Decisions without a database."""

from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.field.supplies import rules
from jimu.field.supplies.rules import Drop, Want

AT = datetime(2026, 4, 6, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_four_tons_take_forty_people_for_five_hours() -> None:
    crew = rules.crew(2600, 5)
    assert (crew.people, crew.carrying, crew.packing, crew.disinfecting) == (40, 13, 13, 2)
    with pytest.raises(ValueError):
        rules.crew(1, 0)


@given(st.integers(0, 20_000), st.floats(0.5, 24))
def test_a_crew_is_whole_and_keeps_the_pace(bags: int, hours: float) -> None:
    crew = rules.crew(bags, hours)
    assert crew.people == crew.carrying + crew.packing + crew.disinfecting + crew.floating
    assert min(crew.carrying, crew.packing, crew.disinfecting, crew.floating) >= 0
    assert crew.people * 13 * hours >= bags * (1 - 1e-9)
    assert crew.people == 2 or (crew.people - 1) * 13 * hours < bags


@pytest.mark.parametrize(
    ("done", "use_by", "minutes", "code"),
    [(None, None, 0, "waiting"), (AT, None, 59, "resting"), (AT, None, 60, "ready"), (AT, date(2026, 4, 6), 60, "ready"), (AT, date(2026, 4, 5), 60, "expired")],
)
def test_a_lot_rests_after_disinfection_and_goes_out_of_date(done: datetime | None, use_by: date | None, minutes: int, code: str) -> None:
    stage = rules.stage(disinfect=True, rest_minutes=60, disinfected_at=done, use_by=use_by, at=AT + timedelta(minutes=minutes), today=AT.date())
    assert stage.code == code


WANTS = st.dictionaries(st.text("0123456789AB", min_size=1, max_size=4), st.builds(Want, st.integers(0, 60), st.integers(0, 200)), max_size=12)


@given(WANTS, st.integers(0, 3000))
def test_shares_never_exceed_what_is_there_nor_what_is_wanted_and_priority_comes_first(wants: dict[str, Want], portions: int) -> None:
    shares = rules.shared(wants, portions)
    total, first = sum(w.priority + w.others for w in wants.values()), sum(w.priority for w in wants.values())
    assert sum(shares.values()) == min(portions, total)
    assert all(0 <= shares[key] <= want.priority + want.others for key, want in wants.items())
    if portions >= first:
        assert all(shares[key] >= want.priority for key, want in wants.items())
    else:
        # Quota: nobody is further than one portion from an even part.
        assert all(abs(shares[key] - want.priority * portions / first) < 1 for key, want in wants.items())


def test_a_large_household_gets_more_up_to_the_limit() -> None:
    assert [rules.due(n, 3, 2) for n in (0, 1, 3, 4, 9)] == [1, 1, 1, 2, 2]
    assert rules.due(9, None, 2) == 1


DROPS = st.lists(st.builds(Drop, st.uuids().map(str), st.integers(0, 300), st.integers(0, 30)), max_size=12)


@given(DROPS, st.integers(1, 200), st.integers(1, 8))
def test_rounds_are_as_few_as_can_be_and_nothing_is_left_behind(drops: list[Drop], capacity: int, people: int) -> None:
    trips = rules.trips(drops, capacity, people)
    assert len(trips) == ceil(sum(d.portions for d in drops) / capacity)
    assert all(0 < t.portions <= capacity and t.portions == sum(d.portions for d in t.drops) for t in trips)
    for drop in drops:
        assert sum(d.portions for t in trips for d in t.drops if d.key == drop.key) == drop.portions
    visits, buildings = sum(len(t.drops) for t in trips), sum(1 for d in drops if d.portions)
    assert visits <= buildings + max(0, len(trips) - 1)


def test_spare_is_two_or_three_of_a_hundred() -> None:
    assert [rules.spare_of(n, 2.5) for n in (0, 1, 965, 1000)] == [0, 1, 25, 25]
