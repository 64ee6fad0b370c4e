"""A hundred days of a subdistrict by a rolling plan: people drop out, others do not come, and every day is planned anew.

`python benchmarks/hundred_days.py --days 100` prints JSON. Protocol and results: docs/benchmarks/hundred-days.md.
The problem is benchmarks/subdistrict.py (26 neighborhoods, 7,900 people); rules and numbers are the house's own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import subdistrict
from subdistrict import DAY, STAFF

from jimu_engine import History, Person, Problem, Roster, Shift, Window, check, repair, rules
from jimu_engine.spares import spares

#: Days that are published ahead; each day one more is planned.
AHEAD = 3
LOOK_BACK, WEEK = 14, 7
#: Fairness counts the whole incident.
FAIR = 400
#: Minutes until a stand-by, who is at the post, is at work in place of somebody who did not come.
STEP_IN = 5
#: DOMAIN: of volunteers 15 % do not come on a weekday, 10 % after a confirmation the same day, 25 % when asked within six
#: hours. Assumed: 2 % of staff; people drop out for 7 to 14 days, 1 % of volunteers and 0.5 % of staff a day.
NO_SHOW, NO_SHOW_STAFF, NO_SHOW_CALLED, CANCELLED = 0.10, 0.02, 0.25, 0.05
#: What stand-bys are planned by, days ahead, and what one missing costs: the playbook and jimu/roster/policy.py.
PLANNED_NO_SHOW, STANDBY_COST = 0.15, 300.0
DROP, DROP_STAFF = 0.010, 0.005
#: Minutes until somebody stands there after a no-show, and more for each further wave of offers.
FIRST_WAVE, NEXT_WAVE, WAVES = 45, 30, 2
BODY = (rules.MinimumRest, rules.NightsInRow, rules.WeeklyRestDay, rules.SuitStint)


@dataclass
class Track:
    """What people did, in minutes of the whole time, and who is out until which day."""

    served: dict[str, list[Shift]] = field(default_factory=lambda: defaultdict(list))
    out: dict[str, int] = field(default_factory=dict)


def is_staff(person: Person) -> bool:
    return person.kind in STAFF


def moved(shift: Shift, days: int) -> Shift:
    """The same shift, that many days later."""
    return replace(shift, start=shift.start + days * DAY, end=shift.end + days * DAY)


def clipped(windows: tuple[Window, ...] | None, day: int, span: int) -> tuple[Window, ...] | None:
    """Windows of the whole time as seen from a day."""
    if windows is None:
        return None
    low, high = (day - 1) * DAY, (day + span + 1) * DAY
    kept = [w for w in windows if w.end > low and w.start < high]
    return tuple(Window(w.start - day * DAY, w.end - day * DAY) for w in kept)


def history(spans: Sequence[Shift], day: int, fair: int) -> History:
    """What the planner knows of somebody on the morning of a day, as jimu/roster/history.py tells it; load of `fair` days."""
    recent: list[Shift] = []
    for s in reversed(spans):
        if s.start < (day - LOOK_BACK) * DAY:
            break
        recent.append(moved(s, -day))
    load = sum(s.minutes for s in spans if s.start >= (day - fair) * DAY)
    if not recent:
        return History(load=load)
    minutes: dict[int, int] = defaultdict(int)
    for s in recent:
        minutes[s.day] += s.minutes
    return History(
        last_end=min(0, max(s.end for s in recent)),
        days=frozenset(d for s in recent for d in range(s.day, s.last_day + 1) if -WEEK <= d < 0),
        nights=frozenset(s.day for s in recent if s.night),
        minutes_by_day={d: n for d, n in minutes.items() if -WEEK < d < 0},
        load=load, posts=frozenset((s.place, s.kind) for s in recent), suits=tuple(Window(s.start, s.end) for s in recent if s.suit),
    )  # fmt: skip


def closed_today(problem: Problem, absent: Iterable[tuple[str, str]]) -> Problem:
    """They come to nothing today, and keep what they are promised for the days after."""
    people = {person for _shift, person in absent}
    return problem.replace(people=tuple(replace(p, closed={"": (Window(-DAY, DAY),)}) if p.id in people else p for p in problem.people))


class Simulation:
    """The days one after another."""

    def __init__(self, days: int, seed: int, fair: int, *, neighborhoods: int = subdistrict.NEIGHBORHOODS, standby: bool = True) -> None:
        self.days, self.fair, self.dice = days, fair, random.Random(seed)
        self.world = subdistrict.build(days=days + AHEAD, neighborhoods=neighborhoods)
        self.spare: dict[str, str] = {}
        if standby:
            self.stand_by()
        self.by_day: dict[int, list[Shift]] = defaultdict(list)
        for shift in self.world.shifts:
            self.by_day[shift.day].append(shift)
        self.people = {person.id: person for person in self.world.people}
        self.track = Track()
        self.plan: set[tuple[str, str]] = set()
        self.critical_hours = self.missing_planned = self.missing_stood = 0.0
        self.changed = self.kept = 0
        self.stayed = self.standby_hours = 0.0
        self.stepped = 0
        self.sure: set[tuple[str, str]] = set()
        self.committee = "n003"

    def stand_by(self) -> None:
        """Beside every critical shift its stand-bys, as jimu/roster plans them."""
        more = []
        for shift in self.world.shifts:
            if shift.under < subdistrict.OPEN_SEAT[1] or shift.requested:
                continue
            rate = NO_SHOW_STAFF if shift.kinds and shift.kinds <= STAFF else PLANNED_NO_SHOW
            count = spares(shift.required, rate)
            if count:
                more.append(replace(shift, id=f"{shift.id}+", required=count, under=STANDBY_COST))
                self.spare[shift.id] = more[-1].id
        self.world = self.world.replace(shifts=(*self.world.shifts, *more))

    def run(self, minutes: float) -> None:
        """Day after day, as far as the minutes last."""
        start = time.perf_counter()
        for day in range(self.days):
            if time.perf_counter() - start > minutes * 60:
                self.days = day
                return
            began = time.perf_counter()
            self.drop_out(day)
            problem = self.problem(day)
            self.replan(problem, day)
            self.live(problem, day)
            sys.stderr.write(f"day {day}: {time.perf_counter() - began:.1f} s, stood {1 - (self.missing_stood - self.stayed) / self.critical_hours:.4f}\n")

    def drop_out(self, day: int) -> None:
        """Who returns, who falls out; on the thirtieth day a whole committee is quarantined."""
        self.track.out = {pk: until for pk, until in self.track.out.items() if until > day}
        for pk, person in self.people.items():
            rate = DROP_STAFF if is_staff(person) else DROP
            if pk not in self.track.out and self.dice.random() < rate:
                self.track.out[pk] = day + self.dice.randint(7, 14)
        if day == 30:
            self.track.out |= {pk: day + 14 for pk in self.people if pk.startswith(f"{self.committee}-committee_cadre")}

    def problem(self, day: int) -> Problem:
        """The days ahead as the planner sees them this morning."""
        span = min(AHEAD, self.days + AHEAD - day)
        shifts = [moved(shift, -day) for d in range(day, day + span) for shift in self.by_day[d]]
        people = []
        for pk, person in self.people.items():
            back = self.track.out.get(pk, day)
            closed = {"": (Window(-DAY, (back - day) * DAY),)} if back > day else {}
            known = history(self.track.served[pk], day, self.fair)
            # A duty that reaches into today binds, with the rest after it: jimu/roster/problem.py, _bound.
            last = [moved(s, -day) for s in self.track.served[pk][-1:] if s.end > day * DAY]
            bound = tuple(Window(s.start - 600, s.end + 600) for s in last)
            people.append(replace(person, available=clipped(person.available, day, span), history=known, closed=closed, unavailable=bound))
        return Problem(span, tuple(people), tuple(shifts), (*self.world.rules, rules.OpenPlace()))

    def replan(self, problem: Problem, day: int) -> None:
        """Keep what was promised where it still holds, fill what is open: the least change. Who stands by moves up first."""
        promised = {pair for pair in self.plan if pair[0] in problem.shift_at}
        today = {shift.id: shift for shift in problem.shifts if shift.day == 0}
        cancelled = {pair for pair in sorted(promised) if pair[0] in today and self.dice.random() < CANCELLED}
        kept, _up = self.stepped_in(promised, cancelled)
        done = repair(closed_today(problem, cancelled), Roster.of(kept), seed=day, depth=2)
        self.plan, self.sure = set(done.roster.pairs()), {pair for pair in done.added if pair[0] in today}
        self.kept += len(promised & self.plan)
        self.changed += len(promised - self.plan)

    def stepped_in(self, plan: set[tuple[str, str]], absent: set[tuple[str, str]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """The plan without those who are absent, stand-bys of the same post on their seats; and the pairs that are new so."""
        kept, up = plan - absent, set()
        waiting: dict[str, list[str]] = defaultdict(list)
        for shift, person in sorted(kept):
            if shift.endswith("+"):
                waiting[shift].append(person)
        for shift, _person in sorted(absent):
            beside = waiting.get(self.spare.get(shift, ""))
            if beside:
                person = beside.pop(0)
                kept.remove((self.spare[shift], person))
                up.add((shift, person))
        return kept | up, up

    def live(self, problem: Problem, day: int) -> None:
        """The day itself: who stands by steps in, and where nobody does somebody is asked."""
        today = {shift.id: shift for shift in problem.shifts if shift.day == 0 and not shift.requested}
        for shift in today.values():
            if shift.under >= subdistrict.OPEN_SEAT[1]:
                self.critical_hours += shift.required * shift.minutes / 60
                self.missing_planned += (shift.required - sum(s == shift.id for s, _p in self._on(shift.id))) * shift.minutes / 60
        absent = self._who_stays_away(today)
        gone = set(absent)
        self.plan, up = self.stepped_in(self.plan, absent)
        self.stepped += len(up)
        late = dict.fromkeys(up, STEP_IN)
        problem = self._without_standing_by(problem)
        for wave in range(WAVES):
            fresh = self._replaced(problem, absent, gone, day, today)
            for pair in fresh:
                late[pair] = FIRST_WAVE + wave * NEXT_WAVE
            absent = {pair for pair in sorted(fresh) if self.dice.random() < NO_SHOW_CALLED}
            gone |= absent
        self.plan -= absent
        self._count(today, late, day)

    def _without_standing_by(self, problem: Problem) -> Problem:
        """During the day nobody is asked to stand by: seats of stand-bys are those that somebody has."""
        shifts = tuple(
            replace(s, required=len(self._on(s.id))) if s.day == 0 and s.id.endswith("+") else s for s in problem.shifts
        )
        return problem.replace(shifts=shifts)

    def _on(self, shift: str) -> list[tuple[str, str]]:
        return list(self._by_shift.get(shift, ()))

    @property
    def _by_shift(self) -> dict[str, list[tuple[str, str]]]:
        if getattr(self, "_plan_seen", None) is not self.plan:
            self._plan_seen, found = self.plan, defaultdict(list)
            for pair in self.plan:
                found[pair[0]].append(pair)
            self._grouped = dict(found)
        return self._grouped

    def _who_stays_away(self, today: dict[str, Shift]) -> set[tuple[str, str]]:
        """Seats of today whose people do not come; who was asked this morning is less sure."""
        found = set()
        for pair in sorted(self.plan):
            if pair[0] in today:
                chance = NO_SHOW_STAFF if is_staff(self.people[pair[1]]) else NO_SHOW_CALLED if pair in self.sure else NO_SHOW
                if self.dice.random() < chance:
                    found.add(pair)
        return found

    def _replaced(
        self, problem: Problem, absent: set[tuple[str, str]], gone: set[tuple[str, str]], day: int, today: dict[str, Shift]
    ) -> set[tuple[str, str]]:
        """Take people off their seats of today and ask others, none of those who are `gone`; the new pairs of today."""
        if not absent:
            return set()
        people = {person for _shift, person in absent}
        plan = {pair for pair in self.plan - absent if pair[1] not in people or pair[0] not in today}
        done = repair(closed_today(problem, gone), Roster.of(plan), seed=day, depth=1)
        self.plan = set(done.roster.pairs())
        return {pair for pair in done.added if pair[0] in today}

    def _count(self, today: dict[str, Shift], late: dict[tuple[str, str], int], day: int) -> None:
        """What was served, and what stood empty for how long."""
        self.plan = set(self.plan)
        for shift in today.values():
            pairs = self._on(shift.id)
            if shift.under >= subdistrict.OPEN_SEAT[1]:
                empty = (shift.required - len(pairs)) * shift.minutes + sum(late.get(pair, 0) for pair in pairs)
                self.missing_stood += empty / 60
            if shift.id.endswith("+"):
                self.standby_hours += len(pairs) * shift.minutes / 60
            for _shift, person in pairs:
                self.track.served[person].append(moved(shift, day))
        self._stay(today, late, day)
        self.plan = {pair for pair in self.plan if pair[0] not in today}

    def _stay(self, today: dict[str, Shift], late: dict[tuple[str, str], int], day: int) -> None:
        """Who is not relieved stays until somebody comes, as handovers ask for; only at posts that somebody leaves then."""
        ends: dict[tuple[str, str, int], list[tuple[str, Shift]]] = defaultdict(list)
        for shift in today.values():
            for _shift, person in self._on(shift.id):
                ends[shift.place, shift.kind.split("_")[0], shift.end].append((person, shift))
        for pair, minutes in sorted(late.items()):
            shift = today[pair[0]]
            outgoing = ends.get((shift.place, shift.kind.split("_")[0], shift.start))
            if outgoing and shift.under >= subdistrict.OPEN_SEAT[1] and pair in self.plan:
                person, theirs = outgoing.pop()
                mine = self.track.served[person]
                mine[mine.index(moved(theirs, day))] = replace(moved(theirs, day), id=f"{theirs.id}+{person}", end=theirs.end + day * DAY + minutes)
                self.stayed += minutes / 60

    def beyond_the_body(self) -> list[str]:
        """Breaches of bodily limits over the whole time, by the checker alone, on what was really served."""
        served = {shift.id: replace(shift, qualifications=frozenset(), kinds=frozenset()) for spans in self.track.served.values() for shift in spans}
        limits = tuple(rule for rule in self.world.rules if isinstance(rule, BODY))
        whole = Problem(self.days, tuple(replace(p, history=History()) for p in self.people.values()), tuple(served.values()), limits)
        roster = Roster.of((shift.id, pk) for pk, spans in self.track.served.items() for shift in spans)
        return [f"{breach.rule} {breach.person}" for breach in check(whole, roster).hard]

    def spread(self) -> dict[str, dict[str, float]]:
        """Gini of hours within each kind that the roster assigns, and among those of it who can come at any time."""
        found: dict[str, dict[str, float]] = {}
        for kind in sorted({person.kind for person in self.people.values()} - {"medic", "police"}):
            mine = [person for person in self.people.values() if person.kind == kind]
            hours = {p.id: sum(s.minutes for s in self.track.served[p.id]) / 60 for p in mine}
            free = [hours[p.id] for p in mine if p.available is None]
            found[kind] = {"people": len(mine), "mean_hours": round(sum(hours.values()) / len(mine), 1), "gini": gini(hours.values()), "gini_any_time": gini(free)}
        return found


def gini(values: Iterable[float]) -> float:
    """0: all alike; 1: one has everything."""
    ordered = sorted(values)
    total, n = sum(ordered), len(ordered)
    return round(sum((2 * i - n + 1) * x for i, x in enumerate(ordered)) / (n * total), 3) if total else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--look-back", type=int, default=FAIR, help="days of past load that fairness counts")
    parser.add_argument("--neighborhoods", type=int, default=subdistrict.NEIGHBORHOODS, help="fewer for a look")
    parser.add_argument("--without-standby", action="store_true", help="plan nobody to stand by")
    parser.add_argument("--minutes", type=float, default=600, help="stop after so long and tell of the days so far")
    options = parser.parse_args()
    began, load = time.perf_counter(), os.getloadavg()
    one = Simulation(
        options.days, options.seed, options.look_back, neighborhoods=options.neighborhoods, standby=not options.without_standby
    )
    one.run(options.minutes)
    beyond = one.beyond_the_body()
    told = {
        "days": one.days, "neighborhoods": options.neighborhoods, "look_back": options.look_back, "seconds": round(time.perf_counter() - began), "load_before": load, "load_after": os.getloadavg(),
        "critical_seat_hours": round(one.critical_hours), "planned": round(1 - one.missing_planned / one.critical_hours, 5),
        "stood_without_staying": round(1 - one.missing_stood / one.critical_hours, 5),
        "stood": round(1 - (one.missing_stood - one.stayed) / one.critical_hours, 5), "hours_stayed": round(one.stayed),
        "hours_standing_by": round(one.standby_hours), "stepped_in": one.stepped, "beyond_the_body": len(beyond), "examples": beyond[:5],
        "promises_kept": round(one.kept / max(1, one.kept + one.changed), 4), "spread": one.spread(),
    }  # fmt: skip
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
