"""What is to be carried to doors, handed to those who ordered, and checked, stands in the list of the day of whom it concerns."""

from datetime import datetime

import pytest

from jimu.accounts.models import Account
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.supplies import bought, buying, handing
from jimu.field.supplies.group import in_hand
from jimu.field.supplies.models import Buy
from jimu.field.supplies.next_steps import EACH, next_steps
from jimu.teams.leading import Group

from .conftest import AT, HOUR, LATER, Store, home
from .test_buying import arrived, leader_of, offer, ordered

pytestmark = pytest.mark.django_db
CARRY = "送到各户：蔬菜包，楼里还有 {n} 份"


def told(actor: Actor, about: str, at: datetime = LATER + HOUR) -> list[tuple[str, str, str]]:
    return [(step.text, step.place, step.tone) for step in next_steps(actor, at) if about in step.text]


def sign(store: Store, one, counted: int) -> None:
    handing.sign(actor=SYSTEM, at=LATER, consignment_id=one.pk, counted=counted)


def test_doors_wait_for_their_carrier_from_the_signature_until_the_last_portion(store: Store) -> None:
    plan = store.plan()
    sent = store.issue(plan, "1号楼", 3)
    # Until somebody signed for it, that is what waits.
    assert told(store.first, "送到") == told(store.carrier, "送到") == []
    sign(store, sent, 3)
    step = next(one for one in next_steps(store.first, LATER + HOUR))
    assert (step.text, step.place, step.own) == (CARRY.format(n=3), "1号楼", True)
    assert step.url == f"/supplies/plans/{plan.pk}/doors/{store.building('1号楼').pk}/"
    assert [own.own for own in next_steps(store.secretary, LATER + HOUR) if "送到" in own.text] == [False]
    assert told(store.second, "送到") == told(store.town.actor("secretary", "乙一居民区"), "送到") == []
    store.deliver(plan, "1-101")
    assert told(store.carrier, "送到") == [(CARRY.format(n=2), "1号楼", "")]
    for room in ("1-201", "1-301"):
        store.deliver(plan, room)
    assert told(store.carrier, "送到") == told(store.first, "送到") == []


def test_the_day_of_a_group_has_what_is_left_of_the_plans_that_its_people_carry(store: Store) -> None:
    plan, carrier = store.plan(), Account.objects.get(pk=store.carrier.account_id)
    carrier.person = store.town.people["王伟"]
    carrier.save()
    group = Group(frozenset(), frozenset({carrier.person_id}))

    def told(actor: Actor = store.carrier) -> list[tuple[str, str, int, str]]:
        return [(one.step.text, one.step.place, one.n, one.step.url) for one in in_hand(actor, group, LATER + HOUR)]

    sign(store, store.issue(plan, "1号楼", 3), 3)
    assert told() == []
    store.deliver(plan, "1-101")
    assert told() == [("蔬菜包：楼里还有 2 份", "1号楼", 2, f"/supplies/plans/{plan.pk}/doors/{store.building('1号楼').pk}/")]
    assert told(store.town.actor("member", "乙一居民区")) == []
    sign(store, store.issue(plan, "2号楼", 2), 2)
    assert told() == [("蔬菜包：楼里还有 4 份", "2 栋楼", 4, "/supplies/mine/")]


def test_what_came_back_or_belongs_to_a_closed_plan_is_nobodys_to_carry(store: Store) -> None:
    plan = store.plan()
    sign(store, store.issue(plan, "1号楼", 3), 3)
    assert len(told(store.carrier, "送到")) == 1
    handing.bring_back(actor=SYSTEM, at=LATER, plan_id=plan.pk, building_id=store.building("1号楼").pk, portions=3)
    assert told(store.carrier, "送到") == []
    assert told(store.carrier, "送到", LATER + 24 * 8 * HOUR) == []


def test_many_buildings_that_have_not_signed_are_one_line_with_how_many_they_are(store: Store) -> None:
    from jimu.grid.models import Unit

    block = store.town["第1网格块"]
    for n in range(EACH + 1):
        name = f"{20 + n}号楼"
        store.town.units[name] = Unit.objects.create(path=f"{block.path}002{n}", depth=block.depth + 1, kind="building", name=name, short_name=name, order=n)
        home(store.town, name, "101")
    plan = store.plan()
    for n in range(EACH + 1):
        store.issue(plan, f"{20 + n}号楼", 1)
    assert told(store.secretary, "签收") == [("各楼还没签收的物资", f"{EACH + 1} 栋楼", "")]


def test_many_buildings_are_one_line(store: Store, django_assert_max_num_queries) -> None:
    from jimu.grid.models import Unit

    block = store.town["第1网格块"]
    for n in range(EACH):
        name = f"{20 + n}号楼"
        store.town.units[name] = Unit.objects.create(path=f"{block.path}002{n}", depth=block.depth + 1, kind="building", name=name, short_name=name, order=n)
        home(store.town, name, "101")
    plan = store.plan()
    sign(store, store.issue(plan, "1号楼", 3), 3)
    assert told(store.carrier, "送到") == [(CARRY.format(n=3), "1号楼", "")]
    for n in range(EACH):
        sign(store, store.issue(plan, f"{20 + n}号楼", 1), 1)
    assert [text for text, _place, _tone in told(store.carrier, "送到")] == [f"送到各户：蔬菜包，{EACH + 1} 栋楼里还有 {EACH + 3} 份"]
    with django_assert_max_num_queries(16):
        list(next_steps(store.carrier, LATER + HOUR))
    with django_assert_max_num_queries(24):
        list(next_steps(store.secretary, LATER + HOUR))


@pytest.fixture
def buy(store: Store) -> Buy:
    return buying.open_buy(at=AT, leader_code=leader_of(store).code, offer=offer())


def test_an_order_that_arrived_waits_until_its_household_has_it(store: Store, buy: Buy) -> None:
    first, second = ordered(store, buy, "101"), ordered(store, buy, "201")
    bought.open_slot(actor=SYSTEM, at=AT, buy=buy, way="door", starts_at=AT + 2 * HOUR, ends_at=AT + 4 * HOUR, most=9)
    assert told(store.secretary, "团购到了") == []
    arrived(store, buy, 2)
    assert told(store.secretary, "团购到了") == [("团购到了，2 单还没交到住户：鸡蛋团", "甲一居民区", "")]
    assert told(store.secretary, "团购到了", AT + 5 * HOUR)[0][2] == "warn"
    assert told(store.first, "团购到了") == told(store.town.actor("secretary", "乙一居民区"), "团购到了") == []
    bought.hand(actor=SYSTEM, at=LATER, buy=buy, order_id=first.pk)
    assert told(store.secretary, "团购到了") == [("团购到了，1 单还没交到住户：鸡蛋团", "甲一居民区", "")]
    bought.hand(actor=SYSTEM, at=LATER, buy=buy, order_id=second.pk)
    assert told(store.secretary, "团购到了") == []


def test_a_leader_waits_to_be_checked_by_who_may(store: Store) -> None:
    made = buying.register_leader(actor=store.secretary, at=AT, unit_id=store.unit.pk, name="周建国", phone="13800000008")
    assert told(store.secretary, "团长") == [("1 位团长等您核对", "", "")]
    assert told(store.first, "团长") == told(store.town.actor("block_leader", "甲一居民区"), "团长") == []
    buying.set_leader(actor=store.secretary, at=AT, leader_id=made.pk, state="checked", note="本楼居民")
    assert told(store.secretary, "团长") == []
