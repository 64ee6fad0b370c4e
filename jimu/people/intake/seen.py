"""What a person is shown of a sheet before they confirm: its columns, what each was taken for, masked samples."""

from dataclasses import dataclass, field
from typing import Any

from jimu.core import sealed
from jimu.people.intake import cells, headers
from jimu.people.intake.books import Book, Sheet
from jimu.people.intake.surnames import has_surname

SAMPLES = 3
LONGEST = 24
# Health facts are nobody's business in a preview.
UNSHOWN = {"health"}


@dataclass
class ColumnSeen:
    """One column: its header, the field that it was taken for ('' for none), masked samples."""

    header: str
    field: str
    samples: list[str]


@dataclass
class SheetSeen:
    """One sheet of one file; `rows` counts the people or neighborhoods in it."""

    file: str
    sheet: str
    columns: list[ColumnSeen] = field(default_factory=list)
    hidden: bool = False
    rows: int = 0


def see(book: Book, sheet: Sheet, table: headers.Table) -> SheetSeen:
    """The columns of a table with a few values each, none of them telling who it is."""
    fields = {column: name for name, column in table.fields.items()} | dict.fromkeys(table.spare_phones, "phone")
    rows = [row for row in sheet.rows[table.first_row : table.first_row + 40] if not headers.is_foot(row)]
    seen = []
    for at, header in enumerate(table.headers):
        values = [row[at] for row in rows if at < len(row) and cells.text(row[at])]
        if not header and not values:
            continue
        name = fields.get(at, "")
        shown = [] if name in UNSHOWN else list(dict.fromkeys(_masked(v, name) for v in values))[:SAMPLES]
        seen.append(ColumnSeen(header, name, shown))
    return SheetSeen(book.file, sheet.name, seen)


def _masked(value: Any, name: str) -> str:
    words = cells.text(value)
    if name in {"phone", "secretary_phone"}:
        return sealed.mask_phone(cells.phone(value)[0]) or "***"
    if name == "id_number":
        return sealed.mask_id_number(words)
    if name in {"name", "secretary"}:
        return sealed.mask_name(cells.name(value))
    if not name and has_surname(words) and len(words) <= 4:
        # Somebody else's name, such as a contact for emergencies.
        return sealed.mask_name(words)
    return cells.scrub(words)[:LONGEST]
