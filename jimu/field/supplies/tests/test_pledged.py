"""Goods that an organisation promised: they arrive once, in the store, and the organisation reads what became of them."""

import importlib
from contextlib import suppress
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core.commands import run
from jimu.core.errors import Conflict, NotFound
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.supplies import handing, pledged, receiving, transferring
from jimu.field.supplies.models import Lot, Transfer
from jimu.field.supplies.receiving import Given
from jimu.organisations import actions as organisations
from jimu.organisations.actions import Promise
from jimu.organisations.models import Arrival, Pledge
from jimu.people.models import Organisation

from .conftest import AT, LATER, Store

pytestmark = pytest.mark.django_db


def promised(store: Store, number: int = 100, unit: str | None = "甲一居民区", item: str = "蔬菜包") -> Pledge:
    """安心商会 promises some bags."""
    organisation, _new = Organisation.objects.get_or_create(name="安心商会")
    promise = Promise("goods", number, AT.date(), AT.date(), item=item, measure="袋", unit_id=store.town[unit].pk if unit else None)
    return organisations.pledge(actor=SYSTEM, at=AT, organisation_id=organisation.pk, promise=promise)


def brought(store: Store, pledge: Pledge, number: int, actor: Actor = SYSTEM) -> Lot:
    return receiving.arrive(actor=actor, at=AT, unit_id=store.unit.pk, given=Given("", "", number, "donation", disinfect=False, pledge_id=pledge.pk))


def came(pledge: Pledge) -> int:
    return Arrival.objects.filter(pledge=pledge).aggregate(n=Sum("number"))["n"] or 0


def contact_of(pledge: Pledge) -> Account:
    return Account.objects.create_user(username="contact", password=None, display_name="联络员", contact_of=pledge.organisation)


def test_what_arrives_of_a_promise_is_a_lot_and_an_arrival_in_one_act(store: Store) -> None:
    pledge = promised(store)
    lot = brought(store, pledge, 60, store.secretary)
    assert (lot.item, lot.measure, lot.giver, lot.source, lot.organisation, lot.pledge) == ("蔬菜包", "袋", "安心商会", "donation", pledge.organisation, pledge)
    assert [(one.number, one.by, one.note) for one in Arrival.objects.all()] == [(60, store.secretary.name, "甲一居民区")]
    assert [(one.pledge.pk, one.arrived) for one in pledged.to_come(store.secretary)] == [(pledge.pk, 60)]
    brought(store, pledge, 40)
    assert (pledged.to_come(store.secretary), came(pledge)) == ([], 100)


def test_of_a_promise_that_was_taken_back_or_is_for_elsewhere_nothing_is_taken_in(store: Store) -> None:
    elsewhere, gone = promised(store, unit="乙一居民区"), promised(store, unit=None)
    organisations.withdraw(actor=SYSTEM, at=AT, pledge_id=gone.pk, reason="断货")
    for pledge in (elsewhere, gone):
        with pytest.raises(Conflict):
            brought(store, pledge, 5)
    assert (Lot.objects.count(), Arrival.objects.count()) == (0, 0)


def test_a_giver_who_is_registered_is_pointed_to_and_no_other(store: Store) -> None:
    organisation = promised(store).organisation
    lots = [store.lot(source="donation", giver="安心商会"), store.lot(source="donation", giver="热心商户"), store.lot(source="donation", giver="安心商会", person=True), store.lot()]
    assert [(lot.organisation, lot.pledge) for lot in lots] == [(organisation, None), (None, None), (None, None), (None, None)]


