"""Drawings of the board as numbers and path data: the map of tiles, bricks, the tide of the coming day.

Templates place what this computes; colours come from classes, so that one drawing serves light, dark and print.
Lengths are in units of the view box.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jimu.command.geometry import (
    Point,
    Polygon,
    area,
    clip,
    inset,
    roomiest_box,
    rounded_path,
    share_out,
    slice_out,
)
from jimu.command.rules import Seats

WIDTH, HEIGHT, WALL_HEIGHT = 1200.0, 760.0, 650.0
FEW_TILES, MANY_TILES = 30, 160
ZONE_GAP, TILE_GAP = 9.0, 3.5
# The face of a tile is composed on a card of this size, then scaled to the room in its cell.
CARD_WIDTH, CARD_HEIGHT = 140.0, 112.0
LARGEST_SCALE = 2.6
FACE_MARGIN = 7.0
ZONE_HEAD = 24.0
MOST_BRICKS, BRICK_HEIGHT, BRICK_SHARE = 60, 29.0, 0.8
# A city quarter has a few straight bounds, none of them quite square.
_OUTLINE: Sequence[Point] = (
    (0.0, 0.07), (0.05, 0.01), (0.40, 0.0), (0.88, 0.012), (0.965, 0.05), (1.0, 0.16),
    (0.995, 0.74), (0.965, 0.93), (0.90, 0.985), (0.52, 1.0), (0.10, 0.985), (0.02, 0.93), (0.0, 0.80),
)  # fmt: skip


@dataclass(frozen=True)
class ZoneShape:
    """A zone on the map: its ground, and where its name stands."""

    zone_id: str
    ground: str
    label: Point


@dataclass(frozen=True)
class TileShape:
    """A neighborhood on the map: its outline, and where and how large its face is."""

    unit_id: str
    outline: str
    x: float
    y: float
    scale: float


@dataclass(frozen=True)
class Map:
    """The shapes of the map, in a view box of WIDTH × `height`; `grain` is how fine its details are, 1 for few tiles."""

    zones: tuple[ZoneShape, ...]
    tiles: tuple[TileShape, ...]
    height: float
    grain: float


@lru_cache(maxsize=64)
def draw_map(zones: tuple[tuple[str, tuple[tuple[str, int], ...]], ...], height: float = HEIGHT) -> Map:
    """The map of zones, each (id, ((unit id, households), …)), in the order of the grid, WIDTH × `height`.

    It depends on the grid alone, so it stands still while numbers change, and is computed once.
    """
    inhabited = [(zone_id, units) for zone_id, units in zones if units]
    if not inhabited:
        return Map((), (), height, 1.0)
    weights = _evened([[households for _, households in units] for _, units in inhabited])
    outline: Polygon = [(x * WIDTH, y * height) for x, y in _OUTLINE]
    # Streets, names and corners grow finer as the tiles do.
    count = sum(len(of_zone) for of_zone in weights)
    grain = min(1.0, (FEW_TILES / count) ** 0.5)
    # Looking for roomier shapes is worth it while there are few, and everything on them is read.
    tries = max(1, min(6, MANY_TILES // count))
    regions = slice_out(outline, [sum(of_zone) for of_zone in weights])
    zone_shapes: list[ZoneShape] = []
    cells: list[tuple[str, Polygon]] = []
    for (zone_id, units), of_zone, region in zip(inhabited, weights, regions, strict=True):
        ground = inset(region, ZONE_GAP * grain) or region
        label, rest = _headed(ground, ZONE_HEAD * grain)
        zone_shapes.append(ZoneShape(zone_id, rounded_path(ground, 22 * grain), label))
        gap = TILE_GAP * grain
        shares = share_out(inset(rest, gap) or rest, of_zone, tries=tries)
        cells += [(unit_id, inset(cell, gap) or cell) for (unit_id, _), cell in zip(units, shares, strict=True)]
    return Map(tuple(zone_shapes), _tiles(cells, grain), height, round(grain, 3))


def _evened(households: Sequence[Sequence[int]]) -> list[list[float]]:
    """Weights between equal and proportionate, so that a small neighborhood can still be read."""
    flat = [count for of_zone in households for count in of_zone]
    mean = sum(flat) / len(flat) or 1.0
    return [[0.6 + 0.4 * min(count or mean, 3 * mean) / mean for count in of_zone] for of_zone in households]


def _headed(ground: Polygon, head: float) -> tuple[Point, Polygon]:
    """Where a zone's name stands along its upper edge, and the ground that is left below it."""
    top = min(y for _, y in ground)
    line = top + head
    crossing = [x for x, y in clip(clip(ground, 0, 1, line), 0, -1, -line + 0.5)]
    rest = clip(ground, 0, -1, -line)
    if not crossing or len(rest) < 3 or area(rest) < area(ground) / 2:
        return (sum(x for x, _ in ground) / len(ground), top), ground
    return (round((min(crossing) + max(crossing)) / 2, 1), round(line - head / 5, 1)), rest


