"""Which shifts of today a phone is for, and what their posts ask of it."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.incidents.models import Incident
from jimu.playbooks.library import find
from jimu.roster import phones
from jimu.roster.models import Roster
from jimu.roster.tests.conftest import DAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(world: World) -> World:
    """王二 at the gate from eight to twelve on two days, and at night; published."""
    world.post("门岗", 480, 720, code="gate")
    world.post("夜班", 1380, 1860)
    world.person("王二")
    roster = world.draft(days=2)
    for title, day in (("门岗", 0), ("门岗", 1), ("夜班", 0)):
        world.seat(roster, title, "王二", day)
    Roster.objects.update(state=Roster.State.PUBLISHED)
    return world


def told(world: World, minute: int) -> list[str]:
    found = phones.shifts([world.people["王二"].pk], clock.at_minute(DAY, minute))
    return [f"{one.title}{one.starts_at.astimezone(clock.at_minute(DAY, 0).tzinfo):%d}" for one in sorted(found, key=lambda one: one.starts_at)]


@pytest.mark.parametrize(("minute", "wanted"), [
    (420, ["门岗06", "夜班06"]), (719, ["门岗06", "夜班06"]), (720, ["夜班06"]), (1380, ["夜班06", "门岗07"]),
])  # fmt: skip
def test_shifts_of_today_and_of_the_next_hours_that_are_not_over(published: World, minute: int, wanted: list[str]) -> None:
    assert told(published, minute) == wanted


def test_a_draft_and_an_incident_that_ended_put_nobody_on_duty(published: World) -> None:
    Incident.objects.update(state=Incident.State.STOOD_DOWN)
    assert told(published, 420) == []
    Incident.objects.update(state=Incident.State.ACTIVE)
    assert told(published, 420)
    Roster.objects.update(state=Roster.State.DRAFT)
    assert told(published, 420) == []


def test_the_post_asks_what_the_playbook_said_when_it_was_activated(published: World) -> None:
    def work() -> dict[str, tuple[str, ...]]:
        return {one.title: tuple(one.work) for one in phones.shifts([published.people["王二"].pk], clock.at_minute(DAY, 480))}

    assert work() == {"门岗": (), "夜班": ()}
    text = find("epidemic-lockdown")[1]
    Incident.objects.update(playbook_text=text)
    assert work() == {"门岗": ("patrol.gate",), "夜班": ()}
    Incident.objects.update(playbook_text=text.replace("phone: [patrol.gate]", "phone: [patrol.points]"))
    assert work()["门岗"] == ("patrol.points",)
    Incident.objects.update(playbook_text="name: of an older kind")
    assert work()["门岗"] == ()


def test_somebody_else_s_shift_is_not_theirs(published: World) -> None:
    other = published.person("李三")
    assert phones.shifts([other.pk], clock.at_minute(DAY, 480) + timedelta(minutes=1)) == []
