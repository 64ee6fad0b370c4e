"""The roster's small world with a roster in force and open seats: a gate of two by day in 甲一, and volunteers who could come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.calls import actions, answering, waves
from jimu.calls.answering import Heard, Said
from jimu.calls.models import Call, Offer
from jimu.core.models import SteadyClock
from jimu.core.permissions import SYSTEM, Actor
from jimu.messages import channel_actions
from jimu.roster import actions as rosters
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.tests.conftest import DAY, EVE, TEN, World, small_world, ten, world

__all__ = ["DAY", "EVE", "TEN", "Gate", "World", "gate", "gate_of", "passed", "small_world", "ten", "world"]

# Eight in the evening: the morning's gate is twelve hours off, the afternoon's sixteen.
NIGHT_BEFORE = EVE


@dataclass
class Gate:
    """The gate of 甲一, 08:00–12:00, two seats, for three days; nobody sits there unless seated."""

    world: World
    roster: Roster

    def shift(self, day: int = 0, title: str = "门岗") -> Shift:
        return self.world.shift(self.roster, title, day)

    def call(self, at: datetime = EVE, actor: Actor = SYSTEM, **more: object) -> Call:
        """A call for the first day's gate, unless said otherwise; its first wave has gone out."""
        given: dict[str, object] = {"shift_ids": [self.shift().pk], **more}
        call = actions.begin(actor=actor, at=at, **given)  # type: ignore[arg-type]
        waves.sweep(at)
        return Call.objects.get(pk=call.pk)

    def offer(self, name: str) -> Offer:
        return Offer.objects.get(person=self.world.people[name])

    def say(self, name: str, word: str, at: datetime = EVE, reason: str = "", words: str = "") -> Heard:
        return answering.answer_by_link(at=at, offer_id=self.offer(name).pk, said=Said(word, reason, words))

    def states(self) -> dict[str, str]:
        return dict(Offer.objects.values_list("person__name", "state"))

    def seated(self, day: int = 0) -> set[str]:
        return set(Assignment.objects.filter(shift=self.shift(day)).values_list("person__name", flat=True))

    def own(self, name: str) -> Actor:
        return actor_of(self.account(name))

    def account(self, name: str) -> Account:
        found = Account.objects.filter(person=self.world.people[name]).first()
        if found is None:
            found = self.world.account("member", self.world.units["甲一块"])
            Account.objects.filter(pk=found.pk).update(person=self.world.people[name], display_name=name)
        return Account.objects.get(pk=found.pk)


def gate_of(world: World, people: int = 6, needed: int = 2) -> Gate:
    """The gate with its empty roster in force, and so many volunteers of 甲一."""
    world.post("门岗", 480, 720, needed=needed, priority=1, code="gate")
    for n in range(people):
        world.person(f"志{n}")
    channel_actions.add_channel(
        actor=SYSTEM, at=EVE, name="本机", service="local", reach="persons", unit_id=world.top.pk, address="", usual_for=["urgent", "routine"]
    )
    roster = world.draft(3)
    rosters.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    return Gate(world, Roster.objects.get(pk=roster.pk))


def passed(minutes: float) -> None:
    """So many minutes of service go by."""
    row, _made = SteadyClock.objects.get_or_create(pk=1, defaults={"holder": "test"})
    SteadyClock.objects.filter(pk=row.pk).update(seconds=row.seconds + int(minutes * 60))


@pytest.fixture
def gate(world: World) -> Gate:
    """The gate, two seats, six volunteers."""
    return gate_of(world)


HOUR = timedelta(hours=1)
