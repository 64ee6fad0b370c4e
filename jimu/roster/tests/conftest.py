"""A standing small world: 甲一 and 甲二 under lockdown, 乙一 outside; people and posts as each test needs them.

The moment is Monday 2026-04-06, ten in the morning; rosters begin on that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.permissions import SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, IncidentUnit, Post
from jimu.people.models import Affiliation, Availability, Person, Skill
from jimu.roster import actions, judge, solving
from jimu.roster.models import Assignment, Roster, Shift

DAY = date(2026, 4, 6)
TEN = clock.at_minute(DAY, 600)
EVE = clock.at_minute(DAY - timedelta(days=1), 1200)


@dataclass
class World:
    """Handles of the small subdistrict, and verbs to change it."""

    top: Unit
    units: dict[str, Unit]
    incident: Incident
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    def person(
        self, name: str, *kinds: str, unit: str | None = "甲一", skills: Sequence[str] = (),
        times: Sequence[tuple[int, int, int]] = (), times_known: bool = True, limits: Sequence[str] = (), **more: Any
    ) -> Person:  # fmt: skip
        """Somebody who comes as `kinds` (a volunteer when none is named)."""
        made = Person.objects.create(
            name=name, sort_name=name, unit=self.units[unit] if unit else None, times_known=times_known,
            limits=list(limits), created_at=TEN, updated_at=TEN, **more,
        )  # fmt: skip
        for kind in kinds or ("volunteer",):
            Affiliation.objects.create(person=made, kind=kind)
        for code in skills:
            Skill.objects.create(person=made, code=code)
        for weekdays, start, end in times:
            Availability.objects.create(person=made, weekdays=weekdays, start_minute=start, end_minute=end)
        self.people[name] = made
        return made

    def post(
        self, title: str, start: int, end: int, *, unit: str = "甲一", needed: int = 1, **more: Any
    ) -> Post:
        """A post of one neighborhood on every day, unless `days` says otherwise."""
        made = Post.objects.create(
            incident=self.incident, unit=self.units[unit], code=more.pop("code", title), title=title, group="gate",
            shift_code=str(start), start_minute=start, end_minute=end, needed=needed, reason="", **more,
        )  # fmt: skip
        self.posts[title] = made
        return made

    def draft(self, days: int = 1, first_day: date = DAY, **more: Any) -> Roster:
        """A draft of the posts as they are."""
        return actions.draft_roster(
            actor=SYSTEM, at=EVE, incident_id=self.incident.pk, first_day=first_day, days=days, **more
        )

    def solved(self, days: int = 1, **more: Any) -> Roster:
        """A draft, filled by the engine."""
        return solve(self.draft(days, **more))

    def shift(self, roster: Roster, title: str, day: int = 0) -> Shift:
        """The shift of a post on a day of a roster."""
        return Shift.objects.select_related("unit", "post").get(
            roster=roster, post=self.posts[title], day=roster.first_day + timedelta(days=day)
        )

    def seat(self, roster: Roster, title: str, name: str, day: int = 0, **more: Any) -> Assignment:
        """Put somebody on a seat behind the rules' back, as an import or an old version might have."""
        shift = self.shift(roster, title, day)
        made = Assignment.objects.create(
            shift=shift, person=self.people[name], seat=shift.assignments.count(), **more
        )
        Shift.objects.filter(pk=shift.pk).update(filled=shift.assignments.count())
        return made

    def account(self, role: str, unit: Unit | None = None) -> Account:
        """An account with a role on a unit, the whole subdistrict when none is named."""
        name = f"{role}{Account.objects.count()}"
        account = Account.objects.create_user(username=name, password=None, display_name=name)
        Grant.objects.create(account=account, role=role, unit=unit or self.top)
        return account

    def actor(self, role: str = "commander", unit: str | None = None) -> Actor:
        """The actor of such an account."""
        return actor_of(self.account(role, self.units[unit] if unit else None))


def solve(roster: Roster, seconds: float = 0.2, seed: int = 1) -> Roster:
    """Fill a draft with the engine."""
    limits = solving.Limits(seconds=seconds, workers=1, seed=seed)
    return solving.solve_now(actor=SYSTEM, roster_id=roster.pk, limits=limits)


def who(roster: Roster, title: str, day: int = 0) -> set[str]:
    """The names on a post's shift."""
    rows = Assignment.objects.filter(
        shift__roster=roster, shift__post__title=title, shift__day=roster.first_day + timedelta(days=day)
    )
    return set(rows.values_list("person__name", flat=True))


def broken(roster: Roster) -> set[str]:
    """The codes of the hard rules that the judge finds broken."""
    return {breach["code"] for breach in judge.hard_breaches(roster)}


def grid() -> tuple[Unit, dict[str, Unit]]:
    """A subdistrict of two zones and three neighborhoods; 甲一 has one block."""
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    units = {}
    for zone_name, names in (("甲片区", ("甲一", "甲二")), ("乙片区", ("乙一",))):
        zone = Unit.objects.add_child(
            Unit.objects.get(pk=top.pk), {"kind": Unit.Kind.ZONE, "name": zone_name, "short_name": zone_name}
        )
        for name in names:
            units[name] = Unit.objects.add_child(
                Unit.objects.get(pk=zone.pk),
                {"kind": Unit.Kind.NEIGHBORHOOD, "name": f"{name}居民区", "short_name": name},
            )
    units["甲一块"] = Unit.objects.add_child(
        Unit.objects.get(pk=units["甲一"].pk), {"kind": Unit.Kind.BLOCK, "name": "第1网格块", "short_name": "1块"}
    )
    return Unit.objects.get(pk=top.pk), units


def small_world() -> World:
    """The grid and a lockdown over 甲一 and 甲二."""
    top, units = grid()
    incident = Incident.objects.create(
        playbook="x", playbook_version=1, playbook_text="", level="x", title="封控应急响应", legal_basis="演练",
        scope=top.path, starts_at=EVE, ends_on=DAY + timedelta(days=30), activated_at=EVE, activated_by="顾指挥",
    )  # fmt: skip
    for name in ("甲一", "甲二"):
        IncidentUnit.objects.create(incident=incident, unit=units[name], hazard="epidemic", confined=True)
    return World(top, units, incident)


@pytest.fixture
def world(db: None) -> World:
    """The small world, with nobody in it yet."""
    return small_world()


@pytest.fixture
def manned(world: World) -> World:
    """A gate of two seats and a patrol of one by day, and four volunteers of 甲一."""
    world.post("门岗", 480, 720, needed=2, priority=2)
    world.post("巡逻", 840, 1080)
    for name in ("张一", "王二", "李三", "赵四"):
        world.person(name)
    return world


@pytest.fixture
def ten(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is ten in the morning of the first day."""
    monkeypatch.setattr(clock, "now", lambda: TEN)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return TEN
