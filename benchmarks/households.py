"""The ledger at 100,000 residents: import of a workbook, the page of a block, searches.

    python benchmarks/households.py [--residents 100000] [--requests 40]

A fresh embedded database, or that which JIMU_DATABASE names; one workbook as a committee would keep it, with invented residents (its writing is not
measured); then the import as the page's job does it, the same import again, and pages through the whole service by
Django's test client. Prints JSON. Exits 1 above the aims: import 60 s, a block's page and every search 100 ms (95th percentile).
"""

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IMPORT_SECONDS, PAGE_MS = 60.0, 100.0
BLOCKS, BUILDINGS, FLOORS, DOORS = 4, 16, 6, 4
PER_HOUSEHOLD = 2.34
HEADER = ["居民区", "楼栋", "室号", "姓名", "联系电话", "身份证号", "与户主关系", "重点人群", "备注"]
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰志建国文辉玲"


def grid(residents: int) -> list[Any]:
    """Neighborhoods enough for the residents, with their blocks and buildings."""
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.grid.actions import NeighborhoodFacts, ensure_neighborhoods, found_subdistrict
    from jimu.grid.models import Unit

    per_place = BLOCKS * BUILDINGS * FLOORS * DOORS * PER_HOUSEHOLD
    root = found_subdistrict(actor=SYSTEM, at=clock.now(), name="和风街道")
    numbers = {"blocks": BLOCKS, "buildings": BLOCKS * BUILDINGS}
    places = [NeighborhoodFacts(f"丙{n}居民区", f"丙{n}", numbers=numbers) for n in range(1, round(residents / per_place) + 2)]
    ensure_neighborhoods(actor=SYSTEM, at=clock.now(), root=root, facts=places)
    return list(Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path"))


def write_ledger(path: Path, places: list[Any], residents: int) -> None:
    """The workbook; nobody in it exists."""
    from openpyxl import Workbook

    from jimu.people.intake.cells import id_check

    dice, book = random.Random(7), Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(HEADER)
    count = 0
    for place in places:
        for building in range(1, BLOCKS * BUILDINGS + 1):
            for door in (f"{f}0{d}" for f in range(1, FLOORS + 1) for d in range(1, DOORS + 1)):
                for member in range(dice.choices((1, 2, 3, 4, 5), (28, 34, 22, 10, 6))[0]):
                    if count == residents:
                        book.save(path)
                        return
                    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=2))
                    # Every number once: 26,880 days times 1,000.
                    day = count * 7919 % 26880
                    born = f"{1935 + day // 336}{day // 28 % 12 + 1:02}{day % 28 + 1:02}"
                    body = f"999999{born}{count % 1000:03}"
                    group = dice.choice(("独居老人", "长期服药", "残疾人")) if dice.random() < 0.15 else ""
                    head = "户主" if member == 0 else "家人"
                    sheet.append([place.name, f"{building}号楼", door, name, f"199{count:08}", body + id_check(body), head, group, ""])
                    count += 1
    book.save(path)


def timed(client: Any, requests: int, call: Any) -> dict[str, float]:
    """Median and 95th percentile of a request, by the clock and of the processor."""
    spent, worked = [], []
    call(client, 0)
    for n in range(requests):
        begun, cpu = time.perf_counter(), time.process_time()
        answer = call(client, n)
        spent.append((time.perf_counter() - begun) * 1000)
        worked.append((time.process_time() - cpu) * 1000)
        assert answer.status_code == 200
    spent.sort()
    worked.sort()
    at = int(requests * 0.95)
    return {"median_ms": round(spent[requests // 2], 1), "p95_ms": round(spent[at], 1), "cpu_median_ms": round(worked[requests // 2], 1)}


def pages(requests: int) -> dict[str, Any]:
    """Pages of a commander over everything."""
    from django.test import Client
    from django.urls import reverse

    from jimu.accounts.models import Account, Grant
    from jimu.field.households.models import Resident, Room
    from jimu.grid.models import Unit

    account = Account.objects.create_user(username="zhihui", display_name="指挥长")
    Grant.objects.create(account=account, role="commander", unit=Unit.objects.get(depth=1))
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    blocks = [reverse("households:place", args=[pk]) for pk in Unit.objects.filter(kind="block").values_list("pk", flat=True)[:20]]
    buildings = [reverse("households:place", args=[pk]) for pk in Unit.objects.filter(kind="building").values_list("pk", flat=True)[:20]]
    rooms = [reverse("households:room", args=[pk]) for pk in Room.objects.values_list("pk", flat=True)[:20]]
    names = [resident.name for resident in Resident.objects.order_by("pk")[:20]]
    index = reverse("households:index")

    def searching(words: list[str]) -> dict[str, float]:
        return timed(client, requests, lambda c, n: c.post(index, {"q": words[n % len(words)]}))

    def reading(addresses: list[str]) -> dict[str, float]:
        return timed(client, requests, lambda c, n: c.get(addresses[n % len(addresses)]))

    return {
        "a block": reading(blocks), "a building": reading(buildings), "a room": reading(rooms), "the list": reading([index]),
        "search by name": searching(names), "search by phone": searching([f"199{n:08}" for n in range(20)]),
        "search by door": searching(["3号楼402", "12号101", "402"]), "search for nobody": searching(["无此人"]),
    }  # fmt: skip


def measure(folder: Path, residents: int, requests: int) -> dict[str, Any]:
    """All of it, in a home of its own."""
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.core.serve import prepare
    from jimu.core.settling import settle
    from jimu.field.households.import_actions import import_ledger
    from jimu.field.households.models import Room
    from jimu.grid.models import Unit

    prepare()
    places = grid(residents)
    path = folder / "台账.xlsx"
    write_ledger(path, places, residents)
    settle()
    root, seconds = Unit.objects.get(depth=1), []
    for _run in range(2):
        begun, cpu = time.perf_counter(), time.process_time()
        outcome = import_ledger(actor=SYSTEM, at=clock.now(), unit_id=root.pk, paths=[path])
        seconds.append({"seconds": round(time.perf_counter() - begun, 1), "cpu_seconds": round(time.process_time() - cpu, 1), **outcome.as_dict()})
    return {
        "megabytes": round(path.stat().st_size / 1e6, 1), "import": seconds[0], "again": seconds[1], "rooms": Room.objects.count(),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024), "pages": pages(requests), "load": [round(n, 1) for n in os.getloadavg()],
    }  # fmt: skip


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--residents", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(JIMU_HOME=home, DJANGO_SETTINGS_MODULE="jimu.settings")
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        result = measure(Path(home), options.residents, options.requests)
    print(json.dumps(result, ensure_ascii=False, indent=1))
    slow = [name for name, page in result["pages"].items() if (name == "a block" or name.startswith("search")) and page["p95_ms"] > PAGE_MS]
    return 1 if slow or result["import"]["seconds"] > IMPORT_SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
