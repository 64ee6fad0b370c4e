"""Edits by hand: what the rules refuse, what a named person may lift, and the way back."""

import pytest

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.roster import actions
from jimu.roster.errors import BreaksRules, SeatTaken, Stale
from jimu.roster.models import Assignment, CheckIn, Roster, Shift

from .conftest import DAY, EVE, TEN, World, broken, solve, who

H = 60


def assign(world: World, roster: Roster, title: str, name: str, actor: Actor, **more):
    shift = world.shift(roster, title, more.pop("day", 0))
    given = {"override_reason": more.pop("reason", None), **more}
    return actions.assign(
        actor=actor, at=EVE, roster_id=roster.pk, shift_id=shift.pk, person_id=world.people[name].pk, **given
    )


def undo(actor: Actor, roster: Roster, edit) -> None:
    actions.undo(actor=actor, at=EVE, roster_id=roster.pk, entry_id=edit.entry.pk)


@pytest.fixture
def commander(world: World) -> Actor:
    return world.actor("commander")


@pytest.fixture
def secretary(world: World) -> Actor:
    return world.actor("secretary", "甲一")


@pytest.fixture
def choosy(world: World) -> World:
    """Posts and people between whom one rule each stands."""
    world.post("门岗", 480, 720, needed=3)
    world.post("扫码", 480, 720, qualifications=["scanning"])
    world.post("长岗", 480, 780)
    world.post("夜岗", 1320, 1560)
    world.post("甲二门岗", 480, 720, unit="甲二")
    world.post("采样", 480, 720, kinds=["medic"], requested_only=True)
    world.person("张三")
    world.person("晚上有空", times=[(127, 1080, 1320)])
    world.person("不值夜", limits=["no_night"])
    world.person("医生", "medic")
    world.person("小孩", minor=True)
    world.person("隔离", limits=["paused"])
    return world


def test_somebody_who_fits_is_seated_counted_and_journaled(choosy: World, secretary: Actor) -> None:
    roster = choosy.draft()
    edit = assign(choosy, roster, "门岗", "张三", secretary)
    seat = Assignment.objects.get(person=choosy.people["张三"])
    assert (seat.origin, seat.pinned, seat.override) == ("hand", True, {})
    assert choosy.shift(roster, "门岗").filled == 1
    assert edit.version == roster.version + 1 == Roster.objects.get(pk=roster.pk).version
    assert JournalEntry.objects.get(pk=edit.entry.pk).verb == "roster.assigned"


@pytest.mark.parametrize(
    ("post", "name", "rule", "who_may"),
    [
        ("门岗", "晚上有空", "availability", "secretary"),
        ("夜岗", "不值夜", "limits", "secretary"),
        ("扫码", "张三", "qualification", "commander"),
        ("长岗", "张三", "daily_cap", "commander"),
        ("甲二门岗", "张三", "place", None),
        ("采样", "医生", "requested", None),
        ("门岗", "医生", "own_command", None),
        ("门岗", "小孩", "minor", None),
        ("门岗", "隔离", "paused", None),
    ],
)
def test_each_rule_gives_to_whom_it_may_and_only_with_a_reason(
    choosy: World, commander: Actor, post: str, name: str, rule: str, who_may: str | None
) -> None:
    roster = choosy.draft()
    secretary = choosy.actor("secretary", "甲二" if post == "甲二门岗" else "甲一")
    for role, actor in (("secretary", secretary), ("commander", commander)):
        may = who_may == "secretary" or who_may == role
        with pytest.raises(BreaksRules) as refused:
            assign(choosy, roster, post, name, actor)
        assert [breach["code"] for breach in refused.value.data["breaches"]] == [rule]
        assert refused.value.data["may_override"] is may
        assert name in str(refused.value)
        if may:
            with pytest.raises(BreaksRules):
                assign(choosy, roster, post, name, actor, reason="   ")
            edit = assign(choosy, roster, post, name, actor, reason="本人同意")
            assert edit.assignment.override["rules"] == [rule]
            assert edit.assignment.override["by"] == actor.name
            assert broken(roster) == set()
            undo(actor, roster, edit)
        else:
            with pytest.raises(BreaksRules):
                assign(choosy, roster, post, name, actor, reason="我来负责")
    assert not Assignment.objects.exists()


