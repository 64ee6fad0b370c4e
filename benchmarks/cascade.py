"""An order down the whole grid, measured: 1 subdistrict, 26 neighborhoods, 160 blocks, 2,000 buildings, each with leader and deputy.

    python benchmarks/cascade.py

Prints JSON: seconds from the click until all receipts, events and letters are committed; the letters sent to the local channel;
one answer; the tree read and drawn; a sweep in which everybody is silent; how long after an answer the order's page is told
and drawn anew by a running service. Exits 1 when the receipts take more than 2 s, or the page more than 1 s.
`docs/benchmarks/cascade.md` keeps the numbers.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PLACES, BLOCKS, BUILDINGS, RESIDENTS = 26, 160, 2000, 700
LONGEST_ISSUE, LONGEST_PAGE, ANSWERS = 2.0, 1.0, 20


def world() -> Any:
    """The grid with its leaders; a building leader often has several buildings."""
    from jimu.core import clock, sealed
    from jimu.grid.models import Unit
    from jimu.grid.paths import child_path
    from jimu.people.models import Person, UnitLeader

    at = clock.now()
    top = Unit.objects.add_root({"kind": "subdistrict", "name": "量测街道", "short_name": "量测", "code": ""})
    units: list[Unit] = []

    def put(parent: Unit, number: int, kind: str, name: str) -> Unit:
        unit = Unit(kind=kind, name=name, short_name=name, path=child_path(parent.path, number), depth=parent.depth + 1)
        units.append(unit)
        return unit

    places = [put(top, n + 1, "neighborhood", f"第{n + 1}居民区") for n in range(PLACES)]
    blocks = [put(places[n % PLACES], n // PLACES + 1, "block", f"第{n + 1}网格块") for n in range(BLOCKS)]
    for n in range(BUILDINGS):
        put(blocks[n % BLOCKS], n // BLOCKS + 1, "building", f"{n + 1}号楼")
    Unit.objects.bulk_create(units, batch_size=500)
    people = []
    for n in range(2 * (1 + PLACES + BLOCKS) + RESIDENTS):
        phone = f"199{n:08d}"
        people.append(
            Person(
                name=f"测{n}", unit=top, created_at=at, updated_at=at, phone_sealed=sealed.seal(phone), phone_index=sealed.blind_index(phone)
            )
        )
    Person.objects.bulk_create(people, batch_size=500)
    rows, wide = [], [top, *places, *blocks]
    for n, unit in enumerate(wide):
        rows += [UnitLeader(unit=unit, person=people[2 * n + k], role=role, since=at) for k, role in enumerate(("leader", "deputy"))]
    residents = people[2 * len(wide) :]
    for n, unit in enumerate(units[PLACES + BLOCKS :]):
        pair = residents[n % RESIDENTS], residents[(n + 1) % RESIDENTS]
        rows += [UnitLeader(unit=unit, person=person, role=role, since=at) for person, role in zip(pair, ("leader", "deputy"), strict=True)]
    UnitLeader.objects.bulk_create(rows, batch_size=500)
    return top


def timed(act: Any) -> tuple[float, Any]:
    """Seconds and result."""
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def measure(top: Any) -> tuple[dict[str, Any], Any]:
    """The order, its letters, one answer, the tree."""
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.incidents import order_actions, order_answers, order_queries
    from jimu.incidents.models import Receipt, ReceiptEvent
    from jimu.incidents.order_chains import unready
    from jimu.incidents.order_drawing import picture
    from jimu.messages import channel_actions, sending
    from jimu.messages.models import Message

    at = clock.now()
    channel_actions.add_channel(
        actor=SYSTEM, at=at, name="本机", service="local", reach="persons", unit_id=top.pk, address="", usual_for=["urgent", "routine"]
    )
    checked, listed = timed(lambda: unready(SYSTEM))
    issued, order = timed(
        lambda: order_actions.issue(
            actor=SYSTEM, at=at, unit_id=top.pk, title="今晚逐户敲门", text="每户敲门，核对在家人数，缺人的报上来。",
            kinds=("neighborhood", "block", "building"), deadline=at + timedelta(hours=2), legal_basis="量测", ends_on=clock.today(),
            staffing=True, wanted=2,
        )
    )  # fmt: skip
    sent, _n = timed(lambda: sending.send_due(seconds=60))
    receipts = list(Receipt.objects.filter(order=order).values_list("pk", flat=True))
    answers = sorted(timed(lambda pk=pk: order_answers.acknowledge(actor=SYSTEM, at=at, receipt_ids=[pk]))[0] for pk in receipts[:50])
    drawn, _tree = timed(lambda: [picture(branch) for branch in order_queries.tree(SYSTEM, order).branches])
    found = {
        "receipts": len(receipts), "events": ReceiptEvent.objects.filter(kind="sent").count(), "letters": Message.objects.filter(state="sent").count(),
        "unready": len(listed), "unready_seconds": round(checked, 2), "issue_seconds": round(issued, 2), "letters_seconds": round(sent, 2),
        "answer_p50_ms": round(answers[25] * 1000, 1), "answer_p95_ms": round(answers[47] * 1000, 1), "tree_seconds": round(drawn, 3),
    }  # fmt: skip
    return found, order


def silence(order: Any) -> dict[str, Any]:
    """Everybody silent: all are passed on in one sweep."""
    from jimu.core import clock
    from jimu.core.models import SteadyClock
    from jimu.incidents.order_silence import sweep

    row, _made = SteadyClock.objects.get_or_create(pk=1)
    SteadyClock.objects.filter(pk=1).update(seconds=row.seconds + order.silence_minutes * 60 + 1)
    seconds, passed = timed(lambda: sweep(at=clock.now()))
    return {"sweep_passed": passed, "sweep_seconds": round(seconds, 2)}


def page(order: Any) -> dict[str, Any]:
    """A running service: from an answer's commit until its page was told by the live line and has read the tree anew."""
    from django.test import Client

    from jimu.accounts.models import Account, Grant
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.core.tests.elsewhere import environment, free_port
    from jimu.incidents import order_answers
    from jimu.incidents.models import Receipt

    account = Account.objects.create_user(username="messen", password="long-enough-1", display_name="量测")
    Grant.objects.create(account=account, role="commander", unit=order.unit)
    client, port = Client(), free_port()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    cookie, root = f"sessionid={client.cookies['sessionid'].value}", f"http://127.0.0.1:{port}"
    words = [sys.executable, "-m", "uvicorn", "jimu.asgi:application", "--port", str(port), "--log-level", "error", "--timeout-graceful-shutdown", "1"]
    process = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(root)
        ask = lambda path: urllib.request.urlopen(urllib.request.Request(root + path, headers={"Cookie": cookie}), timeout=20)  # noqa: E731
        ask(f"/incidents/orders/{order.pk}/").read()
        line, found = ask(f"/live?topic={order.target}"), []
        open_ones = list(Receipt.objects.filter(order=order).exclude(state="acknowledged").values_list("pk", flat=True)[:ANSWERS])
        _pulse(line)
        for pk in open_ones:
            order_answers.acknowledge(actor=SYSTEM, at=clock.now(), receipt_ids=[pk])
            began = time.perf_counter()
            _pulse(line)
            ask(f"/incidents/orders/{order.pk}/live/").read()
            found.append(time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(timeout=30)
    found.sort()
    return {"page_p50_seconds": round(found[len(found) // 2], 2), "page_worst_seconds": round(found[-1], 2)}


def _pulse(line: Any) -> None:
    while not line.readline().startswith(b"data:"):
        pass


def _until_it_answers(root: str) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(root + "/accounts/sign-in/", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the service did not start")


def main() -> int:
    """Run on a fresh home, or on the database that JIMU_DATABASE names."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["JIMU_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        found, order = measure(world())
        found |= page(order) | silence(order)
    print(json.dumps(found, ensure_ascii=False))
    return 0 if found["issue_seconds"] <= LONGEST_ISSUE and found["page_worst_seconds"] <= LONGEST_PAGE else 1


if __name__ == "__main__":
    sys.exit(main())
