"""Phones on real rounds over HTTP: visits in batches, and the first sync of many phones while others work on.

    python benchmarks/sync_rounds.py [--seconds S] [--phones N] [--within S] [--blocks N]

A fresh home (or the database that JIMU_DATABASE names): blocks of 16 buildings with 384 doors each on rounds, the service as
`jimu serve` starts it, clients in this process on the same machine. First batches of 200 visits (a knock each, which changes the door
and its history); then N phones, each of one of the blocks, enrol with their own invitation, fetch their pack (384 doors, compressed; one that is
told to come later does) and say that they are there, spread over S seconds, while others send single knocks and look at a page: at moments fixed
beforehand, every one counted from the moment it was due. Prints JSON, the share of a core that the clients took beside the service's. Exits 1 below
1,000 visits a second, or when the others' p95 rises above 500 ms or the phones need more than 10 minutes.
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


def prepare(phones: int, blocks: int = 1) -> dict[str, Any]:
    """Blocks with doors on a round; phones enrolled on the first for the visits, invitations for the others, and a session for a page."""
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
    numbers = ",".join(f"{floor}0{door}" for floor in range(1, FLOORS + 1) for door in range(1, DOORS + 1))
    names = ["第1网格块", *(f"第{number + 60}网格块" for number in range(1, blocks))]
    for name in names[1:]:
        town.units[name] = Unit.objects.add_child(Unit.objects.get(pk=town["甲一居民区"].pk), {"kind": "block", "name": name, "short_name": name})
    rounds = []
    for name in names:
        for number in range(BUILDINGS):
            building = f"{number + 51}号楼"
            unit = Unit.objects.add_child(Unit.objects.get(pk=town[name].pk), {"kind": "building", "name": building, "short_name": building})
            actions.add_rooms(actor=SYSTEM, at=at, building_id=unit.pk, entrance="", words=numbers)
        rounds.append(round_actions.open_round(actor=SYSTEM, at=at - timedelta(minutes=1), unit_id=town[name].pk, title="底数排摸", pairs=8))
    accounts = {name: [town.account("block_leader", name) for _n in range(2)] for name in names}
    dice = random.Random(5)

    def invited(number: int, name: str) -> str:
        account = accounts[name][number % 2]
        given = {"actor": actor_of(account), "at": clock.now(), "account_id": account.pk, "unit_id": town[name].pk, "label": f"手机{number}"}
        return phones_actions.invite(**given, ends_at=at + timedelta(hours=8))[1]

    working = [phones_actions.enrol(at=clock.now(), secret=invited(n, names[0]), report=Report())[1] for n in range(8)]
    client = Client()
    client.force_login(accounts[names[0]][0], backend="django.contrib.auth.backends.ModelBackend")
    # An invitation lasts half an hour: they are made before, the phones come within ten minutes.
    return {
        "working": working, "codes": [invited(n, dice.choice(names)) for n in range(phones)], "round": str(rounds[0].pk),
        "rooms": [str(pk) for pk in Room.objects.filter(building__path__startswith=town[names[0]].path).values_list("pk", flat=True)],
        "cookie": client.cookies["sessionid"].value, "page": f"/households/places/{town[names[0]].pk}/",
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


def first_sync(way: Way, code: str, again: list[float]) -> int:
    """One phone: enrolled, its pack fetched, reported. Returns the pack's bytes as they came; `again` gets the waits that it was told."""
    status, raw = way.ask("POST", "/sync/enrol", {"code": code})
    assert status == 200, raw[:200]
    way.headers |= {"Authorization": f"Bearer {json.loads(raw)['token']}", "Accept-Encoding": "gzip"}
    status, pack = way.ask("GET", "/sync/pack?cursor=")
    while status == 503:
        again.append(json.loads(pack)["error"]["data"]["again"])
        way.http.close()
        time.sleep(again[-1])
        status, pack = way.ask("GET", "/sync/pack?cursor=")
    assert status == 200
    way.ask("POST", "/sync/heartbeat", {"looks": []})
    return len(pack)


def first_syncs(port: int, held: dict[str, Any], within: float) -> dict[str, Any]:
    """Phones come at an even pace and do their first sync; others go on working beside them."""
    codes: queue.Queue[tuple[float, str]] = queue.Queue()
    began = time.perf_counter() + 0.5
    for number, code in enumerate(held["codes"]):
        codes.put((began + number * within / len(held["codes"]), code))
    took, sizes, again, over = [], [], [], threading.Event()

    def phone() -> None:
        while True:
            try:
                due, code = codes.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            sizes.append(first_sync(Way(port), code, again))
            took.append(time.perf_counter() - due)

    slow: set[int] = set()
    scans: list[float] = []
    pages: list[float] = []

    def worker(number: int) -> None:
        way, dice = Way(port, held["working"][number]), random.Random(number)
        due = began + number * 0.0625
        while not over.wait(max(0.0, due - time.perf_counter())):
            status, _raw = way.ask("POST", "/sync/operations", {"operations": [knock(held, dice)]})
            assert status == 200
            scans.append(time.perf_counter() - due)
            if scans[-1] > OTHERS_MS / 1000:
                slow.add(int(due - began))
            due += 0.25

    def reader() -> None:
        way, due = Way(port, cookie=held["cookie"]), began
        while not over.wait(max(0.0, due - time.perf_counter())):
            status, _raw = way.ask("GET", held["page"])
            assert status == 200
            pages.append(time.perf_counter() - due)
            due += 1.0

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
    return {
        "phones": len(took), "seconds": round(seconds, 1), "pack_bytes": max(sizes), "told_to_come_later": len(again), "first_sync": figures(took),
        "others_scan": figures(scans), "others_page": figures(pages), "others": figures([*scans, *pages]), "seconds_with_a_slow_scan": len(slow),
    }  # fmt: skip


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
    parser.add_argument("--blocks", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(JIMU_HOME=home, DJANGO_SETTINGS_MODULE="jimu.settings")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection
        from sync import cpu_of, free_port, serve

        call_command("migrate", verbosity=0)
        held, port = prepare(options.phones, options.blocks), free_port()
        database = connection.vendor
        connection.close()
        service = serve(port, "jimu.asgi:application")
        try:
            cpu = cpu_of(service.pid)
            found: dict[str, Any] = {"visits": visits(port, held, options.seconds, options.size)}
            found["visits"]["service_cpu_ms_each"] = round((cpu_of(service.pid) - cpu) / max(1, found["visits"]["acknowledged"]) * 1000, 3)
            if options.phones:
                cpu, own = cpu_of(service.pid), time.process_time()
                found["first"] = first_syncs(port, held, options.within)
                found["first"]["service_cpu_share"] = round((cpu_of(service.pid) - cpu) / found["first"]["seconds"], 2)
                found["first"]["clients_cpu_share"] = round((time.process_time() - own) / found["first"]["seconds"], 2)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(timeout=20)
    found |= {"database": database, "size": options.size, "blocks": options.blocks, "load": [round(n, 1) for n in os.getloadavg()]}
    print(json.dumps(found))
    slow = found["visits"]["per_second"] < LEAST_VISITS
    if options.phones:
        first = found["first"]
        slow |= first["seconds"] > MOST_SECONDS or max(first[who]["p95_ms"] for who in ("others", "others_scan", "others_page")) > OTHERS_MS
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
