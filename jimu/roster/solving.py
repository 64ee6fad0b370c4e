"""Solving a draft: in a background job with live progress, or here and now for the command line.

The draft is read at a version and written once, at the end, if it still has that version. A solve that dies
leaves it as it was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core import clock, jobs
from jimu.core.errors import NotFound
from jimu.core.jobs import JobRun
from jimu.core.models import Job
from jimu.core.permissions import Actor
from jimu.roster import actions, explain, standby
from jimu.roster.actions import Outcome
from jimu.roster.errors import NotDraft, Stale
from jimu.roster.models import Roster
from jimu.roster.problem import Built, build
from jimu_engine.problem import Roster as Seats
from jimu_engine.result import Step
from jimu_engine.stop import MaxRuntime

KIND = "roster.solve"
# How often a watcher is told; more often would only write.
TELL_EVERY = 1.0
# A draft that is edited while it is solved is solved again, shorter, from what was found.
ATTEMPTS, AGAIN = 3, 0.25


@dataclass(frozen=True)
class Limits:
    """How long, on how many processors, from which seed."""

    seconds: float = 40
    workers: int = 2
    seed: int = 1


@dataclass(frozen=True)
class Seen:
    """How far a solve is. `best` and `bound` are costs; the bound is proven."""

    share: float
    step: str
    rounds: int = 0
    best: float | None = None
    bound: float | None = None
    open: int | None = None

    def sentence(self) -> str:
        """One line for people."""
        if self.best is None or self.bound is None:
            return self.step
        return _("%(step)s：第 %(rounds)d 轮，还空 %(open)d 个席位，距已证明的最好结果 %(gap)s") % {
            "step": self.step, "rounds": self.rounds, "open": self.open or 0, "gap": percent(gap_of(self.best, self.bound)),
        }  # fmt: skip


#: Above this a bound proves nothing that somebody could rely on: the time was too short.
ROUGH = 0.1
Watcher = Callable[[Seen], bool | None]


def gap_of(objective: float, bound: float) -> float:
    """(objective − bound) / objective; 0 when both are 0, 1 while nothing is proven (a bound of minus infinity)."""
    if not isfinite(bound):
        return 1.0
    return max(0.0, objective - bound) / max(abs(objective), 1e-9) if objective > bound else 0.0


def percent(share: float) -> str:
    """A share as a percentage that never rounds a rest away."""
    if share <= 1e-9:
        return "0%"
    return "<0.1%" if share < 0.001 else f"{share * 100:.1f}%"


class Teller:
    """Passes the engine's steps on, not more often than a watcher can read; False ends the solve with its best."""

    def __init__(self, seconds: float, watch: Watcher) -> None:
        self._seconds, self._watch = seconds, watch
        self._rounds, self._told = 0, -TELL_EVERY

    def __call__(self, step: Step) -> bool:
        self._rounds += 1
        if step.seconds - self._told < TELL_EVERY:
            return True
        self._told = step.seconds
        share = 0.1 + 0.8 * min(1.0, step.seconds / self._seconds)
        stop = self._watch(
            Seen(share, _("正在求解"), self._rounds, step.objective, step.bound, step.open_seats)
        )
        return not stop


def solve_now(*, actor: Actor, roster_id: UUID, limits: Limits, show: Watcher = lambda seen: None) -> Roster:
    """Solve a draft and store what was found. `show` is told how far it is; when it returns True, the best so far is kept.

    When somebody edits the draft meanwhile, their edit stands: the solve goes on from what it had, around the edit.
    Raises NotFound, NotDraft, Stale (after several such edits) or NotPermitted.
    """
    found: Seats | None = None
    for attempt in range(ATTEMPTS):
        roster = Roster.objects.select_related("incident").filter(pk=roster_id).first()
        if roster is None:
            raise NotFound
        actor.require("roster.solve", roster.scope)
        if roster.state != Roster.State.DRAFT:
            raise NotDraft
        show(Seen(0.02, _("正在读取人员和岗位")))
        built = build(roster, at=clock.now())
        seconds = limits.seconds if attempt == 0 else limits.seconds * AGAIN
        outcome = solved(built, replace(limits, seconds=seconds), show, start=found)
        show(Seen(0.95, _("正在保存结果")))
        try:
            return actions.store_solution(
                actor=actor, at=clock.now(), roster_id=roster_id, expected_version=roster.version, outcome=outcome
            )
        except Stale:
            seated = [(pair, False) for pair in outcome.seats] + [(pair, True) for pair in outcome.standing_by]
            found = Seats.of((standby.seat_id(shift, stands_by), str(person)) for (shift, person), stands_by in seated)
    raise Stale


