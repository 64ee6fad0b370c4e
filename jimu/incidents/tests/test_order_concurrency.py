"""Orders under many hands: two answer at once, a sweep while people answer, two sweeps; on both databases."""

import pytest

from jimu.core.permissions import SYSTEM
from jimu.incidents import order_actions, order_answers
from jimu.incidents.models import OrderQuestion, Receipt, ReceiptEvent
from jimu.incidents.order_silence import sweep
from jimu.messages.models import Message

from .orders import AT, Grid, build, pass_minutes
from .test_concurrency import at_once

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def grid(db) -> Grid:
    return build()


def count(kind: str, unit: str = "") -> int:
    rows = ReceiptEvent.objects.filter(kind=kind)
    return rows.filter(receipt__unit__name=unit).count() if unit else rows.count()


def test_two_who_acknowledge_one_cell_at_once_are_kept_once(grid: Grid) -> None:
    grid.issue()
    receipt = grid.receipt("1楼").pk
    acts = [lambda: order_answers.acknowledge(actor=SYSTEM, at=AT, receipt_ids=[receipt])] * 4
    assert sorted(at_once(*acts)) == [0, 0, 0, 1]
    assert count("acknowledged", "1楼") == 1


def test_many_who_acknowledge_their_own_cells_at_once_lose_nothing(grid: Grid) -> None:
    grid.issue(by_level=True)
    for name in ("甲片", "甲一"):
        order_answers.acknowledge(actor=SYSTEM, at=AT, receipt_ids=[grid.receipt(name).pk])
    cells = [grid.receipt(name).pk for name in ("一块", "乙片")]
    at_once(*[lambda pk=pk: order_answers.acknowledge(actor=SYSTEM, at=AT, receipt_ids=[pk]) for pk in cells * 2])
    assert set(Receipt.objects.exclude(state="acknowledged").values_list("unit__name", "state")) == {
        ("1楼", "sent"), ("2楼", "sent"), ("乙一", "sent"), ("乙楼", "waiting"),
    }  # fmt: skip
    assert count("sent", "1楼") == count("sent", "乙一") == 1
    assert Message.objects.filter(text__contains="范围：1楼").count() == 1


def test_a_sweep_while_people_answer_loses_no_answer_and_asks_nobody_twice(grid: Grid) -> None:
    grid.issue()
    pass_minutes(10)
    cells = list(Receipt.objects.order_by("pk").values_list("pk", flat=True))[:5]
    answers = [lambda pk=pk: order_answers.acknowledge(actor=SYSTEM, at=AT, receipt_ids=[pk]) for pk in cells]
    found = at_once(*answers, lambda: sweep(at=AT), lambda: sweep(at=AT))
    assert not [outcome for outcome in found if isinstance(outcome, Exception)]
    assert Receipt.objects.filter(state="acknowledged").count() == count("acknowledged") == 5
    passed = ReceiptEvent.objects.filter(kind="passed").values_list("receipt", flat=True)
    assert len(passed) == len(set(passed)), "nobody is passed on twice"
    assert {len(asked) for asked in Receipt.objects.filter(pk__in=passed).values_list("asked", flat=True)} <= {2}
    assert set(Receipt.objects.exclude(state="acknowledged").values_list("pk", flat=True)) <= set(passed)
    assert Message.objects.count() == Message.objects.values("key").distinct().count()


def test_a_question_is_answered_once_and_an_order_ended_once(grid: Grid) -> None:
    order = grid.issue()
    order_answers.ask_back(actor=grid.as_person("1楼长"), at=AT, receipt_id=grid.receipt("1楼").pk, text="几点？")
    question = OrderQuestion.objects.get().pk
    found = at_once(*[lambda: order_answers.answer(actor=SYSTEM, at=AT, question_id=question, text="八点")] * 3)
    assert sum(isinstance(outcome, OrderQuestion) for outcome in found) == 1
    found = at_once(*[lambda: order_actions.stand_down(actor=SYSTEM, at=AT, order_id=order.pk, reason="好了")] * 3)
    assert sum(not isinstance(outcome, Exception) for outcome in found) == 1
    assert Message.objects.filter(text__contains="【解除】").count() == 8
