"""A table over the instances of a folder: medians over seeds, beside what others reached and what plain models reach here."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from jimu_engine.runs.options import Case, Format, Options, Say, Summary

#: Plain models by their names in the table.
PEERS = ("CP-SAT, 8 sub-solvers", "HiGHS")


def table(
    module: Format, folder: Path, *, only: Sequence[str], seeds: Sequence[int], limits: Mapping[str, float], peers: bool, say: Say
) -> Iterator[str]:
    """Lines of Markdown, each instance's as soon as it is measured; runs are told to `say`.

    `only`: instances whose names hold one of these. `limits`: fields of `Options`. With `peers` every seed is run by the plain
    models too, one after another on the same cores, where the format has any.
    """
    others = PEERS if peers else ()
    yield f"| {' | '.join(['instance', 'cost (median)', 'bound', 'seconds', 'feasible', 'known', *others])} |"
    yield "|---" * (6 + len(others)) + "|"
    for case in module.cases(folder):
        if only and not any(word in case.name for word in only):
            continue
        runs, beside = list[Summary](), list[Sequence[Summary]]()
        for seed in seeds:
            options = replace(case.options, seed=seed, **limits)  # type: ignore[arg-type]
            runs.append(_judged(module, options, say))
            say(f"{case.name} seed {seed}: {runs[-1].line()}")
            if peers:
                beside.append(module.peers(options))
                for name, run in zip(PEERS, beside[-1], strict=False):
                    say(f"{case.name} seed {seed}, {name}: {run.line()}")
        known = ", ".join(f"{name} {value:g}" for name, value in case.known.items())
        seconds = statistics.median(run.seconds for run in runs)
        cells = [case.name, _cost(case, runs), _bound(runs), f"{seconds:.1f}", "yes" if all(run.feasible for run in runs) else "NO", known]
        columns = list(zip(*beside, strict=True))
        yield f"| {' | '.join([*cells, *(_cost(case, column) for column in columns), *([''] * (len(others) - len(columns)))])} |"


def _cost(case: Case, runs: Sequence[Summary]) -> str:
    """The median cost, and how far it is above the best that is known."""
    found = sorted(run.objective for run in runs if run.feasible)
    if len(found) < len(runs):
        return f"none in {len(runs) - len(found)} of {len(runs)}"
    middle, best = found[(len(found) - 1) // 2], min(case.known.values(), default=0.0)
    return f"{middle:g} ({100 * (middle / best - 1):+.2f} %)" if best else f"{middle:g}"


def _bound(runs: Sequence[Summary]) -> str:
    best = max(run.bound for run in runs)
    return f"{best:g}" if math.isfinite(best) else "–"


def _judged(module: Format, options: Options, say: Say) -> Summary:
    """A run whose cost and lawfulness are the checker's word on the roster it wrote."""
    with TemporaryDirectory() as place:
        out = Path(place) / "roster.json"
        run = module.solve(replace(options, out=out), lambda line: None)
        word = module.check(replace(options, roster=out), lambda line: None)
    if abs(word.objective - run.objective) > 1e-6 * max(1.0, abs(word.objective)):
        say(f"the run claims a cost of {run.objective:g}, the checker says {word.objective:g}")
    return replace(run, objective=word.objective, feasible=word.feasible)
