"""Orders: what one must say, whom it reaches, silence that goes on up the chain, answers, questions, the end."""

from datetime import timedelta

import pytest
import time_machine

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.incidents import order_actions, order_answers, order_queries
from jimu.incidents.models import Order, OrderQuestion, Receipt, ReceiptEvent
from jimu.incidents.order_chains import count_unready, unready
from jimu.incidents.order_silence import anything_due, sweep
from jimu.messages.models import Message
from jimu.messages.rules import PersonalInGroup

from .orders import AT, Grid, build, pass_minutes


@pytest.fixture
def grid(db) -> Grid:
    return build()


def ack(grid: Grid, unit: str, person: str = "") -> int:
    actor = grid.as_person(person or f"{unit}长")
    return order_answers.acknowledge(actor=actor, at=AT, receipt_ids=[grid.receipt(unit).pk])


def asked(grid: Grid) -> dict[str, str]:
    return {r.unit.name: r.person.name if r.person else "" for r in Receipt.objects.select_related("unit", "person")}


def kinds(grid: Grid, unit: str) -> list[str]:
    return list(ReceiptEvent.objects.filter(receipt=grid.receipt(unit)).order_by("at", "pk").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"legal_basis": "  "}, "no_basis"), ({"ends_on": None}, "no_end"), ({"ends_on": clock.today() - timedelta(days=1)}, "ends_in_the_past"),
        ({"deadline": None}, "no_deadline"), ({"deadline": AT}, "no_deadline"), ({"title": ""}, "no_words"), ({"text": " "}, "no_words"),
        ({"kinds": ()}, "no_kinds"), ({"silence_minutes": 0}, "silence_range"), ({"text": "致电 19900000001"}, "personal_in_group"),
    ],
)  # fmt: skip
def test_an_order_without_what_it_must_say_is_refused_and_leaves_nothing(grid: Grid, missing, code: str) -> None:
    with pytest.raises(Invalid) as found:
        grid.issue(**missing)
    assert found.value.code == code
    assert (Order.objects.count(), Receipt.objects.count(), Message.objects.count()) == (0, 0, 0)
    assert grid.issue().receipts.count() == 8


def test_all_at_once_every_leader_is_asked_and_told_once(grid: Grid) -> None:
    grid.lead("2楼", "1楼长", "deputy")
    order = grid.issue()
    assert asked(grid) == {name: f"{name}长" for name in grid.units if name != "街道"}
    assert Message.objects.filter(subject=order.target).count() == 8
    assert set(ReceiptEvent.objects.values_list("kind", flat=True)) == {"sent"}
    assert JournalEntry.objects.get(verb="order.issued").data["cells"] == 8


def test_who_leads_several_cells_gets_one_letter_about_all(grid: Grid) -> None:
    Receipt.objects.all().delete()
    from jimu.people.models import UnitLeader

    UnitLeader.objects.filter(unit=grid.units["2楼"], role="leader").update(person=grid.people["1楼长"])
    grid.issue()
    letters = Message.objects.filter(person=grid.people["1楼长"])
    assert letters.count() == 1
    assert "1楼、2楼" in letters.get().text


def test_level_by_level_the_next_is_told_when_the_one_above_acknowledged(grid: Grid) -> None:
    grid.issue(by_level=True)
    waiting = lambda: set(Receipt.objects.filter(state="waiting").values_list("unit__name", flat=True))  # noqa: E731
    assert waiting() == {"甲一", "一块", "1楼", "2楼", "乙一", "乙楼"}
    with pytest.raises(NotFound):
        ack(grid, "甲一")
    with pytest.raises(Conflict):
        order_answers.acknowledge(actor=grid.actor("secretary", "甲一"), at=AT, receipt_ids=[grid.receipt("甲一").pk])
    ack(grid, "甲片")
    assert waiting() == {"一块", "1楼", "2楼", "乙一", "乙楼"}
    ack(grid, "甲一")
    ack(grid, "一块")
    assert waiting() == {"乙一", "乙楼"}
    assert kinds(grid, "1楼") == ["waits", "sent"]


def test_level_by_level_a_cell_that_never_answers_does_not_keep_those_below_waiting(grid: Grid) -> None:
    grid.issue(by_level=True)
    for _n in range(3):
        pass_minutes(10)
        sweep(at=AT)
    assert grid.receipt("甲一").state == "sent"


