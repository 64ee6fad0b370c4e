"""A second worker in a process of its own: ``python -m jimu_engine.columns.worker`` speaks pickles on its pipes.

A plain child process, not multiprocessing: it must work from a web worker, from a job queue and from a script without
an import guard. First message: (model, seed, rank, start, clock, counted). Then each message asks for the best roster so far and may
bring a better one and what the first's linear program left: ("sync", roster or None, steps or None, lead or None). With ``steps`` the worker first does exactly that many units
of work, and none before it is first asked when ``counted``, so that a count-based run is repeatable; without, it works all the time and answers between units.
"""

from __future__ import annotations

import os

from jimu_engine.columns.climb import Climb, Lead
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.model import DayModel, Ints
from jimu_engine.pipes import child, receive, send, waits

#: Seconds between two looks at the clock by who waits for an answer.
LOOK = 0.05


def serve(inbox: int, outbox: int) -> None:
    """The child's loop; ends when the parent closes the pipe."""
    model, seed, rank, start, clock, counted = receive(inbox)
    climb = Climb(model, seed=seed, rank=rank, start=start)

    while True:
        while not counted and not waits(inbox) and not climb.done and not clock():
            climb.advance(clock)
        try:
            _, roster, steps, lead = receive(inbox)
        except EOFError:
            return
        counted = steps is not None
        if roster is not None:
            climb.hear(roster)
        if lead is not None:
            climb.lead = lead
        for _ in range(steps or 0):
            climb.advance(Clock())
        send(outbox, (climb.best[0], climb.bound))


class Helper:
    """The parent's handle on one worker."""

    def __init__(self, model: DayModel, seed: int, rank: int, start: Ints | None, clock: Clock, *, counted: bool) -> None:
        self._child = child("jimu_engine.columns.worker")
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._pipes = (self._child.stdin, self._child.stdout)
        self.waiting, self._led = False, False
        send(self._pipes[0].fileno(), (model, seed, rank, start, Clock(clock.deadline), counted))

    def ask(self, roster: Ints | None, steps: int | None, lead: Lead | None) -> None:
        """Ask for the worker's best; it may take up ``roster``, and is told ``lead`` once."""
        send(self._pipes[0].fileno(), ("sync", roster, steps, None if self._led else lead))
        self._led = lead is not None
        self.waiting = True

    def answer(self, late: Clock | None = None) -> tuple[Ints, float] | None:
        """The answer, waited for until ``late``; None when there is none by then, or none yet."""
        pipe = self._pipes[1].fileno()
        while self.waiting and not waits(pipe, LOOK if late else 0.0):
            if late is None or late():
                return None
        if not self.waiting:
            return None
        self.waiting = False
        roster, bound = receive(pipe)
        return roster, float(bound)

    def close(self) -> None:
        """End the worker at once; what it found and did not tell is lost."""
        self._child.kill()
        self._child.wait()
        for pipe in self._pipes:
            pipe.close()


if __name__ == "__main__":
    _answers = os.dup(1)
    os.dup2(2, 1)
    serve(0, _answers)
