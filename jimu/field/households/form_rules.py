"""A form as data: its questions, what an answer must be, how answers of an older version are read in a newer one. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jimu.core.errors import Invalid
from jimu.field.households.form_expressions import Node, evaluate, truth

TEXT, INTEGER, DECIMAL, DATE, ONE, MANY, NOTE, RECKONED = "text", "integer", "decimal", "date", "select_one", "select_multiple", "note", "calculate"
TYPES = (TEXT, INTEGER, DECIMAL, DATE, ONE, MANY, NOTE, RECKONED)
REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
LONGEST_ANSWER = 500
Words = dict[str, str]


@dataclass(frozen=True)
class Question:
    """One question, a note to read, or a value that is reckoned. Words are by language, "" being the default; `group` is the heading it stands under.

    `choice_filter` says which choices are offered, by `columns`: what the other columns of the choices sheet say of each code.
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
        }  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A whole form."""

    title: str
    questions: list[Question]

    def as_data(self) -> dict[str, Any]:
        """Plain data, to be kept."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Definition":
        """Back from plain data."""
        return cls(data["title"], [Question(**{**one, "choices": [(code, words) for code, words in one["choices"]]}) for one in data["questions"]])

    @property
    def asked(self) -> list[Question]:
        """Questions that somebody answers."""
        return [one for one in self.questions if one.type not in (NOTE, RECKONED)]

    @property
    def kept(self) -> list[Question]:
        """What has a value: questions, and what is reckoned from them."""
        return [one for one in self.questions if one.type != NOTE]


def said(words: Words, language: str) -> str:
    """Words in a language (en, zh-hans), else in the default, else in any."""
    short = language.split("-")[0]
    return words.get(language) or words.get(short) or words.get("") or next(iter(words.values()), "")


def read_answers(form: Definition, given: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Answers as they are kept: what is not relevant is left out. Raises Invalid for the first that is missing or wrong."""
    kept: dict[str, Any] = {}
    day = today.isoformat()
    for one in form.kept:
        # Conditions see only what counts so far: a question asks about those above it.
        if one.relevant is not None and not truth(evaluate(one.relevant, kept, None, day)):
            continue
        if one.calculation is not None:
            # What the phone reckoned is not asked: the same answers give the same here.
            value = evaluate(one.calculation, kept, None, day)
            if value not in ("", []):
                kept[one.name] = value
            continue
        value = _read(one, given.get(one.name))
        if value is None:
            if one.required:
                raise Invalid(_("请填写：{label}").format(label=one.heading("")), field=one.name)
            continue
        chosen = value if isinstance(value, list) else [value]
        if one.choice_filter is not None and not set(chosen) <= set(one.offered(kept, day)):
            raise Invalid(_("填写有误：{label}").format(label=one.heading("")), field=one.name)
        if one.constraint is not None and not truth(evaluate(one.constraint, kept, value, day)):
            raise Invalid(said(one.constraint_message, "") or _("不符合要求：{label}").format(label=one.heading("")), field=one.name)
        kept[one.name] = value
    return kept


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
    by_name = {one.name: one for one in form.kept}
    fits: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in answers.items():
        found = by_name.get(name)
        turned = _turned(found, value) if found else None
        if turned is None:
            rest[name] = value
        else:
            fits[name] = turned
    return fits, rest


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
