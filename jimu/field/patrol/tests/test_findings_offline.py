"""Findings that wait are taken on, settled and passed on from a phone without a network, by who may do so at a desk: once each, late, in any order."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.errors import Conflict
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.field.patrol import actions, alarming, finding_offline, offline, seeing
from jimu.field.patrol.finding_offline import PASS_ON, SETTLE, TAKE
from jimu.field.patrol.models import Seen
from jimu.field.patrol.seeing import Found
from jimu.sync import resolving
from jimu.sync.models import Conflict as Doubt
from jimu.sync.models import Device
from jimu.sync.registry import Holder
from jimu.sync.tests.conftest import Phone, enrolled

from .conftest import HOUR, Watch

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOW = "请物业搬走纸箱，通道清出来了"


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture
def finding(watch: Watch, at: datetime) -> Seen:
    """Boxes in 1号楼, seen six days ago."""
    return seeing.see(actor=watch.guard, found=Found(new_id(), "hazard", at - 144 * HOUR, unit_id=watch.town["1号楼"].pk, text="楼道堆着纸箱"))


def phone_of(watch: Watch, role: str, unit: str, on: str = "第1网格块") -> Phone:
    made = enrolled(watch.town, watch.town.account(role, unit), on, days=20)
    Device.objects.filter(pk=made.device.pk).update(created_at=clock.now() - timedelta(days=15))
    return made


@pytest.fixture
def phone(watch: Watch) -> Phone:
    """The block leader's."""
    return phone_of(watch, "block_leader", "第1网格块")


def op(phone: Phone, kind: str, finding: Seen, *, ago: timedelta = HOUR, **payload: Any) -> dict[str, Any]:
    given = {SETTLE: {"how": HOW}, PASS_ON: {"room": ""}}.get(kind, {})
    return {"op_id": str(new_id()), "kind": kind, "at": (phone.now() - ago).isoformat(), "based_on": None, "payload": {"seen": str(finding.pk), **given, **payload}}


def fresh(finding: Seen) -> Seen:
    return Seen.objects.get(pk=finding.pk)


def listed(phone: Phone) -> list[str]:
    return [item["title"] for pack in phone.pack().json()["packs"] if pack["name"] == "patrol.findings" for item in pack["items"]]


class TestTheList:
    def test_it_holds_what_waits_on_the_part_with_its_limit_the_most_pressing_first(self, watch: Watch, finding: Seen, phone: Phone, at: datetime) -> None:
        later = seeing.see(actor=watch.guard, found=Found(new_id(), "damage", at, unit_id=watch.town["2号楼"].pk, text="灯坏了"))
        items = next(pack["items"] for pack in phone.pack().json()["packs"] if pack["name"] == "patrol.findings")
        assert [item["title"] for item in items] == ["安全隐患 · 1号楼", "设施损坏 · 2号楼"]
        assert (items[0]["preset"], items[0]["due"], items[0]["kinds"]) == ({"seen": str(finding.pk)}, finding.due_at.isoformat(), [TAKE, SETTLE, PASS_ON])
        assert "楼道堆着纸箱" in items[0]["note"]
        seeing.take(actor=watch.secretary, at=at, seen_id=finding.pk)
        seeing.settle(actor=watch.secretary, at=at, seen_id=later.pk, how="换了")
        (left,) = next(pack["items"] for pack in phone.pack().json()["packs"] if pack["name"] == "patrol.findings")
        assert (left["state"], left["kinds"]) == (f"{watch.secretary.name}接手了", [SETTLE, PASS_ON])

    def test_what_was_well_is_a_need_or_lies_elsewhere_is_not_there(self, watch: Watch, phone: Phone, at: datetime) -> None:
        round_ = actions.open_round(actor=watch.secretary, at=at, unit_id=watch.town["第1网格块"].pk, title="夜巡", points=["配电间"])
        seeing.see(actor=watch.guard, found=Found(new_id(), "well", at, point_id=round_.points.get().pk))
        seeing.see(actor=watch.secretary, found=Found(new_id(), "damage", at, unit_id=watch.town["3号楼"].pk, text="漏水"))
        seeing.see(actor=watch.guard, found=Found(new_id(), "damage", at, unit_id=watch.town["1号楼"].pk, text="漏水", room="301"))
        assert listed(phone) == []
        assert listed(phone_of(watch, "secretary", "甲一居民区", "甲一居民区")) == ["设施损坏 · 3号楼"]

    def test_who_may_not_settle_has_neither_the_list_nor_the_kinds(self, watch: Watch, finding: Seen, phone: Phone) -> None:
        theirs = [phone_of(watch, role, "第1网格块").pack().json() for role in ("member", "building_leader")]
        mine = phone.pack().json()
        for answer, has in ((mine, True), *((one, False) for one in theirs)):
            assert ("patrol.findings" in {pack["name"] for pack in answer["packs"]}) is has
            assert bool({TAKE, SETTLE, PASS_ON} & {kind["name"] for kind in answer["kinds"]}) is has

    @pytest.mark.parametrize(("work", "there"), [([], True), ([offline.AT_GATE], True), ([offline.AT_POINTS], True), (["screening.table"], False)])
    def test_a_phone_holds_it_when_its_duty_needs_it(self, finding: Seen, phone: Phone, work: list[str], there: bool) -> None:
        Device.objects.filter(pk=phone.device.pk).update(work=work)
        assert bool(listed(phone)) is there

    def test_it_asks_as_often_for_many_as_for_one(self, watch: Watch, finding: Seen, at: datetime, django_assert_num_queries) -> None:
        block = watch.town["第1网格块"]
        holder = Holder(watch.town.actor("block_leader", "第1网格块"), block.pk, block.path, at + HOUR)
        for _n in range(4):
            seeing.see(actor=watch.guard, found=Found(new_id(), "hazard", at, unit_id=block.pk, text="又一处"))
        with django_assert_num_queries(1):
            assert len(finding_offline.waiting(holder, at, None).items) == 5


