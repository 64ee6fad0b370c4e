"""One person in one place: allotments count loans where they work, two incidents never place the same person, seats follow."""

from datetime import timedelta

import pytest

from jimu.core.errors import Conflict, NotPermitted
from jimu.core.permissions import SYSTEM
from jimu.core.tests.test_locks import together
from jimu.incidents.models import Incident, IncidentUnit
from jimu.teams import actions, allotment_actions, allotment_queries, forming, loan_actions, queries
from jimu.teams.loan_actions import Need
from jimu.teams.matching import fill
from jimu.teams.material import candidates
from jimu.teams.models import Allotment, Membership, Placement, Seat

from .conftest import DAY, TEN, World
from .loan_world import TWO_DAYS, agreed, cell_of, lending_world
from .test_allotment import adjust, enforce, propose, where


@pytest.fixture
def world(db: None) -> World:
    return lending_world()


def another_incident(world: World) -> Incident:
    incident = Incident.objects.get(pk=world.incident.pk)
    incident.pk, incident.title, incident._state.adding = None, "台风", True
    incident.id = Incident._meta.get_field("id").get_default()
    incident.save()
    for unit in (world.first, world.second):
        IncidentUnit.objects.create(incident=incident, unit=unit, hazard="flood")
    return incident


def drawn(world: World) -> dict[str, int]:
    board = allotment_queries.board_for(SYSTEM, world.incident.pk, DAY)
    return {share.place.name[:2]: share.after for share in board.shown.shares}


def lent_cadre(world: World, found: Allotment) -> str:
    """Somebody of the staff whom 甲一 lends to 乙一."""
    name = next(name for name, place in where(found).items() if place == "甲一")
    agreed(world, name, need=Need(1))
    return name


def test_an_allotment_in_force_draws_who_is_on_loan_where_they_work_and_keeps_where_they_belong(world: World) -> None:
    found = enforce(propose(world))
    assert drawn(world) == {"甲一": 3, "乙一": 3}
    name = lent_cadre(world, found)
    assert drawn(world) == {"甲一": 2, "乙一": 4}
    again = propose(world)
    assert where(again)[name] == "甲一"
    # The next reckoning holds the lent one at the borrower's and evens out with the others.
    assert drawn(world) == {"甲一": 3, "乙一": 3}
    with pytest.raises(Conflict) as caught:
        adjust(world, again, name)
    assert caught.value.code == "on_loan"
    enforce(again)
    assert cell_of(world, name) == world.second.pk
    loan_actions.settle(at=TEN + TWO_DAYS)
    assert cell_of(world, name, TEN + TWO_DAYS) == world.first.pk


def test_staff_on_loan_out_of_the_incident_rest_from_its_allotment(world: World) -> None:
    found = enforce(propose(world))
    name = lent_cadre(world, found)
    IncidentUnit.objects.filter(incident=world.incident, unit=world.second).update(ended_at=TEN)
    board = allotment_queries.board_for(SYSTEM, world.incident.pk, DAY)
    assert name in {person.name for person in board.material.resting}


def test_two_incidents_never_place_the_same_person(world: World) -> None:
    flood = another_incident(world)
    mine, theirs = propose(world), propose(world, incident_id=flood.pk)
    enforce(mine)
    with pytest.raises(Conflict) as caught:
        enforce(theirs)
    assert caught.value.code == "placed_elsewhere"
    world.person("社工甲", None, "social_worker")
    fresh = propose(world, incident_id=flood.pk)
    assert set(where(fresh)) == {"社工甲"}
    assert enforce(fresh).state == "in_force"
    world.incident.state = Incident.State.STOOD_DOWN
    world.incident.save()
    assert len(where(propose(world, incident_id=flood.pk))) == 7


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_incidents_put_in_force_at_once_place_everybody_once() -> None:
    world = lending_world()
    flood = another_incident(world)
    refused: list[str] = []

    def put(found: Allotment) -> None:
        try:
            enforce(found)
        except Conflict as error:
            refused.append(error.code)

    together(*(lambda f=found: put(f) for found in (propose(world), propose(world, incident_id=flood.pk))))
    assert refused == ["placed_elsewhere"]
    assert Placement.objects.filter(allotment__state="in_force", until=None).count() == 6


