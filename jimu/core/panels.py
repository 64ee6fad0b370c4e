"""What bricks add to each other's pages: panels of a unit or a person, marks on units."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from jimu.bricks import bricks
from jimu.core.brick import DutyShift, InHand, NextStep, UnitMark, UnitPanel, Work
from jimu.core.permissions import Actor, Granted


def unit_panels(actor: Actor, *, unit_id: UUID, path: str) -> list[str]:
    """Addresses of the fragments for a unit's page, in order: those whose right the actor has there."""
    return _addresses(actor, [panel for brick in bricks() for panel in brick.panels], unit_id, path)


def person_panels(actor: Actor, *, person_id: UUID, path: str) -> list[str]:
    """Addresses of the fragments for a person's page, in order."""
    return _addresses(actor, [panel for brick in bricks() for panel in brick.person_panels], person_id, path)


def unit_marks(actor: Actor, units: Sequence[Any]) -> Mapping[UUID, list[UnitMark]]:
    """What the bricks have to say of these units, by unit id."""
    found: dict[UUID, list[UnitMark]] = defaultdict(list)
    for brick in bricks():
        if brick.marks and units:
            for unit_id, marks in import_string(brick.marks)(actor, units).items():
                found[unit_id] += marks
    return found


def next_steps(actor: Actor, at: datetime) -> list[NextStep]:
    """What the bricks have for somebody to do, as they come. Each brick costs a few queries, however much there is."""
    return [step for brick in bricks() if brick.next_steps for step in import_string(brick.next_steps)(actor, at)]


def in_hand(actor: Actor, group: Any, at: datetime) -> list[InHand]:
    """What the people of a group have in hand, as it comes. Each brick costs a few queries, however much there is."""
    return [one for brick in bricks() if brick.in_hand for one in import_string(brick.in_hand)(actor, group, at)]


def works() -> dict[str, Work]:
    """The kinds of work of all bricks, in their order."""
    return {name: work for brick in bricks() for name, work in brick.works.items()}


def duty_shifts(people: Collection[UUID], at: datetime) -> list[DutyShift]:
    """Shifts of today of these people that are not over, by start; none where no roster is published."""
    found = [one for brick in bricks() if brick.shifts and people for one in import_string(brick.shifts)(people, at)]
    return sorted(found, key=lambda one: (one.starts_at, one.title, str(one.key)))


def held_by(people: Collection[UUID]) -> Mapping[UUID, list[Granted]]:
    """Roles that come with what people do now, beside those that their accounts were given; by person, nothing of who has none.

    As many queries for many as for one.
    """
    found: dict[UUID, list[Granted]] = defaultdict(list)
    for brick in bricks():
        if brick.grants and people:
            for person_id, roles in import_string(brick.grants)(people).items():
                found[person_id] += roles
    return dict(found)


def with_held(given: Sequence[Granted], held: Sequence[Granted]) -> tuple[Granted, ...]:
    """The roles of an account, with those that come with what its person does now, each once."""
    return (*given, *(one for one in held if one not in given))


def _addresses(actor: Actor, panels: Sequence[UnitPanel], pk: UUID, path: str) -> list[str]:
    addresses = []
    for panel in sorted(panels, key=lambda panel: panel.order):
        if actor.may(panel.right, path):
            try:
                addresses.append(reverse(panel.url, args=[pk]))
            except NoReverseMatch:
                # A brick without its pages (taken out, or not built yet) leaves a gap, not a broken page.
                continue
    return addresses
