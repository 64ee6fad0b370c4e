"""From an index to the kernel's arrays and back: builds the state of a roster that the search works on."""

from __future__ import annotations

from collections.abc import Sequence, Sized

import numpy as np

from jimu_engine import kernel, seating, trades
from jimu_engine.index import NO_LIMIT, PAST, Floats, Index, Ints, person_posts, person_shares, person_teams
from jimu_engine.problem import Roster
from jimu_engine.prompt import Asked, never

#: More shifts than this a day nobody has; it bounds the arrays, and the search treats it as full.
SHIFTS_A_DAY = 3
#: People whom an ejection chain tries to move at each step.
CHAIN_WIDTH = 40
#: People looked at between two questions whether to stop, and for one seat at most: a tenth of a second or so.
LOOKS = 4_000_000


def compile_shifts(index: Index) -> kernel.Shifts:
    """The shifts as the kernel reads them."""
    shifts = index.problem.shifts
    ptr, person, cost = index.candidates
    return kernel.Shifts(
        start=index.start,
        end=index.end,
        day=np.array([s.day + PAST for s in shifts], np.int64),
        last_day=np.array([s.last_day + PAST for s in shifts], np.int64),
        minutes=index.end - index.start,
        night=index.night,
        suit=index.suit,
        post=index.post,
        kind=index.kind,
        team=index.team,
        under=index.under,
        cand_ptr=ptr,
        cand_person=person,
        cand_cost=cost,
        seat_ptr=np.concatenate([[0], np.cumsum(index.required)]).astype(np.int64),
    )


def compile_people(index: Index) -> kernel.People:
    """The people as the kernel reads them."""
    people = index.problem.people
    known = [person_posts(index, p) for p in people]
    teams = [person_teams(index, p) for p in people]
    shares = [person_shares(index, p) for p in people]
    share = np.array([row for rows in shares for row in rows], np.int64).reshape(-1, 3)
    wanted = [(p.rhythm.least_on, p.rhythm.least_off, NO_LIMIT if p.rhythm.most_off is None else p.rhythm.most_off) for p in people]
    ends = [p.history.last_end if p.history.last_end is not None else -NO_LIMIT for p in people]
    return kernel.People(
        rest=index.rest,
        day_minutes=index.day_minutes,
        week_minutes=index.week_minutes,
        week_days=index.week_days,
        max_days_in_row=index.max_days_in_row,
        max_nights=index.max_nights,
        suit_minutes=index.suit_minutes,
        fair=index.fair_weight,
        most_days_on=index.most_days_on,
        stint_minutes=index.stint_minutes,
        stint_before=index.stint_before,
        past=np.array([p.other_load for p in people], np.float64),
        known_ptr=_starts(known),
        known_post=np.array([post for k in known for post in k], np.int64),
        team_ptr=_starts(teams),
        known_team=np.array([team for k in teams for team in k], np.int64),
        share_ptr=_starts(shares),
        share_kind=share[:, 0].copy(),
        share_least=share[:, 1].copy(),
        share_most=share[:, 2].copy(),
        rhythm=np.array(wanted, np.int64).reshape(-1, 3),
        has_rhythm=np.array([not p.rhythm.plain for p in people], np.bool_),
        # Without a history nobody knows what was before the first day.
        known_from=np.array([0 if p.history.days else PAST for p in people], np.int64),
        last_end=np.array(ends, np.int64),
        past_minutes=np.array([sum(p.history.minutes_by_day.values()) for p in people], np.int64),
        past_days=np.array([len(p.history.minutes_by_day) for p in people], np.int64),
        post_weight=float(index.post_weight),
        team_weight=float(index.team_weight),
        least_weight=float(index.least_weight),
        rhythm_weight=float(index.rhythm_weight),
        stint_pause=int(index.stint_pause),
        saving=_most_saved(index),
    )


def _starts(rows: Sequence[Sized]) -> Ints:
    """Where each row begins when all are laid end to end."""
    return np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)


def _most_saved(index: Index) -> float:
    """What one more shift can save at most, by what somebody has too little of: a shift, and days of the runs it joins, parts and lengthens."""
    people = index.problem.people
    least = index.least_weight if any(p.shifts_of for p in people) else 0.0
    longest = max((2 * p.rhythm.least_on + p.rhythm.least_off + index.problem.days + PAST for p in people if not p.rhythm.plain), default=0)
    return float(least + index.rhythm_weight * longest)


