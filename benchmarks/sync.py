"""Operations of phones over HTTP, measured; and a service killed in the middle of batches.

    python benchmarks/sync.py [--seconds S] [--size N] [--phones N] [--kills N] [--rate N]

A fresh home (or the database that JIMU_DATABASE names), the service in a process of its own as `jimu serve` starts it, clients
in another. Each operation of the bulk kind is sealed into the log and becomes a record. Prints JSON: operations acknowledged a
second in batches, single operations with their p50 and p95, the database's count beside what was acknowledged, how long a
pack takes. With --rate single operations arrive at that pace whatever the answers take (each latency counts from the moment it was
due), and the aim is a p95 of 100 ms. With --kills the service is killed so many times within a batch instead. Exits 1 below 3,000 operations a second, or when
anything is missing or double. `docs/benchmarks/sync.md` keeps the numbers.
"""

import argparse
import http.client
import itertools
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
LEAST = 3000
SINGLE_MS = 100.0


def prepare(phones: int) -> tuple[list[str], str]:
    """The small subdistrict with phones on duty; their secrets, and the unit at whose doors they knock."""
    from jimu.accounts.queries import actor_of
    from jimu.core import clock
    from jimu.grid.tests.town import build
    from jimu.sync import actions
    from jimu.sync.receiving import Report

    town, at, secrets = build(), clock.now(), []
    for number in range(phones):
        account = town.account("block_leader", "第1网格块")
        _device, code = actions.invite(
            actor=actor_of(account), at=at, account_id=account.pk, unit_id=town["第1网格块"].pk, label=f"手机{number}", ends_at=at + timedelta(hours=8)
        )
        secrets.append(actions.enrol(at=at, secret=code, report=Report())[1])
    return secrets, str(town.units["1号楼"].pk)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int, application: str = "jimu.sync.tests.served:application") -> "subprocess.Popen[bytes]":
    """The service as `jimu serve` starts it, with the kinds of sync's tests unless another application is named."""
    words = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    for _ in range(900):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return process
    raise SystemExit("the service did not start")


class Client(threading.Thread):
    """One phone that sends batches until the time is over, on one connection."""

    def __init__(self, port: int, secret: str, unit: str, at: str, size: int, seconds: float) -> None:
        super().__init__()
        self.port, self.secret, self.unit, self.at, self.size, self.seconds = port, secret, unit, at, size, seconds
        self.done = 0
        self.times: list[float] = []

    def run(self) -> None:
        """Send."""
        from jimu.sync.tests.killing import operation

        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        end = time.perf_counter() + self.seconds
        while time.perf_counter() < end:
            body = json.dumps({"operations": [operation(self.unit, self.at) for _ in range(self.size)]})
            began = time.perf_counter()
            way.request("POST", "/sync/operations", body, headers)
            told = json.loads(way.getresponse().read())
            self.times.append(time.perf_counter() - began)
            self.done += sum(1 for one in told["results"] if one["outcome"] == "done")


class Steady(threading.Thread):
    """One phone that sends single operations at moments fixed beforehand; what is late counts from when it was due."""

    def __init__(self, port: int, secret: str, operations: Sequence[dict[str, Any]], first: float, every: float) -> None:
        super().__init__()
        self.port, self.secret, self.first, self.every = port, secret, first, every
        # What a phone has at hand before its moment comes is not made while it is measured.
        self.bodies = [json.dumps({"operations": [one]}) for one in operations]
        self.done = 0
        self.times: list[float] = []

    def run(self) -> None:
        """Send."""
        way = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        due = self.first
        for body in self.bodies:
            time.sleep(max(0.0, due - time.perf_counter()))
            way.request("POST", "/sync/operations", body, headers)
            told = json.loads(way.getresponse().read())
            self.times.append(time.perf_counter() - due)
            self.done += told["results"][0]["outcome"] == "done"
            due += self.every


#: The operations of one phone, by its number, without end.
Source = Callable[[int], Iterator[dict[str, Any]]]


