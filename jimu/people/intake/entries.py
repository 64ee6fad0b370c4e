"""Rows to entries: one person as one row tells of them, with what had to be left out said in a sentence each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from jimu.people.intake import cells
from jimu.people.intake.problems import REFUSED, WARNING, Problem
from jimu.people.intake.skills import skills_of
from jimu.people.intake.times import Window, understand

LONGEST_NAME = 40
PAUSED = "paused"
SENTENCES = {
    "no_name": _("没有姓名，这一行没有收。"),
    "formula_name": _("姓名处是公式，不是姓名，这一行没有收。请改为直接填写姓名。"),
    "bad_name": _("姓名处不是姓名，这一行没有收。请核对是否填错了列。"),
    "no_contact": _("没有有效的手机号，也没有有效的身份证号，这一行没有收。请补上其中一项。"),
    "odd_name": _("姓名里有不寻常的字符，已照原样收下。请核对。"),
    "phone_length": _("手机号位数不对，没有采用。"),
    "phone_invalid": _("手机号不是有效号码，没有采用。"),
    "id_lost_digits": _("身份证号被表格软件抹掉了末几位，没有采用。请把该列设为文本后重新填写。"),
    "id_check_digit": _("身份证号校验位不符，没有采用。请对照证件核对。"),
    "id_birth": _("身份证号里的出生日期不存在，没有采用。"),
    "id_length": _("身份证号位数不对，没有采用。"),
    "id_other_paper": _("这不是居民身份证号（像是护照或通行证），没有采用。"),
    "birth_impossible": _("出生日期不可能，没有采用。"),
    "birth_disagrees": _("出生日期与身份证号不一致，采用身份证号里的日期。请核对。"),
    "age_impossible": _("年龄不可能，没有采用。"),
    "time_impossible": _("提交时间不是一个时间，没有采用。"),
    "unknown_neighborhood": _("没有这个居民区，没有采用。请核对名称，或先导入居民区底数。"),
    "unknown_kind": _("人员类别不认识，按志愿者登记。"),
    "minor": _("未满 18 周岁，登记在册，但不参加排班。"),
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
    # Phones that older submissions of the same person give.
    earlier_phones: set[str] = field(default_factory=set)
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
    # Said to be well, which ends an earlier pause.
    healthy: bool = False
    notes: set[str] = field(default_factory=set)
    submitted: datetime | None = None
    leads: str = ""
    where: list[Where] = field(default_factory=list)
    phone_column: str = ""
    phone_at: int = 0

    def minor(self, today: date) -> bool:
        """Younger than 18, as far as is known."""
        if self.born_on:
            return (today.year - self.born_on.year - ((today.month, today.day) < (self.born_on.month, self.born_on.day))) < 18
        return self.birth_year is not None and today.year - self.birth_year < 18


class RowReader:
    """Reads one row of a table; collects problems as it goes."""

    def __init__(
        self,
        where: Where,
        values: dict[str, Any],
        headers: Mapping[str, str],
        today: date,
        complain: Callable[[Problem], None],
        columns: Mapping[str, int] | None = None,
    ) -> None:
        self.where, self.values, self.headers, self.today, self.complain = where, values, headers, today, complain
        self.columns = columns or {}

    def say(self, code: str, field_name: str, severity: str = WARNING) -> None:
        """Note a problem of one cell."""
        column = self.headers.get(field_name, "")
        at = self.columns.get(field_name, self.columns.get("name", 0))
        self.complain(Problem(self.where.file, self.where.sheet, self.where.row, column, severity, code, SENTENCES[code], at))

    def text(self, field_name: str) -> str:
        """A cell as clean text."""
        return cells.text(self.values.get(field_name))

    def read(self, *, formula_name: bool = False) -> Entry | None:
        """The entry of this row, or None when it is refused."""
        name = cells.name(self.values.get("name"))[:LONGEST_NAME]
        written = str(self.values.get("name") or "").lstrip(" '‘")
        if formula_name or (written.startswith(("=", "#", "+", "@")) and not cells.is_name(name)):
            return self._refuse("formula_name")
        if not name:
            return self._refuse("no_name")
        if not cells.has_letters(name):
            return self._refuse("bad_name")
        entry = Entry(name=name, where=[self.where], phone_column=self.headers.get("phone", ""))
        entry.phone_at = self.columns.get("phone", 0)
        entry.phone = self._phone()
        entry.id_number = self._checked(cells.id_number, "id_number")
        if not entry.phone and not entry.id_number:
            return self._refuse("no_contact", "phone")
        if not cells.is_name(name):
            self.say("odd_name", "name")
        self._facts(entry)
        self._words(entry)
        if entry.minor(self.today):
            self.say("minor", "age" if "age" in self.headers else "birth")
        return entry

    def _refuse(self, code: str, field_name: str = "name") -> Entry | None:
        self.say(code, field_name, REFUSED)
        return None

    def _checked(self, clean: Callable[[Any], tuple[str, str]], field_name: str) -> str:
        value, code = clean(self.values.get(field_name))
        if code:
            self.say(code, field_name)
        return value

    def _phone(self) -> str:
        """The phone, else one from a further column of phones."""
        value = self._checked(cells.phone, "phone")
        spare = (cells.phone(words)[0] for words in self.values.get("spare_phones", ()))
        return value or next(filter(None, spare), "")

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
            born = cells.born_of_id(entry.id_number)
            if "birth" in self.headers and entry.birth_year not in {None, born.year}:
                self.say("birth_disagrees", "birth")
            entry.born_on = born
            entry.birth_year = entry.born_on.year
            entry.sex = cells.sex_of_id(entry.id_number)
        entry.political_status = self.text("political_status")[:20]
        entry.address = self.text("address")[:60]
        entry.submitted = cells.moment(self.values.get("submitted_at"))
        if entry.submitted is None and self.text("submitted_at"):
            self.say("time_impossible", "submitted_at")

    def _words(self, entry: Entry) -> None:
        """Times, limits and skills from wherever people wrote them."""
        for code, words in skills_of(self.text("skills")):
            if code:
                entry.skills[code] = words[:40]
            else:
                entry.notes.add(cells.scrub(words)[:120])
        times = understand(self.text("times"))
        entry.windows, entry.times_known = list(times.windows), times.known
        entry.times_words = cells.scrub(self.text("times"))[:60]
        for field_name in ("times", "note", "health"):
            found = understand(self.text(field_name))
            entry.limits |= found.limits
            for words in found.skills:
                entry.skills.update({code: word for code, word in skills_of(words) if code})
            if found.rest and field_name != "health":
                entry.notes.add(cells.scrub(found.rest)[:120])
        note = understand(self.text("note"))
        if note.known and not times.known:
            # 只能周末来 in the remarks, where the list has no column for times.
            entry.windows, entry.times_known, entry.times_words = list(note.windows), True, cells.scrub(self.text("note"))[:60]
        entry.healthy = bool(self.text("health")) and PAUSED not in entry.limits
