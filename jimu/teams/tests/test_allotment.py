"""Allotments: proposed, changed by hand with the cost said, put in force once, and what is in force decides for teams."""

import pytest

from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.core.tests.test_locks import together
from jimu.incidents.models import Post
from jimu.teams import allotment_actions, allotment_queries, forming
from jimu.teams.allotting import Weights
from jimu.teams.material import candidates
from jimu.teams.models import Allotment, Placement

from .conftest import DAY, TEN, World, small_world


def propose(world: World, **more: object) -> Allotment:
    words = {"actor": SYSTEM, "at": TEN, "incident_id": world.incident.pk, "weights": Weights()}
    return allotment_actions.propose(**{**words, **more})


def enforce(found: Allotment, **more: object) -> Allotment:
    words = {"actor": SYSTEM, "at": TEN, "allotment_id": found.pk, "version": found.version}
    return allotment_actions.put_in_force(**{**words, **more})


def adjust(world: World, found: Allotment, name: str, **more: object) -> tuple[Placement, float]:
    row = Placement.objects.filter(allotment=found, person=world.people[name], until=None).first()
    other = world.second if row is None or row.unit_id == world.first.pk else world.first
    words = {"actor": SYSTEM, "at": TEN, "allotment_id": found.pk, "person_id": world.people[name].pk, "unit_id": other.pk}
    found.refresh_from_db()
    return allotment_actions.adjust(**{**words, "reason": "家里有事", "version": found.version, **more})


def where(found: Allotment) -> dict[str, str]:
    rows = Placement.objects.filter(allotment=found, until=None)
    return dict(rows.values_list("person__name", "unit__short_name"))


def test_staff_are_shared_out_and_everybody_else_left_alone(world: World) -> None:
    found = propose(world)
    assert set(where(found)) == {f"机关{n}" for n in range(6)}
    assert sorted(where(found).values()) == ["乙一"] * 3 + ["甲一"] * 3
    assert (found.state, found.base, found.version) == ("proposed", None, 1)
    assert JournalEntry.objects.get(verb="teams.allotment_proposed").data["people"] == 6


def test_who_is_sent_by_a_list_stays_there_while_it_is_fair(world: World) -> None:
    for name in ("社工甲", "社工乙"):
        world.person(name, None, "social_worker", sent=world.second)
    found = propose(world)
    rows = {row.person.name: row for row in Placement.objects.select_related("person")}
    assert where(found)["社工甲"] == "乙一"
    assert (rows["社工甲"].came_from_id, rows["社工甲"].reasons) == (world.second.pk, ["stays"])
    assert rows["机关0"].came_from is None


@pytest.mark.parametrize("limits", [[], ["paused"]])
def test_who_is_paused_goes_nowhere(world: World, limits: list[str]) -> None:
    world.people["机关0"].limits = limits
    world.people["机关0"].save()
    assert ("机关0" in where(propose(world))) is not bool(limits)


def test_a_leader_of_the_subdistrict_oversees_and_is_not_allotted(world: World) -> None:
    world.people["街道领导"].affiliations.create(kind="office_cadre")
    assert "街道领导" not in where(propose(world))


def test_posts_that_ask_for_a_skill_spread_those_who_have_it(world: World) -> None:
    for unit in (world.first, world.second):
        Post.objects.create(
            incident=world.incident, unit=unit, code="p", title="扫码", group="screening", shift_code="s", start_minute=360, end_minute=600,
            needed=2, reason="", qualifications=["scanning"],
        )  # fmt: skip
    for n in range(2):
        world.people[f"机关{n}"].skills.create(code="scanning", words="扫码")
    found = propose(world)
    assert {where(found)["机关0"], where(found)["机关1"]} == {"甲一", "乙一"}
    board = allotment_queries.board_for(SYSTEM, world.incident.pk, DAY)
    assert [[(s.have, s.need) for s in share.skills] for share in board.proposal.shares] == [[(1, 1)], [(1, 1)]]


def test_proposing_again_drops_the_earlier_proposal_and_keeps_its_rows(world: World) -> None:
    first = propose(world)
    second = propose(world, weights=Weights(stay=0))
    first.refresh_from_db()
    assert (first.state, second.state, Placement.objects.filter(allotment=first).count()) == ("dropped", "proposed", 6)
    with pytest.raises(Conflict) as caught:
        enforce(first)
    assert caught.value.code == "not_a_proposal"


def test_in_force_it_decides_where_teams_look_for_people(world: World) -> None:
    found = propose(world)
    before = {c.person_id: (c.cell, c.roving) for c in candidates(world.incident, TEN)}
    assert before[world.people["机关0"].pk] == (None, True)
    enforce(found)
    now = {c.person_id: (c.cell, c.roving) for c in candidates(world.incident, TEN)}
    for row in Placement.objects.filter(allotment=found):
        assert now[row.person_id] == (row.unit_id, False)
    assert now[world.people["居委0"].pk] == before[world.people["居委0"].pk]
    forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk)
    assert allotment_queries.seats_elsewhere(world.incident.pk, TEN) == []
    allotment_actions.end(actor=SYSTEM, at=TEN, allotment_id=found.pk)
    assert {c.person_id: (c.cell, c.roving) for c in candidates(world.incident, TEN)} == before


