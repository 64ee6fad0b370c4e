"""Measures an intake as an office meets it: the command on an empty home, and the same files again.

    python benchmarks/intake.py FOLDER [--times 3]

Each run is a fresh process on a fresh home, whose database is prepared beforehand (an installation is prepared once).
Prints JSON: seconds of the first and of the repeated run (each and the median), processor seconds (which tell on a
busy machine what the clock does not), peak megabytes of the process and of
the one that marks workbooks beside it, rows read, people, refused rows. Exits 1 above the reach
(8 s, 400 MB on two cores).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REACH_SECONDS, REACH_MEGABYTES = 8.0, 400.0
# The peak of the process and of its children are two numbers: they are different programs at the same time.
MEASURED = """
import json, resource, runpy, sys
code = 0
try:
    runpy.run_module("jimu", run_name="__main__", alter_sys=True)
except SystemExit as end:
    code = end.code or 0
own, beside = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
peaks = {"own": own.ru_maxrss / 1024, "beside": beside.ru_maxrss / 1024}
cpu = {"cpu": own.ru_utime + own.ru_stime, "cpu_beside": beside.ru_utime + beside.ru_stime}
print(json.dumps({**peaks, **cpu, "code": code}), file=sys.stderr)
"""


def measured(home: str, folder: Path) -> tuple[dict[str, float], dict[str, object]]:
    """(seconds and megabytes, what the command printed) of one run."""
    environment = {**os.environ, "JIMU_HOME": home, "DJANGO_SETTINGS_MODULE": "jimu.settings"}
    began = time.monotonic()
    words = [sys.executable, "-c", MEASURED, "intake", "--json", str(folder)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    seconds = time.monotonic() - began
    peaks = json.loads(done.stderr.strip().splitlines()[-1])
    return {"seconds": seconds, **peaks}, json.loads(done.stdout)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    first, again = [], []
    for _ in range(options.times):
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "JIMU_HOME": home}
            subprocess.run([sys.executable, "-m", "jimu", "prepare"], cwd=ROOT, env=environment, check=True, capture_output=True)
            run, found = measured(home, options.folder)
            repeated, same = measured(home, options.folder)
            first.append(run)
            again.append(repeated)
    problems = found["problems"]
    result = {
        "seconds": round(statistics.median(r["seconds"] for r in first), 2),
        "seconds_each": [round(r["seconds"], 2) for r in first],
        "seconds_again": round(statistics.median(r["seconds"] for r in again), 2),
        "cpu_seconds": round(statistics.median(r["cpu"] for r in first), 2),
        "cpu_seconds_marking": round(statistics.median(r["cpu_beside"] for r in first), 2),
        "peak_mb": round(max(r["own"] for r in [*first, *again]), 1),
        "peak_mb_marking": round(max(r["beside"] for r in [*first, *again]), 1),
        "people": found["people"],
        "created": found["created"],
        "created_again": same["created"],
        "updated_again": same["updated"],
        "refused": found["refused"],
        "problems": len(problems) if isinstance(problems, list) else 0,
        "load": [round(n, 1) for n in os.getloadavg()],
        "cores": os.cpu_count(),
    }
    result["within_reach"] = result["seconds"] <= REACH_SECONDS and max(result["peak_mb"], result["peak_mb_marking"]) <= REACH_MEGABYTES
    print(json.dumps(result, ensure_ascii=False))
    return 0 if result["within_reach"] else 1


if __name__ == "__main__":
    sys.exit(main())
