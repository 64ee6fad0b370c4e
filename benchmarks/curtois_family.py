"""Invented shift scheduling instances in the family of Curtois and Qu (2014), of any size.

    python -m benchmarks.curtois_family --people 150 --days 364 --shifts 32 --seed 1 > big.txt

The make-up follows what the published files show: bands of interchangeable early, day, late and night shifts where a
later band forbids an earlier one next day; groups of staff with different contracts; skills as limits of 0; blocks of
leave; requests in runs of one to five days; cover that adds up to what the staff can work, times ``tightness``.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

WEEK_MINUTES = 2160
#: (share of staff, share of full hours, longest run, shortest run, shortest time off)
GROUPS = ((0.6, 1.0, 5, 2, 2), (0.25, 1.0, 6, 2, 3), (0.15, 0.5, 5, 1, 2))


@dataclass(frozen=True)
class Size:
    """How large, and how much cover there is for the hours at hand (1.0: all of them are needed)."""

    people: int
    days: int
    shifts: int
    tightness: float = 0.97


def instance(size: Size, seed: int) -> str:
    """One instance as text; the same size and seed give the same text."""
    rng = np.random.default_rng([size.people, size.days, size.shifts, seed])
    bands = _bands(size.shifts)
    names = [f"{'adln'[b]}{i}" for i, b in enumerate(bands)]
    lengths = [600 if b == 3 and seed % 2 else 480 for b in bands]
    staff, minutes, caps = _staff(size, bands, rng)
    off = {p: _leave(size.days, rng) for p in range(size.people)}
    lines = ["SECTION_HORIZON", str(size.days), "SECTION_SHIFTS"]
    for name, length, band in zip(names, lengths, bands, strict=True):
        lines.append(f"{name},{length},{'|'.join(n for n, b in zip(names, bands, strict=True) if b < band)}")
    lines.append("SECTION_STAFF")
    for p, (tail, cap) in enumerate(zip(staff, caps, strict=True)):
        lines.append(f"P{p},{'|'.join(f'{n}={c}' for n, c in zip(names, cap, strict=True))},{tail}")
    lines.append("SECTION_DAYS_OFF")
    lines += [f"P{p},{','.join(map(str, days))}" for p, days in off.items()]
    lines += _requests(size, names, caps, off, rng)
    lines.append("SECTION_COVER")
    lines += _cover(size, names, lengths, caps, minutes * size.tightness, rng)
    return "\n".join(lines) + "\n"


def _bands(shifts: int) -> list[int]:
    """Early 0, day 1, late 2, night 3; with few shifts the first bands."""
    if shifts <= 3:
        return list(range(shifts))
    nights = max(1, shifts // 10)
    rest = shifts - nights
    return sorted(i % 3 for i in range(rest)) + [3] * nights


def _staff(size: Size, bands: list[int], rng: np.random.Generator) -> tuple[list[str], float, list[list[int]]]:
    tails, caps, total = [], [], 0.0
    weeks = size.days / 7
    for p in range(size.people):
        group = int(np.searchsorted(np.cumsum([g[0] for g in GROUPS]), (p + 0.5) / size.people))
        _, share, run, shortest, rest = GROUPS[group]
        # over a long horizon leave and long rests together would leave too few days for the hours
        rest = rest if size.days <= 56 else 2
        most = round(WEEK_MINUTES * weeks * share / 60) * 60
        least = most - min(960 + int(weeks) * 10, most // 8)
        tails.append(f"{most},{least},{run},{shortest},{rest},{max(1, round(weeks / 2))}")
        total += (most + least) / 2
        cap = [0 if rng.random() < 0.3 else _cap(band, size.days, rng) for band in bands]
        if not any(c == size.days for c in cap):
            cap[int(rng.integers(sum(b < 3 for b in bands)))] = size.days
        caps.append(cap)
    return tails, total, caps


def _cap(band: int, days: int, rng: np.random.Generator) -> int:
    if band == 3:
        return max(1, days // 7)
    return days // 2 if rng.random() < 0.15 else days


def _leave(days: int, rng: np.random.Generator) -> list[int]:
    left, off = max(1, days // 10), set[int]()
    while left > 0:
        n = min(left, int(rng.integers(1, 8)))
        start = int(rng.integers(0, max(1, days - n)))
        off |= set(range(start, start + n))
        left -= n
    return sorted(off)


def _requests(
    size: Size, names: list[str], caps: list[list[int]], off: dict[int, list[int]], rng: np.random.Generator
) -> list[str]:
    wanted = {"ON": dict[tuple[int, int], str](), "OFF": dict[tuple[int, int], str]()}
    for kind, share in (("ON", 0.18), ("OFF", 0.07)):
        for p in range(size.people):
            known = [n for n, c in zip(names, caps[p], strict=True) if c]
            blocked = set(off[p])
            left = round(share * size.days)
            while left > 0:
                n = min(left, int(rng.integers(1, 6)))
                start, name, weight = int(rng.integers(size.days)), str(rng.choice(known)), int(rng.integers(1, 4))
                for d in range(start, min(size.days, start + n)):
                    if d not in blocked and (p, d) not in wanted["ON"] and (p, d) not in wanted["OFF"]:
                        wanted[kind][p, d] = f"P{p},{d},{name},{weight}"
                left -= n
    lines = []
    for kind, told in wanted.items():
        lines += [f"SECTION_SHIFT_{kind}_REQUESTS", *(told[key] for key in sorted(told))]
    return lines


def _cover(
    size: Size, names: list[str], lengths: list[int], caps: list[list[int]], minutes: float, rng: np.random.Generator
) -> list[str]:
    able = np.array([sum(min(1.0, c[t] / size.days * 2) for c in caps) for t in range(len(names))])
    share = able * rng.uniform(0.6, 1.4, len(names))
    per_day = share / (share * np.array(lengths)).sum() * minutes / size.days
    lines = []
    for d in range(size.days):
        for name, mean in zip(names, per_day, strict=True):
            need = max(0, int(np.floor(mean + rng.normal(0.0, max(0.5, 0.2 * mean)) + 0.5)))
            lines.append(f"{d},{name},{need},100,1")
    return lines


def main() -> None:
    """Print one instance."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("people", "days", "shifts", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--tightness", type=float, default=0.97)
    args = parser.parse_args()
    print(instance(Size(args.people, args.days, args.shifts, args.tightness), args.seed), end="")


if __name__ == "__main__":
    main()
