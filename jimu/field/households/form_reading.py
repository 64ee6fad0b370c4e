"""XLSForm workbooks (sheets survey, choices, settings) to forms; what is not supported is said row by row. Nothing is written.

Taken: text, integer, decimal, date, select_one, select_multiple, note, calculate, begin/end group, begin/end repeat with repeat_count; required,
relevant, constraint, constraint_message, calculation, choice_filter, hint, label and their ::language columns, ${questions} quoted in a label; a column
ledger (or 台账) names the field of the ledger that a question stands for. Not taken: a repeat within a repeat, defaults, places, pictures, files of choices; each is said with its row.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jimu.field.households import ledger_rules
from jimu.field.households.form_expressions import Node, Unsupported, asks_position, gathered, names_in, parse
from jimu.field.households.form_rules import (
    MANY,
    ONE,
    RECKONED,
    REFERENCE,
    REPEAT,
    TYPES,
    Definition,
    Question,
    Words,
)
from jimu.people.intake import cells
from jimu.people.intake.books import Sheet
from jimu.people.intake.problems import WHOLE, Unreadable
from jimu.people.intake.readers import read

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
MOST_QUESTIONS, MOST_CHOICES, LONGEST_LABEL, LONGEST_TITLE = 200, 2000, 300, 60
#: Columns whose content changes what is asked: to pass over them would be another form.
REFUSED_COLUMNS = ("default", "trigger")
IGNORED_COLUMNS = ("appearance", "read_only", "readonly", "parameters", "guidance_hint", "required_message", "media", "image", "audio", "video", "autoplay")
YES = ("yes", "true", "true()", "1", "是", "必填")
WORDED = ("label", "hint", "constraint_message", "form_title")
Row = dict[str, str]
Lists = dict[str, list[tuple[str, Words]]]
Columns = dict[str, dict[str, dict[str, str]]]
LIST_COLUMNS = ("list_name", "list name", "name", "value", "label")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row (from 1; 0 for a whole sheet)."""

    sheet: str
    row: int
    column: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "message": self.message}


@dataclass
class FormReading:
    """A form, or why there is none; `notes` are what was passed over."""

    form_id: str = ""
    definition: Definition | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def read_form(path: Path) -> FormReading:
    """Read a workbook. The definition is None when there is any fault."""
    reading = FormReading()
    try:
        book = read(path)
    except (Unreadable, OSError) as error:
        code = error.code if isinstance(error, Unreadable) else "not_found"
        reading.faults.append(Fault("", 0, "", str(_(WHOLE[code]))))
        return reading
    sheets = {sheet.name.strip().lower(): sheet for sheet in book.sheets}
    if "survey" not in sheets:
        reading.faults.append(Fault("", 0, "", _("没有 survey 工作表。XLSForm 需要 survey 表，选择题还要 choices 表。")))
        return reading
    settings = next(iter(_rows(sheets["settings"]) if "settings" in sheets else []), (0, {}))[1]
    reading.form_id = settings.get("form_id", "")[:40]
    title = (settings.get("form_title") or path.stem)[:LONGEST_TITLE]
    lists, columns = _choices(reading, sheets.get("choices"))
    found = _Survey(reading, lists, columns, settings.get("default_language", "")).run(sheets["survey"])
    if not reading.faults:
        reading.definition = Definition(title, found)
    return reading


def _rows(sheet: Sheet) -> list[tuple[int, Row]]:
    """Rows below the header as (row number, {column: text}); empty ones are left out."""
    headers: list[str] = []
    found = []
    for number, row in enumerate(sheet.rows, 1):
        texts = [_plain(value) for value in row]
        if not any(texts):
            continue
        if not headers:
            headers = [re.sub(r"\s*::\s*", "::", text).strip() for text in texts]
            headers = [text.split("::")[0].lower() + ("::" + text.split("::", 1)[1] if "::" in text else "") for text in headers]
            continue
        written = [str(value).strip() if isinstance(value, str) else text for value, text in zip(row, texts, strict=True)]
        # Words stay as they were typed; in names and conditions full-width letters are plain ones.
        pairs = zip(headers, texts, written, strict=False)
        found.append((number, {name: own if name.split("::")[0] in WORDED else text for name, text, own in pairs if name and text}))
    return found


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    # In a list of people "none" and 无 mean an empty cell; in a form they are a choice.
    return cells.text(value).strip() or (unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else "")


def _words(row: Mapping[str, str], name: str, default: str) -> Words:
    """A column and its ::language columns; `English (en)` is en, and the default language is "" too."""
    found: Words = {}
    for column, text in row.items():
        head, _mark, language = column.partition("::")
        if head != name:
            continue
        code = re.search(r"\(([A-Za-z-]+)\)\s*$", language)
        key = (code.group(1) if code else language).strip().lower()
        found[key] = text[:LONGEST_LABEL]
        if language.strip() == default.strip() and default:
            found[""] = text[:LONGEST_LABEL]
    return found


