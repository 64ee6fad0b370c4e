"""Orders left lying: who fetches it is told, then level by level, sooner the more urgent it is; an answer gives time; at the door it ends."""

from datetime import datetime, timedelta

import pytest

from jimu.core.errors import NotFound
from jimu.core.models import JournalEntry, SteadyClock
from jimu.field.medicine import acting, alarming
from jimu.field.medicine.models import Alarm, Order
from jimu.field.medicine.next_steps import next_steps
from jimu.field.medicine.tests.conftest import AT, DRUG, HOUR, Desk, fresh
from jimu.messages.models import Message

pytestmark = pytest.mark.django_db
S = Order.State
MINUTE = timedelta(minutes=1)


def told(order: Order) -> list[str]:
    """Who was told, in order."""
    return list(Alarm.objects.filter(order=order).order_by("at", "pk").values_list("person__name", flat=True))


def passed(minutes: int) -> None:
    row, _made = SteadyClock.objects.get_or_create(pk=1, defaults={"holder": "test"})
    SteadyClock.objects.filter(pk=row.pk).update(seconds=row.seconds + minutes * 60)


def sweep(at: datetime = AT + 3 * HOUR) -> int:
    return alarming.sweep(at=at)


@pytest.fixture
def led(desk: Desk) -> Desk:
    """安楼长 leads the building, 安块长 the block, 沈洁 the neighborhood, 顾主任 the subdistrict."""
    for name in ("安楼长", "顾主任"):
        desk.town.person(name, phone=f"138111100{len(name)}{len(desk.town.people)}")
    for unit, name in (("1号楼", "安楼长"), ("那块", "安块长"), ("和风街道", "顾主任")):
        desk.town.lead(unit, name)
    return desk


def climb(order: Order, steps: int, minutes: int, at: datetime = AT + 3 * HOUR) -> list[str]:
    for _step in range(steps):
        sweep(at)
        passed(minutes)
    return told(order)


def test_in_time_nobody_is_told(led: Desk) -> None:
    led.order(days=0)
    assert [sweep(AT + 59 * MINUTE), sweep(AT + HOUR)] == [0, 1]


def test_half_of_the_time_with_nobody_on_the_way_tells_the_block_once(led: Desk) -> None:
    order = led.order(days=0)
    assert [sweep(AT + HOUR), sweep(AT + HOUR)] == [1, 0]
    assert told(order) == ["安块长"]
    assert "还没有人去取" in Message.objects.get(person__name="安块长").text


def test_half_of_the_time_is_no_alarm_while_somebody_is_on_the_way(led: Desk) -> None:
    order = led.collected(days=0)
    led.trip(order)
    led.act(order, "take", led.runner)
    assert (sweep(AT + HOUR), told(order)) == (0, [])


def test_a_late_order_is_told_to_who_fetches_it_then_level_by_level(led: Desk) -> None:
    order = led.fetched(days=0)
    assert climb(order, 8, 10) == ["安跑腿", "安块长", "沈洁", "顾主任"]
    assert fresh(order).next_tick is None


def test_before_anybody_took_it_those_of_the_trip_are_told_first(led: Desk) -> None:
    order = led.collected(days=0)
    led.trip(order)
    assert climb(order, 2, 10) == ["安跑腿", "安块长"]


@pytest.mark.parametrize(("days", "late", "minutes"), [(0, 3 * HOUR, 10), (1, 25 * HOUR, 20), (30, 73 * HOUR, 60)])
def test_the_more_urgent_the_sooner_the_next_level_is_told(led: Desk, days: int, late: timedelta, minutes: int) -> None:
    order = led.order(days=days)
    # By then a day or more has passed: only what lasts longer is still green or yellow.
    wanted = {10: "red", 20: "yellow", 60: "green"}[minutes]
    Order.objects.filter(pk=order.pk).update(days_left={"red": 0, "yellow": 3, "green": 30}[wanted])
    sweep(AT + late)
    passed(minutes - 1)
    assert sweep(AT + late) == 0
    passed(1)
    assert sweep(AT + late) == 1
    assert told(order) == ["安块长", "沈洁"]


def test_a_level_whose_leader_cannot_be_reached_is_told_through_the_deputy_or_left_out(led: Desk) -> None:
    led.town.person("安副块长", phone="13811110099")
    led.town.lead("那块", "安副块长", role="deputy")
    lead = led.town.people["安块长"]
    lead.active = False
    lead.save()
    order = led.order(days=0)
    assert climb(order, 2, 10) == ["安副块长", "沈洁"]


def test_an_answer_gives_time_and_then_the_next_level_is_told(led: Desk) -> None:
    order = led.order(days=0)
    sweep()
    alarm = Alarm.objects.get()
    alarming.answer(actor=led.lead, at=AT + 3 * HOUR, alarm_id=alarm.pk, note="我送去医院")
    passed(59)
    assert sweep() == 0
    passed(1)
    assert (sweep(), told(order)) == (1, ["安块长", "沈洁"])
    alarm.refresh_from_db()
    assert (alarm.answered_at, alarm.note) == (AT + 3 * HOUR, "我送去医院")
    assert "我送去医院" not in str([*Alarm.objects.values(), *JournalEntry.objects.values()])


