"""The command line: words find their command, refusals become one line and an exit code."""

import argparse

import pytest

from jimu.core import commands
from jimu.core.commands import Command
from jimu.core.errors import NotFound


def refuse(options: argparse.Namespace) -> int:
    raise NotFound("没有这个居民区。")


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> list[argparse.Namespace]:
    """Three commands that note what they were given."""
    seen: list[argparse.Namespace] = []

    def run(options: argparse.Namespace) -> int:
        seen.append(options)
        return 7

    def days(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=14)

    made = [
        Command("roster solve", "排班", days, run),
        Command("intake", "导入", lambda parser: None, run),
        Command("roster publish", "发布", lambda parser: None, refuse),
    ]
    monkeypatch.setattr(commands, "commands", lambda: {command.name: command for command in made})
    return seen


def test_a_name_of_two_words_wins_and_its_arguments_are_read(known: list[argparse.Namespace]) -> None:
    assert commands.run(["roster", "solve", "--days", "3"]) == 7
    assert known[0].days == 3


def test_a_name_of_one_word_is_found(known: list[argparse.Namespace]) -> None:
    assert commands.run(["intake"]) == 7


def test_a_refusal_is_one_line_on_stderr_and_exit_code_one(known, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["roster", "publish"]) == 1
    assert capsys.readouterr() == ("", "没有这个居民区。\n")


@pytest.mark.parametrize(("words", "code"), [([], 0), (["--help"], 0), (["roster"], 2), (["roster", "what"], 2)])
def test_half_a_name_shows_what_there_is(known, words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(words) == code
    assert "roster solve" in capsys.readouterr().out


def test_other_words_go_to_django(known, monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[list[str]] = []
    monkeypatch.setattr(commands, "execute_from_command_line", passed.append)
    assert commands.run(["migrate", "--check"]) == 0
    assert passed == [["jimu", "migrate", "--check"]]


def test_a_wrong_argument_exits_as_the_shell_expects(known, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        commands.run(["roster", "solve", "--days", "many"])
    assert left.value.code == 2
