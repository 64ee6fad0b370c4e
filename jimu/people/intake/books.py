"""What a file holds, whatever its kind: sheets of raw cells."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sheet:
    """Rows of raw cell values. `merges` are (top, left, bottom, right), `formulas` (row, column), all from 0."""

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden: bool = False


@dataclass
class Book:
    """One file. `text` holds a chat or plain text as it is."""

    file: str
    sheets: list[Sheet]
    text: str = ""
