"""Server time and query counts of the board and registry pages, at the sample's size and at ten times it.

    python benchmarks/pages.py [--requests 60] [--factors 1 10] [--homes FOLDER]

Each size gets an embedded database of its own, filled by benchmarks/world.py (kept in FOLDER for the next run when
one is given). Requests go through the whole service (middleware, session, rights, template) by Django's test
client, one after another, without a network; the process settles first, as the served one does. Prints JSON:
milliseconds by page, `first` being the first request of the process (it draws the map and loads templates), `cpu`
what the processor spent, which says more than the clock where others use the cores too. Exits 1 when a 95th percentile is above 100 ms at the
largest size, or a query count grows with the size.
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
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIMIT_MS = 100.0
# (name, view, query string)
PAGES = (
    ("board", "command:board", ""),
    ("board refresh", "command:live", ""),
    ("board on the wall", "command:board", "wall=1"),
    ("a neighborhood's drawer", "command:unit", ""),
    ("people", "people:index", ""),
    ("people, page 100", "people:index", "page=100"),
    ("people, by name", "people:index", "q=王伟"),
    ("people, by pinyin initials", "people:index", "q=ww"),
    ("people, by kind", "people:index", "kind=party_member"),
    ("people, by kind and place", "people:index", "kind=party_member&unit={unit}"),
    ("people, by skill", "people:index", "skill=scanning"),
    ("people, free on Monday evening", "people:index", "weekday=0&part=evening"),
    ("people, by limit", "people:index", "limit=no_night"),
    ("people, without a phone", "people:index", "no_contact=on"),
    ("people, newest first", "people:index", "sort=newest"),
    ("a person", "people:person", ""),
    ("a neighborhood's leaders and people", "people:unit_panel", ""),
    ("grid", "grid:index", ""),
    ("grid, by name", "grid:index", "q=3号楼"),
    ("a neighborhood", "grid:unit", ""),
    ("rosters", "roster:index", ""),
    ("incidents", "incidents:index", ""),
)
API_BOARD = ("board as JSON", "/api/v1/board")


def prepare(home: Path, factor: int) -> None:
    """Migrate and fill the database of a home, once."""
    if (home / "filled").exists():
        return
    from django.core.management import call_command

    from benchmarks.world import build
    from jimu.core.translations import compile_translations

    compile_translations()
    call_command("migrate", interactive=False, verbosity=0)
    build(factor)
    (home / "filled").write_text(str(factor))


def measure(requests: int) -> dict[str, Any]:
    """Time every page that exists, signed in as the commander."""
    from django.test import Client

    from jimu.accounts.models import Account
    from jimu.command import sharing
    from jimu.people.models import Person
    from jimu.roster.models import Shift

    client = Client(raise_request_exception=False)
    client.force_login(Account.objects.get(username="commander"))
    pages = {name: timed(client, address, requests) for name, address in addresses().items()}
    # Viewers of one board share what was read for some seconds; these two rows read everything every time.
    sharing.SECONDS = 0.0
    for name in ("board refresh", "board as JSON"):
        pages[f"{name}, nothing shared"] = timed(client, addresses()[name], requests)
    return {
        "people": Person.objects.count(),
        "seats": sum(Shift.objects.values_list("needed", flat=True)),
        "pages": pages,
    }


def addresses() -> dict[str, str]:
    """The address of every page that the house has."""
    from django.urls import NoReverseMatch, reverse

    from jimu.grid.models import Unit
    from jimu.people.models import Person

    unit = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path").first()
    person = Person.objects.order_by("pk").first()
    assert unit is not None
    assert person is not None
    found = {}
    for name, view, query in PAGES:
        for args in ((), (person.pk if view == "people:person" else unit.pk,)):
            try:
                found[name] = reverse(view, args=args) + ("?" + query.format(unit=unit.pk) if query else "")
            except NoReverseMatch:
                continue
    return {**found, API_BOARD[0]: API_BOARD[1]}


def timed(client: Any, address: str, requests: int) -> dict[str, Any]:
    """First, median and 95th percentile in milliseconds (clock and processor), size of the answer, number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first, _ = _once(client, address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    queries = len(captured)
    spent, worked = map(sorted, zip(*(_once(client, address) for _ in range(requests)), strict=True))
    return {
        "status": answer.status_code,
        "first_ms": round(first, 1),
        "median_ms": round(statistics.median(spent), 1),
        "p95_ms": _p95(spent),
        "cpu_median_ms": round(statistics.median(worked), 1),
        "cpu_p95_ms": _p95(worked),
        "kilobytes": round(len(answer.content) / 1024, 1),
        "queries": queries,
    }


def _p95(ordered: list[float]) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1)


def _once(client: Any, address: str) -> tuple[float, float]:
    """Milliseconds of one request by the clock, and of the processor."""
    begun, worked = time.perf_counter(), time.process_time()
    client.get(address)
    return (time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000


def child(factor: int, home: Path, requests: int) -> None:
    """Measure one size in this process, whose settings look at `home`."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
    import django

    django.setup()
    prepare(home, factor)
    from jimu.core.settling import settle

    settle()
    print(json.dumps({"factor": factor, **measure(requests)}))


def spawn(factor: int, home: Path, requests: int) -> dict[str, Any]:
    """Measure one size in a process of its own."""
    home.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, __file__, "--child", str(factor), "--homes", str(home), "--requests", str(requests)]
    environment = {**os.environ, "JIMU_HOME": str(home)}
    environment.pop("JIMU_DATABASE", None)
    done = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def verdict(sizes: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Pages above the limit at the largest size, and pages whose query count grew."""
    small, large = sizes[0]["pages"], sizes[-1]["pages"]
    return {
        "slow": [name for name, page in large.items() if page["p95_ms"] > LIMIT_MS],
        "growing": [name for name, page in large.items() if page["queries"] > small[name]["queries"]],
        "not_answered": [name for name, page in large.items() if page["status"] != 200],
    }


def main() -> int:
    """Measure every size and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--factors", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.homes, options.requests)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        homes = options.homes or Path(folder)
        sizes = [spawn(factor, homes / f"x{factor}", options.requests) for factor in options.factors]
    judged = verdict(sizes)
    print(json.dumps({"sizes": sizes, **judged}, ensure_ascii=False, indent=1))
    return 1 if any(judged.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