def test_a_limit_of_the_body_gives_to_nobody_even_in_an_emergency(world: World, commander: Actor) -> None:
    world.post("早岗", 8 * H, 12 * H)
    world.post("晚岗", 20 * H, 22 * H)
    world.person("干部", "office_cadre", unit=None)
    roster = world.draft(emergency_reason="封控升级")
    assign(world, roster, "早岗", "干部", commander)
    with pytest.raises(BreaksRules) as refused:
        assign(world, roster, "晚岗", "干部", commander, reason="没有别人了")
    assert refused.value.data["may_override"] is False
    assert refused.value.data["breaches"][0]["bodily"] is True


def test_only_the_last_free_seat_goes_to_whoever_comes_first(manned: World, secretary: Actor) -> None:
    roster = manned.draft()
    assign(manned, roster, "巡逻", "张一", secretary)
    with pytest.raises(SeatTaken):
        assign(manned, roster, "巡逻", "王二", secretary)
    with pytest.raises(Conflict) as refused:
        assign(manned, roster, "巡逻", "张一", secretary)
    assert refused.value.code == "already_here"


def test_a_secretary_changes_only_her_own_neighborhood(manned: World) -> None:
    roster = manned.draft()
    stranger, reader = manned.actor("secretary", "甲二"), manned.actor("auditor")
    with pytest.raises(NotFound):
        assign(manned, roster, "门岗", "张一", stranger)
    with pytest.raises(NotPermitted):
        assign(manned, roster, "门岗", "张一", reader)


def test_an_edit_of_what_was_seen_long_ago_is_refused(manned: World, secretary: Actor) -> None:
    roster = manned.draft()
    assign(manned, roster, "门岗", "张一", secretary, expected_version=roster.version)
    with pytest.raises(Stale):
        assign(manned, roster, "门岗", "王二", secretary, expected_version=roster.version)


def test_somebody_moves_to_a_free_seat_in_one_step(manned: World, secretary: Actor) -> None:
    roster = manned.draft()
    seat = assign(manned, roster, "门岗", "张一", secretary).assignment
    target = manned.shift(roster, "巡逻")
    edit = actions.move(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=seat.pk, to_shift_id=target.pk)
    assert (who(roster, "门岗"), who(roster, "巡逻")) == (set(), {"张一"})
    assert (manned.shift(roster, "门岗").filled, manned.shift(roster, "巡逻").filled) == (0, 1)
    undo(secretary, roster, edit)
    assert (who(roster, "门岗"), who(roster, "巡逻")) == ({"张一"}, set())
    here = Assignment.objects.get()
    with pytest.raises(Invalid):
        actions.move(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=here.pk, to_shift_id=here.shift_id)


def test_a_move_that_breaks_a_rule_leaves_everything_as_it_was(choosy: World, secretary: Actor) -> None:
    roster = choosy.draft()
    seat = assign(choosy, roster, "门岗", "张三", secretary).assignment
    before = Roster.objects.get(pk=roster.pk).version
    with pytest.raises(BreaksRules):
        actions.move(
            actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=seat.pk,
            to_shift_id=choosy.shift(roster, "长岗").pk,
        )  # fmt: skip
    assert Assignment.objects.get().pk == seat.pk
    assert Roster.objects.get(pk=roster.pk).version == before


def test_two_people_change_places_and_back(manned: World, secretary: Actor) -> None:
    roster = manned.draft()
    one = assign(manned, roster, "门岗", "张一", secretary).assignment
    two = assign(manned, roster, "巡逻", "王二", secretary).assignment
    edit = actions.swap(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=one.pk, with_assignment_id=two.pk)
    assert (who(roster, "门岗"), who(roster, "巡逻")) == ({"王二"}, {"张一"})
    undo(secretary, roster, edit)
    assert (who(roster, "门岗"), who(roster, "巡逻")) == ({"张一"}, {"王二"})


def test_a_swap_is_judged_for_both_and_names_the_one_who_cannot(choosy: World, secretary: Actor) -> None:
    choosy.person("会扫码", skills=["scanning"])
    roster = choosy.draft()
    one = assign(choosy, roster, "门岗", "张三", secretary).assignment
    two = assign(choosy, roster, "扫码", "会扫码", secretary).assignment
    given = {"actor": secretary, "at": EVE, "roster_id": roster.pk, "assignment_id": two.pk}
    with pytest.raises(BreaksRules) as refused:
        actions.swap(**given, with_assignment_id=one.pk)
    assert str(refused.value).startswith("张三：")
    assert (who(roster, "门岗"), who(roster, "扫码")) == ({"张三"}, {"会扫码"})
    with pytest.raises(Invalid):
        actions.swap(**given, with_assignment_id=two.pk)


