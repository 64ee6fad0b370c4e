"""Staying out longer, and keys in the hands of somebody who is out."""

from datetime import timedelta

import pytest
from django.urls import reverse

from jimu.absences import actions, queries, sweeping
from jimu.absences.models import Absence
from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import SYSTEM
from jimu.messages.models import Message
from jimu.people.models import Person
from jimu.relay import handover_actions

from .conftest import BACK, CADRES, DAY, EVE, SIX, Committee

pytestmark = pytest.mark.django_db
LONGER = BACK + timedelta(days=1)


def test_shifts_of_the_days_more_open_and_everybody_concerned_is_told_once(committee: Committee) -> None:
    made = committee.out()
    assert committee.seated(2) == {"居一", "居二"}
    actions.prolong(actor=SYSTEM, at=SIX, absence_id=made.pk, until=LONGER)
    assert committee.seated(2) == set()
    again = Absence.objects.get(pk=made.pk)
    assert (again.ends_at, again.outcome["shifts"]) == (LONGER, 9)
    assert {row.out_until for row in Person.objects.filter(name__in=CADRES)} == {LONGER}
    longer = set(Message.objects.filter(text__contains="延长").values_list("person__name", flat=True))
    assert longer == set(CADRES)
    assert "接着代行" in Message.objects.get(key__contains="stands_in:", person__name="副手").text
    assert sweeping.sweep(BACK)["back"] == 0
    assert sweeping.sweep(LONGER)["back"] == 3
    assert len(again.people.get(person__name="居一").shifts) == 3


def test_only_a_later_day_and_only_those_still_out(committee: Committee) -> None:
    made = committee.out()
    with pytest.raises(Invalid):
        actions.prolong(actor=SYSTEM, at=SIX, absence_id=made.pk, until=BACK)
    with pytest.raises(Invalid):
        actions.prolong(actor=SYSTEM, at=SIX, absence_id=made.pk, until=SIX + timedelta(days=61))
    with pytest.raises(NotFound):
        actions.prolong(actor=committee.world.actor("secretary", "甲二"), at=SIX, absence_id=made.pk, until=LONGER)
    actions.come_back(actor=SYSTEM, at=SIX, absence_id=made.pk, person_ids=[committee.world.people["居一"].pk])
    actions.prolong(actor=SYSTEM, at=SIX, absence_id=made.pk, until=LONGER)
    assert Person.objects.get(name="居一").out_until is None
    actions.come_back(actor=SYSTEM, at=SIX, absence_id=made.pk)
    with pytest.raises(Conflict):
        actions.prolong(actor=SYSTEM, at=SIX, absence_id=made.pk, until=LONGER + timedelta(days=1))


@pytest.fixture
def with_key(committee: Committee) -> Committee:
    """居一 accepted the gate's handover with a key in it."""
    unit, noon = committee.world.units["甲一"], clock.at_minute(DAY, 720)
    handover = handover_actions.open_handover(
        actor=SYSTEM, at=EVE + timedelta(hours=12), incident_id=committee.world.incident.pk, unit_id=unit.pk, post_code="gate", turn_at=noon
    )
    handover_actions.add_item(actor=SYSTEM, at=SIX, handover_id=handover.pk, kind="key", text="3号楼钥匙", amount="2 把")
    handover_actions.add_item(actor=SYSTEM, at=SIX, handover_id=handover.pk, kind="word", text="早点换班")
    handover_actions.hand_over(actor=SYSTEM, at=SIX, handover_id=handover.pk)
    handover.refresh_from_db()
    handover.accepted_at, handover.accepted_by = SIX, "居一"
    handover.save()
    return committee


def test_keys_that_somebody_holds_are_shown_to_whoever_takes_over(with_key: Committee, signed_in, monkeypatch) -> None:
    made = with_key.out()
    (held,) = queries.keys_of(queries.absence_for(SYSTEM, made.pk))
    assert (held.text, held.amount, held.holder, held.deputy.name if held.deputy else "") == ("3号楼钥匙", "2 把", "居一", "副手")
    monkeypatch.setattr(clock, "now", lambda: SIX)
    address = reverse("absences:show", args=[made.pk])
    page = signed_in(with_key.world.account("secretary", with_key.world.units["甲一"])).get(address).content.decode()
    assert "3号楼钥匙" in page
    assert "早点换班" not in page
    # Who only reads sees that they are out, not what lies where.
    assert "3号楼钥匙" not in signed_in(with_key.world.account("auditor")).get(address).content.decode()
    actions.come_back(actor=SYSTEM, at=SIX, absence_id=made.pk)
    assert queries.keys_of(queries.absence_for(SYSTEM, made.pk)) == []


def test_the_page_prolongs(committee: Committee, signed_in, monkeypatch) -> None:
    made = committee.out()
    monkeypatch.setattr(clock, "now", lambda: SIX)
    client = signed_in(committee.world.account("secretary", committee.world.units["甲一"]))
    address = reverse("absences:prolong", args=[made.pk])
    assert client.post(address, {"back_on": ""}).status_code == 422
    assert client.get(address).status_code == 405
    assert client.post(address, {"back_on": (LONGER + timedelta(days=1)).date().isoformat()}).status_code == 302
    assert Absence.objects.get().ends_at > BACK
    assert signed_in(committee.world.account("auditor")).post(address, {"back_on": "2026-04-20"}).status_code in (403, 404)
