"""Stints of one person (compiled): the cheapest shifts for days worked in a row, by start, length and what they use up."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def class_costs(
    work: NDArray[np.float64], cls: NDArray[np.int64], classes: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cheapest shift type of each class on each day; types of one class differ in nothing but cost."""
    days, types = work.shape
    cost = np.full((days, classes), 1e12)
    arg = np.full((days, classes), -1, np.int64)
    for d in range(days):
        for t in range(types):
            k = cls[t]
            if k >= 0 and work[d, t] < cost[d, k]:
                cost[d, k] = work[d, t]
                arg[d, k] = t
    return cost, arg


@njit(cache=True, nogil=True)
def _grow(
    cur: NDArray[np.float64],
    nxt: NDArray[np.float64],
    cost: NDArray[np.float64],
    du: NDArray[np.int64],
    tally: NDArray[np.int64],
    ok: NDArray[np.bool_],
) -> bool:
    """Extend a stint by one day: ``nxt[k, e, s]`` from ``cur``; True when any shift sequence fits.

    ``tally[k, s]`` is the stint tally after one more shift of class k.
    """
    found = False
    classes = du.shape[0]
    nxt[:] = 1e12
    for k in range(classes):
        c = cost[k]
        if c >= 1e11:
            continue
        for j in range(classes):
            if not ok[j, k]:
                continue
            for e in range(cur.shape[1] - du[k]):
                for s in range(cur.shape[2]):
                    v = cur[j, e, s]
                    ns = tally[k, s]
                    if v < 1e11 and ns >= 0 and v + c < nxt[k, e + du[k], ns]:
                        nxt[k, e + du[k], ns] = v + c
                        found = True
    return found


@njit(cache=True, nogil=True)
def _first(
    cur: NDArray[np.float64], cost: NDArray[np.float64], du: NDArray[np.int64], tally: NDArray[np.int64]
) -> None:
    """A stint of one day."""
    cur[:] = 1e12
    for k in range(du.shape[0]):
        if cost[k] < 1e11 and tally[k, 0] >= 0:
            cur[k, du[k], tally[k, 0]] = cost[k]


@njit(cache=True, nogil=True)
def spell(
    day: int,
    length: int,
    e: int,
    s: int,
    cost: NDArray[np.float64],
    arg: NDArray[np.int64],
    wide: int,
    du: NDArray[np.int64],
    tally: NDArray[np.int64],
    ok: NDArray[np.bool_],
    out: NDArray[np.int64],
) -> None:
    """Write the shifts of the cheapest stint with this start, length and use into ``out``."""
    classes = du.shape[0]
    table = np.empty((length, classes, wide, tally.shape[1]))
    _first(table[0], cost[day], du, tally)
    for n in range(1, length):
        _grow(table[n - 1], table[n], cost[day + n], du, tally, ok)
    k = 0
    for j in range(classes):
        if table[length - 1, j, e, s] < table[length - 1, k, e, s]:
            k = j
    for n in range(length - 1, -1, -1):
        out[day + n] = arg[day + n, k]
        if n == 0:
            break
        value = table[n, k, e, s]
        e -= du[k]
        found = False
        for j in range(classes):
            if not ok[j, k]:
                continue
            for before in range(tally.shape[1]):
                v = table[n - 1, j, e, before]
                if tally[k, before] == s and v < 1e11 and v + cost[day + n, k] == value:
                    k = j
                    s = before
                    found = True
                    break
            if found:
                break


@njit(cache=True, nogil=True)
def stints(
    cost: NDArray[np.float64],
    weekend: NDArray[np.int64],
    wide: int,
    units: NDArray[np.int64],
    base: int,
    step: int,
    tally: NDArray[np.int64],
    ok: NDArray[np.bool_],
    lim: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """All stints: ``first[d]`` … ``first[d+1]`` rows of (length, units, tally, weekends, e, start) and their costs."""
    days = cost.shape[0]
    run = lim[0]
    du = (units - base) // step
    size = days * run * wide * tally.shape[1]
    rows = np.empty((size, 6), np.int64)
    price = np.empty(size)
    first = np.zeros(days + 1, np.int64)
    count = 0
    cur = np.empty((du.shape[0], wide, tally.shape[1]))
    nxt = np.empty_like(cur)
    for d in range(days):
        first[d] = count
        _first(cur, cost[d], du, tally)
        used = 0
        last = -1
        for n in range(1, run + 1):
            e = d + n - 1
            if e >= days:
                break
            if n > 1:
                if not _grow(cur, nxt, cost[e], du, tally, ok):
                    break
                cur, nxt = nxt, cur
            if weekend[e] >= 0 and weekend[e] != last:
                last = weekend[e]
                used += 1
            if n < lim[1] and d > 0 and d + n < days:
                continue
            for x in range(wide):
                for s in range(tally.shape[1]):
                    low = 1e12
                    for k in range(du.shape[0]):
                        if cur[k, x, s] < low:
                            low = cur[k, x, s]
                    if low < 1e11:
                        rows[count, 0] = n
                        rows[count, 1] = n * base + x * step
                        rows[count, 2] = s
                        rows[count, 3] = used
                        rows[count, 4] = x
                        rows[count, 5] = d
                        price[count] = low
                        count += 1
    first[days] = count
    return first, rows[:count], price[:count]
