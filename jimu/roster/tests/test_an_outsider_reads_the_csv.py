"""An outsider's check: a solved roster is judged from its CSV alone, with none of the house's code.

The numbers are written out here once more (Labour Law 36, 38; EU 2003/88; caps of volunteers), so that a slip in the
policy's numbers, in the rules or in the export is seen.
"""

import csv
import io
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from jimu.core.permissions import SYSTEM
from jimu.roster import file_queries
from jimu.roster.sheets import write_csv

from .conftest import World, solve

STAFF = {"office_cadre", "social_worker", "seconded_cadre", "committee_cadre", "property", "contractor"}
ROVING = {"office_cadre", "social_worker", "seconded_cadre"}
ASKS = {"扫码": "scanning", "样本转运": "driving"}
REST = timedelta(hours=11)


def read(text: str) -> dict[str, list[dict]]:
    """Duties of each person in order of time."""
    duties: dict[str, list[dict]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(text)):
        begin = datetime.fromisoformat(f"{row['date']}T{row['start']}")
        end = datetime.fromisoformat(f"{row['date']}T{row['end']}")
        row["begin"], row["finish"] = begin, end if end > begin else end + timedelta(days=1)
        row["hours"] = (row["finish"] - begin).total_seconds() / 3600
        duties[row["person_id"]].append(row)
    for mine in duties.values():
        mine.sort(key=lambda row: row["begin"])
    return duties


def faults(duties: dict[str, list[dict]], homes: dict[str, str]) -> set[str]:
    """The rules that the duties break."""
    found = set()
    for person, mine in duties.items():
        kind = mine[0]["kind"]
        if kind in {"medic", "police"}:
            found.add("own command")
        if any(not {ASKS.get(row["post"], "")} - {""} <= set(row["qualifications"].split(";")) for row in mine):
            found.add("qualification")
        if kind not in ROVING and any(row["neighborhood"] != homes[person] for row in mine):
            found.add("place")
        for before, after in pairwise(mine):
            if after["begin"] < before["finish"]:
                found.add("overlap")
            if after["begin"] - before["finish"] < REST:
                found.add("rest")
        found |= _weeks(mine, kind)
    return found


def _weeks(mine: list[dict], kind: str) -> set[str]:
    day_cap, week_cap, day_count = (8, 44, 6) if kind in STAFF else (4, 20, 5)
    hours: dict[date, float] = defaultdict(float)
    worked: set[date] = set()
    for row in mine:
        hours[row["begin"].date()] += row["hours"]
        worked |= {row["begin"].date(), (row["finish"] - timedelta(minutes=1)).date()}
    found = set()
    if max(hours.values()) > day_cap:
        found.add("day")
    for first in (min(worked) - timedelta(days=n) for n in range(-20, 7)):
        week = [first + timedelta(days=n) for n in range(7)]
        if sum(hours.get(day, 0) for day in week) > week_cap or sum(day in hours for day in week) > day_count:
            found.add("week")
        if all(day in worked for day in week):
            found.add("free day")
    return found


@pytest.fixture
def town(world: World) -> World:
    """Two neighborhoods, tight in staff: gates round the clock, sampling, patrols; about 1,000 seats in 14 days."""
    dice = random.Random(3)
    for unit in ("甲一", "甲二"):
        staff = ["property", "contractor", "committee_cadre", "office_cadre", "social_worker", "seconded_cadre"]
        for n, start in enumerate((420, 900, 1380)):
            world.post(f"{unit}门岗{n}", start, start + 480, unit=unit, needed=2, priority=1, kinds=staff)
        world.post("扫码", 360, 600, unit=unit, needed=3, qualifications=["scanning"], suit=True, code=f"scan{unit}")
        world.post("样本转运", 360, 600, unit=unit, qualifications=["driving"], code=f"drive{unit}")
        world.post("采样", 360, 600, unit=unit, needed=4, kinds=["medic"], requested_only=True, code=f"swab{unit}")
        for start in (480, 720, 1020):
            world.post("巡逻", start, start + 240, unit=unit, needed=6, code=f"patrol{unit}", priority=3)
        for n in range(80):
            kind = dice.choice(("party_member", "reserve_volunteer", "building_leader", "volunteer"))
            given = dice.choice(([], [(127, 1020, 1320)], [(127, 360, 780)], [(96, 0, 1440)], [(31, 1020, 1860)]))
            skills = dice.sample(["scanning", "driving", "carrying", "dialect"], dice.choice((0, 1, 2)))
            limits = ["no_night"] if dice.random() < 0.2 else []
            world.person(f"{unit}{n}", kind, unit=unit, times=given, skills=skills, limits=limits)
        for n in range(6):
            world.person(f"{unit}物业{n}", "property", unit=unit)
        world.person(f"{unit}医生", "medic", unit=unit)
    for n in range(10):
        world.person(f"干部{n}", "office_cadre", unit=None)
    return world


def test_a_solved_roster_stands_up_to_an_outsider_who_has_only_the_csv(town: World) -> None:
    roster = solve(town.draft(14), seconds=3)
    assert roster.summary["needed"] > 700
    assert roster.summary["filled"] > 600
    out = io.StringIO(newline="")
    write_csv(file_queries.lines(SYSTEM, roster), out)
    duties = read(out.getvalue())
    homes = {str(p.pk): p.unit.name if p.unit else "" for p in town.people.values()}
    assert sum(map(len, duties.values())) == roster.summary["filled"]
    assert faults(duties, homes) == set()
    assert faults(_spoiled(duties), {**homes, "x": ""}) == {"overlap", "rest", "day", "week", "place", "qualification", "own command", "free day"}


def _spoiled(duties: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """The same duties with each rule broken once: the outsider must not be blind."""
    volunteer = next(mine for mine in duties.values() if mine[0]["kind"] == "volunteer")
    first = volunteer[0]
    other = {"甲一居民区": "甲二居民区", "甲二居民区": "甲一居民区"}[first["neighborhood"]]
    twice = dict(first, post="扫码", qualifications="", neighborhood=other)
    week = [
        dict(first, begin=first["begin"] + timedelta(days=n), finish=first["finish"] + timedelta(days=n)) for n in range(1, 7)
    ]
    return {first["person_id"]: [first, twice, *week], "x": [dict(first, kind="medic")]}
