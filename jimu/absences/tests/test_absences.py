"""People drop out together: what is shown before, what follows at once, who returns to what. And who may not."""

from datetime import timedelta

import pytest

from jimu.absences import actions, naming, queries, sweeping
from jimu.absences.models import Absence, Absentee
from jimu.calls import actions as calls
from jimu.calls import waves
from jimu.calls.models import Call, Offer
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.incidents import order_actions
from jimu.incidents.models import Order, Receipt
from jimu.incidents.order_chains import chains
from jimu.messages.models import Message
from jimu.people.models import Person
from jimu.roster import attendance, hand_actions
from jimu.roster.errors import BreaksRules
from jimu.roster.models import CheckIn
from jimu.roster.tests.conftest import broken
from jimu.teams.models import Membership, Seat, Team

from .conftest import BACK, CADRES, DAY, EVE, SIX, Committee

pytestmark = pytest.mark.django_db


def person(committee: Committee, name: str) -> Person:
    return Person.objects.get(pk=committee.world.people[name].pk)


def test_the_preview_says_everything_and_writes_nothing(committee: Committee) -> None:
    people = naming.committee(SYSTEM, committee.world.units["甲一"].pk)
    seen = queries.preview(people, SIX, BACK)
    assert {one.name for one in seen.people} == set(CADRES)
    assert (seen.seats, seen.critical, seen.on_duty) == (6, 4, 0)
    gate = seen.posts[0]
    assert (gate.title, gate.critical, gate.seats, gate.left, gate.needed) == ("门岗", True, 4, 0, 2)
    assert [(cell.leader.name, cell.deputy.name if cell.deputy else "") for cell in seen.cells] == [("居一", "副手")]
    assert not Absence.objects.exists()
    assert committee.seated() == {"居一", "居二"}


def test_seats_within_the_term_open_and_those_after_it_stay(committee: Committee) -> None:
    made = committee.out()
    assert committee.seated(0) == committee.seated(1) == set()
    assert committee.seated(2) == {"居一", "居二"}
    assert committee.shift(0).filled == 0
    assert made.outcome == {"shifts": 6, "seats": 0, "offers": 0, "orders": 0}
    # Who returns on the third day is rightly on that day's roster, and on no day before.
    assert broken(committee.roster) == set()
    with pytest.raises(BreaksRules):
        committee_assign(committee, "居一", 0)


def committee_assign(committee: Committee, name: str, day: int) -> None:
    shift = committee.shift(day)
    hand_actions.assign(
        actor=committee.world.actor(), at=SIX, roster_id=shift.roster_id, shift_id=shift.pk, person_id=committee.world.people[name].pk,
        override_reason="急",
    )  # fmt: skip


