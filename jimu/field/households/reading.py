"""Files of a ledger to rows: doors and who lives behind them, what was left out said in a sentence each. Nothing is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from jimu.core import sealed
from jimu.field.households import rules
from jimu.field.households.columns import ledger_columns
from jimu.people.intake import cells, headers
from jimu.people.intake.books import Sheet
from jimu.people.intake.entries import SENTENCES as OF_CELLS
from jimu.people.intake.lists import filled_down
from jimu.people.intake.plan import files_in
from jimu.people.intake.problems import REFUSED, WARNING, WHOLE, Problem, Unreadable
from jimu.people.intake.readers import read

SAMPLE = 300
TOLD_EVERY = 2000
SENTENCES = {
    "no_building": _("没有写明哪栋楼，这一行没有收。请写楼号，如 14号。"),
    "no_room": _("没有写明哪一室，这一行没有收。请写室号，如 1102。"),
    "bad_name": _("姓名处不是姓名，这一行没有收。请核对是否填错了列。"),
    "no_doors": _("没有认出楼号和室号，这张表没有导入。请在表头写明“楼号”“室号”，或“地址”。"),
    "unknown_building": _("您的范围里没有这栋楼，这一行没有收。请核对楼号，或先在网格里添加这栋楼。"),
    "which_building": _("不止一栋楼叫这个号，这一行没有收。请写明居民区或几弄，或只导入一个居民区。"),
    "elsewhere": _("这个身份证号登记在别的房间，这一行没有收。请核对；真搬来了，请先在原房间登记搬走。"),
    "second_head": _("这一户已有户主，这一行没有记为户主。请核对。"),
}
#: The column that a sentence is about, where it is not named.
ABOUT = {
    "no_building": "building", "unknown_building": "building", "which_building": "building", "no_room": "room", "bad_name": "name", "elsewhere": "id_number",
    "second_head": "head",
}  # fmt: skip
# What stands below a cell of these without words of its own belongs to the same door.
CARRIED = ("neighborhood", "address", "building", "entrance", "floor", "room", "kitchen")


@dataclass(slots=True)
class Row:
    """One row: a door and, unless nobody is named, somebody behind it. Personal data is sealed as it is read."""

    file: str
    sheet: str
    number: int
    place: str
    building: str
    entrance: str
    room: str
    floor: int | None
    kitchen: str = ""
    vacant: bool = False
    name_sealed: str = ""
    name_index: str = ""
    phone_sealed: str = ""
    phone_index: str = ""
    id_number_sealed: str = ""
    id_number_index: str = ""
    sex: str = ""
    birth_year: int | None = None
    groups: list[str] = field(default_factory=list)
    head: bool = False
    note: str = ""
    # Field → column (from 0) of its sheet; shared by all rows of one.
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """For the history of a field."""
        return f"{self.file} › {self.sheet} › {self.number}"[:200]


@dataclass
class Reading:
    """What the files held."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    tables: int = 0
    files: list[str] = field(default_factory=list)

    def say(self, row: Row, code: str, severity: str = REFUSED, column: str = "") -> None:
        """A problem of one row; `at` is the place of the column that it is about, where a marked copy shows it."""
        message = SENTENCES.get(code) or OF_CELLS[code]
        about = column or ABOUT.get(code, "")
        at = row.places.get(about, 0)
        self.problems.append(Problem(row.file, row.sheet, row.number, column, severity, code, message, at))

    @property
    def refused(self) -> int:
        """Rows that were not taken."""
        return sum(1 for problem in self.problems if problem.severity == REFUSED and problem.row)


def read_ledgers(paths: Sequence[Path], *, today: date, progress: Callable[[float, str], None] | None = None) -> Reading:
    """Read files and folders one after another."""
    reading, tell = Reading(), progress or (lambda share, note: None)
    for path in files_in(paths):
        reading.files.append(path.name)
        tell(0.02, path.name)
        try:
            book = read(path)
        except (Unreadable, OSError) as error:
            code = error.code if isinstance(error, Unreadable) else "not_found"
            reading.problems.append(Problem(path.name, "", 0, "", REFUSED, code, WHOLE[code]))
            continue
        if not book.sheets:
            reading.problems.append(Problem(path.name, "", 0, "", REFUSED, "no_doors", SENTENCES["no_doors"]))
        for sheet in book.sheets:
            if not sheet.hidden and not all(headers.is_blank(row) for row in sheet.rows):
                _SheetReader(reading, path.name, sheet, today, tell).run()
    return reading


