"""Why somebody suits a seat: facts worth telling, and the cost of seating them there by the rule that asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jimu_engine import kernel, rules
from jimu_engine.problem import Person, Shift
from jimu_engine.state import Board

#: What `_compiled_parts` answers, in its order, as rule codes.
COMPILED = tuple(rule.code for rule in (rules.Fairness, rules.Continuity, rules.SameTeam, rules.Rhythm, rules.LeastShifts))


@dataclass(frozen=True)
class Reason:
    """One fact that speaks for or against: a code and numbers, for the service to put into words."""

    code: str
    value: float = 0.0


@kernel.compiled
def _compiled_parts(sh, pe, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """What `kernel.gain` adds up beside the pair, apart; and how often each is paid (0 for fairness)."""
    found, times = np.zeros(5), np.zeros(5, np.int64)
    before = pe.past[p] + st.load[p]
    after = before + sh.minutes[s]
    found[0] = pe.fair[p] * (after * after - before * before)
    times[1] = kernel.new_post(sh, pe, st, p, s)
    times[2] = kernel.new_team(sh, pe, st, p, s)
    if pe.has_rhythm[p]:
        times[3] = kernel.missed(pe, st, p, sh.day[s], sh.last_day[s]) - kernel.missed(pe, st, p, 1, 0)
    i = kernel.share_of(sh, pe, p, s)
    if i >= 0:
        times[4] = min(0, kernel.shifts_like(sh, st, p, s) - pe.share_least[i])
    found[1], found[2] = pe.post_weight * times[1], pe.team_weight * times[2]
    found[3], found[4] = pe.rhythm_weight * times[3], -pe.least_weight if times[4] < 0 else 0.0
    return found, times


def costs(board: Board, p: int, s: int) -> dict[str, float]:
    """What seating person p on shift s costs (below 0: saves) by the code of each rule, the empty seat aside; nothings are left out.

    They add up to the cost that `recommend` ranks by, and each is what the checker's `by_rule` would change by.
    """
    person, shift = board.index.problem.people[p], board.index.problem.shifts[s]
    compiled, _ = _compiled_parts(board.shifts, board.people, board.state, p, s)
    found = dict(zip(COMPILED, compiled.tolist(), strict=True)) | _pair(board, person, shift)
    return {code: cost for code, cost in found.items() if cost}


def facts(board: Board, p: int, s: int) -> tuple[Reason, ...]:
    """What is worth saying of person p beside shift s: hours so far, rest before it, whether they know it, what they wish.

    Minutes for `load` and `rested`, days for `off_rhythm` and `on_rhythm`, shifts for `owed`.
    """
    problem = board.index.problem
    person, shift = problem.people[p], problem.shifts[s]
    mine = board.state.mine[p, : board.state.count[p]]
    last = max((int(board.shifts.end[a]) for a in mine if board.shifts.end[a] <= shift.start), default=person.history.last_end)
    wish = person.wishes.get(shift.id, 0.0)
    _, (_, new_post, new_team, missed, owed) = _compiled_parts(board.shifts, board.people, board.state, p, s)
    told = [
        (True, Reason("load", float(board.state.load[p]))),
        (last is not None, Reason("rested", float(shift.start - (last or 0)))),
        (_knows_post(board, person, mine, s), Reason("knows_post")),
        (_knows_team(board, person, mine, s), Reason("same_team")),
        (bool(shift.qualifications), Reason("qualified", len(shift.qualifications))),
        ((shift.id, person.id) in problem.published, Reason("promised")),
        (wish < 0, Reason("wished", -wish)),
        (owed < 0 < board.people.least_weight, Reason("owed", float(-owed))),
        (missed < 0 < board.people.rhythm_weight, Reason("on_rhythm", float(-missed))),
        (wish > 0, Reason("unwished", wish)),
        (missed > 0 < board.people.rhythm_weight, Reason("off_rhythm", float(missed))),
        (new_post > 0 < board.people.post_weight, Reason("new_post")),
        (new_team > 0 < board.people.team_weight, Reason("new_team")),
        (person.reluctance > 0, Reason("times_unknown")),
    ]
    return tuple(reason for holds, reason in told if holds)


def _pair(board: Board, person: Person, shift: Shift) -> dict[str, float]:
    """What wishes and published promises say of one pair, by rule."""
    problem = board.index.problem
    found = {rules.Wishes.code: 0.0, rules.Stability.code: 0.0}
    for rule in problem.rules:
        if isinstance(rule, rules.Wishes):
            found[rule.code] += rule.cost(person, shift.id)
        elif isinstance(rule, rules.Stability) and (shift.id, person.id) in problem.published:
            found[rule.code] -= rule.weight
    return found


def _knows_post(board: Board, person: Person, mine: np.ndarray, s: int) -> bool:
    shift = board.index.problem.shifts[s]
    return (shift.place, shift.kind) in person.history.posts or bool((board.shifts.post[mine] == board.shifts.post[s]).any())


def _knows_team(board: Board, person: Person, mine: np.ndarray, s: int) -> bool:
    team = board.index.problem.shifts[s].team
    return bool(team) and (team in person.history.teams or bool((board.shifts.team[mine] == board.shifts.team[s]).any()))
