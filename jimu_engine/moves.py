"""Annealing, compiled: hand a seat over, exchange two, leave one open where that costs less."""

from __future__ import annotations

import numpy as np

from jimu_engine.kernel import OK, compiled, gain, inlined, pair_at, put, random_below, why_not


@compiled
def anneal(sh, pe, st, seats, owner, me, temperature, moves, rng):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Random moves on these seats among people that `me` owns, at one temperature. Returns the change of cost."""
    total = 0.0
    count = len(seats)
    if count == 0:
        return total
    for _ in range(moves):
        k = seats[random_below(rng, count)]
        if st.pinned[k]:
            continue
        draw = random_below(rng, 16)
        if draw > 4:
            total += hand_over(sh, pe, st, k, owner, me, temperature, rng)
        elif draw == 0:
            total += leave_open(sh, pe, st, k, owner, me, temperature, rng)
        else:
            total += exchange(sh, pe, st, k, seats[random_below(rng, count)], owner, me, temperature, rng)
    return total


@inlined
def accepts(delta, temperature, rng):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Metropolis."""
    return delta <= 0 or random_below(rng, 1000000) < 1000000 * np.exp(-delta / temperature)


@inlined
def least_loaded(sh, pe, st, s, size, rng):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Of three candidates drawn for shift s, the one whose next hour costs least."""
    best = sh.cand_ptr[s] + random_below(rng, size)
    for _ in range(2):
        other = sh.cand_ptr[s] + random_below(rng, size)
        p, q = sh.cand_person[best], sh.cand_person[other]
        if pe.fair[q] * (pe.past[q] + st.load[q]) < pe.fair[p] * (pe.past[p] + st.load[p]):
            best = other
    return best


@inlined
def hand_over(sh, pe, st, k, owner, me, temperature, rng):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Give seat k to another candidate; returns the change of cost (0 when not done)."""
    s, p = st.seat_shift[k], st.seat_person[k]
    size = sh.cand_ptr[s + 1] - sh.cand_ptr[s]
    if size == 0 or (p >= 0 and owner[p] != me):
        return 0.0
    c = least_loaded(sh, pe, st, s, size, rng)
    q = sh.cand_person[c]
    if q == p or owner[q] != me:
        return 0.0
    delta = gain(sh, pe, st, q, s, sh.cand_cost[c]) - (sh.under[s] if p < 0 else 0.0)
    if p >= 0:
        put(sh, st, p, s, -1)
        delta -= gain(sh, pe, st, p, s, sh.cand_cost[pair_at(sh, p, s)])
    if accepts(delta, temperature, rng) and why_not(sh, pe, st, q, s) == OK:
        put(sh, st, q, s, 1)
        st.seat_person[k] = q
        return delta
    if p >= 0:
        put(sh, st, p, s, 1)
    return 0.0


@inlined
def leave_open(sh, pe, st, k, owner, me, temperature, rng):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Take the person off seat k where that costs less than keeping them; returns the change of cost."""
    s, p = st.seat_shift[k], st.seat_person[k]
    if p < 0 or owner[p] != me:
        return 0.0
    put(sh, st, p, s, -1)
    delta = sh.under[s] - gain(sh, pe, st, p, s, sh.cand_cost[pair_at(sh, p, s)])
    if accepts(delta, temperature, rng):
        st.seat_person[k] = -1
        return delta
    put(sh, st, p, s, 1)
    return 0.0


@inlined
def exchange(sh, pe, st, k, j, owner, me, temperature, rng):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Exchange the people of two seats; returns the change of cost (0 when not done)."""
    p, q, s, t = st.seat_person[k], st.seat_person[j], st.seat_shift[k], st.seat_shift[j]
    if p < 0 or q < 0 or p == q or s == t or st.pinned[j] or owner[p] != me or owner[q] != me:
        return 0.0
    cp, cq = pair_at(sh, p, t), pair_at(sh, q, s)
    if cp < 0 or cq < 0:
        return 0.0
    put(sh, st, p, s, -1)
    put(sh, st, q, t, -1)
    delta = -gain(sh, pe, st, p, s, sh.cand_cost[pair_at(sh, p, s)])
    delta -= gain(sh, pe, st, q, t, sh.cand_cost[pair_at(sh, q, t)])
    delta += gain(sh, pe, st, p, t, sh.cand_cost[cp]) + gain(sh, pe, st, q, s, sh.cand_cost[cq])
    good = accepts(delta, temperature, rng) and why_not(sh, pe, st, p, t) == OK and why_not(sh, pe, st, q, s) == OK
    put(sh, st, p, t if good else s, 1)
    put(sh, st, q, s if good else t, 1)
    if good:
        st.seat_person[k], st.seat_person[j] = q, p
        return delta
    return 0.0
