"""Two at once: exactly one activation of a hazard over a unit, one end of an incident; on both databases."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from jimu.core.errors import Conflict
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.incidents import actions
from jimu.incidents.models import Incident, IncidentUnit, Post

from .conftest import NOW, World

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or was refused with, all started together on connections of their own."""
    start = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            found[number] = act()
        except Exception as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_of_commanders_who_activate_at_once_exactly_one_wins(world: World) -> None:
    places = [world.top, world.zones["甲片区"], world.units["甲一"], world.top]
    found = at_once(*(lambda unit=unit: world.activate(unit_id=unit.pk) for unit in places))
    won = [outcome for outcome in found if isinstance(outcome, Incident)]
    lost = [outcome for outcome in found if not isinstance(outcome, Incident)]
    assert len(won) == 1
    assert [(type(error), error.code) for error in lost] == [(Conflict, "already_active")] * 3
    assert Incident.objects.count() == JournalEntry.objects.count() == 1
    assert IncidentUnit.objects.count() == won[0].units.count()
    assert set(Post.objects.values_list("incident", flat=True)) == {won[0].pk}


def test_different_hazards_activated_at_once_both_stand(world: World) -> None:
    found = at_once(lambda: world.activate(), lambda: world.activate(playbook_name="typhoon", level="blue"))
    assert all(isinstance(outcome, Incident) for outcome in found)
    assert IncidentUnit.objects.filter(ended_at=None).count() == 6


def test_an_incident_is_stood_down_once_and_a_late_change_of_level_is_refused(world: World) -> None:
    running = world.activate()
    end = lambda: actions.stand_down(actor=SYSTEM, at=NOW, incident_id=running.pk, reason="雪停了")  # noqa: E731
    rise = lambda: actions.change_level(actor=SYSTEM, at=NOW, incident_id=running.pk, level="red", reason="雪大了")  # noqa: E731
    found = at_once(end, end, rise)
    assert [outcome for outcome in found[:2] if isinstance(outcome, Conflict)]
    assert JournalEntry.objects.filter(verb="incident.stood_down").count() == 1
    running.refresh_from_db()
    assert (running.state, running.level) == ("stood_down", "blue" if isinstance(found[2], Conflict) else "red")
