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
    return total + float(people.post_weight) * int(_extra_posts(shifts, people, state))


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
def _extra_posts(sh, pe, st):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Posts beyond those known, or beyond the first where none is known, over everybody."""
    total = 0
    for p in range(len(st.count)):
        known = pe.known_ptr[p + 1] - pe.known_ptr[p]
        new = 0
        for i in range(st.count[p]):
            post = sh.post[st.mine[p, i]]
            seen = False
            for j in range(pe.known_ptr[p], pe.known_ptr[p + 1]):
                seen = seen or pe.known_post[j] == post
            for j in range(i):
                seen = seen or sh.post[st.mine[p, j]] == post
            new += 0 if seen else 1
        total += new if known > 0 else max(0, new - 1)
    return total
