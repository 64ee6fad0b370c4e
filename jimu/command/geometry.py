"""Plane geometry of the map: a region is shared out among cells whose areas follow weights.

Regions and cells are convex polygons, lists of (x, y) counter-clockwise or clockwise alike. Sharing out is a
power diagram whose sites and weights are relaxed until each cell has about its share of the area (after
Nocaj and Brandes, "Computing Voronoi Treemaps", 2012).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Polygon = list[Point]

ROUNDS = 60
_WORK = 1200
# A cell that misses its share by more than this part of it looks wrong.
NEAR = 0.08


@dataclass(frozen=True)
class Box:
    """A rectangle by its centre and half sizes."""

    x: float
    y: float
    half_width: float
    half_height: float


def area(polygon: Sequence[Point]) -> float:
    """Area of a simple polygon, never negative."""
    return abs(_signed(polygon))


def centroid(polygon: Sequence[Point]) -> Point:
    """Centre of mass of a polygon with an area."""
    twice = _signed(polygon) * 2
    x = y = 0.0
    for (x0, y0), (x1, y1) in _edges(polygon):
        cross = x0 * y1 - x1 * y0
        x += (x0 + x1) * cross
        y += (y0 + y1) * cross
    return x / (3 * twice), y / (3 * twice)


def clip(polygon: Sequence[Point], a: float, b: float, c: float) -> Polygon:
    """The part of a convex polygon where a·x + b·y ≤ c."""
    kept: Polygon = []
    for (x0, y0), (x1, y1) in _edges(polygon):
        before, after = a * x0 + b * y0 - c, a * x1 + b * y1 - c
        if before <= 0:
            kept.append((x0, y0))
        if before * after < 0:
            share = before / (before - after)
            kept.append((x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    return kept


def inset(polygon: Sequence[Point], by: float) -> Polygon:
    """The convex polygon with every edge moved inwards; empty when nothing is left."""
    kept = list(polygon)
    for nx, ny, offset in _half_planes(polygon):
        kept = clip(kept, nx, ny, offset - by)
        if len(kept) < 3:
            return []
    return kept


def share_out(region: Sequence[Point], weights: Sequence[float], *, tries: int = 1) -> list[Polygon]:
    """One convex cell for each positive weight, in order from top left to bottom right, areas after the weights.

    Of several tries, each from other starting rows, the one whose tightest cell is roomiest. A start from which the cells do
    not come near their shares counts for nothing; when all do, others are tried.
    """
    if len(weights) == 1:
        return [list(region)]
    found: list[tuple[float, list[Polygon]]] = []
    for number, start in enumerate(_starts(region, len(weights))):
        if number >= tries and any(off <= NEAR for off, _cells in found):
            break
        cells = _relaxed(region, weights, start)
        found.append((_off(cells, weights), cells))
    near = [cells for off, cells in found if off <= NEAR]
    return max(near, key=_tightest) if near else min(found, key=lambda one: one[0])[1]


def _off(cells: Sequence[Polygon], weights: Sequence[float]) -> float:
    """By how much of its share the worst cell misses it."""
    whole, total = sum(map(area, cells)), sum(weights)
    return max(abs(area(cell) / whole * total / weight - 1) for cell, weight in zip(cells, weights, strict=True))


def slice_out(region: Sequence[Point], weights: Sequence[float]) -> list[Polygon]:
    """Cells of exactly the weights' areas in rows and columns, a little aslant; for a few large parts of a map.

    Relaxed cells of a wide region come to lie along its diagonals, and what stands in them finds little room.
    Of all numbers of rows, the one whose tightest cell is roomiest.
    """
    tries = [_sliced(region, weights, rows) for rows in range(1, len(weights) + 1)]
    return max(tries, key=_tightest)


def _sliced(region: Sequence[Point], weights: Sequence[float], rows: int) -> list[Polygon]:
    counts = [len(weights) // rows + (1 if row < len(weights) % rows else 0) for row in range(rows)]
    rest, cells, first = list(region), [], 0
    for row, columns in enumerate(counts):
        of_row = weights[first : first + columns]
        band, rest = _cut(rest, sum(of_row) / sum(weights[first:]), 0.03 * (-1) ** row, 1.0)
        for column in range(columns):
            cell, band = _cut(band, of_row[column] / sum(of_row[column:]), 1.0, 0.05 * (-1) ** (row + column))
            cells.append(cell)
        first += columns
    return cells


def _cut(polygon: Polygon, share: float, a: float, b: float) -> tuple[Polygon, Polygon]:
    """A convex polygon in two along a·x + b·y = c, with c such that the first has the share of the area."""
    if share >= 1.0 - 1e-9:
        return polygon, []
    wanted = share * area(polygon)
    low, high = min(a * x + b * y for x, y in polygon), max(a * x + b * y for x, y in polygon)
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if area(clip(polygon, a, b, middle)) < wanted else (low, middle)
    return clip(polygon, a, b, high), clip(polygon, -a, -b, -high)


def _tightest(cells: Sequence[Polygon]) -> float:
    return min(roomiest_box(cell, 1.25).half_height if len(cell) >= 3 else 0.0 for cell in cells)


def _relaxed(region: Sequence[Point], weights: Sequence[float], start: list[Point]) -> list[Polygon]:
    total, whole = sum(weights), area(region)
    targets = [whole * weight / total for weight in weights]
    sites, powers = start, [0.0] * len(weights)
    cells = _power_cells(region, sites, powers)
    # The cost of a round grows with the square of the cells; many small cells need fewer to look even.
    for _ in range(max(20, min(ROUNDS, _WORK // len(weights)))):
        if any(len(cell) < 3 for cell in cells):
            powers = [0.0] * len(powers)
        else:
            sites = [centroid(cell) for cell in cells]
            powers = _leaned(sites, powers, cells, targets)
        cells = _power_cells(region, sites, powers)
    if any(len(cell) < 3 for cell in cells):
        cells = _power_cells(region, sites, [0.0] * len(powers))
    return cells


def roomiest_box(polygon: Sequence[Point], aspect: float) -> Box:
    """About the largest upright rectangle of an aspect (width over height) inside a convex polygon."""
    planes = _half_planes(polygon)
    x, y = centroid(polygon)

    def fit(px: float, py: float) -> float:
        return min((offset - nx * px - ny * py) / (abs(nx) * aspect + abs(ny)) for nx, ny, offset in planes)

    best, step = fit(x, y), math.sqrt(area(polygon)) / 4
    while step > 0.5:
        tries = [(x + dx * step, y + dy * step) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))]
        found = max(tries, key=lambda point: fit(*point))
        if fit(*found) > best:
            (x, y), best = found, fit(*found)
        else:
            step /= 2
    return Box(x, y, max(best, 0.0) * aspect, max(best, 0.0))


def rounded_path(polygon: Sequence[Point], radius: float) -> str:
    """SVG path data of the polygon with rounded corners."""
    parts: list[str] = []
    for before, corner, after in zip([polygon[-1], *polygon[:-1]], polygon, [*polygon[1:], polygon[0]], strict=True):
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"{'L' if parts else 'M'}{enter[0]:.1f} {enter[1]:.1f}")
        parts.append(f"Q{corner[0]:.1f} {corner[1]:.1f} {leave[0]:.1f} {leave[1]:.1f}")
    return "".join(parts) + "Z"


def _edges(polygon: Sequence[Point]) -> list[tuple[Point, Point]]:
    return list(zip(polygon, [*polygon[1:], polygon[0]], strict=True))


def _signed(polygon: Sequence[Point]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in _edges(polygon)) / 2


def _half_planes(polygon: Sequence[Point]) -> list[tuple[float, float, float]]:
    """Outward unit normal and offset of each edge: inside is n·p ≤ offset."""
    turn = 1.0 if _signed(polygon) > 0 else -1.0
    planes = []
    for (x0, y0), (x1, y1) in _edges(polygon):
        length = math.hypot(x1 - x0, y1 - y0)
        if length > 1e-9:
            nx, ny = turn * (y1 - y0) / length, turn * (x0 - x1) / length
            planes.append((nx, ny, nx * x0 + ny * y0))
    return planes


def _starts(region: Sequence[Point], count: int) -> list[list[Point]]:
    """Starting sites for each sensible number of rows, the most natural first."""
    xs, ys = [x for x, _ in region], [y for _, y in region]
    natural = max(1, min(count, round(math.sqrt(count * (max(ys) - min(ys)) / (max(xs) - min(xs))))))
    rows = [r for r in (natural, natural + 1, natural - 1) if 1 <= r <= count]
    return [_seeds(region, count, r, lean) for lean in (1, -1) for r in rows]


def _seeds(region: Sequence[Point], count: int, rows: int, lean: int) -> list[Point]:
    """Sites in reading order in rows, pulled inside the region; `lean` 1 or -1 puts the longer rows first or last."""
    xs, ys = [x for x, _ in region], [y for _, y in region]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    counts = [count // rows + (1 if row < count % rows else 0) for row in range(rows)][::lean]
    centre, planes = centroid(region), _half_planes(region)
    sites = []
    for row, columns in enumerate(counts):
        for column in range(columns):
            # A slight lean of alternate rows keeps bisectors from meeting in one point.
            x = min(xs) + width * (column + 0.5 + 0.07 * (-1) ** row) / columns
            y = min(ys) + height * (row + 0.5 + 0.05 * (-1) ** column) / rows
            while any(nx * x + ny * y > offset for nx, ny, offset in planes):
                x, y = x + 0.1 * (centre[0] - x), y + 0.1 * (centre[1] - y)
            sites.append((x, y))
    return sites


def _power_cells(region: Sequence[Point], sites: Sequence[Point], powers: Sequence[float]) -> list[Polygon]:
    cells = []
    for i, (x, y) in enumerate(sites):
        cell = list(region)
        near = sorted(range(len(sites)), key=lambda j: (sites[j][0] - x) ** 2 + (sites[j][1] - y) ** 2)
        for j in near[1:]:
            if len(cell) < 3:
                break
            u, v = sites[j]
            c = u * u + v * v - x * x - y * y - powers[j] + powers[i]
            cell = clip(cell, 2 * (u - x), 2 * (v - y), c)
        cells.append(cell if len(cell) >= 3 and area(cell) > 1e-6 else [])
    return cells


def _leaned(
    sites: Sequence[Point], powers: Sequence[float], cells: Sequence[Polygon], targets: Sequence[float]
) -> list[float]:
    """Powers moved towards the targets, held so that every site stays in its own cell."""
    moved = [power + (target - area(cell)) / 4 for power, target, cell in zip(powers, targets, cells, strict=True)]
    lowest = min(moved)
    held = []
    for i, (x, y) in enumerate(sites):
        nearest = min((sites[j][0] - x) ** 2 + (sites[j][1] - y) ** 2 for j in range(len(sites)) if j != i)
        held.append(min(moved[i] - lowest, nearest * 0.8))
    return held


def _towards(corner: Point, other: Point, radius: float) -> Point:
    length = math.hypot(other[0] - corner[0], other[1] - corner[1])
    share = min(radius, length * 0.45) / length if length > 1e-9 else 0.0
    return corner[0] + share * (other[0] - corner[0]), corner[1] + share * (other[1] - corner[1])
