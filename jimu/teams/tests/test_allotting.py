"""What an allotment weighs, without a database: work from weights, needs from posts, and the optimum by trying all ways."""

from itertools import product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.teams import allotting
from jimu.teams.allotting import Member, Place, Weights


def uid(n: int) -> UUID:
    return UUID(int=n + 1)


def place(n: int, households: int | None = 100, **more: object) -> Place:
    return Place(uid(n), f"地{n}", f"000100{n:02d}", households, **more)


def member(n: int, **more: object) -> Member:
    return Member(uid(100 + n), f"人{n}", **{"kind": "office_cadre", **more})


def test_work_follows_the_weights_and_one_is_the_mean() -> None:
    places = [place(0, 100, elders=90), place(1, 300, elders=30)]
    assert allotting.workloads(places, Weights(1, 0, 0)) == [0.5, 1.5]
    assert allotting.workloads(places, Weights(0, 1, 0)) == [1.5, 0.5]
    assert allotting.workloads(places, Weights(50, 50, 20)) == [1.0, 1.0]
    assert allotting.workloads(places, Weights(0, 0, 0)) == [0.0, 0.0]
    assert allotting.fair_shares(places, 8, Weights(0, 0, 0)) == {uid(0): 4, uid(1): 4}


def test_a_place_without_a_number_counts_as_the_mean_of_the_others() -> None:
    assert allotting.workloads([place(0, 100), place(1, None), place(2, 300)], Weights(1, 0, 0)) == [0.5, 1.0, 1.5]


def test_needs_share_out_who_can_and_never_exceed_what_is_asked() -> None:
    able = frozenset({"scanning"})
    places = [place(0, 100, asks={"scanning": 4}), place(1, 300, asks={"scanning": 4}), place(2, 100)]
    staff = [member(n, qualifications=able if n < 4 else frozenset()) for n in range(8)]
    assert allotting.needs(places, staff, Weights()) == [{"scanning": 1}, {"scanning": 3}, {}]
    assert allotting.needs([place(0, 100, asks={"scanning": 2})], staff, Weights()) == [{"scanning": 2}]
    assert allotting.needs(places, staff[4:], Weights()) == [{}, {}, {}]


def test_kinds_of_staff_are_mixed_like_everybody_else() -> None:
    places = [place(0, 100), place(1, 300)]
    staff = [Member(uid(100 + n), f"人{n}", "office_cadre" if n < 8 else "social_worker") for n in range(16)]
    assert allotting.mix(places, staff, Weights()) == [{"kind:office_cadre": 1, "kind:social_worker": 1}, {"kind:office_cadre": 3, "kind:social_worker": 3}]
    where = allotting.propose(places, staff, Weights()).where
    kinds = [m.kind for m in staff if where[m.person_id] == uid(0)]
    assert (len(kinds), set(kinds)) == (4, {"office_cadre", "social_worker"})


def test_weights_are_brought_into_range_and_unknown_words_left_out() -> None:
    assert Weights.of({"households": 500, "stay": -3, "magic": 7}) == Weights(households=100, stay=0)
    assert Weights.of(Weights(1, 2, 3, 4, 5, 6).as_dict()) == Weights(1, 2, 3, 4, 5, 6)


def test_ties_hold_until_they_cost_more_than_they_are_worth() -> None:
    places = [place(0), place(1)]
    staff = [member(n, last=uid(0)) for n in range(6)]
    moved = {w: sum(u != uid(0) for u in allotting.propose(places, staff, Weights(stay=w)).where.values()) for w in (0, 10, 100)}
    assert moved == {0: 3, 10: 3, 100: 2}
    found = allotting.propose(places, staff, Weights())
    assert found.cost < found.cost_before
    assert {found.reasons[p][0] for p, u in found.where.items() if u == uid(0)} == {"stays"}
    assert {tuple(found.reasons[p]) for p, u in found.where.items() if u == uid(1)} == {("over", "short")}


def test_who_was_put_somewhere_by_hand_stays_there() -> None:
    places = [place(0), place(1)]
    staff = [member(n, last=uid(0), pinned=uid(0)) for n in range(4)]
    found = allotting.propose(places, staff, Weights(stay=0))
    assert set(found.where.values()) == {uid(0)}
    assert found.reasons[uid(100)] == ["hand"]
    assert len(set(allotting.propose(places, allotting.free(staff), Weights(stay=0)).where.values())) == 2


def test_near_is_home_then_the_zone_then_the_rest() -> None:
    assert [allotting.steps("000100010002", p) for p in ("00010001", "000100010002", "00010002")] == [0.0, 0.0, 2.0]
    assert allotting.steps("000100010002", "000100010003") == 1.0


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Place], list[Member], Weights]:
    count = draw(st.integers(1, 3))
    places = [
        place(n, draw(st.sampled_from((None, 80, 100, 400))), elders=draw(st.sampled_from((None, 20, 90))), asks=draw(st.sampled_from(({}, {"scanning": 1}, {"driving": 2}))))
        for n in range(count)
    ]  # fmt: skip
    somewhere = st.sampled_from([None, *(uid(n) for n in range(count))])
    staff = [
        member(n, kind=draw(st.sampled_from(("office_cadre", "social_worker"))), qualifications=draw(st.frozensets(st.sampled_from(("scanning", "driving")))), last=draw(somewhere), pinned=draw(somewhere), home_path=draw(st.sampled_from(("", "00010000", "00010001"))))
        for n in range(draw(st.integers(1, 5)))
    ]  # fmt: skip
    return places, staff, Weights(*(draw(st.sampled_from((0, 5, 40, 100))) for _ in range(6)))


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(worlds())
def test_no_other_way_costs_less(world: tuple[list[Place], list[Member], Weights]) -> None:
    """Against every way that leaves who was put by hand; priced without the solver."""
    places, staff, weights = world
    found = allotting.propose(places, staff, weights)
    ids = [p.unit_id for p in places]
    ways = product(*([m.pinned] if m.pinned else ids for m in staff))
    every = [allotting.price(places, staff, weights, dict(zip((m.person_id for m in staff), way, strict=True))) for way in ways]
    assert found.cost == pytest.approx(min(every))
    assert allotting.price(places, staff, weights, found.where) == pytest.approx(found.cost)
    first = staff[0].person_id
    rises = allotting.prices_of(places, staff, weights, found.where, first)
    assert rises[found.where[first]] == 0
    if not staff[0].pinned:
        assert min(rises.values()) >= -1e-9
