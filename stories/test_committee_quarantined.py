"""A whole committee is quarantined at six in the morning: nothing is sent twice, nothing is lost, the work goes on without it.

The gate opens at eight and belongs to the committee; an order of the night waits for its leader. What the service does by
itself (sweeps) is done twice each time, as after a crash. Days are fixed, so the story is the same at any hour.
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from jimu.absences import queries, sweeping
from jimu.absences.tests.conftest import BACK, CADRES, DAY, EVE, SIX, Committee, committee_of
from jimu.calls import answering, waves
from jimu.calls.answering import Said
from jimu.calls.models import Call, Offer
from jimu.command.queries import board
from jimu.core import clock
from jimu.core.permissions import SYSTEM, Actor
from jimu.incidents import order_actions, order_answers, order_silence
from jimu.incidents.models import Order, Receipt
from jimu.messages.models import Message
from jimu.people.models import Person
from jimu.roster import attendance
from jimu.roster.tests.conftest import broken, small_world

pytestmark = pytest.mark.django_db(transaction=True)
EIGHT = SIX + timedelta(hours=2)
SUBSTITUTES = {f"志{n}" for n in range(5)}


@pytest.fixture
def committee() -> Committee:
    return committee_of(small_world())


@pytest.fixture
def hour(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is six in the morning."""
    monkeypatch.setattr(clock, "now", lambda: SIX)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return SIX


def test_a_committee_drops_out_and_the_gate_opens_at_eight(committee: Committee, hour: datetime) -> None:
    order, commander = the_order_of_the_night(committee), committee.world.actor()
    quarantine(committee, commander)
    the_deputy_answers_the_order(committee, order)
    the_gate_is_offered_once_to_each(committee)
    the_board_shows_the_gap(commander, seats=3)
    substitutes_say_yes(committee)
    the_board_shows_the_gap(commander, seats=1)
    they_stand_there(committee)
    nothing_was_sent_twice()
    the_committee_returns(committee)


def the_order_of_the_night(committee: Committee) -> Order:
    return order_actions.issue(
        actor=SYSTEM, at=EVE, unit_id=committee.world.top.pk, title="排查", text="逐户敲门", kinds=["neighborhood"], legal_basis="演练",
        deadline=SIX + timedelta(hours=12), ends_on=DAY + timedelta(days=3), silence_minutes=600,
    )  # fmt: skip


def quarantine(committee: Committee, commander: Actor) -> None:
    """Seen first, then done; the sweeps that follow find nothing to do a second time."""
    people = list(Person.objects.filter(name__in=CADRES))
    assert queries.preview(people, SIX, BACK).critical == 4
    made = committee.out(actor=commander)
    assert made.outcome == {"shifts": 6, "seats": 0, "offers": 0, "orders": 1}
    sweep(SIX)
    before = Message.objects.count()
    sweep(SIX)
    assert Message.objects.count() == before


def sweep(at: datetime) -> None:
    """What timers do, all of it."""
    order_silence.sweep(at=at)
    sweeping.sweep(at)
    waves.sweep(at)


def the_deputy_answers_the_order(committee: Committee, order: Order) -> None:
    receipt = Receipt.objects.select_related("person").get(order=order, unit=committee.world.units["甲一"])
    assert receipt.person is not None
    assert (receipt.person.name, receipt.office, receipt.stuck) == ("副手", "deputy", False)
    deputy = Actor(account_id=None, name="副手", person_id=receipt.person_id)
    order_answers.acknowledge(actor=deputy, at=SIX, receipt_ids=[receipt.pk])
    assert Receipt.objects.get(pk=receipt.pk).state == "acknowledged"


def the_gate_is_offered_once_to_each(committee: Committee) -> None:
    calls = Call.objects.filter(shifts__shift__in=[committee.shift(0), committee.shift(0, "前台")], kind="backfill")
    assert calls.count() == 2
    asked = list(Offer.objects.values_list("person__name", flat=True))
    assert asked
    assert set(asked) <= SUBSTITUTES | {"副手"}
    assert Offer.objects.filter(shift=committee.shift(0)).exists()


def the_board_shows_the_gap(commander: Actor, seats: int) -> None:
    assert sum(gap.open for gap in board(commander, EIGHT + timedelta(minutes=5)).gaps) == seats


def substitutes_say_yes(committee: Committee) -> None:
    """Two have the gate; whoever comes third stands by."""
    offers = list(Offer.objects.filter(shift=committee.shift(0)).order_by("rank"))
    said = [answering.answer_by_link(at=SIX, offer_id=offer.pk, said=Said("yes")).offer.state for offer in offers[:3]]
    assert said == ["yes", "yes", "bench"][: len(said)]
    assert len(said) >= 2
    sweep(SIX)
    assert committee.seated() <= SUBSTITUTES | {"副手"}
    assert len(committee.seated()) == 2
    assert broken(committee.roster) == set()


def they_stand_there(committee: Committee) -> None:
    for seat in committee.shift(0).assignments.all():
        attendance.mark(actor=SYSTEM, at=EIGHT, assignment_id=seat.pk, mark="arrived")
    assert Call.objects.filter(shifts__shift=committee.shift(0)).get().end == "filled"


def nothing_was_sent_twice() -> None:
    """Each word once to each, whatever ran twice: by its key, and by what a person reads of one call."""
    offered = Message.objects.filter(key__endswith=":offer").values_list("person__name", flat=True)
    assert set(Counter(offered).values()) == {1}
    told = Message.objects.filter(subject__startswith="absence:").values_list("person__name", flat=True)
    assert Counter(told) == Counter([*CADRES, "副手"])


def the_committee_returns(committee: Committee) -> None:
    """By itself, to what nobody has taken: the third day was theirs all the time."""
    assert sweeping.sweep(BACK)["back"] == 3
    assert sweeping.sweep(BACK)["back"] == 0
    assert committee.seated(2) == {"居一", "居二"}
    assert set(Person.objects.filter(name__in=CADRES).values_list("out_until", flat=True)) == {None}
