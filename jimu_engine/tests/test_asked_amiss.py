"""Advice about what is not there, about two places at once, and about a change that changes nothing."""

import pytest

from jimu_engine import (
    Advisor,
    BadProblem,
    BadRoster,
    Reason,
    Roster,
    UnknownPeople,
    UnknownShift,
    check,
    recommend,
    rules,
)
from jimu_engine.allot import Deployable, Unit, allot
from jimu_engine.explain import explain
from jimu_engine.stop import MaxRounds
from jimu_engine.tests.cases import HOUR, person, problem, roster, shift
from jimu_engine.what_if import what_if

NAMES = [person(name) for name in ("li", "wu")]


@pytest.fixture
def advisor() -> Advisor:
    """Two days at a gate; li has the first."""
    return Advisor(problem([shift("s", 0), shift("t", 1)], NAMES, rule=rules.standard()), roster({"s": "li"}))


@pytest.mark.parametrize("stranger", [{"gone": "li"}, {"s": "nobody"}])
def test_nobody_is_advised_on_a_strangers_roster(stranger: dict[str, str]) -> None:
    case = problem([shift("s")], NAMES)
    with pytest.raises(BadRoster):
        Advisor(case, roster(stranger))
    with pytest.raises(BadRoster):
        recommend(case, roster(stranger), "s")


def test_a_question_about_what_the_problem_does_not_have_is_refused_by_name(advisor: Advisor) -> None:
    for ask in (advisor.recommend, advisor.why_open, lambda gone: advisor.why_here(gone, "li"), lambda gone: advisor.would_break(gone, "li")):
        with pytest.raises(UnknownShift, match="gone"):
            ask("gone")
    for about in (advisor.why_here, advisor.would_break):
        with pytest.raises(UnknownPeople, match="nobody"):
            about("s", "nobody")


def test_why_somebody_is_not_there_leaves_everything_as_it_was(advisor: Advisor) -> None:
    before = [advisor.recommend(name) for name in ("s", "t")]
    assert advisor.why_here("t", "li") == (Reason("load", 240), Reason("rested", 20 * HOUR), Reason("knows_post"))
    assert advisor.why_here("s", "wu") == (Reason("load", 0),)
    assert [advisor.recommend(name) for name in ("s", "t")] == before
    assert advisor.why_here("s", "li") == (Reason("load", 0),)


@pytest.mark.parametrize(("start", "filled"), [(10, 0), (12, 1), (14, 1)])
def test_without_any_rest_nobody_is_in_two_places_at_once(start: int, filled: int) -> None:
    case = problem([shift("s", 0, 8), shift("t", 0, start)], NAMES[:1], rule=rules.MinimumRest(660))
    now = roster({"s": "li"})
    told = explain(case, now)
    assert [each.filled for each in told.relaxations] == [filled] * bool(filled)
    (open_seat,) = told.shifts
    assert open_seat.kept_off == {"rest": 1}
    assert open_seat.relax == (("rest", 1) if filled else None)
    assert open_seat.nearest == ((("li", "rest"),) if filled else ())


def test_what_more_searching_alone_would_fill_is_not_put_down_to_the_change() -> None:
    case = problem([shift(f"s{i}", i) for i in range(4)], NAMES, rule=rules.standard())
    nothing = what_if(case, Roster({}))
    assert check(case, Roster({})).open_seats == 4
    assert (nothing.filled_more, nothing.open_more) == (0, 0)
    assert nothing.before.open_seats == 0
    assert what_if(case, Roster({}), more={"member": 3}, stop=lambda: MaxRounds(2)).filled_more == 0


def test_half_a_person_cannot_be_needed() -> None:
    units, staff = [Unit("a", 1.0, {"doctor": 1})], [Deployable("li", frozenset({"doctor"}))]
    assert allot(units, staff).where == {"li": "a"}
    with pytest.raises(BadProblem, match=r"whole number of people, not 1\.5"):
        allot([Unit("a", 1.0, {"doctor": 1.5})], staff)  # type: ignore[dict-item]
