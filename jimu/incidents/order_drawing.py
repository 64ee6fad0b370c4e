"""The tree as small squares: one row a level, one square a cell, shaped and coloured by how it stands. Geometry only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.grid.models import Unit
from jimu.incidents.order_queries import Branch
from jimu.incidents.order_rules import KINDS

PITCH, SIDE, PER_ROW, GAP = 18, 15, 20, 5

#: How a receipt is drawn → its words. The square also carries a sign, so that colour is never alone.
FACES: Mapping[str, str | Promise] = {
    "stuck": gettext_lazy("联系不上"),
    "question": gettext_lazy("有疑问"),
    "short": gettext_lazy("人没到齐"),
    "ready": gettext_lazy("人已到齐"),
    "acknowledged": gettext_lazy("已收到"),
    "passed": gettext_lazy("无回音，已转"),
    "seen": gettext_lazy("已看到"),
    "sent": gettext_lazy("已下达"),
    "waiting": gettext_lazy("等上级"),
}
SIGNS = {"stuck": "!", "question": "?", "short": "−", "ready": "✓", "acknowledged": "✓", "passed": "↑", "seen": "·", "sent": "", "waiting": ""}


@dataclass(frozen=True)
class Square:
    """One cell: where it stands in the drawing, how it is drawn, what it is called."""

    x: int
    y: int
    face: str
    sign: str
    name: str


@dataclass(frozen=True)
class Picture:
    """One neighborhood's squares and what a screen reader says of them."""

    branch: Branch
    squares: Sequence[Square]
    width: int
    height: int
    label: str


def picture(branch: Branch) -> Picture:
    """Draw one branch: each level begins a row of its own."""
    squares, y = [], 0
    for kind in KINDS:
        cells = [cell for cell in branch.cells if cell.standing.kind == kind]
        for n, cell in enumerate(cells):
            face = cell.standing.face
            squares.append(Square(n % PER_ROW * PITCH, y + n // PER_ROW * PITCH, face, SIGNS[face], cell.name))
        if cells:
            y += -(-len(cells) // PER_ROW) * PITCH + GAP
    return Picture(branch, squares, PER_ROW * PITCH, max(y - GAP, PITCH), _label(branch))


def _label(branch: Branch) -> str:
    parts = [
        _("{level} {k}/{n}").format(level=Unit.Kind(kind).label, k=count.acknowledged, n=count.all) for kind, count in branch.levels.items()
    ]
    return f"{branch.unit.name}：" + "，".join(parts)


def legend() -> list[tuple[str, str, str | Promise]]:
    """(face, sign, words) in the order of the drawing's key."""
    return [(face, SIGNS[face], words) for face, words in FACES.items()]
