"""Each rule from the tables on: the engine keeps it, and the checker, which uses no solver, finds its breach.

Every test lets the engine fill a roster, and then seats somebody behind its back; a twin that differs in one fact
shows that it is this rule, and no other, that speaks.
"""

from datetime import timedelta

import pytest

from jimu.core.permissions import SYSTEM
from jimu.incidents.models import IncidentUnit
from jimu.roster import actions, problem
from jimu.roster.models import Assignment
from jimu.teams.models import Allotment, Placement

from .conftest import DAY, TEN, World, broken, solve, who

H = 60


def seats_of(roster) -> int:
    return Assignment.objects.filter(shift__roster=roster).count()


def test_only_the_qualified_take_a_post_that_asks_for_it(world: World) -> None:
    world.post("扫码", 8 * H, 12 * H, needed=2, qualifications=["scanning"])
    world.person("会扫码", skills=["scanning"])
    world.person("不会扫码")
    roster = world.solved()
    assert who(roster, "扫码") == {"会扫码"}
    assert broken(roster) == set()
    world.seat(roster, "扫码", "不会扫码")
    assert broken(roster) == {"qualification"}


def test_a_post_takes_only_the_kinds_it_names(world: World) -> None:
    world.post("点位长", 8 * H, 12 * H, needed=2, kinds=["office_cadre", "social_worker"])
    world.person("干部", "office_cadre", unit=None)
    world.person("居民")
    roster = world.solved()
    assert who(roster, "点位长") == {"干部"}
    world.seat(roster, "点位长", "居民")
    assert broken(roster) == {"kind"}


@pytest.mark.parametrize(
    ("times", "start", "end", "comes"),
    [
        ([(127, 8 * H, 12 * H)], 8 * H, 12 * H, True),
        ([(127, 8 * H, 11 * H)], 8 * H, 12 * H, False),
        ([(127, 8 * H, 10 * H), (127, 10 * H, 12 * H)], 8 * H, 12 * H, True),
        ([(0b0000001, 0, 24 * H)], 8 * H, 12 * H, True),
        ([(0b0000010, 0, 24 * H)], 8 * H, 12 * H, False),
        ([(127, 18 * H, 30 * H)], 22 * H, 26 * H, True),
        ([(127, 18 * H, 24 * H)], 22 * H, 26 * H, False),
    ],
)
def test_people_come_only_when_they_said_they_can(world: World, times, start, end, comes) -> None:
    world.post("门岗", start, end)
    world.person("张三", times=times)
    roster = world.solved()
    assert who(roster, "门岗") == ({"张三"} if comes else set())
    if not comes:
        world.seat(roster, "门岗", "张三")
        assert broken(roster) == {"availability"}


def test_when_nothing_is_known_of_somebodys_time_only_daytime_is_asked_and_last(world: World) -> None:
    world.post("日岗", 9 * H, 13 * H)
    world.post("夜岗", 20 * H, 24 * H, days=[DAY.weekday()])
    world.person("没说时间", times_known=False)
    roster = world.solved()
    assert who(roster, "日岗") == {"没说时间"}
    assert who(roster, "夜岗") == set()
    world.person("说了随时")
    again = world.solved(first_day=DAY + timedelta(days=1))
    assert who(again, "日岗") == {"说了随时"}


@pytest.mark.parametrize(
    ("limit", "post"),
    [
        ("no_night", {"start": 22 * H, "end": 26 * H}),
        ("no_heavy", {"heavy": True}),
        ("no_suit", {"suit": True}),
    ],
)
def test_what_people_said_they_cannot_do_is_not_asked_of_them(world: World, limit: str, post: dict) -> None:
    given = {"start": 8 * H, "end": 12 * H, **post}
    world.post("苦差", **given)
    world.person("不能", limits=[limit])
    roster = world.solved()
    assert seats_of(roster) == 0
    world.seat(roster, "苦差", "不能")
    assert broken(roster) == {"limits"}
    Assignment.objects.all().delete()
    world.person("能")
    assert who(solve(roster), "苦差") == {"能"}


