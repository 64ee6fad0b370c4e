"""A subdistrict as a problem of the engine, invented by seed: 26 neighborhoods, 7,900 people, 14 days of lockdown.

Kinds, skills and times have the mix that an office's lists show; neighborhoods differ in size. `factor` repeats it:
10 makes a district. Roving staff belong to one subdistrict each.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from jimu_engine import History, Person, Problem, Shift, Window, rules

NEIGHBORHOODS, DAYS, DAY = 26, 14, 1440
#: Per neighborhood of average size.
KINDS = (("party_member", 74), ("reserve_volunteer", 190), ("building_leader", 6), ("committee_cadre", 7), ("property", 9), ("contractor", 5), ("medic", 4), ("police", 2))
ROVING = (("office_cadre", 132), ("social_worker", 73), ("seconded_cadre", 73))
STAFF = frozenset({"office_cadre", "social_worker", "seconded_cadre", "committee_cadre", "property", "contractor"})
STAFF_ONLY = frozenset({"office_cadre", "social_worker", "seconded_cadre", "committee_cadre"})
SKILLS = ("scanning", "registration", "driving", "order", "carrying", "counselling", "medical", "repair", "dialect")
#: When volunteers have time, with shares: (weekdays, from minute, to minute), or None for any time.
TIMES = ((None, 28), ((range(7), 1080, 1320), 16), ((range(7), 480, 720), 14), (((5, 6), 0, 1440), 14), ((range(7), 720, 1080), 8), ((range(7), 1080, 1800), 8), ("unknown", 12))
UNKNOWN = (range(7), 480, 1200)
QUARTERS = ((360, 600), (600, 840), (840, 1080), (1080, 1320))
OPEN_SEAT = {1: 1000.0, 2: 400.0, 3: 150.0}


@dataclass(frozen=True)
class Post:
    """A post of every neighborhood; `seats` for one of average size."""

    code: str
    spans: tuple[tuple[int, int], ...]
    seats: int
    rank: int
    kinds: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    suit: bool = False
    heavy: bool = False
    requested: bool = False


POSTS = (
    Post("gate", QUARTERS, 2, 1),
    Post("gate_night", ((1320, 1800),), 2, 1, STAFF),
    Post("site_lead", ((360, 600),), 1, 1, STAFF_ONLY),
    Post("sampler", ((360, 600),), 4, 1, frozenset({"medic"}), suit=True, requested=True),
    Post("scanner", ((360, 600),), 4, 1, skills=frozenset({"scanning"}), suit=True),
    Post("order", ((360, 600),), 4, 2),
    Post("label", ((360, 600),), 2, 2, suit=True),
    Post("patrol", QUARTERS[:3], 2, 3),
    Post("survey", ((480, 720), (840, 1080)), 8, 2),
    Post("supplies", ((540, 780), (840, 1080)), 4, 3, heavy=True),
    Post("medicine", ((480, 720),), 3, 2),
    Post("hotline", ((480, 960), (960, 1440)), 1, 1, STAFF_ONLY),
    Post("disinfection", ((480, 720),), 2, 3, frozenset({"contractor", "property", "reserve_volunteer", "party_member"}), suit=True),
)


def standing_rules() -> tuple[rules.Rule, ...]:
    """The rules of every roster, with an emergency's numbers."""
    return (
        rules.Qualified(), rules.RightKind(), rules.RequestedOnly(), rules.OwnCommand(), rules.AllowedPlace(),
        rules.Available(), rules.Limits(), rules.MinimumRest(600), rules.WeeklyRestDay(), rules.NightsInRow(2),
        rules.SuitStint(), rules.DailyCap(240, dict.fromkeys(STAFF, 480)),
        rules.WeeklyCap(1200, 5, dict.fromkeys(STAFF, (2880, 6))), rules.Pinned(), rules.Cover(),
        rules.Fairness(unit=240, by_kind=dict.fromkeys(STAFF, 480)), rules.Continuity(), rules.Wishes(), rules.Stability(),
    )  # fmt: skip


def build(factor: int = 1, *, seed: int = 7, days: int = DAYS, neighborhoods: int = NEIGHBORHOODS) -> Problem:
    """The problem; the same for the same seed. With fewer `neighborhoods` there are fewer roving staff, in proportion."""
    dice = random.Random(seed)
    people: list[Person] = []
    shifts: list[Shift] = []
    for district in range(factor):
        places = [f"n{district * neighborhoods + i:03d}" for i in range(neighborhoods)]
        for place in places:
            people += _residents(place, days, dice)
            shifts += _shifts(place, days)
        people += _roving(district, frozenset(places), dice)
    return Problem(days, tuple(people), tuple(shifts), standing_rules())


def _residents(place: str, days: int, dice: random.Random) -> Iterator[Person]:
    for kind, count in KINDS:
        for n in range(count):
            volunteer = kind in ("party_member", "reserve_volunteer", "building_leader")
            times = dice.choices([t for t, _ in TIMES], [w for _, w in TIMES])[0] if volunteer else None
            yield Person(
                f"{place}-{kind}-{n}", (kind,), frozenset(dice.sample(SKILLS, dice.choice((0, 1, 1, 2)))), frozenset({place}),
                _windows(UNKNOWN if times == "unknown" else times, days), limits=_limits(dice),
                reluctance=0.5 if times == "unknown" else 0.0,
            )  # fmt: skip


def _roving(district: int, places: frozenset[str], dice: random.Random) -> Iterator[Person]:
    for kind, count in ROVING:
        for n in range(round(count * len(places) / NEIGHBORHOODS)):
            skills = frozenset(dice.sample(SKILLS, dice.choice((0, 1, 1, 2))))
            yield Person(f"d{district}-{kind}-{n}", (kind,), skills, places, limits=_limits(dice), history=History())


def _limits(dice: random.Random) -> frozenset[str]:
    return frozenset(code for code, share in (("no_night", 0.15), ("no_heavy", 0.2)) if dice.random() < share)


def _windows(times: object, days: int) -> tuple[Window, ...] | None:
    if times is None:
        return None
    weekdays, start, end = times  # type: ignore[misc]
    spans: list[list[int]] = []
    for day in range(-1, days + 1):
        if day % 7 in weekdays:
            if spans and spans[-1][1] >= day * DAY + start:
                spans[-1][1] = day * DAY + end
            else:
                spans.append([day * DAY + start, day * DAY + end])
    return tuple(Window(low, high) for low, high in spans)


def _shifts(place: str, days: int) -> Iterator[Shift]:
    for day in range(days):
        for post in POSTS:
            for start, end in post.spans:
                yield Shift(
                    f"{place}-{day}-{post.code}-{start}", day * DAY + start, day * DAY + end, post.code, place, post.seats,
                    OPEN_SEAT[post.rank], post.skills, post.kinds, post.requested, post.suit, post.heavy,
                )  # fmt: skip
