"""Commands, and what the grid shows of a round."""

import json
from pathlib import Path

import pytest

from jimu.core.commands import run
from jimu.core.permissions import SYSTEM
from jimu.field.households.actions import move_out
from jimu.field.households.models import Room
from jimu.field.screening import results, setting_up
from jimu.field.screening.marking import marks
from jimu.field.screening.models import Round, Scan
from jimu.field.screening.results import Given as Result
from jimu.field.screening.setting_up import Wanted
from jimu.field.screening.tests.conftest import AT, Given, Yard, add_resident
from jimu.grid.models import Unit

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


def test_on_the_grid_whoever_moved_away_or_is_in_a_void_tube_has_not_come(yard: Yard) -> None:
    place, secretary = yard.town["甲一居民区"], yard.town.actor("secretary", "甲一居民区")

    def shown() -> list[str]:
        return [mark.text for mark in marks(secretary, [place])[place.pk]]

    yard.fill("T1", 3)
    yard.fill("T2", 3, first=3)
    assert shown() == ["核酸 50%"]
    results.record(actor=SYSTEM, at=AT, round_id=yard.round.pk, given=[Result("T1", "void"), Result("T2", "negative")])
    assert shown() == ["核酸 25%"]
    yard.scan(yard.people[0], "T3")
    yard.scan(yard.people[3], "T4")
    assert shown() == ["核酸 33%"]
    yard.scan(yard.people[6], "T5")
    Scan.objects.filter(resident=yard.people[6]).update(struck_at=AT)
    assert shown() == ["核酸 33%"]
    for gone in (yard.people[3], yard.people[4]):
        move_out(actor=SYSTEM, at=AT, resident_id=gone.pk)
    assert shown() == ["核酸 20%"]


def test_two_rounds_on_the_grid_count_each_their_own_people(yard: Yard) -> None:
    yard.town.more_places(1)
    place, other = yard.town["甲一居民区"], Unit.objects.get(name="丙100居民区")
    room = Room.objects.create(building=Unit.objects.get(path__startswith=other.path, name="1号楼"), number="101", created_at=AT, updated_at=AT)
    guest = add_resident(actor=SYSTEM, at=AT, room_id=room.pk, given=Given(name="方园"))
    site = setting_up.open_site(actor=SYSTEM, at=AT, unit_id=other.pk, name="北门")
    made = setting_up.draft_round(actor=SYSTEM, at=AT, wanted=Wanted(other.pk, "", AT, [site.pk]))
    setting_up.begin(actor=SYSTEM, at=AT, round_id=made.pk)
    # A guest from there who was sampled here has not come there, and is nobody of here.
    yard.scan(guest)
    yard.scan(yard.people[0])
    found = marks(SYSTEM, [place, other])
    assert [[mark.text for mark in found[unit.pk]] for unit in (place, other)] == [["核酸 8%"], ["核酸 0%"]]
