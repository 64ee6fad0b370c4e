"""Pledges: written down, fulfilled piece by piece, taken back with a defined outcome."""

from datetime import timedelta

import pytest

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.core.tests.test_locks import together
from jimu.organisations import actions, queries
from jimu.organisations.actions import Newcomer
from jimu.organisations.models import Arrival, Pledge
from jimu.people.models import Affiliation, Person
from jimu.roster import actions as roster_actions
from jimu.roster import attendance
from jimu.roster.models import CheckIn
from jimu.roster.tests.conftest import who
from jimu.teams import loan_actions
from jimu.teams.loan_actions import Need, Term
from jimu.teams.models import Loan, Membership, Seat, Team

from .conftest import DAY, TEN, World, companies, company, contact, named, person, pledged

NIGHT = TEN + timedelta(hours=16)


def page(world: World, actor: object = SYSTEM) -> queries.OrganisationPage:
    return queries.page_for(actor, company().pk, TEN, DAY)


def test_people_are_named_up_to_the_number_and_arrive_one_by_one(world: World) -> None:
    pledge = named(world, pledged(world), "住户员工")
    with pytest.raises(Invalid) as caught:
        named(world, pledge, "外地员工", "选派员工")
    assert caught.value.code == "too_many"
    named(world, pledge, "外地员工")
    with pytest.raises(NotFound):
        named(world, pledge, "别家员工")
    actions.receive(actor=SYSTEM, at=TEN, pledge_id=pledge.pk, person_id=world.people["住户员工"].pk)
    with pytest.raises(Conflict):
        actions.receive(actor=SYSTEM, at=TEN, pledge_id=pledge.pk, person_id=world.people["住户员工"].pk)
    with pytest.raises(NotFound):
        actions.receive(actor=SYSTEM, at=TEN, pledge_id=pledge.pk, person_id=world.people["选派员工"].pk)
    (view,) = page(world).pledges
    assert (view.arrived, view.named, view.share, view.tone) == (1, 2, 50, "warn")


def test_goods_arrive_in_a_store_and_nowhere_else(world: World) -> None:
    with pytest.raises(Invalid):
        pledged(world, sort="goods", number=100)
    pledge = pledged(world, sort="goods", number=100, item="盒饭", measure="份", unit="甲一")
    with pytest.raises(Conflict) as caught:
        actions.receive(actor=SYSTEM, at=TEN, pledge_id=pledge.pk)
    assert (caught.value.code, Arrival.objects.count()) == ("in_the_store", 0)
    for number in (60, 50, -10):
        actions.goods_came(actor=SYSTEM, at=TEN, pledge_id=pledge.pk, number=number)
    (view,) = page(world).pledges
    assert (view.title, view.arrived, view.tone, Arrival.objects.count()) == ("盒饭", 100, "good", 3)
    taken = actions.withdraw(actor=SYSTEM, at=TEN, pledge_id=pledge.pk, reason="断货")
    assert (taken.state, taken.outcome) == ("withdrawn", {"arrived": 100})


def test_a_store_hears_of_promises_to_it_that_are_not_there_yet_and_takes_no_other(world: World) -> None:
    here, there = (pledged(world, sort="goods", number=5, item="床", unit=unit) for unit in ("甲一", "乙一"))
    anywhere = pledged(world, sort="goods", number=5, item="床")
    place = world.units["甲一"].path
    assert {view.pledge.pk for view in queries.goods_to_come([place])} == {here.pk, anywhere.pk}
    assert queries.goods_to_come([]) == []
    assert queries.goods_pledge(here.pk, place) == here
    with pytest.raises(Conflict) as elsewhere:
        queries.goods_pledge(there.pk, place)
    assert elsewhere.value.code == "for_elsewhere"
    actions.withdraw(actor=SYSTEM, at=TEN, pledge_id=anywhere.pk, reason="断货")
    with pytest.raises(Conflict):
        queries.goods_pledge(anywhere.pk, place)
    actions.goods_came(actor=SYSTEM, at=TEN, pledge_id=here.pk, number=5)
    assert queries.goods_to_come([place]) == []
    with pytest.raises(NotFound):
        queries.goods_pledge(pledged(world).pk, place)


