"""The best schedule of one person, exactly, by dynamic programming over days (compiled).

A schedule is a chain of stints (days worked in a row) parted by days off. The outer recursion walks over the days on
which a new stint may start; its state is what has been used so far: minutes (in units), weekends, and a tally (the counts of those
shift types whose limit is tracked, as one mixed-radix number). The inner recursion finds the cheapest shifts for a stint of given start,
length and use. Both are exact for additive costs, so the same code prices columns (costs = requests − duals) and
re-plans a person against the others (costs = requests + true marginal cover costs).
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from jimu_engine.columns.stints import class_costs, spell, stints

INFINITE = 1e12
#: Positions in the ``lim`` vector.
MAX_RUN, MIN_RUN, MIN_OFF, MAX_WEEKENDS, MIN_UNITS, MAX_UNITS = range(6)


@njit(cache=True, nogil=True)
def reach(
    most: NDArray[np.int64], weekend: NDArray[np.int64], lim: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Bounds on units used.

    ``most[d]`` is the largest number of units workable on day d (−1: none). Returns ``need[d, w]``, the most units that
    days d… can add when a stint may start on d and w weekends are left; ``lo[d]``, ``hi[d]``, the window of units that
    can still reach the limits.
    """
    days = most.shape[0]
    weeks = lim[3]
    run, off = lim[0], lim[2]
    need = np.zeros((days + 1, weeks + 1), np.int64)
    for d in range(days - 1, -1, -1):
        for w in range(weeks + 1):
            best = need[d + 1, w]
            total = 0
            used = 0
            last = -1
            for n in range(1, run + 1):
                e = d + n - 1
                if e >= days or most[e] < 0:
                    break
                total += most[e]
                if weekend[e] >= 0 and weekend[e] != last:
                    last = weekend[e]
                    used += 1
                if used > w:
                    break
                nxt = min(d + n + off, days)
                if total + need[nxt, w - used] > best:
                    best = total + need[nxt, w - used]
            need[d, w] = best
    ahead = np.zeros(days + 1, np.int64)
    for d in range(days):
        if ahead[d] > ahead[d + 1]:
            ahead[d + 1] = ahead[d]
        total = 0
        for n in range(1, run + 1):
            e = d + n - 1
            if e >= days or most[e] < 0:
                break
            total += most[e]
            nxt = min(d + n + off, days)
            if ahead[d] + total > ahead[nxt]:
                ahead[nxt] = ahead[d] + total
    lo = np.zeros(days + 1, np.int64)
    hi = np.zeros(days + 1, np.int64)
    for d in range(days + 1):
        lo[d] = max(0, lim[4] - need[d, weeks])
        hi[d] = min(lim[5], ahead[d])
    return need, lo, hi


@njit(cache=True, nogil=True)
def most_over(row: NDArray[np.int64], caps: NDArray[np.int64]) -> int:
    """The shift type that is farthest over its limit in ``row``; −1 where none is."""
    count = np.zeros(caps.shape[0], np.int64)
    for t in row:
        if t >= 0:
            count[t] += 1
    most, where = 0, -1
    for t in range(caps.shape[0]):
        if count[t] - caps[t] > most:
            most, where = count[t] - caps[t], t
    return where


@njit(cache=True, nogil=True)
def worth(cost: NDArray[np.float64], row: NDArray[np.int64]) -> float:
    """What a schedule's cells cost together; ``cost`` [H, T]."""
    total = 0.0
    for d in range(row.shape[0]):
        if row[d] >= 0:
            total += cost[d, row[d]]
    return total


@njit(cache=True, nogil=True)
def _push(
    src: NDArray[np.float64],
    dst: NDArray[np.float64],
    back: NDArray[np.int32],
    stint: NDArray[np.int64],
    cost: float,
    mark: int,
    ends: NDArray[np.int64],
    need: NDArray[np.int64],
    floor: int,
    after: NDArray[np.int64],
) -> None:
    """Relax every state of ``src`` through one stint (or day off) into ``dst``. ``ends`` = lo, hi of both."""
    weeks = src.shape[1]
    for u in range(ends[0], ends[1] + 1):
        nu = u + stint[1]
        if nu < ends[2] or nu > ends[3]:
            continue
        for w in range(weeks - stint[3]):
            nw = w + stint[3]
            if nu + need[weeks - 1 - nw] < floor:
                continue
            for r in range(src.shape[2]):
                v = src[u - ends[0], w, r] + cost
                if v < 1e11:
                    nr = after[r]
                    if nr >= 0 and v < dst[nu - ends[2], nw, nr]:
                        dst[nu - ends[2], nw, nr] = v
                        back[nu - ends[2], nw, nr] = mark


@njit(cache=True, nogil=True)
def _push_flat(
    src: NDArray[np.float64],
    dst: NDArray[np.float64],
    back: NDArray[np.int32],
    stint: NDArray[np.int64],
    cost: float,
    mark: int,
    ends: NDArray[np.int64],
    least: NDArray[np.int64],
) -> None:
    """`_push` where no type is tracked: two dimensions, an inner loop without branches that the compiler can widen.

    ``least[w]``: units that must be used by now when w weekends are. States out of reach stay near 1e12.
    """
    weeks = src.shape[1]
    worked = stint[3]
    low = max(ends[0], ends[2] - stint[1])
    high = min(ends[1], ends[3] - stint[1])
    for u in range(low, high + 1):
        nu = u + stint[1]
        top = weeks - worked
        while top > 0 and nu < least[top - 1 + worked]:
            top -= 1
        if top <= 0:
            continue
        a = src[u - ends[0], :top]
        b = dst[nu - ends[2], worked : worked + top]
        m = back[nu - ends[2], worked : worked + top]
        for w in range(top):
            v = a[w] + cost
            better = v < b[w]
            b[w] = v if better else b[w]
            m[w] = mark if better else m[w]


