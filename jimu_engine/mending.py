"""Chains of a repair, compiled: fill a seat while as few people as can be lose a seat that they had before."""

from __future__ import annotations

import numpy as np

from jimu_engine.kernel import OK, compiled, gain, put, put_back, seat_of, why_not
from jimu_engine.seating import has_failed, mark_failed


@compiled
def mend(sh, pe, st, fresh, seats, depth, spare, owner, failed, each, left):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """A chain of at most `depth` moves for each of these seats that is empty.

    `fresh[k]`: whoever sits on seat k was put there by this repair, so moving them on changes nothing that was. At most
    `spare` others may be moved in a chain. It looks at `each` people for a seat at most, and counts down `left[0]`, where it
    ends. `failed`: see `seating.mark_failed`.
    """
    budget = np.empty(1, np.int64)
    for k in seats:
        s = st.seat_shift[k]
        if left[0] > 0 and st.seat_person[k] < 0 and not has_failed(failed, s):
            budget[0] = each
            mark_failed(failed, s, not link(sh, pe, st, fresh, k, depth, spare, owner, budget))
            left[0] -= each - budget[0]


@compiled
def link(sh, pe, st, fresh, k, depth, spare, owner, budget):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Fill seat k: with whom it costs least of those who are free, else with somebody whose own seat is filled in turn."""
    s = st.seat_shift[k]
    budget[0] -= sh.cand_ptr[s + 1] - sh.cand_ptr[s]
    best, best_cost = -1, np.inf
    for c in range(sh.cand_ptr[s], sh.cand_ptr[s + 1]):
        p = sh.cand_person[c]
        if owner[p] == 0 and why_not(sh, pe, st, p, s) == OK:
            cost = gain(sh, pe, st, p, s, sh.cand_cost[c])
            if cost < best_cost:
                best, best_cost = p, cost
    if best >= 0:
        put(sh, st, best, s, 1)
        st.seat_person[k], fresh[k] = best, True
        return True
    if depth == 0:
        return False
    for c in range(sh.cand_ptr[s], sh.cand_ptr[s + 1]):
        p = sh.cand_person[c]
        if owner[p] != 0 or seat_of(sh, st, p, s) >= 0:
            continue
        for i in range(st.count[p]):
            a = st.mine[p, i]
            ka = seat_of(sh, st, p, a)
            was = fresh[ka]
            dear = 0 if was else 1
            if st.pinned[ka] or dear > spare:
                continue
            budget[0] -= 1
            if budget[0] < 0:
                return False
            put(sh, st, p, a, -1)
            if why_not(sh, pe, st, p, s) != OK:
                put_back(sh, st, p, a, i)
                continue
            put(sh, st, p, s, 1)
            st.seat_person[k], st.seat_person[ka], fresh[k] = p, -1, True
            if link(sh, pe, st, fresh, ka, depth - 1, spare - dear, owner, budget):
                return True
            st.seat_person[ka], st.seat_person[k], fresh[ka] = p, -1, was
            put(sh, st, p, s, -1)
            put_back(sh, st, p, a, i)
    return False


@compiled
def back(sh, pe, st, fresh, lost_shift, lost_person, depth, owner, each, left):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Give people back seats that they lost, where all seats stay filled without taking anybody else's; returns how many.

    For each pair lost: whoever sits there now by this repair steps aside, and the person leaves a seat that this repair gave
    them, if that is what stands in the way; that one is filled again by a chain over people of this repair alone. `each` and
    `left` are those of `mend`.
    """
    budget = np.empty(1, np.int64)
    found = 0
    for j in range(len(lost_shift)):
        s, p = lost_shift[j], lost_person[j]
        if owner[p] != 0 or seat_of(sh, st, p, s) >= 0 or left[0] <= 0:
            continue
        done = False
        for k in range(sh.seat_ptr[s], sh.seat_ptr[s + 1]):
            if not done and not st.pinned[k] and (st.seat_person[k] < 0 or fresh[k]):
                budget[0] = each
                done = step_aside(sh, pe, st, fresh, k, p, depth, owner, budget)
                left[0] -= each - budget[0]
        found += 1 if done else 0
    return found


@compiled
def step_aside(sh, pe, st, fresh, k, p, depth, owner, budget):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Put p on seat k in place of whoever is new there, leaving one new seat for it if need be; False when that leaves one empty."""
    s, q = st.seat_shift[k], st.seat_person[k]
    if q >= 0:
        put(sh, st, q, s, -1)
        st.seat_person[k] = -1
    for i in range(-1, st.count[p]):
        # First without leaving anything.
        ka, a = np.int64(-1), np.int64(-1)
        if i >= 0:
            a = st.mine[p, i]
            ka = seat_of(sh, st, p, a)
            if not fresh[ka] or st.pinned[ka]:
                continue
            put(sh, st, p, a, -1)
            st.seat_person[ka] = -1
        if why_not(sh, pe, st, p, s) == OK:
            put(sh, st, p, s, 1)
            st.seat_person[k], fresh[k] = p, False
            if ka < 0 or link(sh, pe, st, fresh, ka, depth, 0, owner, budget):
                return True
            st.seat_person[k], fresh[k] = -1, True
            put(sh, st, p, s, -1)
        if i >= 0:
            put_back(sh, st, p, a, i)
            st.seat_person[ka] = p
    if q >= 0:
        put(sh, st, q, s, 1)
        st.seat_person[k] = q
    return False
