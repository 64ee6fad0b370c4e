"""Sheets to entries: the baseline of neighborhoods, lists of people, and chains."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jimu.people.intake import cells, headers
from jimu.people.intake.books import Book, Sheet
from jimu.people.intake.chain import read_chain
from jimu.people.intake.entries import Entry, Role, RowReader, Where
from jimu.people.intake.kinds import kind_of, kind_of_any, kinds_of
from jimu.people.intake.places import Places, full, short
from jimu.people.intake.problems import WARNING, WHOLE, Problem

NUMBERS = ("households", "residents", "elders", "elders_living_alone", "buildings", "blocks")
FREE = ("times", "note", "health")
CHAIN_COLUMNS = {
    "name": "姓名", "phone": "电话", "address": "楼号", "skills": "特长", "id_number": "身份证号", "age": "年龄", "sex": "性别",
    "times": "时间", "neighborhood": "居民区",
}  # fmt: skip


@dataclass
class Facts:
    """A neighborhood as the baseline tells of it."""

    name: str
    short_name: str
    order: int
    numbers: dict[str, int] = field(default_factory=dict)
    note: str = ""


@dataclass
class Found:
    """What the sheets held. `heard` counts free words by field, so that a reader can see what became of them."""

    entries: list[Entry] = field(default_factory=list)
    facts: dict[str, Facts] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)


class Lists:
    """Reads sheets one after another into `found`."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.found = Found()
        self.places = Places([])

    def complain(self, book: Book, sheet: str, code: str, *, row: int = 0, column: str = "", at: int = 0) -> None:
        """A problem that is not of one person."""
        self.found.problems.append(Problem(book.file, sheet, row, column, WARNING, code, WHOLE[code], at))

    def baseline(self, book: Book, sheet: Sheet, table: headers.Table) -> None:
        """Neighborhoods, their facts and secretaries."""
        for i, row in enumerate(sheet.rows[table.first_row :], table.first_row):
            values = _values(row, table.fields)
            name = cells.text(values.get("neighborhood")).replace(" ", "")
            if i in table.again or not name or headers.is_foot(row) or headers.is_foot([name]):
                continue
            facts = Facts(full(name), short(name), len(self.found.facts))
            for field_name in NUMBERS:
                count = cells.number(values.get(field_name))
                if count is not None:
                    facts.numbers[field_name] = count
                elif cells.text(values.get(field_name)):
                    at = table.fields[field_name]
                    self.complain(book, sheet.name, "not_a_number", row=i + 1, column=table.headers[at], at=at)
            facts.note = cells.scrub(cells.text(values.get("note")))[:300]
            self.found.facts[facts.short_name] = facts
            self.found.rows[book.file, sheet.name] += 1
            self._secretary(Where(book.file, sheet.name, i + 1), values, table, facts)

    def _secretary(self, where: Where, values: dict[str, Any], table: headers.Table, facts: Facts) -> None:
        person = next((key for key in ("secretary", "name") if cells.text(values.get(key))), "")
        phone = next((key for key in ("secretary_phone", "phone") if key in values), "")
        if not person:
            return
        texts = {"name": table.headers[table.fields[person]], "phone": table.headers[table.fields[phone]] if phone else ""}
        columns = {"name": table.fields[person], "phone": table.fields[phone or person]}
        given = {"name": values[person], "phone": values.get(phone)}
        reader = RowReader(where, given, texts, self.today, self.found.problems.append, columns)
        entry = reader.read()
        if entry is not None:
            entry.place = entry.leads = facts.short_name
            entry.roles = [Role("committee_cadre", "", "", "总支书记", facts.short_name, where.source)]
            self.found.entries.append(entry)

    def people(self, book: Book, sheet: Sheet, table: headers.Table) -> None:
        """A list of people."""
        roll = _Roll(self, book, sheet, table)
        for i, row in enumerate(sheet.rows[table.first_row :], table.first_row):
            if i not in table.again:
                roll.row(i, row)

    def chain(self, book: Book) -> bool:
        """A chat's chain; whether there was one."""
        chain = read_chain(book.text)
        if chain is None:
            self.complain(book, "", "no_names")
            return False
        stem = Path(book.file).stem
        kinds = [kind_of_any(chain.head, stem)]
        place = self.place_of(stem, chain.head)
        for link in chain.links:
            where = Where(book.file, "接龙", link.line)
            reader = RowReader(where, dict(link.fields), CHAIN_COLUMNS, self.today, self.found.problems.append)
            self.take(reader, reader.read(), kinds, place)
        return True

    def take(self, reader: RowReader, entry: Entry | None, kinds: Sequence[str], sheet_place: str, category: str = "") -> None:
        """Kinds and place of an entry; then it counts."""
        self.found.rows[reader.where.file, reader.where.sheet] += 1
        if entry is None:
            return
        for field_name in FREE:
            words = reader.text(field_name)
            if words:
                self.found.heard[field_name, words] += 1
        kinds = [k for k in kinds if k] or [kind_of(reader.text("title")) or kind_of(reader.text("organisation")) or "volunteer"]
        if category and not kind_of(category) and kinds == ["volunteer"]:
            reader.say("unknown_kind", "category")
        if "building_leader" not in kinds and kind_of(reader.text("title")) == "building_leader":
            kinds = [*kinds, "building_leader"]
        words = reader.text("neighborhood")
        entry.place = self.places.find(words) if words else sheet_place
        if words and not entry.place:
            reader.say("unknown_neighborhood", "neighborhood")
        organisation, department, title = (reader.text(name) for name in ("organisation", "department", "title"))
        source = reader.where.source
        entry.roles = [Role(kind, organisation[:80], department[:60], title[:60], entry.place, source) for kind in kinds]
        self.found.entries.append(entry)

    def place_of(self, *texts: str) -> str:
        """The neighborhood that the first telling title names."""
        return next((found for text in texts if (found := self.places.inside(text))), "")


