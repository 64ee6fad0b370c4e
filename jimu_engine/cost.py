"""What the roster on a board costs, on the solver's arrays; the checker recomputes it by itself from the roster alone."""

from __future__ import annotations

import numpy as np

from jimu_engine import kernel
from jimu_engine.state import Board


def board_cost(board: Board) -> float:
    """Empty seats, fairness, pairs and posts of everybody seated, plus what the problem pays anyway."""
    people, shifts, state = board.people, board.shifts, board.state
    total = board.index.constant
    total += float(shifts.under[state.seat_shift[board.open_seats()]].sum())
    load = people.past + state.load
    total += float((people.fair * (load**2 - people.past**2)).sum())
    total += float(_candidates_cost(shifts, state))
    # Whoever was put there by hand may be no candidate; the pair costs the same.
    for k in np.flatnonzero(state.pinned):
        s, p = int(state.seat_shift[k]), int(state.seat_person[k])
        if kernel.pair_at(shifts, p, s) < 0:
            total += board.index.pair_cost(s, p)
    total += float(people.least_weight) * int(_missing_shifts(shifts, people, state))
    total += float(people.rhythm_weight) * sum(int(_days_missed(people, state, p)) for p in np.flatnonzero(people.has_rhythm))
    total += float(people.team_weight) * int(_extra(shifts.team, people.team_ptr, people.known_team, state))
    return total + float(people.post_weight) * int(_extra(shifts.post, people.known_ptr, people.known_post, state))


@kernel.compiled
def _candidates_cost(sh, st):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """The cost of all pairs seated that are candidates."""
    total = 0.0
    for k in range(len(st.seat_person)):
        if st.seat_person[k] >= 0:
            c = kernel.pair_at(sh, st.seat_person[k], st.seat_shift[k])
            if c >= 0:
                total += sh.cand_cost[c]
    return total


@kernel.compiled
def _extra(of, known_ptr, known_by, st):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Posts (or teams; −1 is none) beyond those known, or beyond the first where none is known, over everybody."""
    total = 0
    for p in range(len(st.count)):
        known = known_ptr[p + 1] - known_ptr[p]
        new = 0
        for i in range(st.count[p]):
            one = of[st.mine[p, i]]
            seen = one < 0
            for j in range(known_ptr[p], known_ptr[p + 1]):
                seen = seen or known_by[j] == one
            for j in range(i):
                seen = seen or of[st.mine[p, j]] == one
            new += 0 if seen else 1
        total += new if known > 0 else max(0, new - 1)
    return total


@kernel.compiled
def _missing_shifts(sh, pe, st):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Shifts of posts that people have fewer of than they should."""
    total = 0
    for p in range(len(st.count)):
        for i in range(pe.share_ptr[p], pe.share_ptr[p + 1]):
            has = 0
            for j in range(st.count[p]):
                has += 1 if sh.kind[st.mine[p, j]] == pe.share_kind[i] else 0
            total += max(0, pe.share_least[i] - has)
    return total


@kernel.compiled
def _days_missed(pe, st, p):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Days by which one person's runs miss their rhythm."""
    return kernel.missed(pe, st, p, 1, 0)
