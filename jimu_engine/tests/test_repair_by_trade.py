"""Repair where no chain fills a seat: somebody leaves one that counts for less, or one for two."""

import importlib

import pytest

from jimu_engine import Problem, Roster, repair, rules
from jimu_engine.tests.cases import person, problem, roster, shift

REPAIR = importlib.import_module("jimu_engine.repair")
DRIVER = frozenset({"drive"})


def world(*, gate: float = 10.0, medicine: float = 10.0, **fields: object) -> tuple[Problem, Roster]:
    """The driver of the medicine run drops out; the only other one stands at a gate at that hour."""
    shifts = [shift("gate", 0, 8, under=gate), shift("medicine", 0, 9, under=medicine, qualifications=DRIVER)]
    people = [person("li", qualifications=DRIVER), person("wu", qualifications=DRIVER)]
    return problem(shifts, people, rule=rules.standard(), **fields), roster({"gate": "wu", "medicine": "li"})


@pytest.mark.parametrize(("gate", "medicine", "left"), [(10, 40, "gate"), (10, 11, "gate"), (10, 10, "medicine"), (11, 10, "medicine"), (0, 0, "medicine"), (0, 0.1, "gate")])
def test_a_seat_that_counts_for_more_gets_who_sits_on_one_that_counts_for_less(gate: float, medicine: float, left: str) -> None:
    case, now = world(gate=gate, medicine=medicine)
    done = repair(case, now, gone={"li"})
    assert done.roster == roster({"medicine" if left == "gate" else "gate": "wu"})
    assert done.report.open_seats == 1


def test_nobody_leaves_a_seat_that_is_pinned_or_history() -> None:
    case, now = world(medicine=40)
    assert repair(case.replace(pinned=frozenset({("gate", "wu")})), now, gone={"li"}).roster == roster({"gate": "wu"})
    assert repair(case, now, gone={"li"}, since=8 * 60 + 5).roster == roster({"gate": "wu"})
    assert repair(case, now, gone={"li"}, since=8 * 60).roster == roster({"medicine": "wu"})


def test_a_pair_that_is_kept_stays_whatever_the_rules_say_of_it() -> None:
    case, now = world(medicine=40)
    both = Roster.of([*now.pairs(), ("medicine", "wu")])
    case = case.replace(shifts=(case.shifts[0], shift("medicine", 0, 9, under=40.0, required=2)))
    assert repair(case, both).removed == {("gate", "wu")}
    done = repair(case, both, kept={("gate", "wu")})
    assert done.removed == {("medicine", "wu")}
    assert repair(case, both, kept=set(both.pairs())).roster == both
    assert {breach.rule for breach in repair(case, both, kept=set(both.pairs())).report.hard} == {"rest"}


def test_of_several_who_could_come_the_one_whose_seat_counts_for_least_does() -> None:
    case, now = world(gate=30, medicine=40)
    case = case.replace(shifts=(*case.shifts, shift("patrol", 0, 9, under=20.0)), people=(*case.people, person("he", qualifications=DRIVER)))
    now = Roster.of([*now.pairs(), ("patrol", "he")])
    assert repair(case, now, gone={"li"}).roster == roster({"medicine": "he", "gate": "wu"})
    # Somebody who cannot come, from a seat that counts for still less, may follow on one that was left.
    case = case.replace(shifts=(*case.shifts, shift("desk", 0, 9, under=10.0)), people=(*case.people, person("an")))
    done = repair(case, Roster.of([*now.pairs(), ("desk", "an")]), gone={"li"})
    assert {s.id for s in case.shifts} - set(done.roster.seats) == {"desk"}
    assert ("medicine", "an") not in set(done.roster.pairs())


def one_for_two(*, evening: float = 10.0) -> tuple[Problem, Roster]:
    """Somebody stands at noon, for eight hours; who dropped out had a morning and an evening of four, which one person may both do."""
    shifts = [shift("noon", 0, 10, 8), shift("morning", 0, 6), shift("evening", 0, 20, under=evening)]
    return problem(shifts, [person("li"), person("wu")], rule=(rules.MinimumRest(600), rules.DailyCap(480))), roster({"noon": "wu", "morning": "li", "evening": "li"})


def test_somebody_gives_up_one_shift_for_two() -> None:
    case, now = one_for_two()
    done = repair(case, now, gone={"li"})
    assert done.roster == roster({"morning": "wu", "evening": "wu"})
    assert done.removed == {("noon", "wu"), ("morning", "li"), ("evening", "li")}


def test_somebody_gives_up_two_shifts_for_one_that_counts_for_more_than_both() -> None:
    case, _ = one_for_two()
    turned = roster({"noon": "li", "morning": "wu", "evening": "wu"})
    for counts, left in ((25.0, {"noon": "wu"}), (15.0, {"morning": "wu", "evening": "wu"})):
        dear = case.replace(shifts=(shift("noon", 0, 10, 8, under=counts), *case.shifts[1:]))
        assert repair(dear, turned, gone={"li"}).roster == roster(left)


def test_of_two_shifts_given_up_others_take_what_they_can() -> None:
    case, _ = one_for_two()
    # The long one is heavy, which he may not do.
    heavy = shift("noon", 0, 10, 8, under=15.0, heavy=True)
    case = case.replace(
        shifts=(heavy, *case.shifts[1:]), people=(*case.people, person("he", limits=frozenset({"no_heavy"}))),
        rules=(*case.rules, rules.Limits()),
    )  # fmt: skip
    done = repair(case, roster({"noon": "li", "morning": "wu", "evening": "wu"}), gone={"li"})
    assert done.roster == roster({"noon": "wu", "morning": "he", "evening": "he"})


def test_trades_end_after_so_many_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    case, now = world(medicine=40)
    monkeypatch.setattr(REPAIR, "TRADE_LOOKS", 0)
    assert repair(case, now, gone={"li"}).roster == roster({"gate": "wu"})
