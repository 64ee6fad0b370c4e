"""People needed a day, drawn: a row per neighborhood, a column per post. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from jimu.grid.models import Unit


@dataclass(frozen=True)
class Row:
    """One neighborhood: (people, shade) per column; `share` (0 to 1) compares its total with the heaviest."""

    unit: Unit
    cells: list[tuple[int, float]]
    total: int
    share: float


@dataclass(frozen=True)
class Matrix:
    """Columns are titles of posts, in the playbook's order; `totals` are their sums."""

    columns: list[str]
    rows: list[Row]
    totals: list[int]

    @property
    def total(self) -> int:
        """All people."""
        return sum(self.totals)


def matrix_of(units: Sequence[Unit], entries: Iterable[tuple[UUID, str, str, int]]) -> Matrix:
    """From (unit, code, title, people) of each post by shift. A shade compares a cell with the most of its column."""
    sums: dict[tuple[UUID, str], int] = {}
    columns: dict[str, str] = {}
    for unit_id, code, title, needed in entries:
        columns.setdefault(code, title)
        sums[unit_id, code] = sums.get((unit_id, code), 0) + needed
    most = {code: max((sums.get((unit.pk, code), 0) for unit in units), default=0) or 1 for code in columns}
    totals = {unit.pk: sum(sums.get((unit.pk, code), 0) for code in columns) for unit in units}
    heaviest = max(totals.values(), default=0) or 1
    rows = [
        Row(
            unit,
            [(sums.get((unit.pk, code), 0), sums.get((unit.pk, code), 0) / most[code]) for code in columns],
            totals[unit.pk],
            totals[unit.pk] / heaviest,
        )
        for unit in units
    ]
    return Matrix(list(columns.values()), rows, [sum(sums.get((unit.pk, code), 0) for unit in units) for code in columns])
