"""A whole intake: files in, people and neighborhoods and problems out. Nothing is written here."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jimu.people.intake import headers
from jimu.people.intake.books import Book, Sheet
from jimu.people.intake.entries import Entry
from jimu.people.intake.kinds import CODES
from jimu.people.intake.lists import Facts, Lists, is_baseline
from jimu.people.intake.merge import merge
from jimu.people.intake.places import Places
from jimu.people.intake.problems import REFUSED, WHOLE, Problem, Unreadable
from jimu.people.intake.readers import READABLE, read
from jimu.people.intake.seen import SheetSeen, see

#: Who lives where they serve; their place is their home.
RESIDENTS = {"party_member", "reserve_volunteer", "volunteer", "building_leader"}


@dataclass
class Plan:
    """What an intake found. `tables` is how many lists were understood: 0 when nothing could be read at all."""

    people: list[Entry]
    neighborhoods: list[Facts]
    problems: list[Problem]
    tables: int
    paths: list[Path] = field(default_factory=list)
    sheets: list[SheetSeen] = field(default_factory=list)
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        """Rows of people that were refused."""
        return sum(1 for p in self.problems if p.severity == REFUSED and p.row and p.code not in WHOLE)

    def note(self, more: Sequence[Problem]) -> None:
        """Further problems, found beside the people already registered; what was said stays said once."""
        self.problems = in_order([*self.problems, *(p for p in more if p not in set(self.problems))], self.paths)

    def by_kind(self) -> dict[str, int]:
        """People of each kind; one of two kinds counts in both."""
        counts = Counter(role.kind for person in self.people for role in person.roles)
        return {code: counts.get(code, 0) for code in sorted(CODES)}


def files_in(paths: Sequence[Path]) -> list[Path]:
    """The files to read: those named, and those in the folders named, by name; what an office program hides is left out."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inner = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith(("~$", ".")))
            found += [p for p in inner if p.suffix.lower() in READABLE]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def order_of(paths: Sequence[Path]) -> dict[str, int]:
    """The place of each file among those given, by its name."""
    return {path.name: i for i, path in enumerate(paths)}


def in_order(problems: Sequence[Problem], paths: Sequence[Path]) -> list[Problem]:
    """By file as given, sheet, row and column."""
    order = order_of(paths)
    return sorted(problems, key=lambda p: (order.get(p.file, 0), p.sheet, p.row, p.column))


def make_plan(
    paths: Sequence[Path], *, known: Sequence[str] = (), today: date, progress: Callable[[float, str], None] | None = None
) -> Plan:
    """Read the files. `known` are the neighborhoods that the grid has already."""
    return _Intake(list(known), today, progress or (lambda share, note: None)).run(files_in(paths))


class _Intake:
    def __init__(self, known: list[str], today: date, progress: Callable[[float, str], None]) -> None:
        self.known, self.progress = known, progress
        self.lists = Lists(today)
        self.sheets: list[SheetSeen] = []

    def run(self, paths: list[Path]) -> Plan:
        books = self._books(paths)
        tables = [(book, sheet, self._table(book, sheet)) for book in books for sheet in book.sheets]
        # The baseline names the neighborhoods that every other list refers to, wherever it stands among the files.
        for book, sheet, table in tables:
            if table and is_baseline(table):
                self.lists.baseline(book, sheet, table)
        found = self.lists.found
        self.lists.places = Places([*self.known, *(f.name for f in found.facts.values())])
        for at, (book, sheet, table) in enumerate(tables):
            self.progress(0.1 + 0.8 * at / max(1, len(tables)), f"{book.file} › {sheet.name}")
            if table and not is_baseline(table):
                self.lists.people(book, sheet, table)
            if table and not found.rows[book.file, sheet.name]:
                self.lists.complain(book, sheet.name, "no_rows")
        chains = sum(self.lists.chain(book) for book in books if book.text)
        read_tables = sum(1 for book, sheet, table in tables if table and found.rows[book.file, sheet.name])
        return self._plan(paths, books, read_tables + chains)

    def _plan(self, paths: list[Path], books: list[Book], tables: int) -> Plan:
        found = self.lists.found
        people, odd = merge(found.entries)
        problems = in_order([*found.problems, *odd], paths)
        for seen in self.sheets:
            seen.rows = found.rows[seen.file, seen.sheet]
        self.sheets += [SheetSeen(b.file, "接龙", rows=found.rows[b.file, "接龙"]) for b in books if b.text and found.rows[b.file, "接龙"]]
        self.sheets.sort(key=lambda seen: order_of(paths).get(seen.file, 0))
        neighborhoods = sorted(found.facts.values(), key=lambda f: f.order)
        return Plan(people, neighborhoods, problems, tables, paths, self.sheets, found.heard)

    def _books(self, paths: list[Path]) -> list[Book]:
        books = []
        for at, path in enumerate(paths):
            self.progress(0.1 * at / max(1, len(paths)), path.name)
            try:
                books.append(read(path))
            except Unreadable as error:
                self._unreadable(path, error.code)
            except OSError:
                self._unreadable(path, "not_found")
        return books

    def _unreadable(self, path: Path, code: str) -> None:
        self.lists.found.problems.append(Problem(path.name, "", 0, "", REFUSED, code, WHOLE[code]))

    def _table(self, book: Book, sheet: Sheet) -> headers.Table | None:
        """The table of a sheet; None when it is hidden, empty, or cannot be trusted."""
        if sheet.hidden:
            self.sheets.append(SheetSeen(book.file, sheet.name, hidden=True))
            return None
        if all(headers.is_blank(row) for row in sheet.rows):
            self.lists.complain(book, sheet.name, "empty_sheet")
            return None
        table = headers.find_table(sheet)
        if table is None or not ("name" in table.fields or is_baseline(table)):
            self.lists.complain(book, sheet.name, "no_columns")
            return None
        if table.disagrees is not None:
            code = "headers_disagree"
            problem = Problem(book.file, sheet.name, table.disagrees + 1, "", REFUSED, code, WHOLE[code])
            self.lists.found.problems.append(problem)
            return None
        self.sheets.append(see(book, sheet, table))
        return table
