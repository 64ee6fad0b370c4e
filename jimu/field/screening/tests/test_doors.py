"""Commands, and what the grid shows of a round."""

import json
from pathlib import Path

import pytest

from jimu.core.commands import run
from jimu.field.screening.marking import marks
from jimu.field.screening.models import Round
from jimu.field.screening.tests.conftest import Yard

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """What a command that must succeed printed."""
    assert run(["screening", *map(str, words)]) == 0
    return capsys.readouterr().out


def test_a_round_goes_from_the_command_line_to_its_report(yard: Yard, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "采样员 6" in said(capsys, "capacity", "甲一居民区", "--persons", 2100)
    said(capsys, "site", "甲一居民区", "北门", "--tables", 3)
    drafted = said(capsys, "draft", "甲一居民区", "--start", "2026-04-07T06:00", "--staff", 4, "--begin")
    assert "1号楼" in drafted
    made = Round.objects.get(pk=drafted.splitlines()[0])
    assert (made.state, made.sites.count()) == ("open", 3)
    assert "第1轮" in said(capsys, "list")
    yard.fill("T1", 4)
    assert json.loads(said(capsys, "status", yard.round.pk, "--json"))["tested"] == 4
    (tmp_path / "r.csv").write_text("管号,结果\nT1,阴性\n")
    assert json.loads(said(capsys, "results", yard.round.pk, tmp_path / "r.csv", "--json"))["written"] == 1
    assert json.loads(said(capsys, "report", yard.round.pk, "--json"))["tubes"]["sealed"] == 1
    assert run(["screening", "report", "nothing"]) == 1


def test_the_grid_shows_the_turnout_of_a_round_to_who_may_see_it(yard: Yard) -> None:
    place, other = yard.town["甲一居民区"], yard.town["乙一居民区"]
    yard.fill("T1", 6)
    secretary = yard.town.actor("secretary", "甲一居民区")
    assert [mark.text for mark in marks(secretary, [place, other])[place.pk]] == ["核酸 50%"]
    assert marks(yard.town.actor("member", "甲一居民区"), [place]) == {}
    assert marks(yard.town.actor("secretary", "乙一居民区"), [place, other]) == {}
