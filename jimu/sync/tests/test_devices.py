"""Phones: invited, enrolled once, revoked, wiped; and their door."""

import io
from datetime import timedelta

import pytest
import segno
from django.test import Client
from PIL import Image

from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor, Granted
from jimu.grid.tests.town import Town
from jimu.sync import actions, rules
from jimu.sync.errors import BadInvitation
from jimu.sync.models import Device, Operation
from jimu.sync.receiving import Report
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = pytest.mark.django_db


def invited(town: Town, actor: Actor, account_id: int, unit: str = "第1网格块", hours: int = 8) -> tuple[Device, str]:
    at = clock.now()
    return actions.invite(actor=actor, at=at, account_id=account_id, unit_id=town[unit].pk, label="小米", ends_at=at + timedelta(hours=hours))


class TestInvitations:
    @pytest.fixture
    def member(self, town: Town):
        return town.account("building_leader", "1号楼")

    def test_a_secretary_invites_who_serves_there(self, town: Town, member) -> None:
        device, secret = invited(town, town.actor("secretary", "甲一居民区"), member.pk, "1号楼")
        found, token = actions.enrol(at=clock.now(), secret=secret, report=Report(app_version="1"))
        assert found.pk == device.pk
        assert token not in str(Device.objects.values())
        assert secret not in str(Device.objects.values())

    def test_nobody_invites_for_another_s_part(self, town: Town, member) -> None:
        with pytest.raises(NotFound):
            invited(town, town.actor("secretary", "乙一居民区"), member.pk, "1号楼")

    def test_nobody_invites_a_phone_that_could_do_more_than_they_may(self, town: Town) -> None:
        commander, leader = town.account("commander"), town.actor("block_leader", "第1网格块")
        with pytest.raises(NotPermitted):
            invited(town, leader, commander.pk)
        invited(town, actor_of(commander), commander.pk)

    @pytest.mark.parametrize(("giver", "holder", "may"), [
        (("secretary@甲",), ("block_leader@甲一",), True), (("secretary@甲",), ("secretary@甲",), True), (("secretary@甲",), ("commander@甲一",), False),
        (("secretary@甲一",), ("member@甲",), False), (("secretary@甲",), ("member@乙",), False), (("building_leader@甲",), ("member@甲",), False),
        (("secretary@甲", "building_leader@乙"), ("building_leader@乙", "member@甲"), True), (("secretary@甲", "building_leader@乙"), ("secretary@乙",), False),
    ])  # fmt: skip
    def test_wherever_the_holder_has_a_role_the_giver_stands_in_it_or_above(self, giver: tuple[str, ...], holder: tuple[str, ...], may: bool) -> None:
        def actor(number: int, roles: tuple[str, ...]) -> Actor:
            return Actor(number, "", tuple(Granted(*role.split("@")) for role in roles))

        assert rules.covers(actor(1, giver), actor(2, holder)) is may
        # To themselves everybody may.
        assert rules.covers(actor(2, giver), actor(2, holder))

    def test_who_has_no_duty_there_gets_no_phone_there(self, town: Town, member) -> None:
        with pytest.raises(Invalid):
            invited(town, town.actor("commander"), member.pk, "3号楼")

    @pytest.mark.parametrize("hours", [-1, 0, 24 * 40])
    def test_a_duty_has_an_end_within_a_month(self, town: Town, member, hours: int) -> None:
        with pytest.raises(Invalid):
            invited(town, town.actor("commander"), member.pk, "1号楼", hours)

    def test_a_member_may_invite_only_their_own(self, town: Town, member) -> None:
        invited(town, actor_of(member), member.pk, "1号楼")
        with pytest.raises(NotPermitted):
            invited(town, actor_of(member), town.account("building_leader", "1号楼").pk, "1号楼")

    def test_a_link_enrols_once_and_not_for_long(self, town: Town, member) -> None:
        actor, at = town.actor("commander"), clock.now()
        _device, used = invited(town, actor, member.pk, "1号楼")
        actions.enrol(at=at, secret=used, report=Report())
        _device, old = invited(town, actor, member.pk, "1号楼")
        revoked, ended = invited(town, actor, member.pk, "1号楼")
        actions.revoke(actor=actor, at=at, device_id=revoked.pk)
        for secret, later in ((used, 0), (old, 31), (ended, 0), ("tampered" + old[8:], 0), ("", 0)):
            with pytest.raises(BadInvitation):
                actions.enrol(at=at + timedelta(minutes=later), secret=secret, report=Report())

    def test_a_phone_that_did_not_hear_the_answer_asks_again_with_its_own_secret_and_is_told_the_same(self, town: Town, member) -> None:
        actor, at, own, other = town.actor("commander"), clock.now(), "jimud_" + "a" * 43, "jimud_" + "b" * 43
        device, secret = invited(town, actor, member.pk, "1号楼")
        for _n in range(2):
            found, token = actions.enrol(at=at, secret=secret, report=Report(), own=own)
            assert (found.pk, token) == (device.pk, own)
        assert JournalEntry.objects.filter(verb="sync.enrolled").count() == 1
        _device, second = invited(town, actor, member.pk, "1号楼")
        # Another phone, no secret, another's secret, too late, and one that was ended meanwhile.
        for code, given, later in ((secret, other, 0), (secret, "", 0), (second, own, 0), (secret, own, 31)):
            with pytest.raises(BadInvitation):
                actions.enrol(at=at + timedelta(minutes=later), secret=code, report=Report(), own=given)
        actions.revoke(actor=actor, at=at, device_id=device.pk)
        with pytest.raises(BadInvitation):
            actions.enrol(at=at, secret=secret, report=Report(), own=own)

    def test_a_secret_that_is_short_is_refused_at_the_door(self, town: Town, member) -> None:
        _device, secret = invited(town, town.actor("commander"), member.pk, "1号楼")
        good = "jimud_" + "aZ09_-x" * 6 + "x"
        for token, status in (("jimud_abc", 403), ("a" * 49, 403), (["x"], 403), (7, 403), (good + "\n", 403), (good, 200)):
            answer = Client().post("/sync/enrol", {"code": secret, "token": token}, content_type="application/json")
            assert answer.status_code == status
        assert answer.json()["token"] == good

    def test_a_tampered_code_is_refused_at_the_door(self, town: Town, member) -> None:
        _device, secret = invited(town, town.actor("commander"), member.pk, "1号楼")
        for code, status in ((secret[:-1] + "!", 403), (None, 403), (["x"], 403), (secret, 200), (secret, 403)):
            assert Client().post("/sync/enrol", {"code": code}, content_type="application/json").status_code == status


