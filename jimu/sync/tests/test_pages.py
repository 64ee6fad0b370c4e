"""Pages and commands of phones: who sees which, a code shown once, what a person decides."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jimu.accounts.models import Grant
from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Conflict as Taken
from jimu.core.errors import NotFound
from jimu.core.models import JournalEntry
from jimu.grid.models import Unit
from jimu.grid.tests.town import Town
from jimu.sync import actions, resolving
from jimu.sync.models import Conflict, Device
from jimu.sync.receiving import Report
from jimu.sync.tests.conftest import Phone, enrolled, knocks

pytestmark = pytest.mark.django_db
DEVICES, NEW, LOOKS = "/sync/devices/", "/sync/devices/new/", "/sync/looks/"


def test_who_manages_a_part_sees_its_phones_and_nobody_else_s(phone: Phone, town: Town) -> None:
    assert "小米" in town.client("secretary", "甲一居民区").get(DEVICES).content.decode()
    assert "小米" not in town.client("secretary", "乙一居民区").get(DEVICES).content.decode()
    assert "小米" not in town.client("building_leader", "1号楼").get(DEVICES).content.decode()
    assert town.client("auditor").get(DEVICES).status_code == 403
    assert Client().get(DEVICES).status_code == 302


def test_the_list_asks_as_much_for_many_as_for_one(phone: Phone, town: Town, django_assert_max_num_queries) -> None:
    client = town.client("secretary", "甲一居民区")
    for _ in range(6):
        enrolled(town, phone.device.account)
    with django_assert_max_num_queries(14):
        assert client.get(DEVICES).content.decode().count("小米") >= 7


def test_a_code_is_shown_once_and_enrols(town: Town) -> None:
    member = town.account("building_leader", "1号楼")
    client = town.client("secretary", "甲一居民区")
    grant = Grant.objects.get(account=member)
    answer = client.post(NEW, {"grant": grant.pk, "label": "红外壳", "hours": 12})
    secret = re.search(r"#enrol=([\w-]+)", answer.content.decode())[1]
    assert answer["Cache-Control"] == "no-store"
    assert "<svg" in answer.content.decode()
    device, _token = actions.enrol(at=clock.now(), secret=secret, report=Report())
    assert (device.label, device.unit.name, device.account_id) == ("红外壳", "1号楼", member.pk)
    assert secret not in client.get(DEVICES).content.decode()


def test_who_stands_there_with_the_phone_opens_it_first_and_scans_only_for_another(town: Town) -> None:
    own = town.client("building_leader", "1号楼").post(NEW, {"hours": 12}).content.decode()
    assert own.index("就在这部手机上打开") < own.index('class="code"')
    member = Grant.objects.get(account=town.account("building_leader", "1号楼"))
    another = town.client("secretary", "甲一居民区").post(NEW, {"grant": member.pk, "hours": 12}).content.decode()
    assert 'class="code"' in another
    assert "就在这部手机上打开" not in another


def test_only_phones_that_one_may_hand_out_are_offered(town: Town) -> None:
    for role, unit in (("commander", "和风街道"), ("secretary", "甲一居民区"), ("building_leader", "1号楼"), ("building_leader", "3号楼")):
        town.account(role, unit)
    client = town.client("block_leader", "第1网格块")
    page = client.get(NEW).content.decode()
    offered = [Grant.objects.get(pk=pk) for pk in re.findall(r"\?grant=(\d+)", page)]
    assert [one.unit.name for one in offered] == ["第1网格块", "1号楼"]
    other = Grant.objects.get(role="secretary")
    assert "#enrol=" not in client.post(NEW, {"grant": other.pk, "hours": 12}).content.decode()
    assert not Device.objects.exists()


def test_revoking_is_a_press_of_a_button_that_asks_first(phone: Phone, town: Town) -> None:
    client = town.client("secretary", "甲一居民区")
    assert "data-confirm" in client.get(DEVICES).content.decode()
    address = reverse("sync:revoke", args=[phone.device.pk])
    assert town.client("secretary", "乙一居民区").post(address).status_code == 404
    assert client.post(address).status_code == 302
    assert phone.pack().status_code == 403
    assert "小米" in client.get(DEVICES, {"state": "gone"}).content.decode()


class TestLooks:
    @pytest.fixture
    def conflict(self, phone: Phone) -> Conflict:
        """Both changed the note of 1号楼; the phone also its elders."""
        Unit.objects.filter(name="1号楼").update(note="办公室写的", elders=3)
        self.op = phone.edit(was={"note": "原来", "elders": 3}, to={"note": "手机写的", "elders": 5})
        phone.send(self.op)
        return Conflict.objects.get()

    def unit(self) -> tuple[str, int]:
        return Unit.objects.values_list("note", "elders").get(name="1号楼")

    def test_content_is_shown_when_asked_for_and_that_is_on_record(self, conflict: Conflict, town: Town) -> None:
        client, address = town.client("secretary", "甲一居民区"), reverse("sync:look", args=[conflict.pk])
        assert "1" in client.get(LOOKS).content.decode()
        assert "手机写的" not in client.get(address).content.decode()
        shown = client.post(address).content.decode()
        assert "手机写的" in shown
        assert "办公室写的" in shown
        assert JournalEntry.objects.filter(verb="sync.looked").count() == 1
        assert "手机写的" not in json.dumps(list(JournalEntry.objects.values_list("data", flat=True)), ensure_ascii=False)

    def test_others_do_not_find_it(self, conflict: Conflict, town: Town) -> None:
        stranger = town.client("secretary", "乙一居民区")
        assert stranger.post(reverse("sync:look", args=[conflict.pk])).status_code == 404
        assert stranger.post(reverse("sync:resolve", args=[conflict.pk]), {"take": "phone"}).status_code == 404
        assert self.unit() == ("办公室写的", 5)
        with pytest.raises(NotFound):
            resolving.resolve(actor=town.actor("secretary", "乙一居民区"), at=clock.now(), conflict_id=conflict.pk, take="phone")

    @pytest.mark.parametrize(("take", "note", "outcome"), [("phone", "手机写的", "done"), ("here", "办公室写的", "refused")])
    def test_a_person_decides_and_the_phone_hears(self, conflict: Conflict, phone: Phone, town: Town, take: str, note: str, outcome: str) -> None:
        actor = town.actor("secretary", "甲一居民区")
        resolving.resolve(actor=actor, at=clock.now(), conflict_id=conflict.pk, take=take)
        assert self.unit() == (note, 5)
        assert phone.post("heartbeat", {"looks": [self.op["op_id"]]}).json()["settled"][0]["outcome"] == outcome
        with pytest.raises(Taken):
            resolving.resolve(actor=actor, at=clock.now(), conflict_id=conflict.pk, take="here")

    def test_what_came_too_late_may_be_taken_after_a_look(self, phone: Phone, town: Town) -> None:
        phone.send(phone.op(ago=timedelta(days=9)))
        assert knocks() == []
        conflict = Conflict.objects.get()
        client = town.client("secretary", "甲一居民区")
        assert "answered" in client.post(reverse("sync:look", args=[conflict.pk])).content.decode()
        assert client.post(reverse("sync:resolve", args=[conflict.pk]), {"take": "phone"}).status_code == 302
        (record,) = knocks()
        assert (clock.now() - record.at).days == 9

    def test_what_the_kind_still_refuses_stays_open_with_its_reason(self, phone: Phone, town: Town) -> None:
        phone.send(phone.op("test.fussy", payload={"how": "look"}))
        conflict = Conflict.objects.get()
        client = town.client("secretary", "甲一居民区")
        said = client.post(reverse("sync:resolve", args=[conflict.pk]), {"take": "phone"}, follow=True).content.decode()
        assert "请人看一下" in said
        assert Conflict.objects.get().state == "open"


class TestCommands:
    def test_a_link_is_printed_and_enrols(self, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
        account = town.account("block_leader", "第1网格块")
        assert run(["devices", "invite", account.username, "--unit", "第1网格块"]) == 0
        secret = capsys.readouterr().out.strip().split("#enrol=")[1]
        actions.enrol(at=clock.now(), secret=secret, report=Report())
        assert run(["devices", "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)
        assert (told["unit"], told["state"]) == ("第1网格块", "在用")
        assert run(["devices", "revoke", told["id"]]) == 0
        assert Device.objects.get().revoked_at is not None

    def test_nobody_s_phone_is_refused_in_a_sentence(self, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
        assert run(["devices", "invite", "nobody", "--unit", "第1网格块"]) == 1
        assert "没有" in capsys.readouterr().err


def test_on_an_address_without_https_nobody_is_promised_that_it_works_without_a_network(town: Town) -> None:
    client, grant = town.client("secretary", "甲一居民区"), Grant.objects.get(account=town.account("building_leader", "1号楼"))
    for secure, promised in ((True, True), (False, False)):
        listed = client.get(DEVICES, secure=secure).content.decode()
        invited = client.post(NEW, {"grant": grant.pk, "label": "红外壳", "hours": 12}, secure=secure).content.decode()
        assert ("没有网络也能记" in listed) == promised
        assert ["这个地址不是 https" in page for page in (listed, invited)] == [not promised] * 2
    assert "没有网络也能记" in client.get(DEVICES, headers={"host": "127.0.0.1:8000"}).content.decode()
