"""Shift scheduling instances: this engine beside the plain models, on one machine, with the same cores and seconds.

    python -m benchmarks.curtois FOLDER [--seconds 60] [--seeds 1 2 3] [--workers 2] [--only 8 10] [--peers]

FOLDER holds the published files Instance1.txt … (never part of this repository). Every run of ours is a process of its
own, timed from outside, and its roster is judged again by the checker. Prints one JSON line a run and a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from jimu_engine.columns.check import breaches
from jimu_engine.columns.model import DayModel, objective
from jimu_engine.columns.peers import Found, cp_sat, highs_mip
from jimu_engine.formats.curtois import read, read_roster
from jimu_engine.runs.curtois import BEST


def ours(path: Path, model: DayModel, seconds: float, workers: int, seed: int) -> dict[str, Any]:
    """One run through the command line; ``wall`` is the whole process."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "roster.csv"
        command = [sys.executable, "-m", "jimu_engine", "solve", str(path), "--format", "curtois", "--out", str(out)]
        command += ["--seconds", str(seconds), "--workers", str(workers), "--seed", str(seed)]
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        wall = time.monotonic() - began
        roster = read_roster(model, out.read_text())
    said = json.loads(done.stdout.splitlines()[-1])
    broken = breaches(model, roster)
    right = not broken and abs(objective(model, roster) - said["objective"]) < 1e-6
    return {**said, "wall": round(wall, 1), "judged": "right" if right else (broken or ["a wrong cost"])[0]}


def peer(found: Found) -> dict[str, Any]:
    """A peer's run in the same words."""
    return {"objective": found.objective, "bound": found.bound, "wall": round(found.seconds, 1)}


def _cell(runs: list[dict[str, Any]], best: float | None) -> str:
    known = [run["objective"] for run in runs if run["objective"] is not None]
    if len(known) < len(runs):
        return f"none in {len(runs) - len(known)} of {len(runs)}"
    middle = median(known)
    return f"{middle:g}" if best is None else f"{middle:g} ({100 * (middle - best) / best:+.2f} %)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=int, nargs="*")
    parser.add_argument("--peers", action="store_true")
    args = parser.parse_args()
    table = ["| instance | best known | ours | bound | wall | CP-SAT, 8 sub-solvers | HiGHS |", "|---|---|---|---|---|---|---|"]
    for number in args.only or sorted(BEST):
        path = args.folder / f"Instance{number}.txt"
        if not path.exists():
            continue
        model, runs = read(path.read_text()), dict[str, list[dict[str, Any]]](ours=[], cp_sat=[], highs=[])
        for seed in args.seeds:
            runs["ours"].append(ours(path, model, args.seconds, args.workers, seed))
            if args.peers:
                runs["cp_sat"].append(peer(cp_sat(model, seconds=args.seconds, seed=seed)))
                runs["highs"].append(peer(highs_mip(model, seconds=args.seconds, seed=seed, threads=args.workers)))
            print(json.dumps({"instance": number, "seed": seed} | {name: list_[-1] for name, list_ in runs.items() if list_}), flush=True)
        bounds = [run["bound"] for run in runs["ours"] if run["bound"] is not None]
        others = " | ".join(_cell(runs[name], BEST.get(number)) if runs[name] else "" for name in ("cp_sat", "highs"))
        wall = max(run["wall"] for run in runs["ours"])
        table.append(
            f"| {number} | {BEST.get(number, '')} | {_cell(runs['ours'], BEST.get(number))} | {max(bounds, default='')} | {wall} | {others} |"
        )
    print("\n".join(table))


if __name__ == "__main__":
    main()