class TestSettling:
    def test_it_counts_from_when_it_was_done_and_once_however_often_it_is_sent(self, finding: Seen, phone: Phone, at: datetime) -> None:
        one = op(phone, SETTLE, finding, ago=3 * HOUR)
        assert phone.outcomes(one, one, one) == ["done", "already_done", "already_done"]
        found = fresh(finding)
        assert (found.state, found.settled_how, found.settled_account) == ("settled", HOW, phone.device.account_id)
        assert abs(found.settled_at - (at - 3 * HOUR)) < MINUTE
        assert JournalEntry.objects.filter(verb="patrol.settled").count() == 1
        assert HOW not in str(list(JournalEntry.objects.values_list("data", flat=True)))
        assert (listed(phone), alarming.sweep(at=at + 24 * HOUR)) == ([], 0)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_taken_on_and_settled_arrive_in_any_order(self, finding: Seen, phone: Phone, order: tuple[int, int]) -> None:
        sent = [op(phone, TAKE, finding, ago=2 * HOUR), op(phone, SETTLE, finding)]
        for number in order:
            assert phone.outcomes(sent[number]) == ["done"]
        assert (fresh(finding).state, fresh(finding).settled_how) == ("settled", HOW)

    def test_five_days_late_it_counts_and_after_more_than_a_week_somebody_looks_first(self, watch: Watch, finding: Seen, phone: Phone) -> None:
        old = seeing.see(actor=watch.guard, found=Found(new_id(), "damage", clock.now() - timedelta(days=12), unit_id=watch.town["1号楼"].pk, text="灯坏了"))
        assert phone.outcomes(op(phone, SETTLE, finding, ago=timedelta(days=5)), op(phone, SETTLE, old, ago=timedelta(days=9))) == ["done", "look"]
        assert fresh(old).state == "open"
        resolving.resolve(actor=watch.secretary, at=clock.now(), conflict_id=Doubt.objects.get().pk, take="phone")
        assert (fresh(old).state, (clock.now() - fresh(old).settled_at).days) == ("settled", 9)

    def test_a_slow_clock_settles_nothing_before_it_was_seen(self, finding: Seen, phone: Phone) -> None:
        assert phone.outcomes(op(phone, SETTLE, finding, ago=timedelta(days=6, hours=5))) == ["done"]
        assert fresh(finding).settled_at == finding.at

    @pytest.mark.parametrize(
        ("role", "unit", "on", "payload"),
        [("member", "第1网格块", "第1网格块", {}), ("building_leader", "1号楼", "1号楼", {}), ("secretary", "乙一居民区", "乙一居民区", {}), ("block_leader", "第2网格块", "第2网格块", {}),
         ("block_leader", "第1网格块", "第1网格块", {"how": " "}), ("block_leader", "第1网格块", "第1网格块", {"how": "长" * 201}), ("block_leader", "第1网格块", "第1网格块", {"seen": "x"}),
         ("block_leader", "第1网格块", "第1网格块", {"seen": str(new_id())})],
    )  # fmt: skip
    def test_who_may_not_at_a_desk_and_what_says_nothing_is_refused(self, watch: Watch, finding: Seen, role: str, unit: str, on: str, payload: dict[str, str]) -> None:
        theirs = phone_of(watch, role, unit, on)
        assert theirs.outcomes(op(theirs, SETTLE, finding, **payload)) == ["refused"]
        assert fresh(finding).state == "open"

    def test_what_was_all_well_is_nothing_to_settle(self, watch: Watch, phone: Phone, at: datetime) -> None:
        round_ = actions.open_round(actor=watch.secretary, at=at, unit_id=watch.town["第1网格块"].pk, title="夜巡", points=["配电间"])
        well = seeing.see(actor=watch.guard, found=Found(new_id(), "well", at, point_id=round_.points.get().pk))
        assert phone.outcomes(op(phone, SETTLE, well)) == ["refused"]

    def test_one_s_own_later_words_stand_whichever_comes_first(self, finding: Seen, phone: Phone) -> None:
        first, later = op(phone, SETTLE, finding, ago=2 * HOUR, how="搬了一半"), op(phone, SETTLE, finding, how="都搬走了")
        assert phone.outcomes(later, first) == ["done", "done"]
        assert fresh(finding).settled_how == "都搬走了"
        assert phone.outcomes(op(phone, SETTLE, finding, ago=MINUTE, how="又看了一遍")) == ["done"]
        assert fresh(finding).settled_how == "又看了一遍"


