"""The pure rules: colours, trips, marks of drugs, and sequences of any acts."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jimu.core.errors import JimuError
from jimu.core.permissions import Actor
from jimu.field.medicine import acting, checking, custody, custody_queries, custody_rules, rules
from jimu.field.medicine.custody_rules import Hands, Link
from jimu.field.medicine.models import Duty, Order, Signature, Thing, Trip
from jimu.field.medicine.rules import Waiting
from jimu.field.medicine.scenes import Given
from jimu.field.medicine.steps import STEPS
from jimu.field.medicine.tests.conftest import AT, Desk, person

K = Signature.Kind


def test_it_is_due_shortly_after_the_medicine_runs_out_however_long_its_colour_may_take() -> None:
    hours = {"red": 2, "yellow": 24, "green": 200}
    assert rules.due(3, AT, hours, 0, 2) == AT + timedelta(days=3, hours=2)
    assert rules.due(30, AT, hours, 0, 2) == AT + timedelta(hours=200)
    assert rules.due(None, AT, hours, 0, 2) == AT + timedelta(hours=24)


def test_money_does_not_grow_by_being_spent() -> None:
    holder = uuid4()
    now = Hands(holder, None, False, 100, AT)
    assert [custody_rules.follows(now, Link(K.SPENT, holder, None, left, AT)) for left in (0, 100, 101)] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "cold", "controlled"),
    [
        ("甘精胰岛素注射液", True, False),
        ("司美格鲁肽注射液", True, False),
        ("艾司唑仑片", False, True),
        ("阿司匹林肠溶片", False, False),
    ],
)
def test_a_name_marks_a_drug_by_itself(name: str, cold: bool, controlled: bool) -> None:
    assert rules.marks_of(name) == (cold, controlled)


@pytest.mark.parametrize(
    ("line", "drug"),
    [
        ("氨氯地平片 2盒", ("氨氯地平片", 2)),
        ("二甲双胍×3", ("二甲双胍", 3)),
        ("阿司匹林 100mg", ("阿司匹林 100mg", 1)),
        ("阿司匹林100mg 2盒", ("阿司匹林100mg", 2)),
        ("缬沙坦", ("缬沙坦", 1)),
    ],
)
def test_a_free_line_is_a_drug_with_its_count(line: str, drug: tuple[str, int]) -> None:
    assert rules.drug_of(line) == drug


def waiting(
    n: int,
    *,
    hospital: UUID | None = None,
    window: str = "general",
    colour: str = "green",
    household: str = "",
) -> Waiting:
    return Waiting(uuid4(), hospital, window, colour, AT + timedelta(hours=n), household or str(n))


def test_trips_keep_hospital_and_window_apart_and_the_red_go_first() -> None:
    one, other = uuid4(), uuid4()
    found = rules.propose(
        [
            waiting(1, hospital=one),
            waiting(2, hospital=other, colour="red"),
            waiting(3, hospital=one, window="oncology"),
            waiting(4, hospital=one),
        ],
        23,
    )
    assert [(p.hospital, p.window, len(p.orders), p.red) for p in found] == [
        (other, "general", 1, 1),
        (one, "general", 2, 0),
        (one, "oncology", 1, 0),
    ]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from(rules.URGENT_FIRST)), max_size=80),
    st.integers(1, 23),
)
@settings(max_examples=60, deadline=None)
def test_no_trip_is_overfull_none_is_left_out_and_one_door_stays_together(
    rows: list[tuple[int, str]], most: int
) -> None:
    orders = [waiting(n, colour=colour, household=str(n)) for n, colour in rows]
    found = rules.propose(orders, most)
    assert sorted(str(o.key) for p in found for o in p.orders) == sorted(str(o.key) for o in orders)
    assert all(p.households <= most for p in found)
    doors = [{o.household for o in p.orders} for p in found]
    assert sum(len(d) for d in doors) == len({o.household for o in orders})


@given(st.none() | st.integers(0, 60), st.integers(0, 40))
def test_an_order_never_becomes_less_urgent_by_waiting(days: int | None, later: int) -> None:
    colours = [rules.colour_of(rules.days_now(days, AT, AT + timedelta(days=n)), 0, 2) for n in (0, later)]
    assert rules.worse(*colours) == colours[1]


PEOPLE = [UUID(int=n) for n in (1, 2, 3)]
LINK = st.builds(
    Link,
    st.sampled_from([k.value for k in K]),
    st.none() | st.sampled_from(PEOPLE),
    st.none() | st.sampled_from(PEOPLE),
    st.integers(0, 100),
    st.just(AT),
)


@given(st.lists(LINK, max_size=40))
@settings(max_examples=200, deadline=None)
def test_whatever_is_signed_a_thing_has_one_holder_and_only_the_holder_gives(links: list[Link]) -> None:
    now, kept = Hands(), []
    for link in links:
        if not custody_rules.follows(now, link):
            continue
        if link.kind not in (K.COLLECTED, K.UNDONE):
            assert link.giver == now.holder is not None
        if now.lost:
            assert link.kind in (K.FOUND, K.REPLACED)
        before, now = now, custody_rules.then(now, link)
        kept.append(link)
        if link.kind in (K.OFFERED, K.LOST, K.FOUND, K.WITHDRAWN):
            assert now.holder == before.holder
        assert (now.since is None) == (now.holder is None)
        assert now.offered_to is None or now.offered_to != now.holder
    assert custody_rules.replay(kept) == now


@given(st.lists(LINK, max_size=40))
@settings(max_examples=200, deadline=None)
def test_every_coin_that_came_in_went_out_is_held_or_was_missing_when_it_was_counted(links: list[Link]) -> None:
    now, kept, came, went = Hands(), [], 0, 0
    for link in links:
        if link.kind in (K.UNDONE, K.SPENT) or not custody_rules.follows(now, link):
            continue
        before, now = now, custody_rules.then(now, link)
        kept.append(link)
        came += now.fen if link.kind == K.COLLECTED else 0
        went += before.fen if link.kind in (K.RETURNED, K.SETTLED, K.REPLACED) else 0
    off = sum(fen for _link, fen in custody_rules.differences(kept))
    assert came + off == went + now.fen
    assert now.holder is not None or now.fen == 0


ACT = st.tuples(
    st.sampled_from([*sorted(set(STEPS) - {"raise", "note"}), "undo", "undo", "hand", "lose", "find"]),
    st.integers(0, 3),
    st.sampled_from([0, 500, 1000, 1500]),
)
GOOD = [
    "triage",
    "collect",
    "assign",
    "take",
    "fetch",
    "check",
    "check",
    "witness",
    "deliver",
    "sign",
    "return",
    "settle",
]
WORK = st.lists(
    st.one_of(ACT, st.tuples(st.sampled_from(GOOD), st.integers(0, 3), st.sampled_from([0, 1000]))),
    min_size=4,
    max_size=40,
)


def _try(desk: Desk, order: Order, trip: Trip, people: list[Actor], step: tuple[str, int, int]) -> None:
    name, who, fen = step
    actor = people[who]
    order.refresh_from_db()
    item = order.items.filter(gone_at=None).first()
    held = Thing.objects.filter(custody_queries.belongs_to(order), holder__isnull=False)
    if name == "undo":
        acting.undo(actor=actor, at=AT, order_id=order.pk)
    elif name == "hand":
        to = people[(who + 1) % 4]
        custody.offer(
            actor=actor,
            at=AT,
            thing_ids=[t.pk for t in held.filter(holder=actor.person_id)],
            to_id=person(to),
        )
        taken = list(held.filter(offered_to=to.person_id))
        # Some count money and find another sum.
        counted = {t.pk: max(0, t.fen - 100) for t in taken if t.money and fen == 500}
        custody.take(actor=to, at=AT, thing_ids=[t.pk for t in taken], counted=counted)
    elif name in ("lose", "find"):
        thing = held.first()
        if thing is not None:
            custody.report(
                actor=actor, at=AT, thing_id=thing.pk, kind="lost" if name == "lose" else "found", note="x"
            )
    else:
        things = ["card", "cash"] if fen else ["card"]
        sums = {
            "cash": fen if name in ("collect", "settle", "sign") else 0,
            "given": fen if name == "settle" else 0,
            "refund": fen if name == "refund" else 0,
        }
        given_ = Given(
            note="x",
            items=[item.pk] if item else [],
            things=things,
            total=2000,
            insurance=2000 - fen,
            trip_id=trip.pk,
            window="oncology",
            **sums,
        )
        acting.act(actor=actor, at=AT, order_id=order.pk, name=name, given=given_)


def hands_of(thing: Thing) -> list[UUID]:
    """In whose hands a thing is by its signatures, told apart from the rules: never in two."""
    hands: list[UUID] = []
    for link in thing.signatures.all():
        if link.kind == K.COLLECTED:
            assert hands == []
            hands = [link.taker_id]
        elif link.kind == K.TAKEN:
            assert hands == [link.giver_id]
            hands = [link.taker_id]
        elif link.kind in (K.RETURNED, K.SETTLED, K.REPLACED) or (link.kind == K.SPENT and link.fen == 0):
            assert hands == [link.giver_id]
            hands = []
        elif link.kind == K.UNDONE:
            hands = [link.taker_id] if link.taker_id else []
        else:
            assert hands == [link.giver_id]
    return hands


def nothing_is_in_two_hands_or_in_none() -> None:
    """Every card and every sum is in one hand, or back with its owner, or in the accounts; an order that is over has nothing out."""
    for thing in Thing.objects.select_related("order"):
        assert hands_of(thing) == ([thing.holder_id] if thing.holder_id else [])
        if thing.money:
            assert (thing.fen == 0) or thing.holder_id or thing.links == 0
            assert not (thing.order.state in Order.OVER and thing.holder_id)


@pytest.mark.django_db
@given(st.lists(WORK, min_size=1, max_size=1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_press_nothing_reaches_a_door_unchecked_and_nothing_is_in_two_hands_or_in_none(
    desk: Desk, works: list[list[tuple[str, int, int]]]
) -> None:
    people = [desk.secretary, desk.runner, desk.checker, desk.payer]
    order = desk.order("盐酸吗啡缓释片", room=str(100 + Order.objects.count()))
    trip = Trip(
        unit=desk.town["甲一居民区"],
        number=Trip.objects.count() + 1,
        hospital=desk.hospital,
        window_sealed="",
        made_at=AT,
        made_by="x",
    )
    trip.window_sealed = order.window_sealed
    trip.save()
    Duty.objects.bulk_create(Duty(trip=trip, person_id=one.person_id, part="fetch") for one in people)
    for step in works[0]:
        try:
            _try(desk, order, trip, people, step)
        except JimuError:
            continue
    assert checking.faults() == []
    nothing_is_in_two_hands_or_in_none()