@pytest.mark.parametrize("fact", [{"minor": True}, {"limits": ["paused"]}, {"active": False}])
def test_minors_and_those_who_paused_or_left_are_never_asked(world: World, fact: dict) -> None:
    world.post("门岗", 8 * H, 12 * H, needed=2)
    world.person("可以")
    world.person("不可以", **fact)
    roster = world.solved()
    assert who(roster, "门岗") == {"可以"}
    world.seat(roster, "门岗", "不可以")
    assert broken(roster) == {"stranger"}


@pytest.mark.parametrize("second", [10 * H, 12 * H, 22 * H])
def test_nobody_is_at_two_posts_at_once_nor_without_rest_between(world: World, second: int) -> None:
    world.post("早岗", 8 * H, 12 * H, needed=1)
    world.post("晚岗", second, second + 4 * H, needed=1)
    world.person("干部", "office_cadre", unit=None)
    roster = world.solved()
    assert seats_of(roster) == 1
    for title in ("早岗", "晚岗"):
        if not who(roster, title):
            world.seat(roster, title, "干部")
    assert broken(roster) == {"rest"}


@pytest.mark.parametrize(("emergency", "hours", "holds"), [("", 11, True), ("", 10, False), ("夜里封控", 10, True), ("夜里封控", 9, False)])
def test_rest_between_two_days_is_eleven_hours_and_ten_in_an_emergency(world: World, emergency: str, hours: int, holds: bool) -> None:
    world.post("晚岗", 18 * H, 22 * H, days=[0])
    world.post("早岗", (22 + hours - 24) * H, (22 + hours - 24) * H + 2 * H, days=[1])
    world.person("干部", "office_cadre", unit=None)
    roster = world.solved(2, emergency_reason=emergency)
    assert seats_of(roster) == (2 if holds else 1)
    for title, day in (("晚岗", 0), ("早岗", 1)):
        if not who(roster, title, day):
            world.seat(roster, title, "干部", day)
    assert broken(roster) == (set() if holds else {"rest"})


@pytest.mark.parametrize(
    ("kind", "unit", "hours", "emergency", "holds"),
    [
        ("volunteer", "甲一", 4, "", True), ("volunteer", "甲一", 5, "", False), ("volunteer", "甲一", 5, "封控", False),
        ("building_leader", "甲一", 5, "", False), ("office_cadre", None, 8, "", True), ("office_cadre", None, 9, "", False),
        ("office_cadre", None, 9, "封控", True), ("office_cadre", None, 11, "封控", False), ("property", "甲一", 9, "", False),
    ],
)  # fmt: skip
def test_a_day_has_a_cap_by_kind_which_an_emergency_lifts_for_staff_only(
    world: World, kind: str, unit: str | None, hours: int, emergency: str, holds: bool
) -> None:
    world.post("长岗", 8 * H, (8 + hours) * H)
    world.person("张三", kind, unit=unit)
    roster = world.solved(emergency_reason=emergency)
    assert who(roster, "长岗") == ({"张三"} if holds else set())
    if not holds:
        world.seat(roster, "长岗", "张三")
        assert broken(roster) == {"daily_cap"}


@pytest.mark.parametrize(("kind", "unit", "length", "most"), [("volunteer", "甲一", 4, 5), ("office_cadre", None, 8, 5)])
def test_any_seven_days_have_a_cap_by_kind(world: World, kind: str, unit: str | None, length: int, most: int) -> None:
    world.post("门岗", 8 * H, (8 + length) * H)
    world.person("张三", kind, unit=unit)
    roster = world.solved(7)
    assert seats_of(roster) == most
    assert broken(roster) == set()
    free = [day for day in range(7) if not who(roster, "门岗", day)]
    world.seat(roster, "门岗", "张三", free[0])
    assert "weekly_cap" in broken(roster)