def test_seats_of_people_who_now_belong_elsewhere_are_named(world: World) -> None:
    forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk)
    found = enforce(propose(world))
    away = allotment_queries.seats_elsewhere(world.incident.pk, TEN)
    assert all(sits.team.unit_id != Placement.objects.get(allotment=found, person=sits.person, until=None).unit_id for sits in away)
    sitting = next(iter(forming.Membership.objects.filter(person__name__startswith="机关", team__unit=world.first)))
    adjust(world, found, sitting.person.name) if where(found)[sitting.person.name] == "甲一" else None
    assert sitting.pk in {sits.pk for sits in allotment_queries.seats_elsewhere(world.incident.pk, TEN)}


def test_a_change_by_hand_says_what_it_costs_and_appends_a_row(world: World) -> None:
    found = propose(world)
    was = where(found)["机关0"]
    row, rise = adjust(world, found, "机关0")
    found.refresh_from_db()
    assert rise == pytest.approx(10 / 3 * 2, abs=0.01)
    assert (row.origin, row.note, found.version) == ("hand", "家里有事", 2)
    assert found.objective == pytest.approx(rise)
    assert where(found)["机关0"] != was
    assert Placement.objects.filter(allotment=found, person=row.person).count() == 2
    offered = allotment_queries.places_for(SYSTEM, found.pk, row.person_id, DAY)[2]
    assert [each.rise for each in offered] == pytest.approx([0, -rise])


def test_what_was_arranged_by_hand_outlives_the_next_reckoning_unless_told_otherwise(world: World) -> None:
    found = enforce(propose(world))
    moved = [name for name, place in where(found).items() if place == "甲一"][:2]
    for name in moved:
        adjust(world, found, name)
    again = propose(world)
    assert {where(again)[name] for name in moved} == {"乙一"}
    assert sorted(where(again).values()) == ["乙一"] * 3 + ["甲一"] * 3
    assert set(Placement.objects.filter(allotment=again, origin="hand").values_list("note", flat=True)) == {"家里有事"}
    assert Placement.objects.filter(allotment=propose(world, keep_hand=False), origin="hand").count() == 0


@pytest.mark.parametrize(("change", "code"), [({"reason": " "}, "no_reason"), ({"version": 7}, "seen_before"), ({"unit_id": None}, "elsewhere")])
def test_a_change_without_reason_of_a_stale_page_or_to_nowhere_is_refused(world: World, change: dict[str, object], code: str) -> None:
    found = propose(world)
    if "unit_id" in change:
        change = {"unit_id": world.top.pk}
    with pytest.raises(JimuError) as caught:
        adjust(world, found, "机关0", **change)
    assert caught.value.code == code
    assert adjust(world, found, "机关0")[0].note == "家里有事"
    with pytest.raises(NotFound):
        adjust(world, found, "志愿0")


def test_a_proposal_that_rests_on_what_has_changed_is_not_put_in_force(world: World) -> None:
    now = enforce(propose(world))
    later = propose(world)
    adjust(world, now, "机关0")
    with pytest.raises(Conflict) as caught:
        enforce(later)
    assert caught.value.code == "base_changed"
    assert enforce(propose(world)).state == "in_force"
    now.refresh_from_db()
    assert now.state == "ended"


def test_a_proposal_changed_since_it_was_seen_is_not_put_in_force(world: World) -> None:
    found = propose(world)
    adjust(world, found, "机关0")
    with pytest.raises(Conflict) as caught:
        enforce(found, version=1)
    assert caught.value.code == "seen_before"
    assert enforce(found, version=2).state == "in_force"


def test_only_a_commander_of_the_whole_incident_allots(world: World) -> None:
    for role, unit in (("secretary", world.first), ("auditor", None)):
        with pytest.raises(NotPermitted):
            propose(world, actor=world.actor(role, unit))
    found = propose(world, actor=world.actor("commander"))
    with pytest.raises(NotPermitted):
        enforce(found, actor=world.actor("secretary", world.first))
    with pytest.raises(NotPermitted):
        adjust(world, found, "机关0", actor=world.actor("secretary", world.first))


def test_an_ended_incident_or_one_without_staff_allots_nothing(world: World) -> None:
    found = propose(world)
    for n in range(6):
        world.people[f"机关{n}"].affiliations.all().delete()
    with pytest.raises(Invalid) as caught:
        propose(world)
    assert caught.value.code == "nobody_to_allot"
    world.incident.state = "stood_down"
    world.incident.save()
    for act in (lambda: propose(world), lambda: enforce(found)):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "stood_down"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_commanders_at_once_put_one_allotment_in_force_and_one_is_told() -> None:
    world = small_world()
    found = propose(world)
    actors = [world.actor("commander"), world.actor("commander")]
    refused: list[JimuError] = []

    def ask(n: int) -> None:
        try:
            enforce(found, actor=actors[n])
        except JimuError as error:
            refused.append(error)

    together(lambda: ask(0), lambda: ask(1))
    assert [error.code for error in refused] == ["already_in_force"]
    found.refresh_from_db()
    assert found.in_force_by in str(refused[0])
    assert JournalEntry.objects.filter(verb="teams.allotment_in_force").count() == 1
