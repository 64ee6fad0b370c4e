"""Compile the inner loops once: ``python -m jimu_engine warm``.

Numba keeps what it compiled beside the sources, so that later processes load it. Without this the first solve on a machine spends
its first ten to twenty seconds of processor time, in each worker, on compiling. Every family of problems is solved by count on an
instance just large enough to reach all of them.
"""

from __future__ import annotations

from pathlib import Path

from jimu_engine import rules
from jimu_engine.columns.solve import solve_days
from jimu_engine.formats import curtois, inrc2
from jimu_engine.problem import Days, Person, Problem, Roster, Shift
from jimu_engine.recommend import recommend
from jimu_engine.repair import repair
from jimu_engine.solve import solve
from jimu_engine.stop import MaxRounds
from jimu_engine.weeks.roll import roll

HOUR, DAY = 60, 1440
PACKAGE = Path(__file__).parent

_SCENARIO = """SCENARIO = n003w2

WEEKS = 2

SKILLS = 1
Nurse

SHIFT_TYPES = 2
Early (2,5)
Night (1,4)

FORBIDDEN_SHIFT_TYPES_SUCCESSIONS
Early 0
Night 1 Early

CONTRACTS = 1
Full (4,11) (2,5) (2,3) 1 1

NURSES = 3
Ann Full 1 Nurse
Bo Full 1 Nurse
Cy Full 1 Nurse
"""
_HISTORY = """HISTORY
0 n003w2

NURSE_HISTORY
Ann 0 0 Night 1 4 0
Bo 0 0 None 0 0 1
Cy 0 0 Early 2 3 0
"""
_WEEK = """WEEK_DATA
n003w2

REQUIREMENTS
Early Nurse (1,1) (1,1) (0,1) (1,1) (0,1) (0,1) (1,1)
Night Nurse (0,1) (0,1) (0,1) (0,1) (1,1) (0,1) (0,1)

SHIFT_OFF_REQUESTS = 1
Ann Any Tue
"""


def days() -> None:
    """Shift scheduling: shifts of one length, and of two, which takes the recursion with tolls."""
    for minutes in (480, 600):
        solve_days(curtois.read(_days(minutes)), steps=6)


def _days(minutes: int) -> str:
    staff = "\n".join(f"P{p},E=14|L=14,9000,3000,5,2,2,3" for p in range(6))
    cover = "\n".join(f"{day},{kind},2,100,1" for day in range(28) for kind in "EL")
    return f"SECTION_HORIZON\n28\nSECTION_SHIFTS\nE,480,\nL,{minutes},E\nSECTION_STAFF\n{staff}\nSECTION_COVER\n{cover}\n"


def weeks() -> None:
    """Rolling weeks."""
    scenario = inrc2.read_scenario(_SCENARIO)
    week = inrc2.read_week(_WEEK, scenario)
    for _ in roll(scenario, inrc2.read_history(_HISTORY, scenario), [week, week], seconds=0.2, seed=1):
        pass


def posts() -> None:
    """People on posts: the roster of the service, from nothing and from a roster, one of it with a novice alone, who could take a seat, and a repair."""
    shifts = tuple(Shift(f"s{n}", n * DAY + 8 * HOUR, n * DAY + 12 * HOUR, kind="gate", place="ab"[n % 2], under=10.0) for n in range(6))
    people = (*(Person(name) for name in "abc"), Person("d", rhythm=Days(least_on=2)))
    problem = Problem(7, people, shifts, (rules.Cover(),))
    found = solve(problem, stop=MaxRounds(2), seed=1)
    solve(problem, stop=MaxRounds(1), seed=1, start=found.roster)
    recommend(problem, found.roster, "s0")
    repair(problem, found.roster, gone={"a"})
    skill = frozenset({"suit"})
    apart = Problem(1, (Person("a", qualifications=skill, novice=skill),), (Shift("s", 0, HOUR, qualifications=skill),), rules.standard())
    solve(apart, stop=MaxRounds(1), start=Roster.of([("s", "a")]))


def forget() -> None:
    """Delete what was compiled before.

    What is kept is known by the file of each function alone, not by the files of those it calls: after an update the old rules
    would stay in it.
    """
    for kept in (*PACKAGE.rglob("__pycache__/*.nbi"), *PACKAGE.rglob("__pycache__/*.nbc")):
        kept.unlink(missing_ok=True)


def warm() -> None:
    """All of them."""
    days()
    weeks()
    posts()
