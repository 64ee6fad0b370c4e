"""Who fills which skill on one shift: a small assignment, exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

#: Gains of a place within the minimum, within the optimum, and beyond: each outweighs any number of the next.
NEEDED, WANTED, SPARE, NEVER = 1e6, 1e2, 1.0, -1e12


def fill(skills: Sequence[frozenset[int]], needs: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    """The skill that each of these people fills, by their number: minima first, then optima, then any of theirs."""
    if not skills:
        return {}
    slots = [(k, NEEDED if i < low else WANTED) for k, (low, best) in sorted(needs.items()) for i in range(max(low, best))]
    gains = np.full((len(skills), len(slots) + len(skills)), NEVER)
    for n, mine in enumerate(skills):
        for j, (k, gain) in enumerate(slots):
            if k in mine:
                gains[n, j] = gain
        gains[n, len(slots) + n] = SPARE
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(gains, maximize=True)
    return {int(n): slots[j][0] if j < len(slots) else min(skills[n]) for n, j in zip(rows, columns, strict=True)}