def test_an_answer_given_twice_gives_time_once(led: Desk) -> None:
    led.order(days=0)
    sweep()
    alarm = Alarm.objects.get()
    for hours in (3, 9):
        alarming.answer(actor=led.lead, at=AT + hours * HOUR, alarm_id=alarm.pk)
        passed(30)
    alarm.refresh_from_db()
    assert alarm.answered_at == AT + 3 * HOUR
    assert sweep() == 1


def test_only_who_was_told_answers(led: Desk) -> None:
    led.order(days=0)
    sweep()
    alarm = Alarm.objects.get()
    for other in (led.secretary, led.runner, led.town.actor("secretary", "甲一居民区")):
        with pytest.raises(NotFound):
            alarming.answer(actor=other, at=AT, alarm_id=alarm.pk)
    alarming.answer(actor=led.lead, at=AT, alarm_id=alarm.pk)


def test_at_the_door_nobody_further_is_told_and_what_has_not_gone_out_is_taken_back(led: Desk) -> None:
    order = led.checked(days=0)
    sweep()
    assert [alarm.order_id for alarm in alarming.open_for(led.runner)] == [order.pk]
    led.act(order, "deliver", led.runner, at=AT + 3 * HOUR)
    passed(60)
    assert (sweep(AT + 9 * HOUR), told(order)) == (0, ["安跑腿"])
    assert alarming.open_for(led.runner) == []
    assert set(Message.objects.filter(subject=f"medicine-late:{order.pk}").values_list("state", flat=True)) == {"withdrawn"}
    acting.undo(actor=led.runner, at=AT + 4 * HOUR, order_id=order.pk)
    assert sweep(AT + 4 * HOUR) == 1


def test_more_time_ends_the_alarm_and_another_limit_begins_anew(led: Desk) -> None:
    order = led.order(days=0)
    sweep()
    led.act(order, "triage", days_left=30, at=AT + 3 * HOUR)
    assert (fresh(order).stage, fresh(order).next_tick, alarming.open_for(led.lead)) == (0, None, [])
    sweep(AT + 40 * HOUR)
    assert (told(order), fresh(order).stage) == (["安块长", "安块长"], 1)


def test_after_half_and_again_when_it_is_late_each_level_is_told_once_a_stage(led: Desk) -> None:
    order = led.order(days=0)
    assert climb(order, 2, 10, AT + HOUR) == ["安块长", "沈洁"]
    assert climb(order, 5, 10) == ["安块长", "沈洁", "安块长", "沈洁", "顾主任"]


def test_what_people_are_told_names_no_drug_and_no_patient(led: Desk) -> None:
    order = led.order(days=0)
    climb(order, 4, 10)
    texts = " ".join(Message.objects.filter(subject=f"medicine-late:{order.pk}").values_list("text", flat=True))
    assert "药袋 001" in texts
    assert "1号楼 502" in texts
    for words in (DRUG, "胰岛素", "安病人", "某某制药"):
        assert words not in texts


def test_who_was_told_has_it_first_among_what_to_do_and_on_the_pages(led: Desk) -> None:
    order = led.order(days=0)
    sweep()
    first = next(iter(next_steps(led.lead, AT + 3 * HOUR)))
    assert (first.tone, first.own, "请过问" in first.text) == ("bad", True, True)
    client = led.client(led.lead)
    page = client.get(f"/medicine/{order.pk}/").content.decode()
    assert "知道了，我来办" in page
    assert "等您过问" in client.get("/medicine/").content.decode()
    assert "知道了，我来办" not in led.client(led.secretary).get(f"/medicine/{order.pk}/").content.decode()
    alarm = Alarm.objects.get()
    client.post(f"/medicine/alarms/{alarm.pk}/", {"note": "我去"})
    assert "答复：我来办" in client.get(f"/medicine/{order.pk}/").content.decode()
    assert "等您过问" not in client.get("/medicine/").content.decode()


def test_the_api_lists_and_answers(led: Desk) -> None:
    order = led.order(days=0)
    sweep()
    client = led.client(led.lead)
    (one,) = client.get("/api/v1/medicine/alarms").json()
    assert one["order_id"] == str(order.pk)
    assert client.post(f"/api/v1/medicine/alarms/{one['id']}/answer", {"note": ""}, "application/json").status_code == 200
    assert client.get("/api/v1/medicine/alarms").json() == []


def test_the_job_runs_when_something_is_due(led: Desk) -> None:
    assert not alarming.anything_due()
    led.order(days=0, at=AT - timedelta(days=3650))
    assert alarming.anything_due()