class _Roll:
    """One list of people, row by row: what holds for the rows below a heading is remembered."""

    def __init__(self, lists: Lists, book: Book, sheet: Sheet, table: headers.Table) -> None:
        self.lists, self.book, self.sheet, self.table = lists, book, sheet, table
        stem = Path(book.file).stem
        self.kind = kind_of_any(sheet.name, table.title, stem, " ".join(table.headers))
        self.place = lists.place_of(sheet.name, table.title, stem)
        self.texts = {name: table.headers[column] or _letter(column) for name, column in table.fields.items()}
        self.down = filled_down(sheet) | _grouped_down(sheet, table)
        self.formulas = self._formula_rows()

    def row(self, i: int, row: list[Any]) -> None:
        """One row: a person, a heading, or nothing."""
        fields = self.table.fields
        values = {name: self.down.get((i, column), row[column] if column < len(row) else None) for name, column in fields.items()}
        if headers.is_foot(row) or not any(cells.text(v) for name, v in values.items() if name not in {"serial", "category", "neighborhood"}):
            self._heading(row)
            return
        if self._heading(row):
            return
        if "phone" not in values:
            # 张三 13800000000 in one cell.
            values["phone"] = values.get("name") if cells.phone(values.get("name"))[0] else None
        values["spare_phones"] = [row[c] for c in self.table.spare_phones if c < len(row)]
        category = cells.text(values.get("category"))
        where = Where(self.book.file, self.sheet.name, i + 1)
        reader = RowReader(where, values, self.texts, self.lists.today, self.lists.found.problems.append, fields)
        entry = reader.read(formula_name=i in self.formulas)
        self.lists.take(reader, entry, kinds_of(category) or [self.kind], self.place, category)

    def _heading(self, row: list[Any]) -> bool:
        """Whether a row is a heading (甲一居民区, 12人); it says where and what the rows below are."""
        filled = {cells.text(v): column for column, v in enumerate(row) if cells.text(v)}
        lone = next(iter(filled), "")
        if len(filled) != 1 or re.search(r"\d{5,}", lone) or lone.startswith(("=", "'=")) or headers.is_foot(row):
            return False
        words = re.sub(r"^[(\d一二三四五六七八九十]{1,3}[、.)]|[(（].*$|\d+[人名]$", "", lone)
        place = self.lists.places.find(words) or (self.lists.places.inside(words) if len(words) > 4 else "")
        kind = kind_of(words)
        self.place, self.kind = place or self.place, kind or self.kind
        # A lone name is a person without a number, to be refused and said so.
        return bool(place or kind) or filled[lone] != self.table.fields["name"] or len(words) > 4

    def _formula_rows(self) -> set[int]:
        """Rows whose name is a formula; where an office looks all its names up, their results are names."""
        column = self.table.fields["name"]
        rows = {row for row, at in self.sheet.formulas if at == column and row >= self.table.first_row}
        if len(rows) * 2 <= len(self.sheet.rows) - self.table.first_row:
            return rows
        return {row for row in rows if not cells.is_name(cells.name(self.sheet.rows[row][column]))}


def is_baseline(table: headers.Table) -> bool:
    """Whether a table tells of neighborhoods and not of people."""
    numbers = set(NUMBERS) & table.fields.keys()
    return "neighborhood" in table.fields and len(numbers) >= 2 and "id_number" not in table.fields


def _values(row: list[Any], fields: dict[str, int]) -> dict[str, Any]:
    return {name: row[column] if column < len(row) else None for name, column in fields.items()}


def filled_down(sheet: Sheet) -> dict[tuple[int, int], Any]:
    """Cells of vertical merges, each with the value of the first."""
    return {
        (row, left): sheet.rows[top][left]
        for top, left, bottom, right in sheet.merges
        if bottom > top and left == right and top < len(sheet.rows) and left < len(sheet.rows[top])
        for row in range(top + 1, bottom + 1)
    }


def _grouped_down(sheet: Sheet, table: headers.Table) -> dict[tuple[int, int], Any]:
    """Groups whose merge was lost (a CSV, an old format): a few words, each once, with blanks below."""
    filled: dict[tuple[int, int], Any] = {}
    for name in ("category", "neighborhood"):
        column = table.fields.get(name)
        if column is None:
            continue
        rows = [(i, row[column] if column < len(row) else None) for i, row in enumerate(sheet.rows) if i >= table.first_row]
        given = [cells.text(v) for _i, v in rows if cells.text(v)]
        merged = any(m[1] <= column <= m[3] and m[2] > m[0] for m in sheet.merges)
        if merged or not given or len(set(given)) < len(given) or len(given) * 2 > len(rows) or not (rows and cells.text(rows[0][1])):
            continue
        value: Any = None
        for i, own in rows:
            value = own if cells.text(own) else value
            filled[i, column] = value
    return filled


def _letter(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
