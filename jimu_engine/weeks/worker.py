"""One more worker of rolling weeks in a process of its own: ``python -m jimu_engine.weeks.worker`` speaks pickles on its pipes.

First message: the scenario. Then each message is a numbered search of a week, at prices found before, answered by its number and
the choice. One that comes while another is worked on ends that one, as does None; a parent that is gone ends the process at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, cast

from jimu_engine.formats.inrc2 import History, Scenario, Week
from jimu_engine.pipes import child, receive, send, waits
from jimu_engine.prompt import LOOK, Asked
from jimu_engine.weeks.master import Shape
from jimu_engine.weeks.morrow import guards
from jimu_engine.weeks.patterns import Floats, Patterns
from jimu_engine.weeks.week import Choice, Limit, Market, choose, relax


@dataclass(frozen=True)
class Search:
    """Solve the last week seen, with the weeks to come at these prices; the limit is a moment or a count."""

    history: History
    seen: Sequence[Week]
    prices: Floats
    seed: int
    until: float
    rounds: int | None


class Desk:
    """What a worker keeps from week to week."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.patterns, self.shape = scenario, Patterns.of(scenario), Shape.of(scenario)

    def market(self, history: History, seen: Sequence[Week]) -> Market:
        """The market of the last week seen; the scenario's last week need not keep anybody free."""
        ends = history.week + 1 >= self.scenario.weeks
        return Market(self.scenario, self.patterns, self.shape, seen[-1], history, () if ends else guards(self.scenario, seen))

    def found(self, search: Search, asked: Asked) -> Choice:
        """The best choice of a search, which begins with re-solves: the whole program is the parent's."""
        market = self.market(search.history, search.seen)
        market.look(search.prices)
        relaxed = relax(market, [set() for _ in self.scenario.nurses], search.until)
        return choose(market, relaxed, seed=search.seed, limit=Limit(search.until, search.rounds, asked), whole=False)


def serve(inbox: int, outbox: int) -> None:
    """The child's loop."""
    desk, tasks = Desk(receive(inbox)), SimpleQueue[tuple[int, Search | None]]()

    def listen() -> None:
        try:
            while True:
                tasks.put(receive(inbox))
        except EOFError:
            os._exit(0)

    Thread(target=listen, daemon=True).start()
    while True:
        number, search = tasks.get()
        send(outbox, (number, search and desk.found(search, lambda: not tasks.empty())))


class Helper:
    """The parent's handle on one worker. Once it is closed nothing is found any more; so it is when its process is gone."""

    def __init__(self, scenario: Scenario) -> None:
        self._child, self._number, self._closed, self._lock = child("jimu_engine.weeks.worker"), 0, False, Lock()
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._pipes = (self._child.stdin, self._child.stdout)
        self._send(scenario)

    def _send(self, message: Any) -> None:
        with self._lock:
            if not self._closed:
                try:
                    send(self._pipes[0].fileno(), message)
                except OSError:
                    self._closed = True

    def ask(self, search: Search | None) -> None:
        """Give it a search; None only ends the one in work."""
        self._number += 1
        self._send((self._number, search))

    def answer(self, late: Asked) -> Choice | None:
        """What the last search found, waited for until ``late``; None where there is nothing by then."""
        while True:
            with self._lock:
                if self._closed:
                    return None
                if waits(self._pipes[1].fileno(), LOOK):
                    try:
                        number, found = receive(self._pipes[1].fileno())
                    except EOFError:
                        self._closed = True
                        return None
                    if number == self._number:
                        return cast("Choice | None", found)
            if late():
                return None

    def close(self) -> None:
        """End the worker at once."""
        self._child.kill()
        self._child.wait()
        with self._lock:
            self._closed = True
            for pipe in self._pipes:
                pipe.close()


if __name__ == "__main__":
    # By its own name: tasks are of the classes of that module, not of this one.
    from jimu_engine.weeks import worker

    _answers = os.dup(1)
    os.dup2(2, 1)
    worker.serve(0, _answers)
