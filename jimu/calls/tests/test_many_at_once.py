"""Many seats of one roster open at once: their calls share what the engine is told, and a sweep that is cut short loses nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from jimu.calls import backfill, choosing, circle, waves
from jimu.calls.circle import Circle
from jimu.calls.models import Call, Offer, Step
from jimu.calls.tests.conftest import EVE, Gate, World, gate_of
from jimu.core.permissions import SYSTEM
from jimu.roster import hand_actions

pytestmark = pytest.mark.django_db
TITLES = ("门岗", "扫码岗", "巡逻岗")


@pytest.fixture
def gate(world: World) -> Gate:
    """Three posts of one place in the same morning, two seats each, and thirty volunteers."""
    for title in TITLES[1:]:
        world.post(title, 480, 720, needed=2, priority=2, code=title)
    return gate_of(world, people=30)


@pytest.fixture
def calls(gate: Gate) -> list[Call]:
    """A backfill for each, due and not looked at yet."""
    begun = [backfill.begin(shift_id=gate.shift(title=title).pk, at=EVE, cause="left") for title in TITLES]
    Call.objects.update(due=0)
    return [call for call in begun if call]


def problems(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The problems that are built from now on, by what they are about."""
    built: list[Any] = []
    real = circle.Offering

    def counted(*args: Any, **more: Any) -> Any:
        built.append({shift.post.title for shift in more["shifts"]})
        return real(*args, **more)

    monkeypatch.setattr(circle, "Offering", counted)
    return built


def asked() -> dict[str, int]:
    return {title: Offer.objects.filter(shift__post__title=title).count() for title in TITLES}


def test_one_problem_is_built_for_all_calls_of_a_roster_and_nobody_is_asked_by_two(gate: Gate, calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    built = problems(monkeypatch)
    waves.sweep(EVE)
    assert built == [set(TITLES)]
    people = list(Offer.objects.values_list("person", flat=True))
    assert (len(people), len(set(people)), min(asked().values()) >= 2) == (sum(asked().values()), len(people), True)
    assert not Offer.objects.filter(stamp="").exists()


def test_a_call_that_is_due_alone_is_asked_about_by_itself(gate: Gate, calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    Call.objects.exclude(pk=calls[0].pk).update(due=10**9)
    built = problems(monkeypatch)
    waves.sweep(EVE)
    assert built == [{"门岗"}]


def test_who_took_a_seat_between_two_calls_is_not_asked_for_another_at_the_same_time(gate: Gate, calls: list[Call]) -> None:
    shared = Circle(calls, EVE)

    def best(call: Call) -> list[Any]:
        fresh = Call.objects.select_related("incident", "roster", "unit").get(pk=call.pk)
        return [one.person_id for one in choosing.choose(fresh, choosing.needs(fresh, EVE), Step.NEIGHBORHOOD, EVE, shared)]

    first = best(calls[0])
    assert set(first) & set(best(calls[1]))
    hand_actions.assign(actor=SYSTEM, at=EVE, roster_id=gate.roster.pk, shift_id=gate.shift(title="巡逻岗").pk, person_id=first[0])
    assert first[0] not in best(calls[1])


def stopped_after(many: int, monkeypatch: pytest.MonkeyPatch, how: Callable[[], None]) -> None:
    """`how` happens once so many calls have been looked at."""
    real, looked = waves.advance, [0]

    def advance(*args: Any, **more: Any) -> int:
        if looked[0] == many:
            how()
        looked[0] += 1
        return real(*args, **more)

    monkeypatch.setattr(waves, "advance", advance)


def test_a_sweep_that_dies_keeps_the_waves_that_went_out_and_the_next_goes_on(gate: Gate, calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    def dies() -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        stopped_after(1, patched, dies)
        with pytest.raises(SystemExit):
            waves.sweep(EVE)
    before = asked()
    assert [bool(n) for n in before.values()] == [True, False, False]
    waves.sweep(EVE)
    assert (asked()["门岗"], min(asked().values()) >= 2) == (before["门岗"], True)


def test_a_sweep_that_takes_long_leaves_the_rest_to_the_next_and_does_one_call_at_least(gate: Gate, calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waves, "LONGEST", -1)
    for done in (1, 2, 3):
        assert waves.anything_due()
        waves.sweep(EVE)
        assert sum(bool(n) for n in asked().values()) == done
    assert not waves.anything_due()


def test_who_said_yes_is_told_before_the_next_waves_go_out(gate: Gate, calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> None:
    waves.sweep(EVE)
    name = Offer.objects.order_by("pk").first().person.name
    gate.say(name, "yes")
    Call.objects.update(due=0)
    told: list[bool] = []
    stopped_after(0, monkeypatch, lambda: told.append(gate.offer(name).told))
    waves.sweep(EVE)
    assert told == [True]
