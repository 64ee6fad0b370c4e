"""Splitting a neighborhood into blocks, without a database: buildings in their order along the lanes, cut into even runs.

A block is a run of buildings, so it hangs together. Two exact dynamic programs over all cuts: the least worst deviation
of households from the mean; then, among cuts no worse than that or than TOLERABLE, the least sum of squared relative
deviations of households, elders and buildings with shared kitchens.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

#: Households may differ from the mean by this share before evenness of the rest counts for nothing.
TOLERABLE = 0.10
MOST_BLOCKS = 40
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class House:
    """A building. `known`: its households are its own, not an equal share of what the neighborhood states."""

    unit_id: UUID
    name: str
    households: float
    elders: float
    shared: bool
    known: bool


@lru_cache(maxsize=16_384)
def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts 2号楼 before 10号楼, and 631弄 before 651弄."""
    return tuple((0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in re.findall(r"[0-9]+|[^0-9]+", name))


def shared_out(stated: Sequence[int | None], total: int | None) -> list[float]:
    """Numbers where they are stated; the others take equal parts of what is left of the total (else the mean, else 1)."""
    known = [value for value in stated if value is not None]
    unknown = len(stated) - len(known)
    if not unknown:
        return [float(value) for value in known]
    if total is not None:
        part = max(0, total - sum(known)) / unknown
    else:
        part = sum(known) / len(known) if known else 1.0
    return [part if value is None else float(value) for value in stated]


def cuts_of(houses: Sequence[House], blocks: int) -> list[int]:
    """Where each block but the first begins; exact. `blocks` is brought into 1 … the number of houses."""
    blocks = max(1, min(blocks, len(houses), MOST_BLOCKS))
    if blocks == 1 or not houses:
        return []
    deviations = [_deviations([getattr(house, name) for house in houses], blocks) for name in ("households", "elders", "shared")]
    worst = _best(np.abs(deviations[0]), blocks, np.maximum)[1]
    allowed = np.abs(deviations[0]) <= max(worst, TOLERABLE) + 1e-9
    cost = np.where(allowed, sum(each**2 for each in deviations), np.inf)
    return _best(cost, blocks, np.add)[0]


def worst(houses: Sequence[House], cuts: Sequence[int], name: str = "households") -> float:
    """The largest deviation of a block from the mean, as a share of the mean; 0 when there is nothing to share."""
    sums = [sum(getattr(house, name) for house in run) for run in runs(houses, cuts)]
    mean = sum(sums) / len(sums) if sums else 0.0
    return max(abs(value - mean) for value in sums) / mean if mean else 0.0


def runs(houses: Sequence[House], cuts: Sequence[int]) -> list[list[House]]:
    """The houses of each block."""
    ends = [0, *cuts, len(houses)]
    return [list(houses[a:b]) for a, b in pairwise(ends)]


def valid(cuts: Sequence[int], houses: int) -> bool:
    """Whether every block has a house and they follow each other."""
    ends = [0, *cuts, houses]
    return all(a < b for a, b in pairwise(ends))


def keepers(now: Sequence[Sequence[float]]) -> list[int | None]:
    """Which standing block each new run becomes, in order, so that most households keep their block.

    `now[i][j]`: households of run i that stand in block j. None: a new block.
    """
    rows, columns = len(now), len(now[0]) if now else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], now[i][j] + best[i + 1][j + 1] if now[i][j] > 0 else 0.0)
    found: list[int | None] = [None] * rows
    i = j = 0
    while i < rows and j < columns:
        if now[i][j] > 0 and best[i][j] == now[i][j] + best[i + 1][j + 1]:
            found[i], i, j = j, i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _deviations(values: Sequence[float], blocks: int) -> Floats:
    """Relative deviation of the run a … b-1 from the mean of a block, for all a < b; 0 when nothing is to be shared."""
    sums = np.concatenate([[0.0], np.cumsum(np.array(values, np.float64))])
    mean = sums[-1] / blocks
    runs_of = sums[None, :] - sums[:, None]
    return (runs_of - mean) / mean if mean > 0 else np.zeros_like(runs_of)


def _best(cost: Floats, blocks: int, together: np.ufunc) -> tuple[list[int], float]:
    """Cuts with the least cost of all runs taken together (their maximum or their sum), and that cost."""
    count = len(cost) - 1
    priced = np.where(np.triu(np.ones_like(cost, dtype=bool), 1), cost, np.inf)
    reached = priced[0]
    came: list[NDArray[np.int64]] = []
    for _ in range(blocks - 1):
        ways = together(reached[:, None], priced)
        came.append(np.argmin(ways, axis=0))
        reached = np.min(ways, axis=0)
    cuts, at = [], count
    for step in reversed(came):
        at = int(step[at])
        cuts.append(at)
    return cuts[::-1], float(reached[count])
