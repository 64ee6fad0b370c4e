"""Reads for the page of one unit: its facts with their origin, what stands in it, what happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Sum
from django.utils.functional import Promise

from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor, under
from jimu.grid.actions import FACTS
from jimu.grid.models import Unit
from jimu.grid.queries import RIGHT, SUMMED, Tile, tiles
from jimu.grid.rules import INSIDE
from jimu.grid.splitting import natural
from jimu.grid.words import FACT_WORDS, change_words, verb_words

TOLD = 20
# How far back the origin of a number is looked for.
ENTRIES_READ = 80


@dataclass(frozen=True)
class Fact:
    """A number of a unit. `summed`: the unit says none itself, so it is the sum of what stands in it."""

    name: str
    label: str | Promise
    value: int | None
    summed: bool
    origin: JournalEntry | None
    drawn: int | None = None

    @property
    def differs(self) -> bool:
        """Whether the stated number is not what is drawn in the grid."""
        return self.drawn is not None and self.value is not None and not self.summed and self.drawn != self.value

    @property
    def origin_words(self) -> str:
        """How the number came here: 导入底数, 修改底数."""
        return verb_words(self.origin.verb) if self.origin else ""


def facts_of(unit: Unit) -> list[Fact]:
    """The numbers of a unit with where they come from."""
    sums, drawn, origins = _sums(unit), _drawn(unit), _origins(unit)
    facts = []
    for name in FACTS:
        if name == "blocks" and unit.kind in (Unit.Kind.BLOCK, Unit.Kind.BUILDING):
            continue
        if name == "buildings" and unit.kind == Unit.Kind.BUILDING:
            continue
        own = getattr(unit, name)
        below = sums.get(name)
        facts.append(
            Fact(name, FACT_WORDS[name], below if own is None else own, own is None and below is not None, origins.get(name), drawn.get(name))
        )
    return facts


def _sums(unit: Unit) -> Mapping[str, int | None]:
    """Sums over the nearest level that states numbers: neighborhoods below a zone, buildings below a block."""
    wide = unit.kind in (Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE)
    kind, names = (Unit.Kind.NEIGHBORHOOD, FACTS) if wide else (Unit.Kind.BUILDING, SUMMED)
    if unit.kind == Unit.Kind.BUILDING:
        return {}
    rows = Unit.objects.filter(under([unit.path]), kind=kind, retired_at=None)
    sums: dict[str, int | None] = rows.aggregate(**{name: Sum(name) for name in names})
    return sums


def _drawn(unit: Unit) -> Mapping[str, int]:
    """How many blocks and buildings the grid has here; empty when none was ever drawn."""
    rows = Unit.objects.filter(under([unit.path]), kind__in=[Unit.Kind.BLOCK, Unit.Kind.BUILDING], retired_at=None)
    counts = dict(rows.values_list("kind").annotate(n=Count("pk")).order_by())
    return {"blocks": counts.get(Unit.Kind.BLOCK, 0), "buildings": counts.get(Unit.Kind.BUILDING, 0)} if counts else {}


def _origins(unit: Unit) -> dict[str, JournalEntry]:
    """The newest entry that set each number."""
    entries = JournalEntry.objects.filter(target=f"unit:{unit.pk}", verb__in=["grid.facts_edited", "grid.unit_imported"])
    found: dict[str, JournalEntry] = {}
    for entry in entries[:ENTRIES_READ]:
        after = entry.data.get("after")
        for name in after if isinstance(after, dict) else ():
            found.setdefault(name, entry)
    return found


@dataclass
class Row:
    """A block with its buildings, drawn as a strip; `block` is None for buildings that stand in no block."""

    block: Tile | None
    buildings: list[Tile] = field(default_factory=list)


@dataclass(frozen=True)
class Inside:
    """What stands in a unit: `rows` of blocks and buildings, or `tiles` of wider units; `retired` what stood there."""

    tiles: Sequence[Tile]
    rows: Sequence[Row]
    retired: Sequence[Unit]

    @property
    def buildings(self) -> int:
        """How many buildings are drawn."""
        return sum(len(row.buildings) for row in self.rows)

    @property
    def unled(self) -> int:
        """How many of them somebody should lead and nobody does."""
        return sum(1 for row in self.rows for tile in row.buildings if tile.alarms)


def inside(actor: Actor, unit: Unit) -> Inside:
    """The units in a unit that the asker may see, ready to draw."""
    deep = unit.kind in (Unit.Kind.NEIGHBORHOOD, Unit.Kind.BLOCK)
    below = Unit.objects.filter(under([unit.path])).exclude(pk=unit.pk).order_by("path")
    units = list(below if deep else below.filter(depth=unit.depth + 1))
    if not actor.may(RIGHT, unit.path):
        units = [u for u in units if actor.may(RIGHT, u.path)]
    drawn = tiles(actor, [u for u in units if u.retired_at is None])
    retired = [u for u in units if u.retired_at and u.depth == unit.depth + 1]
    return Inside([], _rows(drawn), retired) if deep else Inside(drawn, [], retired)


def _rows(drawn: Sequence[Tile]) -> list[Row]:
    rows: list[Row] = []
    for tile in drawn:
        if tile.unit.kind == Unit.Kind.BLOCK:
            rows.append(Row(tile))
            continue
        block = rows[-1].block if rows else None
        if not rows or (block is not None and not tile.unit.path.startswith(block.unit.path)):
            rows.append(Row(None))
        rows[-1].buildings.append(tile)
    for row in rows:
        # A building that came from another block stands last in the tree, but not along the lane.
        row.buildings.sort(key=lambda tile: natural(tile.unit.name))
    return rows


def history(unit: Unit) -> list[dict[str, Any]]:
    """What happened to a unit, newest first, in words."""
    entries = JournalEntry.objects.filter(target=f"unit:{unit.pk}")[:TOLD]
    return [
        {"at": entry.at, "who": entry.actor_name, "what": verb_words(entry.verb), "change": change_words(entry), "reason": entry.data.get("reason", "")}
        for entry in entries
    ]


def kinds_inside(unit: Unit) -> list[tuple[str, str | Promise]]:
    """What may be added to a unit: (kind, label)."""
    return [(kind, Unit.Kind(kind).label) for kind in INSIDE[unit.kind]]


def homes_for(actor: Actor, unit: Unit) -> list[Unit]:
    """Where a neighborhood could be moved to: zones and subdistricts of the asker's part, in use."""
    if unit.kind != Unit.Kind.NEIGHBORHOOD:
        return []
    paths = actor.paths("grid.edit")
    homes = Unit.objects.filter(under(paths), kind__in=[Unit.Kind.SUBDISTRICT, Unit.Kind.ZONE], retired_at=None)
    return [home for home in homes.order_by("path") if home.path != unit.path[: -len("0000")]]
