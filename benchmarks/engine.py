"""The roster engine, measured on an invented subdistrict and on a district of ten (see benchmarks/subdistrict.py).

    python benchmarks/engine.py subdistrict [--seconds 25] [--workers 2] [--seeds 1 2 3]
    python benchmarks/engine.py district [--seconds 12] [--workers 2]
    python benchmarks/engine.py answers

Each prints one JSON object. `subdistrict`: medians over seeds. `district`: ten subdistricts as separate jobs, `workers`
at a time, merged and judged as one roster. `answers`: recommend, repair and allot. Compile first by a short run.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.subdistrict import NEIGHBORHOODS, build
from jimu_engine import Advisor, Problem, Result, check, repair, solve
from jimu_engine.allot import Deployable, Unit, allot
from jimu_engine.parts import merge, split
from jimu_engine.stop import MaxRounds, MaxRuntime

DAY = 1440


def subdistrict(options: argparse.Namespace) -> dict[str, object]:
    """Cost, bound, gap, seconds over all of the solve, hard breaches, memory."""
    problem = build()
    runs = [solve(problem, seed=seed, stop=MaxRuntime(options.seconds), workers=options.workers) for seed in options.seeds]
    return {
        "people": len(problem.people),
        "seats": problem.seats,
        "cost": statistics.median(run.objective for run in runs),
        "bound": statistics.median(run.bound for run in runs),
        "gap": statistics.median(run.gap for run in runs),
        "seconds": statistics.median(run.seconds for run in runs),
        "to_one_percent": statistics.median(_to_one_percent(run) for run in runs),
        "open": max(run.report.open_seats for run in runs),
        "hard": sum(len(run.report.hard) for run in runs),
        "peak_mb": _peak(),
    }


def _to_one_percent(run: Result) -> float:
    """Seconds until the cost was within 1 % of the final bound."""
    return next((step.seconds for step in run.log if step.objective <= run.bound * 1.01), float("inf"))


def district(options: argparse.Namespace) -> dict[str, object]:
    """Ten subdistricts as jobs of their own."""
    began = time.perf_counter()
    whole = build(10)
    parts = split(whole)
    one = _job((parts[0], options.seconds, 1))
    jobs = [(part, options.seconds, seed) for seed, part in enumerate(parts)]
    solving = time.perf_counter()
    with ProcessPoolExecutor(options.workers) as pool:
        results = list(pool.map(_job, jobs))
    solved = time.perf_counter() - solving
    report = check(whole, merge(result.roster for result in results))
    bound = sum(result.bound for result in results)
    return {
        "people": len(whole.people),
        "seats": whole.seats,
        "parts": len(parts),
        "cost": report.objective,
        "gap": (report.objective - bound) / report.objective,
        "cost_per_seat": report.objective / whole.seats,
        "cost_per_seat_of_one": one.objective / parts[0].seats,
        "seconds_per_1000_seats": 1000 * solved / whole.seats,
        "hard": len(report.hard),
        "open": report.open_seats,
        "total_seconds": time.perf_counter() - began,
        "peak_mb": _peak(),
    }


def _job(job: tuple[Problem, float, int]) -> Result:
    problem, seconds, seed = job
    return solve(problem, seed=seed, stop=MaxRuntime(seconds), workers=1)


def answers(options: argparse.Namespace) -> dict[str, object]:
    """Milliseconds (clock, processor) of a recommendation, a repair and an allotment; what the repair changed."""
    problem, dice = build(), random.Random(1)
    roster = solve(problem, seed=1, stop=MaxRounds(4), workers=2, with_bound=False).roster
    advisor = Advisor(problem, roster)
    asked = [s.id for s in dice.sample([s for s in problem.shifts if not s.requested], 200)]
    advisor.recommend(asked[0])
    spans = [_span(lambda shift=shift: advisor.recommend(shift)) for shift in asked]
    since = 7 * DAY + 600
    on_duty = sorted({p for s, p in roster.pairs() if problem.shifts[problem.shift_at[s]].day == 7 and problem.shifts[problem.shift_at[s]].start >= since})
    gone = dice.sample(on_duty, 50)
    repair(problem, roster, gone=gone[:1], since=since)
    repairs = [_span(lambda: repair(problem, roster, gone=gone, since=since)) for _ in range(3)]
    done = repair(problem, roster, gone=gone, since=since)
    lost = {(s, p) for s, p in roster.pairs() if p in set(gone) and problem.shifts[problem.shift_at[s]].start >= since}
    sent = [_span(_an_allotment(dice)) for _ in range(20)]
    return {
        "recommend_p95_ms": _p95(spans),
        "repair_ms": [round(1000 * statistics.median(each)) for each in zip(*repairs, strict=True)],
        "repair_seats_lost": len(lost),
        "repair_filled": len(done.added) - len(done.removed - lost),
        "repair_moved": len(done.removed - lost),
        "repair_hard": len(done.report.hard),
        "allot_p95_ms": _p95(sent),
    }


def _an_allotment(dice: random.Random) -> object:
    units = [Unit(f"n{i}", dice.uniform(600, 1800), {"scanning": 2, "driving": 1}) for i in range(NEIGHBORHOODS)]
    skills = ("scanning", "driving", "order")
    staff = [
        Deployable(f"p{n}", frozenset(dice.sample(skills, dice.choice((0, 1, 2)))), f"n{dice.randrange(NEIGHBORHOODS)}", {unit.id: dice.uniform(0, 6) for unit in units})
        for n in range(278)
    ]  # fmt: skip
    return lambda: allot(units, staff)


def _span(work: object) -> tuple[float, float]:
    """Seconds on the clock, and of the processor: on a machine that others use, only the second says what it takes."""
    began, busy = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    return time.perf_counter() - began, time.process_time() - busy


def _p95(spans: list[tuple[float, float]]) -> list[float]:
    """The 95th percentile of both, in milliseconds."""
    place = int(0.95 * len(spans)) - 1
    return [round(1000 * sorted(each)[place], 1) for each in zip(*spans, strict=True)]


def _peak() -> int:
    """Megabytes at most, of this process and beside it of the largest that it started."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("subdistrict", "district", "answers"))
    parser.add_argument("--seconds", type=float, default=25)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    solve(build(days=1), stop=MaxRounds(1), workers=2)
    measure = {"subdistrict": subdistrict, "district": district, "answers": answers}[options.what]
    found = {name: round(value, 4) if isinstance(value, float) else value for name, value in measure(options).items()}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
