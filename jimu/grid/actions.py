"""Writes of the grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.grid.paths import child_path
from jimu.grid.places import next_child

FACTS = ("households", "residents", "elders", "elders_living_alone", "buildings", "blocks")

MOST = 10_000_000


@dataclass(frozen=True)
class NeighborhoodFacts:
    """What a list says of one neighborhood; numbers by the names in FACTS."""

    name: str
    short_name: str
    numbers: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def found_subdistrict(*, actor: Actor, at: datetime, name: str = "") -> Unit:
    """The root of the grid; founded when there is none yet."""
    with transaction.atomic():
        locks.hold("grid")
        root: Unit | None = Unit.objects.filter(depth=1).first()
        if root is not None:
            return root
        actor.require("grid.edit", "")
        called = name or _("本街道")
        made: Unit = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": called, "short_name": called})
        journal.record(actor=actor, at=at, verb="grid.founded", target=f"unit:{made.pk}", scope=made.path)
    return made


def ensure_neighborhoods(*, actor: Actor, at: datetime, root: Unit, facts: Sequence[NeighborhoodFacts]) -> tuple[int, int]:
    """Make the neighborhoods that are not there yet, with their blocks and buildings; update the facts of the others.

    Returns (created, changed). Nothing that is known is blanked by a list that does not say it.
    """
    with transaction.atomic():
        locks.hold("grid")
        actor.require("grid.edit", root.path)
        known = {u.short_name: u for u in Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD, path__startswith=root.path)}
        by_name = {f.short_name: f for f in facts}
        fresh = [f for f in facts if f.short_name not in known]
        created = _create(root, fresh)
        changed = [unit for f in facts if (unit := known.get(f.short_name)) is not None and _update(unit, f)]
        if changed:
            Unit.objects.bulk_update(changed, [*FACTS, "note"])
        for unit in [*created, *changed]:
            told = {name: value for name in FACTS if (value := by_name[unit.short_name].numbers.get(name)) is not None}
            journal.record(actor=actor, at=at, verb="grid.unit_imported", target=f"unit:{unit.pk}", scope=unit.path, data={"after": told})
        if created or changed:
            data = {"created": len(created), "changed": len(changed)}
            journal.record(actor=actor, at=at, verb="grid.facts_imported", target=f"unit:{root.pk}", scope=root.path, data=data)
            live.beat("board")
    return len(created), len(changed)


def _create(root: Unit, facts: Sequence[NeighborhoodFacts]) -> list[Unit]:
    first = next_child(root)
    units: list[Unit] = []
    inner: list[Unit] = []
    for number, f in enumerate(facts, first):
        values = {name: f.numbers.get(name) for name in FACTS}
        unit = _unit(root, number, Unit.Kind.NEIGHBORHOOD, f.name, f.short_name, note=f.note, **values)
        units.append(unit)
        inner += _inside(unit)
    Unit.objects.bulk_create([*units, *inner], batch_size=500)
    Unit.objects.filter(pk=root.pk).update(numchild=root.numchild + len(units))
    root.numchild += len(units)
    return units


def _inside(neighborhood: Unit) -> list[Unit]:
    """Blocks of a neighborhood and its buildings, dealt to the blocks in order, evenly."""
    blocks = [
        _unit(neighborhood, n, Unit.Kind.BLOCK, _("第{n}网格块").format(n=n), str(n)) for n in range(1, (neighborhood.blocks or 0) + 1)
    ]
    neighborhood.numchild = len(blocks)
    buildings: list[Unit] = []
    total = neighborhood.buildings or 0
    for at, block in enumerate(blocks):
        numbers = range(total * at // len(blocks) + 1, total * (at + 1) // len(blocks) + 1)
        made = [_unit(block, i, Unit.Kind.BUILDING, _("{n}号楼").format(n=n), str(n)) for i, n in enumerate(numbers, 1)]
        block.numchild = len(made)
        buildings += made
    return [*blocks, *buildings]


def _unit(parent: Unit, number: int, kind: str, name: str, short_name: str, **values: object) -> Unit:
    path = child_path(parent.path, number)
    return Unit(path=path, depth=len(path) // 4, numchild=0, kind=kind, name=name, short_name=short_name, order=number, **values)


def _update(unit: Unit, facts: NeighborhoodFacts) -> bool:
    changed = False
    for name in FACTS:
        value = facts.numbers.get(name)
        if value is not None and getattr(unit, name) != value:
            setattr(unit, name, value)
            changed = True
    if facts.note and unit.note != facts.note:
        unit.note, changed = facts.note, True
    return changed


def edit_facts(*, actor: Actor, at: datetime, unit_id: UUID, values: Mapping[str, int | None], seen: Mapping[str, int | None]) -> Unit:
    """Change the numbers of a unit. `seen` is what the editor saw: if somebody changed it meanwhile, raise Conflict."""
    with transaction.atomic():
        locks.hold("grid")
        unit: Unit | None = Unit.objects.filter(pk=unit_id).first()
        if unit is None or not actor.may("grid.view", unit.path):
            raise NotFound
        actor.require("grid.edit", unit.path)
        changes = {name: value for name, value in values.items() if name in FACTS and value != getattr(unit, name)}
        if any(getattr(unit, name) != seen.get(name) for name in changes):
            raise Conflict(_("这些数字刚刚有人改过，请刷新后再改。"))
        if any(value is not None and not 0 <= value <= MOST for value in changes.values()):
            raise Invalid(_("数字应在 0 到 {most} 之间。").format(most=MOST), code="number_impossible")
        before = {name: getattr(unit, name) for name in changes}
        for name, value in changes.items():
            setattr(unit, name, value)
        if changes:
            unit.save(update_fields=list(changes))
            data = {"before": before, "after": changes}
            journal.record(actor=actor, at=at, verb="grid.facts_edited", target=f"unit:{unit.pk}", scope=unit.path, data=data)
            live.beat("board")
    return unit
