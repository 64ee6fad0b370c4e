"""Teams by hand: the gate is the same, an override takes a name and a reason, and nobody is taken twice."""

import pytest

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.core.tests.test_locks import together
from jimu.teams import actions, forming
from jimu.teams.models import Membership, Team

from .conftest import TEN, World, small_world


@pytest.fixture
def laid(world: World) -> World:
    """Seats are there, nobody sits."""
    lay(world)
    return world


def lay(world: World) -> None:
    forming._lay_out(world.incident, TEN, forming.cells_of(world.incident), [])


def claim(world: World, template: str, code: str, name: str, **more: object) -> Membership:
    words = {"actor": SYSTEM, "at": TEN, "seat_id": world.seat(template, code).pk, "person_id": world.people[name].pk}
    return actions.claim(**{**words, **more})


def test_who_fits_is_seated_and_who_does_not_is_refused_with_the_reason(laid: World) -> None:
    assert claim(laid, "screening", "scanner", "志愿0").override == {}
    with pytest.raises(actions.NotFitting) as caught:
        claim(laid, "squad", "captain", "民警")
    assert (caught.value.data["reason"], caught.value.data["overridable"]) == ("kind", True)


def test_an_override_keeps_who_allowed_it_and_why(laid: World) -> None:
    with pytest.raises(actions.NotFitting):
        claim(laid, "screening", "scanner", "志愿5")
    sits = claim(laid, "screening", "scanner", "志愿5", override_reason="现场有人带")
    assert (sits.override["rules"], sits.override["by"], sits.override["reason"]) == (["qualification"], "system", "现场有人带")
    assert JournalEntry.objects.get(verb="teams.seated").data["rules"] == ["qualification"]


@pytest.mark.parametrize("limits", [["paused"], ["no_heavy"]])
def test_illness_and_the_body_are_never_overridden(laid: World, limits: list[str]) -> None:
    person = laid.people["志愿7"]
    assert claim(laid, "squad", "member", "志愿8").person.name == "志愿8"
    person.limits = limits
    person.save()
    with pytest.raises(actions.NotFitting) as caught:
        claim(laid, "supplies", "carrier", "志愿7", override_reason="缺人")
    assert caught.value.data["overridable"] is False


def test_a_taken_seat_and_a_taken_person_say_so(laid: World) -> None:
    claim(laid, "supplies", "carrier", "志愿3")
    with pytest.raises(Conflict) as caught:
        claim(laid, "supplies", "carrier", "志愿4")
    assert caught.value.code == "seat_taken"
    with pytest.raises(Conflict) as caught:
        claim(laid, "patrol", "walker", "志愿3")
    assert caught.value.code == "person_taken"
    assert "物资组" in str(caught.value)
    assert claim(laid, "squad", "member", "志愿3").team.template == "squad"


def test_a_released_seat_is_open_again_and_the_row_stays(laid: World) -> None:
    sits = claim(laid, "squad", "member", "志愿3")
    actions.release(actor=SYSTEM, at=TEN, seat_id=sits.seat_id)
    with pytest.raises(Conflict):
        actions.release(actor=SYSTEM, at=TEN, seat_id=sits.seat_id)
    assert claim(laid, "squad", "member", "志愿4").person.name == "志愿4"
    assert Membership.objects.filter(seat=sits.seat_id).count() == 2


def test_a_team_is_confirmed_with_its_leader_and_only_once(laid: World) -> None:
    team = laid.team("squad")
    with pytest.raises(Invalid) as caught:
        actions.confirm(actor=SYSTEM, at=TEN, team_id=team.pk)
    assert "队长" in str(caught.value)
    claim(laid, "squad", "captain", "党员0")
    assert actions.confirm(actor=SYSTEM, at=TEN, team_id=team.pk).state == Team.State.CONFIRMED
    with pytest.raises(Conflict):
        actions.confirm(actor=SYSTEM, at=TEN, team_id=team.pk)


def test_a_neighborhood_is_confirmed_as_far_as_it_has_leaders(laid: World) -> None:
    claim(laid, "squad", "captain", "党员0")
    done, left = actions.confirm_cell(actor=SYSTEM, at=TEN, incident_id=laid.incident.pk, unit_id=laid.first.pk)
    assert (done, left) == (1, Team.objects.filter(unit__path__startswith=laid.first.path).count() - 1)


def test_a_dissolved_team_frees_its_people_and_can_be_formed_anew(laid: World) -> None:
    claim(laid, "supplies", "carrier", "志愿3")
    with pytest.raises(Invalid):
        actions.dissolve(actor=SYSTEM, at=TEN, team_id=laid.team("supplies").pk, reason=" ")
    actions.dissolve(actor=SYSTEM, at=TEN, team_id=laid.team("supplies").pk, reason="并入物流组")
    assert claim(laid, "patrol", "walker", "志愿3").person.name == "志愿3"
    lay(laid)
    assert Team.objects.filter(template="supplies", unit=laid.first).exclude(state="dissolved").count() == 1


def test_what_is_not_ones_own_cannot_be_changed(laid: World) -> None:
    seat = laid.seat("squad", "member")
    words = {"at": TEN, "seat_id": seat.pk, "person_id": laid.people["志愿3"].pk}
    with pytest.raises(NotFound):
        actions.claim(actor=laid.actor("secretary", laid.second), **words)
    with pytest.raises(NotPermitted):
        actions.claim(actor=laid.actor("auditor"), **words)
    assert actions.claim(actor=laid.actor("secretary", laid.first), **words).person.name == "志愿3"


@pytest.mark.parametrize("change", [{"active": False}, {"minor": True}])
def test_who_is_under_age_or_gone_is_not_found(laid: World, change: dict[str, bool]) -> None:
    for name, value in change.items():
        setattr(laid.people["志愿3"], name, value)
    laid.people["志愿3"].save()
    with pytest.raises(NotFound):
        claim(laid, "squad", "member", "志愿3")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_leaders_who_claim_the_same_person_at_once_are_told_apart() -> None:
    world = small_world()
    lay(world)
    refused: list[JimuError] = []

    def ask(template: str, code: str) -> None:
        try:
            claim(world, template, code, "志愿3")
        except JimuError as error:
            refused.append(error)

    together(lambda: ask("supplies", "carrier"), lambda: ask("patrol", "walker"))
    assert [error.code for error in refused] == ["person_taken"]
    assert Membership.objects.filter(person=world.people["志愿3"], until=None).count() == 1