def test_without_a_secret_nothing_is_answered(phone: Phone) -> None:
    for token in ("", "x", "jimud_" + "a" * 43, phone.device.digest or "x"):
        phone.token = token
        assert phone.post("operations", {"operations": []}).json()["error"]["code"] == "unknown_device"


def test_a_revoked_phone_is_refused_and_told_to_wipe_until_it_did(phone: Phone, town: Town) -> None:
    actions.revoke(actor=town.actor("secretary", "甲一居民区"), at=clock.now(), device_id=phone.device.pk)
    for answer in (phone.post("operations", {"operations": [phone.op()]}), phone.post("heartbeat", {}), phone.pack()):
        assert (answer.status_code, answer.json()["error"]["data"]) == (403, {"wipe": "now"})
    assert not Operation.objects.exists()
    assert phone.post("wiped", {}).status_code == 200
    assert Device.objects.get().wiped_at is not None


def test_a_phone_outside_one_s_part_cannot_be_revoked(phone: Phone, town: Town) -> None:
    with pytest.raises(NotFound):
        actions.revoke(actor=town.actor("secretary", "乙一居民区"), at=clock.now(), device_id=phone.device.pk)


def test_a_closed_account_ends_its_phones(phone: Phone) -> None:
    assert phone.pack().status_code == 200
    phone.device.account.is_active = False
    phone.device.account.save()
    assert phone.pack().json()["error"]["code"] == "device_revoked"


def test_after_its_duty_a_phone_sends_what_it_holds_and_gets_nothing(phone: Phone) -> None:
    ended = clock.now() - timedelta(minutes=5)
    Device.objects.update(created_at=ended - timedelta(hours=1), ends_at=ended)
    assert phone.pack().json()["error"]["data"] == {"wipe": "when_sent"}
    assert phone.outcomes(phone.op(ago=timedelta(hours=1))) == ["done"]
    Device.objects.update(created_at=ended - timedelta(days=20), ends_at=ended - timedelta(days=15))
    assert phone.post("operations", {"operations": []}).json()["error"]["data"] == {"wipe": "now"}


