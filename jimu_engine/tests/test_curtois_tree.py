"""The tree below a cap: what it finds costs no more, what it exhausts is proved, and it leaves nothing behind."""

import numpy as np
import pytest

from jimu_engine.columns.check import breaches
from jimu_engine.columns.climb import Climb
from jimu_engine.columns.clock import Clock
from jimu_engine.columns.generation import Part, Relaxation, generate
from jimu_engine.columns.hunt import Hunt, Met
from jimu_engine.columns.master import Pool
from jimu_engine.columns.model import Ints, objective, presence
from jimu_engine.columns.person import Planner
from jimu_engine.columns.search import Search, construct, part_of
from jimu_engine.columns.solve import solve_days
from jimu_engine.columns.tree import Shortages, Style, Tree
from jimu_engine.tests.test_curtois_solve import family, optimum

SEEDS = (1, 2, 3)


def relaxed(people: int, days: int, shifts: int, seed: int) -> tuple[Part, Pool, Relaxation, Ints]:
    problem = family(people, days, shifts, seed)
    planners = [Planner(problem, p) for p in range(people)]
    roster = construct(problem, planners, np.random.default_rng(seed))
    assert roster is not None
    part = part_of(problem, planners, roster, presence(roster, shifts), np.arange(people), np.ones(days, bool))
    pool = Pool(problem)
    return part, pool, generate(part, pool, [pool.add(p, roster[p])[0] for p in range(people)]), roster


def tree(cap: float, style: Style, seed: int) -> Tree:
    part, pool, relaxation, roster = relaxed(4, 14, 3, seed)
    people, days, types = part.model.size
    barred = np.zeros((people, days, types + 1), bool)
    return Tree(part, pool, relaxation.master, cap - part.model.constant, roster, barred, style, np.random.default_rng(seed))


ENOUGH = 10_000


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("style", [Style(fails=ENOUGH), Style(group=1, bonus=2.0, fails=ENOUGH)])
def test_a_cap_at_the_optimum_is_met_and_one_below_it_is_refuted(seed: int, style: Style) -> None:
    best = optimum(family(4, 14, 3, seed))
    at = tree(best + 1e-6, style, seed)
    found = at.run(Clock())
    assert found is not None
    assert breaches(at.part.model, found) == []
    assert objective(at.part.model, found) == best
    # A find proves nothing of what else there is.
    assert not at.exhausted
    below = tree(best - 1 + 1e-6, style, seed)
    assert below.run(Clock()) is None
    assert below.exhausted


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_that_gives_up_or_is_not_sure_proves_nothing_though_nothing_was_found(seed: int) -> None:
    best = optimum(family(4, 14, 3, seed))
    given_up = tree(best - 1 + 1e-6, Style(fails=-1), seed)
    assert given_up.run(Clock()) is None
    # With no failure allowed it looks at the root alone, which proves only what the linear program does.
    assert given_up.exhausted == (given_up.nodes == 1 and given_up.fails == 0 and root_refutes(best - 1 + 1e-6, seed))
    unsure = tree(best - 1 + 1e-6, Style(fails=ENOUGH), seed)
    unsure._sure = False
    assert unsure.run(Clock()) is None
    assert not unsure.exhausted


def root_refutes(cap: float, seed: int) -> bool:
    """Whether the linear program alone is above the cap."""
    one = tree(cap, Style(), seed)
    return one._evaluate(-np.inf, Clock()) is None


