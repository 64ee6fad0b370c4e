"""A call-up of 5,000 people, their answers over HTTP, and a no-show's substitutes, on a fresh subdistrict of 26 neighborhoods.

    python benchmarks/calls.py [--seconds 60] [--offers 5000]

Prints JSON. `offers_seconds`: from the click until offers and letters are committed and the local channel has them all. Then
`jimu serve` runs as it would in an office (pages, workers, timers) and every offer is answered once over HTTP, at random
moments of the given span; an answer's time is from when it was to be sent until its page has come. At last somebody is marked
absent: seconds until ranked offers to substitutes are committed and handed over. Exits 1 when a seat was given twice, an answer
was lost, or a limit is missed. `docs/benchmarks/calls.md` keeps the numbers.
"""

import argparse
import contextlib
import http.client
import json
import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PEOPLE, DAYS = 12_000, 4
LONGEST_OFFERS, LONGEST_ANSWER, LONGEST_BACKFILL = 10.0, 300.0, 1.0
CLIENTS, ABSENT = 48, 5
# Post, from and to (minutes), seats in each neighborhood: 58 seats for which about 5,000 must be asked.
POSTS = (("gate", 420, 660, 12), ("patrol", 780, 1020, 8), ("scanner", 480, 720, 10), ("supplies", 480, 720, 12), ("survey", 540, 780, 16))
WORDS = ("yes",) * 9 + ("no",) * 8 + ("later",) * 3


def world() -> Any:
    """Grid, people, an incident with an empty roster in force, and one shift that is on now with everybody seated."""
    import world as subdistrict  # type: ignore[import-not-found]

    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.incidents.models import Incident, IncidentUnit, Post
    from jimu.messages import channel_actions
    from jimu.people.models import Person
    from jimu.roster.models import Assignment, Roster, Shift

    at, dice = clock.now(), random.Random(7)
    top, places = subdistrict.grid(1)
    by_place = subdistrict.people_in(places, PEOPLE, dice)
    incident = Incident.objects.create(
        playbook="epidemic-lockdown", playbook_version=1, playbook_text="", level="lockdown", title="量测", legal_basis="量测", scope=top.path,
        starts_at=at, ends_on=clock.today() + timedelta(days=DAYS), activated_at=at, activated_by="量测",
    )  # fmt: skip
    IncidentUnit.objects.bulk_create(IncidentUnit(incident=incident, unit=unit, hazard="epidemic") for unit in places)
    roster = Roster.objects.create(
        incident=incident, scope=top.path, first_day=clock.today(), days=DAYS, state=Roster.State.PUBLISHED, created_at=at, created_by="量测",
        published_at=at, published_by="量测",
    )  # fmt: skip
    minute = clock.minute_of(at, clock.today()) // 5 * 5
    now = ("desk", max(0, minute - 60), minute + 300, 4)
    posts = [
        Post(incident=incident, unit=unit, code=code, title=code, group=code, shift_code="day", start_minute=start, end_minute=end, needed=seats, priority=2)
        for unit in places for code, start, end, seats in (*POSTS, now)
    ]  # fmt: skip
    Post.objects.bulk_create(posts, batch_size=500)
    shifts = []
    for post in posts:
        day = clock.today() + timedelta(days=0 if post.code == "desk" else 2)
        shifts.append(
            Shift(
                roster=roster, post=post, unit_id=post.unit_id, day=day, needed=post.needed, filled=post.needed if post.code == "desk" else 0,
                starts_at=clock.at_minute(day, post.start_minute), ends_at=clock.at_minute(day, post.end_minute),
            )
        )  # fmt: skip
    Shift.objects.bulk_create(shifts, batch_size=500)
    on = [(s, s.post.needed) for s in shifts if s.post.code == "desk"]
    seats = [Assignment(shift=s, person=by_place[s.unit_id][n], seat=n) for s, count in on for n in range(count)]
    Assignment.objects.bulk_create(seats)
    Person.objects.filter(minor=True).update(minor=False)
    channel_actions.add_channel(
        actor=SYSTEM, at=at, name="本机", service="local", reach="persons", unit_id=top.pk, address="", usual_for=["urgent", "routine"]
    )
    return incident


