"""What a start says of itself in a terminal: what is being done and for how long, so that nobody takes a long step for a hang."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

# A step is named once it lasts longer than so many seconds, and then its seconds are counted.
EVERY = 1.0
# Where lines cannot be written over, it is named again only every so many seconds.
TOLD_EVERY = 10.0


class Teller:
    """Says what is being done, with the seconds since the start; how far a long step is stands on one line of a terminal."""

    def __init__(self) -> None:
        self._began = self._told = self._step_began = time.monotonic()
        self._open = False
        self._sentence = self._last = ""
        self._pen = threading.Lock()
        # A thread of its own would speak another language.
        self._counted = _("{step}（{n:.0f} 秒）")

    def say(self, sentence: str) -> None:
        """A step that is done or begins."""
        with self._pen:
            self._line(sentence)

    def step(self, sentence: str) -> None:
        """How far a long step is."""
        with self._pen:
            self._sentence, self._step_began = sentence, time.monotonic()
            self._show()

    @contextmanager
    def during(self, sentence: str) -> Iterator[None]:
        """A step that may take long: named while it lasts, its seconds counted."""
        done = threading.Event()
        with self._pen:
            self._sentence, self._step_began = sentence, time.monotonic()
        counting = threading.Thread(target=self._count, args=(done,), daemon=True)
        counting.start()
        try:
            yield
        finally:
            done.set()
            counting.join()
            with self._pen:
                # How long it took stays to be read.
                self._write("\n" if self._open else "")
                self._open = False

    def _count(self, done: threading.Event) -> None:
        while not done.wait(EVERY):
            with self._pen:
                self._show()

    def _show(self) -> None:
        """The present step: over its own line on a terminal, else once in a while and whenever it is another one."""
        now = time.monotonic()
        lasts = now - self._step_began
        counted = self._counted.format(step=self._sentence, n=lasts) if lasts >= 1 else self._sentence
        if sys.stdout.isatty():
            self._write(f"\r\033[K{self._seconds():>5.0f} s  {counted}")
            self._open, self._last = True, self._sentence
        elif now - self._told > TOLD_EVERY or (self._last != self._sentence and lasts >= EVERY):
            self._told, self._last = now, self._sentence
            self._line(counted)

    def _line(self, sentence: str) -> None:
        self._write(("\n" if self._open else "") + f"{self._seconds():>5.0f} s  {sentence}\n")
        self._open = False

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()
