"""The roster's small world with a roster in force: a gate with a morning and an afternoon shift, 张一 and 王二 on them."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core.permissions import SYSTEM, Actor
from jimu.incidents.models import Post
from jimu.roster import actions
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.tests.conftest import EVE, TEN, World, ten, world

__all__ = ["EVE", "TEN", "World", "published", "ten", "world"]


@dataclass
class Gate:
    """A gate of 甲一: 08:00–12:00 and 12:00–16:00, one seat each, for days in a row."""

    world: World
    roster: Roster
    morning: Post
    afternoon: Post

    def shift(self, post: Post, day: int = 0) -> Shift:
        return Shift.objects.select_related("unit", "post").filter(roster=self.roster, post=post).order_by("day")[day]

    def seat(self, name: str, post: Post | None = None, day: int = 0) -> Assignment:
        """Put somebody on a seat behind the rules' back."""
        shift = self.shift(post or self.morning, day)
        made = Assignment.objects.create(shift=shift, person=self.world.people[name], seat=shift.assignments.count())
        Shift.objects.filter(pk=shift.pk).update(filled=shift.assignments.count())
        return made

    def own(self, name: str, role: str = "member", unit: str = "甲一块") -> Actor:
        """An account of somebody, as an actor."""
        return actor_of(self.account(name, role, unit))

    def account(self, name: str, role: str = "member", unit: str = "甲一块") -> Account:
        found = Account.objects.filter(person=self.world.people[name]).first()
        if found is None:
            found = self.world.account(role, self.world.units[unit])
            Account.objects.filter(pk=found.pk).update(person=self.world.people[name], display_name=name)
        return Account.objects.get(pk=found.pk)


def published(world: World, days: int = 3) -> Roster:
    """An empty roster of the posts as they are, in force."""
    roster = world.draft(days)
    actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    return Roster.objects.get(pk=roster.pk)


def gate_of(world: World, days: int = 3) -> Gate:
    """The gate, with 张一 in the mornings and 王二 in the afternoons of the first day."""
    morning = world.post("早门岗", 480, 720, code="gate")
    afternoon = world.post("午门岗", 720, 960, code="gate")
    Post.objects.update(title="门岗")
    for name in ("张一", "王二", "李三", "赵四"):
        world.person(name)
    made = Gate(world, published(world, days), morning, afternoon)
    made.seat("张一")
    made.seat("王二", afternoon)
    return made


@pytest.fixture
def gate(world: World) -> Gate:
    """The gate with its roster in force."""
    return gate_of(world)


SignIn = Callable[[Account], Client]
