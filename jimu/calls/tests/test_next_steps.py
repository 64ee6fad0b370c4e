"""Open seats as they wait for whoever may call: place by place while they are few, those that can wait together when they are many."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jimu.calls.next_steps import PLACES, open_seats
from jimu.calls.queries import Gap
from jimu.core import clock
from jimu.core.ids import new_id

from .conftest import EVE, Gate


def gap(name: str, hours: float, seats: int = 2) -> Gap:
    return Gap(new_id(), name, seats, 1, EVE + timedelta(hours=hours))


def test_few_places_have_a_line_each() -> None:
    steps = list(open_seats([gap(f"{n}区", n) for n in range(PLACES)], EVE))
    assert [step.place for step in steps] == [f"{n}区" for n in range(PLACES)]
    assert [step.tone for step in steps] == ["bad", *["warn"] * (PLACES - 1)]


def test_of_many_those_that_can_wait_are_one_line_and_who_is_missing_now_stands_by_name() -> None:
    now, later = gap("甲区", 0, 3), [gap(f"{n}区", n) for n in range(1, PLACES + 1)]
    first, rest = open_seats([now, *later], EVE)
    assert (first.place, first.tone, first.text) == ("甲区", "bad", "缺 3 人，还没有召集")
    assert (rest.text, rest.place, rest.tone) == (f"{PLACES} 处缺 {2 * PLACES} 人，还没有召集", "1区、2区、3区等", "warn")
    assert (rest.due, rest.own, first.own) == (EVE + timedelta(hours=1), False, False)


def test_many_that_are_missing_now_are_never_folded_together() -> None:
    assert len(list(open_seats([gap(f"{n}区", -1) for n in range(PLACES + 3)], EVE))) == PLACES + 3


@pytest.mark.django_db
def test_how_far_one_looks_is_said_in_days(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVE)
    client = Client()
    client.force_login(gate.world.account("commander"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("calls:index")).content.decode()
    assert [f"?hours={hours}" in page for hours in (24, 72, 168)] == [True] * 3
    assert [words in page for words in ("1 天内", "3 天内", "7 天内", "小时内")] == [True, True, True, False]
