"""What a phone is for: lists of its duty only, shifts of the roster in place of a typed end, and a duty that runs over."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.brick import DutyShift
from jimu.core.commands import run
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.grid.tests.town import Town
from jimu.sync import actions, duties, packing, registry, rules
from jimu.sync.models import Device
from jimu.sync.receiving import Report
from jimu.sync.registry import Delta, Duty, Holder, Offer, Pack, Spot
from jimu.sync.tests import offering
from jimu.sync.tests.conftest import Phone

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NEW = "/sync/devices/new/"


def gates(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    spots = holder.spots("test.gate")
    return Delta([{"id": name} for name in ("北门", "南门") if spots is None or name in spots])


def nothing(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    return Delta([])


OFFER = Offer(
    [offering.KNOCK],
    [
        Pack("test.rooms", "门", offering.RIGHT, offering.rooms, duties=["test.doors"]), Pack("test.gates", "卡口", offering.RIGHT, gates, duties=["test.gate"]),
        Pack("test.everyone", "人人都有", offering.RIGHT, nothing), Pack("test.high", "街道的", "sync.manage", nothing, duties=["test.high"]),
    ],
    [Duty("test.doors", "入户"), Duty("test.gate", "守门", lambda path, at: [Spot("北门", "北门"), Spot("南门", "南门")]), Duty("test.high", "街道的")],
)  # fmt: skip


@dataclass
class Yard:
    """A member of 甲一 with a person, and the shifts of that person today."""

    town: Town
    account: Account
    shifts: list[DutyShift]

    def shift(self, title: str = "值守", unit: str = "甲一居民区", ends: timedelta = 4 * HOUR, work: tuple[str, ...] = ("test.gate",)) -> DutyShift:
        at, place = clock.now(), self.town[unit]
        made = DutyShift(new_id(), self.account.person_id, title, unit, place.pk, place.path, at - HOUR, at + ends, work)
        self.shifts.append(made)
        return made

    def invite(self, actor: Any = None, unit: str = "甲一居民区", **more: Any) -> Device:
        giver = actor or self.town.actor("secretary", "甲一居民区")
        return actions.invite(actor=giver, at=clock.now(), account_id=self.account.pk, unit_id=self.town[unit].pk, label="", **more)[0]

    def phone(self, **more: Any) -> Phone:
        device, secret = actions.invite(
            actor=self.town.actor("secretary", "甲一居民区"), at=clock.now(), account_id=self.account.pk, unit_id=self.town["甲一居民区"].pk, label="小米", **more
        )
        device, token = actions.enrol(at=clock.now(), secret=secret, report=Report())
        return Phone(self.town, device, token)


@pytest.fixture
def yard(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    monkeypatch.setattr(registry, "offers", lambda: (OFFER,))
    registry.forget()
    packing.forget()
    account = town.account("member", "甲一居民区")
    Account.objects.filter(pk=account.pk).update(person=town.people["王伟"])
    account.refresh_from_db()
    made = Yard(town, account, [])
    monkeypatch.setattr(duties, "duty_shifts", lambda people, at: [one for one in made.shifts if one.person_id in people])
    yield made
    monkeypatch.undo()
    registry.forget()
    packing.forget()


def lists(phone: Phone) -> dict[str, list[str]]:
    return {pack["name"]: [item["id"] for item in pack["items"]] for pack in phone.pack().json()["packs"]}


class TestWhatAPhoneHolds:
    @pytest.mark.parametrize(("work", "names"), [
        ([], {"test.rooms", "test.gates", "test.everyone"}), (["test.gate"], {"test.gates", "test.everyone"}),
        (["test.doors"], {"test.rooms", "test.everyone"}), (["test.doors", "test.gate@北门"], {"test.rooms", "test.gates", "test.everyone"}),
    ])  # fmt: skip
    def test_only_the_lists_of_its_duty(self, yard: Yard, work: list[str], names: set[str]) -> None:
        assert set(lists(yard.phone(ends_at=clock.now() + HOUR, work=work))) == names

    def test_only_its_spot_and_another_s_reading_is_not_its_own(self, yard: Yard) -> None:
        end = clock.now() + HOUR
        held = [lists(yard.phone(ends_at=end, work=work))["test.gates"] for work in (["test.gate"], ["test.gate@南门"], ["test.gate@北门"])]
        assert held == [["北门", "南门"], ["南门"], ["北门"]]

    @pytest.mark.parametrize("work", [["test.nothing"], ["test.gate@西门"], ["test.high"], ["test.gate@"]])
    def test_work_that_is_not_there_is_refused(self, yard: Yard, work: list[str]) -> None:
        with pytest.raises(Invalid) as refused:
            yard.invite(ends_at=clock.now() + HOUR, work=work)
        assert refused.value.code == "no_such_work"

    @pytest.mark.parametrize(("work", "due", "told"), [([], [], True), (["test.gate"], [], False), (["test.gate"], [{"id": "看望"}], True)])
    def test_a_list_of_one_s_own_comes_with_every_duty_when_there_is_something_on_it(
        self, yard: Yard, monkeypatch: pytest.MonkeyPatch, work: list[str], due: list[dict[str, str]], told: bool
    ) -> None:  # fmt: skip
        own = Pack("test.own", "我的", offering.RIGHT, lambda holder, at, since: Delta(due), own=True)
        monkeypatch.setattr(registry, "offers", lambda: (Offer(OFFER.kinds, [*OFFER.packs, own], OFFER.duties),))
        registry.forget()
        assert ("test.own" in lists(yard.phone(ends_at=clock.now() + HOUR, work=work))) is told

    def test_operations_of_another_duty_are_still_taken(self, yard: Yard) -> None:
        phone = yard.phone(ends_at=clock.now() + HOUR, work=["test.gate"])
        assert phone.outcomes(phone.op()) == ["done"]


class TestShifts:
    def test_the_duty_is_the_shift_s_and_ends_a_little_after_it(self, yard: Yard) -> None:
        shift = yard.shift()
        device = yard.invite(shift_id=shift.key, work=None)
        assert (device.work, device.ends_at, device.shift_id) == (["test.gate"], shift.ends_at + rules.MARGIN, shift.key)

    def test_nobody_types_an_end_for_who_has_a_shift(self, yard: Yard) -> None:
        end = clock.now() + 9 * HOUR
        assert yard.invite(ends_at=end).ends_at == end
        yard.shift()
        with pytest.raises(Invalid) as refused:
            yard.invite(ends_at=end)
        assert refused.value.code == "has_shift"

    def test_who_leads_a_part_may_have_a_phone_beside_their_shift(self, yard: Yard) -> None:
        yard.shift()
        Grant.objects.filter(account=yard.account).update(role="building_leader")
        assert yard.invite(ends_at=clock.now() + 9 * HOUR, work=None).work == []

    def test_a_shift_elsewhere_is_none_here(self, yard: Yard) -> None:
        shift = yard.shift(unit="乙一居民区")
        with pytest.raises(Invalid) as refused:
            yard.invite(shift_id=shift.key)
        assert refused.value.code == "no_such_shift"
        assert yard.invite(ends_at=clock.now() + HOUR).shift_id is None

    def test_a_phone_is_no_wider_than_the_shift(self, yard: Yard) -> None:
        Grant.objects.filter(account=yard.account).update(unit=yard.town["和风街道"])
        shift = yard.shift()
        device = yard.invite(yard.town.actor("commander"), "和风街道", shift_id=shift.key)
        assert device.unit.name == "甲一居民区"

    def test_a_post_that_says_nothing_asks_what_the_phone_is_for(self, yard: Yard) -> None:
        shift = yard.shift(work=())
        with pytest.raises(Invalid) as refused:
            yard.invite(shift_id=shift.key, work=None)
        assert refused.value.code == "which_work"
        assert yard.invite(shift_id=shift.key, work=["test.doors"]).work == ["test.doors"]

    def test_work_of_a_post_that_the_holder_has_no_lists_for_is_left_out(self, yard: Yard) -> None:
        shift = yard.shift(work=("test.high", "test.gate", "test.gone"))
        assert yard.invite(shift_id=shift.key, work=None).work == ["test.gate"]


class TestPages:
    @pytest.fixture
    def client(self, yard: Yard) -> Client:
        return yard.town.client("secretary", "甲一居民区")

    @pytest.fixture
    def grant(self, yard: Yard) -> Grant:
        return Grant.objects.get(account=yard.account)

    def test_shifts_of_today_are_offered_and_no_hours(self, yard: Yard, client: Client, grant: Grant) -> None:
        typed = client.get(NEW, {"grant": grant.pk}).content.decode()
        assert 'name="hours"' in typed
        shift = yard.shift("北门值守")
        page = client.get(NEW, {"grant": grant.pk}).content.decode()
        assert "北门值守" in page
        assert 'name="hours"' not in page
        assert "按岗位（守门）" in page
        client.post(NEW, {"grant": grant.pk, "shift": str(shift.key), "work": "test.gate@南门"})
        assert Device.objects.get().work == ["test.gate@南门"]
        assert "守门" in client.get("/sync/devices/").content.decode()

    def test_a_member_without_a_shift_is_asked_what_it_is_for(self, yard: Yard, client: Client, grant: Grant) -> None:
        answer = client.post(NEW, {"grant": grant.pk, "hours": 8})
        assert answer.status_code == 422
        assert "用来做什么" in answer.content.decode()
        assert client.post(NEW, {"grant": grant.pk, "hours": 8, "work": "all"}).status_code == 200
        assert Device.objects.get().work == []

    def test_the_command_takes_the_shift_too(self, yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
        shift = yard.shift()
        assert run(["devices", "invite", yard.account.username, "--unit", "甲一居民区", "--work", "test.gate@北门"]) == 0
        assert "#enrol=" in capsys.readouterr().out
        assert (Device.objects.get().work, Device.objects.get().shift_id) == (["test.gate@北门"], shift.key)


class TestProlonging:
    @pytest.fixture
    def phone(self, yard: Yard) -> Phone:
        return yard.phone(ends_at=clock.now() + HOUR)

    @pytest.fixture
    def lead(self, yard: Yard) -> Any:
        return yard.town.actor("block_leader", "甲一居民区")

    def prolong(self, actor: Any, phone: Phone, hours: int = 2) -> Device:
        return actions.prolong(actor=actor, at=clock.now(), device_id=phone.device.pk, hours=hours)

    def test_the_phone_hears_it_and_keeps_its_lists(self, phone: Phone, lead: Any) -> None:
        first = phone.pack()
        device = self.prolong(lead, phone)
        assert device.ends_at == phone.device.ends_at + 2 * HOUR
        assert phone.post("heartbeat", {}).json()["ends_at"] == device.ends_at.isoformat()
        again = phone.pack(first.json()["cursor"], **{"If-None-Match": first["ETag"]})
        assert again.json()["device"]["ends_at"] == device.ends_at.isoformat()
        assert {one["name"] for one in again.json()["packs"]} == {one["name"] for one in first.json()["packs"]}
        entry = JournalEntry.objects.get(verb="sync.prolonged")
        assert (entry.data["until"], entry.data["before"]) == (device.ends_at.isoformat(), phone.device.ends_at.isoformat())

    def test_a_duty_that_has_just_ended_goes_on_from_now(self, phone: Phone, lead: Any) -> None:
        ended = clock.now() - timedelta(minutes=10)
        Device.objects.update(created_at=ended - HOUR, ends_at=ended)
        assert phone.pack().status_code == 403
        assert self.prolong(lead, phone).ends_at > clock.now() + timedelta(minutes=110)
        assert phone.pack().status_code == 200

    @pytest.mark.parametrize("gone", [{"revoked_at": 1}, {"wiped_at": 1}, {"enrolled_at": None}])
    def test_a_phone_that_is_gone_stays_gone(self, phone: Phone, lead: Any, gone: dict[str, Any]) -> None:
        Device.objects.update(**{name: value and clock.now() for name, value in gone.items()})
        with pytest.raises(Conflict):
            self.prolong(lead, phone)

    @pytest.mark.parametrize("hours", [-1, 0, 24 * 40])
    def test_a_new_end_is_later_and_within_a_month(self, phone: Phone, lead: Any, hours: int) -> None:
        with pytest.raises(Invalid):
            self.prolong(lead, phone, hours)

    def test_the_holder_alone_another_lead_and_a_lesser_one_cannot(self, yard: Yard, phone: Phone) -> None:
        with pytest.raises(NotPermitted):
            self.prolong(actor_of(yard.account), phone)
        with pytest.raises(NotFound):
            self.prolong(yard.town.actor("secretary", "乙一居民区"), phone)
        Grant.objects.filter(account=yard.account).update(role="commander", unit=yard.town["和风街道"])
        with pytest.raises(NotPermitted) as refused:
            self.prolong(yard.town.actor("block_leader", "甲一居民区"), phone)
        assert refused.value.code == "holds_more"

    def test_page_interface_and_command_are_one_act(self, yard: Yard, phone: Phone, capsys: pytest.CaptureFixture[str]) -> None:
        client, end = yard.town.client("block_leader", "甲一居民区"), phone.device.ends_at
        address = reverse("sync:prolong", args=[phone.device.pk])
        assert address in client.get("/sync/devices/").content.decode()
        assert client.post(address, {"hours": 1}).status_code == 302
        told = client.post(f"/api/v1/phones/{phone.device.pk}/prolong", {"hours": 1}, content_type="application/json")
        assert (told.status_code, told.json()["work_words"]) == (200, "这一片的各样活")
        assert run(["devices", "prolong", str(phone.device.pk), "--hours", "1"]) == 0
        assert Device.objects.get().ends_at == end + 3 * HOUR
        assert [one["id"] for one in client.get("/api/v1/phones").json()["items"]] == [str(phone.device.pk)]

    def test_others_see_no_button_and_their_press_does_nothing(self, yard: Yard, phone: Phone) -> None:
        address = reverse("sync:prolong", args=[phone.device.pk])
        own = Client()
        own.force_login(yard.account, backend="django.contrib.auth.backends.ModelBackend")
        assert address not in own.get("/sync/devices/").content.decode()
        assert own.post(address, {"hours": 1}).status_code == 403
        assert yard.town.client("secretary", "乙一居民区").post(address, {"hours": 1}).status_code == 404
        assert Device.objects.get().ends_at == phone.device.ends_at


def test_every_list_names_duties_that_bricks_offer_and_every_duty_has_one() -> None:
    offered = set(registry.duties())
    named = {duty for pack in registry.packs() for duty in pack.duties}
    assert named == offered
    assert all(pack.duties or pack.own for pack in registry.packs())


def test_every_post_of_the_shipped_playbooks_asks_for_work_that_there_is() -> None:
    from jimu.playbooks.library import all_playbooks

    asked = {duty for playbook, _text in all_playbooks() for post in playbook.posts for duty in post.phone}
    assert asked
    assert asked <= set(registry.duties())


@pytest.mark.parametrize(("work", "spots"), [
    ((), None), (("a",), None), (("a@1", "a@2", "b@3"), {"1", "2"}), (("a@1", "a"), None), (("b@1",), None),
])  # fmt: skip
def test_spots_narrow_only_the_duty_that_they_stand_at(work: tuple[str, ...], spots: set[str] | None) -> None:
    assert replace(Holder(None, new_id(), "", clock.now()), work=work).spots("a") == spots  # type: ignore[arg-type]
