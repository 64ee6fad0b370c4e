"""Answers in words, and in what two sheets of one door differ: question by question, entry by entry. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jimu.field.households.form_rules import ENTRY, RECKONED, REPEAT, Question, shown


@dataclass(frozen=True)
class Part:
    """(question, answer) under a heading: of the sheet itself it is empty, of an entry of a repeat "人员 2"."""

    heading: str
    lines: Sequence[tuple[str, str]]


def parts(questions: Sequence[Question], values: Mapping[str, Any], language: str) -> list[Part]:
    """A sheet as it was filled in: first what was asked once, then entry by entry."""
    once = [(one.heading(language), shown(one, values[one.name], language)) for one in questions if one.type != REPEAT and one.name in values]
    found = [Part("", once)] if once else []
    for one in questions:
        if one.type == REPEAT:
            for number, entry in enumerate(values.get(one.name, ()), 1):
                found.append(Part(f"{one.heading(language)} {number}", [line for part in parts(one.kept, entry, language) for line in part.lines]))
    return found


@dataclass(frozen=True)
class Difference:
    """Something that two sheets say differently. Empty words: not there."""

    heading: str
    label: str
    before: str
    after: str


def differences(questions: Sequence[Question], before: Mapping[str, Any], after: Mapping[str, Any], language: str, heading: str = "") -> Iterator[Difference]:
    """What is not the same, in the order of the questions; what is reckoned follows from the rest and is left out. Entries are the same one by
    their identity, wherever they stand in the list."""
    for one in questions:
        if one.type == RECKONED:
            continue
        if one.type == REPEAT:
            yield from _of_entries(one, before.get(one.name, ()), after.get(one.name, ()), language)
        elif before.get(one.name) != after.get(one.name):
            yield Difference(heading, one.heading(language), shown(one, before.get(one.name), language), shown(one, after.get(one.name), language))


def _of_entries(repeat: Question, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], language: str) -> Iterator[Difference]:
    label, earlier, later = repeat.heading(language), {one[ENTRY]: one for one in before}, {one[ENTRY]: one for one in after}
    for number, (key, one) in enumerate(earlier.items(), 1):
        if key not in later:
            yield Difference("", f"{label} {number}", told(repeat, one, language), "")
    for number, (key, one) in enumerate(later.items(), 1):
        if key not in earlier:
            yield Difference("", f"{label} {number}", "", told(repeat, one, language))
        else:
            yield from differences(repeat.kept, earlier[key], one, language, f"{label} {number}")


def told(repeat: Question, entry: Mapping[str, Any], language: str) -> str:
    """An entry in one line."""
    return "，".join(shown(one, entry[one.name], language) for one in repeat.kept if one.type != RECKONED and one.name in entry) or "–"