def test_seats_of_people_allotted_elsewhere_are_freed_in_one_act(world: World) -> None:
    forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk)
    enforce(propose(world))
    away = {sits.pk for sits in allotment_queries.seats_elsewhere(world.incident.pk, TEN)}
    assert away
    with pytest.raises(NotPermitted):
        allotment_actions.release_seats(actor=world.actor("secretary", world.first), at=TEN, incident_id=world.incident.pk)
    assert allotment_actions.release_seats(actor=SYSTEM, at=TEN + timedelta(hours=1), incident_id=world.incident.pk) == len(away)
    assert not Membership.objects.filter(pk__in=away, until=None).exists()
    assert allotment_actions.release_seats(actor=SYSTEM, at=TEN, incident_id=world.incident.pk) == 0


def seat_of(incident: Incident, template: str, code: str) -> Seat:
    return Seat.objects.filter(team__incident=incident, team__template=template, code=code).order_by("team__unit__path", "order")[0]


def squads_of_two_incidents(world: World) -> tuple[Seat, Seat]:
    """The same seat of the same neighborhood's squad, here and in another incident; nobody sits."""
    flood = another_incident(world)
    for incident in (world.incident, flood):
        forming._lay_out(incident, TEN, forming.cells_of(incident), [])
    return seat_of(world.incident, "squad", "vice"), seat_of(flood, "squad", "vice")


def test_who_sits_in_a_squad_sits_in_no_squad_of_another_incident_until_the_first_is_over(world: World) -> None:
    here, there = squads_of_two_incidents(world)
    assert here.team.exclusive
    _, choices = queries.choices_for(SYSTEM, there.pk, TEN)
    person = choices[0].person.pk
    actions.claim(actor=SYSTEM, at=TEN, seat_id=here.pk, person_id=person)
    with pytest.raises(Conflict) as caught:
        actions.claim(actor=SYSTEM, at=TEN, seat_id=there.pk, person_id=person)
    assert caught.value.code == "person_taken"
    assert "演练" in str(caught.value)
    _, left = queries.choices_for(SYSTEM, there.pk, TEN)
    assert person not in {choice.person.pk for choice in left}
    world.incident.state = Incident.State.STOOD_DOWN
    world.incident.save()
    assert actions.claim(actor=SYSTEM, at=TEN, seat_id=there.pk, person_id=person).person_id == person


def test_forming_leaves_out_whom_another_incident_holds_and_looks_again_before_it_seats(world: World) -> None:
    flood = another_incident(world)
    forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk)
    mine = set(Membership.objects.filter(incident=world.incident).exclude(exclusive="").values_list("exclusive", "person_id"))
    assert mine
    cells = forming.cells_of(flood)
    forming._lay_out(flood, TEN, cells, candidates(flood, TEN))
    slots = forming.open_slots(flood, cells)
    blind = fill(slots, candidates(flood, TEN), [])
    assert {(slot.exclusive, person.person_id) for slot, person in blind} & mine, "without looking, some would sit twice"
    forming._seat_them(flood, TEN, slots, blind, [])
    forming.form_teams(actor=SYSTEM, at=TEN, incident_id=flood.pk)
    theirs = set(Membership.objects.filter(incident=flood).exclude(exclusive="").values_list("exclusive", "person_id"))
    assert theirs
    assert not mine & theirs


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_leaders_of_two_incidents_who_claim_one_person_at_once_get_them_once() -> None:
    world = lending_world()
    seats = squads_of_two_incidents(world)
    person = queries.choices_for(SYSTEM, seats[0].pk, TEN)[1][0].person.pk
    refused: list[str] = []

    def take(seat: Seat) -> None:
        try:
            actions.claim(actor=SYSTEM, at=TEN, seat_id=seat.pk, person_id=person)
        except Conflict as error:
            refused.append(error.code)

    together(*(lambda seat=seat: take(seat) for seat in seats))
    assert refused == ["person_taken"]
    assert Membership.objects.filter(person=person, until=None).count() == 1
