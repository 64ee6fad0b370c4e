"""A round from door to door: the way of each pair, knocks on pages and from phones, what is late, what two phones say."""

from datetime import timedelta

import pytest
from django.db.models import Count
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM
from jimu.field.households import round_actions, round_queries
from jimu.field.households.models import Change, Room, Round, Visit
from jimu.field.households.offline import pairs_at
from jimu.field.households.round_actions import Knock
from jimu.field.households.routes import Stop, shares, walked
from jimu.sync import photos
from jimu.sync.models import Conflict as Doubt
from jimu.sync.models import Device
from jimu.sync.tests.conftest import Phone, enrolled
from jimu.sync.tests.test_photos import picture, put

from .conftest import AT, Town, door

pytestmark = pytest.mark.django_db


@pytest.fixture
def doors(town: Town) -> dict[str, Room]:
    return {f"{b}-{n}": door(town, f"{b}号楼", n) for b in (1, 2) for n in ("101", "102", "201", "202")}


@pytest.fixture
def opened(town: Town, doors: dict[str, Room]) -> Round:
    return round_actions.open_round(actor=SYSTEM, at=AT, unit_id=town["第1网格块"].pk, title="底数排摸", pairs=2)


def knocked(opened: Round, room: Room, result: str, *, minutes: int = 1, actor=SYSTEM, **more: object) -> None:
    told = {"id": new_id(), "round_id": opened.pk, "room_id": room.pk, "result": result, "at": AT + timedelta(minutes=minutes), **more}
    round_actions.knock(actor=actor, told=Knock(**told))


def state(room: Room) -> str:
    return Room.objects.get(pk=room.pk).state


def test_the_way_goes_up_one_stair_and_down_the_next() -> None:
    stops = [Stop(new_id(), b, e, f, f"{f}0{d}") for b, e in (("2号楼", ""), ("1号楼", "2"), ("1号楼", "1")) for f in (1, 2) for d in (1, 2)]
    way = walked(reversed(stops))
    assert [f"{s.building[0]}{s.entrance}-{s.number}" for s in way] == [
        "11-101", "11-102", "11-202", "11-201", "12-201", "12-202", "12-102", "12-101", "2-101", "2-102", "2-202", "2-201",
    ]  # fmt: skip
    parts = shares(way, 5)
    assert [stop for part in parts for stop in part] == way
    assert {len(part) for part in parts} == {2, 3}


def test_a_pair_walks_its_part_and_comes_again_where_nobody_answered(opened: Round, doors: dict[str, Room]) -> None:
    first, second = round_queries.shares_of(opened)
    assert [stop.number for stop in first.left] == ["101", "102", "202", "201"]
    assert {stop.building for stop in second.left} == {"2号楼"}
    knocked(opened, doors["1-101"], "second")
    knocked(opened, doors["1-102"], "answered")
    first, second = round_queries.shares_of(opened)
    assert [stop.number for stop in first.left] == ["202", "201", "101"]
    assert (first.done, first.percent, first.again_here, second.done) == (1, 25, 1, 0)
    assert (state(doors["1-101"]), state(doors["1-102"])) == ("away", "checked")
    assert Change.objects.filter(field="state").count() == 2


def test_what_comes_late_stays_on_record_and_undoes_nothing(opened: Round, doors: dict[str, Room]) -> None:
    knocked(opened, doors["1-101"], "answered", minutes=30)
    knocked(opened, doors["1-101"], "second", minutes=10)
    assert state(doors["1-101"]) == "checked"
    assert Visit.objects.count() == 2
    assert round_queries.shares_of(opened)[0].done == 1


def test_a_knock_told_twice_is_one(opened: Round, doors: dict[str, Room]) -> None:
    told = Knock(new_id(), opened.pk, doors["1-101"].pk, "answered", AT)
    assert round_actions.knock_all(actor=SYSTEM, told=[told, told]) == [None, None]
    assert round_actions.knock_all(actor=SYSTEM, told=[told]) == [None]
    assert Visit.objects.count() == 1


def test_a_round_is_one_at_a_time_and_ends(town: Town, opened: Round, doors: dict[str, Room]) -> None:
    with pytest.raises(Conflict):
        round_actions.open_round(actor=SYSTEM, at=AT, unit_id=town["第1网格块"].pk, title="", pairs=1)
    with pytest.raises(Invalid):
        round_actions.open_round(actor=SYSTEM, at=AT, unit_id=town["第2网格块"].pk, title="", pairs=1)
    round_actions.close_round(actor=SYSTEM, at=AT + timedelta(hours=1), round_id=opened.pk)
    knocked(opened, doors["1-101"], "answered", minutes=59)
    with pytest.raises(Conflict):
        knocked(opened, doors["1-102"], "answered", minutes=61)


