"""Live pages: an action beats a topic, after its commit, and every page that shows the topic refreshes."""

import logging
from collections.abc import Iterable
from threading import Lock, Timer

from django.db import connection, transaction
from django.db.models import F

from jimu.core import clock, locks
from jimu.core.models import Pulse

# How long a sparing beat may wait for others, in seconds.
GAP = 0.25
log = logging.getLogger(__name__)


def beat(*topics: str) -> None:
    """Say that these topics changed, once the current transaction has committed.

    Topics name no person: `board`, `roster:<id>`, `job:<id>`. What was committed stands even when the beat
    fails (it is logged): pages also look by themselves every quarter of a minute.
    """
    transaction.on_commit(lambda: _raise(topics), robust=True)


def beat_sparingly(*topics: str) -> None:
    """The same for what may change many times a second: in a process that serves pages, the beats of a quarter of a second are one."""
    transaction.on_commit(lambda: _joined.beat(topics), robust=True)


def join_beats(*, gap: float = GAP) -> None:
    """From now on this process joins its sparing beats; others beat at once."""
    _joined.gap = gap


def versions(topics: Iterable[str]) -> dict[str, int]:
    """The current version of each topic; 0 for one that never rose.

    A page reads it before its data, so that a change made while it is drawn is noticed afterwards.
    """
    wanted = list(topics)
    found = dict(Pulse.objects.filter(topic__in=wanted).values_list("topic", "version"))
    return {topic: found.get(topic, 0) for topic in wanted}


class Joined:
    """Topics that wait for the end of a gap, which begins with the first of them."""

    def __init__(self) -> None:
        self.gap = 0.0
        self.owed: set[str] = set()
        self.waiting = False
        self.lock = Lock()

    def beat(self, topics: tuple[str, ...]) -> None:
        """Raise the topics at the end of the gap; at once where beats are not joined."""
        if not self.gap:
            _raise(topics)
            return
        with self.lock:
            first, self.waiting = not self.waiting, True
            self.owed.update(topics)
        if first:
            timer = Timer(self.gap, self.settle)
            timer.daemon = True
            timer.start()

    def settle(self) -> None:
        """Raise what is owed. What fails is logged, and owed still."""
        with self.lock:
            owed, self.owed, self.waiting = tuple(self.owed), set(), False
        try:
            with locks.in_turn():
                _raise(owed)
        except Exception:
            log.exception("topics were not raised, the next beat raises them: %s", ", ".join(sorted(owed)))
            with self.lock:
                self.owed.update(owed)
        finally:
            connection.close()


_joined = Joined()


def _raise(topics: tuple[str, ...]) -> None:
    # Always in one order, so that two who raise several at once do not wait for each other.
    with transaction.atomic():
        for topic in sorted(set(topics)):
            raised = Pulse.objects.filter(topic=topic).update(version=F("version") + 1, at=clock.now())
            if not raised:
                Pulse.objects.get_or_create(topic=topic, defaults={"version": 1, "at": clock.now()})