class _SheetReader:
    """One sheet, row by row; what holds for the rows below is remembered."""

    def __init__(self, reading: Reading, file: str, sheet: Sheet, today: date, tell: Callable[[float, str], None]) -> None:
        self.reading, self.file, self.sheet, self.today, self.tell = reading, file, sheet, today, tell
        self.carried: dict[str, Any] = {}
        self.fields: Mapping[str, int] = {}

    def run(self) -> None:
        """Find the table and read its rows."""
        table = headers.find_table(self.sheet)
        fields = ledger_columns(table, self.sheet.rows[table.first_row : table.first_row + SAMPLE]) if table else {}
        if table is None or not ("address" in fields or {"building", "room"} <= fields.keys()):
            return self._whole("no_doors", SENTENCES["no_doors"])
        if table.disagrees is not None:
            return self._whole("headers_disagree", WHOLE["headers_disagree"])
        self.reading.tables += 1
        self.fields = fields if "building" in fields else {**fields, "building": fields.get("address", 0)}
        down = filled_down(self.sheet)
        total = len(self.sheet.rows)
        for i in range(table.first_row, total):
            row = self.sheet.rows[i]
            if i in table.again or headers.is_blank(row) or headers.is_foot(row):
                continue
            values = {name: down.get((i, c), row[c] if c < len(row) else None) for name, c in fields.items()}
            self._row(i + 1, values)
            if i % TOLD_EVERY == 0:
                self.tell(0.05 + 0.55 * i / total, self.file)
        return None

    def _whole(self, code: str, message: str) -> None:
        self.reading.problems.append(Problem(self.file, self.sheet.name, 0, "", REFUSED, code, message))

    def _row(self, number: int, values: Mapping[str, Any]) -> None:
        text = {name: cells.text(values.get(name)) for name in CARRIED}
        before = self.carried
        if text["room"] or any(text[name] and text[name] != before.get(name) for name in ("address", "building", "entrance")):
            # A new door: of what stands above only what it stands in goes on.
            elsewhere = text["address"] or (text["building"] and text["building"] != before.get("building"))
            kept = ("neighborhood",) if elsewhere else ("neighborhood", "building") if text["building"] else ("neighborhood", "address", "building", "entrance")
            self.carried = {name: before.get(name, "") for name in kept} | {name: words for name, words in text.items() if words}
        row = self._door(number)
        if row is not None and self._person(row, values):
            self.reading.rows.append(row)

    def _door(self, number: int) -> Row | None:
        given = {name: str(self.carried.get(name, "")) for name in CARRIED}
        whole = rules.door_of(given["address"]) if given["address"] else None
        building = given["building"] or (whole.building if whole else "")
        if given["address"] and not whole and given["building"] and not given["room"]:
            given["room"] = given["address"]
        room = rules.room_number(given["room"]) or (whole.room if whole else "")
        inside = rules.door_of(building) if building and not room else None
        if inside and inside.room:
            building, room = inside.building, inside.room
        entrance = rules.entrance_of(given["entrance"]) or (whole.entrance if whole else "")
        row = Row(self.file, self.sheet.name, number, given["neighborhood"], building, entrance, room, rules.floor_of(given["floor"], room), given["kitchen"][:20], places=self.fields)
        missing = "" if building and room else "no_room" if building else "no_building"
        if missing:
            self.reading.say(row, missing)
            return None
        return row

    def _person(self, row: Row, values: Mapping[str, Any]) -> bool:
        """Fill in who is named; whether the row is taken."""
        words = f"{cells.text(values.get('groups'))} {cells.text(values.get('note'))}"
        name = cells.name(values.get("name"))
        row.note = cells.scrub(cells.text(values.get("note")))[:300]
        if not name or rules.is_vacant(name):
            row.vacant = rules.is_vacant(words + name)
            return True
        if not cells.is_name(name):
            self.reading.say(row, "bad_name")
            return False
        numbers = {key: self._cell(row, key, read_it(values.get(key))) for key, read_it in (("phone", cells.phone), ("id_number", cells.id_number))}
        seal(row, {"name": name, **numbers})
        birth, age = cells.birth(values.get("birth"), self.today), cells.age(values.get("age"), self.today)
        row.birth_year = rules.birth_year_of(numbers["id_number"], birth[:2], age[0])
        row.sex = cells.sex(values.get("sex")) or (cells.sex_of_id(numbers["id_number"]) if numbers["id_number"] else "")
        row.groups = rules.groups_in(words)
        row.head = cells.text(values.get("head")) in {"户主", "本人", "是", "Y", "1"}
        return True

    def _cell(self, row: Row, key: str, found: tuple[str, str]) -> str:
        value, code = found
        if code:
            self.reading.say(row, code, WARNING, column=key)
        return value


def seal(row: Any, values: Mapping[str, str]) -> None:
    """Put personal data into a row, sealed, with its index."""
    for key, value in values.items():
        setattr(row, f"{key}_sealed", sealed.seal(value))
        setattr(row, f"{key}_index", sealed.blind_index(value))


def by_building(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Rows by the words that name their building."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row.place, row.building), []).append(row)
    return found
