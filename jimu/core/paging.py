"""Pages of a long list, without counting more than is shown."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows; `number` counts from 1, `total` is the count of all rows."""

    rows: list[T]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)


def paged(rows: "QuerySet[Any]", *, number: object, size: int = 50) -> Page[Any]:
    """The asked page of a query; a number that is none or out of range gives the nearest page."""
    total = rows.count()
    last = max(1, -(-total // size))
    current = min(max(1, _wanted(number)), last)
    start = (current - 1) * size
    return Page(rows=list(rows[start : start + size]), number=current, size=size, total=total)


def _wanted(number: object) -> int:
    if isinstance(number, int):
        return number
    # Python refuses to read thousands of digits; no list is that long.
    return int(number) if isinstance(number, str) and number.isdecimal() and len(number) < 10 else 1
