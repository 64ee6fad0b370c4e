"""Forming teams: everybody fits, every seat that can be filled is, what is there stays."""

import numpy as np
import pytest

from jimu.core.errors import Conflict, Invalid, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.grid.models import Unit
from jimu.teams import forming, queries, rules
from jimu.teams.matching import fill
from jimu.teams.material import candidates
from jimu.teams.models import Membership, Seat, Team
from jimu_engine.assemble import augmenting_path

from .conftest import TEN, World


def form(world: World, **more: object) -> forming.Formed:
    return forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk, **more)


def test_every_seat_holds_somebody_who_may_sit_there(world: World) -> None:
    formed = form(world)
    people = {person.person_id: person for person in candidates(world.incident, TEN)}
    assert formed.seated > 60
    for sits in Membership.objects.select_related("seat__team__unit"):
        unit = sits.seat.team.unit
        cell = unit.pk if unit.depth == 2 else Unit.objects.get_parent(unit).pk
        assert rules.why_not(forming.plan_of(sits.seat), people[sits.person_id], cell) == "", sits.seat.title


def test_no_seat_that_can_be_filled_stays_open(world: World) -> None:
    """Judged without the solver: in no family of teams is there a chain that would fill one more seat."""
    form(world)
    people = candidates(world.incident, TEN)
    position = {person.person_id: n for n, person in enumerate(people)}
    families: dict[str, list[Seat]] = {}
    for seat in Seat.objects.select_related("team__unit").order_by("pk"):
        if seat.code != "chief":
            families.setdefault(seat.team.exclusive or seat.team.template, []).append(seat)
    for seats in families.values():
        cells = [seat.team.unit_id if seat.team.unit.depth == 2 else Unit.objects.get_parent(seat.team.unit).pk for seat in seats]
        allowed = np.array([[not rules.why_not(forming.plan_of(s), p, c) for p in people] for s, c in zip(seats, cells, strict=True)])
        taken = dict(Membership.objects.filter(until=None).values_list("seat_id", "person_id"))
        found = np.array([position.get(taken.get(seat.pk), -1) for seat in seats])
        assert augmenting_path(allowed, np.ones(len(people), np.int64), found) == []


def test_nobody_holds_two_seats_among_teams_that_exclude_each_other(world: World) -> None:
    form(world)
    sitting = list(Membership.objects.exclude(exclusive="").values_list("exclusive", "person_id"))
    assert len(sitting) == len(set(sitting))


def test_one_leader_sits_at_the_head_of_both_hexagons(world: World) -> None:
    form(world)
    assert world.sits("hexagon", "chief") == world.sits("hexagon", "chief", world.second) == "街道领导"


def test_an_open_seat_says_why(world: World) -> None:
    form(world)
    assert world.seat("hexagon", "committee", world.second).open_reason == "elsewhere"
    assert world.seat("disinfection", "worker").open_reason == ""
    assert world.seat("hexagon", "medic", world.second).open_reason == "taken" or world.sits("hexagon", "medic", world.second) == ""


def test_a_seat_for_which_the_register_has_no_such_people_says_so(world: World) -> None:
    world.people["医生"].affiliations.all().delete()
    form(world)
    assert world.seat("hexagon", "medic").open_reason == "kind"


@pytest.mark.parametrize("limits", [[], ["paused"]])
def test_who_is_in_quarantine_is_not_asked(world: World, limits: list[str]) -> None:
    doctor = world.people["医生"]
    doctor.limits = limits
    doctor.save()
    form(world)
    assert world.sits("hexagon", "medic") == ("" if limits else "医生")


def test_scanning_seats_go_to_those_who_can(world: World) -> None:
    form(world)
    seated = Membership.objects.filter(seat__code="scanner", seat__team__unit=world.first, seat__team__template="screening")
    scanners = seated.values_list("person__name", flat=True)
    assert set(scanners) <= {"志愿0", "志愿1"}
    assert len(scanners) == 2


def test_forming_again_keeps_who_sits_and_fills_what_opened(world: World) -> None:
    first = form(world)
    before = set(Membership.objects.values_list("seat_id", "person_id"))
    again = form(world)
    assert (again.teams, again.seated) == (0, 0)
    assert set(Membership.objects.values_list("seat_id", "person_id")) == before
    Membership.objects.filter(seat=world.seat("squad", "vice")).update(until=TEN)
    assert form(world).seated == 1
    assert world.sits("squad", "vice")
    assert first.teams == Team.objects.count()


def test_a_person_seated_by_hand_while_others_are_found_keeps_the_seat(world: World) -> None:
    cells = forming.cells_of(world.incident)
    forming._lay_out(world.incident, TEN, cells, candidates(world.incident, TEN))
    slots = forming.open_slots(world.incident, cells)
    found = fill(slots, candidates(world.incident, TEN), [])
    slot, proposed = next((s, p) for s, p in found if s.key == ("squad", "vice"))
    other = next(p for p in candidates(world.incident, TEN) if p.person_id != proposed.person_id and not rules.why_not(slot.plan, p, slot.cell))
    Membership.objects.create(
        seat_id=slot.seat_id, person_id=other.person_id, incident=world.incident, team_id=slot.team, exclusive=slot.exclusive,
        origin="hand", since=TEN,
    )  # fmt: skip
    forming._seat_them(world.incident, TEN, slots, found, [])
    assert Membership.objects.get(seat_id=slot.seat_id).person_id == other.person_id


def test_a_secretary_forms_the_teams_of_home_only(world: World) -> None:
    secretary = world.actor("secretary", world.second)
    formed = forming.form_teams(actor=secretary, at=TEN, incident_id=world.incident.pk)
    assert formed.teams > 0
    assert set(Team.objects.values_list("unit__short_name", flat=True)) == {"乙一"}
    with pytest.raises(NotPermitted):
        forming.form_teams(actor=secretary, at=TEN, incident_id=world.incident.pk, unit_ids=[world.first.pk])
    with pytest.raises(NotPermitted):
        forming.form_teams(actor=world.actor("auditor"), at=TEN, incident_id=world.incident.pk)


def test_an_incident_that_has_ended_forms_nothing(world: World) -> None:
    world.incident.state = "stood_down"
    world.incident.save()
    with pytest.raises(Conflict):
        form(world)
    assert not Team.objects.exists()


def test_a_part_without_neighborhoods_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        form(world, unit_ids=[world.top.pk])


def test_it_is_told_in_the_journal(world: World) -> None:
    formed = form(world)
    entry = JournalEntry.objects.get(verb="teams.formed")
    assert entry.data == {"teams": formed.teams, "seated": formed.seated, "open": formed.open, "required_open": formed.required_open}


def test_pairs_are_formed_for_each_block(world: World) -> None:
    form(world)
    pair = Team.objects.get(template="survey-pair")
    assert (pair.unit.name, pair.title) == ("第1网格块", "甲一第1网格块入户两人组")
    assert queries.team_for(SYSTEM, pair.pk).filled == 2