def call_up(incident: Any, wanted: int) -> dict[str, Any]:
    """From the click until the local channel has every letter."""
    from jimu.calls import actions, waves
    from jimu.calls.models import Offer
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.messages import sending
    from jimu.messages.models import LocalLine

    at = clock.at_minute(clock.today() + timedelta(days=1), 600)
    began, worked = time.perf_counter(), time.process_time()
    actions.begin(actor=SYSTEM, at=at, incident_id=incident.pk, hours=72)
    waves.sweep(at)
    committed = time.perf_counter() - began
    sending.send_due(seconds=120)
    whole, cpu = time.perf_counter() - began, time.process_time() - worked
    offers = Offer.objects.count()
    if LocalLine.objects.count() != offers or offers < wanted * 0.95:
        raise SystemExit(f"{offers} offers, {LocalLine.objects.count()} letters")
    return {"offers": offers, "offers_committed_seconds": round(committed, 2), "offers_seconds": round(whole, 2), "offers_cpu_seconds": round(cpu, 2)}


class Client(threading.Thread):
    """One of several that answer offers when their moment has come."""

    def __init__(self, port: int, due: "queue.Queue[tuple[float, str, str]]", zero: float) -> None:
        super().__init__(daemon=True)
        self.port, self.due, self.zero = port, due, zero
        self.took: list[float] = []
        self.refused: list[tuple[int, str]] = []

    def run(self) -> None:
        while True:
            try:
                moment, path, word = self.due.get_nowait()
            except queue.Empty:
                return
            time.sleep(max(0.0, self.zero + moment - time.perf_counter()))
            body = urlencode({"word": word, "csrfmiddlewaretoken": TOKEN, "reason": "busy" if word == "no" else ""})
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={TOKEN}", "Host": f"127.0.0.1:{self.port}"}
            # A connection each, as phones have: the service closes one that was idle for seconds.
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                line.request("POST", path, body, headers)
                answer = line.getresponse()
                answer.read()
                status = answer.status
            except OSError as error:
                status = 0
                print(error, file=sys.stderr)
            finally:
                line.close()
            self.took.append((time.perf_counter() - self.zero - moment) * 1000)
            if status != 200:
                self.refused.append((status, path))


TOKEN = "a" * 32


