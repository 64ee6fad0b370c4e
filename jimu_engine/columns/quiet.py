"""HiGHS without its banner: it greets on standard output, where our command line promises one JSON line."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache

import highspy


@cache
def _hush() -> None:
    """Make the first instance greet on standard error; later ones stay silent."""
    libc = ctypes.CDLL(None)
    sys.stdout.flush()
    libc.fflush(None)
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
        libc.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def highs(**options: str | int | float | bool) -> highspy.Highs:
    """A silent, single-threaded HiGHS with these options."""
    _hush()
    lp: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for key, value in {"output_flag": False, "threads": 1, **options}.items():
        lp.setOptionValue(key, value)
    return lp
