"""Rest, spare share, pace and carts are those of the playbook in force at the place, as it was when the incident began."""

import pytest

from jimu.field.supplies import planning, policy, receiving, routing, showing
from jimu.field.supplies.planning import Wish
from jimu.incidents import sections
from jimu.incidents.models import Incident
from jimu.playbooks.library import find

from .conftest import Store

pytestmark = pytest.mark.django_db
OTHER = """
supplies: {rest_minutes: 90, spare_percent: 20, hours: 2, cart_portions: 2, cart_people: 3, loading_minutes: 50}
"""


@pytest.fixture
def changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A playbook with other numbers is in force at the store."""
    text = find("epidemic-lockdown")[1].replace("value: 13,", "value: 26,") + OTHER
    monkeypatch.setattr(sections, "active_in", lambda unit: [Incident(playbook_text=text)])
    return store


def test_where_nothing_is_said_the_playbook_s_numbers_hold(changed: Store) -> None:
    lot = changed.lot(ready=False)
    assert lot.rest_minutes == 90
    plan = changed.plan(changed.lot(100))
    assert plan.spare == 1
    assert showing.plan_page(changed.secretary, plan.pk).hours == 2
    assert [trip.portions for trip, _drops in routing.route(plan, 2, 3)] == [2, 2, 1]
    assert all(trip.minutes > 50 for trip, _drops in routing.route(plan, 2, 3))


def test_what_is_said_holds_against_the_playbook(changed: Store) -> None:
    assert changed.lot(ready=False, rest_minutes=5).rest_minutes == 5
    assert changed.lot(ready=False, rest_minutes=0).rest_minutes == 0
    wish = Wish("", {changed.lot(100).pk: 1}, spare_percent=40)
    assert planning.draft(actor=changed.secretary, wish=wish).spare == 2
    assert planning.draft(actor=changed.secretary, wish=Wish("", wish.each, spare_percent=0)).spare == 0


def test_the_pace_is_the_number_by_which_people_are_called(changed: Store) -> None:
    assert policy.of_place(changed.unit).bags_per_person_hour == 26
    assert policy.of_place(None).bags_per_person_hour == 13
    assert receiving.rest_at(changed.unit, None) == 90
    page = changed.client(changed.secretary).get("/supplies/?bags=2600&hours=5").content.decode()
    assert "每人每小时 26 袋" in page
    assert "<dd>20</dd>" in page


def test_a_broken_text_is_no_reason_for_goods_to_wait(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections, "active_in", lambda unit: [Incident(playbook_text="name: [")])
    assert store.lot(ready=False).rest_minutes == 60
