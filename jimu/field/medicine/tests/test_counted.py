"""Money that is counted, bags that are checked, and half-times that are told: each at its border."""

from datetime import timedelta

import pytest

from jimu.core.errors import Invalid
from jimu.field.medicine import queries, rules
from jimu.field.medicine.models import Order
from jimu.field.medicine.tests.conftest import AT, HOUR, Desk

pytestmark = pytest.mark.django_db


def test_insurance_pays_the_whole_at_most(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    desk.act(order, "take", desk.runner)
    with pytest.raises(Invalid) as refused:
        desk.act(order, "fetch", desk.runner, total=5000, insurance=5001)
    assert refused.value.code == "bad_amount"
    assert desk.act(order, "fetch", desk.runner, total=5000, insurance=5000).state == "fetched"


def test_a_bag_that_two_have_not_checked_is_on_no_list_of_doors(desk: Desk) -> None:
    order = desk.fetched()
    assert order not in queries.door_tasks(desk.runner)
    desk.act(order, "check", desk.runner)
    assert order not in queries.door_tasks(desk.runner)
    desk.act(order, "check", desk.checker)
    assert order in queries.door_tasks(desk.runner)


@pytest.mark.parametrize(("things", "cash"), [(["cash"], 0), (["card"], 500)])
def test_cash_that_is_taken_is_counted_and_what_is_counted_was_taken(desk: Desk, things: list[str], cash: int) -> None:
    order = desk.act(desk.order(), "triage", hospital_id=desk.hospital.pk)
    with pytest.raises(Invalid) as refused:
        desk.act(order, "collect", desk.runner, things=things, cash=cash)
    assert refused.value.code == "bad_amount"


@pytest.mark.parametrize(("state", "early", "late"), [("triaged", 1, 2), ("collected", 1, 2), ("fetching", 0, 2), ("checked", 0, 2), ("delivered", 0, 0)])
def test_half_of_the_time_is_told_only_while_nobody_is_on_the_way(state: str, early: int, late: int) -> None:
    assert state in Order.State.values
    assert rules.stage_now(state, AT + HOUR, AT + 2 * HOUR, AT + HOUR - timedelta(seconds=1)) == 0
    assert (rules.stage_now(state, AT + HOUR, AT + 2 * HOUR, AT + HOUR), rules.stage_now(state, AT + HOUR, AT + 2 * HOUR, AT + 2 * HOUR)) == (early, late)
