"""Filling seats, compiled: at once where somebody fits, else by ejection chains. Each part ends after so much work and can go on."""

from __future__ import annotations

import numpy as np

from jimu_engine.kernel import (
    OK,
    compiled,
    gain,
    inlined,
    pair_at,
    put,
    put_back,
    random_below,
    seat_of,
    why_not,
)


@compiled
def fill(sh, pe, st, seats, begin, worth, rng, failed, looks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Give each empty seat, in the order given, to whom it costs least, if that is less than `worth[shift]`.

    Ties by chance. Begins with the seat number `begin` of `seats` and returns where to go on once it has looked at `looks`
    people or more. `failed`: see `mark_failed`.
    """
    for j in range(begin, len(seats)):
        if looks < 0:
            return j
        k = seats[j]
        looks -= 1
        if st.seat_person[k] >= 0:
            continue
        s = st.seat_shift[k]
        first, size = sh.cand_ptr[s], sh.cand_ptr[s + 1] - sh.cand_ptr[s]
        best, best_cost, turn = -1, worth[s] + 2e-9, random_below(rng, max(1, size))
        if has_failed(failed, s):
            continue
        looks -= size
        # Starting anywhere and taking only what is better breaks ties by chance, at one look a person.
        for i in range(size):
            c = first + (turn + i) % size
            p = sh.cand_person[c]
            before = pe.past[p] + st.load[p]
            after = before + sh.minutes[s]
            # What a post may add is left out at first: most people are too dear without it, whatever a shift saves.
            if sh.cand_cost[c] + pe.fair[p] * (after * after - before * before) - pe.saving >= best_cost - 1e-9:
                continue
            cost = gain(sh, pe, st, p, s, sh.cand_cost[c])
            if cost < best_cost - 1e-9 and why_not(sh, pe, st, p, s) == OK:
                best, best_cost = p, cost
        if best >= 0:
            put(sh, st, best, s, 1)
            st.seat_person[k] = best
        mark_failed(failed, s, best < 0)
    return len(seats)


@inlined
def has_failed(failed, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whether a seat of shift s was tried in vain and nobody has been seated since: then another of its seats fails too."""
    return failed[s] == failed[len(failed) - 1]


@inlined
def mark_failed(failed, s, vain):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Remember that a seat of shift s was tried in vain; a seat that was filled makes all shifts worth another try.

    The last entry counts the seats filled (from 1), the others hold that count as it stood when the shift failed.
    """
    if vain:
        failed[s] = failed[len(failed) - 1]
    else:
        failed[len(failed) - 1] += 1


@compiled
def chain(sh, pe, st, k, depth, width, owner, me, budget, left):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill seat k, moving others out of the way: an ejection chain of at most `depth` moves. True when it worked.

    All its moves together may cost `left`; `budget` counts down what is tried, and whom it looks at.
    """
    # It calls itself: with arguments of other types a second version would be compiled, whose call of itself numba does not
    # resolve when another process loads it from the cache (numba issue 6061: a crash). Every caller passes the same types.
    s = st.seat_shift[k]
    budget[1] -= sh.cand_ptr[s + 1] - sh.cand_ptr[s]
    if budget[1] < 0:
        return False
    for c in range(sh.cand_ptr[s], sh.cand_ptr[s + 1]):
        p = sh.cand_person[c]
        if owner[p] == me and why_not(sh, pe, st, p, s) == OK and gain(sh, pe, st, p, s, sh.cand_cost[c]) <= left:
            put(sh, st, p, s, 1)
            st.seat_person[k] = p
            return True
    if depth == 0:
        return False
    tried = 0
    for c in range(sh.cand_ptr[s], sh.cand_ptr[s + 1]):
        p = sh.cand_person[c]
        if owner[p] != me:
            continue
        for i in range(st.count[p]):
            a = st.mine[p, i]
            if a == s:
                break
            ka = seat_of(sh, st, p, a)
            budget[1] -= ka - sh.seat_ptr[a]
            if st.pinned[ka]:
                continue
            budget[0] -= 1
            if budget[0] < 0:
                return False
            put(sh, st, p, a, -1)
            if why_not(sh, pe, st, p, s) != OK:
                put_back(sh, st, p, a, i)
                continue
            rest = left - gain(sh, pe, st, p, s, sh.cand_cost[c]) + gain(sh, pe, st, p, a, sh.cand_cost[pair_at(sh, p, a)])
            put(sh, st, p, s, 1)
            st.seat_person[k] = p
            st.seat_person[ka] = -1
            if chain(sh, pe, st, ka, depth - 1, width, owner, me, budget, rest):
                return True
            st.seat_person[ka] = p
            st.seat_person[k] = -1
            put(sh, st, p, s, -1)
            put_back(sh, st, p, a, i)
            tried += 1
            if tried >= width:
                return False
    return False


@compiled
def chains(sh, pe, st, seats, begin, depth, width, owner, me, each, worth, failed, looks):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """A chain for each of these seats that is empty, `each` tries and at most `looks` people looked at a seat.

    Begins with the seat number `begin` of `seats` and returns where to go on once it has looked at `looks` people or more in
    all. `failed`: see `mark_failed`.
    """
    budget = np.empty(2, np.int64)
    left = looks
    for j in range(begin, len(seats)):
        if left < 0:
            return j
        k = seats[j]
        s = st.seat_shift[k]
        left -= 1
        if st.seat_person[k] < 0 and not has_failed(failed, s):
            budget[0], budget[1] = each, looks
            worked = chain(sh, pe, st, k, depth, width, owner, me, budget, worth[s])
            mark_failed(failed, s, not worked)
            left -= looks - budget[1]
    return len(seats)
