"""A form as data: its questions, what an answer must be, how answers of an older version are read in a newer one. Pure."""

import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.field.households.form_expressions import POSITION, Node, evaluate, truth

TEXT, INTEGER, DECIMAL, DATE, ONE, MANY, NOTE, RECKONED = ("text", "integer", "decimal", "date", "select_one", "select_multiple", "note", "calculate")
TYPES = (TEXT, INTEGER, DECIMAL, DATE, ONE, MANY, NOTE, RECKONED)
REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
LONGEST_ANSWER = 500
#: A part of the form that is asked again for each person or thing: its answer is a list of entries.
REPEAT = "repeat"
#: The identity of an entry, made where it is first written down: two phones without a network never give the same one.
ENTRY = "_id"
MOST_ENTRIES = 40
Words = dict[str, str]


@dataclass(frozen=True)
class Question:
    """One question, a note to read, or a value that is reckoned. Words are by language, "" being the default; `group` is the heading it stands under.

    `choice_filter` says which choices are offered, by `columns`: what the other columns of the choices sheet say of each code. A repeat has
    `questions` of its own, and as many entries as `count` says; without a count, as many as there are.
    """

    name: str
    type: str
    label: Words
    hint: Words = field(default_factory=dict)
    group: Words = field(default_factory=dict)
    required: bool = False
    relevant: Node | None = None
    constraint: Node | None = None
    constraint_message: Words = field(default_factory=dict)
    choices: list[tuple[str, Words]] = field(default_factory=list)
    choice_filter: Node | None = None
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    calculation: Node | None = None
    questions: list["Question"] = field(default_factory=list)
    count: Node | None = None
    #: The field of the ledger that it stands for, if any.
    ledger: str = ""

    @property
    def kept(self) -> list["Question"]:
        """What has a value in an entry of a repeat."""
        return [one for one in self.questions if one.type != NOTE]

    def wanted(self, values: Mapping[str, Any], today: str) -> int | None:
        """How many entries are asked for beside these answers; None leaves it to who fills it in."""
        if self.count is None:
            return None
        found = evaluate(["int", self.count], values, None, today)
        return max(0, min(MOST_ENTRIES, found)) if isinstance(found, int) else 0

    def offered(self, values: Mapping[str, Any], today: str) -> list[str]:
        """The codes that may be chosen beside these answers."""
        codes = [code for code, _words in self.choices]
        if self.choice_filter is None:
            return codes
        return [code for code in codes if truth(evaluate(self.choice_filter, values, {"name": code, **self.columns.get(code, {})}, today))]

    def heading(self, language: str) -> str:
        """What stands over its answers in a table; answers that the label quotes are left open."""
        return REFERENCE.sub("…", said(self.label, language)) or self.name

    def describe(self, language: str) -> dict[str, Any]:
        """For the phone and the page, in the reader's language."""
        return {
            "name": self.name, "type": self.type, "label": said(self.label, language), "hint": said(self.hint, language), "group": said(self.group, language),
            "required": self.required, "relevant": self.relevant, "constraint": self.constraint, "message": said(self.constraint_message, language),
            "choices": [[code, said(words, language)] for code, words in self.choices],
            "filter": self.choice_filter, "columns": self.columns if self.choice_filter else {}, "calculation": self.calculation,
            **({"questions": [one.describe(language) for one in self.questions], "count": self.count, "most": MOST_ENTRIES} if self.type == REPEAT else {}),
            **({"ledger": self.ledger} if self.ledger else {}),
        }  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A whole form."""

    title: str
    questions: list[Question]

    def as_data(self) -> dict[str, Any]:
        """Plain data, to be kept."""
        return {"title": self.title, "questions": [_as_data(one) for one in self.questions]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Definition":
        """Back from plain data."""
        return cls(data["title"], [_question(one) for one in data["questions"]])

    @property
    def kept(self) -> list[Question]:
        """What has a value: questions, and what is reckoned from them."""
        return [one for one in self.questions if one.type != NOTE]


def _as_data(one: Question) -> dict[str, Any]:
    """A question without repeats or a field of the ledger is kept as it was before there were any: read again it is no other version."""
    data = {**asdict(one), "questions": [_as_data(inner) for inner in one.questions]}
    absent = {"questions", "count"} if one.type != REPEAT else set[str]()
    return {name: value for name, value in data.items() if name not in (absent if one.ledger else {*absent, "ledger"})}


def _question(data: Mapping[str, Any]) -> Question:
    inner = [_question(one) for one in data.get("questions", ())]
    return Question(**{**data, "choices": [(code, words) for code, words in data["choices"]], "questions": inner})


def said(words: Words, language: str) -> str:
    """Words in a language (en, zh-hans), else in the default, else in any."""
    short = language.split("-")[0]
    return words.get(language) or words.get(short) or words.get("") or next(iter(words.values()), "")


def read_answers(form: Definition, given: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Answers as they are kept: what is not relevant is left out. Raises Invalid for the first that is missing or wrong."""
    return _read_all(form.kept, given, {}, today.isoformat())


