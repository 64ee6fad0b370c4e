"""Scans of a screening over HTTP, measured: phones at sampling tables that send what they wrote down without a network.

    python benchmarks/screening.py [--seconds S] [--size N] [--phones N] [--rate N [--kind screening.scan|need.report]]

A fresh home (or the database that JIMU_DATABASE names), the service in a process of its own as `jimu serve` starts it, clients in
another. Every phone fills tubes of ten from printed codes of residents of the ledger and seals each, so of eleven operations ten are
scans: each is checked against its signature, the ledger and its tube, sealed into the log, and becomes a record. Prints JSON: operations acknowledged a
second in batches, the database's count beside what was acknowledged, overfull or short tubes (there must be none). Exits 1 below 3,000 a
second, or when anything is missing, double or in the wrong tube. With --rate single scans (or needs told at a door) arrive at that pace whatever the
answers take, as in `sync.py`, and the aim is a p95 of 100 ms. `docs/benchmarks/screening.md` keeps the numbers.
"""

import argparse
import http.client
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from benchmarks.sync import free_port, steady  # noqa: E402

LEAST, POOL = 3000, 10


def prepare(phones: int, residents: int) -> tuple[list[str], dict[str, str], list[str]]:
    """A round under way in the small subdistrict with so many residents: secrets of phones, what every payload says, printed codes."""
    from jimu.accounts.queries import actor_of
    from jimu.core import clock, sealed
    from jimu.core.permissions import SYSTEM
    from jimu.field.households.models import Resident, Room
    from jimu.field.screening import setting_up
    from jimu.field.screening.codes import PERSON, code_of
    from jimu.grid.tests.town import build
    from jimu.sync import actions
    from jimu.sync.receiving import Report

    town, at, secrets = build(), clock.now() - timedelta(hours=1), []
    home = town["1号楼"]
    rooms = Room.objects.bulk_create([Room(building=home, number=f"{n}", created_at=at, updated_at=at) for n in range(residents // 2)])
    name = sealed.seal("样例")
    people = Resident.objects.bulk_create([Resident(room=room, name_sealed=name, name_index="0", created_at=at, updated_at=at) for room in rooms for _n in range(2)])
    site = setting_up.open_site(actor=SYSTEM, at=at, unit_id=town["甲一居民区"].pk, name="东门")
    made = setting_up.draft_round(actor=SYSTEM, at=at, wanted=setting_up.Wanted(town["甲一居民区"].pk, "压测", at, [site.pk], POOL))
    setting_up.begin(actor=SYSTEM, at=at, round_id=made.pk)
    for number in range(phones):
        account = town.account("member", "甲一居民区")
        _device, code = actions.invite(
            actor=actor_of(town.account("secretary", "甲一居民区")), at=at + timedelta(minutes=59), account_id=account.pk, unit_id=town["甲一居民区"].pk, label=f"台{number}",
            ends_at=at + timedelta(hours=9),
        )  # fmt: skip
        secrets.append(actions.enrol(at=at + timedelta(minutes=59), secret=code, report=Report())[1])
    return secrets, {"round": str(made.pk), "site": str(site.pk), "unit": str(home.pk)}, [code_of(PERSON, person.pk) for person in people]


def serve(port: int) -> "subprocess.Popen[bytes]":
    """The service as `jimu serve` starts it."""
    import socket

    words = [sys.executable, "-m", "uvicorn", "jimu.asgi:application", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    for _ in range(900):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("the service did not start")


class Phone(threading.Thread):
    """A phone at a table: fills tube after tube, seals each, sends batches on one connection until the time is over."""

    def __init__(self, port: int, secret: str, number: int, said: dict[str, str], codes: list[str], size: int, seconds: float) -> None:
        super().__init__()
        self.port, self.secret, self.number, self.said, self.codes, self.size, self.seconds = port, secret, number, said, codes, size, seconds
        self.done = 0
        self.scans = 0
        self.times: list[float] = []

    def written_down(self) -> Any:
        """Operations without end, in the order of a table."""
        from jimu.core import clock
        from jimu.core.ids import new_id

        people = itertools.cycle(self.codes)
        for tube in itertools.count():
            name = f"P{self.number}-{tube}"
            acts = [{"act": "scan", "code": next(people)} for _n in range(POOL)] + [{"act": "seal", "said": POOL}]
            for act in acts:
                payload = {**self.said, "tube": name, "table": 1, **act}
                yield {"op_id": str(new_id()), "kind": "screening.scan", "at": clock.now().isoformat(), "based_on": None, "payload": payload}

    def run(self) -> None:
        """Send."""
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        source, end = self.written_down(), time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            batch = list(itertools.islice(source, self.size))
            body = json.dumps({"operations": batch})
            began = time.perf_counter()
            way.request("POST", "/sync/operations", body, headers)
            told = json.loads(way.getresponse().read())
            self.times.append(time.perf_counter() - began)
            good = [one["outcome"] == "done" for one in told["results"]]
            self.done += sum(good)
            self.scans += sum(1 for one, ok in zip(batch, good, strict=True) if ok and one["payload"]["act"] == "scan")


def single(options: argparse.Namespace) -> dict[str, Any]:
    """Single operations at a steady pace."""
    from jimu.core import clock
    from jimu.core.ids import new_id

    secrets, said, codes = prepare(options.phones, options.residents)

    def needs(number: int) -> Iterator[dict[str, Any]]:
        for told in itertools.count():
            payload = {"unit": said["unit"], "kind": "food", "text": f"{number}号机第{told}件：家里米和菜都吃完了", "room": f"{told % 900 + 100}", "phone": "", "name": ""}
            yield {"op_id": str(new_id()), "kind": "need.report", "at": clock.now().isoformat(), "based_on": None, "payload": payload}

    def scans(number: int) -> Iterator[dict[str, Any]]:
        start = number * len(codes) // len(secrets)
        return Phone(0, "", number, said, codes[start:] + codes[:start], 1, 0).written_down()

    sources: dict[str, Callable[[int], Iterator[dict[str, Any]]]] = {"screening.scan": scans, "need.report": needs}
    return {"kind": options.kind, **steady(secrets, sources[options.kind], options, "jimu.asgi:application")}


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Batches of all phones together, then what the database says of it."""
    from django.db.models import F

    from jimu.field.screening.models import Scan, Tube
    from jimu.sync.models import Operation

    secrets, said, codes = prepare(options.phones, options.residents)
    port = free_port()
    service = serve(port)
    try:
        # A first batch pays for what is loaded once.
        warm = Phone(port, secrets[0], 99, said, codes, 20, 1)
        warm.start()
        warm.join()
        # Each table has its own share of the people first, as with called slots; then those of the next.
        shares = [number * len(codes) // len(secrets) for number in range(len(secrets))]
        phones = [Phone(port, secret, number, said, codes[start:] + codes[:start], options.size, options.seconds) for number, (secret, start) in enumerate(zip(secrets, shares, strict=True))]
        began = time.perf_counter()
        for phone in phones:
            phone.start()
        for phone in phones:
            phone.join()
        took = time.perf_counter() - began
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(timeout=30)
    everybody = [warm, *phones]
    times = sorted(t for phone in phones for t in phone.times)
    done, scans = sum(p.done for p in everybody), sum(p.scans for p in everybody)
    wrong = sum(1 for tube in Tube.objects.all() if Scan.objects.filter(tube=tube, doubt="").count() != tube.taken) if options.check else 0
    overfull = Tube.objects.filter(taken__gt=F("capacity")).count() + Scan.objects.exclude(doubt="").count()
    kept, rows = Operation.objects.count(), Scan.objects.count()
    per_second = round(sum(p.done for p in phones) / took)
    return {
        "operations_per_second": per_second, "scans_per_second": round(sum(p.scans for p in phones) / took), "batch_p50_ms": round(statistics.median(times) * 1000, 1),
        "batch_p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1), "acknowledged": done, "kept": kept, "scans": scans, "rows": rows, "wrong_tubes": wrong + overfull,
        "whole": done == kept and scans == rows and not wrong + overfull, "good": done == kept and scans == rows and not wrong + overfull and per_second >= LEAST,
    }  # fmt: skip


def main() -> int:
    """Run on a fresh home, or on the database that JIMU_DATABASE names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--residents", type=int, default=2000)
    parser.add_argument("--check", action="store_true", help="count every tube anew")
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--kind", choices=["screening.scan", "need.report"], default="screening.scan")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(JIMU_HOME=home, DJANGO_SETTINGS_MODULE="jimu.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        found = single(options) if options.rate else measured(options)
        found |= {"database": connection.vendor, "size": options.size, "phones": options.phones, "load": [round(n, 1) for n in os.getloadavg()]}
        connection.close()
    print(json.dumps(found))
    return 0 if found["good"] else 1


if __name__ == "__main__":
    sys.exit(main())
