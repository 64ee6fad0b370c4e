"""What stays of a need, and where it leads: the door on the ledger, what is forgotten."""

from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import clock
from jimu.field.households.models import Room
from jimu.field.needs import forgetting, queries
from jimu.field.needs.models import Need, NeedEvent
from jimu.incidents.tests.under_way import begin, text_with

from .conftest import AT, Ward

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=31)


def room(ward: Ward, number: str, entrance: str = "") -> Room:
    return Room.objects.create(building=ward.building, number=number, entrance=entrance, created_at=AT, updated_at=AT)


class TestTheLedger:
    def test_a_need_leads_to_its_door_when_one_is_meant(self, ward: Ward) -> None:
        home = room(ward, "502", "2")
        need = ward.need(room="502室")
        assert queries.home_of(ward.secretary, need) == home
        assert f"/households/rooms/{home.pk}/" in ward.client(ward.secretary).get(f"/needs/{need.pk}/").content.decode()
        room(ward, "502", "1")
        assert queries.home_of(ward.secretary, need) is None
        need.room = "2单元-502"
        assert queries.home_of(ward.secretary, need) == home

    def test_and_not_for_who_may_not_see_the_ledger(self, ward: Ward) -> None:
        room(ward, "502")
        need = ward.need()
        assert queries.home_of(ward.finder, need) is None
        assert queries.home_of(ward.town.actor("secretary", "乙一居民区"), need) is None


class TestForgetting:
    def test_what_is_over_for_a_month_tells_of_nobody_and_still_how_it_ended(self, ward: Ward) -> None:
        need = ward.done()
        ward.say(need, "confirm", ward.finder, note="张阿姨说好了")
        at = Need.objects.get(pk=need.pk).closed_at + MONTH
        assert forgetting.forget(at=at - timedelta(days=2)) == 0
        assert [forgetting.forget(at=at) for _n in range(2)] == [1, 0]
        left = Need.objects.get(pk=need.pk)
        assert (left.text, left.name, left.phone_sealed, left.phone_index, left.room) == ("", "", "", "", "")
        assert not NeedEvent.objects.filter(need=need).exclude(note_sealed="")
        assert (left.state, left.kind, left.events.count() > 3) == ("confirmed", "food", True)
        assert Client().get(f"/needs/receipt/{need.receipt}/").status_code == 200

    def test_the_playbook_of_the_place_says_for_how_many_days(self, ward: Ward) -> None:
        need = ward.done()
        ward.say(need, "confirm", ward.finder)
        at = Need.objects.get(pk=need.pk).closed_at
        begin(Need.objects.get(pk=need.pk).unit, text_with("needs: {keep_days: 7}"))
        assert (forgetting.forget(at=at + timedelta(days=6)), forgetting.forget(at=at + timedelta(days=8))) == (0, 1)

    def test_what_is_not_over_is_kept(self, ward: Ward) -> None:
        running, done = ward.need(), ward.done("repair")
        assert forgetting.forget(at=AT + 10 * MONTH) == 0
        assert Need.objects.get(pk=running.pk).text
        assert Need.objects.get(pk=done.pk).text

    def test_a_timer_wakes_it(self, ward: Ward) -> None:
        need = ward.need(at=clock.now())
        ward.say(need, "withdraw", ward.finder, at=clock.now())
        assert not forgetting.anything_due()
        Need.objects.filter(pk=need.pk).update(closed_at=clock.now() - MONTH)
        assert forgetting.anything_due()
        forgetting.run(None)  # type: ignore[arg-type]
        assert not forgetting.anything_due()