@njit(cache=True, nogil=True)
def _collect(
    last: NDArray[np.float64], lo: int, lim: NDArray[np.int64], want: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The ``want`` cheapest end states, one per use of units and weekends."""
    values = np.full(want, 1e12)
    states = np.zeros((want, 3), np.int64)
    for u in range(last.shape[0]):
        if u + lo < lim[4] or u + lo > lim[5]:
            continue
        for w in range(last.shape[1]):
            r = np.argmin(last[u, w])
            best = last[u, w, r]
            if best < values[want - 1]:
                i = want - 1
                while i > 0 and values[i - 1] > best:
                    values[i] = values[i - 1]
                    states[i] = states[i - 1]
                    i -= 1
                values[i] = best
                states[i, 0] = u + lo
                states[i, 1] = w
                states[i, 2] = r
    return values, states


@njit(cache=True, nogil=True)
def plan(
    work: NDArray[np.float64],
    off: NDArray[np.float64],
    cls: NDArray[np.int64],
    units: NDArray[np.int64],
    ok: NDArray[np.bool_],
    scale: NDArray[np.int64],
    tally: NDArray[np.int64],
    after: NDArray[np.int64],
    weekend: NDArray[np.int64],
    lim: NDArray[np.int64],
    need: NDArray[np.int64],
    lo: NDArray[np.int64],
    hi: NDArray[np.int64],
    want: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The ``want`` cheapest schedules (distinct in units or weekends used), cheapest first.

    ``work[d, t]`` cost of shift t on day d (≥ 1e11: impossible); ``off[d]`` cost of a day off; ``cls[t]`` class of a type
    (−1: never); ``units`` and ``ok[k, k']`` per class; ``scale`` = (base, step) of units; ``tally`` and ``after`` as built
    by ``person.tallies``. Returns costs (1e12: none) and schedules [want, days] of type indices, −1 for a day off.
    """
    days = work.shape[0]
    cost, arg = class_costs(work, cls, units.shape[0])
    du = (units - scale[0]) // scale[1]
    wide = du.max() * lim[0] + 1
    first, rows, price = stints(cost, weekend, wide, units, scale[0], scale[1], tally, ok, lim)
    table = np.full((days + 1, max(1, (hi - lo).max() + 1), lim[3] + 1, after.shape[1]), 1e12)
    back = np.full(table.shape, -1, np.int32)
    if lo[0] == 0:
        table[0, 0, 0, 0] = 0.0
    rest = np.zeros(6, np.int64)
    ends = np.zeros(4, np.int64)
    total = np.zeros(days + 1)
    barred = np.zeros(days + 1, np.int64)
    flat = after.shape[1] == 1
    least = lim[4] - need[:, ::-1]
    for d in range(days):
        # kept apart: adding 1e12 to a sum would drown the digits that matter
        total[d + 1] = total[d] + (off[d] if off[d] < 1e11 else 0.0)
        barred[d + 1] = barred[d] + (off[d] >= 1e11)
    for d in range(days):
        ends[:] = lo[d], hi[d], lo[d + 1], hi[d + 1]
        if flat and off[d] < 1e11:
            _push_flat(table[d, :, :, 0], table[d + 1, :, :, 0], back[d + 1, :, :, 0], rest, off[d], 0, ends, least[d + 1])
        elif not flat:
            _push(table[d], table[d + 1], back[d + 1], rest, off[d], 0, ends, need[d + 1], lim[4], after[0])
        for i in range(first[d], first[d + 1]):
            end = d + rows[i, 0]
            to = min(end + lim[2], days)
            ends[2:] = lo[to], hi[to]
            if barred[to] > barred[end]:
                continue
            extra = total[to] - total[end]
            if flat:
                there, mark = table[to, :, :, 0], back[to, :, :, 0]
                _push_flat(table[d, :, :, 0], there, mark, rows[i], price[i] + extra, i + 1, ends, least[to])
                continue
            _push(table[d], table[to], back[to], rows[i], price[i] + extra, i + 1, ends, need[to], lim[4], after[rows[i, 2]])
    values, states = _collect(table[days], int(lo[days]), lim, want)
    result = np.full((want, days), -1, np.int64)
    for n in range(want):
        if values[n] < 1e11:
            _trace(result[n], states[n], back, lo, rows, after, cost, arg, wide, du, tally, ok)
    return values, result


@njit(cache=True, nogil=True)
def _trace(
    out: NDArray[np.int64],
    state: NDArray[np.int64],
    back: NDArray[np.int32],
    lo: NDArray[np.int64],
    rows: NDArray[np.int64],
    after: NDArray[np.int64],
    cost: NDArray[np.float64],
    arg: NDArray[np.int64],
    wide: int,
    du: NDArray[np.int64],
    tally: NDArray[np.int64],
    ok: NDArray[np.bool_],
) -> None:
    """Walk the back pointers from an end state and write the shifts."""
    d = out.shape[0]
    u, w, r = state[0], state[1], state[2]
    while d > 0:
        mark = back[d, u - lo[d], w, r]
        if mark == 0:
            d -= 1
            continue
        row = rows[mark - 1]
        spell(row[5], row[0], row[4], row[2], cost, arg, wide, du, tally, ok, out)
        u -= row[1]
        w -= row[3]
        # mixed radix without carries: the tally before is found by subtraction
        r -= after[row[2], 0]
        d = row[5]