def _choices(reading: FormReading, sheet: Sheet | None) -> tuple[Lists, Columns]:
    """The choices of each list, and what further columns say of each of them."""
    lists: Lists = {}
    columns: Columns = {}
    rows = _rows(sheet) if sheet else []
    for number, row in rows[:MOST_CHOICES]:
        listed, code = (row.get("list_name") or row.get("list name") or "", row.get("name") or row.get("value") or "")
        if not listed or not code:
            reading.faults.append(Fault("choices", number, "name", _("这一行要有 list_name 和 name。")))
        elif code in dict(lists.get(listed, [])):
            reading.faults.append(Fault("choices", number, "name", _("选项“{name}”写了两次。").format(name=code)))
        elif " " in code:
            reading.faults.append(Fault("choices", number, "name", _("选项的 name 不能有空格：“{name}”。").format(name=code)))
        else:
            lists.setdefault(listed, []).append((code, _words(row, "label", "") or {"": code}))
            plain = {column: text for column, text in row.items() if "::" not in column and column not in LIST_COLUMNS}
            columns.setdefault(listed, {})[code] = plain
    if len(rows) > MOST_CHOICES:
        reading.faults.append(Fault("choices", 0, "", _("选项太多，最多 {n} 个。").format(n=MOST_CHOICES)))
    return lists, columns


@dataclass
class _Group:
    """What was begun and is not ended yet. A repeat has a name, and where the questions above it end."""

    row: int
    label: Words
    relevant: Node | None
    repeat: str = ""
    above: int = 0
    count: Node | None = None