def test_substitutes_are_asked_and_nobody_who_is_out(committee: Committee, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        committee.out()
    assert Call.objects.filter(shifts__shift=committee.shift(0)).get().cause == "dropped"
    waves.sweep(SIX)
    asked = set(Offer.objects.values_list("person__name", flat=True))
    assert asked
    assert not asked & set(CADRES)


def test_shifts_that_come_near_later_get_substitutes_by_themselves_once(committee: Committee) -> None:
    committee.out()
    first = sweeping.sweep(SIX)["begun"]
    assert first
    assert sweeping.sweep(SIX)["begun"] == 0
    later = sweeping.sweep(SIX.replace(day=7))
    assert (later["begun"], later["back"]) == (4 - first, 0)


def test_open_offers_are_taken_back_and_the_call_does_not_wait(committee: Committee) -> None:
    shift = committee.shift(0)
    shift.assignments.all().delete()
    shift.filled = 0
    shift.save()
    call = calls.begin(actor=SYSTEM, at=EVE, shift_ids=[shift.pk])
    waves.sweep(EVE)
    name = Offer.objects.filter(state="waiting").values_list("person__name", flat=True)[0]
    Call.objects.filter(pk=call.pk).update(due=10_000)
    committee.out(name)
    assert Offer.objects.get(person__name=name).state == "closed"
    assert Call.objects.get(pk=call.pk).due == 0
    assert not Message.objects.filter(person__name=name, subject=call.target, state="queued").exists()


def test_the_deputy_is_asked_and_told_and_the_reason_stands_nowhere(committee: Committee) -> None:
    unit = committee.world.units["甲一"]
    order = an_order(committee)
    assert Receipt.objects.get(order=order, unit=unit).person.name == "居一"
    committee.out()
    receipt = Receipt.objects.get(order=order, unit=unit)
    assert (receipt.person.name, receipt.office) == ("副手", "deputy")
    assert [one.person_id for one in chains(unit.path).of(unit.path) if one.reachable] == [receipt.person_id]
    letters = dict(Message.objects.filter(subject__startswith="absence:").values_list("person__name", "text"))
    assert set(letters) == {*CADRES, "副手"}
    assert "代行" in letters["副手"]
    told = " ".join([*letters.values(), *(str(entry.data) for entry in JournalEntry.objects.all())])
    assert "阳性" not in told
    assert "隔离" not in told
    assert "阳性" not in Absence.objects.get().words_sealed


def test_team_seats_stand_open_and_are_offered_again(committee: Committee) -> None:
    world = committee.world
    team = Team.objects.create(
        incident=world.incident, unit=world.units["甲一"], template="x", template_version=1, shape="x", title="专班", purpose="x", created_at=EVE
    )
    seat = Seat.objects.create(team=team, code="a", title="组长", duty="x")
    Membership.objects.create(seat=seat, person=world.people["居一"], incident=world.incident, team=team, origin="hand", since=EVE)
    made = committee.out()
    assert Membership.objects.get().until == SIX
    actions.come_back(actor=SYSTEM, at=SIX, absence_id=made.pk)
    found = {one.row.person.name: one for one in queries.former(queries.absence_for(SYSTEM, made.pk), SIX)}
    assert [one.title for one in found["居一"].seats] == ["组长"]


def test_who_stands_at_the_post_leaves_it_with_their_time_counted(committee: Committee) -> None:
    nine = EVE.replace(day=6, hour=9)
    seat = committee.shift(0).assignments.get(person__name="居一")
    attendance.mark(actor=SYSTEM, at=EVE.replace(day=6, hour=8), assignment_id=seat.pk, mark=CheckIn.Mark.ARRIVED)
    committee.out("居一", "居二", at=nine)
    assert committee.seated() == {"居一"}
    assert person(committee, "居一").service_entries.get().minutes == 60
    assert list(seat.check_ins.order_by("at", "id").values_list("mark", flat=True)) == ["arrived", "left", "absent"]


def test_they_return_early_and_take_up_only_what_is_open(committee: Committee) -> None:
    made = committee.out()
    shift = committee.shift(1)
    ids = [committee.world.people["居一"].pk]
    row = Absentee.objects.get(person=ids[0])
    with pytest.raises(Conflict):
        actions.serve_again(actor=SYSTEM, at=SIX, absence_id=made.pk, absentee_id=row.pk, shift_id=shift.pk)
    assert actions.come_back(actor=SYSTEM, at=SIX, absence_id=made.pk, person_ids=ids) == 1
    assert committee.seated(1) == set()
    assert (person(committee, "居一").limits, person(committee, "居二").limits) == ([], ["paused"])
    actions.serve_again(actor=SYSTEM, at=SIX, absence_id=made.pk, absentee_id=row.pk, shift_id=shift.pk)
    assert committee.seated(1) == {"居一"}
    assert "空着" in Message.objects.get(person__name="居一", key__endswith=":back").text


def test_the_term_ends_by_itself_and_who_was_paused_before_stays_so(committee: Committee) -> None:
    Person.objects.filter(name="居三").update(limits=["no_night", "paused"])
    committee.out()
    assert sweeping.sweep(SIX)["back"] == 0
    assert sweeping.sweep(BACK)["back"] == 3
    assert sweeping.sweep(BACK)["back"] == 0
    assert (person(committee, "居一").out_until, person(committee, "居一").limits) == (None, [])
    assert person(committee, "居三").limits == ["no_night", "paused"]


def test_named_twice_they_are_out_once(committee: Committee) -> None:
    committee.out("居一")
    second = committee.out("居一", "居二")
    assert list(second.people.values_list("person__name", flat=True)) == ["居二"]
    with pytest.raises(Conflict):
        committee.out("居一")
    assert Message.objects.filter(person__name="居一", key__endswith=":out").count() == 1


def test_contacts_are_those_who_shared_a_shift_and_came(committee: Committee) -> None:
    noon = EVE.replace(day=6, hour=13)
    found = {one.name for one in naming.contacts(SYSTEM, committee.world.people["居一"].pk, 1, noon)}
    assert found == {"居一", "居二"}
    seat = committee.shift(0).assignments.get(person__name="居二")
    CheckIn.objects.create(assignment=seat, mark="absent", at=noon, marked_by="x")
    assert {one.name for one in naming.contacts(SYSTEM, committee.world.people["居一"].pk, 1, noon)} == {"居一"}
    assert {one.name for one in naming.contacts(SYSTEM, committee.world.people["居一"].pk, 1, SIX)} == {"居一"}


def test_nobody_sends_out_people_of_another_part(committee: Committee) -> None:
    with pytest.raises(NotFound):
        committee.out(actor=committee.world.actor("secretary", "乙一"))
    made = committee.out(actor=committee.world.actor("secretary", "甲一"))
    with pytest.raises(NotFound):
        actions.come_back(actor=committee.world.actor("secretary", "乙一"), at=SIX, absence_id=made.pk)
    assert made.unit_id == committee.world.units["甲一"].pk


@pytest.mark.parametrize("words", ["没有这人", "重名"])
def test_a_name_that_is_nobody_or_two_is_refused(committee: Committee, words: str) -> None:
    for _n in range(2):
        committee.world.person("重名")
    with pytest.raises(Invalid):
        naming.by_names(SYSTEM, f"居一、{words}")
    assert [one.name for one in naming.by_names(SYSTEM, "居一、居二 居一")] == ["居一", "居二"]


def test_a_term_must_lie_ahead(committee: Committee) -> None:
    with pytest.raises(Invalid):
        committee.out(until=SIX)


def an_order(committee: Committee) -> Order:
    return order_actions.issue(
        actor=SYSTEM, at=EVE, unit_id=committee.world.top.pk, title="排查", text="逐户敲门", kinds=["neighborhood"], legal_basis="演练",
        deadline=SIX + timedelta(hours=12), ends_on=DAY + timedelta(days=3), silence_minutes=600,
    )  # fmt: skip