def test_its_contact_reads_what_became_of_it_to_the_door_and_in_other_stores(store: Store) -> None:
    pledge = promised(store)
    lot = brought(store, pledge, 60)
    plan = store.plan(lot)
    sent = store.issue(plan, "1号楼", 3)
    handing.sign(actor=store.first, at=LATER, consignment_id=sent.pk, counted=3)
    store.deliver(plan, next(iter(store.rooms)))
    receiving.correct(actor=SYSTEM, at=LATER, lot_id=lot.pk, how="lost", number=2, note="压坏了")
    contact = actor_of(contact_of(pledge))

    def told(actor: Actor = contact) -> list[dict[str, Any]]:
        return [{name: n for name, n in one.figures().items() if n and name != "pledge_id"} for one in pledged.what_became(actor, pledge.organisation_id)]

    assert told() == [{"received": 60, "doors": 1, "buildings": 2, "left": 55, "lost": 2}]
    move = transferring.send(actor=store.secretary, at=LATER, lot_id=lot.pk, to_id=store.town["乙一居民区"].pk, number=20)
    assert told()[0] == {"received": 60, "doors": 1, "buildings": 2, "way": 20, "left": 35, "lost": 2}
    far = store.town.actor("secretary", "乙一居民区")
    transferring.sign(actor=far, at=LATER, transfer_id=move.pk, counted=19)
    # Counted there again, two more turned up than anybody had written down.
    receiving.count(actor=far, at=LATER, lot_id=Transfer.objects.get().made_id, number=21)
    assert told() == [{"received": 62, "doors": 1, "buildings": 2, "left": 56, "lost": 3}]
    assert (told(store.secretary)[0]["left"], came(pledge)) == (35, 60)
    with pytest.raises(NotFound):
        told(far)
    moved = Transfer.objects.get().made_id
    links = [f"/organisations/{pledge.organisation_id}/" in store.client(one).get(f"/supplies/lots/{pk}/").content.decode() for one, pk in ((store.secretary, lot.pk), (far, moved))]
    assert links == [True, False]
    with pytest.raises(NotFound):
        pledged.what_became(actor_of(Account.objects.create_user(username="other", password=None, display_name="别家", contact_of=Organisation.objects.create(name="别家"))), pledge.organisation_id)


def test_what_became_of_goods_is_read_at_once_however_many_lots_moved_on_and_back(store: Store) -> None:
    pledge = promised(store)
    ways = [("乙一居民区", store.secretary), ("甲一居民区", store.town.actor("secretary", "乙一居民区")), ("乙一居民区", store.secretary)]

    def move(lot: Lot) -> None:
        for place, keeper in ways:
            sent = transferring.send(actor=keeper, at=LATER, lot_id=lot.pk, to_id=store.town[place].pk, number=5)
            lot = transferring.sign(actor=SYSTEM, at=LATER, transfer_id=sent.pk, counted=5).made

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            (row,) = pledged.what_became(SYSTEM, pledge.organisation_id)
        assert (row.pledge_id, row.received, row.left) == (pledge.pk, 5 * Arrival.objects.count(), 5 * Arrival.objects.count())
        return len(seen)

    move(brought(store, pledge, 5))
    once = asked()
    for _n in range(9):
        move(brought(store, pledge, 5))
    assert asked() == once


def test_what_was_written_too_many_never_came(store: Store) -> None:
    pledge = promised(store)
    lot = brought(store, pledge, 100)
    receiving.correct(actor=SYSTEM, at=LATER, lot_id=lot.pk, how="mistyped", number=90, note="多写了一个零")
    receiving.count(actor=SYSTEM, at=LATER, lot_id=lot.pk, number=11)
    assert (came(pledge), [one.received for one in pledged.what_became(SYSTEM, pledge.organisation_id)]) == (11, [11])


ACTS = st.tuples(st.sampled_from(["arrive", "count", "lost", "found", "back", "spare", "mistyped"]), st.integers(1, 40))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTS, max_size=8))
def test_whatever_is_done_the_promise_counts_what_its_lots_count(store: Store, acts: list[tuple[str, int]]) -> None:
    pledge = promised(store)
    lots = [brought(store, pledge, 20)]
    for act, number in acts:
        if act == "arrive":
            lots.append(brought(store, pledge, number))
        elif act == "count":
            receiving.count(actor=SYSTEM, at=LATER, lot_id=lots[-1].pk, number=number)
        else:
            with suppress(Conflict):
                receiving.correct(actor=SYSTEM, at=LATER, lot_id=lots[-1].pk, how=act, number=number, note="写错了")
    (row,) = [one for one in pledged.what_became(SYSTEM, pledge.organisation_id) if one.pledge_id == pledge.pk]
    assert row.received == came(pledge) == row.doors + row.buildings + row.way + row.left + row.back + row.lost