def test_an_emergency_lifts_the_cap_of_the_week_but_not_the_free_day(world: World) -> None:
    world.post("门岗", 8 * H, 16 * H)
    world.person("干部", "office_cadre", unit=None)
    roster = world.solved(7, emergency_reason="封控升级")
    assert seats_of(roster) == 6
    assert broken(roster) == set()
    free = next(day for day in range(7) if not who(roster, "门岗", day))
    world.seat(roster, "门岗", "干部", free)
    assert {"rest_day"} <= broken(roster) <= {"rest_day", "weekly_cap"}


def test_at_most_two_nights_in_a_row(world: World) -> None:
    world.post("夜岗", 23 * H, 31 * H)
    world.person("干部", "office_cadre", unit=None)
    roster = world.solved(3, emergency_reason="封控升级")
    assert seats_of(roster) == 2
    free = next(day for day in range(3) if not who(roster, "夜岗", day))
    world.seat(roster, "夜岗", "干部", free)
    assert broken(roster) == {"nights"}


def test_at_most_four_hours_a_day_in_a_suit(world: World) -> None:
    world.post("消杀", 8 * H, 13 * H, suit=True)
    world.person("干部", "office_cadre", unit=None)
    roster = world.solved()
    assert seats_of(roster) == 0
    world.seat(roster, "消杀", "干部")
    assert broken(roster) == {"suit"}


def test_residents_serve_their_own_neighborhood_only_and_staff_wherever_needed(world: World) -> None:
    world.post("甲二门岗", 8 * H, 12 * H, unit="甲二", needed=3)
    world.person("本区居民", unit="甲二")
    world.person("邻区居民", unit="甲一")
    world.person("机关干部", "office_cadre", unit=None)
    roster = world.solved()
    assert who(roster, "甲二门岗") == {"本区居民", "机关干部"}
    world.seat(roster, "甲二门岗", "邻区居民")
    assert broken(roster) == {"place"}


def test_a_place_that_left_the_incident_is_not_rostered_any_more(world: World) -> None:
    world.post("甲一门岗", 8 * H, 12 * H)
    world.post("甲二门岗", 8 * H, 12 * H, unit="甲二")
    IncidentUnit.objects.filter(unit=world.units["甲二"]).update(ended_at=TEN)
    assert [shift.post.title for shift in world.draft().shifts.all()] == ["甲一门岗"]


@pytest.mark.parametrize("kinds", [("medic",), ("police",), ("medic", "office_cadre"), ("police", "volunteer")])
def test_medics_and_police_are_asked_for_and_never_assigned(world: World, kinds: tuple[str, ...]) -> None:
    world.post("门岗", 8 * H, 12 * H, needed=2)
    world.post("采样", 8 * H, 12 * H, kinds=["medic", "police"], requested_only=True)
    world.person("另有指挥", *kinds)
    world.person("志愿者")
    roster = world.solved()
    assert who(roster, "门岗") == {"志愿者"}
    assert who(roster, "采样") == set()
    assert roster.summary["needed"] == 2
    world.seat(roster, "门岗", "另有指挥")
    world.person("闲人")
    world.seat(roster, "采样", "闲人")
    assert broken(roster) == {"own_command", "requested", "kind"}


def test_what_somebody_arranged_by_hand_stays_through_a_solve(manned: World) -> None:
    roster = manned.draft()
    pinned = manned.seat(roster, "巡逻", "赵四", pinned=True, origin=Assignment.Origin.HAND)
    solve(roster)
    assert who(roster, "巡逻") == {"赵四"}
    assert Assignment.objects.get(pk=pinned.pk).seat == 0


def test_hours_are_shared_out(world: World) -> None:
    world.post("门岗", 8 * H, 12 * H)
    for name in ("张一", "王二", "李三", "赵四"):
        world.person(name)
    roster = world.solved(4)
    assert {name for day in range(4) for name in who(roster, "门岗", day)} == {"张一", "王二", "李三", "赵四"}


