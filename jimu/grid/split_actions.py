"""Writes of splitting: the cut becomes blocks in one transaction, and which buildings share kitchens is marked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.events import announce
from jimu.core.permissions import Actor, under
from jimu.grid import splitting
from jimu.grid.events import UnitMoved
from jimu.grid.models import FormerUnit, Unit
from jimu.grid.paths import child_path
from jimu.grid.places import next_child, relocate
from jimu.grid.split_queries import match, material
from jimu.grid.tree_actions import create_units

RIGHT = "grid.edit"


def split(*, actor: Actor, at: datetime, unit_id: UUID, cuts: Sequence[int], houses: Sequence[UUID]) -> list[Unit]:
    """Cut a neighborhood into blocks; returns them in order.

    `houses` are the buildings in the order that was seen. A block that keeps most of its households stays, with its
    leaders, name and code; further ones are made; a block that is left without buildings is retired, and can be restored.
    Raises Conflict when the buildings are not those that were seen, Invalid for cuts that leave a block empty.
    """
    with transaction.atomic():
        locks.hold("grid")
        unit = _neighborhood(actor, unit_id)
        now, standing, block_of = material(unit)
        if [house.unit_id for house in now] != list(houses):
            raise Conflict(_("楼栋刚刚有变动，请刷新后重新划分。"), code="buildings_changed")
        if not now or not splitting.valid(cuts, len(now)) or len(cuts) >= splitting.MOST_BLOCKS:
            raise Invalid(_("每个网格块至少要有一幢楼。请重新划分。"), code="empty_block")
        runs = splitting.runs(now, cuts)
        kept = match(runs, standing, block_of)
        blocks = _with_new(actor, at, unit, kept, standing)
        moved = 0
        for block, run in zip(blocks, runs, strict=True):
            strangers = [house.unit_id for house in run if block_of.get(house.unit_id) != block]
            moved += len(strangers)
            _move_into(actor, at, block, strangers)
        gone = [block for block in standing if block not in kept]
        for block in gone:
            Unit.objects.filter(pk=block.pk).update(retired_at=at)
            data: dict[str, object] = {"reason": _("重划网格块")}
            journal.record(actor=actor, at=at, verb="grid.retired", target=f"unit:{block.pk}", scope=block.path, data=data)
        Unit.objects.filter(pk=unit.pk).update(blocks=len(blocks))
        data = {"after": {"blocks": len(blocks)}, "before": {"blocks": unit.blocks}, "moved": moved, "retired": len(gone)}
        journal.record(actor=actor, at=at, verb="grid.split", target=f"unit:{unit.pk}", scope=unit.path, data=data)
        live.beat("board")
    return blocks


def mark_kitchens(*, actor: Actor, at: datetime, unit_id: UUID, shared: Collection[UUID]) -> int:
    """Say which buildings of a neighborhood share kitchens; the others do not. Returns how many changed."""
    with transaction.atomic():
        locks.hold("grid")
        unit = _neighborhood(actor, unit_id)
        rows = Unit.objects.filter(under([unit.path]), kind=Unit.Kind.BUILDING, retired_at=None)
        changed = [row for row in rows if row.shared_kitchen != (row.pk in shared)]
        for row in changed:
            row.shared_kitchen = row.pk in shared
        Unit.objects.bulk_update(changed, ["shared_kitchen"], batch_size=500)
        if changed:
            data = {"shared": len(shared), "changed": len(changed)}
            journal.record(actor=actor, at=at, verb="grid.kitchens_marked", target=f"unit:{unit.pk}", scope=unit.path, data=data)
    return len(changed)


def _neighborhood(actor: Actor, unit_id: UUID) -> Unit:
    unit: Unit | None = Unit.objects.filter(pk=unit_id, kind=Unit.Kind.NEIGHBORHOOD, retired_at=None).first()
    if unit is None or not actor.may("grid.view", unit.path):
        raise NotFound
    actor.require(RIGHT, unit.path)
    return unit


def _with_new(actor: Actor, at: datetime, unit: Unit, kept: Sequence[Unit | None], standing: Sequence[Unit]) -> list[Unit]:
    """The blocks of the runs; those that are missing are made, with the lowest names that nobody there ever had."""
    taken = set(Unit.objects.filter(under([unit.path]), depth=unit.depth + 1).values_list("name", flat=True))
    free = (name for n in range(1, 10_000) if (name := _("第{n}网格块").format(n=n)) not in taken)
    names = [next(free) for block in kept if block is None]
    made = iter(create_units(actor=actor, at=at, parent_id=unit.pk, kind=Unit.Kind.BLOCK, names=names) if names else [])
    return [block if block is not None else next(made) for block in kept]


def _move_into(actor: Actor, at: datetime, block: Unit, houses: Sequence[UUID]) -> None:
    """Put buildings into a block; rights, people and records move with them."""
    for house in Unit.objects.filter(pk__in=houses).order_by("path"):
        old = house.path
        FormerUnit.objects.create(unit=house, path=old, until=at)
        relocate(house, child_path(block.path, next_child(block)))
        data = {"to": block.name}
        journal.record(actor=actor, at=at, verb="grid.changed_block", target=f"unit:{house.pk}", scope=house.path, data=data)
        announce(UnitMoved(house.pk, old, house.path))
