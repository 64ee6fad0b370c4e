"""What waits at gates and on rounds stands in the list of the day, for whom it concerns."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.errors import Conflict
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.patrol import actions, keeping, seeing
from jimu.field.patrol.group import in_hand
from jimu.field.patrol.next_steps import next_steps
from jimu.field.patrol.seeing import Found
from jimu.field.patrol.tests.conftest import HOUR, Watch
from jimu.field.patrol.words import KEEP, SETTLE
from jimu.teams.leading import Group
from jimu.teams.tests.led import led_by

pytestmark = pytest.mark.django_db


def told(actor: Actor, at: datetime | None = None) -> list[tuple[str, str]]:
    return [(step.text, step.tone) for step in next_steps(actor, at or clock.now())]


@pytest.fixture
def kept(watch: Watch) -> Watch:
    """北门 with its keeper: nothing waits."""
    keeping.keep(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk)
    assert told(watch.secretary) == []
    return watch


def test_who_leads_the_keepers_sees_where_they_stand_and_who_stands_too_long(kept: Watch) -> None:
    kept.town.person("安带班")
    account, guard = kept.town.account("member", "第1网格块"), Account.objects.get(pk=kept.guard.account_id)
    account.person, guard.person = kept.town.people["安带班"], kept.town.people["王伟"]
    account.save()
    guard.save()
    lead = actor_of(account)
    assert told(lead) == []
    led_by(lead.person_id, guard.person_id, unit=kept.town["甲一居民区"])
    assert told(lead) == [("本组 王伟 守着：北门", "")]
    assert told(lead, clock.now() + 24 * HOUR)[0] == ("本组 王伟 守了很久，请换人：北门", "warn")
    assert told(actor_of(guard)) == []
    # Nobody stands at a gate that is over, by its last day or because it was taken away.
    assert told(lead, clock.now() + timedelta(days=9)) == []
    actions.close_gate(actor=kept.secretary, at=clock.now(), gate_id=kept.gate.pk)
    assert (told(lead), kept.gate.keepings.filter(until=None).count()) == ([], 0)


def test_the_day_of_a_group_has_its_gates_and_the_findings_that_its_people_took_on(kept: Watch) -> None:
    lead, other = kept.town.account("member", "甲一居民区"), kept.town.account("block_leader", "第1网格块")
    guard = Account.objects.get(pk=kept.guard.account_id)
    for account, name in ((guard, "王伟"), (other, "李娜")):
        account.person = kept.town.people[name]
        account.save()
    at, group = clock.now(), Group(frozenset(), frozenset({guard.person_id}))
    found = seeing.see(actor=kept.secretary, found=Found(new_id(), "hazard", at, unit_id=kept.town["1号楼"].pk, text="电线垂下来"))

    def told(group: Group, at: datetime = at) -> list[tuple[str, object, str, str]]:
        return [(one.work, one.person_id, one.step.text, one.step.tone) for one in in_hand(actor_of(lead), group, at)]

    gate = (KEEP, guard.person_id, "守着：北门", "")
    assert told(group) == [gate]
    seeing.take(actor=actor_of(other), at=at, seen_id=found.pk)
    both = Group(frozenset(), group.people | {other.person_id})
    assert told(both)[0] == gate
    assert told(both)[1][:3] == (SETTLE, other.person_id, "处理：安全隐患")
    assert [tone for _work, _who, _text, tone in told(both, at + 24 * HOUR)] == ["warn", "bad"]
    assert [one.work for one in in_hand(kept.town.actor("member", "乙一居民区"), both, at)] == [KEEP]
    seeing.settle(actor=actor_of(other), at=at, seen_id=found.pk, how="扶正了")
    assert told(both) == [gate]


def test_the_list_of_gates_says_who_keeps_each(watch: Watch) -> None:
    client = watch.client(watch.guard)
    before = client.get("/patrol/").content.decode()
    keeping.keep(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk)
    after = client.get("/patrol/").content.decode()
    words = ("没有人守", f"{watch.guard.name} 在守")
    assert [[one in page for one in words] for page in (before, after)] == [[True, False], [False, True]]


def test_a_gate_without_a_keeper_is_told_to_who_looks_after_it(watch: Watch) -> None:
    assert told(watch.secretary) == [("没有人守：北门", "warn")]
    assert told(watch.guard) == []
    assert told(watch.town.actor("secretary", "乙一居民区")) == []
    for _n in range(2):
        keeping.keep(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk)
    assert (told(watch.secretary), watch.gate.keepings.count()) == ([], 1)
    assert keeping.leave(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk) == 0
    assert told(watch.secretary) == [("没有人守：北门", "warn")]
    with pytest.raises(Conflict):
        keeping.leave(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk)


def test_who_forgot_to_leave_keeps_no_gate_for_ever(kept: Watch) -> None:
    later = clock.now() + 13 * HOUR
    assert told(kept.secretary, later) == [("没有人守：北门", "warn")]
    assert told(kept.guard, later) == [("您守了很久：交班，或再接一班", "warn")]


def test_a_gate_that_is_over_wants_no_keeper(watch: Watch) -> None:
    assert told(watch.secretary, clock.now() + timedelta(days=9)) == []
    actions.close_gate(actor=watch.secretary, at=clock.now(), gate_id=watch.gate.pk)
    assert told(watch.secretary) == []
    with pytest.raises(Conflict):
        keeping.keep(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk)


def test_a_gate_is_kept_to_the_end_of_its_last_day(watch: Watch) -> None:
    last = timezone.make_aware(datetime.combine(watch.gate.ends_on, time(23, 59)))
    with pytest.raises(Conflict) as refused:
        keeping.keep(actor=watch.guard, at=last + timedelta(minutes=2), gate_id=watch.gate.pk)
    assert refused.value.code == "gate_closed"
    assert keeping.keep(actor=watch.guard, at=last, gate_id=watch.gate.pk).since == last


def test_who_is_out_past_their_time_is_told_of_and_who_came_back_is_not(kept: Watch) -> None:
    card, home, inside = kept.card(3), kept.card(3), kept.card(3)
    for one in (card, home):
        kept.cross(one.number)
    kept.cross(home.number, "in", at=clock.now() + timedelta(minutes=1))
    at = clock.now()
    assert told(kept.secretary, at + HOUR) == []
    assert told(kept.secretary, at + 2.5 * HOUR) == [("在外面，凭证快到期：采购、取物", "warn")]
    assert told(kept.secretary, at + 4 * HOUR) == [("过了时间还没回来：采购、取物", "bad")]
    assert told(kept.town.actor("secretary", "乙一居民区"), at + 4 * HOUR) == []
    kept.cross(card.number, "in", at=at + 2 * HOUR)
    assert told(kept.secretary, at + 4 * HOUR) == []
    assert inside.crossings.count() == 0


def test_who_went_out_again_is_out(kept: Watch) -> None:
    card, at = kept.card(3), clock.now()
    for n, way in enumerate(("out", "in", "out")):
        kept.cross(card.number, way, at=at + n * HOUR / 4)
    assert [text for text, _tone in told(kept.secretary, at + 4 * HOUR)] == ["过了时间还没回来：采购、取物"]


def test_who_was_kept_from_a_doctor_is_the_first_thing_told(kept: Watch) -> None:
    card = kept.card(purpose="medical")
    kept.cross(card.number, result="turned")
    kept.cross(kept.card().number, result="turned")
    assert told(kept.secretary) == [("就医的人被劝回了，请马上联系", "bad")]
    kept.cross(card.number, at=clock.now() + timedelta(seconds=1))
    assert told(kept.secretary) == []


def test_a_round_is_due_again_after_its_hours(kept: Watch) -> None:
    now = clock.now()
    made = actions.open_round(actor=kept.secretary, at=now, unit_id=kept.gate.unit_id, title="夜巡", points=["北门", "配电间"])
    assert told(kept.guard, now + 3 * HOUR) == []
    assert told(kept.guard, now + 5 * HOUR) == [("该巡一遍：夜巡，2 个点", "")]
    seeing.see(actor=kept.guard, found=Found(new_id(), "well", now + 4 * HOUR, point_id=made.points.first().pk))
    assert told(kept.guard, now + 5 * HOUR) == [("该巡一遍：夜巡，1 个点", "")]
    actions.close_round(actor=kept.secretary, at=now + 4 * HOUR, round_id=made.pk)
    assert told(kept.guard, now + 5 * HOUR) == []


def test_what_was_seen_waits_until_it_is_settled(kept: Watch) -> None:
    seen = seeing.see(actor=kept.guard, found=Found(new_id(), "hazard", clock.now(), unit_id=kept.town["1号楼"].pk, text="电线冒火花"))
    assert told(kept.secretary) == [("处理：安全隐患", "bad")]
    assert told(kept.guard) == []
    seeing.settle(actor=kept.secretary, at=clock.now(), seen_id=seen.pk, how="断电检修")
    assert told(kept.secretary) == []


def test_the_list_reads_as_often_for_many_gates_as_for_one(kept: Watch, django_assert_max_num_queries) -> None:
    for n in range(6):
        actions.open_gate(actor=kept.secretary, at=clock.now(), unit_id=kept.gate.unit_id, name=f"{n}门", basis="通告", ends_on=clock.today())
    with django_assert_max_num_queries(14):
        assert len(told(kept.secretary)) == 6


def test_a_keeper_comes_and_goes_on_the_page_and_over_the_api(watch: Watch) -> None:
    guard, page = watch.client(watch.guard), f"/patrol/gates/{watch.gate.pk}/"
    assert "还没有人" in guard.get(page).content.decode()
    assert guard.post(page + "keep/").status_code == 302
    assert "我下岗" in guard.get(page).content.decode()
    assert "现在没有人守这个卡口" in guard.post(page + "keep/", {"leave": "1"}, follow=True).content.decode()
    api = f"/api/v1/patrol/gates/{watch.gate.pk}/keepers/"
    assert len(guard.post(api + "keep").json()["keepers"]) == 1
    assert guard.post(api + "leave").json()["keepers"] == []
    assert watch.town.client("member", "乙一居民区").post(page + "keep/").status_code == 404
