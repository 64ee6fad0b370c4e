"""What must happen by itself: every few seconds each brick is asked whether something is due, and if so its job is queued.

The service's parent process ticks; `jimu timers` does it where web and workers run apart. Nothing here looks at the time
of day, and a tick that is lost or made twice costs nothing: a job of a kind is open once.
"""

import argparse
import logging
import time
from contextlib import suppress

from django.db import close_old_connections
from django.utils.module_loading import import_string

from jimu.core import clock, jobs
from jimu.core.commands import Command
from jimu.core.errors import Conflict
from jimu.core.permissions import SYSTEM
from jimu.core.steady import Advancer

SECONDS = 3.0
SUBJECT = "timer"
log = logging.getLogger(__name__)


class Ticker:
    """Ticks at most every SECONDS, however often it is called."""

    def __init__(self, *, alone: bool) -> None:
        self.advancer = Advancer(alone=alone)
        self.ticked = float("-inf")

    def call(self) -> None:
        """Tick when it is time. A tick that fails is logged: the next one tries again."""
        present = time.monotonic()
        if present - self.ticked < SECONDS:
            return
        self.ticked = present
        close_old_connections()
        try:
            self.advancer.advance()
            queue_due()
        except Exception:
            log.exception("a tick of the timers failed")


def timers() -> dict[str, str]:
    """Job kinds with the dotted path of the function that says whether something is due."""
    from jimu.bricks import bricks

    return {kind: due for brick in bricks() for kind, due in brick.timers.items()}


def queue_due() -> list[str]:
    """Queue the job of every timer that has something due; returns the kinds that were."""
    queued = []
    for kind, due in timers().items():
        if import_string(due)():
            with suppress(Conflict):
                jobs.enqueue(actor=SYSTEM, at=clock.now(), kind=kind, subject=SUBJECT, args={})
                queued.append(kind)
    return queued


def _run(options: argparse.Namespace) -> int:
    ticker = Ticker(alone=False)
    with suppress(KeyboardInterrupt):
        while True:
            ticker.call()
            time.sleep(SECONDS / 3)
    return 0


COMMANDS = [Command("timers", "只运行定时检查（网页与后台分开部署时用）", lambda parser: None, _run)]
