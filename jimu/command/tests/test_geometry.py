"""A region is shared out among convex cells after weights, and faces fit in them."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jimu.command.geometry import (
    area,
    centroid,
    clip,
    inset,
    roomiest_box,
    rounded_path,
    share_out,
    slice_out,
)

REGION = [(0.0, 0.0), (1200.0, 0.0), (1200.0, 760.0), (0.0, 760.0)]
WEIGHTS = st.lists(st.floats(0.6, 1.8), min_size=1, max_size=14)


def inside(point, polygon) -> bool:
    turns = [
        (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)
        for (x0, y0), (x1, y1) in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    ]
    return all(turn >= -1e-6 for turn in turns) or all(turn <= 1e-6 for turn in turns)


@settings(max_examples=25, deadline=None)
@given(WEIGHTS)
@example([1.125, 1.3784211198406937, 1.8, 1.0, 1.8, 1.0, 0.625])  # the most natural rows do not get there
def test_the_cells_fill_the_region_and_have_about_their_shares(weights: list[float]) -> None:
    cells = share_out(REGION, weights)
    assert sum(map(area, cells)) == pytest.approx(area(REGION), rel=1e-6)
    for cell, weight in zip(cells, weights, strict=True):
        assert area(cell) / area(REGION) == pytest.approx(weight / sum(weights), rel=0.12)
        assert inside(centroid(cell), cell)


@settings(max_examples=25, deadline=None)
@given(WEIGHTS, st.floats(300.0, 900.0))
def test_slices_fill_the_region_and_have_exactly_their_shares(weights: list[float], height: float) -> None:
    region = [(0.0, 0.0), (1200.0, 0.0), (1200.0, height), (0.0, height)]
    cells = slice_out(region, weights)
    for cell, weight in zip(cells, weights, strict=True):
        assert area(cell) / area(region) == pytest.approx(weight / sum(weights), rel=1e-4)
        assert inside(centroid(cell), cell)
        assert all(-1e-6 <= y <= height + 1e-6 for _, y in cell)


def test_parts_of_a_wide_region_do_not_lie_along_its_diagonals() -> None:
    wide = [(0.0, 0.0), (1200.0, 0.0), (1200.0, 650.0), (0.0, 650.0)]
    for cell in slice_out(wide, [1.0, 1.1, 1.0, 1.1]):
        box = roomiest_box(cell, 1.8)
        assert 4 * box.half_width * box.half_height > 0.75 * area(cell)


@settings(max_examples=10, deadline=None)
@given(WEIGHTS)
def test_the_same_grid_gives_the_same_map(weights: list[float]) -> None:
    assert share_out(REGION, weights) == share_out(REGION, weights)


def test_more_tries_never_leave_less_room() -> None:
    def tightest(cells) -> float:
        return min(roomiest_box(cell, 1.25).half_height for cell in cells)

    weights = [1.0, 1.2, 0.7, 1.4, 0.9, 1.0]
    assert tightest(share_out(REGION, weights, tries=6)) >= tightest(share_out(REGION, weights, tries=1))


@settings(max_examples=25, deadline=None)
@given(WEIGHTS, st.floats(0.5, 2.5))
def test_a_face_lies_inside_its_cell(weights: list[float], aspect: float) -> None:
    for cell in share_out(REGION, weights):
        box = roomiest_box(cell, aspect)
        assert box.half_width == pytest.approx(box.half_height * aspect)
        for dx in (-1, 1):
            for dy in (-1, 1):
                assert inside((box.x + dx * box.half_width, box.y + dy * box.half_height), cell)


def test_an_inset_keeps_its_distance_on_every_side() -> None:
    assert area(inset(REGION, 10)) == pytest.approx(1180 * 740)
    assert all(10 <= x <= 1190 and 10 <= y <= 750 for x, y in inset(REGION, 10))
    assert inset(REGION, 500) == []


def test_clipping_cuts_along_the_line() -> None:
    assert area(clip(REGION, 1, 0, 300)) == pytest.approx(300 * 760)
    assert clip(REGION, 1, 0, -1) == []


def test_a_path_with_round_corners_is_closed_and_touches_no_corner() -> None:
    path = rounded_path(REGION, 20)
    assert path.startswith("M")
    assert path.endswith("Z")
    assert path.count("Q") == 4
    assert not math.isnan(area(REGION))