def test_nobody_knocks_in_another_s_part(town: Town, opened: Round, doors: dict[str, Room]) -> None:
    leader, own = town.actor("building_leader", "2号楼"), town.actor("building_leader", "1号楼")
    with pytest.raises(NotFound):
        knocked(opened, doors["1-101"], "answered", actor=leader)
    knocked(opened, doors["1-101"], "answered", actor=own)
    with pytest.raises(Invalid):
        knocked(opened, doors["1-101"], "flew", actor=own)


def test_pages_open_walk_and_close_a_round(town: Town, doors: dict[str, Room]) -> None:
    client, block = town.client("block_leader", "第1网格块"), town["第1网格块"].pk
    assert client.post(reverse("households:open_round", args=[block]), {"pairs": 0}).status_code == 422
    address = client.post(reverse("households:open_round", args=[block]), {"title": "底数排摸", "pairs": 2})["Location"]
    assert "第 2 对" in client.get(address).content.decode()
    way = reverse("households:pair", args=[Round.objects.get().pk, 1])
    member = town.client("member", "甲一居民区")
    assert "1号楼 101" in member.get(way).content.decode()
    assert member.post(way, {"room_id": doors["1-101"].pk, "result": "empty"}).status_code == 302
    assert member.post(way, {"room_id": doors["1-101"].pk, "result": "flew"}).status_code == 422
    assert "正在入户" in client.get(reverse("households:place", args=[block])).content.decode()
    assert (state(doors["1-101"]), client.get(way.replace("/1/", "/3/")).status_code) == ("empty", 404)
    close = reverse("households:close_round", args=[Round.objects.get().pk])
    assert (member.post(close).status_code, client.post(close).status_code) == (403, 302)
    assert town.client("secretary", "乙一居民区").get(way).status_code == 404