def test_a_search_cut_short_in_its_middle_proves_nothing() -> None:
    asked = [0]

    def until(last: int) -> Clock:
        asked[0] = 0

        def late() -> bool:
            asked[0] += 1
            return asked[0] >= last

        return Clock(asked=late)

    cap = optimum(family(4, 14, 3, 1)) - 1 + 1e-6
    whole = tree(cap, Style(fails=ENOUGH), 1)
    whole.run(until(10**9))
    assert whole.exhausted
    count = asked[0]
    for last in sorted({1, *range(2, count, max(1, count // 5)), count}):
        one = tree(cap, Style(fails=ENOUGH), 1)
        assert one.run(until(last)) is None
        assert not one.exhausted


def test_a_search_that_holds_schedules_or_is_cut_short_proves_nothing_and_leaves_nothing_barred() -> None:
    best = optimum(family(4, 14, 3, 1))
    holding = tree(best + 20, Style(hold=1.0, fails=0), 1)
    holding.run(Clock())
    late = tree(best - 1, Style(), 1)
    assert late.run(Clock(0.0)) is None
    for one in (holding, late):
        assert not one.exhausted
        assert not one.barred.any()


def test_who_is_settled_is_priced_without_a_plan_and_to_the_same_bound() -> None:
    at = tree(0.0, Style(), 2)
    prices = np.random.default_rng(5).normal(0.0, 20.0, at.part.need.shape)
    at.barred[0] = True
    np.put_along_axis(at.barred[0], at.near[0][:, None] + 1, False, 1)
    # one decided day does not settle the rest, even where the first of what is open everywhere is a known schedule
    at.barred[1] = np.arange(at.barred.shape[2]) < at.near[1][:, None] + 1
    at.barred[1, 3] = True
    at.barred[1, 3, at.near[1, 3] + 1] = False
    assert at.pool.number(0, at.near[0]) in at._known
    known, _ = at._price(prices)
    for p in range(2):
        at._known.discard(at.pool.number(p, at.near[p]) or 0)
    planned, fresh = at._price(prices)
    assert known == pytest.approx(planned)
    assert at.pool.number(0, at.near[0]) in fresh
    at.barred[1, 3] = False
    assert at._price(prices)[0] <= planned + 1e-9


@pytest.mark.parametrize("seen", [True, False])
def test_a_hunt_raises_its_bound_to_the_cap_only_after_a_search_that_saw_everything(monkeypatch: pytest.MonkeyPatch, seen: bool) -> None:
    part, pool, relaxation, roster = relaxed(4, 14, 3, 1)
    hunt = Hunt(part, pool, relaxation, np.random.default_rng(1))

    def nothing(one: Tree, stop: Clock) -> None:
        one.exhausted = seen
        one.barred[0, 0, 0] = True

    monkeypatch.setattr(Tree, "run", nothing)
    before = hunt.bound
    assert hunt.search(roster, before + 3, Clock()) is None
    assert hunt.bound == (before + 3 if seen else before)
    assert hunt._barred[0, 0, 0]
    hunt._barred[:] = False
    assert hunt.reach(roster, hunt.bound + 3, Clock()) is None
    assert not hunt._barred.any()


def test_what_is_proved_below_a_higher_cap_than_before_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    # A later life begins from a dearer roster: what was barred for the last, cheaper one says nothing of all below the higher cap.
    part, pool, relaxation, roster = relaxed(4, 14, 3, 1)
    hunt = Hunt(part, pool, relaxation, np.random.default_rng(1))

    def proves(one: Tree, stop: Clock) -> None:
        one.exhausted = True
        one.barred[0, 0, 0] = True

    bound = hunt.bound
    monkeypatch.setattr(Tree, "run", lambda one, stop: None)
    hunt.search(roster, bound + 3, Clock())
    monkeypatch.setattr(Tree, "run", proves)
    hunt.search(roster, bound + 9, Clock())
    hunt.reach(roster, bound + 30, Clock())
    assert (hunt.bound, hunt._barred.any()) == (bound, False)
    hunt.search(roster, bound + 3, Clock())
    assert (hunt.bound, hunt._barred[0, 0, 0]) == (bound + 3, True)


def test_a_hunt_goes_down_to_the_optimum_and_then_knows_it() -> None:
    part, pool, relaxation, roster = relaxed(4, 14, 2, 3)
    problem, best = part.model, optimum(part.model)
    hunt = Hunt(part, pool, relaxation, np.random.default_rng(1))
    for _ in range(60):
        cap = objective(problem, roster) - problem.constant - 1 + 1e-6
        if hunt.bound >= cap:
            break
        found = hunt.search(roster, cap, Clock())
        roster = roster if found is None else found
    assert objective(problem, roster) == best
    assert best - 1 <= problem.constant + hunt.bound <= best


def test_a_roster_that_agreement_or_dives_leave_above_the_bound_is_proved_by_the_tree() -> None:
    problem = family(6, 14, 3, 3)
    found = solve_days(problem, seed=1, steps=80)
    assert found.status == "optimal"
    assert found.objective == optimum(problem)


def test_a_reach_from_far_away_aims_below_its_cap_and_keeps_nothing_that_holds_for_its_aim_only() -> None:
    part, pool, relaxation, roster = relaxed(8, 28, 4, 2)
    problem = part.model
    hunt = Hunt(part, pool, relaxation, np.random.default_rng(1))
    cap, bound = objective(problem, roster) - problem.constant - 1, hunt.bound
    assert cap > 1.5 * bound
    found = hunt.reach(roster, cap, Clock())
    assert found is not None
    assert breaches(problem, found) == []
    assert objective(problem, found) - problem.constant <= bound + 0.6 * (cap - bound)
    assert not hunt._barred.any()


def test_the_second_worker_hunts_from_the_columns_of_the_first() -> None:
    problem = family(12, 28, 4, 2)
    first, second = (Climb(problem, seed=1, rank=rank) for rank in range(2))
    while first.lead is None:
        first.advance(Clock())
    for _ in range(5):
        second.advance(Clock())
    assert second.hunt is None
    assert second.bound == -np.inf
    second.lead = first.lead
    for _ in range(5):
        second.advance(Clock())
    assert second.hunt is not None
    assert second.bound == pytest.approx(first.bound, abs=2)


def test_after_long_without_a_gain_a_life_ends_and_another_begins_elsewhere_while_the_best_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = family(8, 14, 4, 2)
    climb, begun = Climb(problem, seed=1), []
    monkeypatch.setattr("jimu_engine.columns.climb.LIFE", 0.2)
    adopt = Search.adopt
    while climb.hunt is None:
        climb.advance(Clock())
    least = climb.best[1]
    monkeypatch.setattr(Search, "adopt", lambda one, roster: (begun.append(objective(problem, roster)), adopt(one, roster))[1])
    for _ in range(30):
        climb.advance(Clock())
        roster, cost = climb.best
        assert cost == objective(problem, roster) <= least
        assert breaches(problem, roster) == []
        least = cost
    assert max(begun) > least
    assert climb.bound <= least


@pytest.mark.parametrize("later", [False, True])
def test_what_another_found_is_kept_and_only_a_first_life_goes_on_from_it(later: bool) -> None:
    problem = family(12, 28, 4, 2)
    better = solve_days(problem, seed=1, steps=30).roster
    climb = Climb(problem, seed=2)
    own = climb.search.roster.copy()
    if later:
        climb._keep(own)
    climb.hear(better)
    assert (climb.best[0] == better).all()
    assert (climb.search.roster == (own if later else better)).all()
    climb.hear(own)
    assert (climb.best[0] == better).all()


def test_the_first_units_of_work_come_within_a_few_percent_of_the_bound() -> None:
    # whoever has little time gets a roster worth having: agreement, before and after the linear program
    climb = Climb(family(24, 14, 6, 1), seed=1)
    for _ in range(6):
        climb.advance(Clock())
    assert climb.search.cost <= 1.05 * climb.bound


def test_shortages_are_made_whole_at_a_value_that_the_bound_reaches_and_what_keeps_to_them_has_them() -> None:
    best = optimum(family(4, 14, 3, 1))
    drawn = tree(best + 150, Style(), 1)
    split = drawn._evaluate(-np.inf, Clock())
    assert split is not None
    kept = drawn.whole_shortages(Clock())
    assert kept is not None
    assert (kept.short == np.round(kept.short)).all()
    assert kept.value >= split.value - 1e-6
    below = tree(best + 150, Style(fails=ENOUGH), 1)
    below.kept = kept
    found = below.run(Clock())
    assert found is not None
    model, cells = below.part.model, below.master.cells
    short = np.maximum(model.need - presence(found, len(model.shifts)), 0)
    assert (short[cells[:, 0], cells[:, 1]] == kept.short).all()
    assert objective(model, found) - model.constant >= kept.value - 1e-6


def test_prices_bound_what_keeps_to_shortages_from_below() -> None:
    one = tree(1e6, Style(), 2)
    least = np.arange(len(one.master.cells)) % 3.0
    one.master.bound_shortages(least, least + 1)
    view = one._evaluate(-np.inf, Clock())
    assert view is not None
    chance = np.random.default_rng(7)
    _, prices, _ = one.master.solve(Clock())
    assert one._price(prices)[0] == pytest.approx(view.value, abs=1e-4)
    cells = one.master.cells
    for _ in range(20):
        other = prices.copy()
        # a shortage that is settled may be priced above its weight, an extra person not below theirs
        other[cells[:, 0], cells[:, 1]] = np.maximum(other[cells[:, 0], cells[:, 1]] + chance.normal(0, 40, len(cells)), 0.0)
        assert one._price(other)[0] <= view.value + 1e-4


def test_a_search_below_shortages_that_hold_nothing_proves_nothing_for_the_rest() -> None:
    best = optimum(family(4, 14, 3, 1))
    one = tree(best + 1e-6, Style(fails=ENOUGH), 1)
    one.kept = Shortages(np.full(len(one.master.cells), 9.0), 0.0)
    assert one.run(Clock()) is None
    assert not one.exhausted
    assert not one.barred.any()


def test_a_hunt_in_vain_near_the_bound_searches_below_whole_shortages_too(monkeypatch: pytest.MonkeyPatch) -> None:
    part, pool, relaxation, roster = relaxed(4, 14, 3, 1)
    hunt = Hunt(part, pool, relaxation, np.random.default_rng(1))
    hunt._met.note(Shortages(relaxation.master.shortages().round(), hunt.bound))
    below = list[bool]()
    monkeypatch.setattr(Tree, "run", lambda one, stop: below.append(one.kept is not None))
    for _ in range(40):
        hunt.search(roster, hunt.bound + 2.5, Clock())
    assert any(below)
    assert not all(below)
    far = list[bool]()
    monkeypatch.setattr(Tree, "run", lambda one, stop: far.append(one.kept is not None))
    other = Hunt(part, pool, relaxation, np.random.default_rng(1))
    other._met = hunt._met
    for _ in range(40):
        other.search(roster, other.bound + 250, Clock())
    assert not any(far)


def test_shortages_at_a_whole_cost_are_searched_first_and_each_the_less_the_more_it_was() -> None:
    chance, met = np.random.default_rng(1), Met()
    assert met.choose(100.0, chance) is None
    whole, split = Shortages(np.array([1.0]), 56.0), Shortages(np.array([2.0]), 54.4)
    for one in (whole, split, Shortages(np.array([3.0]), 101.0)):
        met.note(one)
    chosen = [met.choose(100.0, chance) for _ in range(12)]
    assert chosen[:5].count(whole) >= 4
    assert [met.choose(100.0, chance) for _ in range(60)].count(split) >= 5
    assert {one.value for one in chosen if one} <= {56.0, 54.4}