class TestTwoWhoSeeToIt:
    @pytest.fixture
    def other(self, watch: Watch) -> Phone:
        return phone_of(watch, "secretary", "甲一居民区")

    @pytest.mark.parametrize(("take", "words"), [("phone", "也去看了，让居民签了字"), ("here", HOW)])
    def test_other_words_wait_for_a_person_who_decides_which_stand(self, watch: Watch, finding: Seen, phone: Phone, other: Phone, take: str, words: str) -> None:
        second = op(other, SETTLE, finding, how="也去看了，让居民签了字")
        assert (phone.outcomes(op(phone, SETTLE, finding)), other.outcomes(second, second)) == (["done"], ["look", "look"])
        doubt, before = Doubt.objects.get(), fresh(finding)
        (line,) = resolving.read(actor=watch.secretary, at=clock.now(), conflict_id=doubt.pk)
        assert resolving.called(doubt) == "安全隐患 · 1号楼"
        assert (line.label, line.phone, line.here) == ("怎么处理的", "也去看了，让居民签了字", f"{before.settled_by}：{HOW}")
        resolving.resolve(actor=watch.secretary, at=clock.now(), conflict_id=doubt.pk, take=take)
        found = fresh(finding)
        assert (found.settled_how, found.settled_by, found.settled_at) == (words, before.settled_by, before.settled_at)

    def test_the_same_words_bother_nobody(self, finding: Seen, phone: Phone, other: Phone) -> None:
        assert [one.outcomes(op(one, SETTLE, finding)) for one in (phone, other)] == [["done"], ["done"]]
        assert not Doubt.objects.exists()

    def test_settled_at_a_desk_meanwhile_both_words_are_kept(self, watch: Watch, finding: Seen, phone: Phone) -> None:
        seeing.settle(actor=watch.secretary, at=clock.now(), seen_id=finding.pk, how="打电话给物业了")
        assert phone.outcomes(op(phone, SETTLE, finding)) == ["look"]
        assert fresh(finding).settled_how == "打电话给物业了"

    def test_who_was_slower_to_take_it_on_hears_who_was_quicker(self, watch: Watch, finding: Seen, phone: Phone) -> None:
        mine = op(phone, TAKE, finding)
        seeing.take(actor=watch.secretary, at=clock.now(), seen_id=finding.pk)
        (said,) = phone.send(mine)
        assert (said["outcome"], watch.secretary.name in said["message"]) == ("refused", True)
        # Whoever took it on, who saw to it says so.
        assert phone.outcomes(op(phone, SETTLE, finding)) == ["done"]
        seeing.settle(actor=actor_of(Account.objects.get(pk=phone.device.account_id)), at=clock.now(), seen_id=finding.pk, how="再写一句")
        with pytest.raises(Conflict):
            seeing.settle(actor=watch.secretary, at=clock.now(), seen_id=finding.pk, how="我也写一句")


class TestPassingOn:
    def test_it_becomes_a_need_once_and_what_was_done_meanwhile_is_looked_at(self, finding: Seen, phone: Phone) -> None:
        assert phone.outcomes(op(phone, PASS_ON, finding, room="301"), op(phone, PASS_ON, finding)) == ["done", "done"]
        assert (fresh(finding).state, fresh(finding).room) == ("need", "301")
        assert JournalEntry.objects.filter(verb="patrol.passed_on").count() == 1
        (said,) = phone.send(op(phone, SETTLE, finding))
        assert (said["outcome"], "诉求" in Doubt.objects.get().sentence) == ("look", True)

    def test_somebody_kept_from_a_doctor_is_no_need(self, watch: Watch, phone: Phone, at: datetime) -> None:
        watch.cross(watch.card(purpose="medical", place="第1网格块").number, result="turned", at=at)
        kept = Seen.objects.get()
        Seen.objects.update(unit=watch.town["第1网格块"])
        assert phone.outcomes(op(phone, PASS_ON, kept), op(phone, SETTLE, kept, how="请他出门了")) == ["refused", "done"]
