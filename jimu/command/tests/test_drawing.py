"""Drawings say what the numbers say."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.command.drawing import HEIGHT, WIDTH, draw_bricks, draw_map, draw_tide, ring
from jimu.command.rules import Seats

ZONES = (("a", (("a1", 900), ("a2", 1200), ("a3", 0))), ("b", (("b1", 400),)), ("empty", ()))


def numbers(path: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+(?:\.\d+)?", path)]


def test_the_map_has_a_tile_for_each_neighborhood_and_ground_for_each_zone_with_any() -> None:
    shapes = draw_map(ZONES)
    assert [tile.unit_id for tile in shapes.tiles] == ["a1", "a2", "a3", "b1"]
    assert [zone.zone_id for zone in shapes.zones] == ["a", "b"]
    assert all(tile.scale > 0.5 for tile in shapes.tiles)


def test_everything_lies_inside_the_view_box() -> None:
    for shape in draw_map(ZONES).tiles:
        values = numbers(shape.outline)
        assert all(0 <= x <= WIDTH for x in values[::2])
        assert all(0 <= y <= HEIGHT for y in values[1::2])


def test_a_map_of_nothing_is_empty_and_one_of_one_is_whole() -> None:
    assert draw_map((("empty", ()),)).tiles == ()
    assert len(draw_map((("z", (("only", 5),)),)).tiles) == 1


def test_the_map_stands_still_while_numbers_change() -> None:
    assert draw_map(ZONES) is draw_map(ZONES)


def test_ten_times_the_neighborhoods_still_have_faces() -> None:
    zones = tuple((str(z), tuple((f"{z}-{n}", 700 + n) for n in range(5))) for z in range(52))
    shapes = draw_map(zones)
    assert len(shapes.tiles) == 260
    assert min(tile.scale for tile in shapes.tiles) > 0.1


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 9))
def test_there_is_a_brick_for_every_seat(needed: int, filled: int, arrived: int, absent: int) -> None:
    seats = Seats(needed, filled, arrived, absent)
    bricks = draw_bricks(seats)
    assert bricks.per == 1
    assert bricks.arrived.count("M") == min(arrived, seats.manned)
    assert bricks.arrived.count("M") + bricks.filled.count("M") == seats.manned
    assert bricks.open.count("M") == seats.open


@given(st.integers(1, 60), st.integers(0, 60))
def test_bricks_stay_in_their_place(needed: int, filled: int) -> None:
    bricks = draw_bricks(Seats(needed, filled), width=140, height=29)
    for x, y, side, *_ in (numbers(brick) for brick in re.split("(?=M)", bricks.filled + bricks.open) if brick):
        assert -70.01 <= x <= 70.01 - side
        assert -0.01 <= y <= 29.3 - side


def test_more_seats_than_there_is_room_for_share_bricks() -> None:
    bricks = draw_bricks(Seats(needed=600, filled=300, arrived=120))
    assert bricks.per == 10
    assert (bricks.arrived.count("M"), bricks.filled.count("M"), bricks.open.count("M")) == (12, 18, 30)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=24, max_size=24))
def test_a_gap_is_drawn_for_each_hour_that_has_one(hours: list[tuple[int, int]]) -> None:
    seats = [Seats(needed, filled) for needed, filled in hours]
    tide = draw_tide(seats, width=240, height=40)
    assert tide.peak == max(needed for needed, _ in hours)
    assert tide.gap.count("M") == (sum(1 for hour in seats if hour.open) if tide.peak else 0)


def test_tides_of_one_board_share_a_scale() -> None:
    small = draw_tide([Seats(5, 5)] * 24, width=240, height=40, peak=20)
    assert small.peak == 20
    assert numbers(small.filled)[3] == pytest.approx(30.0)


def test_a_ring_is_drawn_for_a_share_of_its_round() -> None:
    drawn, around = ring(0.25, 10)
    assert drawn == pytest.approx(around / 4, abs=0.02)
    assert ring(7, 10)[0] == ring(1, 10)[0]
