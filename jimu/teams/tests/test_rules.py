"""Decisions of team building without a database."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.playbooks.team_templates import find_template
from jimu.teams import rules
from jimu.teams.rules import Candidate, SeatPlan, SeatState

HERE, THERE = UUID(int=1), UUID(int=2)
SEAT = SeatPlan("scanner", 1, "扫码", "", "扫码。", ("volunteer", "party_member"), frozenset({"scanning"}), required=True, heavy=True)
FITS = Candidate(UUID(int=9), frozenset({"volunteer"}), HERE, False, frozenset({"scanning"}))


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (FITS, ""),
        (replace(FITS, limits=frozenset({"paused"})), "paused"),
        (replace(FITS, kinds=frozenset({"police"})), "kind"),
        (replace(FITS, qualifications=frozenset()), "qualification"),
        (replace(FITS, limits=frozenset({"no_heavy"})), "heavy"),
        (replace(FITS, cell=THERE), "elsewhere"),
        (replace(FITS, cell=None), "elsewhere"),
    ],
)
def test_each_gate_is_shut_by_its_own_fact(person: Candidate, code: str) -> None:
    assert rules.why_not(SEAT, person, HERE) == code


def test_who_may_be_sent_comes_from_elsewhere_only_to_seats_open_to_anywhere() -> None:
    wide, sent = replace(SEAT, home="any"), replace(FITS, cell=THERE, roving=True)
    assert rules.why_not(wide, sent, HERE) == ""
    assert rules.why_not(wide, replace(sent, roving=False), HERE) == "elsewhere"
    assert rules.why_not(SEAT, sent, HERE) == "elsewhere"
    assert rules.cost(wide, FITS, HERE) < rules.cost(wide, sent, HERE)


@pytest.mark.parametrize(
    "worse",
    [{"load": 1}, {"times_known": False}, {"kinds": frozenset({"party_member"})}, {"qualifications": frozenset({"scanning", "driving"})}],
)
def test_the_better_fit_costs_less(worse: dict[str, object]) -> None:
    assert rules.cost(SEAT, FITS, HERE) < rules.cost(SEAT, replace(FITS, **worse), HERE)


def test_a_seat_that_prefers_a_veteran_and_one_that_prefers_a_newcomer_pull_apart() -> None:
    old, new = replace(FITS, veteran=True), FITS
    for prefers, better, other in (("veteran", old, new), ("newcomer", new, old)):
        seat = replace(SEAT, prefers=prefers)
        assert rules.cost(seat, better, HERE) < rules.cost(seat, other, HERE)
        assert prefers in rules.reasons(seat, better, HERE)
        assert prefers not in rules.reasons(seat, other, HERE)


def test_seats_grow_with_the_facts_and_only_the_least_are_required() -> None:
    template = find_template("squad")
    small, large = (rules.plan_seats(template, {"households": n}) for n in (0, 1600))
    assert [seat.required for seat in small if seat.code == "member"] == [True] * 6 + [False] * 2
    assert len(large) == 2 + 20


@given(st.integers(0, 400), st.integers(2, 12), st.integers(0, 12))
def test_groups_hold_everybody_evenly_and_none_is_too_large(count: int, low: int, more: int) -> None:
    high = low + more
    sizes = rules.group_sizes(count, low, high)
    assert sum(sizes) == count
    assert not sizes or max(sizes) - min(sizes) <= 1
    assert all(size <= high for size in sizes)
    if count >= low and any(size < low for size in sizes):
        # Then no number of groups would do.
        assert not any(groups * low <= count <= groups * high for groups in range(1, count + 1))


def test_seventy_three_members_make_groups_of_eight_to_twelve() -> None:
    sizes = rules.group_sizes(73, 8, 12)
    assert len(sizes) == 7
    assert all(8 <= size <= 12 for size in sizes)


def test_the_four_marks_need_the_committee_the_posts_the_duties_and_the_channel() -> None:
    whole = [SeatState("支委", True, True, "管事", committee=True), SeatState("", True, True, "做事")]
    assert rules.marks(whole, channel_open=True).count == 4
    assert rules.marks(whole, channel_open=False).count == 3
    assert not rules.marks([replace(whole[0], filled=False), whole[1]], channel_open=True).committee
    assert not rules.marks([whole[0], replace(whole[1], filled=False)], channel_open=True).posts
    assert not rules.marks([whole[0], replace(whole[1], duty="")], channel_open=True).duties
    assert rules.marks([], channel_open=False).count == 0


def test_an_open_seat_names_the_gate_at_which_everybody_is_lost() -> None:
    nobody = replace(FITS, kinds=frozenset({"police"}))
    untaught, away = replace(FITS, qualifications=frozenset()), replace(FITS, cell=THERE)
    assert rules.open_because(SEAT, HERE, []) == "kind"
    assert rules.open_because(SEAT, HERE, [nobody]) == "kind"
    assert rules.open_because(SEAT, HERE, [nobody, untaught, untaught, away]) == "qualification"
    assert rules.open_because(SEAT, HERE, [nobody, away]) == "elsewhere"
    assert rules.open_because(SEAT, HERE, [untaught, FITS]) == "taken"
