"""The search's inner loops, compiled. State is arrays; nothing is allocated inside the loops."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

#: Why a person cannot take a shift, given what they have already.
OK, REST, DAY_CAP, WEEK_CAP, REST_DAY, NIGHTS, SUIT, TWICE, TOO_MANY, MOST_SHIFTS, DAYS_ON = range(11)
#: Columns of `People.rhythm`, and the days before the horizon that arrays carry (index.PAST) and after it.
LEAST_ON, LEAST_OFF, MOST_OFF = range(3)
PAST, BEYOND = 7, 3

compiled = numba.njit(cache=True, nogil=True, boundscheck=False)
# A call that is not inlined counts a reference for each of the forty arrays: many times the work itself.
inlined = numba.njit(cache=True, nogil=True, boundscheck=False, forceinline=True)


class Shifts(NamedTuple):
    """Per shift: times in minutes, first and last day (shifted by PAST), flags, post with its place, post alone, team, seats,
    cost of an empty seat."""

    start: Any
    end: Any
    day: Any
    last_day: Any
    minutes: Any
    night: Any
    suit: Any
    post: Any
    kind: Any
    team: Any
    under: Any
    cand_ptr: Any
    cand_person: Any
    cand_cost: Any
    seat_ptr: Any


class People(NamedTuple):
    """Per person: limits, fairness weight and load elsewhere in time, known posts and teams, shifts of a post wanted and
    allowed (all CSR), days in a row, end of their last shift, minutes and days of the week before, start, end and minutes of the
    last stint in a suit before the horizon. Weights are for all;
    `saving` is the most that one more shift can save."""

    rest: Any
    day_minutes: Any
    week_minutes: Any
    week_days: Any
    max_days_in_row: Any
    max_nights: Any
    most_days_on: Any
    suit_minutes: Any
    stint_minutes: Any
    stint_before: Any
    fair: Any
    past: Any
    known_ptr: Any
    known_post: Any
    team_ptr: Any
    known_team: Any
    share_ptr: Any
    share_kind: Any
    share_least: Any
    share_most: Any
    rhythm: Any
    has_rhythm: Any
    known_from: Any
    last_end: Any
    past_minutes: Any
    past_days: Any
    post_weight: Any
    team_weight: Any
    least_weight: Any
    rhythm_weight: Any
    stint_pause: Any
    saving: Any


class State(NamedTuple):
    """The roster: each person's shifts, sums by day, and who sits on each seat (−1: nobody)."""

    mine: Any
    count: Any
    by_day: Any
    touched: Any
    nights: Any
    suit: Any
    load: Any
    seat_person: Any
    seat_shift: Any
    pinned: Any


