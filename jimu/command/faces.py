"""What the board's templates place: tiles with their drawings, words and descriptions, made from the reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.command import rules
from jimu.command.drawing import (
    CARD_WIDTH,
    HEIGHT,
    WALL_HEIGHT,
    Bricks,
    Tide,
    TileShape,
    ZoneShape,
    draw_bricks,
    draw_map,
    draw_tide,
    ring,
)
from jimu.command.figures import FEW_PLACES
from jimu.command.queries import Board, Place
from jimu.command.rules import Seats, Status
from jimu.field.households.words import ZONE_WORDS

WORDS: dict[Status, Any] = {
    Status.NORMAL: gettext_lazy("正常"),
    Status.SHORT: gettext_lazy("缺员"),
    Status.CRITICAL: gettext_lazy("告急"),
    Status.IDLE: gettext_lazy("无班次"),
}
TILE_TIDE_HEIGHT = 15.0
# The largest brick of a seat, with its gap, on a tile near by and on one that is read across a room.
NEAR_PITCH, WALL_PITCH = 16.0, 26.0
FEW_TILES, LOW_HEIGHT = 4, 420.0
DAY_WIDTH, DAY_HEIGHT = 1200.0, 92.0


@dataclass(frozen=True)
class Tile:
    """One neighborhood as it is drawn. `place` is the transform of its face, `shown` whether a shift is on."""

    unit_id: str
    name: str
    outline: str
    place: str
    status: str
    word: str
    label: str
    shown: bool
    seats: Seats
    open: int
    bricks: Bricks | None
    tide: Tide | None
    name_size: float
    far_size: float


@dataclass(frozen=True)
class Picture:
    """The map as it is drawn."""

    zones: Sequence[tuple[ZoneShape, str]]
    tiles: Sequence[Tile]
    roomy: bool
    height: float
    name_size: float


@dataclass(frozen=True)
class Hour:
    """A mark on the time axis of the coming day."""

    x: float
    percent: float
    text: str
    midnight: bool


def picture(board: Board, *, wall: bool = False) -> Picture:
    """The map with a tile for each place of the board; wider than high for a wall."""
    shapes = draw_map(_layout(board), _height(board, wall))
    names = {str(zone.pk): zone.name for zone in board.zones}
    by_unit = {str(place.unit.pk): place for place in board.places}
    roomy, most = len(board.places) <= FEW_PLACES, _most(board)
    words = Words()
    return Picture(
        zones=[(zone, names.get(zone.zone_id, "")) for zone in shapes.zones],
        tiles=[_tile(by_unit[shape.unit_id], shape, words, most if roomy else None, wall=wall) for shape in shapes.tiles],
        roomy=roomy,
        height=shapes.height,
        name_size=round(15 * max(shapes.grain, 0.6), 1),
    )


def _height(board: Board, wall: bool) -> float:
    """A wall is wide; a few tiles need no tall page."""
    if wall:
        return WALL_HEIGHT
    return HEIGHT if len(board.places) > FEW_TILES else LOW_HEIGHT


def _layout(board: Board) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
    zones: dict[str, list[tuple[str, int]]] = {str(zone.pk): [] for zone in board.zones}
    for place in board.places:
        zones.setdefault(place.zone_id, []).append((str(place.unit.pk), place.unit.households or 0))
    return tuple((zone_id, tuple(units)) for zone_id, units in zones.items())


def _most(board: Board) -> int:
    """The greatest need of any place in any coming hour: all tiles share one scale, so that they compare."""
    return max((seats.needed for place in board.places for seats in place.hours), default=0)


class Words:
    """The words of tiles in the reader's language, looked up once for all of them."""

    def __init__(self) -> None:
        self.status = {status: str(word) for status, word in WORDS.items()}
        self.outside = _("未启动")
        self.no_incident = _("{name}：没有启动应急响应")
        self.no_shift = _("{name}：现在没有班次")
        self.sentence = _("{name}：{status}。需要 {needed} 人，已排 {filled} 人，到岗 {arrived} 人，空缺 {open} 人")

    def of(self, place: Place) -> str:
        """The word on a tile."""
        return self.status[place.status] if place.under_incident else self.outside

    def describe(self, place: Place) -> str:
        """The tile in one sentence, for those who hear it."""
        seats, name = place.seats, place.unit.name
        if not place.under_incident:
            return self.no_incident.format(name=name)
        if not seats.needed:
            return self.no_shift.format(name=name)
        return self.sentence.format(
            name=name,
            status=self.status[place.status],
            needed=seats.needed,
            filled=seats.filled,
            arrived=seats.arrived,
            open=seats.open,
        )


