"""Who carried what, whose rounds it is on, and from which building something comes back."""

from datetime import timedelta

import pytest

from jimu.core.permissions import SYSTEM, Actor
from jimu.field.supplies import handing, parcels, routing, showing
from jimu.field.supplies.errors import HadTheirs, NotEnough
from jimu.field.supplies.models import Buy, LoadReceipt, ParcelEvent, Plan
from jimu.field.supplies.queries import FRESH

from . import test_parcels
from .conftest import LATER, Store
from .test_parcels import NOW, bring, come, order, parcel_of

pytestmark = pytest.mark.django_db
buy = test_parcels.buy


def test_who_brought_a_parcel_and_who_signed_for_it_are_kept_and_told_to_whoever_comes_second(store: Store, buy: Buy) -> None:
    one, other = order(store, buy, "101"), order(store, buy, "201")
    come(buy, 2)
    (load,) = parcels.send(actor=store.secretary, at=NOW, buy=buy)
    parcels.sign(actor=store.first, at=NOW, load_id=load.pk, counted=2)
    bring(store, parcel_of(one))
    bring(store, parcel_of(other), "nobody", actor=store.first)
    assert dict(ParcelEvent.objects.values_list("parcel__order__room", "by")) == {"101": store.carrier.name, "201": store.first.name}
    assert (load.by, LoadReceipt.objects.get().by) == (store.secretary.name, store.first.name)
    with pytest.raises(HadTheirs) as refused:
        bring(store, parcel_of(one), actor=store.first)
    assert store.carrier.name in str(refused.value)
    assert "1号楼 101" in str(refused.value)


@pytest.fixture
def plan(store: Store) -> Plan:
    """Three portions for 1号楼 and two for 2号楼, on their way."""
    made = store.plan()
    for building, portions in (("1号楼", 3), ("2号楼", 2)):
        store.issue(made, building, portions)
    return made


def test_a_plan_is_on_the_rounds_of_whom_it_has_something_for_until_their_buildings_signed(store: Store, plan: Plan) -> None:
    def whose() -> list[bool]:
        return [plan in routing.to_route(actor, LATER) for actor in (store.carrier, store.first, store.second)]

    def stops(carrier: Actor | None) -> dict[str, int]:
        return {stop.cargo.building.name: stop.cargo.portions for _trip, many in routing.route(plan, 60, 2, carrier) for stop in many}

    assert whose() == [True, True, True]
    assert [stops(carrier) for carrier in (None, store.first, store.second)] == [{"1号楼": 3, "2号楼": 2}, {"1号楼": 3}, {"2号楼": 2}]
    handing.sign(actor=store.first, at=LATER, consignment_id=plan.consignments.get(building__name="1号楼").pk, counted=3)
    assert whose() == [True, False, True]
    assert (stops(None), stops(store.first)) == ({"2号楼": 2}, {})
    handing.sign(actor=store.second, at=LATER, consignment_id=plan.consignments.get(building__name="2号楼").pk, counted=2)
    assert whose() == [False, False, False]


def test_the_newest_four_plans_are_on_the_rounds_and_old_ones_on_none(store: Store) -> None:
    lot = store.lot()
    made = [store.plan(lot, planned=LATER + timedelta(minutes=n), limit=1, title=f"第{n}批") for n in range(5)]
    assert routing.to_route(store.carrier, LATER + timedelta(hours=1)) == made[:0:-1]
    assert routing.to_route(store.carrier, made[3].opened_at + FRESH) == made[4:]


def test_what_comes_back_comes_from_the_building_that_it_was_sent_to(store: Store, plan: Plan) -> None:
    def here() -> dict[str, int]:
        return {line.doors.share.building.name: line.here for line in showing.plan_page(SYSTEM, plan.pk).lines}

    def back(building: str, portions: int) -> None:
        handing.bring_back(actor=store.secretary, at=LATER, plan_id=plan.pk, building_id=store.building(building).pk, portions=portions)

    back("2号楼", 1)
    assert here() == {"1号楼": 3, "2号楼": 1}
    with pytest.raises(NotEnough):
        back("2号楼", 2)
    back("1号楼", 2)
    assert here() == {"1号楼": 1, "2号楼": 1}


def test_a_parcel_comes_back_from_its_own_building_and_the_others_stay(store: Store, buy: Buy) -> None:
    one, other = order(store, buy, "101"), order(store, buy, "201", building="2号楼")
    come(buy, 2)
    parcels.send(actor=store.secretary, at=NOW, buy=buy)
    parcels.take_back(actor=store.secretary, at=NOW, buy=buy, parcel_id=parcel_of(one).pk)
    assert [(move.building.name, move.outof, move.into) for move in one.parcels.get().moves.order_by("pk")][-1] == ("1号楼", "building", "store")
    bring(store, parcel_of(other))
    assert [(move.building.name, move.into) for move in parcel_of(other).moves.order_by("pk")] == [("2号楼", "building"), ("2号楼", "out")]