def _tiles(cells: Sequence[tuple[str, Polygon]], grain: float) -> tuple[TileShape, ...]:
    """Tiles with their faces, scaled to their room but not much larger than most, so that the page stays calm."""
    boxes = [roomiest_box(inset(cell, FACE_MARGIN * grain) or cell, CARD_WIDTH / CARD_HEIGHT) for _, cell in cells]
    scales = [box.half_width * 2 / CARD_WIDTH for box in boxes]
    largest = sorted(scales)[len(scales) // 2] * 1.12
    return tuple(
        TileShape(unit_id, rounded_path(cell, 14 * grain), round(box.x, 1), round(box.y, 1), round(min(scale, largest, LARGEST_SCALE), 3))
        for (unit_id, cell), box, scale in zip(cells, boxes, scales, strict=True)
    )


@dataclass(frozen=True)
class Bricks:
    """One brick a seat, as path data by how the seat stands; `per` seats a brick when there are too many."""

    arrived: str
    filled: str
    open: str
    per: int


def draw_bricks(
    seats: Seats, *, largest: float = 16.0, width: float = CARD_WIDTH, height: float = BRICK_HEIGHT
) -> Bricks:
    """Bricks of one tile in rows from top left: signed in, expected, open; as large as the room allows, up to `largest`."""
    per = max(1, -(-max(seats.needed, seats.manned) // MOST_BRICKS))
    arrived = -(-min(seats.arrived, seats.manned) // per)
    manned = max(arrived, seats.manned // per)
    total = max(manned, -(-seats.needed // per))
    columns, pitch = _wall(total, width, height, largest)
    paths = {"a": "", "f": "", "o": ""}
    for index, kind in enumerate("a" * arrived + "f" * (manned - arrived) + "o" * (total - manned)):
        row, column = divmod(index, columns)
        # An open seat is drawn as a frame: its stroke stays inside the brick's place.
        edge = 0.9 if kind == "o" else 0.0
        x, y = column * pitch - width / 2 + edge, row * pitch + edge
        side = pitch * BRICK_SHARE - 2 * edge
        paths[kind] += f"M{x:.2f} {y:.2f}h{side:.2f}v{side:.2f}h-{side:.2f}z"
    return Bricks(paths["a"], paths["f"], paths["o"], per)


def _wall(total: int, width: float, height: float, largest: float) -> tuple[int, float]:
    """Columns, and the distance from brick to brick, that make the bricks of a wall largest."""
    best = (max(1, total), 0.0)
    for rows in range(1, 5):
        columns = max(1, -(-total // rows))
        pitch = min(width / (columns - 1 + BRICK_SHARE), height / (rows - 1 + BRICK_SHARE), largest)
        if pitch > best[1] + 0.01:
            best = (columns, pitch)
    return best


@dataclass(frozen=True)
class Tide:
    """The coming day as areas over time: needed seats, those filled, and the gap between."""

    needed: str
    filled: str
    gap: str
    peak: int


def draw_tide(hours: Sequence[Seats], *, width: float, height: float, peak: int = 0) -> Tide:
    """Steps by the hour, as high as the greatest need (or a given peak, so that drawings compare)."""
    highest = max([peak, *[seats.needed for seats in hours]], default=0)
    if not highest:
        return Tide("", "", "", 0)
    step = width / len(hours)
    top = [height - height * seats.needed / highest for seats in hours]
    water = [height - height * min(seats.manned, seats.needed) / highest for seats in hours]
    gap = "".join(
        f"M{n * step:.1f} {top[n]:.1f}h{step:.2f}V{water[n]:.1f}h-{step:.2f}z" for n in range(len(hours)) if water[n] - top[n] > 0.01
    )
    return Tide(_steps(top, step, height), _steps(water, step, height), gap, highest)


def _steps(tops: Sequence[float], step: float, height: float) -> str:
    parts = [f"M0 {height:.1f}"]
    for n, top in enumerate(tops):
        if not n or top != tops[n - 1]:
            parts.append(f"L{n * step:.1f} {top:.1f}" if not n else f"H{n * step:.1f}V{top:.1f}")
    return "".join(parts) + f"H{len(tops) * step:.1f}V{height:.1f}Z"


def ring(share: float, radius: float) -> tuple[float, float]:
    """Dash and rest of a circle's stroke that is drawn for a share of it."""
    around = 2 * 3.14159265 * radius
    return round(around * max(0.0, min(1.0, share)), 2), round(around, 2)
