"""What a run is given and what it gives back."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from jimu_engine.errors import BadFile
from jimu_engine.prompt import Asked

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """Files and limits of one run. `rounds` is a count-based stop: with it the same seed and workers give the same roster.

    Once `asked` says so the run ends with the best so far; it may be None where nobody can ask.
    """

    file: Path
    out: Path | None = None
    roster: Path | None = None
    history: Path | None = None
    weeks: tuple[Path, ...] = ()
    left: Path | None = None
    seconds: float = 60.0
    rounds: int | None = None
    workers: int = 1
    seed: int = 1
    asked: Asked | None = None


@dataclass(frozen=True)
class Summary:
    """The last line on standard output. `bound` is −inf where none is known."""

    status: str
    objective: float
    bound: float
    seconds: float
    feasible: bool

    def line(self) -> str:
        """As JSON, which has no infinity."""
        return json.dumps(
            {
                "status": self.status,
                "objective": _number(self.objective),
                "bound": _number(self.bound),
                "seconds": round(self.seconds, 2),
                "feasible": self.feasible,
            }
        )


@dataclass(frozen=True)
class Case:
    """One row of a table: an instance, and what others reached on it."""

    name: str
    options: Options
    known: dict[str, float] = field(default_factory=dict)


class Format(Protocol):
    """What a module of a format offers."""

    def solve(self, options: Options, say: Say) -> Summary:
        """Solve the file, write the roster to `options.out` where given."""

    def check(self, options: Options, say: Say) -> Summary:
        """Judge `options.roster` and say what it breaks."""

    def cases(self, folder: Path) -> list[Case]:
        """The instances of a folder."""

    def peers(self, options: Options) -> Sequence[Summary]:
        """The file by plain models in CP-SAT and in HiGHS, with the same seconds and cores; none where there is no plain model."""


def text_of(path: Path) -> str:
    """The text of a file. Raises BadFile when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise BadFile(str(path), f"cannot be read: {reason}") from error


def write(path: Path, text: str) -> None:
    """Write a text, making the folder it lies in; who reads meanwhile sees the text before or this one, whole. Raises BadFile."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            # A pipe, a terminal: nothing to be replaced.
            path.write_text(text, encoding="utf-8")
            return
        other = path.with_name(f".{path.name}.{os.getpid()}")
        other.write_text(text, encoding="utf-8")
        other.replace(path)
    except OSError as error:
        raise BadFile(str(path), f"cannot be written: {error.strerror}") from error


def _number(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) else round(value, 6)
