"""Rounds and zones in the list of the day: how far a round is for who walks it, which buildings are tested or come to their end for who sets zones."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jimu.accounts.queries import actor_of
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.households import round_actions, zone_actions, zone_queries
from jimu.field.households.group import in_hand
from jimu.field.households.models import Room, Round
from jimu.field.households.next_steps import next_steps
from jimu.teams.leading import Group

from .conftest import AT, Town, door
from .test_rounds import knocked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(actor: Actor, at=AT) -> list[tuple[str, str]]:
    return [(step.text, step.place) for step in next_steps(actor, at)]


@pytest.fixture
def opened(town: Town) -> Round:
    """A round of two doors."""
    for number in ("101", "102"):
        door(town, "1号楼", number)
    return round_actions.open_round(actor=SYSTEM, at=AT, unit_id=town["第1网格块"].pk, title="底数排摸", pairs=1)


def test_a_round_stands_with_what_is_left_until_the_last_door(town: Town, opened: Round) -> None:
    member = town.actor("member", "甲一居民区")
    step = next(iter(next_steps(member, AT)))
    assert (step.text, step.place, step.own, step.url) == ("上门走访：敲过 0 户，还有 2 户", "第1网格块", False, f"/households/rounds/{opened.pk}/")
    first, second = Room.objects.filter(building=town["1号楼"]).order_by("number")
    knocked(opened, first, "answered")
    knocked(opened, first, "answered", minutes=2)
    assert told(member) == [("上门走访：敲过 1 户，还有 1 户", "第1网格块")]
    knocked(opened, second, "empty")
    assert told(member) == []


def test_the_day_of_a_group_has_the_rounds_at_which_its_people_knocked_with_what_is_left(town: Town, opened: Round) -> None:
    member = town.account("member", "甲一居民区")
    member.person = town.people["王伟"]
    member.save()
    group, lead = Group(frozenset(), frozenset({member.person_id})), town.actor("member", "甲一居民区")
    first, second = Room.objects.filter(building=town["1号楼"]).order_by("number")

    def told(at=AT, actor: Actor = lead) -> list[tuple[str, object, int]]:
        return [(one.step.text, one.person_id, one.n) for one in in_hand(actor, group, at)]

    knocked(opened, first, "answered")
    assert told() == []
    knocked(opened, first, "second", actor=actor_of(member))
    assert told() == [("底数排摸：还有 1 户没敲过", None, 1)]
    assert (told(AT + DAY), told(actor=town.actor("member", "乙一居民区"))) == ([], [])
    knocked(opened, second, "answered", actor=actor_of(member))
    assert told() == []


def test_a_round_is_told_to_who_may_walk_it_and_no_longer_once_it_is_closed(town: Town, opened: Round) -> None:
    block, elsewhere, auditor = town.actor("block_leader", "第1网格块"), town.actor("member", "乙一居民区"), town.actor("auditor")
    assert (len(told(block)), told(elsewhere), told(auditor)) == (1, [], [])
    round_actions.close_round(actor=SYSTEM, at=AT, round_id=opened.pk)
    assert told(block) == []


def test_who_leads_a_building_is_told_of_the_round_around_it_with_their_own_doors(town: Town, opened: Round, django_assert_max_num_queries) -> None:
    for number in ("101", "102", "103"):
        door(town, "2号楼", number)
    first, second = town.actor("building_leader", "1号楼"), town.actor("building_leader", "2号楼")
    assert told(first) == [("上门走访：敲过 0 户，还有 2 户", "1号楼")]
    with django_assert_max_num_queries(11):
        assert told(second) == [("上门走访：敲过 0 户，还有 3 户", "2号楼")]
    for room in Room.objects.filter(building=town["1号楼"]):
        knocked(opened, room, "answered")
    assert (told(first), told(second), told(town.actor("building_leader", "3号楼"))) == ([], [("上门走访：敲过 0 户，还有 3 户", "2号楼")], [])


def test_of_many_rounds_the_oldest_stand_in_the_list(town: Town, opened: Round, django_assert_max_num_queries) -> None:
    door(town, "3号楼", "101")
    for n, name in enumerate(("1号楼", "2号楼", "3号楼", "第2网格块"), 1):
        door(town, "2号楼", f"{n}01")
        round_actions.open_round(actor=SYSTEM, at=AT + n * DAY, unit_id=town[name].pk, title=name, pairs=1)
    secretary = town.actor("secretary", "甲一居民区")
    with django_assert_max_num_queries(9):
        assert [place for _text, place in told(secretary, AT + 5 * DAY)] == ["第1网格块", "1号楼", "2号楼"]


def test_a_building_is_told_on_the_days_of_its_tests_and_before_its_order_ends(town: Town) -> None:
    one = zone_queries.today(AT)
    zone_actions.adopt_policy(actor=SYSTEM, at=AT, unit_id=town["和风街道"].pk, name="two-plus-twelve", effective_from=one, legal_basis="疫防指〔2022〕1号")
    zone_actions.set_zones(actor=SYSTEM, at=AT, building_ids=[town["1号楼"].pk], track="lockdown", day_one=one, legal_basis="疫防指〔2022〕1号")
    secretary, others = town.actor("secretary", "甲一居民区"), [town.actor("secretary", "乙一居民区"), town.actor("building_leader", "1号楼")]
    days = {n: [text for text, _place in told(secretary, AT + (n - 1) * DAY)] for n in (1, 3, 7, 12, 13, 14, 15)}
    test, tomorrow, end = "1 栋楼今天要做核酸", "1 栋楼明天期满：解除，或另有依据再延长", "1 栋楼今天期满：解除，或另有依据再延长"
    assert days == {1: [test], 3: [], 7: [test], 12: [], 13: [tomorrow], 14: [end, test], 15: []}
    assert [told(actor) for actor in others] == [[], []]


def test_what_ends_or_is_tested_today_is_due_by_the_end_of_the_day_and_stands_above_what_can_wait(town: Town, opened: Round) -> None:
    one = zone_queries.today(AT)
    zone_actions.adopt_policy(actor=SYSTEM, at=AT, unit_id=town["和风街道"].pk, name="two-plus-twelve", effective_from=one, legal_basis="疫防指〔2022〕1号")
    zone_actions.set_zones(actor=SYSTEM, at=AT, building_ids=[town["1号楼"].pk], track="lockdown", day_one=one, legal_basis="疫防指〔2022〕1号")
    secretary = town.actor("secretary", "甲一居民区")

    def due(day: int) -> list[tuple[str, str, str]]:
        return [(step.text[:8], f"{timezone.localtime(step.due):%d %H:%M}", step.tone) for step in next_steps(secretary, AT + (day - 1) * DAY) if step.due]

    last = f"{one + 13 * DAY:%d} 23:59"
    walking = "上门走访：敲过"
    assert due(13) == [("1 栋楼明天期满", last, ""), (walking + " ", f"{one + 12 * DAY:%d} 23:59", "")]
    assert due(14) == [("1 栋楼今天期满", last, "warn"), ("1 栋楼今天要做", last, "warn"), (walking + " ", last, "")]
