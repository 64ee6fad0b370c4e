"""Open seats against filled ones that count for less, compiled: what a repair does where no chain of moves fills a seat."""

from __future__ import annotations

import numpy as np

from jimu_engine.kernel import OK, compiled, inlined, pair_at, put, seat_of, why_not
from jimu_engine.seating import has_failed, mark_failed

#: Of what a seat counts for, how much a trade must win at least, tried in this order: first trades in which only open seats are
#: filled, those that leave a small gain last. So a seat is not paid for in several steps when one does.
LEAST_WON = (1.0, 0.75, 0.5, 0.25, 1e-6)
#: People whom a trade made counts for, so that there is an end to them where sums of large weights are rounded.
COST = 1_000
#: Shifts of a person that are looked at, and seats that one trade fills: nobody has more in a month.
ROOM = 64


@inlined
def take_open(sh, pe, st, p, others, taken):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Give p a seat of each of the shifts `others` that has one open, and add it to `taken`, whose first entry is their number.

    Returns what they count for.
    """
    won = 0.0
    for s in others:
        if taken[0] + 1 >= ROOM or pair_at(sh, p, s) < 0 or why_not(sh, pe, st, p, s) != OK:
            continue
        won += sit(sh, st, p, s, taken)
    return won


@inlined
def refill(sh, pe, st, left, budget, taken):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Seat somebody on the two shifts `left`, where anybody fits at once. Returns what they count for."""
    won = 0.0
    for s in left:
        budget[0] -= sh.cand_ptr[s + 1] - sh.cand_ptr[s]
        for c in range(sh.cand_ptr[s], sh.cand_ptr[s + 1]):
            q = sh.cand_person[c]
            if taken[0] + 1 < ROOM and why_not(sh, pe, st, q, s) == OK:
                won += sit(sh, st, q, s, taken)
                break
    return won


@inlined
def sit(sh, st, p, s, taken):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Put p on the first open seat of s, if there is one, and note it. Returns what it counts for."""
    for k in range(sh.seat_ptr[s], sh.seat_ptr[s + 1]):
        if st.seat_person[k] < 0:
            put(sh, st, p, s, 1)
            st.seat_person[k] = p
            taken[0] += 1
            taken[taken[0]] = k
            return sh.under[s]
    return 0.0


@inlined
def undo(sh, st, taken):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Empty the seats noted."""
    for i in range(taken[0], 0, -1):
        k = taken[i]
        put(sh, st, st.seat_person[k], st.seat_shift[k], -1)
        st.seat_person[k] = -1
    taken[0] = 0


@inlined
def leave(sh, st, p, k):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Take p off seat k, which stays open."""
    put(sh, st, p, st.seat_shift[k], -1)
    st.seat_person[k] = -1


@compiled
def trade(sh, pe, st, k, depth, two, others, budget, won, least, room):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill seat k with somebody who leaves another, which stays open, and takes what they can of `others`; or, with moves left in
    `depth`, with somebody whose seat is filled in such a way. True when that wins `least` or more, `won` before k included.

    With `two`, who comes at the end of it leaves two seats, of which one may be filled by somebody else at once. `budget` counts
    down whom it looks at; `room` is scratch, a row for each depth and one for the seats taken.
    """
    # See `seating.chain` about a compiled function that calls itself: every caller passes the same types. The order of
    # anybody's shifts may change on the way: `own` keeps p's seats.
    s, own, taken = st.seat_shift[k], room[depth], room[-1]
    budget[0] -= sh.cand_ptr[s + 1] - sh.cand_ptr[s]
    for c in range(sh.cand_ptr[s], sh.cand_ptr[s + 1]):
        p = sh.cand_person[c]
        n = own_seats(sh, st, p, own)
        for i in range(n):
            for j in range(i + 1, n) if two and depth == 0 else range(i, i + 1):
                budget[0] -= 1
                if budget[0] < 0:
                    return False
                leave(sh, st, p, own[i])
                if j > i:
                    leave(sh, st, p, own[j])
                if why_not(sh, pe, st, p, s) == OK:
                    put(sh, st, p, s, 1)
                    st.seat_person[k] = p
                    if depth > 0:
                        if trade(sh, pe, st, own[i], depth - 1, two, others, budget, won, least, room):
                            return True
                    else:
                        taken[0], left = 0, (st.seat_shift[own[i]], st.seat_shift[own[j]])
                        budget[0] -= len(others)
                        now = won - sh.under[left[0]] - (sh.under[left[1]] if j > i else 0.0)
                        now += take_open(sh, pe, st, p, others, taken)
                        if now < least and j > i:
                            now += refill(sh, pe, st, left, budget, taken)
                        if now >= least:
                            return True
                        undo(sh, st, taken)
                    leave(sh, st, p, k)
                for back in (i, j):
                    if st.seat_person[own[back]] < 0:
                        put(sh, st, p, st.seat_shift[own[back]], 1)
                        st.seat_person[own[back]] = p
    return False


@inlined
def own_seats(sh, st, p, own):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Write the seats that p may leave to `own`. Returns how many."""
    n = 0
    for i in range(st.count[p]):
        k = seat_of(sh, st, p, st.mine[p, i])
        if n < ROOM and not st.pinned[k]:
            own[n] = k
            n += 1
    return n


@compiled
def trades(sh, pe, st, seats, depth, two, part, others, failed, looks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """A trade that wins `part` of what the seat counts for, for each of these seats that is empty. Returns how many were made.

    `looks` counts down the people looked at, and COST for each trade, and ends it below 0; a seat gets a tenth of what is left. `failed`: see
    `seating.mark_failed`.
    """
    budget, room, made = np.empty(1, np.int64), np.empty((depth + 2, ROOM), np.int64), 0
    for k in seats:
        s = st.seat_shift[k]
        looks[0] -= 1
        # For a seat that counts for nothing nobody leaves another: they would change places for ever.
        if looks[0] >= 0 and sh.under[s] > 0 and st.seat_person[k] < 0 and not has_failed(failed, s):
            each = looks[0] // 10
            budget[0] = each
            worked = trade(sh, pe, st, k, depth, two, others, budget, sh.under[s], part * sh.under[s], room)
            mark_failed(failed, s, not worked)
            made += worked
            looks[0] -= each - budget[0] + (COST if worked else 0)
    return made