def test_pages_api_and_command_type_nothing_twice(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    pledge, desk = promised(store), store.client(store.secretary)
    page = "/supplies/arrivals/new/"
    assert f"?pledge={pledge.pk}" in desk.get(page).content.decode()
    form = desk.get(f"{page}?pledge={pledge.pk}").content.decode()
    assert ("安心商会 承诺的 蔬菜包：已到 0 / 100 袋" in form, 'name="item"' in form, 'name="giver"' in form) == (True, False, False)
    there = desk.post(f"{page}?pledge={pledge.pk}", {"store": str(store.unit.pk), "number": 30})
    assert there.status_code == 302
    assert f"/organisations/{pledge.organisation_id}/" in desk.get(there["Location"]).content.decode()
    api = desk.post("/api/v1/supplies/lots", {"unit_id": str(store.unit.pk), "number": 10, "pledge_id": str(pledge.pk)}, "application/json")
    assert (api.status_code, api.json()["item"], api.json()["pledge_id"]) == (201, "蔬菜包", str(pledge.pk))
    assert run(["supplies", "arrive", "甲一居民区", "", "5", "--pledge", str(pledge.pk)]) == 0
    assert capsys.readouterr().out
    panel = f"/supplies/organisations/{pledge.organisation_id}/"
    client = Client()
    client.force_login(contact_of(pledge), backend="django.contrib.auth.backends.ModelBackend")
    assert "45 袋" in client.get(f"{panel}?pledge={pledge.pk}").content.decode()
    assert all(panel in client.get(address).content.decode() for address in (f"/organisations/{pledge.organisation_id}/", f"/organisations/pledges/{pledge.pk}/"))
    assert client.get(f"/api/v1{panel[:-1]}").json() == [{"item": "蔬菜包", "measure": "袋", "pledge_id": str(pledge.pk), "received": 45, "doors": 0, "buildings": 0, "way": 0, "left": 45, "back": 0, "lost": 0}]
    assert store.client(store.carrier).get(panel).status_code == 403
    assert desk.post(f"/api/v1/organisations/pledges/{pledge.pk}/receive", {}, "application/json").json()["error"]["code"] == "in_the_store"


def test_more_than_was_promised_is_taken_in_under_it_and_one_taken_back_is_said(store: Store) -> None:
    pledge, desk = promised(store), store.client(store.secretary)
    brought(store, pledge, 100)
    page = f"/supplies/arrivals/new/?pledge={pledge.pk}"
    assert "已到 100 / 100 袋" in desk.get(page).content.decode()
    assert desk.post(page, {"store": str(store.unit.pk), "number": 5}).status_code == 302
    assert came(pledge) == 105
    organisations.withdraw(actor=SYSTEM, at=AT, pledge_id=pledge.pk, reason="断货")
    said = desk.post(page, {"store": str(store.unit.pk), "number": 5})
    assert (said.status_code, "已经撤回" in said.content.decode(), came(pledge)) == (422, True, 105)


def test_the_update_points_lots_to_givers_and_to_the_only_promise_that_can_be_meant(store: Store) -> None:
    pledge, two = promised(store), [promised(store, item="口罩") for _n in range(2)]
    lot, mask = store.lot(30, source="donation", giver="安心商会"), store.lot(5, "口罩", source="donation", giver="安心商会")
    Lot.objects.update(organisation=None)
    update = importlib.import_module("jimu.field.supplies.migrations.0004_givers_and_promises")
    update.point_to_givers(apps, None)
    for one in (lot, mask):
        one.refresh_from_db()
    assert (lot.organisation, lot.pledge, mask.organisation, mask.pledge) == (pledge.organisation, pledge, pledge.organisation, None)
    assert (came(pledge), [came(one) for one in two]) == (30, [0, 0])
