"""Needs left lying: leaders are told level by level, each once, and no more once somebody sees to it."""

from datetime import datetime

import pytest

from jimu.core.models import SteadyClock
from jimu.field.needs import acting, escalating
from jimu.field.needs.models import Need
from jimu.field.needs.tests.conftest import AT, HOUR, Ward, fresh
from jimu.messages.models import Message

pytestmark = pytest.mark.django_db


def told(need: Need) -> list[str]:
    return list(Message.objects.filter(subject=need.target, text__contains="请过问").order_by("created_at", "pk").values_list("person__name", flat=True))


def passed(minutes: int) -> None:
    row, _made = SteadyClock.objects.get_or_create(pk=1, defaults={"holder": "test"})
    SteadyClock.objects.filter(pk=row.pk).update(seconds=row.seconds + minutes * 60)


@pytest.fixture
def need(ward: Ward) -> Need:
    """Two hours; the block is led by 安块长, the neighborhood by 沈书记 as the town has it."""
    ward.town.lead("甲二居民区", "安书记")
    return ward.need("medicine_urgent")


def sweep(at: datetime) -> int:
    return escalating.sweep(at=at)


def test_nobody_is_told_in_time(need: Need) -> None:
    assert sweep(AT + 0.9 * HOUR) == 0


def test_half_of_the_limit_without_anybody_taking_it_tells_the_leader_once(need: Need) -> None:
    assert [sweep(AT + HOUR), sweep(AT + HOUR)] == [1, 0]
    assert told(need) == ["安块长"]
    # Who leads several neighborhoods has a 1号楼 in each.
    assert f"甲一居民区 {need.unit.name} 502" in Message.objects.get(subject=need.target).text


def test_then_the_level_above_after_minutes_of_service(need: Need, ward: Ward) -> None:
    sweep(AT + HOUR)
    passed(19)
    assert sweep(AT + 1.3 * HOUR) == 0
    passed(1)
    sweep(AT + 1.4 * HOUR)
    assert fresh(need).told[0] == str(ward.lead.person_id)
    assert len(fresh(need).told) == 2 or need.events.filter(kind="stuck").exists()


def test_once_taken_no_more_are_told_until_the_limit(need: Need, ward: Ward) -> None:
    sweep(AT + HOUR)
    ward.given_to(need, ward.hand)
    acting.accept(actor=ward.hand, at=AT + HOUR, need_id=need.pk)
    passed(60)
    assert sweep(AT + 1.5 * HOUR) == 0
    assert sweep(AT + 2 * HOUR) == 1
    assert told(need) == ["安块长", "安块长"]


def test_what_is_done_is_not_raised(need: Need, ward: Ward) -> None:
    ward.given_to(need, ward.hand)
    acting.accept(actor=ward.hand, at=AT, need_id=need.pk)
    acting.finish(actor=ward.hand, at=AT, need_id=need.pk)
    assert sweep(AT + 9 * HOUR) == 0


def test_an_exit_that_waits_for_its_decision_is_raised_although_somebody_took_it(ward: Ward) -> None:
    need = ward.need("medical_exit")
    ward.given_to(need, ward.hand)
    acting.accept(actor=ward.hand, at=AT, need_id=need.pk)
    sweep(AT + HOUR)
    assert fresh(need).stage == 1


def test_where_nobody_is_left_it_says_to_call(ward: Ward, need: Need) -> None:
    for _step in range(6):
        sweep(AT + 3 * HOUR)
        passed(20)
    assert need.events.filter(kind="stuck").count() == 1
    assert fresh(need).next_tick is None
