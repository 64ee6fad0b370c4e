"""Group commit: what several threads of a process ask for at the same moment is settled by one of them in one transaction.

A transaction costs its locks, its statements and a write to the disk, however much it settles. Of the threads that wait
for their turn the first settles what all of them ask; each gets its own result, after the commit. A process that dies
before it has told nobody anything. Where a database writes side by side, there may be several desks: while one waits for
the database, the other works.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock, Semaphore
from typing import Generic, TypeVar

from django.db import connection

from jimu.core.errors import JimuError

A = TypeVar("A")
R = TypeVar("R")


class _Place(Generic[A, R]):
    """One who waits, and what came of it."""

    def __init__(self, ask: A) -> None:
        self.ask = ask
        self.taken = False
        self.settled = False
        # Raised when it was settled, or put back by a thread that was torn away.
        self.moved = Event()
        self.result: R | JimuError | None = None
        self.failure: Exception | None = None


class Together(Generic[A, R]):
    """A counter at which threads ask. `settle` gets what they ask, in the order of their coming, and gives for each a
    result or the refusal to raise; it owns the transaction, which has committed when it returns."""

    def __init__(self, settle: Callable[[Sequence[A]], Sequence[R | JimuError]], *, most: int = 64, desks: int = 1) -> None:
        self._settle, self._most = settle, most
        self._waiting: deque[_Place[A, R]] = deque()
        self._queue, self._desk = Lock(), Semaphore(desks)

    def ask(self, one: A) -> R:
        """What came of it, committed. Raises the refusal, or what went wrong with this one.

        Within a transaction of the caller's it is settled alone, and holds with that transaction.
        """
        found = self.ask_all([one])[0]
        if isinstance(found, Exception):
            raise found
        return found

    def ask_all(self, many: Sequence[A]) -> list[R | Exception]:
        """The same for several, side by side with what other threads ask: for each what came of it, or what `ask` would raise."""
        places: list[_Place[A, R]] = [_Place(one) for one in many]
        if connection.in_atomic_block:
            for place in places:
                self._serve([place])
        else:
            self._waiting.extend(places)
            for place in places:
                self._until_settled(place)
        return [place.failure or place.result for place in places]  # type: ignore[misc]

    def _until_settled(self, place: _Place[A, R]) -> None:
        while not place.settled:
            with self._desk:
                while not place.taken:
                    self._serve_next(place)
            # Another desk may be at it still.
            place.moved.wait()
            place.moved.clear()

    def _serve_next(self, own: _Place[A, R]) -> None:
        with self._queue:
            batch = [self._waiting.popleft() for _n in range(min(self._most, len(self._waiting)))]
            for place in batch:
                place.taken = True
        try:
            self._serve(batch)
        finally:
            # A thread that is torn away leaves the others to the next of them, and takes its own word with it.
            left = [place for place in batch if not place.settled and place is not own]
            with self._queue:
                for place in left:
                    place.taken = False
                self._waiting.extendleft(reversed(left))
            for place in batch:
                place.moved.set()

    def _serve(self, batch: Sequence[_Place[A, R]]) -> None:
        try:
            results = self._settle([place.ask for place in batch])
        except Exception as error:
            if len(batch) == 1:
                batch[0].failure, batch[0].settled = error, True
                return
            # Nothing of it was committed: one that cannot be settled must not take the others with it.
            for place in batch:
                self._serve([place])
            return
        for place, result in zip(batch, results, strict=True):
            place.result, place.settled = result, True
