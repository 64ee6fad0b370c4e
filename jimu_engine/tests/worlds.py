"""Random tiny worlds for property tests, small enough to try every roster."""

from __future__ import annotations

from hypothesis import strategies as st

from jimu_engine import History, Person, Problem, Shift, Window, rules
from jimu_engine.tests.cases import DAY, HOUR

PLACES, KINDS, SKILLS = ("a", "b"), ("member", "cadre"), ("scan",)
subsets = st.frozensets


@st.composite
def shifts(draw: st.DrawFn, name: str, days: int) -> Shift:
    """A shift of one or two seats."""
    start = draw(st.integers(0, days - 1)) * DAY + draw(st.sampled_from((6, 14, 22))) * HOUR
    return Shift(
        name, start, start + draw(st.sampled_from((4, 8))) * HOUR, draw(st.sampled_from(("gate", "desk"))),
        draw(st.sampled_from(PLACES)), draw(st.integers(1, 2)), draw(st.sampled_from((0.0, 0.5, 10.0, 100.0))),
        draw(subsets(st.sampled_from(SKILLS))), draw(subsets(st.sampled_from(KINDS))), draw(st.integers(0, 9)) == 0,
        draw(st.booleans()), draw(st.booleans()),
    )  # fmt: skip


histories = st.builds(
    History,
    last_end=st.sampled_from((None, -2 * HOUR, -12 * HOUR)),
    days=subsets(st.integers(-7, -1)),
    nights=subsets(st.integers(-2, -1)),
    minutes_by_day=st.dictionaries(st.integers(-6, -1), st.sampled_from((240, 480))),
    load=st.sampled_from((0, 240, 480)),
    posts=subsets(st.tuples(st.sampled_from((*PLACES, "z")), st.just("gate"))),
)
windows = st.tuples(st.integers(0, 4), st.integers(4, 30)).map(lambda t: Window(t[0] * DAY, t[0] * DAY + t[1] * HOUR))


@st.composite
def people(draw: st.DrawFn, name: str, shift_names: tuple[str, ...]) -> Person:
    """Somebody with habits, limits and a past."""
    return Person(
        name, tuple(draw(st.lists(st.sampled_from((*KINDS, "medic")), max_size=2, unique=True))), draw(subsets(st.sampled_from(SKILLS))),
        draw(st.none() | subsets(st.sampled_from(PLACES), min_size=1)), draw(st.none() | st.tuples(windows, windows)),
        draw(st.just(()) | st.tuples(windows)), draw(subsets(st.sampled_from(("no_night", "no_heavy")))),
        draw(st.sampled_from((0.0, 0.5))), draw(st.dictionaries(st.sampled_from(shift_names), st.sampled_from((-1.0, 1.0)))), draw(histories),
        closed=draw(st.just({}) | st.dictionaries(st.sampled_from(("", *PLACES)), st.tuples(windows), max_size=2)),
    )  # fmt: skip


def all_rules() -> tuple[rules.Rule, ...]:
    """Every rule, tight enough to bite on a few days."""
    tight = (rules.MinimumRest(600), rules.DailyCap(480), rules.WeeklyCap(960, 3), rules.NightsInRow(1))
    return (*(rule for rule in rules.standard() if type(rule) not in {type(t) for t in tight}), *tight)


@st.composite
def problems(draw: st.DrawFn, most_seats: int = 5, most_people: int = 3) -> Problem:
    """A problem of a few seats and people; every third has promises."""
    days = draw(st.integers(1, 4))
    names = tuple(f"s{i}" for i in range(draw(st.integers(1, most_seats))))
    who = tuple(f"p{i}" for i in range(draw(st.integers(1, most_people))))
    pairs = subsets(st.tuples(st.sampled_from(names), st.sampled_from(who)), max_size=3)
    return Problem(
        days, tuple(draw(people(n, names)) for n in who), tuple(draw(shifts(n, days)) for n in names), all_rules(),
        published=draw(st.just(frozenset()) | pairs),
    )  # fmt: skip
