"""Whatever edits by hand are accepted, in whatever order, no hard rule is broken that nobody lifted by name."""

import contextlib

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.errors import JimuError
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, judge
from jimu.roster.models import Assignment, Shift

from .conftest import EVE, World

NAMES = ("干部", "组长", "晚间", "不值夜", "会扫码")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["assign", "move", "swap", "release", "undo"]),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from([None, "我来负责"]),
    ),
    min_size=4,
    max_size=14,
)


class _RolledBack(Exception):
    pass


def _world(world: World) -> None:
    world.post("门岗", 480, 720, needed=2)
    world.post("扫码", 480, 720, qualifications=["scanning"])
    world.post("长岗", 780, 1080)
    world.post("夜岗", 1320, 1560)
    world.person("干部", "office_cadre", unit=None)
    world.person("组长", "building_leader")
    world.person("晚间", times=[(127, 1080, 1600)])
    world.person("不值夜", limits=["no_night"])
    world.person("会扫码", skills=["scanning"])


def _step(world: World, roster, shifts, entries, kind: str, a: int, b: int, reason: str | None) -> None:
    given = {"actor": SYSTEM, "at": EVE, "roster_id": roster.pk}
    seats = list(Assignment.objects.order_by("shift__starts_at", "shift__post__title", "seat"))
    if kind == "assign":
        person = world.people[NAMES[b % len(NAMES)]]
        edit = actions.assign(
            **given, shift_id=shifts[a % len(shifts)], person_id=person.pk, override_reason=reason
        )
    elif kind == "undo" and entries:
        edit = actions.undo(**given, entry_id=entries[a % len(entries)])
    elif not seats or kind == "undo":
        return
    elif kind == "move":
        seat = seats[a % len(seats)]
        edit = actions.move(
            **given, assignment_id=seat.pk, to_shift_id=shifts[b % len(shifts)], override_reason=reason
        )
    elif kind == "swap":
        one, two = seats[a % len(seats)], seats[b % len(seats)]
        edit = actions.swap(**given, assignment_id=one.pk, with_assignment_id=two.pk, override_reason=reason)
    else:
        edit = actions.unassign(**given, assignment_id=seats[a % len(seats)].pk)
    entries.append(edit.entry.pk)


def _holds(roster) -> None:
    assert judge.hard_breaches(roster) == []
    for shift in Shift.objects.filter(roster=roster):
        assert shift.filled == shift.assignments.count() <= shift.needed


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(steps=STEPS)
def test_accepted_edits_never_leave_a_breach_that_nobody_lifted(world: World, steps) -> None:
    with contextlib.suppress(_RolledBack), transaction.atomic():
        world.people.clear()
        _world(world)
        roster = world.draft(4)
        shifts = list(Shift.objects.filter(roster=roster).order_by("starts_at", "post__title").values_list("pk", flat=True))
        entries: list = []
        for step in steps:
            with contextlib.suppress(JimuError):
                _step(world, roster, shifts, entries, *step)
        _holds(roster)
        raise _RolledBack