def answers(seconds: int, most: int) -> dict[str, Any]:
    """Every offer (or so many) answered once, at random moments."""
    from django.urls import reverse

    from jimu.calls import letters
    from jimu.calls.models import Answer, Offer
    from jimu.core.tests.elsewhere import environment, free_port
    from jimu.roster.models import Assignment, Shift

    dice, port = random.Random(11), free_port()
    offers = list(Offer.objects.order_by("pk").values_list("pk", flat=True))
    dice.shuffle(offers)
    offers = offers[:most]
    moments = sorted(dice.uniform(0, seconds) for _ in offers)
    given = [(moment, reverse("calls:answer", args=[letters.token(pk)]), dice.choice(WORDS)) for moment, pk in zip(moments, offers, strict=True)]
    words = [sys.executable, "-m", "jimu", "serve", "--port", str(port)]
    process = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(port)
        due: queue.Queue[tuple[float, str, str]] = queue.Queue()
        for one in given:
            due.put(one)
        zero, before = time.perf_counter() + 1, cpu_of(process.pid)
        clients = [Client(port, due, zero) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        spent, cpu = time.perf_counter() - zero, cpu_of(process.pid) - before
        time.sleep(8)
    finally:
        process.terminate()
        process.wait(timeout=30)
    took = sorted(ms for client in clients for ms in client.took)
    refused = [one for client in clients for one in client.refused]
    seated = Assignment.objects.filter(origin="call")
    twice = sum(Assignment.objects.filter(shift=shift).count() > shift.needed for shift in Shift.objects.all())
    said = {pk: word for (_m, path, word), pk in zip(given, offers, strict=True)}
    heard: dict[Any, str] = {}
    for start in range(0, len(offers), 900):
        heard |= dict(Answer.objects.filter(offer__in=offers[start : start + 900]).values_list("offer", "word"))
    lost = sum(heard.get(pk) != word for pk, word in said.items()) - len(refused)
    return {
        "answers": len(took), "answer_seconds": round(spent, 1), "answer_p50_ms": round(took[len(took) // 2]), "answer_p95_ms": round(took[int(len(took) * 0.95)]),
        "answer_worst_ms": round(took[-1]), "service_cpu_ms_an_answer": round(1000 * cpu / len(took), 1), "refused": len(refused), "lost": lost, "given_twice": twice, "seated": seated.count(),
        "said_yes_and_seated": Offer.objects.filter(state="yes").count(), "bench": Offer.objects.filter(state="bench").count(),
        "offers_after": Offer.objects.count(),
    }  # fmt: skip


def cpu_of(pid: int) -> float:
    """CPU seconds that a process and those it started have used so far."""
    used = 0.0
    with contextlib.suppress(OSError):
        cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used = (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")
        used += sum(cpu_of(int(child)) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return used


def _until_it_answers(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/accounts/sign-in/")
            line.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the service did not start")


def no_show() -> dict[str, Any]:
    """Several people marked absent, one after another, each at another place."""
    from jimu.calls.models import Call, Offer
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.messages import sending
    from jimu.roster import attendance
    from jimu.roster.models import Assignment

    sending.send_due(seconds=60)
    Call.objects.update(state="stopped")
    Offer.objects.filter(state__in=("waiting", "later", "silent")).update(state="closed")
    found, worked, asked = [], [], []
    seats = list(Assignment.objects.filter(shift__post__code="desk", seat=0).order_by("shift__unit__path")[: ABSENT + 1])
    for seat in seats:
        began, busy = time.perf_counter(), time.process_time()
        attendance.mark(actor=SYSTEM, at=clock.now(), assignment_id=seat.pk, mark="absent")
        sending.send_due(seconds=30)
        found.append(time.perf_counter() - began)
        worked.append(time.process_time() - busy)
        asked.append(Offer.objects.filter(call__kind="backfill", shift=seat.shift_id).count())
    # The first is a process's first as well: it is told apart.
    return {
        "backfill_first_seconds": round(found[0], 2), "backfill_worst_seconds": round(max(found[1:]), 2),
        "backfill_median_seconds": round(sorted(found[1:])[ABSENT // 2], 2), "backfill_offers": asked,
        "backfill_cpu_median_seconds": round(sorted(worked[1:])[ABSENT // 2], 2),
    }  # fmt: skip


def main() -> int:
    """Run on a fresh home, or on the database that JIMU_DATABASE names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--offers", type=int, default=5000)
    parser.add_argument("--answers", type=int, default=10**6, help="answer only so many of the offers")
    parser.add_argument("--only", choices=("offers", "answers", "backfill"), help="stop after this part")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["JIMU_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        from jimu.core.settling import settle

        # The click finds a service that runs: its code is loaded.
        settle()
        found: dict[str, Any] = {"load_before": round(os.getloadavg()[0], 1)} | call_up(world(), options.offers)
        if options.only in (None, "answers"):
            found |= answers(options.seconds, options.answers)
        if options.only in (None, "backfill"):
            found |= no_show()
        found |= {"load_after": round(os.getloadavg()[0], 1)}
    print(json.dumps(found, ensure_ascii=False))
    wrong = found.get("lost", 0) or found.get("given_twice", 0) or found.get("refused", 0)
    slow = (
        found["offers_seconds"] > LONGEST_OFFERS or found.get("answer_p95_ms", 0) > LONGEST_ANSWER or found.get("backfill_worst_seconds", 0) > LONGEST_BACKFILL
    )
    return 1 if wrong or slow else 0


if __name__ == "__main__":
    sys.exit(main())