def empty_state(index: Index, shifts: kernel.Shifts) -> kernel.State:
    """Nobody works; what people did before the horizon is in the sums."""
    people, days = index.problem.people, index.problem.days + PAST + kernel.BEYOND
    seats = int(shifts.seat_ptr[-1])
    state = kernel.State(
        mine=np.full((len(people), SHIFTS_A_DAY * index.problem.days + 2), -1, np.int64),
        count=np.zeros(len(people), np.int64),
        by_day=np.zeros((len(people), days), np.int64),
        touched=np.zeros((len(people), days), np.int64),
        nights=np.zeros((len(people), days), np.int64),
        suit=np.zeros((len(people), days), np.int64),
        load=np.zeros(len(people), np.float64),
        seat_person=np.full(seats, -1, np.int64),
        seat_shift=np.repeat(np.arange(len(index.problem.shifts)), index.required).astype(np.int64),
        pinned=np.zeros(seats, np.bool_),
    )
    for i, person in enumerate(people):
        for day, minutes in person.history.minutes_by_day.items():
            if -PAST <= day < 0:
                state.by_day[i, PAST + day] = minutes
        for day in person.history.days:
            if -PAST <= day < 0:
                state.touched[i, PAST + day] = 1
        for day in person.history.nights:
            if -PAST <= day < 0:
                state.nights[i, PAST + day] = 1
    return state


def nothing_failed(shifts: int) -> Ints:
    """What `seating.mark_failed` writes on: no shift has been tried in vain."""
    failed = np.zeros(shifts + 1, np.int64)
    failed[-1] = 1
    return failed


class Board:
    """A roster on the kernel's arrays, with the index it stands on."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.shifts = compile_shifts(index)
        self.people = compile_people(index)
        self.state = empty_state(index, self.shifts)

    def sit(self, shift: int, person: int, *, pinned: bool = False) -> bool:
        """Put a person on a free seat of a shift, whatever the rules say; False when there is none."""
        one = np.array([shift], np.int64), np.array([person], np.int64)
        return bool(kernel.seat_pairs(self.shifts, self.people, self.state, *one, False, pinned))

    def stand_up(self, shift: int, person: int) -> None:
        """Take a person off their seat of a shift."""
        first, last = self.shifts.seat_ptr[shift], self.shifts.seat_ptr[shift + 1]
        for k in range(first, last):
            if self.state.seat_person[k] == person:
                kernel.put(self.shifts, self.state, person, shift, -1)
                self.state.seat_person[k], self.state.pinned[k] = -1, False

    def load(self, roster: Roster, *, lawful: bool, pinned: bool = False) -> None:
        """Seat the pairs of a roster; with `lawful`, only those that break no rule on top of the ones before.

        Raises BadRoster on a stranger.
        """
        shifts, people = np.array(roster.numbers(self.index.problem), np.int64).reshape(-1, 2).T.copy()
        kernel.seat_pairs(self.shifts, self.people, self.state, shifts, people, lawful, pinned)

    def fill(self, seats: Ints, worth: Floats, rng: np.ndarray, stop: Asked = never) -> None:
        """Each empty one of these seats, in this order, to whom it costs least, where that is less than `worth[shift]`.

        As far as `LOOKS` go it does so whatever `stop` says: a small roster is filled however little time there is.
        """
        failed, done = nothing_failed(len(self.index.problem.shifts)), 0
        while done < len(seats):
            done = seating.fill(self.shifts, self.people, self.state, seats, done, worth, rng, failed, LOOKS)
            if stop():
                break

    def chains(
        self, seats: Ints, depth: int, owner: Ints, me: int, tries: int, worth: Floats | None = None, stop: Asked = never
    ) -> None:
        """Ejection chains of at most `depth` moves for those of the seats that are empty, where filling them pays."""
        prices = self.shifts.under if worth is None else worth
        failed, done = nothing_failed(len(self.index.problem.shifts)), 0
        while done < len(seats) and not stop():
            done = seating.chains(
                self.shifts, self.people, self.state, seats, done, depth, CHAIN_WIDTH, owner, me, tries, prices, failed, LOOKS
            )

    def trades(self, seats: Ints, depth: int, two: bool, part: float, looks: Ints) -> int:
        """For those of the seats that are empty: somebody who leaves a seat, or `two`, that count for less, `depth` moves away.

        A trade wins at least `part` of what the seat counts for. Returns how many were made; `looks` counts down people looked at.
        """
        failed = nothing_failed(len(self.index.problem.shifts))
        others = np.array(list(dict.fromkeys(self.state.seat_shift[seats])), np.int64)
        return int(trades.trades(self.shifts, self.people, self.state, seats, depth, two, part, others, failed, looks))

    def roster(self, seat_person: Ints | None = None) -> Roster:
        """The roster as ids: of the board as it is, or of a seating remembered."""
        shifts, people = self.index.problem.shifts, self.index.problem.people
        seated = self.state.seat_person if seat_person is None else seat_person
        return Roster.of((shifts[self.state.seat_shift[k]].id, people[seated[k]].id) for k in np.flatnonzero(seated >= 0))

    def open_seats(self) -> Ints:
        """The seats nobody sits on."""
        return np.flatnonzero(self.state.seat_person < 0).astype(np.int64)