def test_people_keep_to_the_post_they_know(world: World) -> None:
    world.post("门岗", 8 * H, 12 * H)
    world.post("巡逻", 8 * H, 12 * H)
    world.person("张一")
    world.person("王二")
    roster = world.solved(4)
    assert len({frozenset(who(roster, "门岗", day)) for day in range(4)}) == 1


def test_a_new_draft_changes_what_was_promised_only_where_it_must(world: World) -> None:
    world.post("门岗", 8 * H, 12 * H, needed=2)
    for n in range(8):
        world.person(f"人{n}")
    first = world.solved(3)
    actions.publish(actor=SYSTEM, at=TEN, roster_id=first.pk, expected_version=first.version)
    before = {day: who(first, "门岗", day) for day in range(3)}
    gone = sorted(before[1])[0]
    world.people[gone].active = False
    world.people[gone].save()
    second = solve(world.draft(3), seed=99)
    after = {day: who(second, "门岗", day) for day in range(3)}
    for day in range(3):
        assert before[day] - {gone} <= after[day]
        assert len(after[day]) == 2
        assert gone not in after[day]


def test_duty_before_the_roster_counts_for_rest_and_caps(world: World) -> None:
    world.post("夜岗", 20 * H, 24 * H, days=[6])
    world.post("早岗", 8 * H, 12 * H, days=[0])
    world.person("张三")
    eve = world.solved(1, first_day=DAY - timedelta(days=1))
    assert who(eve, "夜岗") == {"张三"}
    free = world.solved(1)
    assert who(free, "早岗") == {"张三"}
    actions.publish(actor=SYSTEM, at=TEN, roster_id=eve.pk, expected_version=eve.version)
    tired = world.solved(1)
    assert who(tired, "早岗") == set()


def test_duty_for_another_incident_binds(manned: World) -> None:
    from jimu.incidents.models import Incident

    first = manned.solved()
    actions.publish(actor=SYSTEM, at=TEN, roster_id=first.pk, expected_version=first.version)
    busy = who(first, "门岗") | who(first, "巡逻")
    other = Incident.objects.get(pk=manned.incident.pk)
    other.pk, other.title = None, "台风"
    other._state.adding = True
    other.save()
    IncidentUnit.objects.create(incident=other, unit=manned.units["甲一"], hazard="flood")
    manned.incident = other
    manned.post("巡堤", 9 * H, 13 * H, needed=4)
    second = manned.solved()
    assert who(second, "巡堤") == set(manned.people) - busy


@pytest.mark.parametrize("first", ["张一", "王二"])
def test_hours_published_for_days_after_the_roster_count_as_done(world: World, first: str) -> None:
    world.post("门岗", 8 * H, 12 * H)
    for name in ("张一", "王二"):
        world.person(name)
    later = world.draft(1, first_day=DAY + timedelta(days=7))
    world.seat(later, "门岗", first)
    actions.publish(actor=SYSTEM, at=TEN, roster_id=later.pk, expected_version=later.version)
    assert who(world.solved(), "门岗") == {"张一", "王二"} - {first}


def test_the_standing_rules_know_every_rule_of_the_engine() -> None:
    from jimu_engine.rules import RULES

    assert {rule.code for rule in problem.standing_rules(emergency=False)} == set(RULES)


def test_the_allotment_in_force_says_where_staff_serve_in_place_of_their_list(world: World) -> None:
    world.post("值守", 8 * H, 12 * H, unit="甲一")
    cadre = world.person("干部", "office_cadre", unit=None)
    cadre.affiliations.update(unit=world.units["甲二"])
    assert who(world.solved(), "值守") == set()
    found = Allotment.objects.create(
        incident=world.incident, objective=0, objective_before=0, created_at=TEN, created_by="顾指挥"
    )
    Placement.objects.create(allotment=found, person=cadre, unit=world.units["甲一"], since=TEN)
    assert who(world.solved(), "值守") == set()
    Allotment.objects.update(state="in_force")
    assert who(world.solved(), "值守") == {"干部"}