def test_a_heartbeat_tells_how_the_phone_stands_and_what_was_settled(phone: Phone) -> None:
    look = phone.op("test.fussy", payload={"how": "look"})
    phone.send(look)
    said = {"waiting": 12, "looking": 1, "full": True, "app_version": "1.0", "protocol": 1, "looks": [look["op_id"], "nonsense"]}
    assert phone.post("heartbeat", said).json()["settled"] == []
    device = Device.objects.get()
    assert (device.waiting, device.looking, device.full, device.app_version) == (12, 1, True, "1.0")
    Operation.objects.update(outcome="refused", answer={"code": "kept_here", "message": "保留现有的", "data": {}})
    assert [one["outcome"] for one in phone.post("heartbeat", said).json()["settled"]] == ["refused"]


class TestPacks:
    def test_a_pack_holds_what_the_duty_needs_and_no_more(self, phone: Phone) -> None:
        content = phone.pack().json()
        (rooms,) = content["packs"]
        assert [item["title"] for item in rooms["items"]] == ["第1网格块", "1号楼", "2号楼"]
        assert [kind["name"] for kind in content["kinds"]] == ["test.knock", "test.edit", "test.fussy"]
        assert content["device"]["unit"] == "第1网格块"

    def test_the_same_content_is_not_sent_twice(self, phone: Phone) -> None:
        first = phone.pack()
        assert phone.pack(first.json()["cursor"], **{"If-None-Match": first["ETag"]}).status_code == 304

    def test_nonsense_for_a_cursor_gives_everything(self, phone: Phone) -> None:
        assert len(phone.pack("nonsense").json()["packs"][0]["items"]) == 3


def test_a_wide_account_is_narrow_on_a_phone(town: Town, offered: None) -> None:
    phone = enrolled(town, town.account("commander"), "2号楼")
    assert [item["title"] for item in phone.pack().json()["packs"][0]["items"]] == ["2号楼"]


def test_a_photo_is_read_for_phones_whose_browser_cannot(phone: Phone) -> None:
    def sent(raw: bytes) -> tuple[int, object]:
        answer = phone.client.post("/sync/scan", raw, content_type="image/jpeg", headers={"Authorization": f"Bearer {phone.token}"})
        return answer.status_code, answer.json().get("codes")

    def photo(text: str, kind: str) -> bytes:
        picture, found = io.BytesIO(), io.BytesIO()
        segno.make(text).save(picture, kind="png", scale=8)
        Image.open(picture).convert("RGB").rotate(7, expand=True, fillcolor="white").save(found, kind)
        return found.getvalue()

    assert sent(photo("TUBE-0042", "JPEG")) == (200, ["TUBE-0042"])
    assert sent(photo("管 7", "PNG")) == (200, ["管 7"])
    empty = io.BytesIO()
    Image.new("L", (50, 50)).save(empty, "PNG")
    assert sent(empty.getvalue()) == (200, [])
    assert {sent(raw)[0] for raw in (b"", b"GIF89a", b"\x89PNG nonsense", photo("x", "JPEG")[:300], photo("x", "GIF"))} == {422}
    phone.token = "jimud_other"
    assert sent(photo("TUBE-0042", "JPEG"))[0] == 401


class TestPurging:
    def old(self, phone: Phone, days: int) -> None:
        then = clock.now() - timedelta(days=days)
        Operation.objects.update(received_at=then)
        Device.objects.update(created_at=then - timedelta(days=1), ends_at=then + timedelta(hours=1))

    def test_what_is_long_done_is_forgotten_and_what_a_person_must_see_is_not(self, phone: Phone) -> None:
        phone.send(phone.op(), phone.op("test.fussy", payload={"how": "look"}))
        self.old(phone, 200)
        assert actions.purge_log(actor=SYSTEM, at=clock.now(), days=180) == 1
        assert [one.outcome for one in Operation.objects.all()] == ["look"]
        assert JournalEntry.objects.get(verb="sync.purged").data == {"operations": 1, "days": 180}

    def test_nothing_is_forgotten_that_a_phone_could_send_again(self, phone: Phone) -> None:
        phone.send(phone.op())
        Operation.objects.update(received_at=clock.now() - timedelta(days=200))
        assert actions.purge_log(actor=SYSTEM, at=clock.now(), days=180) == 0
        with pytest.raises(Invalid):
            actions.purge_log(actor=SYSTEM, at=clock.now(), days=30)

    def test_the_command_says_how_many(self, phone: Phone, capsys: pytest.CaptureFixture[str]) -> None:
        phone.send(phone.op())
        self.old(phone, 200)
        assert run(["devices", "purge", "--days", "180"]) == 0
        assert capsys.readouterr().out.strip() == "1"