def steady(secrets: list[str], source: Source, options: argparse.Namespace, application: str = "jimu.sync.tests.served:application") -> dict[str, Any]:
    """Single operations at a steady pace."""
    from jimu.sync.models import Operation

    port = free_port()
    service = serve(port, application)
    number, operations = round(options.seconds * options.rate / len(secrets)), [source(n) for n in range(len(secrets))]
    every, warmed = len(secrets) / options.rate, max(1, 2 * options.rate // len(secrets))
    try:
        # What is loaded once is paid for by the first ones.
        _run([Steady(port, secret, list(itertools.islice(operations[n], warmed)), 0.0, 0.0) for n, secret in enumerate(secrets)])
        before = Operation.objects.count()
        began = time.perf_counter() + 2
        clients = [Steady(port, secret, list(itertools.islice(operations[n], number)), began + n / options.rate, every) for n, secret in enumerate(secrets)]
        for client in clients:
            client.start()
        time.sleep(max(0.0, began - time.perf_counter()))
        cpu, own = cpu_of(service.pid), time.process_time()
        for client in clients:
            client.join()
        took, spent, own = time.perf_counter() - began, cpu_of(service.pid) - cpu, time.process_time() - own
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(timeout=20)
    times, done = sorted(t for client in clients for t in client.times), sum(client.done for client in clients)
    found = {
        "asked_per_second": options.rate, "per_second": round(done / took, 1), "p50_ms": round(statistics.median(times) * 1000, 1),
        "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1), "worst_ms": round(times[-1] * 1000, 1), "service_cpu_ms_each": round(spent / max(done, 1) * 1000, 2),
        "clients_cpu_ms_each": round(own / max(done, 1) * 1000, 2),
    }  # fmt: skip
    whole = done == len(times) and Operation.objects.count() == before + done
    return {**found, "whole": whole, "good": found["p95_ms"] <= SINGLE_MS and whole}


def _run(clients: Sequence[threading.Thread]) -> None:
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def cpu_of(pid: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sent(port: int, secrets: list[str], unit: str, at: str, *, size: int, seconds: float) -> tuple[int, dict[str, float]]:
    """Operations acknowledged by all phones together, and how it went."""
    clients = [Client(port, secret, unit, at, size, seconds) for secret in secrets]
    began = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    took = time.perf_counter() - began
    done, times = sum(client.done for client in clients), sorted(t for client in clients for t in client.times)
    figures = {"per_second": round(done / took), "p50_ms": round(statistics.median(times) * 1000, 1), "p95_ms": round(times[int(len(times) * 0.95)] * 1000, 1)}
    return done, figures


def throughput(secrets: list[str], unit: str, at: str, options: argparse.Namespace) -> dict[str, Any]:
    """Batches, single operations, and the count in the database."""
    from jimu.core.models import JournalEntry
    from jimu.sync.models import Operation
    from jimu.sync.tests import offering

    port = free_port()
    service = serve(port)
    try:
        warm, _figures = sent(port, secrets[:1], unit, at, size=20, seconds=1)
        many, batched = sent(port, secrets, unit, at, size=options.size, seconds=options.seconds)
        few, single = sent(port, secrets[:4], unit, at, size=1, seconds=options.seconds / 2)
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(timeout=20)
    acknowledged = warm + many + few
    kept, records = Operation.objects.count(), JournalEntry.objects.filter(verb=offering.KNOCKED).count()
    return {
        "batched": batched, "single": single, "acknowledged": acknowledged, "kept": kept, "records": records,
        "good": acknowledged == kept == records and batched["per_second"] >= LEAST,
    }  # fmt: skip


def killed(secrets: list[str], unit: str, at: str, options: argparse.Namespace) -> dict[str, Any]:
    """The service killed within batches of all phones at once, as often as asked; every second one is small and goes by the phones' lane."""
    from jimu.core.models import JournalEntry
    from jimu.sync.models import Operation
    from jimu.sync.tests import killing, offering

    port, began = free_port(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "serving"
        senders = [killing.Sender(secret, lambda: killing.operation(unit, at), options.size if n % 2 else 5) for n, secret in enumerate(secrets)]
        with killing.service(port, file, {**os.environ, "PYTHONPATH": str(ROOT)}):
            ordeal = killing.undergo(port=port, senders=senders, file=file, kills=options.kills, seed=7)
    records = set(JournalEntry.objects.filter(verb=offering.KNOCKED).values_list("target", flat=True))
    rows, kept = JournalEntry.objects.filter(verb=offering.KNOCKED).count(), Operation.objects.count()
    missing = len({f"op:{one}" for one in ordeal.acknowledged} - records)
    return {
        "kills": ordeal.kills, "cut": ordeal.cut, "found": ordeal.found, "by_lane": ordeal.by_lane, "by_pages": ordeal.by_pages,
        "sent": len(ordeal.sent), "acknowledged": len(ordeal.acknowledged), "kept": kept,
        "missing": missing, "double": rows - len(records), "seconds": round(time.perf_counter() - began, 1),
        "good": missing == 0 and rows == len(records) == kept == len(ordeal.sent),
    }  # fmt: skip


def main() -> int:
    """Run on a fresh home, or on the database that JIMU_DATABASE names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--rate", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(JIMU_HOME=home, DJANGO_SETTINGS_MODULE="jimu.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from jimu.core import clock

        call_command("migrate", verbosity=0)
        secrets, unit = prepare(options.phones)
        at = clock.now().isoformat()
        if options.rate:
            from jimu.sync.tests.killing import operation

            found = steady(secrets, lambda _n: (operation(unit, at) for _ in itertools.count()), options)
        else:
            found = (killed if options.kills else throughput)(secrets, unit, at, options)
        found |= {"database": connection.vendor, "size": options.size, "phones": options.phones, "load": [round(n, 1) for n in os.getloadavg()]}
        connection.close()
    print(json.dumps(found))
    return 0 if found["good"] else 1


if __name__ == "__main__":
    sys.exit(main())
