"""A group buy's parcels on phones and pages: without a network, twice, late, whoever asks; nothing is made or lost whatever is done."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.commands import run
from jimu.core.errors import JimuError, NotFound
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.core.tests.racing import outcomes
from jimu.field.supplies import (
    bought,
    bringing,
    buy_queries,
    buying,
    forgetting,
    parcel_queries,
    parcels,
    showing,
)
from jimu.field.supplies.models import (
    Buy,
    BuyLeader,
    Load,
    LoadReceipt,
    Lot,
    Move,
    Order,
    Parcel,
    ParcelEvent,
)
from jimu.field.supplies.next_steps import next_steps
from jimu.sync.tests.conftest import Phone, enrolled

from . import test_parcels
from .conftest import HOUR, Store, conserved
from .test_buying import PHONE, leader_of, offer
from .test_parcels import NOW, bring, come, items, order, parcel_of

pytestmark = pytest.mark.django_db
# Fixtures: a buy that closed, and three parcels of it on their way.
buy, load = test_parcels.buy, test_parcels.load


@pytest.fixture
def phone(store: Store) -> Phone:
    return enrolled(store.town, store.town.account("building_leader", "1号楼"), "1号楼")


def said(phone: Phone, kind: str, *, ago: int = 0, **payload: Any) -> dict[str, Any]:
    return {"op_id": str(new_id()), "kind": kind, "at": (phone.now() - timedelta(minutes=ago)).isoformat(), "based_on": None, "payload": {"note": "", **payload}}


def test_a_phone_holds_parcels_beside_other_doors_without_a_name_a_number_or_what_is_in_them(store: Store, buy: Buy, load: Load, phone: Phone) -> None:
    store.issue(store.plan(planned=NOW), "1号楼", 3)
    told = phone.pack()
    packs = {one["name"]: one["items"] for one in told.json()["packs"]}
    assert [item["note"] for item in packs["supplies.unsigned"] if item["kinds"] == ["supplies.sign_load"]] == ["团购鸡蛋团：发来 3 包 · 101、201、2-301"]
    assert [(item["title"], item["kinds"][0]) for item in packs["supplies.doors"]][3:] == [(f"1号楼 {door}", "supplies.bring") for door in ("101", "201", "2 301")]
    assert not [word for word in ("周阿姨", PHONE, "鸡蛋 ", "盒") if word in str(packs)]


def test_operations_three_times_late_and_out_of_order_are_one_record_each(store: Store, buy: Buy, load: Load, phone: Phone) -> None:
    here, there = load.parcels.get(order__room="101"), load.parcels.get(order__room="201")
    ops = [
        said(phone, "supplies.bring", parcel=str(here.pk), result="done"), said(phone, "supplies.bring", parcel=str(here.pk), result="nobody", ago=30),
        said(phone, "supplies.sign_load", load=str(load.pk), counted=2, missing="201"),
    ]  # fmt: skip
    assert phone.outcomes(*ops) == ["done"] * 3
    assert phone.outcomes(*ops) == phone.outcomes(*ops) == ["already_done"] * 3
    assert (ParcelEvent.objects.count(), LoadReceipt.objects.count(), Parcel.objects.get(pk=here.pk).state, Parcel.objects.get(pk=there.pk).state) == (3, 1, "done", "missing")
    assert items(buy)["鸡蛋"] == (1, 1, 1, 1, 0)
    other = enrolled(store.town, store.town.account("member", "甲一居民区"), "1号楼")
    assert other.outcomes(said(other, "supplies.bring", parcel=str(here.pk), result="done")) == ["refused"]


def test_another_building_s_phone_is_refused_and_holds_none_of_it(store: Store, load: Load) -> None:
    far = enrolled(store.town, store.town.account("building_leader", "2号楼"), "2号楼")
    one = load.parcels.get(order__room="101")
    assert far.outcomes(said(far, "supplies.bring", parcel=str(one.pk), result="done"), said(far, "supplies.sign_load", load=str(load.pk), counted=3, missing="")) == ["refused"] * 2
    assert not [item for pack in far.pack().json()["packs"] for item in pack["items"] if "鸡蛋团" in str(item)]
    with pytest.raises(NotFound):
        bring(store, one, actor=store.second)
    with pytest.raises(NotFound):
        bring(store, one, actor=store.town.actor("auditor"))


DEEDS = st.lists(st.tuples(st.sampled_from(["send", "done", "missing", "refused", "wrong", "undo", "back", "again", "hand", "sign"]), st.integers(0, 2)), max_size=14)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(DEEDS)
def test_whatever_is_done_nothing_is_made_or_lost_and_an_order_is_under_way_once(store: Store, deeds: list[tuple[str, int]]) -> None:
    BuyLeader.objects.all().delete()
    buy = buying.open_buy(at=NOW - 2 * HOUR, leader_code=leader_of(store).code, offer=offer(title=str(deeds)[:60], closes_at=NOW - HOUR))
    orders = [order(store, buy, str(room)) for room in range(101, 104)]
    (eggs,) = come(buy, 5)
    acts: dict[str, Callable[[Order, Parcel], object]] = {
        "send": lambda one, p: parcels.send(actor=SYSTEM, at=NOW, buy=buy), "undo": lambda one, p: bringing.undo(actor=store.carrier, at=NOW, parcel_id=p.pk),
        "back": lambda one, p: parcels.take_back(actor=SYSTEM, at=NOW, buy=buy, parcel_id=p.pk), "again": lambda one, p: parcels.send(actor=SYSTEM, at=NOW, buy=buy, order_id=one.pk),
        "hand": lambda one, p: bought.hand(actor=SYSTEM, at=NOW, buy=buy, order_id=one.pk), "sign": lambda one, p: parcels.sign(actor=store.first, at=NOW, load_id=p.load_id, counted=2),
    }  # fmt: skip
    for deed, number in deeds:
        one = orders[number]
        parcel = one.parcels.last() or Parcel(load=Load(buy=buy))
        with suppress(JimuError):
            acts.get(deed, lambda one, p, result=deed: bring(store, p, result))(one, parcel)
        assert conserved(eggs.pk)
        assert all(n <= 1 for n in (o.parcels.filter(state__in=("out", "done")).count() for o in orders))
    got = sum(1 for o in orders if o.parcels.filter(state="done").exists() or o.events.filter(kind="handed").exists())
    assert items(buy)["鸡蛋"][2] == got
    for rows in (ParcelEvent, LoadReceipt, Move.objects.exclude(parcel=None)):
        getattr(rows, "objects", rows).all().delete()
    for model in (Parcel, Load):
        model.objects.all().delete()
    Order.objects.all().delete()
    Move.objects.all().delete()
    Lot.objects.all().delete()
    Buy.objects.all().delete()


def page(name: str, *args: object) -> str:
    return reverse(f"supplies:{name}", args=args)


def test_pages_from_the_cart_to_the_door(store: Store, buy: Buy) -> None:
    one, other = order(store, buy, "101"), order(store, buy, "201")
    come(buy, 3)
    desk, leader, carrier = (store.client(actor) for actor in (store.secretary, store.first, store.carrier))
    assert "2 单等装车" in desk.get(page("buy", buy.pk)).content.decode()
    assert "鸡蛋团" in desk.get(page("buy_routes", buy.pk)).content.decode()
    assert desk.post(page("buy_act", buy.pk, "send"), {"building": str(one.building_id)}).status_code == 302
    load = Load.objects.get()
    assert "已装车，送到门口" in leader.get(page("ordered", one.receipt)).content.decode()
    mine = leader.get(page("mine")).content.decode()
    assert "101、201" in mine
    assert "周阿姨" not in mine
    assert leader.post(page("sign_load", load.pk), {"counted": 1, "missing": "201"}).status_code == 302
    doors = page("parcels", buy.pk, one.building_id)
    assert "鸡蛋 1" not in carrier.get(doors).content.decode()
    for result, status in (("done", 302), ("done", 409), ("undone", 302), ("flew", 422), ("done", 302)):
        assert carrier.post(doors, {"parcel": str(parcel_of(one).pk), "result": result}).status_code == status
    assert "这栋楼的团购都送到了" in carrier.get(doors).content.decode()
    assert "已放门口" in leader.get(page("ordered", one.receipt)).content.decode()
    shown = desk.get(page("buy", buy.pk)).content.decode()
    assert "补发" in shown
    assert desk.post(page("buy_act", buy.pk, "send"), {}).status_code == 302
    assert carrier.get(page("parcel_labels", buy.pk, one.building_id)).content.decode().count("supply-room") == 1
    assert "一起送" in carrier.get(page("my_rounds")).content.decode()
    far = store.client(store.second)
    assert [far.get(page(name, buy.pk, one.building_id)).status_code for name in ("parcels", "parcel_labels")] == [404, 404]
    assert [far.get(page("buy_routes", buy.pk)).status_code, far.post(page("buy_act", buy.pk, "send")).status_code] == [403, 403]
    assert store.town.client("secretary", "乙一居民区").get(page("buy_routes", buy.pk)).status_code == 404
    assert store.town.client("auditor").get(page("buy_routes", buy.pk)).status_code == 200
    # The leader's desk sends too, and has no page that asks for an account.
    desk_of_leader = reverse("supplies:lead_buy", args=[buy.leader.code, buy.pk])
    assert "送货路线" not in far.get(desk_of_leader).content.decode()
    assert other.parcels.count() == 2
    assert not [e for e in JournalEntry.objects.filter(verb__startswith="supplies.parcel") if "周" in str(e.data) or PHONE in str(e.data)]


def test_the_list_of_the_day_leads_to_parcels(store: Store, buy: Buy, load: Load) -> None:
    def told(actor: Actor, words: str) -> list[str]:
        return [step.text for step in next_steps(actor, NOW + HOUR) if words in step.text]

    assert (told(store.first, "签收团购"), told(store.second, "签收团购")) == (["点数签收团购：鸡蛋团"], [])
    parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=2, missing="101")
    assert (told(store.carrier, "团购送到各户"), told(store.secretary, "团购少了")) == (["团购送到各户：鸡蛋团，还有 2 包"], ["团购少了 1 包，补发或退款：鸡蛋团"])
    assert told(store.first, "签收团购") == told(store.second, "团购送到各户") == []
    parcels.send(actor=SYSTEM, at=NOW, buy=buy)
    assert told(store.secretary, "团购少了") == []


def test_by_json_and_command(store: Store, buy: Buy, capsys: pytest.CaptureFixture[str]) -> None:
    one = order(store, buy, "101")
    come(buy, 1)
    desk, leader = store.client(store.secretary), store.client(store.first)
    made = desk.post(f"/api/v1/supplies/buys/{buy.pk}/send", {}, content_type="application/json")
    assert made.status_code == 201, made.content
    load = Load.objects.get()
    assert leader.post(f"/api/v1/supplies/loads/{load.pk}/sign", {"counted": 1}, content_type="application/json").status_code == 200
    assert leader.post(f"/api/v1/supplies/parcels/{parcel_of(one).pk}/door", {"result": "done"}, content_type="application/json").status_code == 201
    rows = desk.get(f"/api/v1/supplies/buys/{buy.pk}/doors").json()
    assert '"done": 1' in str(rows).replace("'", '"')
    assert run(["supplies", "parcels", str(buy.pk)]) == 0
    assert "1号楼：等装车 0，楼里 0，已放门口 1，没有找到 0" in capsys.readouterr().out


def test_words_about_a_parcel_end_with_the_days_of_the_place(store: Store, load: Load) -> None:
    bring(store, load.parcels.get(order__room="101"), "wrong", note="少一盒")
    assert (forgetting.forget(at=NOW + timedelta(days=29)), forgetting.forget(at=NOW + timedelta(days=31))) == (0, 4)
    assert ParcelEvent.objects.get().note_sealed == ""


def test_reads_do_not_grow_with_parcels(store: Store, buy: Buy, load: Load, django_assert_num_queries: Any) -> None:
    def count() -> int:
        with connection.execute_wrapper(lambda run, *rest: (seen.append(1), run(*rest))[1]):
            seen: list[int] = []
            parcel_queries.to_carry(store.carrier)
            buy_queries.shown(buy_queries.live_orders(buy))
            showing.to_sign(store.first)
        return len(seen)

    before = count()
    Order.objects.filter(buy=buy).update(room="x")
    for room in ("401", "501", "601"):
        order(store, buy, room)
    come(buy, 3)
    parcels.send(actor=SYSTEM, at=NOW, buy=buy)
    assert count() == before


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_desks_that_send_at_once_send_each_order_once(store: Store, buy: Buy) -> None:
    for room in ("101", "201", "301"):
        order(store, buy, room)
    (eggs,) = come(buy, 6)

    won = outcomes([lambda: parcels.send(actor=SYSTEM, at=NOW, buy=buy)] * 2)
    assert sorted(won) == ["", "nothing_to_send"]
    assert (Parcel.objects.count(), items(buy)["鸡蛋"][:2]) == (3, (3, 3))
    assert conserved(eggs.pk)
