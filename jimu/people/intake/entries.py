"""Rows to entries: one person as one row tells of them, with what had to be left out said in a sentence each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jimu.people.intake import cells
from jimu.people.intake.problems import REFUSED, WARNING, Problem
from jimu.people.intake.skills import skills_of
from jimu.people.intake.times import Window, understand

SENTENCES = {
    "no_name": "没有姓名，这一行没有收。",
    "formula_name": "姓名处是公式，不是姓名，这一行没有收。请改为直接填写姓名。",
    "bad_name": "姓名处不像姓名，这一行没有收。请核对是否填错了列。",
    "no_contact": "没有有效的手机号，也没有有效的身份证号，这一行没有收。请补上其中一项。",
    "phone_length": "手机号位数不对，没有采用。",
    "phone_invalid": "手机号不是有效号码，没有采用。",
    "id_lost_digits": "身份证号被表格软件抹掉了末几位，没有采用。请把该列设为文本后重新填写。",
    "id_check_digit": "身份证号校验位不符，没有采用。请对照证件核对。",
    "id_birth": "身份证号里的出生日期不存在，没有采用。",
    "id_length": "身份证号位数不对，没有采用。",
    "birth_impossible": "出生日期不可能，没有采用。",
    "age_impossible": "年龄不可能，没有采用。",
    "unknown_neighborhood": "没有这个居民区，没有采用。请核对名称，或先导入居民区底数。",
    "unknown_kind": "人员类别不认识，按志愿者登记。",
    "minor": "未满 18 周岁，登记在册，但不参加排班。",
}


@dataclass
class Where:
    """A row's place in what the office handed over."""

    file: str
    sheet: str
    row: int

    @property
    def source(self) -> str:
        """For the person's page."""
        return f"{self.file} › {self.sheet} › 第 {self.row} 行"[:200]


@dataclass(frozen=True)
class Role:
    """What somebody comes as by one row."""

    kind: str
    organisation: str = ""
    department: str = ""
    title: str = ""
    place: str = ""
    source: str = ""


@dataclass
class Entry:
    """One person as one row tells of them; blank where the row says nothing."""

    name: str
    phone: str = ""
    id_number: str = ""
    sex: str = ""
    born_on: date | None = None
    birth_year: int | None = None
    political_status: str = ""
    place: str = ""
    address: str = ""
    roles: list[Role] = field(default_factory=list)
    skills: dict[str, str] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)
    times_words: str = ""
    times_known: bool = False
    limits: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    submitted: datetime | None = None
    leads: str = ""
    where: list[Where] = field(default_factory=list)
    phone_column: str = ""

    def minor(self, today: date) -> bool:
        """Younger than 18, as far as is known."""
        if self.born_on:
            return (today.year - self.born_on.year - ((today.month, today.day) < (self.born_on.month, self.born_on.day))) < 18
        return self.birth_year is not None and today.year - self.birth_year < 18


class RowReader:
    """Reads one row of a table; collects problems as it goes."""

    def __init__(
        self, where: Where, values: dict[str, Any], headers: dict[str, str], today: date, complain: Callable[[Problem], None]
    ) -> None:
        self.where, self.values, self.headers, self.today, self.complain = where, values, headers, today, complain

    def say(self, code: str, field_name: str, severity: str = WARNING) -> None:
        """Note a problem of one cell."""
        column = self.headers.get(field_name, "")
        self.complain(Problem(self.where.file, self.where.sheet, self.where.row, column, severity, code, SENTENCES[code]))

    def text(self, field_name: str) -> str:
        """A cell as clean text."""
        return cells.text(self.values.get(field_name))

    def read(self, *, formula_name: bool = False) -> Entry | None:
        """The entry of this row, or None when it is refused."""
        name = cells.name(self.values.get("name"))
        if formula_name or str(self.values.get("name") or "").lstrip(" '").startswith(("=", "#", "+", "@")):
            return self._refuse("formula_name")
        if not name:
            return self._refuse("no_name")
        if not cells.is_name(name):
            return self._refuse("bad_name")
        entry = Entry(name=name, where=[self.where], phone_column=self.headers.get("phone", ""))
        entry.phone = self._checked(cells.phone, "phone")
        entry.id_number = self._checked(cells.id_number, "id_number")
        if not entry.phone and not entry.id_number:
            return self._refuse("no_contact", "phone")
        self._facts(entry)
        self._words(entry)
        if entry.minor(self.today):
            self.say("minor", "age" if "age" in self.headers else "birth")
        return entry

    def _refuse(self, code: str, field_name: str = "name") -> None:
        self.say(code, field_name, REFUSED)

    def _checked(self, clean: Callable[[Any], tuple[str, str]], field_name: str) -> str:
        value, code = clean(self.values.get(field_name))
        if code:
            self.say(code, field_name)
        return value

    def _facts(self, entry: Entry) -> None:
        entry.sex = cells.sex(self.values.get("sex"))
        entry.born_on, entry.birth_year, code = cells.birth(self.values.get("birth"), self.today)
        if code:
            self.say(code, "birth")
        if entry.birth_year is None and self.text("age"):
            entry.birth_year, code = cells.age(self.values.get("age"), self.today)
            if code:
                self.say(code, "age")
        if entry.id_number:
            entry.born_on = cells.born_of_id(entry.id_number)
            entry.birth_year = entry.born_on.year
            entry.sex = cells.sex_of_id(entry.id_number)
        entry.political_status = self.text("political_status")[:20]
        entry.address = self.text("address")[:60]
        entry.submitted = cells.moment(self.values.get("submitted_at"))

    def _words(self, entry: Entry) -> None:
        """Times, limits and skills from wherever people wrote them."""
        for code, words in skills_of(self.text("skills")):
            if code:
                entry.skills[code] = words[:40]
            else:
                entry.notes.add(words)
        times = understand(self.text("times"))
        entry.windows, entry.times_known = times.windows, times.known
        entry.times_words = self.text("times")[:60]
        for found in (times, understand(self.text("note")), understand(self.text("health"))):
            entry.limits |= found.limits
            for words in found.skills:
                entry.skills.update({code: word for code, word in skills_of(words) if code})
        for field_name in ("times", "note"):
            rest = understand(self.text(field_name)).rest
            if rest:
                entry.notes.add(rest[:120])
