"""What the command line does with each format of file. A further format is one module here and one line below.

A module offers `solve(options, say)`, `check(options, say)` and `cases(folder)`; they raise EngineError for what cannot
be read. `say` tells a line of progress.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from jimu_engine.runs.options import Format

#: Modules by name; loaded when asked for, since each brings its solver with it.
FORMATS = {"jimu": "jimu_engine.runs.plain", "curtois": "jimu_engine.runs.curtois", "inrc2": "jimu_engine.runs.inrc2"}


def load(name: str) -> Format:
    """The module of a format. Raises KeyError."""
    return cast("Format", import_module(FORMATS[name]))
