"""Phones on real rounds over HTTP: visits in batches, and the first sync of many phones while others work on.

    python benchmarks/sync_rounds.py [--seconds S] [--phones N] [--within S]

A fresh home (or the database that JIMU_DATABASE names): a block of 16 buildings with 384 doors on a round, the service as
`jimu serve` starts it, clients in this process on the same machine. First batches of 200 visits (a knock each, which changes the door
and its history); then N phones enrol with their own invitation, fetch their pack (384 doors) and say that they are there, spread over
S seconds, while others send single knocks and look at a page. Prints JSON. Exits 1 below 1,000 visits a second, or when the others' p95 rises above 500 ms or
the phones need more than 10 minutes.
"""

import argparse
import http.client
import json
import os
import queue
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
LEAST_VISITS, OTHERS_MS, MOST_SECONDS = 1000, 500.0, 600.0
BUILDINGS, FLOORS, DOORS = 16, 6, 4


def prepare(phones: int) -> dict[str, Any]:
    """A block with doors on a round; phones enrolled for the visits, invitations for the others, and a session for a page."""
    from django.test import Client

    from jimu.accounts.queries import actor_of
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.field.households import actions, round_actions
    from jimu.field.households.models import Room
    from jimu.grid.models import Unit
    from jimu.grid.tests.town import build
    from jimu.sync import actions as phones_actions
    from jimu.sync.receiving import Report

    town, at = build(), clock.now()
    block = Unit.objects.get(pk=town["第1网格块"].pk)
    numbers = ",".join(f"{floor}0{door}" for floor in range(1, FLOORS + 1) for door in range(1, DOORS + 1))
    for number in range(BUILDINGS):
        name = f"{number + 51}号楼"
        unit = Unit.objects.add_child(Unit.objects.get(pk=block.pk), {"kind": "building", "name": name, "short_name": name})
        actions.add_rooms(actor=SYSTEM, at=at, building_id=unit.pk, entrance="", words=numbers)
    made = round_actions.open_round(actor=SYSTEM, at=at - timedelta(minutes=1), unit_id=block.pk, title="底数排摸", pairs=8)
    accounts = [town.account("block_leader", "第1网格块") for _n in range(20)]

    def invited(number: int) -> str:
        account = accounts[number % len(accounts)]
        given = {"actor": actor_of(account), "at": clock.now(), "account_id": account.pk, "unit_id": block.pk, "label": f"手机{number}"}
        return phones_actions.invite(**given, ends_at=at + timedelta(hours=8))[1]

    working = [phones_actions.enrol(at=clock.now(), secret=invited(n), report=Report())[1] for n in range(8)]
    client = Client()
    client.force_login(accounts[0], backend="django.contrib.auth.backends.ModelBackend")
    # An invitation lasts half an hour: they are made before, the phones come within ten minutes.
    return {
        "working": working, "codes": [invited(n) for n in range(phones)], "round": str(made.pk), "rooms": [str(pk) for pk in Room.objects.values_list("pk", flat=True)],
        "cookie": client.cookies["sessionid"].value, "page": f"/households/places/{block.pk}/",
    }  # fmt: skip


class Way:
    """One connection, one phone."""

    def __init__(self, port: int, secret: str = "", cookie: str = "") -> None:
        self.http = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Content-Type": "application/json"}
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"
        if cookie:
            self.headers["Cookie"] = f"sessionid={cookie}"

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, bytes]:
        """Status and content."""
        self.http.request(method, path, None if body is None else json.dumps(body), self.headers)
        answer = self.http.getresponse()
        return answer.status, answer.read()


def knock(held: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """A knock somewhere."""
    from jimu.core import clock
    from jimu.core.ids import new_id

    payload = {"room": dice.choice(held["rooms"]), "round": held["round"], "result": dice.choice(["answered", "second", "empty"]), "note": ""}
    return {"op_id": str(new_id()), "kind": "households.visit", "at": clock.now().isoformat(), "based_on": None, "payload": payload}


def visits(port: int, held: dict[str, Any], seconds: float, size: int) -> dict[str, Any]:
    """Batches of visits from four phones."""
    done, times, end = [0] * 4, [], time.perf_counter() + seconds

    def run(number: int) -> None:
        way, dice = Way(port, held["working"][number]), random.Random(number)
        while time.perf_counter() < end:
            body = {"operations": [knock(held, dice) for _n in range(size)]}
            began = time.perf_counter()
            told = json.loads(way.ask("POST", "/sync/operations", body)[1])
            times.append(time.perf_counter() - began)
            done[number] += sum(one["outcome"] == "done" for one in told["results"])

    began = time.perf_counter()
    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"per_second": round(sum(done) / (time.perf_counter() - began)), "acknowledged": sum(done), **figures(times)}