def test_silence_goes_to_the_deputy_then_to_the_level_above_each_asked_once(grid: Grid) -> None:
    grid.issue()
    for name in ("甲片", "甲一", "一块", "2楼", "乙片", "乙一", "乙楼"):
        ack(grid, name)
    pass_minutes(9)
    assert not anything_due()
    assert sweep(at=AT) == 0
    chain = []
    for _n in range(12):
        pass_minutes(10)
        sweep(at=AT)
        chain.append(asked(grid)["1楼"])
    assert chain[:9] == ["1楼副", "一块长", "一块副", "甲一长", "甲一副", "甲片长", "甲片副", "街道长", "街道副"]
    assert grid.receipt("1楼").stuck
    assert not anything_due()
    assert kinds(grid, "1楼") == ["sent", *["passed"] * 9, "nobody"]
    texts = Message.objects.filter(text__contains="范围：1楼").values_list("person__name", flat=True)
    assert sorted(texts) == sorted(["1楼长", *chain[:9]])
    assert ack(grid, "1楼", "1楼长") == 1, "whoever was asked may still answer"


def test_a_sweep_made_twice_or_late_asks_nobody_twice(grid: Grid) -> None:
    grid.issue()
    pass_minutes(500)
    assert sweep(at=AT) == 8
    assert sweep(at=AT) == 0
    assert asked(grid)["1楼"] == "1楼副"


def test_a_clock_that_is_set_passes_nothing_on_and_holds_nothing_up(grid: Grid) -> None:
    grid.issue()
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert not anything_due()
        assert sweep(at=clock.now()) == 0
    pass_minutes(10)
    with time_machine.travel(clock.now() - timedelta(days=400)):
        assert anything_due()
        assert sweep(at=clock.now()) == 8


def test_a_leader_whose_phone_is_off_all_night_and_a_committee_in_quarantine(grid: Grid) -> None:
    for name in ("乙一长", "乙一副"):
        grid.people[name].limits = ["paused"]
        grid.people[name].save(update_fields=["limits"])
    grid.issue()
    assert (asked(grid)["乙一"], grid.receipt("乙一").office) == ("乙片长", "above"), "at once: nobody waits for who is away"
    pass_minutes(10)
    sweep(at=AT)
    assert (asked(grid)["甲一"], grid.receipt("甲一").office) == ("甲一副", "deputy")
    grid.person("新书记")
    from jimu.people.models import UnitLeader

    UnitLeader.objects.filter(unit=grid.units["甲一"], until=None).update(until=AT)
    grid.lead("甲一", "新书记")
    pass_minutes(10)
    sweep(at=AT)
    assert asked(grid)["甲一"] == "新书记", "who was appointed meanwhile comes before the level above"


def test_an_answer_is_kept_once_and_a_report_counts(grid: Grid) -> None:
    order = grid.issue(staffing=True, wanted=6)
    assert ack(grid, "1楼") == 1
    assert ack(grid, "1楼") == 0
    leader = grid.as_person("2楼长")
    for here in (4, 6):
        order_answers.report(actor=leader, at=AT, receipt_id=grid.receipt("2楼").pk, here=here)
    assert kinds(grid, "2楼") == ["sent", "reported", "reported"]
    found = order_queries.tree(SYSTEM, order)
    assert (found.whole.acknowledged, found.whole.here, found.whole.wanted) == (2, 6, 48)
    assert found.levels["building"].acknowledged == 2
    with pytest.raises(Invalid):
        order_answers.report(actor=leader, at=AT, receipt_id=grid.receipt("2楼").pk, here=-1)


def test_a_question_stops_the_clock_and_its_answer_is_there_for_all_below(grid: Grid) -> None:
    order = grid.issue()
    leader = grid.as_person("1楼长")
    order_answers.ask_back(actor=leader, at=AT, receipt_id=grid.receipt("1楼").pk, text="没人在家的怎么办？")
    with pytest.raises(PersonalInGroup):
        order_answers.ask_back(actor=leader, at=AT, receipt_id=grid.receipt("1楼").pk, text="打 19900000001 吗")
    pass_minutes(60)
    sweep(at=AT)
    assert asked(grid)["1楼"] == "1楼长"
    assert asked(grid)["2楼"] == "2楼副"
    other = grid.as_person("2楼长")
    assert order_queries.mine(grid.as_person("2楼副"))[0].questions == []
    question = OrderQuestion.objects.get()
    with pytest.raises((NotPermitted, NotFound)):
        order_answers.answer(actor=other, at=AT, question_id=question.pk, text="x")
    order_answers.answer(actor=grid.actor("commander"), at=AT, question_id=question.pk, text="贴条，晚上再去。")
    with pytest.raises(Conflict):
        order_answers.answer(actor=SYSTEM, at=AT, question_id=question.pk, text="再答")
    assert order_queries.mine(grid.as_person("2楼副"))[0].questions == [question]
    assert Message.objects.filter(person=grid.people["1楼长"], text__contains="贴条").count() == 1
    pass_minutes(10)
    sweep(at=AT)
    assert asked(grid)["1楼"] == "1楼副"
    assert order_queries.questions_of(SYSTEM, order) == [question]


