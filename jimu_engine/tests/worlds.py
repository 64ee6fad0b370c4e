"""Random tiny worlds for property tests, small enough to try every roster.

Every kind of thing a problem can hold is drawn: novices, pins that keep the rules, certificates that end, teams, rhythms.
"""

from __future__ import annotations

from hypothesis import strategies as st

from jimu_engine import History, Person, Problem, Roster, Shift, Window, check, rules
from jimu_engine.problem import Days, Pair
from jimu_engine.tests.cases import DAY, HOUR

PLACES, KINDS, SKILLS, POSTS, TEAMS = ("a", "b"), ("member", "cadre"), ("scan", "drive"), ("gate", "desk"), ("", "x", "y")
subsets = st.frozensets


@st.composite
def shifts(draw: st.DrawFn, name: str, days: int) -> Shift:
    """A shift of one or two seats."""
    start = draw(st.integers(0, days - 1)) * DAY + draw(st.sampled_from((6, 14, 22))) * HOUR
    return Shift(
        name, start, start + draw(st.sampled_from((4, 8))) * HOUR, draw(st.sampled_from(POSTS)),
        draw(st.sampled_from(PLACES)), draw(st.integers(1, 2)), draw(st.sampled_from((0.0, 0.5, 10.0, 100.0))),
        draw(subsets(st.sampled_from(SKILLS), max_size=1)), draw(subsets(st.sampled_from(KINDS))), draw(st.integers(0, 9)) == 0,
        draw(st.booleans()), draw(st.booleans()), draw(st.sampled_from(TEAMS)),
    )  # fmt: skip


histories = st.builds(
    History,
    last_end=st.sampled_from((None, -2 * HOUR, -12 * HOUR)),
    days=subsets(st.integers(-7, -1)),
    nights=subsets(st.integers(-2, -1)),
    minutes_by_day=st.dictionaries(st.integers(-6, -1), st.sampled_from((240, 480))),
    load=st.sampled_from((0, 240, 480)),
    posts=subsets(st.tuples(st.sampled_from((*PLACES, "z")), st.just("gate"))),
    teams=subsets(st.sampled_from(("x", "z"))),
    suits=st.just(()) | st.tuples(st.builds(Window, st.just(-6 * HOUR), st.sampled_from((-2 * HOUR, 0, 6 * HOUR)))),
)
limits = st.tuples(st.integers(0, 2), st.none() | st.integers(0, 2))
rhythms = st.tuples(limits, limits).map(lambda t: Days(*(x for least, more in t for x in (least, None if more is None else max(1, least + more)))))
shares = st.dictionaries(st.sampled_from((*POSTS, "z")), st.tuples(st.integers(0, 2), st.integers(0, 2)).map(lambda t: (t[0], t[0] + t[1])), max_size=2)
windows = st.tuples(st.integers(0, 4), st.integers(4, 30)).map(lambda t: Window(t[0] * DAY, t[0] * DAY + t[1] * HOUR))


@st.composite
def people(draw: st.DrawFn, name: str, shift_names: tuple[str, ...]) -> Person:
    """Somebody with habits, limits and a past; every third has wishes of their own about days and posts."""
    skills = draw(subsets(st.sampled_from(SKILLS)))
    return Person(
        name, tuple(draw(st.lists(st.sampled_from((*KINDS, "medic")), max_size=2, unique=True))), skills,
        draw(st.none() | subsets(st.sampled_from(PLACES), min_size=1)), draw(st.none() | st.tuples(windows, windows)),
        draw(st.just(()) | st.tuples(windows)), draw(subsets(st.sampled_from(("no_night", "no_heavy", "no_suit")))),
        draw(st.sampled_from((0.0, 0.5))), draw(st.dictionaries(st.sampled_from(shift_names), st.sampled_from((-1.0, 1.0)))), draw(histories),
        closed=draw(st.just({}) | st.dictionaries(st.sampled_from(("", *PLACES)), st.tuples(windows), max_size=2)),
        expires=draw(st.just({}) | st.dictionaries(st.sampled_from(SKILLS), st.integers(0, 3 * 24).map(lambda hour: hour * HOUR))),
        novice=draw(subsets(st.sampled_from(sorted(skills)))) if skills else frozenset(),
        promised=draw(st.sampled_from((0, 240))), shifts_of=draw(st.just({}) | shares), rhythm=draw(st.just(Days()) | st.just(Days()) | rhythms),
    )  # fmt: skip


def all_rules(*, busy: bool = False) -> tuple[rules.Rule, ...]:
    """Every rule, tight enough to bite on a few days; `busy`: shifts may follow each other at once, so that stints and pauses count."""
    tight: tuple[rules.Rule, ...] = (rules.MinimumRest(600), rules.DailyCap(480), rules.WeeklyCap(960, 3), rules.NightsInRow(1))
    if busy:
        tight = (rules.MinimumRest(0), rules.DailyCap(960), rules.WeeklyCap(1920, 3), rules.NightsInRow(1), rules.SuitStint(480, 60, 720))
    return (*(rule for rule in rules.standard() if type(rule) not in {type(t) for t in tight}), *tight)


@st.composite
def problems(draw: st.DrawFn, most_seats: int = 5, most_people: int = 3) -> Problem:
    """A problem of a few seats and people; every third has promises, every second pins, which by themselves keep the rules."""
    days = draw(st.integers(1, 4))
    names = tuple(f"s{i}" for i in range(draw(st.integers(1, most_seats))))
    who = tuple(f"p{i}" for i in range(draw(st.integers(1, most_people))))
    pairs = subsets(st.tuples(st.sampled_from(names), st.sampled_from(who)), max_size=3)
    case = Problem(
        days, tuple(draw(people(n, names)) for n in who), tuple(draw(shifts(n, days)) for n in names),
        all_rules(busy=draw(st.booleans())), published=draw(st.just(frozenset()) | pairs),
    )  # fmt: skip
    return case.replace(pinned=lawful(case, sorted(draw(st.just(frozenset()) | pairs))))


def lawful(case: Problem, wanted: list[Pair]) -> frozenset[Pair]:
    """As many of these pairs, one after another, as break no rule together."""
    kept: frozenset[Pair] = frozenset()
    for pair in wanted:
        if not check(case, Roster.of({*kept, pair})).hard:
            kept |= {pair}
    return kept
