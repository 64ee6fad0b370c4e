"""The roster's world: 甲一's committee of three on the gates, led by one of them with a deputy outside; volunteers beside them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from jimu.absences import actions
from jimu.absences.actions import Term
from jimu.absences.models import Absence
from jimu.core.permissions import SYSTEM, Actor
from jimu.messages import channel_actions
from jimu.people.models import UnitLeader
from jimu.roster import actions as rosters
from jimu.roster.models import Assignment, Roster, Shift
from jimu.roster.tests.conftest import DAY, EVE, World, small_world

__all__ = ["DAY", "EVE", "Committee", "World", "committee"]

SIX = EVE + timedelta(hours=10)
BACK = EVE + timedelta(hours=4 + 48)
CADRES = ("居一", "居二", "居三")


@dataclass
class Committee:
    """Days one to three: the gate by day has two seats (居一, 居二), the desk one (居三); five volunteers could come."""

    world: World
    roster: Roster

    def out(self, *names: str, actor: Actor = SYSTEM, at: datetime = SIX, until: datetime = BACK) -> Absence:
        ids = [self.world.people[name].pk for name in names or CADRES]
        return actions.send_out(actor=actor, at=at, person_ids=ids, term=Term(until, "quarantine", "楼里有阳性"))

    def seated(self, day: int = 0, title: str = "门岗") -> set[str]:
        rows = Assignment.objects.filter(shift=self.shift(day, title))
        return set(rows.values_list("person__name", flat=True))

    def shift(self, day: int = 0, title: str = "门岗") -> Shift:
        return self.world.shift(self.roster, title, day)


def committee_of(world: World) -> Committee:
    """What this file's first lines say."""
    world.post("门岗", 480, 720, needed=2, priority=1, code="gate")
    world.post("前台", 480, 720, priority=3, code="desk")
    for name in CADRES:
        world.person(name, "committee_cadre", phone_index=f"p{name}")
    for n in range(5):
        world.person(f"志{n}")
    deputy = world.person("副手", "building_leader", phone_index="d")
    for role, person in (("leader", world.people["居一"]), ("deputy", deputy)):
        UnitLeader.objects.create(unit=world.units["甲一"], person=person, role=role, since=EVE)
    channel_actions.add_channel(
        actor=SYSTEM, at=EVE, name="本机", service="local", reach="persons", unit_id=world.top.pk, address="", usual_for=["urgent", "routine"]
    )
    roster = world.draft(3)
    for day in range(3):
        for title, name in (("门岗", "居一"), ("门岗", "居二"), ("前台", "居三")):
            world.seat(roster, title, name, day)
    rosters.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=Roster.objects.get(pk=roster.pk).version)
    return Committee(world, Roster.objects.get(pk=roster.pk))


@pytest.fixture
def committee(db: None) -> Committee:
    return committee_of(small_world())