def _name_size(name: str, room: float, largest: float) -> float:
    """The size at which a name fits: Chinese characters are as wide as high, others a good half of it."""
    length = sum(0.56 if character.isascii() else 1.0 for character in name)
    return round(min(largest, room / max(length, 1.0)), 1)


def _tile(place: Place, shape: TileShape, words: Words, most: int | None, *, wall: bool) -> Tile:
    seats, name = place.seats, place.unit.short_name
    return Tile(
        unit_id=shape.unit_id,
        name=name,
        outline=shape.outline,
        place=f"translate({shape.x} {shape.y}) scale({shape.scale})",
        status=place.status.value,
        word=words.of(place),
        label=words.describe(place),
        shown=bool(seats.needed),
        seats=seats,
        open=seats.open,
        bricks=None if most is None else draw_bricks(seats, largest=WALL_PITCH if wall else NEAR_PITCH),
        tide=None if most is None else draw_tide(place.hours, width=CARD_WIDTH, height=TILE_TIDE_HEIGHT, peak=most),
        name_size=_name_size(name, 104, 32) if wall else _name_size(name, 84, 20),
        far_size=_name_size(name, 132, 48),
    )


def day_axis(at: datetime) -> list[Hour]:
    """A mark every third hour of the coming day."""
    first = timezone.localtime(at).replace(minute=0, second=0, microsecond=0)
    marks = []
    for n in range(rules.HOURS_AHEAD + 1):
        moment = first + timedelta(hours=n)
        if moment.hour % 3 == 0 and 0 < n < rules.HOURS_AHEAD:
            share = n / rules.HOURS_AHEAD
            marks.append(Hour(share * DAY_WIDTH, round(share * 100, 2), f"{moment.hour:02d}:00", moment.hour == 0))
    return marks


def day_now(at: datetime) -> float:
    """Where the present moment lies in the drawing of the coming day."""
    local = timezone.localtime(at)
    return round((local.minute * 60 + local.second) / 3600 * DAY_WIDTH / rules.HOURS_AHEAD, 1)


def gauge(seats: Seats) -> dict[str, float]:
    """Two arcs of the headline: manned within needed, signed in within needed."""
    manned, around = ring(seats.share, 44)
    arrived, _around = ring(min(seats.arrived, seats.manned) / seats.needed if seats.needed else 0.0, 44)
    return {"manned": manned, "arrived": arrived, "around": around}


def context(board: Board, *, wall: bool = False) -> dict[str, Any]:
    """Everything `command/_live.html` shows."""
    return {
        "board": board,
        "wall": wall,
        "picture": picture(board, wall=wall),
        "tide": draw_tide(board.hours, width=DAY_WIDTH, height=DAY_HEIGHT),
        "axis": day_axis(board.at),
        "now_x": day_now(board.at),
        "gauge": gauge(board.seats),
        "share": round(board.seats.share * 100) if board.seats.needed else None,
        "status_counts": [(status, WORDS[status], board.counts.get(status.value, 0)) for status in rules.GRAVEST_FIRST[:3]],
        "closures": [(ZONE_WORDS[zone], n) for zone, n in board.closures.zones.items()] if board.closures else [],
        "elapsed": round(board.turn.elapsed(board.at) * 100) if board.turn else 0,
    }