def test_a_round_says_in_one_line_how_far_all_pairs_are(opened: Round, doors: dict[str, Room]) -> None:
    for name, result in (("1-101", "answered"), ("1-102", "empty"), ("2-101", "second")):
        knocked(opened, doors[name], result)
    shares = round_queries.shares_of(opened)
    total = round_queries.sum_of(shares)
    assert (total.doors, total.left, total.percent) == (8, sum(len(one.left) for one in shares), (8 - total.left) * 100 // 8)
    assert (total.left, total.again) == (6, 1)
    assert round_queries.sum_of([]).percent == 100


def test_who_leads_a_building_sees_the_round_around_it_and_of_it_their_own_doors(town: Town, opened: Round) -> None:
    client, elsewhere = town.client("building_leader", "2号楼"), town.client("building_leader", "3号楼")
    show = reverse("households:round", args=[opened.pk])
    page = client.get(show).content.decode()
    assert "这里只有您负责的户室" in page
    assert ("第 2 对" in page, "第 1 对" in page, "结束这一轮" in page) == (True, False, False)
    ways = [client.get(reverse("households:pair", args=[opened.pk, number])) for number in (1, 2)]
    assert [way.status_code for way in ways] == [404, 200]
    assert "1号楼" not in ways[1].content.decode()
    assert show in client.get(reverse("households:place", args=[town["2号楼"].pk])).content.decode()
    assert (elsewhere.get(show).status_code, client.post(reverse("households:close_round", args=[opened.pk])).status_code) == (404, 403)
    told = client.get(f"/api/v1/households/rounds/{opened.pk}").json()
    assert [(one["pair"], one["doors"], {door["building"] for door in one["next"]}) for one in told["shares"]] == [(2, 4, {"2号楼"})]
    assert "这里只有您负责的户室" not in town.client("block_leader", "第1网格块").get(show).content.decode()


class TestPhones:
    """Two phones in one block."""

    @pytest.fixture
    def phones(self, town: Town, doors: dict[str, Room]) -> tuple[Phone, Phone, Round]:
        made = round_actions.open_round(actor=SYSTEM, at=clock.now() - timedelta(hours=1), unit_id=town["第1网格块"].pk, title="底数排摸", pairs=2)
        return *(enrolled(town, town.account("block_leader", "第1网格块")) for _n in range(2)), made

    def sent(self, phone: Phone, kind: str, payload: dict[str, object], **more: object) -> str:
        return phone.outcomes({"op_id": str(new_id()), "kind": kind, "at": phone.now().isoformat(), "based_on": None, "payload": payload, **more})[0]

    def test_a_photo_with_a_knock_stands_at_its_door_for_who_may_read_names(self, town: Town, phones: tuple[Phone, Phone, Round], doors: dict[str, Room]) -> None:
        phone, _second, made = phones
        op = {"op_id": str(new_id()), "kind": "households.visit", "at": phone.now().isoformat(), "based_on": None,
            "payload": {"room": str(doors["1-101"].pk), "round": str(made.pk), "result": "answered", "note": ""}}  # fmt: skip
        assert phone.outcomes(op) == ["done"]
        raw = picture(40)
        assert put(phone, op, raw, 0, photo=new_id()).json()["done"] == (len(raw) <= 3000)
        (kept,) = photos.of([f"room:{doors['1-101'].pk}"])
        address = reverse("sync:photo", args=[kept.pk])
        seen = {}
        for role, unit in (("secretary", "甲一居民区"), ("building_leader", "1号楼"), ("building_leader", "2号楼"), ("member", "第1网格块")):
            client = Client()
            client.force_login(town.account(role, unit), backend="django.contrib.auth.backends.ModelBackend")
            page = client.get(reverse("households:room", args=[doors["1-101"].pk])).content.decode()
            seen[role, unit] = (address in page, client.get(address).status_code)
        assert list(seen.values()) == [(True, 200), (True, 200), (False, 404), (False, 404)]

    def test_a_pack_holds_the_doors_of_each_pair_and_no_name(self, town: Town, phones: tuple[Phone, Phone, Round], doors: dict[str, Room]) -> None:
        door(town, "1号楼", "301", "周桂英")
        pack = phones[0].pack()
        assert "周" not in pack.content.decode()
        items = next(one for one in pack.json()["packs"] if one["name"] == "households.round")["items"]
        assert len(items) == 9
        assert {item["group"] for item in items} == {"底数排摸 · 第 1 对", "底数排摸 · 第 2 对"}

    def test_a_pair_s_phone_holds_the_doors_of_its_pair_and_nothing_of_screening(self, town: Town, phones: tuple[Phone, Phone, Round]) -> None:
        whole = {one["name"]: one["items"] for one in phones[0].pack().json()["packs"]}
        assert "screening.homes" in whole
        assert [spot.key for spot in pairs_at(town["第1网格块"].path, AT)] == ["1", "2"]
        assert pairs_at(town["第2网格块"].path, AT) == []
        Device.objects.filter(pk=phones[1].device.pk).update(work=["households.doors@2"])
        held = {one["name"]: one["items"] for one in phones[1].pack().json()["packs"]}
        assert {item["group"] for item in held["households.round"]} == {"底数排摸 · 第 2 对"}
        assert len(held["households.round"]) == 4
        assert "needs.places" in held
        assert "screening.homes" not in held

    def test_knocks_of_a_phone_are_taken_each_once(self, phones: tuple[Phone, Phone, Round], doors: dict[str, Room]) -> None:
        phone, _other, made = phones
        ops = [
            {"op_id": str(new_id()), "kind": "households.visit", "at": phone.now().isoformat(), "based_on": None,
                "payload": {"room": str(room.pk), "round": str(made.pk), "result": "answered", "note": ""}}
            for room in doors.values()
        ]  # fmt: skip
        assert set(phone.outcomes(*ops)) == {"done"}
        phone.send(*ops)
        assert Visit.objects.aggregate(n=Count("pk"))["n"] == 8
        assert {room.state for room in Room.objects.all()} == {"checked"}

    def test_another_building_s_door_is_refused(self, town: Town, phones: tuple[Phone, Phone, Round]) -> None:
        far = door(town, "3号楼", "101")
        assert self.sent(phones[0], "households.visit", {"room": str(far.pk), "round": str(phones[2].pk), "result": "answered"}) == "refused"

    def test_different_fields_are_both_kept_and_the_same_is_shown_to_a_person(self, phones: tuple[Phone, Phone, Round], doors: dict[str, Room]) -> None:
        one, two, _made = phones
        room, was = doors["1-101"], {"floor": 1, "kitchen": "", "note": ""}
        assert self.sent(one, "households.door", {"room": str(room.pk), "fields": {"note": "有狗"}, "was": was}) == "done"
        assert self.sent(two, "households.door", {"room": str(room.pk), "fields": {"kitchen": "东"}, "was": was}) == "done"
        assert list(Room.objects.filter(pk=room.pk).values_list("note", "kitchen")) == [("有狗", "东")]
        assert self.sent(two, "households.door", {"room": str(room.pk), "fields": {"note": "没有狗"}, "was": was}) == "look"
        assert Room.objects.get(pk=room.pk).note == "有狗"
        assert [doubt.hard for doubt in Doubt.objects.filter(state="open")] == [True]