@pytest.mark.parametrize("change", [{"number": 0}, {"last_day": DAY - timedelta(days=1)}, {"kind": "x"}, {"sort": "x"}])
def test_a_promise_that_makes_no_sense_is_refused(world: World, change: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        pledged(world, **change)
    assert pledged(world).state == "open"


def test_a_unit_that_withdraws_its_people_at_night_leaves_gaps_in_plain_sight(world: World, django_capture_on_commit_callbacks) -> None:
    world.post("外岗", 480, 720, unit="甲一", needed=2)
    roster = world.draft(3)
    for day in range(3):
        world.seat(roster, "外岗", "外地员工", day=day)
    roster_actions.publish(actor=SYSTEM, at=TEN, roster_id=roster.pk, expected_version=roster.version)
    team = Team.objects.create(incident=world.incident, unit=world.units["甲一"], template="squad", template_version=1, shape="squad", title="小队", purpose="", created_at=TEN)
    seat = Seat.objects.create(team=team, code="member", title="队员", duty="")
    Membership.objects.create(seat=seat, person=person(world, "外地员工"), incident=world.incident, team=team, origin="hand", since=TEN)
    request = loan_actions.ask(
        actor=SYSTEM, at=TEN, incident_id=world.incident.pk, to_unit_id=world.units["甲二"].pk, from_unit_id=None, need=Need(1),
        term=Term(TEN + timedelta(days=5), TEN + timedelta(days=6)), reason="x",
    )  # fmt: skip
    Affiliation.objects.filter(person=world.people["外地员工"]).update(unit=world.units["甲一"])
    loan_actions.commit(actor=SYSTEM, at=TEN, request_id=request.pk, person_ids=[world.people["外地员工"].pk], override_reason="急")
    pledge = named(world, pledged(world), "住户员工", "外地员工")
    with pytest.raises(Invalid):
        actions.withdraw(actor=contact(), at=NIGHT, pledge_id=pledge.pk, reason=" ")
    with django_capture_on_commit_callbacks(execute=True):
        taken = actions.withdraw(actor=contact(), at=NIGHT, pledge_id=pledge.pk, reason="公司停工")
    assert taken.outcome == {"people": 2, "seats": 1, "shifts": 2, "loans": 1, "placements": 0, "paused": 1, "arrived": 0}
    assert [who(roster, "外岗", day) for day in range(3)] == [{"外地员工"}, set(), set()]
    assert (Loan.objects.get().end, Loan.objects.get().end_reason) == ("recalled", "公司停工")
    assert person(world, "外地员工").limits == ["paused"]
    assert person(world, "住户员工").limits == []
    assert JournalEntry.objects.filter(verb="roster.freed_by_withdrawal", actor_name="启明公司联络员").count() == 2


def test_who_is_named_by_another_open_pledge_stays(world: World) -> None:
    first, second = (named(world, pledged(world), "外地员工") for _ in range(2))
    assert actions.withdraw(actor=SYSTEM, at=TEN, pledge_id=first.pk, reason="换一批").outcome["people"] == 0
    assert person(world, "外地员工").limits == []
    assert actions.withdraw(actor=SYSTEM, at=TEN, pledge_id=second.pk, reason="不来了").outcome["people"] == 1


def test_a_contact_keeps_the_own_organisation_and_no_other(world: World) -> None:
    ours, theirs = contact(), contact("远航公司")
    pledge = pledged(world, actor=ours)
    for act in (
        lambda: pledged(world, actor=theirs),
        lambda: actions.withdraw(actor=theirs, at=TEN, pledge_id=pledge.pk, reason="x"),
        lambda: page(world, theirs),
        lambda: queries.pledge_for(theirs, pledge.pk, DAY),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(NotPermitted):
        pledged(world, actor=world.actor("auditor"))
    with pytest.raises(NotPermitted):
        actions.receive(actor=ours, at=TEN, pledge_id=named(world, pledge, "住户员工").pk, person_id=world.people["住户员工"].pk)
    assert ours.may("people.view") is False
    assert ours.paths("organisations.view") == ()


def test_a_secretary_sees_the_people_of_the_own_neighborhood_only_and_receives_there(world: World) -> None:
    here, there = world.actor("secretary", "甲一"), world.actor("secretary", "乙一")
    assert [member.name for member in page(world, here).members.rows] == ["住户员工"]
    with pytest.raises(NotFound):
        page(world, there)
    pledge = named(world, pledged(world, unit="甲一"), "住户员工")
    who_came = world.people["住户员工"].pk
    assert actions.receive(actor=here, at=TEN, pledge_id=pledge.pk, person_id=who_came).by == here.name
    with pytest.raises(NotFound):
        actions.receive(actor=there, at=TEN, pledge_id=pledge.pk, person_id=who_came)


def test_members_register_where_they_work_and_where_they_live(world: World) -> None:
    given = Newcomer("新员工", "party_member", world.units["甲二"].pk, "13800000001")
    made = actions.register_member(actor=contact(), at=TEN, organisation_id=company().pk, given=given)
    found = page(world, contact())
    assert (made.unit_id, found.registered, found.doubly) == (world.units["甲二"].pk, 4, 2)
    again = actions.register_member(actor=contact(), at=TEN, organisation_id=company().pk, given=given)
    assert (again.pk, Person.objects.filter(name="新员工").count()) == (made.pk, 1)
    with pytest.raises(Conflict) as caught:
        actions.register_member(actor=contact("远航公司"), at=TEN, organisation_id=company("远航公司").pk, given=given)
    assert caught.value.code == "elsewhere"
    with pytest.raises(NotFound):
        actions.register_member(actor=contact("远航公司"), at=TEN, organisation_id=company().pk, given=given)


def test_service_counts_a_shift_once_where_it_was_worked_however_often_it_was_copied(world: World) -> None:
    world.post("外岗", 480, 720, unit="甲二", needed=2)
    roster = world.draft(1)
    assignment = world.seat(roster, "外岗", "外地员工")
    world.seat(roster, "外岗", "选派员工")
    roster_actions.publish(actor=SYSTEM, at=TEN, roster_id=roster.pk, expected_version=roster.version)
    attendance.mark(actor=SYSTEM, at=TEN, assignment_id=assignment.pk, mark=CheckIn.Mark.ARRIVED)
    again = world.draft(1)
    copy = world.seat(again, "外岗", "外地员工")
    CheckIn.objects.create(assignment=copy, mark=CheckIn.Mark.ARRIVED, at=TEN, marked_by="x")
    found = page(world)
    served = {member.name: member.service for member in found.members.rows}
    assert (served["外地员工"].shifts, served["外地员工"].hours, dict(served["外地员工"].places)) == (1, 4.0, {"甲二": 240})
    assert (served["选派员工"].shifts, found.served, found.hours) == (0, 1, 4.0)
    CheckIn.objects.create(assignment=copy, mark=CheckIn.Mark.ABSENT, at=TEN + timedelta(minutes=5), marked_by="x")
    assert (page(world).hours, page(world).members.rows[0].service.missed + page(world).members.rows[1].service.missed) == (0, 1)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_note_the_same_arrival_at_once_count_it_once() -> None:
    world = companies()
    pledge = named(world, pledged(world), "住户员工")
    refused: list[JimuError] = []

    def note() -> None:
        try:
            actions.receive(actor=SYSTEM, at=TEN, pledge_id=pledge.pk, person_id=world.people["住户员工"].pk)
        except JimuError as error:
            refused.append(error)

    together(note, note)
    assert [error.code for error in refused] == ["arrived_already"]
    assert Arrival.objects.filter(pledge=pledge).count() == Pledge.objects.count() == 1