class _Survey:
    """The survey sheet, row by row."""

    def __init__(self, reading: FormReading, lists: Lists, columns: Columns, language: str) -> None:
        self.reading, self.lists, self.columns, self.language = reading, lists, columns, language
        self.questions: list[Question] = []
        self.groups: list[_Group] = []
        #: Names that are taken, and of those that may be asked about, in which repeat they lie.
        self.names: set[str] = set()
        self.above: dict[str, str] = {}
        #: By repeat ("" for none) the fields of the ledger that questions stand for.
        self.ledger: dict[str, list[str]] = {}

    @property
    def repeat(self) -> str:
        """The repeat that is being read."""
        return next((group.repeat for group in self.groups if group.repeat), "")

    def run(self, sheet: Sheet) -> list[Question]:
        """All questions, in order."""
        rows = _rows(sheet)
        for number, row in rows[:MOST_QUESTIONS]:
            self._row(number, row)
        if len(rows) > MOST_QUESTIONS:
            self._fault(0, "", _("题目太多，最多 {n} 行。").format(n=MOST_QUESTIONS))
        for group in self.groups:
            self._fault(group.row, "type", _("这个重复组没有 end repeat。") if group.repeat else _("这一组没有 end group。"))
        if not any(one.type not in ("note", RECKONED) for one in self.questions) and not self.reading.faults:
            self._fault(0, "", _("没有一道题。"))
        if any(ledger_rules.nameless(fields) for fields in self.ledger.values()):
            self._fault(0, "ledger", _("要把回答写进住户的资料，同一组里要有一题的台账列写 resident.name，才知道说的是谁。"))
        return self.questions

    def _fault(self, row: int, column: str, message: str) -> None:
        self.reading.faults.append(Fault("survey", row, column, message))

    def _row(self, number: int, row: Row) -> None:
        words = row.get("type", "").split()
        kind = "_".join(words[:2]) if words[:1] in (["begin"], ["end"]) else words[0] if words else ""
        for column, text in row.items():
            head = column.split("::")[0]
            if head in REFUSED_COLUMNS:
                self._fault(number, head, _("不支持 {column} 列，请删去“{text}”。").format(column=head, text=text[:40]))
            elif head in IGNORED_COLUMNS:
                self.reading.notes.append(Fault("survey", number, head, _("{column} 列不起作用，已略过。").format(column=head)))
        if row.get("repeat_count") and kind != "begin_repeat":
            self._fault(number, "repeat_count", _("repeat_count 只能写在 begin repeat 那一行。"))
        if kind.startswith(("begin_", "end_")) and (row.get("ledger") or row.get("台账")):
            self._fault(number, "ledger", _("台账列要写在题目那一行：哪一题的回答写进台账。"))
        if kind == "begin_group":
            self.groups.append(_Group(number, _words(row, "label", self.language), self._condition(number, row, "relevant")))
        elif kind == "begin_repeat":
            self._begin_repeat(number, row)
        elif kind in ("end_group", "end_repeat"):
            self._end(number, kind)
        elif kind not in TYPES:
            self._fault(number, "type", _("不支持“{type}”这种题。可以用：{types}。").format(type=row.get("type", "") or "–", types="、".join(TYPES)))
        else:
            self._question(number, row, kind, words[1] if len(words) > 1 else "", words[2:])

    def _begin_repeat(self, number: int, row: Row) -> None:
        name, label = row.get("name", ""), _words(row, "label", self.language)
        if self.repeat:
            self._fault(number, "type", _("重复组里不能再套重复组。请把里面的一组拆成另一张表，或在组里写成几道题。"))
        if not label:
            self._fault(number, "label", _("这个重复组没有 label：“添加”按钮上要写它。"))
        self._named(number, name, label)
        relevant, count = (self._condition(number, row, "relevant"), self._condition(number, row, "repeat_count"))
        self.groups.append(_Group(number, label, relevant, name or "?", len(self.questions), count))

    def _end(self, number: int, kind: str) -> None:
        """The end of what was begun last; the questions of a repeat become one that holds them."""
        if not self.groups or bool(self.groups[-1].repeat) != (kind == "end_repeat"):
            self._fault(number, "type", _("多了一个 {end}，或前面一组还没有收尾。").format(end=kind.replace("_", " ")))
            return
        group = self.groups.pop()
        if not group.repeat:
            return
        inner, self.questions = self.questions[group.above :], self.questions[: group.above]
        if not any(one.type not in ("note", RECKONED) for one in inner) and not self.reading.faults:
            self._fault(group.row, "type", _("这个重复组里没有一道题。"))
        heading = self.groups[-1].label if self.groups else {}
        self.above[group.repeat] = group.repeat
        self.questions.append(Question(
            group.repeat, REPEAT, group.label, group=heading, relevant=self._within(group.relevant), questions=inner, count=group.count,
        ))  # fmt: skip

    def _within(self, relevant: Node | None) -> Node | None:
        """A condition together with those of the groups around it, as far as the repeat that it stands in: the repeat is judged as a whole."""
        for group in reversed(self.groups):
            if group.repeat:
                break
            if group.relevant is not None:
                relevant = group.relevant if relevant is None else ["and", group.relevant, relevant]
        return relevant

    def _named(self, number: int, name: str, label: Words) -> None:
        """A name that nothing else has, and a label that quotes what stands above."""
        if not NAME.fullmatch(name):
            self._fault(number, "name", _("name 只能用字母、数字和下划线，以字母开头：“{name}”。").format(name=name[:40]))
        elif name in self.names:
            self._fault(number, "name", _("题目“{name}”写了两次。").format(name=name))
        self.names.add(name)
        for quoted in sorted({name for words in label.values() for name in REFERENCE.findall(words)}):
            if self.above.get(quoted, "?") not in ("", self.repeat):
                self._fault(number, "label", _("条件里的“{name}”不是上面的题目。").format(name=quoted))

    def _question(self, number: int, row: Row, kind: str, listed: str, more: Sequence[str]) -> None:
        name, label = row.get("name", ""), _words(row, "label", self.language)
        if not label and kind != RECKONED:
            self._fault(number, "label", _("这一题没有 label。"))
        self._named(number, name, label)
        choices: list[tuple[str, Words]] = []
        if kind in (ONE, MANY):
            choices = self.lists.get(listed, [])
            if not choices:
                self._fault(number, "type", _("choices 表里没有“{list}”。").format(list=listed or "–"))
            if more:
                self._fault(number, "type", _("不支持 or_other，请在 choices 表里写一个“其他”。"))
        chosen = {} if kind not in (ONE, MANY) else self.columns.get(listed, {})
        offered = sorted({"name", *(column for one in chosen.values() for column in one)})
        filtered = self._condition(number, row, "choice_filter", offered)
        if filtered is not None and kind not in (ONE, MANY):
            self._fault(number, "choice_filter", _("只有选择题可以写 choice_filter。"))
        reckoned = self._condition(number, row, "calculation")
        if (kind == RECKONED) != bool(row.get("calculation")):
            self._fault(number, "calculation", _("calculate 题要写 calculation；别的题不能写，请删去。"))
        relevant = self._within(self._condition(number, row, "relevant"))
        heading = self.groups[-1].label if self.groups and not self.groups[-1].repeat else {}
        self.questions.append(Question(
            name, kind, label, _words(row, "hint", self.language), heading, row.get("required", "").lower() in YES,
            relevant, self._condition(number, row, "constraint"), _words(row, "constraint_message", self.language), choices,
            filtered, chosen if filtered is not None else {}, reckoned, ledger=self._ledger(number, row, kind, [code for code, _words in choices]),
        ))  # fmt: skip
        self.above[name] = self.repeat

    def _ledger(self, number: int, row: Row, kind: str, codes: Sequence[str]) -> str:
        """The field of the ledger that a question stands for."""
        wanted = (row.get("ledger") or row.get("台账") or "").lower()
        if not wanted:
            return ""
        taken = self.ledger.setdefault(self.repeat, [])
        if fault := ledger_rules.fault_of(wanted, kind, codes, self.repeat, taken):
            self._fault(number, "ledger", fault)
        taken.append(wanted)
        return wanted

    def _condition(self, number: int, row: Row, column: str, columns: Sequence[str] = ()) -> Node | None:
        text = row.get(column, "")
        if not text:
            return None
        try:
            node = parse(text, columns)
            if asks_position(node) and not self.repeat:
                raise Unsupported(_("position(..) 只能写在重复组里"))
            for name in sorted(names_in(node) - set(self.above)):
                self._fault(number, column, _("条件里的“{name}”不是上面的题目。").format(name=name))
            return gathered(node, {name: repeat for name, repeat in self.above.items() if repeat not in ("", self.repeat)})
        except Unsupported as error:
            self._fault(number, column, str(error))
            return None
