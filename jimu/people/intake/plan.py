"""A whole intake: files in, people and neighborhoods and problems out. Nothing is written here."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jimu.people.intake import cells, headers
from jimu.people.intake.chain import read_chain
from jimu.people.intake.columns import assign
from jimu.people.intake.entries import SENTENCES, Entry, Role, RowReader, Where
from jimu.people.intake.kinds import CODES, kind_of, kind_of_any
from jimu.people.intake.merge import merge
from jimu.people.intake.places import Places, full, short
from jimu.people.intake.problems import REFUSED, WARNING, Problem, Unreadable
from jimu.people.intake.readers import READABLE, Book, Sheet, read

#: Who lives where they serve; their place is their home.
RESIDENTS = {"party_member", "reserve_volunteer", "volunteer", "building_leader"}


@dataclass
class Facts:
    """A neighborhood as the baseline tells of it."""

    name: str
    short_name: str
    order: int
    numbers: dict[str, int] = field(default_factory=dict)
    note: str = ""


@dataclass
class Plan:
    """What an intake found. `read_files` is 0 when nothing could be read at all."""

    people: list[Entry]
    neighborhoods: list[Facts]
    problems: list[Problem]
    read_files: int

    @property
    def refused(self) -> int:
        """Rows that were refused."""
        return sum(1 for p in self.problems if p.severity == REFUSED and p.row)

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
    return found


def make_plan(
    paths: Sequence[Path], *, known: Sequence[str] = (), today: date, progress: Callable[[float, str], None] | None = None
) -> Plan:
    """Read the files. `known` are the neighborhoods that the grid has already."""
    return _Intake(list(known), today, progress or (lambda share, note: None)).run(files_in(paths))


class _Intake:
    def __init__(self, known: list[str], today: date, progress: Callable[[float, str], None]) -> None:
        self.known, self.today, self.progress = known, today, progress
        self.entries: list[Entry] = []
        self.facts: dict[str, Facts] = {}
        self.problems: list[Problem] = []
        self.places = Places(known)

    def run(self, paths: list[Path]) -> Plan:
        books = self._books(paths)
        tables = [(book, sheet, self._table(book, sheet)) for book in books for sheet in book.sheets if not sheet.hidden]
        # The baseline names the neighborhoods that every other list refers to, wherever it stands among the files.
        for book, sheet, table in tables:
            if table and _is_baseline(table):
                self._baseline(book, sheet, table)
        self.places = Places([*self.known, *(f.name for f in self.facts.values())])
        for at, (book, sheet, table) in enumerate(tables):
            self.progress(0.1 + 0.8 * at / max(1, len(tables)), f"正在读 {book.file} › {sheet.name}")
            if table and not _is_baseline(table):
                self._people(book, sheet, table)
        for book in books:
            if book.text:
                self._chain(book)
        self.progress(0.92, "正在认人")
        people, odd = merge(self.entries)
        order = {path.name: i for i, path in enumerate(paths)}
        problems = sorted([*self.problems, *odd], key=lambda p: (order.get(p.file, 0), p.sheet, p.row, p.column))
        return Plan(people, sorted(self.facts.values(), key=lambda f: f.order), problems, len(books))

    def _books(self, paths: list[Path]) -> list[Book]:
        books = []
        for at, path in enumerate(paths):
            self.progress(0.1 * at / max(1, len(paths)), f"正在打开 {path.name}")
            try:
                books.append(read(path))
            except Unreadable as error:
                self.problems.append(Problem(path.name, "", 0, "", REFUSED, error.code, error.message))
            except OSError:
                self.problems.append(Problem(path.name, "", 0, "", REFUSED, "not_found", "没有这个文件，或没有读取它的权限。"))
        return books

    def _table(self, book: Book, sheet: Sheet) -> headers.Table | None:
        if not any(not headers.is_blank(row) for row in sheet.rows):
            self._sheet_problem(book, sheet, "empty_sheet", "工作表是空的，没有可导入的内容。")
            return None
        table = headers.find_table(sheet)
        if table is None or not ("name" in table.fields or _is_baseline(table)):
            self._sheet_problem(book, sheet, "no_columns", "没有找到姓名一列，这张表没有导入。请在表头写明“姓名”“手机”等列名。")
            return None
        return table

    def _sheet_problem(self, book: Book, sheet: Sheet, code: str, message: str) -> None:
        self.problems.append(Problem(book.file, sheet.name, 0, "", WARNING, code, message))

    # Neighborhoods.

    def _baseline(self, book: Book, sheet: Sheet, table: headers.Table) -> None:
        for i, row in enumerate(sheet.rows[table.first_row :], table.first_row):
            values = _values(row, table.fields)
            name = cells.text(values.get("neighborhood")).replace(" ", "")
            if not name or headers.is_foot(row) or headers.is_foot([name]):
                continue
            where = Where(book.file, sheet.name, i + 1)
            facts = Facts(full(name), short(name), len(self.facts))
            for field_name in ("households", "residents", "elders", "elders_living_alone", "buildings", "blocks"):
                count = cells.number(values.get(field_name))
                if count is not None:
                    facts.numbers[field_name] = count
                elif cells.text(values.get(field_name)):
                    column = table.headers[table.fields[field_name]]
                    message = "这里应该是一个数，没有采用。"
                    self.problems.append(Problem(book.file, sheet.name, i + 1, column, WARNING, "not_a_number", message))
            facts.note = cells.text(values.get("note"))[:300]
            self.facts[facts.short_name] = facts
            self._secretary(where, values, table, facts)

    def _secretary(self, where: Where, values: dict[str, Any], table: headers.Table, facts: Facts) -> None:
        phone = values.get("secretary_phone", values.get("phone"))
        person = values.get("secretary", values.get("name"))
        if not cells.text(person):
            return
        names = {"name": "书记", "phone": "联系电话"}
        reader = RowReader(where, {"name": person, "phone": phone}, names, self.today, self.problems.append)
        entry = reader.read()
        if entry is not None:
            entry.place = entry.leads = facts.short_name
            entry.roles = [Role("committee_cadre", "", "", "总支书记", facts.short_name, where.source)]
            self.entries.append(entry)

    # People.

    def _people(self, book: Book, sheet: Sheet, table: headers.Table) -> None:
        sheet_kind = kind_of_any(sheet.name, table.title, Path(book.file).stem, " ".join(table.headers))
        place = self._place_of_sheet(sheet.name, table.title, Path(book.file).stem)
        fields, texts = table.fields, table.headers
        down = _filled_down(sheet)
        category = ""
        for i, row in enumerate(sheet.rows[table.first_row :], table.first_row):
            if i in table.disagreeing:
                fields, texts = self._new_header(book, sheet, i, fields, texts)
                continue
            values = {name: down.get((i, column), row[column] if column < len(row) else None) for name, column in fields.items()}
            if headers.is_foot(row) or not any(cells.text(v) for name, v in values.items() if name not in {"serial", "category"}):
                continue
            category = cells.text(values.get("category")) or category
            where = Where(book.file, sheet.name, i + 1)
            names = {name: texts[column] or _letter(column) for name, column in fields.items()}
            reader = RowReader(where, values, names, self.today, self.problems.append)
            entry = reader.read(formula_name=(i, fields["name"]) in sheet.formulas)
            if entry is not None:
                self._finish(entry, reader, kind_of(category) or sheet_kind, place, category)

    def _finish(self, entry: Entry, reader: RowReader, kind: str, sheet_place: str, category: str = "") -> None:
        """Kind and place; then the entry counts."""
        if not kind:
            kind = "volunteer"
            if category:
                reader.say("unknown_kind", "category")
        words = reader.text("neighborhood")
        place = self.places.find(words) or (self.places.inside(words) if words else "") or ("" if words else sheet_place)
        if words and not place and self.places:
            reader.say("unknown_neighborhood", "neighborhood")
        entry.place = place
        role = Role(
            kind, reader.text("organisation")[:80], reader.text("department")[:60], reader.text("title")[:60], place, reader.where.source
        )
        entry.roles = [role]
        self.entries.append(entry)

    def _place_of_sheet(self, *texts: str) -> str:
        return next((found for text in texts if (found := self.places.inside(text))), "")

    def _new_header(
        self, book: Book, sheet: Sheet, row: int, fields: dict[str, int], texts: list[str]
    ) -> tuple[dict[str, int], list[str]]:
        """A header row in the midst: the same again is passed over, another one holds from there on."""
        again = [cells.text(v) for v in sheet.rows[row]]
        data = sheet.rows[row + 1 : row + 1 + headers.SAMPLE]
        fresh = assign(again, [[r[c] if c < len(r) else None for r in data] for c in range(len(again))])
        if fresh == fields or "name" not in fresh:
            return fields, texts
        message = "这里又有一行表头，与上面的列不一致，以下各行按新的表头读取。请核对。"
        self.problems.append(Problem(book.file, sheet.name, row + 1, "", WARNING, "headers_disagree", message))
        return fresh, again

    def _chain(self, book: Book) -> None:
        chain = read_chain(book.text)
        if chain is None:
            message = "没有认出名单。接龙请每行写“序号. 姓名 电话 楼号 特长”，表格请另存为 CSV。"
            self.problems.append(Problem(book.file, "", 0, "", WARNING, "no_columns", message))
            return
        stem = Path(book.file).stem
        kind = kind_of_any(chain.head, stem) or "volunteer"
        place = self._place_of_sheet(stem, chain.head)
        names = {"name": "姓名", "phone": "电话", "address": "楼号", "skills": "特长"}
        for link in chain.links:
            reader = RowReader(Where(book.file, "接龙", link.line), dict(link.fields), names, self.today, self.problems.append)
            entry = reader.read()
            if entry is not None:
                self._finish(entry, reader, kind, place)


def _is_baseline(table: headers.Table) -> bool:
    """Whether a table tells of neighborhoods and not of people."""
    numbers = {"households", "residents", "elders", "buildings", "blocks", "elders_living_alone"} & table.fields.keys()
    return "neighborhood" in table.fields and len(numbers) >= 2 and "id_number" not in table.fields


def _values(row: list[Any], fields: dict[str, int]) -> dict[str, Any]:
    return {name: row[column] if column < len(row) else None for name, column in fields.items()}


def _filled_down(sheet: Sheet) -> dict[tuple[int, int], Any]:
    """Cells of vertical merges, each with the value of the first."""
    return {
        (row, left): sheet.rows[top][left]
        for top, left, bottom, right in sheet.merges
        if bottom > top and left == right and top < len(sheet.rows) and left < len(sheet.rows[top])
        for row in range(top + 1, bottom + 1)
    }


def _letter(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


__all__ = ["SENTENCES", "Facts", "Plan", "files_in", "make_plan"]
