"""A repair of many seats that only chains can fill: it ends after so many looks, and the chain is compiled for one kind of call."""

import importlib

import pytest

from jimu_engine import Person, Problem, Roster, Shift, repair, rules, seating, solve, state
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import person, problem, shift

#: The module, which the function of the same name hides.
REPAIR = importlib.import_module("jimu_engine.repair")
DAYS = 6


def one_skilled_seat_a_day() -> tuple[Problem, Roster]:
    """Each day two shifts at the same time: who has the skill for the open one sits on the other, which many could take."""
    shifts, people, taken = list[Shift](), list[Person](), list[tuple[str, str]]()
    for n in range(DAYS):
        skill = frozenset({f"skill{n}"})
        shifts += [shift(f"plain{n}", n), shift(f"skilled{n}", n, qualifications=skill)]
        people += [person(f"able{n}", qualifications=skill), person(f"other{n}")]
        taken.append((f"plain{n}", f"able{n}"))
    return problem(shifts, people, rule=rules.standard()), Roster.of(taken)


@pytest.mark.parametrize(("turns", "least", "most"), [(1_000, DAYS, DAYS), (1, 1, DAYS - 1), (0, 0, 0)])
def test_chains_of_a_repair_end_after_so_many_turns(monkeypatch: pytest.MonkeyPatch, turns: int, least: int, most: int) -> None:
    monkeypatch.setattr(state, "LOOKS", 30)
    monkeypatch.setattr(REPAIR, "TURNS", turns)
    # Else a trade would do what no chain had time for.
    monkeypatch.setattr(REPAIR, "TRADE_LOOKS", 0)
    case, now = one_skilled_seat_a_day()
    done = repair(case, now, depth=1)
    assert not done.report.hard
    assert least <= DAYS - done.report.open_seats <= most


def test_the_chain_that_calls_itself_is_compiled_for_one_kind_of_call() -> None:
    case, now = one_skilled_seat_a_day()
    assert repair(case, now).report.open_seats == 0
    solve(case, seed=1, stop=MaxRounds(2), with_bound=False)
    # Loaded from the cache it comes along with who calls it. Without compiling (NUMBA_DISABLE_JIT) both are plain functions.
    assert len(getattr(seating.chains, "signatures", [()])) == 1
    assert len(getattr(seating.chain, "signatures", [()])) <= 1
