"""How many people stand by at a post, so that somebody who does not come leaves no gap."""

from __future__ import annotations

from math import ceil

from jimu_engine.errors import BadProblem

#: Fewer than one shift in ten that would call on them: a stand-by would wait for nothing, and their hours are missed elsewhere.
WORTH_IT = 0.1


def spares(seats: int, no_show: float) -> int:
    """People to ask beyond `seats` when each stays away with the chance `no_show`: ceil(seats / (1 - no_show)) - seats.

    None where fewer than WORTH_IT no-shows are to be expected in a shift. Raises BadProblem for a chance outside [0, 1).
    """
    if not 0 <= no_show < 1:
        raise BadProblem(f"a chance of not coming lies between 0 and 1, not {no_show}")
    if seats * no_show < WORTH_IT:
        return 0
    return ceil(seats / (1 - no_show)) - seats
