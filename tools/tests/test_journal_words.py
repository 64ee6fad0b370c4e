"""Whoever reads the journal reads sentences: every verb that is written anywhere has words, in both languages."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

from jimu.core import journal_words
from jimu.core.permissions import rights
from jimu.core.translations import compile_translations
from jimu.relay.journal_words import SEATS
from jimu.relay.models import HandoverAnswer
from jimu.roster.models import CheckIn
from jimu.teams.models import LoanRequest

ROOT = Path(__file__).parent.parent.parent / "jimu"
VERB = re.compile(r"[a-z_]+\.[a-z_]*[a-z]")
# How a module that writes the journal looks: it calls the journal, or a helper that does.
WRITES = re.compile(r"\b(?:record|record_many|_?tell)\(")
# Of the same form, yet no verbs: locks, jobs, files.
OTHERS = {"people.leaders", "messages.send", "playbook.yaml", "relay.certify"}
# Verbs that are put together, by how they begin: every ending they can have.
BUILT = {"attendance.": CheckIn.Mark.values, "loans.request_": [state for state in LoanRequest.State.values if state != LoanRequest.State.OPEN]}
BUILT["calls.said_"] = ["yes", "bench", "no", "later", "unfit"]
BUILT |= {"handover.item_": HandoverAnswer.Verdict.values, "seat.": [verb.removeprefix("seat.") for verb in SEATS]}


def written() -> dict[str, str]:
    """Every verb in the code that writes the journal, with a file that does: the keyword `verb`, and constants of the form."""
    found = {f"{begin}{end}": "put together" for begin, ends in BUILT.items() for end in ends}
    for path in sorted(ROOT.rglob("*.py")):
        if "tests" in path.parts:
            continue
        text = path.read_text()
        writes = WRITES.search(text) is not None
        for node in ast.walk(ast.parse(text)):
            named = isinstance(node, ast.keyword) and node.arg == "verb"
            value = node.value if isinstance(node, ast.keyword) else node
            said = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
            if VERB.fullmatch(said) and (named or (writes and said not in rights() and said not in OTHERS)):
                found[said] = str(path.relative_to(ROOT))
    return found


def test_every_verb_has_words_and_every_words_a_verb() -> None:
    verbs = written()
    assert len(verbs) > 60
    assert {verb: file for verb, file in verbs.items() if verb not in journal_words.words()} == {}
    assert set(journal_words.words()) - set(verbs) == set()


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_the_words_are_translated(language: str) -> None:
    compile_translations()
    with translation.override("zh-hans"):
        source = {verb: str(words) for verb, words in journal_words.words().items()}
    with translation.override(language):
        told = {verb: str(words) for verb, words in journal_words.words().items()}
    if language == "en":
        assert {verb for verb, words in told.items() if re.search("[\u4e00-\u9fff]", words)} == set()
        assert all(told[verb] != words for verb, words in source.items())
    assert all(told.values())


def test_no_other_verb_is_put_together() -> None:
    writing = [path for path in ROOT.rglob("*.py") if "tests" not in path.parts and WRITES.search(path.read_text())]
    begun = {
        node.values[0].value
        for path in writing
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant)
    }
    assert {words for words in begun if re.fullmatch(r"[a-z_]+\.[a-z_]*", str(words))} == set(BUILT)
