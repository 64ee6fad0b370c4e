"""The shelf: a broken file never keeps the others from view; adding is checked, versioned and told."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from jimu.accounts.models import Account, Grant
from jimu.core import clock, commands
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import ROLES, SYSTEM, Actor, Granted
from jimu.grid.models import Unit
from jimu.playbooks import actions
from jimu.playbooks.library import find, shelf


@pytest.fixture
def top(db) -> Unit:
    return Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})


@pytest.fixture
def client_of(top: Unit) -> Callable[[str], Client]:
    """A client of somebody with a role on the whole subdistrict."""

    def sign_in(role: str) -> Client:
        account = Account.objects.create_user(username=role, password="long-enough-1", display_name=role)
        Grant.objects.create(account=account, role=role, unit=top)
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.mark.parametrize("content", [b"name: [", b"\xff\xfe\x00", b"", b"name: x\n", b"a: &a [*a]\n"])
def test_a_broken_file_is_named_and_the_others_stay(own: Path, small: str, content: bytes) -> None:
    (own / "bad.yaml").write_bytes(content)
    (own / "snow.v1.yaml").write_text(small, encoding="utf-8")
    found = shelf()
    assert [file.file for file in found.broken] == ["bad.yaml"]
    assert found.broken[0].faults[0]["line"] == 1
    assert {"snow", "typhoon"} <= {playbook.name for playbook, _ in found.playbooks}


def test_a_mended_file_is_read_again(own: Path, small: str) -> None:
    path = own / "snow.v1.yaml"
    path.write_text(small.replace("4 * teams", "4 * tems"), encoding="utf-8")
    assert shelf().broken
    path.write_text(small, encoding="utf-8")
    assert shelf().broken == []


def test_the_newest_version_is_the_one_that_is_found(own: Path, small: str) -> None:
    for version in (2, 10, 9):
        (own / f"snow.v{version}.yaml").write_text(small.replace("version: 1", f"version: {version}"), encoding="utf-8")
    assert find("snow")[0].version == 10
    with pytest.raises(NotFound):
        find("hail")


def test_adding_keeps_the_text_and_tells_the_journal(own: Path, small: str, top: Unit) -> None:
    actions.add(actor=SYSTEM, at=clock.now(), text=small)
    assert (own / "snow.v1.yaml").read_text(encoding="utf-8") == small
    assert JournalEntry.objects.get().verb == "playbooks.added"
    assert [path.name for path in own.iterdir()] == ["snow.v1.yaml"]


def test_a_version_that_is_not_newer_or_a_fault_leaves_the_shelf_as_it_was(own: Path, small: str, top: Unit) -> None:
    actions.add(actor=SYSTEM, at=clock.now(), text=small)
    with pytest.raises(Conflict) as refused:
        actions.add(actor=SYSTEM, at=clock.now(), text=small.replace("4 * teams", "5 * teams"))
    assert str(refused.value) == "“扫雪”已经有第 1 版，请把 version 改成 2 或更大。"
    with pytest.raises(Invalid):
        actions.add(actor=SYSTEM, at=clock.now(), text=small.replace("version: 1", "version: 2").replace("4 * teams", "4 * x"))
    assert (own / "snow.v1.yaml").read_text(encoding="utf-8") == small
    assert len(list(own.iterdir())) == JournalEntry.objects.count() == 1
    assert actions.add(actor=SYSTEM, at=clock.now(), text=small.replace("version: 1", "version: 2")).version == 2


def test_only_the_commander_of_everything_adds(own: Path, small: str, top: Unit) -> None:
    below = top.path + "0001"
    for granted in (Granted("secretary", top.path), Granted("auditor", top.path), Granted("commander", below)):
        with pytest.raises(NotPermitted):
            actions.add(actor=Actor(1, "甲", (granted,)), at=clock.now(), text=small)
    assert actions.add(actor=Actor(1, "甲", (Granted("commander", top.path),)), at=clock.now(), text=small)


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_playbooks_and_commanders_add(own: Path, small: str, client_of, role: str) -> None:
    client = client_of(role)
    (own / "bad.yaml").write_text("name: [", encoding="utf-8")
    index = client.get(reverse("playbooks:index"))
    assert (index.status_code, "台风防汛" in index.content.decode(), "bad.yaml" in index.content.decode()) == (200, True, True)
    words = client.get(reverse("playbooks:detail", args=["typhoon"])).content.decode()
    assert "以一个常见的居民区为例" in words
    assert "两人一组：40 个楼栋 ÷ 20" in words
    assert client.get(reverse("playbooks:detail", args=["hail"])).status_code == 404
    answer = client.post(reverse("playbooks:add"), {"text": small})
    assert answer.status_code == (302 if role == "commander" else 403)
    assert (own / "snow.v1.yaml").exists() == (role == "commander")
    assert client.get(reverse("playbooks:add")).status_code == 405
    assert client.post(reverse("playbooks:index")).status_code == 405


def test_who_is_not_signed_in_sees_none(top: Unit) -> None:
    for name, words in (("index", ()), ("check", ()), ("detail", ("typhoon",))):
        assert Client().get(reverse(f"playbooks:{name}", args=words)).status_code == 302


def test_the_page_explains_by_the_readers_own_neighborhood(own: Path, client_of, top: Unit) -> None:
    facts = {"households": 777, "residents": 1800, "buildings": 41}
    Unit.objects.add_child(top, {"kind": Unit.Kind.NEIGHBORHOOD, "name": "甲一居民区", "short_name": "甲一", **facts})
    words = client_of("secretary").get(reverse("playbooks:detail", args=["typhoon"])).content.decode()
    assert "以甲一居民区为例" in words
    assert "41 个楼栋 ÷ 20" in words


def test_a_text_or_a_file_is_checked_on_the_page_with_the_lines_shown(own: Path, small: str, client_of) -> None:
    client = client_of("commander")
    address = reverse("playbooks:check")
    words = client.post(address, {"text": small.replace("4 * teams", "4 * tems")}).content.decode()
    line = small[: small.index("4 * teams")].count("\n") + 1
    assert f"第 {line} 行" in words
    assert "<code>    headcount: 4 * tems</code>" in words
    upload = own.parent / "up.yaml"
    upload.write_text(small, encoding="utf-8")
    with upload.open("rb") as file:
        assert "没有问题" in client.post(address, {"file": file}).content.decode()
    upload.write_bytes(b"\xff\xfe\x00")
    with upload.open("rb") as file:
        assert "不是 UTF-8 文字" in client.post(address, {"file": file}).content.decode()
    assert "请选择一个文件" in client.post(address, {}).content.decode()
    assert list(own.iterdir()) == []


def test_the_api_lists_shows_checks_and_adds(own: Path, small: str, client_of) -> None:
    client, auditor = client_of("commander"), client_of("auditor")

    def post(path: str, text: str, who: Client):
        return who.post(f"/api/v1/playbooks{path}", {"text": text}, content_type="application/json")

    assert {"typhoon", "gas-leak"} <= {book["name"] for book in auditor.get("/api/v1/playbooks").json()["playbooks"]}
    assert auditor.get("/api/v1/playbooks/typhoon").json()["levels"]["red"]["colour"] == "red"
    assert auditor.get("/api/v1/playbooks/hail").status_code == 404
    refused = post("/check", small.replace("4 * teams", "4 * tems"), auditor)
    assert (refused.status_code, refused.json()["error"]["data"]["faults"][0]["where"]) == (422, "posts.1.headcount")
    assert post("/check", small, auditor).json()["title"] == "扫雪"
    assert post("", small, auditor).status_code == 403
    assert post("", small, client).status_code == 201
    assert post("", small, client).json()["error"]["code"] == "version_taken"


def test_the_command_checks_with_lines_and_an_exit_code(own: Path, small: str, top: Unit, capsys) -> None:
    path = own.parent / "try.yaml"
    path.write_text(small.replace("[shovel, watch]", "[shovel, wacht]"), encoding="utf-8")
    line = small[: small.index("[shovel, watch]")].count("\n") + 1
    assert commands.run(["playbook", "check", str(path)]) == 1
    assert capsys.readouterr().err == f"try.yaml 第 {line} 行（levels.blue.posts.2）：岗位 wacht 没有在 posts 里定义\n"
    path.write_text(small, encoding="utf-8")
    assert commands.run(["playbook", "check", str(path)]) == 0
    assert capsys.readouterr().out == "扫雪 第 1 版：3 个岗位，2 个级别，没有问题。\n"
    assert commands.run(["playbook", "add", str(path)]) == 0
    (own / "bad.yaml").write_text("name: [", encoding="utf-8")
    assert commands.run(["playbook", "list"]) == 0
    said = capsys.readouterr()
    assert "snow  扫雪  第 1 版" in said.out
    assert said.err.startswith("不能用：bad.yaml 第 1 行")
    assert commands.run(["playbook", "check", str(own / "none.yaml")]) == 1