def first_syncs(port: int, held: dict[str, Any], within: float) -> dict[str, Any]:
    """Phones come at an even pace and do their first sync; others go on working beside them."""
    codes: queue.Queue[tuple[float, str]] = queue.Queue()
    began = time.perf_counter() + 0.5
    for number, code in enumerate(held["codes"]):
        codes.put((began + number * within / len(held["codes"]), code))
    took, sizes, over = [], [], threading.Event()

    def phone() -> None:
        while True:
            try:
                due, code = codes.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            way = Way(port)
            status, raw = way.ask("POST", "/sync/enrol", {"code": code})
            assert status == 200, raw[:200]
            way.headers["Authorization"] = f"Bearer {json.loads(raw)['token']}"
            status, pack = way.ask("GET", "/sync/pack?cursor=")
            assert status == 200
            way.ask("POST", "/sync/heartbeat", {"looks": []})
            took.append(time.perf_counter() - due)
            sizes.append(len(pack))

    scans: list[float] = []
    pages: list[float] = []

    def worker(number: int) -> None:
        way, dice = Way(port, held["working"][number]), random.Random(number)
        while not over.is_set():
            at = time.perf_counter()
            status, _raw = way.ask("POST", "/sync/operations", {"operations": [knock(held, dice)]})
            assert status == 200
            scans.append(time.perf_counter() - at)
            over.wait(0.25)

    def reader() -> None:
        way = Way(port, cookie=held["cookie"])
        while not over.is_set():
            at = time.perf_counter()
            status, _raw = way.ask("GET", held["page"])
            assert status == 200
            pages.append(time.perf_counter() - at)
            over.wait(1.0)

    others = [threading.Thread(target=worker, args=(n,)) for n in range(4)] + [threading.Thread(target=reader)]
    phones = [threading.Thread(target=phone) for _n in range(24)]
    for thread in [*others, *phones]:
        thread.start()
    for thread in phones:
        thread.join()
    seconds = time.perf_counter() - began
    over.set()
    for thread in others:
        thread.join()
    return {"phones": len(took), "seconds": round(seconds, 1), "pack_bytes": max(sizes), "first_sync": figures(took), "others_scan": figures(scans), "others_page": figures(pages)}


def figures(times: list[float]) -> dict[str, float]:
    """In milliseconds."""
    told = sorted(times)
    return {"n": len(told), "p50_ms": round(statistics.median(told) * 1000, 1), "p95_ms": round(told[int(len(told) * 0.95)] * 1000, 1)}


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--phones", type=int, default=3000)
    parser.add_argument("--within", type=float, default=480)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(JIMU_HOME=home, DJANGO_SETTINGS_MODULE="jimu.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from sync import cpu_of, free_port, serve

        call_command("migrate", verbosity=0)
        held, port = prepare(options.phones), free_port()
        database = connection.vendor
        connection.close()
        service = serve(port, "jimu.asgi:application")
        try:
            cpu = cpu_of(service.pid)
            found: dict[str, Any] = {"visits": visits(port, held, options.seconds, options.size)}
            found["visits"]["service_cpu_ms_each"] = round((cpu_of(service.pid) - cpu) / max(1, found["visits"]["acknowledged"]) * 1000, 3)
            if options.phones:
                cpu = cpu_of(service.pid)
                found["first"] = first_syncs(port, held, options.within)
                found["first"]["service_cpu_share"] = round((cpu_of(service.pid) - cpu) / found["first"]["seconds"], 2)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(timeout=20)
    found |= {"database": database, "size": options.size, "load": [round(n, 1) for n in os.getloadavg()]}
    print(json.dumps(found))
    slow = found["visits"]["per_second"] < LEAST_VISITS
    if options.phones:
        first = found["first"]
        slow |= first["seconds"] > MOST_SECONDS or max(first["others_scan"]["p95_ms"], first["others_page"]["p95_ms"]) > OTHERS_MS
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
