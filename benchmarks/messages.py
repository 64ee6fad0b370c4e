"""The outbox, measured: 5,000 messages to 5,000 people, put in and sent to the local channel.

    python benchmarks/messages.py [--people N]

Prints JSON: seconds to put them in, seconds to send them all, and that the same wave put in again sends nothing. Exits 1 when
sending takes more than 10 s or a message is missing or double. `docs/benchmarks/messages.md` keeps the numbers.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LONGEST = 10.0


def measure(count: int) -> dict[str, object]:
    """Put in, send, put in again."""
    from jimu.core import clock
    from jimu.core.permissions import SYSTEM
    from jimu.grid.models import Unit
    from jimu.messages import actions, channel_actions, sending
    from jimu.messages.actions import Letter
    from jimu.messages.models import LocalLine, Message
    from jimu.people.models import Person

    top = Unit.objects.add_root({"kind": "subdistrict", "name": "量测街道", "short_name": "量测"})
    at = clock.now()
    rows = [Person(name=f"测{n}", unit=top, created_at=at, updated_at=at) for n in range(count)]
    Person.objects.bulk_create(rows, batch_size=500)
    channel_actions.add_channel(
        actor=SYSTEM, at=at, name="本机", service="local", reach="persons", unit_id=top.pk, address="", usual_for=["urgent"]
    )
    letters = [
        Letter(f"bench:{n}", top.pk, f"【量测】第 {n} 位：请于 8:00 到居委会集合，收到请回复。", rows[n].pk, "urgent") for n in range(count)
    ]
    began = time.perf_counter()
    actions.enqueue(actor=SYSTEM, at=at, letters=letters, subject="bench")
    queued = time.perf_counter() - began
    began = time.perf_counter()
    sending.send_due(seconds=120)
    sent = time.perf_counter() - began
    again = actions.enqueue(actor=SYSTEM, at=at, letters=letters, subject="bench")
    sending.send_due(seconds=120)
    return {
        "messages": count, "queue_seconds": round(queued, 2), "send_seconds": round(sent, 2), "per_second": round(count / sent),
        "sent": Message.objects.filter(state="sent").count(), "kept": LocalLine.objects.count(), "again_fresh": again.fresh,
    }  # fmt: skip


def main() -> int:
    """Run on a fresh home, or on the database that JIMU_DATABASE names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["JIMU_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        found = measure(options.people)
    print(json.dumps(found, ensure_ascii=False))
    whole = found["sent"] == found["kept"] == options.people and found["again_fresh"] == 0
    return 0 if whole and float(str(found["send_seconds"])) <= LONGEST else 1


if __name__ == "__main__":
    sys.exit(main())
