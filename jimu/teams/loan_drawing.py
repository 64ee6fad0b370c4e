"""Who lends to whom, as bands between two columns in a view box 360 wide. Templates place it; classes colour it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT, BAR = 360.0, 108.0, 252.0, 8.0
ROW, GAP, MOST = 30.0, 10.0, 180.0


@dataclass(frozen=True)
class Flow:
    """People from one neighborhood to another: `agreed` of them are settled, the others are still asked."""

    source: str
    target: str
    agreed: int
    asked: int

    @property
    def people(self) -> int:
        return self.agreed + self.asked


@dataclass(frozen=True)
class Node:
    """A neighborhood's bar, with its name and how many go or come."""

    name: str
    people: int
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True)
class Band:
    """One flow: an area from a bar on the left to one on the right."""

    path: str
    state: str


@dataclass(frozen=True)
class LoanMap:
    """The drawing: lenders on the left, borrowers on the right."""

    lenders: tuple[Node, ...]
    borrowers: tuple[Node, ...]
    bands: tuple[Band, ...]
    height: float


def loan_map(flows: Sequence[Flow]) -> LoanMap | None:
    """Draw flows; None without any. A bar is as long as its people, and never shorter than its name is high."""
    if not flows:
        return None
    total = sum(flow.people for flow in flows)
    unit = max(4.0, min(16.0, MOST / total))
    going: dict[str, int] = {}
    coming: dict[str, int] = {}
    for flow in flows:
        going[flow.source] = going.get(flow.source, 0) + flow.people
        coming[flow.target] = coming.get(flow.target, 0) + flow.people
    height = max(_tall(going, unit), _tall(coming, unit))
    lenders, borrowers = _column(going, LEFT - BAR, unit, height), _column(coming, RIGHT, unit, height)
    return LoanMap(tuple(lenders.values()), tuple(borrowers.values()), tuple(_bands(flows, lenders, borrowers, unit)), round(height, 1))


def _tall(column: Mapping[str, int], unit: float) -> float:
    return sum(max(ROW, people * unit) for people in column.values()) + GAP * (len(column) - 1)


def _column(column: Mapping[str, int], x: float, unit: float, height: float) -> dict[str, Node]:
    y = (height - _tall(column, unit)) / 2
    found = {}
    for name, people in column.items():
        row, tall = max(ROW, people * unit), people * unit
        found[name] = Node(name, people, x, round(y + (row - tall) / 2, 1), round(tall, 1))
        y += row + GAP
    return found


def _bands(flows: Sequence[Flow], lenders: Mapping[str, Node], borrowers: Mapping[str, Node], unit: float) -> list[Band]:
    used: dict[tuple[str, str], float] = {}
    found = []
    for flow in flows:
        for people, state in ((flow.agreed, "agreed"), (flow.asked, "asked")):
            if not people:
                continue
            tall = people * unit
            tops = []
            for side, node in (("from", lenders[flow.source]), ("to", borrowers[flow.target])):
                tops.append(node.y + used.get((side, node.name), 0.0))
                used[(side, node.name)] = used.get((side, node.name), 0.0) + tall
            found.append(Band(_band(tops[0], tops[1], tall), state))
    return found


def _band(a: float, b: float, tall: float) -> str:
    middle = (LEFT + RIGHT) / 2
    there = f"M{LEFT:.0f} {a:.1f}C{middle:.0f} {a:.1f} {middle:.0f} {b:.1f} {RIGHT:.0f} {b:.1f}"
    back = f"L{RIGHT:.0f} {b + tall:.1f}C{middle:.0f} {b + tall:.1f} {middle:.0f} {a + tall:.1f} {LEFT:.0f} {a + tall:.1f}Z"
    return there + back
