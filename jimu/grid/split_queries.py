"""What the page of splitting shows: buildings in order, the cut into blocks, and how even it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from jimu.core.permissions import Actor, under
from jimu.grid import splitting
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.grid.splitting import House


@dataclass(frozen=True)
class Strip:
    """One block of the cut. Shares are of the mean, 1 is even. `left`, `right`: cuts after giving a house away."""

    number: int
    keeps: Unit | None
    houses: list[House]
    households: float
    elders: float
    shared: int
    share: float
    left: str
    right: str

    @property
    def off(self) -> int:
        """Percent away from the mean, with its sign."""
        return round(100 * (self.share - 1))

    @property
    def width(self) -> float:
        """Length of its bar, where the mean is 100 of 200."""
        return round(min(200.0, 100 * self.share), 1)

    @property
    def even(self) -> bool:
        return abs(self.share - 1) <= splitting.TOLERABLE + 1e-9


@dataclass(frozen=True)
class Cut:
    """A neighborhood cut into blocks."""

    unit: Unit
    houses: list[House]
    strips: list[Strip]
    cuts: list[int]
    worst: float
    worst_elders: float
    by_hand: bool
    unknown: int
    leaving: list[Unit]

    @property
    def percent(self) -> int:
        """How far the worst block is from the mean."""
        return round(100 * self.worst)

    @property
    def percent_elders(self) -> int:
        return round(100 * self.worst_elders)

    @property
    def blocks(self) -> int:
        return len(self.strips)

    @property
    def most(self) -> int:
        return min(splitting.MOST_BLOCKS, len(self.houses))

    @property
    def code(self) -> str:
        """The cuts as addresses and forms carry them."""
        return words(self.cuts)


def words(cuts: Sequence[int]) -> str:
    """Cuts as an address carries them."""
    return ",".join(map(str, cuts))


def cut_for(actor: Actor, unit_id: UUID, *, blocks: int | None, cuts: Sequence[int] | None) -> Cut:
    """A neighborhood cut into `blocks` (as many as there are now when not said), or where `cuts` say. Raises NotFound, NotPermitted."""
    unit = unit_for(actor, unit_id, "grid.edit")
    houses, standing, block_of = material(unit)
    count = blocks or len(standing) or max(1, round((unit.households or 0) / 400))
    by_hand = cuts is not None and splitting.valid(cuts, len(houses))
    chosen = list(cuts) if cuts is not None and by_hand else splitting.cuts_of(houses, count)
    kept = match(splitting.runs(houses, chosen) if houses else [], standing, block_of)
    leaving = [block for block in standing if block not in kept]
    return Cut(
        unit, houses, _strips(houses, chosen, kept), chosen, splitting.worst(houses, chosen), splitting.worst(houses, chosen, "elders"),
        by_hand, sum(not house.known for house in houses), leaving,
    )  # fmt: skip


def material(unit: Unit) -> tuple[list[House], list[Unit], dict[UUID, Unit]]:
    """Buildings in use in their natural order, blocks in use as they follow along it, and the block of each building. One query."""
    below = Unit.objects.filter(under([unit.path]), kind__in=(Unit.Kind.BLOCK, Unit.Kind.BUILDING), retired_at=None)
    rows = sorted(below, key=lambda each: splitting.natural(each.name))
    blocks = [row for row in rows if row.kind == Unit.Kind.BLOCK]
    buildings = [row for row in rows if row.kind == Unit.Kind.BUILDING]
    households = splitting.shared_out([row.households for row in buildings], unit.households)
    elders = splitting.shared_out([row.elders for row in buildings], unit.elders)
    houses = [
        House(row.pk, row.name, people, old, bool(row.shared_kitchen), row.households is not None)
        for row, people, old in zip(buildings, households, elders, strict=True)
    ]
    by_path = {block.path: block for block in blocks}
    first: dict[str, int] = {}
    for n, row in enumerate(buildings):
        first.setdefault(row.path[:-4], n)
    # Along the lanes, whatever they are called; those without a building last.
    blocks.sort(key=lambda block: first.get(block.path, len(buildings)))
    return houses, blocks, {row.pk: by_path[row.path[:-4]] for row in buildings if row.path[:-4] in by_path}


def match(runs: Sequence[Sequence[House]], standing: Sequence[Unit], block_of: dict[UUID, Unit]) -> list[Unit | None]:
    """The standing block that each run becomes; None for a new one."""
    place = {block.pk: j for j, block in enumerate(standing)}
    now = [[0.0] * len(standing) for _ in runs]
    for i, run in enumerate(runs):
        for house in run:
            if house.unit_id in block_of:
                # A house counts even when it is empty, so that a block of such houses is not lost.
                now[i][place[block_of[house.unit_id].pk]] += house.households + 0.001
    return [None if j is None else standing[j] for j in splitting.keepers(now)]


def _strips(houses: list[House], cuts: list[int], kept: Sequence[Unit | None]) -> list[Strip]:
    runs = splitting.runs(houses, cuts) if houses else []
    mean = sum(house.households for house in houses) / len(runs) if runs else 0.0
    found = []
    for i, run in enumerate(runs):
        held = sum(house.households for house in run)
        found.append(
            Strip(
                i + 1, kept[i], run, held, sum(house.elders for house in run), sum(house.shared for house in run), held / mean if mean else 1.0,
                _moved(cuts, i - 1, 1, len(houses)), _moved(cuts, i, -1, len(houses)),
            )
        )  # fmt: skip
    return found


def _moved(cuts: list[int], which: int, by: int, houses: int) -> str:
    """The cuts after one of them moved by one house; empty when it cannot."""
    if not 0 <= which < len(cuts):
        return ""
    moved = [cut + by if n == which else cut for n, cut in enumerate(cuts)]
    return words(moved) if splitting.valid(moved, houses) else ""
