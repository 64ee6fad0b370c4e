"""People and units as JSON, and the operator's commands: the same permissions, masked everywhere."""

import io

import pytest
from django.test import Client

from jimu.core import commands
from jimu.core.models import JournalEntry
from jimu.grid.tests.town import ID_NUMBER, Town

pytestmark = pytest.mark.django_db
PEOPLE, UNITS = "/api/v1/people", "/api/v1/grid/units"
NUMBERS = ("13800001234", "13900005678", "13700009999", ID_NUMBER)


def test_people_come_in_pages_masked(town: Town) -> None:
    client = town.client("commander")
    answer = client.get(PEOPLE, {"size": 2})
    assert answer.json()["page"] == {"number": 1, "size": 2, "pages": 2, "total": 3}
    assert {row["phone"] for row in answer.json()["items"]} <= {"138****1234", "139****5678", "137****9999"}
    one = client.get(f"{PEOPLE}/{town.people['沈洁'].pk}")
    assert one.json()["leads"][0]["unit"] == "甲一居民区"
    assert one.json()["id_number"].startswith("999999**")
    assert not [n for n in NUMBERS if n in answer.content.decode() + one.content.decode()]


def test_people_are_narrowed_and_numbers_are_posted(town: Town) -> None:
    client = town.client("commander")
    assert [row["name"] for row in client.get(PEOPLE, {"q": "ww"}).json()["items"]] == ["王伟"]
    assert [row["name"] for row in client.get(PEOPLE, {"kind": "party_member"}).json()["items"]] == ["李娜"]
    assert client.get(PEOPLE, {"q": "13900005678"}).status_code == 422
    post = {"number": "13900005678"}
    assert [row["name"] for row in client.post(f"{PEOPLE}/search", post, content_type="application/json").json()] == ["王伟"]
    assert client.post(f"{PEOPLE}/search", {"number": "139"}, content_type="application/json").status_code == 422


def test_everybody_reads_their_part(town: Town) -> None:
    secretary = town.client("secretary", "乙一居民区")
    assert [row["name"] for row in secretary.get(PEOPLE).json()["items"]] == ["李娜"]
    assert secretary.get(f"{PEOPLE}/{town.people['王伟'].pk}").status_code == 404
    assert secretary.post(f"{PEOPLE}/search", {"number": "13900005678"}, content_type="application/json").json() == []
    assert town.client("member").get(PEOPLE).status_code == 403
    assert Client().get(PEOPLE).status_code == 401
    assert town.client("auditor").get(PEOPLE, {"q": "王"}).json()["items"][0]["name"] == "王*"


def test_units_are_listed_in_the_order_of_the_tree_and_one_by_one(town: Town) -> None:
    client = town.client("secretary", "甲一居民区")
    rows = client.get(UNITS).json()["items"]
    assert [row["name"] for row in rows] == ["甲一居民区", "第1网格块", "1号楼", "2号楼", "第2网格块", "3号楼"]
    assert [row["name"] for row in client.get(UNITS, {"parent": rows[1]["id"]}).json()["items"]] == ["1号楼", "2号楼"]
    assert client.get(f"{UNITS}/{rows[0]['id']}").json()["households"] == 900
    assert client.get(f"{UNITS}/{town['甲二居民区'].pk}").status_code == 404
    assert client.get(UNITS, {"parent": str(town["甲二居民区"].pk)}).status_code == 404


def test_numbers_of_a_unit_are_changed_unless_somebody_was_faster(town: Town) -> None:
    client, address = town.client("secretary", "甲一居民区"), f"{UNITS}/{town['甲一居民区'].pk}/facts"
    body = {"values": {"households": 912}, "seen": {"households": 900}}
    assert client.put(address, body, content_type="application/json").json()["households"] == 912
    assert client.put(address, {"values": {"households": 930}, "seen": {"households": 900}}, content_type="application/json").status_code == 409
    assert town.client("auditor").put(address, body, content_type="application/json").status_code == 403
    assert town.client("secretary", "甲二居民区").put(address, body, content_type="application/json").status_code == 404
    assert JournalEntry.objects.count() == 1


def test_an_operator_finds_people_masked(town: Town, capsys, monkeypatch) -> None:
    assert commands.run(["people", "find", "ww"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("13800001234\n"))
    assert commands.run(["people", "find", "--number"]) == 0
    assert commands.run(["people", "find", "13800001234"]) == 1
    assert commands.run(["people", "find", "无此人"]) == 1
    printed = capsys.readouterr()
    assert "王伟  139****5678  甲一居民区  志愿者" in printed.out
    assert "沈洁" in printed.out
    assert "号码请不要写在命令里" in printed.err
    assert not [n for n in NUMBERS if n in printed.out + printed.err]


def test_an_operator_sees_the_grid_and_who_is_missing(town: Town, capsys) -> None:
    assert commands.run(["grid", "show"]) == 0
    shown = capsys.readouterr().out
    assert "    甲一居民区  999999001001  900 户，2100 人" in shown
    assert "1号楼" not in shown
    assert commands.run(["grid", "show", "甲一"]) == 0
    assert "    1号楼" in capsys.readouterr().out
    assert commands.run(["grid", "show", "无此处"]) == 1
    assert commands.run(["grid", "leaders"]) == 1
    assert "甲一居民区  负责人 总支书记  沈洁  138****1234" in capsys.readouterr().out
    assert commands.run(["grid", "leaders", "--missing"]) == 1
    missing = capsys.readouterr().out
    assert "甲二居民区  没有负责人" in missing
    assert "沈洁" not in missing