def _read_all(questions: Sequence[Question], given: Mapping[str, Any], around: Mapping[str, Any], day: str) -> dict[str, Any]:
    """Answers to questions of one level; `around` are those that the questions of an entry see beside their own."""
    kept: dict[str, Any] = {}
    # Conditions see only what counts so far: a question asks about those above it.
    seen = ChainMap(kept, dict(around))
    for one in questions:
        if one.relevant is not None and not truth(evaluate(one.relevant, seen, None, day)):
            continue
        if one.type == REPEAT:
            entries = _read_entries(one, given.get(one.name), seen, day)
            if entries:
                kept[one.name] = entries
            continue
        if one.calculation is not None:
            # What the phone reckoned is not asked: the same answers give the same here.
            value = evaluate(one.calculation, seen, None, day)
            if value not in ("", []):
                kept[one.name] = value
            continue
        value = _read(one, given.get(one.name))
        if value is None:
            if one.required:
                raise Invalid(_("请填写：{label}").format(label=one.heading("")), field=one.name)
            continue
        chosen = value if isinstance(value, list) else [value]
        if one.choice_filter is not None and not set(chosen) <= set(one.offered(seen, day)):
            raise Invalid(_("填写有误：{label}").format(label=one.heading("")), field=one.name)
        if one.constraint is not None and not truth(evaluate(one.constraint, seen, value, day)):
            raise Invalid(said(one.constraint_message, "") or _("不符合要求：{label}").format(label=one.heading("")), field=one.name)
        kept[one.name] = value
    return kept


def _read_entries(repeat: Question, given: Any, around: Mapping[str, Any], day: str) -> list[dict[str, Any]]:
    """The entries of a repeat, in order. Raises Invalid for too many or too few, and for the first answer that is wrong, with the number of its entry."""
    entries, label = [] if given is None else given, repeat.heading("")
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise Invalid(_("填写有误：{label}").format(label=label), field=repeat.name)
    wanted = repeat.wanted(around, day)
    if len(entries) > MOST_ENTRIES or (wanted is not None and len(entries) != wanted):
        raise Invalid(_("“{label}”应有 {n} 项，现在是 {there} 项。").format(label=label, n=MOST_ENTRIES if wanted is None else wanted, there=len(entries)), field=repeat.name)
    ids = [_entry_id(one) for one in entries]
    if None in ids or len(set(ids)) != len(ids) or any(set(one) - {ENTRY, *(inner.name for inner in repeat.kept)} for one in entries):
        raise Invalid(_("填写有误：{label}").format(label=label), field=repeat.name)
    kept = []
    for number, (key, one) in enumerate(zip(ids, entries, strict=True), 1):
        try:
            kept.append({ENTRY: key, **_read_all(repeat.kept, one, {**around, POSITION: number}, day)})
        except Invalid as error:
            raise Invalid(_("{label} 第 {n} 项：{why}").format(label=label, n=number, why=error), field=repeat.name, entry=number) from None
    return kept


def _entry_id(entry: Mapping[str, Any]) -> str | None:
    try:
        return str(UUID(str(entry.get(ENTRY))))
    except ValueError:
        return None


def _read(question: Question, given: Any) -> Any:
    if given is None or given == "" or given == []:
        return None
    value = _converted(question, given)
    if value is None:
        raise Invalid(_("填写有误：{label}").format(label=question.heading("")), field=question.name)
    return value


def _converted(question: Question, given: Any) -> Any:
    """The value in its type; None for what it cannot be."""
    codes = [code for code, _words in question.choices]
    match question.type:
        case "text":
            return given.strip()[:LONGEST_ANSWER] if isinstance(given, str) and len(given) <= LONGEST_ANSWER else None
        case "integer":
            return int(given) if not isinstance(given, bool) and re.fullmatch(r"-?\d{1,9}", str(given)) else None
        case "decimal":
            return float(given) if not isinstance(given, bool) and re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", str(given)) else None
        case "date":
            return _day(given)
        case "calculate":
            return given if isinstance(given, str | int | float | list) else None
        case "select_one":
            return given if given in codes else None
        case "select_multiple":
            wanted = given if isinstance(given, list) else []
            return [code for code in codes if code in wanted] if wanted and all(isinstance(w, str) and w in codes for w in wanted) else None
    return None


def _day(given: Any) -> str | None:
    try:
        return date.fromisoformat(given).isoformat() if isinstance(given, str) else None
    except ValueError:
        return None


def mapped(answers: Mapping[str, Any], form: Definition) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers of any version in the words of this one: (what fits a question of the same name, what has no place any more)."""
    return _mapped(answers, form.kept)


def _mapped(answers: Mapping[str, Any], questions: Sequence[Question]) -> tuple[dict[str, Any], dict[str, Any]]:
    by_name = {one.name: one for one in questions}
    fits: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in answers.items():
        found = by_name.get(name)
        if found is not None and (found.type == REPEAT) and _are_entries(value):
            pairs = [_mapped({key: own for key, own in one.items() if key != ENTRY}, found.kept) for one in value]
            fits[name] = [{ENTRY: one[ENTRY], **fitting} for one, (fitting, _left) in zip(value, pairs, strict=True)]
            if any(left for _fitting, left in pairs):
                rest[name] = [left for _fitting, left in pairs]
            continue
        turned = _turned(found, value) if found is not None and not _are_entries(value) else None
        if turned is None:
            rest[name] = value
        else:
            fits[name] = turned
    return fits, rest


def _are_entries(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value) and bool(value)


def _turned(question: Question, value: Any) -> Any:
    if question.type == MANY and isinstance(value, str):
        value = [value]
    if question.type == ONE and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if question.type == TEXT and isinstance(value, int | float):
        value = str(value)
    return _converted(question, value)


def shown(question: Question, value: Any, language: str) -> str:
    """An answer in words."""
    if value is None:
        return ""
    labels = {code: said(words, language) for code, words in question.choices}
    if isinstance(value, list):
        return "、".join(str(labels.get(one, one)) for one in value)
    return labels.get(value, str(value)) if isinstance(value, str) else str(value)


def described(form: Definition, language: str) -> Sequence[dict[str, Any]]:
    """All of it for a phone."""
    return [one.describe(language) for one in form.questions]
