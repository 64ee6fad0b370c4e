"""The hexagon as path data: six sides around the one who leads. Templates place it; classes colour it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, sin

CENTRE, OUTER, INNER, LABEL, GAP = 100.0, 92.0, 38.0, 57.0, 2.0


@dataclass(frozen=True)
class Side:
    """One side: its outline, where its name stands, and how full it is."""

    name: str
    path: str
    x: float
    y: float
    filled: int
    seats: int
    whole: bool

    @property
    def state(self) -> str:
        """whole, part or open."""
        return "whole" if self.whole else "part" if self.filled else "open"


@dataclass(frozen=True)
class Hexagon:
    """The drawing of one "1+6" team, in a view box of 200 × 200."""

    sides: tuple[Side, ...]
    centre: str
    led: bool
    leader: str

    @property
    def whole(self) -> bool:
        return self.led and all(side.whole for side in self.sides)


def _corner(number: int, radius: float) -> tuple[float, float]:
    """A corner of a hexagon that stands on a point, clockwise from the top."""
    angle = pi / 3 * number - pi / 2
    return CENTRE + radius * cos(angle), CENTRE + radius * sin(angle)


def _outline(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _side_path(number: int) -> str:
    """The trapezoid between two corners, drawn in by a gap so that sides stand apart."""
    a, b = _corner(number, INNER + GAP), _corner(number + 1, INNER + GAP)
    c, d = _corner(number + 1, OUTER), _corner(number, OUTER)
    middle = pi / 3 * (number + 0.5) - pi / 2
    along = (-sin(middle) * GAP, cos(middle) * GAP)
    return _outline([(a[0] + along[0], a[1] + along[1]), (b[0] - along[0], b[1] - along[1]), (c[0] - along[0], c[1] - along[1]), (d[0] + along[0], d[1] + along[1])])


def hexagon(sides: Mapping[str, tuple[int, int, bool]], *, lead: str, leader: str) -> Hexagon:
    """Draw the sides other than the leading one, in their order; six at most."""
    found = []
    for number, (name, (filled, seats, whole)) in enumerate([item for item in sides.items() if item[0] != lead][:6]):
        angle = pi / 3 * (number + 0.5) - pi / 2
        x, y = CENTRE + LABEL * cos(angle), CENTRE + LABEL * sin(angle)
        found.append(Side(name, _side_path(number), round(x, 1), round(y, 1), filled, seats, whole))
    centre = _outline([_corner(n, INNER - GAP) for n in range(6)])
    return Hexagon(tuple(found), centre, bool(leader), leader)


@dataclass(frozen=True)
class PairOfBars:
    """Two bars and a mark, in a view box of 200 × 24: how many before and after, and how many would be fair."""

    before: float
    after: float
    fair: float
    state: str


def pair_of_bars(before: int, after: int, fair: float, most: float) -> PairOfBars:
    """Widths against the largest number on the page. `state`: even within one person of the fair number, else more or less."""
    scale = 196 / most if most > 0 else 0.0
    state = "even" if abs(after - fair) < 1 else "more" if after > fair else "less"
    return PairOfBars(round(before * scale, 1), round(after * scale, 1), round(fair * scale, 1), state)