def test_only_who_was_asked_or_looks_after_the_part_answers(grid: Grid) -> None:
    grid.issue()
    receipt = grid.receipt("1楼")
    for stranger in (grid.as_person("乙楼长"), grid.actor("building_leader", "2楼"), grid.actor("auditor"), grid.actor("member", "1楼")):
        with pytest.raises(NotFound):
            order_answers.acknowledge(actor=stranger, at=AT, receipt_ids=[receipt.pk])
    assert order_answers.acknowledge(actor=grid.actor("secretary", "甲一"), at=AT, receipt_ids=[receipt.pk]) == 1
    event = ReceiptEvent.objects.get(kind="acknowledged")
    assert event.by == "甲一secretary"


def test_a_leader_commands_only_the_own_part(grid: Grid) -> None:
    with pytest.raises(NotFound):
        grid.issue(actor=grid.actor("secretary", "乙一"), unit_id=grid.units["甲一"].pk)
    with pytest.raises(NotPermitted):
        grid.issue(actor=grid.actor("building_leader", "1楼"), unit_id=grid.units["1楼"].pk)
    order = grid.issue(actor=grid.actor("secretary", "甲一"), unit_id=grid.units["甲一"].pk, kinds=("zone", "building"))
    assert set(asked(grid)) == {"1楼", "2楼"}
    assert order_queries.order_for(grid.actor("building_leader", "1楼"), "orders.view", order.pk) == order
    with pytest.raises(NotFound):
        order_queries.order_for(grid.actor("secretary", "乙一"), "orders.view", order.pk)


def test_an_ended_order_withdraws_tells_and_takes_no_more_answers(grid: Grid) -> None:
    order = grid.issue()
    order_actions.stand_down(actor=SYSTEM, at=AT, order_id=order.pk, reason="险情排除")
    assert Message.objects.filter(text__contains="【解除】").count() == 8
    assert not Message.objects.filter(text__contains="【指令】").exclude(state="withdrawn").exists()
    pass_minutes(100)
    assert sweep(at=AT) == 0
    with pytest.raises(Conflict):
        ack(grid, "1楼")
    with pytest.raises(Conflict):
        order_actions.stand_down(actor=SYSTEM, at=AT, order_id=order.pk, reason="再来")


def test_an_order_past_its_end_presses_nobody(grid: Grid) -> None:
    grid.issue()
    pass_minutes(10)
    assert sweep(at=AT + timedelta(days=4)) == 0
    assert not anything_due()


def test_cells_that_an_order_would_not_reach_are_listed_with_the_reason(grid: Grid) -> None:
    assert unready(SYSTEM) == []
    from jimu.people.models import Person, UnitLeader

    UnitLeader.objects.filter(unit=grid.units["乙楼"]).update(until=AT)
    for name in ("甲一长", "甲一副"):
        grid.people[name].limits = ["paused"]
        grid.people[name].save(update_fields=["limits"])
    Person.objects.filter(name__in=["1楼长", "1楼副"]).update(phone_index="", phone_sealed="")
    grid.people["2楼长"].limits = ["paused"]
    grid.people["2楼长"].save(update_fields=["limits"])
    found = {row.unit.name: row.reason for row in unready(SYSTEM)}
    assert count_unready(SYSTEM) == len(found)
    assert found == {"乙楼": "no_leader", "甲一": "paused", "1楼": "no_contact"}
    grid.account("building_leader", "1楼", "1楼长")
    assert "1楼" not in {row.unit.name for row in unready(SYSTEM)}
    assert [row.unit.name for row in unready(grid.actor("secretary", "乙一"))] == ["乙楼"]