@inlined
def why_not(sh, pe, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """OK, or the first rule that keeps person p from adding shift s."""
    n = st.count[p]
    if n >= st.mine.shape[1]:
        return TOO_MANY
    rest = pe.rest[p]
    if sh.start[s] - pe.last_end[p] < rest:
        return REST
    for i in range(n):
        a = st.mine[p, i]
        if a == s:
            return TWICE
        if sh.start[s] - sh.end[a] < rest and sh.start[a] - sh.end[s] < rest:
            return REST
    day = sh.day[s]
    if st.by_day[p, day] + sh.minutes[s] > pe.day_minutes[p]:
        return DAY_CAP
    if not week_allows(sh, pe, st, p, s):
        return WEEK_CAP
    run = run_with(st.touched, p, day, sh.last_day[s])
    if run > pe.max_days_in_row[p]:
        return REST_DAY
    if run > pe.most_days_on[p]:
        return DAYS_ON
    if sh.night[s] and run_with(st.nights, p, day, day) > pe.max_nights[p]:
        return NIGHTS
    if sh.suit[s] and (st.suit[p, day] + sh.minutes[s] > pe.suit_minutes[p] or stint(sh, pe, st, p, s) > pe.stint_minutes[p]):
        return SUIT
    i = share_of(sh, pe, p, s)
    if i >= 0 and shifts_like(sh, st, p, s) >= pe.share_most[i]:
        return MOST_SHIFTS
    return OK


@inlined
def stint(sh, pe, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Minutes in a suit without a pause, with shift s: those before and after it that follow on each other too soon, and those
    before the horizon."""
    low, high, minutes = sh.start[s], sh.end[s], np.int64(-1)
    found = sh.minutes[s]
    while found != minutes:
        minutes, found = found, sh.minutes[s]
        first, last = low, high
        if first - pe.stint_before[p, 1] < pe.stint_pause:
            found += pe.stint_before[p, 2]
            low, high = min(low, pe.stint_before[p, 0]), max(high, pe.stint_before[p, 1])
        for i in range(st.count[p]):
            a = st.mine[p, i]
            if sh.suit[a] and sh.start[a] - last < pe.stint_pause and first - sh.end[a] < pe.stint_pause:
                found += sh.minutes[a]
                low, high = min(low, sh.start[a]), max(high, sh.end[a])
    return minutes


@inlined
def share_of(sh, pe, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Where p's least and most shifts of the post of s stand, or −1."""
    for i in range(pe.share_ptr[p], pe.share_ptr[p + 1]):
        if pe.share_kind[i] == sh.kind[s]:
            return i
    return -1


@inlined
def shifts_like(sh, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """How many shifts of the post of s person p has, wherever."""
    found = 0
    for i in range(st.count[p]):
        if sh.kind[st.mine[p, i]] == sh.kind[s]:
            found += 1
    return found


@inlined
def week_allows(sh, pe, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Whether every seven days around shift s keep their caps with it."""
    if (
        pe.past_days[p] + st.count[p] < pe.week_days[p]
        and pe.past_minutes[p] + st.load[p] + sh.minutes[s] <= pe.week_minutes[p]
    ):
        return True
    day, last = sh.day[s], st.by_day.shape[1]
    for first in range(max(0, day - 6), min(day, last - 7) + 1):
        minutes, days = sh.minutes[s], 0
        for d in range(first, first + 7):
            minutes += st.by_day[p, d]
            if st.by_day[p, d] > 0 or d == day:
                days += 1
        if minutes > pe.week_minutes[p] or days > pe.week_days[p]:
            return False
    return True


@inlined
def run_with(marks, p, first, last):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Length of the run of marked days around [first, last], those days counted as marked."""
    low, high = first, last
    while low > 0 and marks[p, low - 1] > 0:
        low -= 1
    while high + 1 < marks.shape[1] and marks[p, high + 1] > 0:
        high += 1
    return high - low + 1


@inlined
def put(sh, st, p, s, sign):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Give shift s to person p (sign 1) or take it back (sign −1); seats are the caller's."""
    n = st.count[p]
    if sign > 0:
        st.mine[p, n] = s
        st.count[p] = n + 1
    else:
        for i in range(n):
            if st.mine[p, i] == s:
                st.mine[p, i] = st.mine[p, n - 1]
                break
        st.count[p] = n - 1
    st.by_day[p, sh.day[s]] += sign * sh.minutes[s]
    for d in range(sh.day[s], sh.last_day[s] + 1):
        st.touched[p, d] += sign
    st.nights[p, sh.day[s]] += sign * sh.night[s]
    st.suit[p, sh.day[s]] += sign * sh.suit[s] * sh.minutes[s]
    st.load[p] += sign * sh.minutes[s]


@inlined
def new_post(sh, pe, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """1 when shift s would be one more post for p than they know, else 0."""
    post = sh.post[s]
    known = pe.known_ptr[p + 1] - pe.known_ptr[p]
    for i in range(pe.known_ptr[p], pe.known_ptr[p + 1]):
        if pe.known_post[i] == post:
            return 0
    for i in range(st.count[p]):
        if sh.post[st.mine[p, i]] == post:
            return 0
    return 1 if known > 0 or st.count[p] > 0 else 0


@inlined
def new_team(sh, pe, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """1 when shift s would be with one more team for p than they know, else 0."""
    team = sh.team[s]
    if team < 0:
        return 0
    known = pe.team_ptr[p + 1] - pe.team_ptr[p]
    for i in range(pe.team_ptr[p], pe.team_ptr[p + 1]):
        if pe.known_team[i] == team:
            return 0
    for i in range(st.count[p]):
        other = sh.team[st.mine[p, i]]
        if other == team:
            return 0
        known += 1 if other >= 0 else 0
    return 1 if known > 0 else 0


@inlined
def missed(pe, st, p, first, last):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Days by which p's runs on and off miss their rhythm, days [first, last] taken as worked (see rules/rhythm.py)."""
    low, end = pe.known_from[p], st.touched.shape[1] - BEYOND
    total, run, on = 0, 0, False
    for d in range(low, end + 1):
        now = d < end and (st.touched[p, d] > 0 or first <= d <= last)
        if run > 0 and (d == end or now != on):
            if d > PAST:
                if d - run > low and d < end:
                    total += max(0, pe.rhythm[p, LEAST_ON if on else LEAST_OFF] - run)
                if not on:
                    total += max(0, run - pe.rhythm[p, MOST_OFF])
            run = 0
        on = now
        run += 1
    return total


@inlined
def gain(sh, pe, st, p, s, pair):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """What it costs to give shift s to p now: pair, fairness, one more post or team, and what it saves of what p misses."""
    before = pe.past[p] + st.load[p]
    after = before + sh.minutes[s]
    fair = pe.fair[p] * (after * after - before * before)
    cost = pair + fair + pe.post_weight * new_post(sh, pe, st, p, s)
    if sh.team[s] >= 0:
        cost += pe.team_weight * new_team(sh, pe, st, p, s)
    if pe.has_rhythm[p]:
        cost += pe.rhythm_weight * (missed(pe, st, p, sh.day[s], sh.last_day[s]) - missed(pe, st, p, 1, 0))
    i = share_of(sh, pe, p, s)
    if i >= 0 and shifts_like(sh, st, p, s) < pe.share_least[i]:
        cost -= pe.least_weight
    return cost


@compiled
def weigh(sh, pe, st, people, s, pairs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """For each of these people what keeps them off shift s (OK: nothing), and what it would cost to give it to them."""
    why = np.empty(len(people), np.int64)
    cost = np.zeros(len(people), np.float64)
    for i in range(len(people)):
        why[i] = why_not(sh, pe, st, people[i], s)
        if why[i] == OK:
            cost[i] = gain(sh, pe, st, people[i], s, pairs[i])
    return why, cost


@inlined
def pair_at(sh, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Where (s, p) stands among the candidates, or −1."""
    low, high = sh.cand_ptr[s], sh.cand_ptr[s + 1]
    while low < high:
        middle = (low + high) // 2
        if sh.cand_person[middle] < p:
            low = middle + 1
        else:
            high = middle
    return low if low < sh.cand_ptr[s + 1] and sh.cand_person[low] == p else -1


@inlined
def random_below(rng, n):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """xorshift64*: the next number below n; rng is an array of one unsigned 64-bit word."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return np.int64((x * np.uint64(2685821657736338717)) >> np.uint64(33)) % n


@inlined
def seat_of(sh, st, p, s):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """The seat of shift s that p sits on, or −1."""
    for k in range(sh.seat_ptr[s], sh.seat_ptr[s + 1]):
        if st.seat_person[k] == p:
            return k
    return -1


@compiled
def seat_pairs(sh, pe, st, shifts, people, lawful, pinned):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Seat pairs one after another where a seat is free; with `lawful` only those that break no rule on top of the rest."""
    seated = 0
    for i in range(len(shifts)):
        s, p = shifts[i], people[i]
        if seat_of(sh, st, p, s) >= 0 or st.count[p] >= st.mine.shape[1]:
            continue
        if lawful and (pair_at(sh, p, s) < 0 or why_not(sh, pe, st, p, s) != OK):
            continue
        for k in range(sh.seat_ptr[s], sh.seat_ptr[s + 1]):
            if st.seat_person[k] < 0:
                put(sh, st, p, s, 1)
                st.seat_person[k], st.pinned[k] = p, pinned
                seated += 1
                break
    return seated


@inlined
def put_back(sh, st, p, a, i):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Undo a removal, restoring the order of the person's shifts, so that loops over them stay right."""
    put(sh, st, p, a, 1)
    last = st.count[p] - 1
    st.mine[p, last] = st.mine[p, i]
    st.mine[p, i] = a
