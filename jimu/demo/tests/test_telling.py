"""What a first start says in a terminal: a step that lasts is named and its seconds are counted, a short one says nothing."""

import re
import time
from collections.abc import Callable

import pytest

from jimu.demo import prepare, telling
from jimu.demo.telling import Teller


@pytest.fixture
def heard(capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    """Wait until something that matches was said; returns all of it."""
    said = ""

    def until(wanted: str) -> str:
        nonlocal said
        for _try in range(4000):
            said += capsys.readouterr().out
            if re.search(wanted, said):
                return said
            time.sleep(0.01)
        raise AssertionError(said)

    return until


def test_a_step_that_lasts_is_named_while_nothing_else_is_said(heard: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "EVERY", 0.05)
    with Teller().during("正在组队"):
        heard(r"\d+ s  正在组队\n")


def test_on_a_terminal_its_seconds_are_counted_on_one_line_and_what_is_done_stands_below(heard: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    teller = Teller()
    with teller.during("正在组队"):
        heard(r"\r\x1b\[K +\d+ s  正在组队（\d+ 秒）")
        # A step inside it is what is counted now.
        teller.step("正在写下席位")
        heard(r"\r\x1b\[K +\d+ s  正在写下席位（\d+ 秒）")
    teller.say("已组队")
    assert re.search(r"正在写下席位（\d+ 秒）\n +\d+ s  已组队\n$", heard("已组队"))


def test_a_step_that_is_over_at_once_says_nothing_and_one_that_fails_stops_counting(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller()
    with pytest.raises(ValueError), teller.during("正在组队"):
        raise ValueError
    with teller.during("正在启动预案"):
        pass
    assert capsys.readouterr().out == ""


def test_every_step_of_the_sample_has_a_sentence_of_its_own() -> None:
    said = [str(sentence) for sentence, _step in (*prepare.BEFORE, *prepare.AFTER)]
    assert len(set(said)) == len(said) == 14
    assert all(sentence.startswith("正在") for sentence in said)
