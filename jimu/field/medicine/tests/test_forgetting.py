"""Pictures of boxes end with the days of the place, once their order is over; while something of it is lost they stay."""

from datetime import timedelta

import pytest

from jimu.core import clock, sealed
from jimu.core.commands import run
from jimu.core.models import JournalEntry
from jimu.field.medicine import forgetting
from jimu.field.medicine.models import Order, Photo, Thing
from jimu.incidents.tests.under_way import begin, text_with

from .conftest import Desk, card

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def order(desk: Desk) -> Order:
    """Over for eight days, with a picture."""
    made = desk.collected()
    Photo.objects.create(order=made, image_sealed=sealed.seal("x"), at=clock.now() - 9 * DAY)
    Order.objects.update(state="settled", closed_at=clock.now() - 8 * DAY)
    return made


def test_a_picture_goes_with_the_days_of_its_place_and_the_order_stays(desk: Desk, order: Order) -> None:
    at = clock.now()
    assert (forgetting.anything_due(), forgetting.forget(at=at + 21 * DAY), forgetting.forget(at=at + 22 * DAY + timedelta(minutes=1))) == (False, 0, 1)
    assert (Photo.objects.count(), Order.objects.count()) == (0, 1)
    assert JournalEntry.objects.get(verb="medicine.photos_gone").data == {"n": 1}


def test_a_playbook_says_for_how_many_days(desk: Desk, order: Order, capsys: pytest.CaptureFixture[str]) -> None:
    begin(desk.town["甲一居民区"], text_with("photos: {keep_days: 7}"))
    assert forgetting.anything_due()
    assert run(["medicine", "forget"]) == 0
    assert ("1" in capsys.readouterr().out, Photo.objects.count(), forgetting.anything_due()) == (True, 0, False)


def test_of_an_order_that_goes_on_or_lacks_a_card_it_stays(desk: Desk, order: Order) -> None:
    late = clock.now() + 300 * DAY
    Thing.objects.filter(pk=card(order).pk).update(lost=True)
    assert forgetting.forget(at=late) == 0
    Thing.objects.update(lost=False)
    Order.objects.update(closed_at=None)
    assert forgetting.forget(at=late) == 0
    Order.objects.update(closed_at=clock.now())
    assert forgetting.forget(at=late) == 1