def solved(built: Built, limits: Limits, show: Watcher, *, start: Seats | None = None) -> Outcome:
    """What the engine makes of a problem, ready to be stored; it goes on from `start`, else from the seats taken."""
    # The solver's libraries take a while to load, and most processes never solve.
    from jimu_engine.solve import solve

    result = solve(
        built.problem,
        seed=limits.seed,
        stop=MaxRuntime(limits.seconds),
        progress=Teller(limits.seconds, show),
        workers=limits.workers,
        start=_start(built, start),
    )
    show(Seen(0.92, _("正在查明空岗的原因")))
    seated = [(standby.read(shift), UUID(person)) for shift, person in result.roster.pairs()]
    return Outcome(
        seats=[(shift, person) for (shift, stands_by), person in seated if not stands_by],
        standing_by=[(shift, person) for (shift, stands_by), person in seated if stands_by],
        reasons=explain.open_reasons(built, result.roster),
        objective=result.objective,
        bound=result.bound if isfinite(result.bound) else None,
        seconds=round(result.seconds, 2),
        summary={
            **_counted(built, result.roster),
            **_promised(built, result.roster),
            "people": len({person for _, person in result.roster.pairs()}),
            "asked": len(built.problem.people),
            "gap": round(gap_of(result.objective, result.bound), 6),
            "by_rule": {code: round(cost, 2) for code, cost in result.report.by_rule.items() if cost},
            "seed": limits.seed,
        },
    )


def _counted(built: Built, found: Seats) -> dict[str, int]:
    """Seats needed and filled, and how many stand by beside them."""
    told = {"needed": 0, "filled": 0, "standby": 0}
    for shift in built.problem.shifts:
        here = len(set(found.on(shift.id)))
        if standby.read(shift.id)[1]:
            told["standby"] += here
        elif not shift.requested:
            told["needed"] += shift.required
            told["filled"] += here
    return {**told, "open": max(0, told["needed"] - told["filled"])}


def _promised(built: Built, found: Seats) -> dict[str, int]:
    """What becomes of arrangements that people were told of: kept as they are, or changed."""
    promised = {pair for pair in built.problem.published if pair[0] in built.problem.shift_at}
    kept = len(promised & set(found.pairs()))
    return {"kept": kept, "changed": len(promised) - kept} if promised else {}


def _start(built: Built, found: Seats | None) -> Seats | None:
    """Where to go on from: what was found before, as far as its people may still be asked, else the seats taken."""
    if found is None:
        return built.seats if built.seats.seats else None
    problem = built.problem
    return Seats.of(p for p in found.pairs() if p[0] in problem.shift_at and p[1] in problem.person_at)


def run_solve_job(run: JobRun, roster_id: str, seconds: float, seed: int = 1) -> Mapping[str, Any]:
    """The background job. Asked to stop, it ends with the best it has; run again after a crash, it starts over."""

    def show(seen: Seen) -> bool:
        stopping = run.cancelled()
        if not stopping:
            run.progress(seen.share, seen.sentence())
        return stopping

    actor = Actor(account_id=run.job.account_id, name=run.job.actor_name, is_system=True)
    limits = Limits(seconds=seconds, seed=seed)
    roster = solve_now(actor=actor, roster_id=UUID(roster_id), limits=limits, show=show)
    return {
        "version": roster.version,
        **{key: roster.summary[key] for key in ("needed", "filled", "open", "gap")},
    }


def enqueue_solve(*, actor: Actor, at: datetime, roster: Roster, seconds: float, seed: int = 1) -> Job:
    """Queue a solve of a draft. Raises Conflict when one is under way, NotDraft or NotPermitted."""
    actor.require("roster.solve", roster.scope)
    if roster.state != Roster.State.DRAFT:
        raise NotDraft
    args = {"roster_id": str(roster.pk), "seconds": seconds, "seed": seed}
    return jobs.enqueue(actor=actor, at=at, kind=KIND, subject=f"roster:{roster.pk}", args=args)


def open_job(roster: Roster) -> Job | None:
    """The solve of a roster that waits or runs."""
    return Job.objects.filter(kind=KIND, subject=f"roster:{roster.pk}", state__in=jobs.OPEN_STATES).first()


def last_job(roster: Roster) -> Job | None:
    """The newest solve of a roster, whatever became of it."""
    return Job.objects.filter(kind=KIND, subject=f"roster:{roster.pk}").first()


def failed_job(roster: Roster) -> Job | None:
    """The last solve of a roster when it failed."""
    last = last_job(roster)
    return last if last is not None and last.state == Job.State.FAILED else None


def outcome_sentences(roster: Roster) -> list[str]:
    """What the last solve found, in words: seats, people, and how far from the proven best."""
    found = roster.summary
    if not found:
        return []
    sentences = [
        _(
            "共 %(needed)d 个席位，排上 %(filled)d 个，还空 %(open)d 个；动用 %(people)d 人，可请 %(asked)d 人。"
        )
        % {key: found.get(key, 0) for key in ("needed", "filled", "open", "people", "asked")}
    ]
    if "kept" in found:
        sentences.append(_("与已发布的安排相比：%(kept)d 个不变，%(changed)d 个要改。") % {key: found[key] for key in ("kept", "changed")})
    if found.get("standby"):
        sentences.append(_("关键岗位另有待命 %(n)d 人次。") % {"n": found["standby"]})
    gap = found.get("gap")
    if gap is not None:
        sentences.append(_gap_sentence(float(gap)))
    return sentences


def _gap_sentence(gap: float) -> str:
    if gap <= 1e-6:
        return _("已证明：在现有人员和规则下，没有更好的排法。")
    if gap > ROUGH:
        return _("这次没有算透：可能还有好得多的排法（综合代价最多还能降低 %(gap)s）。请再算一次，时间选长一些。") % {"gap": percent(gap)}
    return _("已证明：再好的排法，综合代价最多只能再降低 %(gap)s。") % {"gap": percent(gap)}