def test_a_seat_taken_back_stands_as_it_did(manned: World, secretary: Actor) -> None:
    roster = solve(manned.draft())
    seat = Assignment.objects.get(shift__post__title="巡逻")
    assert (seat.origin, seat.pinned) == ("engine", False)
    edit = actions.unassign(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=seat.pk)
    assert manned.shift(roster, "巡逻").filled == 0
    undo(secretary, roster, edit)
    again = Assignment.objects.get(shift__post__title="巡逻")
    assert (again.person_id, again.origin, again.pinned) == (seat.person_id, "engine", False)


def test_leave_once_given_comes_back_with_the_seat_but_no_more_than_that(choosy: World, commander: Actor, secretary: Actor) -> None:
    roster = choosy.draft()
    seat = assign(choosy, roster, "扫码", "张三", commander, reason="已带教").assignment
    gone = actions.unassign(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=seat.pk)
    undo(secretary, roster, gone)
    assert Assignment.objects.get().override["reason"] == "已带教"
    gone = actions.unassign(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=Assignment.objects.get().pk)
    assign(choosy, roster, "夜岗", "张三", secretary)
    with pytest.raises(BreaksRules):
        undo(secretary, roster, gone)


def test_only_the_own_last_step_is_undone_and_only_once(manned: World, secretary: Actor, commander: Actor) -> None:
    roster = manned.draft()
    edit = assign(manned, roster, "门岗", "张一", secretary)
    with pytest.raises(NotFound):
        undo(commander, roster, edit)
    undo(secretary, roster, edit)
    with pytest.raises(Conflict) as refused:
        undo(secretary, roster, edit)
    assert refused.value.code == "already_undone"
    edit = assign(manned, roster, "门岗", "张一", secretary)
    actions.unassign(actor=commander, at=EVE, roster_id=roster.pk, assignment_id=edit.assignment.pk)
    with pytest.raises(Conflict) as refused:
        undo(secretary, roster, edit)
    assert refused.value.code == "moved_on"


def test_a_pinned_seat_survives_a_solve_and_a_loosened_one_may_not(world: World, secretary: Actor) -> None:
    world.post("门岗", 480, 720)
    world.person("时间不明", times_known=False)
    roster = world.draft()
    seat = world.seat(roster, "门岗", "时间不明")
    world.person("随时可来")
    actions.pin(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=seat.pk, pinned=True)
    assert who(solve(roster), "门岗") == {"时间不明"}
    actions.pin(actor=secretary, at=EVE, roster_id=roster.pk, assignment_id=seat.pk, pinned=False)
    assert who(solve(roster), "门岗") == {"随时可来"}


def test_once_somebody_signed_in_or_the_shift_is_over_the_record_stands(manned: World, secretary: Actor) -> None:
    roster = solve(manned.draft())
    actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    seat = Assignment.objects.filter(shift__post__title="门岗").first()
    CheckIn.objects.create(assignment=seat, mark="arrived", at=TEN, marked_by="x")
    with pytest.raises(Conflict) as refused:
        actions.unassign(actor=secretary, at=TEN, roster_id=roster.pk, assignment_id=seat.pk)
    assert refused.value.code == "already_marked"
    patrol = Assignment.objects.get(shift__post__title="巡逻")
    after = clock.at_minute(DAY, 1200)
    with pytest.raises(Conflict) as refused:
        actions.unassign(actor=secretary, at=after, roster_id=roster.pk, assignment_id=patrol.pk)
    assert refused.value.code == "shift_over"
    assert actions.unassign(actor=secretary, at=TEN, roster_id=roster.pk, assignment_id=patrol.pk).version


@pytest.mark.parametrize("ending", ["superseded", "stood_down"])
def test_what_is_over_is_not_edited(manned: World, secretary: Actor, ending: str) -> None:
    roster = manned.draft()
    if ending == "superseded":
        Roster.objects.update(state="superseded")
    else:
        type(manned.incident).objects.update(state="stood_down")
    with pytest.raises(Conflict):
        assign(manned, roster, "门岗", "张一", secretary)
    assert not Shift.objects.filter(filled__gt=0).exists()
