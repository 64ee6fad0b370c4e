"""The pages: the store's desk, the plan, signing and carrying on a phone, paper, the pages without an account, the API, commands."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.core.commands import run
from jimu.field.supplies import handing, routing, showing
from jimu.field.supplies.models import Consignment, Delivery, Lot, Plan
from jimu.field.supplies.next_steps import next_steps

from .conftest import AT, Store, where

pytestmark = pytest.mark.django_db


def page(name: str, *args: object) -> str:
    return reverse(f"supplies:{name}", args=args)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_whole_way_on_pages(store: Store) -> None:
    desk = store.client(store.secretary)
    form = {"store": str(store.unit.pk), "item": "蔬菜包", "number": 20, "measure": "袋", "source": "shop", "giver": "安心超市", "disinfect": "on", "rest_minutes": 0}
    assert desk.post(page("arrival"), {**form, "number": 0}).status_code == 422
    there = desk.post(page("arrival"), form)["Location"]
    lot = Lot.objects.get()
    assert "待消杀" in text(desk, there)
    for act, given in (("disinfect", {}), ("count", {"number": 20}), ("pack", {"number": 20})):
        assert desk.post(page("lot_act", lot.pk, act), given).status_code == 302
    assert "可发放" in text(desk, there)
    wish = {"title": "第一批", f"each_{lot.pk}": 1, "limit": 1, "spare_percent": 2.5, "after": ""}
    looked = desk.post(page("new_plan"), {**wish, "look": ""}).content.decode()
    assert "会这样分" in looked
    assert "就这样定" in looked
    shown = desk.post(page("new_plan"), {**wish, "make": ""})["Location"]
    plan = Plan.objects.get()
    assert desk.post(page("issue", plan.pk)).status_code == 302
    assert "等签收" in text(desk, shown)
    leader = store.client(store.first)
    assert "1号楼" in (mine := text(leader, page("mine")))
    assert "2号楼" not in mine
    sent = Consignment.objects.get(building=store.building("1号楼"))
    assert leader.post(page("sign", sent.pk), {"counted": ""}).status_code == 422
    assert leader.post(page("sign", sent.pk), {"counted": 2, "note": "少一袋"}).status_code == 302
    carrier, doors = store.client(store.carrier), page("doors", plan.pk, store.building("1号楼").pk)
    assert "某人" not in text(carrier, doors)
    assert carrier.post(doors, {"room": str(store.rooms["1-101"].pk), "result": "done"}).status_code == 302
    assert carrier.post(doors, {"room": str(store.rooms["1-101"].pk), "result": "done"}).status_code == 409
    assert carrier.post(doors, {"room": str(store.rooms["1-101"].pk), "result": "undone"}).status_code == 302
    assert carrier.post(doors, {"room": str(store.rooms["1-201"].pk), "result": "flew"}).status_code == 422
    assert carrier.post(doors, {"room": str(store.rooms["1-201"].pk), "result": "done"}).status_code == 302
    assert desk.post(page("bring_back", plan.pk), {"building": str(store.building("1号楼").pk), "portions": 1}).status_code == 302
    assert where(lot) == {"store": 16, "buildings": 2, "out": 1, "lost": 1, "back": 0}
    assert desk.post(page("close_plan", plan.pk)).status_code == 302


def test_a_household_sees_by_its_label_what_it_got_and_nothing_of_others(store: Store) -> None:
    plan = store.plan()
    store.issue(plan, "1号楼", 3)
    store.deliver(plan, "1-101")
    labels = text(store.client(store.carrier), page("labels", plan.pk, store.building("1号楼").pk))
    assert labels.count("supply-room") == 3
    phone, own = Client(), showing.token_of(store.rooms["1-101"].pk)
    answer = phone.get(page("got", own))
    assert "已放门口" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "已放门口" not in text(phone, page("got", showing.token_of(store.rooms["1-201"].pk)))
    assert phone.get(page("got", own[:-3] + "abc")).status_code == 404


def test_donations_are_public_without_an_account(store: Store) -> None:
    lot = store.lot(30, source="donation", giver="安心商会")
    store.lot(5, source="donation", giver="陈某某", person=True)
    told = text(Client(), page("given", store.unit.pk))
    assert "安心商会" in told
    assert "热心居民" in told
    assert "陈某某" not in told
    assert lot.receipt in text(store.client(store.secretary), page("gift_receipt", lot.pk))
    assert Client().get(page("given", lot.pk)).status_code == 404


@pytest.mark.parametrize("empty", [True, False])
def test_pages_answer_with_and_without_goods(store: Store, empty: bool) -> None:
    desk, addresses = store.client(store.secretary), [page("index"), page("arrival"), page("new_plan"), page("mine"), page("index") + "?bags=2600&hours=5"]
    if not empty:
        plan = store.plan()
        store.issue(plan, "1号楼", 1)
        addresses += [page("routes", plan.pk) + "?capacity=2&people=5", page("plan", plan.pk), page("doors", plan.pk, store.building("2号楼").pk), page("index") + f"?store={store.unit.pk}"]
    assert [desk.get(address).status_code for address in addresses] == [200] * len(addresses)


def test_pages_are_guarded(store: Store) -> None:
    plan = store.plan()
    lot, near, far = Lot.objects.get(), store.building("1号楼").pk, store.client(store.second)
    assert Client().get(page("index")).status_code == 302
    assert store.client(store.carrier).get(page("index")).status_code == 403
    assert [far.get(page(name, plan.pk, near)).status_code for name in ("doors", "labels")] == [404, 404]
    stranger = store.town.client("secretary", "乙一居民区")
    assert [stranger.get(address).status_code for address in (page("lot", lot.pk), page("plan", plan.pk), page("routes", plan.pk))] == [404] * 3
    assert stranger.post(page("lot_act", lot.pk, "count"), {"number": 1}).status_code == 404
    assert stranger.post(page("issue", plan.pk)).status_code == 404
    assert store.town.client("auditor").post(page("lot_act", lot.pk, "count"), {"number": 1}).status_code == 403


def test_a_cart_is_filled_building_by_building(store: Store) -> None:
    trips = routing.route(store.plan(), 4, 5)
    assert [[(stop.cargo.building.name, stop.drop.portions) for stop in drops] for _trip, drops in trips] == [[("1号楼", 3), ("2号楼", 1)], [("2号楼", 1)]]
    assert trips[0][1][0].drop.floors == 2


def test_a_carrier_opens_the_stops_of_their_own_part_and_no_others(store: Store) -> None:
    plan = store.plan(planned=clock.now())
    whole, own = page("routes", plan.pk), page("my_route", plan.pk)
    both = ("1号楼", "2号楼")
    shown = {name: [one in text(store.client(actor), own) for one in both] for name, actor in (("carrier", store.carrier), ("first", store.first), ("second", store.second))}
    assert shown == {"carrier": [True, True], "first": [True, False], "second": [False, True]}
    leader = store.client(store.first)
    assert leader.get(whole).status_code == 403
    # What it leads to is theirs too, and the way back is no page that they may not see.
    assert page("doors", plan.pk, store.building("1号楼").pk) in text(leader, own)
    assert f'href="{page("plan", plan.pk)}"' not in text(leader, own)
    assert "某人" not in text(leader, own)
    assert own in text(leader, page("mine"))
    assert [store.town.client(role, unit).get(own).status_code for role, unit in (("member", "乙一居民区"), ("auditor", "和风街道"))] == [404, 403]
    assert page("doors", plan.pk, store.building("2号楼").pk) in text(store.client(store.secretary), whole)
    assert "/doors/" not in text(store.town.client("auditor"), whole)


def test_the_way_of_a_building_that_signed_is_offered_no_more(store: Store) -> None:
    plan = store.plan(planned=clock.now())
    assert page("my_route", plan.pk) in text(store.client(store.first), page("mine"))
    handing.sign(actor=store.first, at=clock.now(), consignment_id=store.issue(plan, "1号楼", 3).pk, counted=3)
    assert page("my_route", plan.pk) not in text(store.client(store.first), page("mine"))
    assert page("my_route", plan.pk) in text(store.client(store.second), page("mine"))
    assert "各楼都签收过了" in text(store.client(store.first), page("my_route", plan.pk))


def test_reads_do_not_grow_with_lots_and_doors(store: Store, django_assert_max_num_queries) -> None:
    desk = store.client(store.secretary)
    for _n in range(12):
        store.lot()
    plan = store.plan(Lot.objects.first())
    handing.issue_all(actor=store.secretary, at=clock.now(), plan_id=plan.pk)
    for address in (page("index"), page("plan", plan.pk), page("doors", plan.pk, store.building("1号楼").pk)):
        with django_assert_max_num_queries(20):
            assert desk.get(address).status_code == 200


def test_the_api_walks_goods_from_end_to_end(store: Store) -> None:
    client = store.client(store.secretary)

    def post(path: str, body: object) -> dict:
        answer = client.post(f"/api/v1/supplies/{path}", body, "application/json")
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    lot = post("lots", {"unit_id": str(store.unit.pk), "item": "米", "measure": "袋", "number": 9, "source": "shop", "rest_minutes": 0})
    assert post(f"lots/{lot['id']}/disinfect", {})["stage"] == "ready"
    assert post(f"lots/{lot['id']}/count", {"number": 8})["off"] == -1
    assert post(f"lots/{lot['id']}/found", {"number": 1, "note": "在车上"})["store"] == 9
    plan = post("plans", {"each": {lot["id"]: 1}})
    row = plan["buildings"][0]
    sent = post(f"plans/{plan['id']}/issue", {"building_id": row["building_id"], "portions": row["portions"]})
    assert post(f"consignments/{sent['id']}/sign", {"counted": 3})["counted"] == 3
    given = {"id": None, "room_id": str(store.rooms["1-101"].pk), "result": "done"}
    given["id"] = post(f"plans/{plan['id']}/doors", given)["id"]
    post(f"plans/{plan['id']}/doors", given)
    assert Delivery.objects.count() == 1
    assert client.get(f"/api/v1/supplies/plans/{plan['id']}").json()["buildings"][0]["done"] == 1
    assert client.get("/api/v1/supplies/lots").json()["items"][0]["out"] == 1
    assert client.get("/api/v1/supplies/crew?bags=2600").json()["people"] == 40
    refused = client.post(f"/api/v1/supplies/plans/{plan['id']}/issue", {"building_id": row["building_id"], "portions": 1}, "application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "over_share")


def test_commands_say_what_the_pages_say(store: Store, capsys) -> None:
    assert run(["supplies", "arrive", "甲一居民区", "米", "12", "--no-disinfection"]) == 0
    assert run(["supplies", "stock", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])[0]["store"] == 12
    assert run(["supplies", "crew", "2600"]) == 0
    assert capsys.readouterr().out.startswith("40 ")
    assert run(["supplies", "plan", str(store.plan(Lot.objects.get()).pk)]) == 0
    assert "1号楼" in capsys.readouterr().out


def test_what_waits_stands_in_the_list_of_what_to_do_next(store: Store) -> None:
    store.issue(store.plan(), "1号楼", 3)
    store.lot(ready=False, item="牛奶")
    told = [(step.place, step.own) for step in next_steps(store.first, clock.now())]
    assert told == [("1号楼", True)]
    assert [step.text for step in next_steps(store.secretary, AT)][1:] == ["消杀：牛奶"]
    assert not list(next_steps(store.second, AT))
