"""What a round waits for stands in the list of the day, grouped, for whom it concerns and for no others."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM, Actor, rights
from jimu.field.households import case_actions
from jimu.field.households.actions import edit_resident
from jimu.field.screening import alarming, calling, custody, queries, reporting, results, setting_up, settling
from jimu.field.screening.codes import PERSON, code_of
from jimu.field.screening.models import Round, Scan, Slot
from jimu.field.screening.next_steps import next_steps
from jimu.field.screening.results import Given as Line
from jimu.grid.tests.town import build

from .conftest import AT, ID_NUMBER, MINUTE, Given, Yard, yard_of

pytestmark = pytest.mark.django_db
BEFORE_SLOTS = timedelta(days=1)


def told(actor: Actor, at: datetime, about: str = "") -> list[tuple[str, str]]:
    return [(step.text, step.tone) for step in next_steps(actor, at) if about in step.text]


@pytest.fixture
def calm(yard: Yard) -> Yard:
    """A round with every slot through, whose plan goes on for days: nothing waits."""
    Slot.objects.filter(round=yard.round).update(state=Slot.State.DONE, starts_at=AT + timedelta(days=3))
    assert told(yard.town.actor("secretary", "甲一居民区"), AT + MINUTE) == []
    return yard


@pytest.fixture
def secretary(calm: Yard) -> Actor:
    return calm.town.actor("secretary", "甲一居民区")


@pytest.fixture
def member(calm: Yard) -> Actor:
    return calm.town.actor("member", "甲一居民区")


def test_slots_are_called_by_whoever_has_the_site_or_the_building(yard: Yard) -> None:
    Slot.objects.filter(round=yard.round).update(starts_at=AT + 10 * MINUTE, site=yard.site)
    slots = Slot.objects.filter(round=yard.round, building__isnull=False)
    member, leader = yard.town.actor("member", "甲一居民区"), yard.town.actor("building_leader", "1号楼")
    own = slots.filter(building=yard.town["1号楼"]).exclude(kind="home").count()
    assert told(member, AT + 9 * MINUTE) == told(leader, AT + 9 * MINUTE, "叫下楼") == []
    assert told(member, AT + 11 * MINUTE) == [(f"叫下楼采样：{slots.count()} 批到了时间", "")]
    mine = list(next_steps(leader, AT + 31 * MINUTE))
    assert [(step.text, step.place, step.tone, step.own) for step in mine if step.own] == [(f"叫下楼采样：{own} 批到了时间", "1号楼", "warn", True)]
    assert mine[0].url.endswith("/callers/")
    assert told(yard.town.actor("secretary", "乙一居民区"), AT + 31 * MINUTE) == []
    assert told(yard.town.actor("auditor"), AT + 31 * MINUTE) == []
    slots.update(state=Slot.State.CALLED)
    assert told(member, AT + 31 * MINUTE) == told(leader, AT + 31 * MINUTE, "叫下楼") == []


def test_who_cannot_come_down_is_visited_and_never_called_down(yard: Yard) -> None:
    slots = Slot.objects.filter(round=yard.round, building__isnull=False)
    first, second = list(slots)[:2]
    slots.exclude(pk__in=[first.pk, second.pk]).update(state=Slot.State.DONE)
    slots.filter(pk__in=[first.pk, second.pk]).update(kind=Slot.Kind.HOME, site=yard.site, starts_at=AT, building=yard.town["1号楼"])
    secretary, member, leader = (yard.town.actor(role, place) for role, place in (("secretary", "甲一居民区"), ("member", "甲一居民区"), ("building_leader", "1号楼")))
    (visit,) = (step for step in next_steps(secretary, AT + MINUTE) if "上门" in step.text)
    assert (visit.text, visit.place, visit.due, visit.tone) == ("上门采样：2 批没做完，其中 0 批去了", "东门", AT, "")
    assert visit.url == f"/screening/rounds/{yard.round.pk}/left/{yard.town['1号楼'].pk}/?visits=1"
    # Who works at the site may not read the list of the ledger's people.
    (visit,) = next_steps(member, AT + MINUTE)
    assert visit.url == f"/screening/rounds/{yard.round.pk}/sites/{yard.site.pk}/"
    slots.filter(pk=first.pk).update(state=Slot.State.CALLED)
    assert told(member, AT + 21 * MINUTE) == [("上门采样：2 批没做完，其中 1 批去了", "warn")]
    slots.filter(pk=second.pk).update(building=yard.town["2号楼"])
    assert next(step.url for step in next_steps(secretary, AT + MINUTE) if "上门" in step.text).endswith("/left/")
    assert told(leader, AT + MINUTE, "叫下楼") == told(secretary, AT + MINUTE, "叫下楼") == told(leader, AT + MINUTE, "上门") == []
    slots.update(state=Slot.State.DONE)
    assert told(member, AT + 21 * MINUTE) == []


def test_who_is_not_tested_is_told_when_the_plan_ends_to_whoever_may_read_the_list(calm: Yard, secretary: Actor, member: Actor) -> None:
    Slot.objects.filter(round=calm.round).update(starts_at=AT + 100 * MINUTE, minutes=20)
    for n in range(3):
        calm.scan(calm.people[n], f"T{n}")
    calling.excuse(actor=SYSTEM, told=calling.Missing(new_id(), calm.round.pk, calm.people[5].pk, "moved", AT))
    assert told(secretary, AT + 59 * MINUTE, "没采") == []
    (step,) = (step for step in next_steps(secretary, AT + 60 * MINUTE) if "没采" in step.text)
    assert (step.text, step.due, step.tone) == ("这一轮快结束，还有 8 人没采", AT + 120 * MINUTE, "warn")
    assert step.url == f"/screening/rounds/{calm.round.pk}/left/"
    assert told(secretary, AT + 120 * MINUTE, "没采") == [("这一轮快结束，还有 8 人没采", "bad")]
    assert told(member, AT + 120 * MINUTE, "没采") == []
    # Of the people of one's own building: five doors with two people each, three scanned and one moved.
    assert told(calm.town.actor("building_leader", "1号楼"), AT + 60 * MINUTE, "没采") == [("这一轮快结束，还有 6 人没采", "warn")]


def test_the_lead_of_a_site_reads_how_many_tables_to_open_as_its_own_page_says(calm: Yard, secretary: Actor, member: Actor) -> None:
    assert told(secretary, AT + 10 * MINUTE, "排队") == []
    calling.count_queue(actor=SYSTEM, at=AT + 10 * MINUTE, round_id=calm.round.pk, site_id=calm.site.pk, waiting=400, tables=2)
    line = next(one for one in queries.site_lines(calm.round, AT + 11 * MINUTE) if one.site == calm.site)
    assert line.advice is not None
    (step,) = (step for step in next_steps(secretary, AT + 11 * MINUTE) if "排队" in step.text)
    assert (step.text, step.place, step.tone) == (f"排队要等 {line.advice.before} 分钟：加开 {line.advice.more} 台", "东门", "warn")
    assert step.url == f"/screening/rounds/{calm.round.pk}/sites/{calm.site.pk}/"
    assert told(member, AT + 11 * MINUTE, "排队") == []


def test_who_is_to_call_hears_how_long_the_line_is_that_was_counted_lately(yard: Yard) -> None:
    Slot.objects.filter(round=yard.round).update(starts_at=AT, site=yard.site)
    member = yard.town.actor("member", "甲一居民区")
    counting = {"actor": SYSTEM, "round_id": yard.round.pk, "site_id": yard.site.pk, "tables": 2}
    for minutes, waiting in ((5, 80), (8, 600)):
        calling.count_queue(at=AT + minutes * MINUTE, waiting=waiting, **counting)
    due = Slot.objects.filter(round=yard.round).count()
    assert told(member, AT + 10 * MINUTE) == [(f"叫下楼采样：{due} 批到了时间，上次数到排着 600 人", "")]
    assert told(member, AT + 69 * MINUTE, "叫下楼") == [(f"叫下楼采样：{due} 批到了时间", "warn")]


def test_a_building_leader_calls_their_own_slot_from_their_list_and_comes_back_to_it(yard: Yard) -> None:
    leader, slot = yard.town.client("building_leader", "1号楼"), Slot.objects.filter(building=yard.town["1号楼"]).exclude(kind="home").first()
    callers = f"/screening/rounds/{yard.round.pk}/callers/"
    assert f"/screening/slots/{slot.pk}/call/" in leader.get(callers).content.decode()
    answer = leader.post(f"/screening/slots/{slot.pk}/call/")
    assert answer["Location"] == callers
    assert f"/screening/slots/{slot.pk}/call/" not in leader.get(callers).content.decode()
    other = Slot.objects.filter(building=yard.town["2号楼"]).first()
    assert leader.post(f"/screening/slots/{other.pk}/call/").status_code == 404
    site = yard.town.client("member", "甲一居民区").post(f"/screening/slots/{other.pk}/call/")
    assert f"/sites/{other.site_id}/" in site["Location"]


def test_many_tubes_whose_time_runs_out_are_one_line_with_the_most_pressing_one(calm: Yard, member: Actor) -> None:
    for n in range(3):
        calm.scan(calm.people[n], f"T{n}", minutes=1 + n)
    assert told(member, AT + 60 * MINUTE) == []
    assert told(member, AT + 61.5 * MINUTE) == [("1 支管快到送检时限，请送走", "warn")]
    step = next(next_steps(member, AT + 109 * MINUTE))
    assert (step.text, step.tone, step.place, step.due) == ("3 支管快到送检时限，请送走", "bad", "东门", AT + 121 * MINUTE)
    assert told(member, AT + 130 * MINUTE) == [("3 支管该送走，已有过了时限的", "bad")]
    assert told(calm.town.actor("building_leader", "1号楼"), AT + 109 * MINUTE) == []
    assert told(member, AT + timedelta(hours=30)) == []


def test_a_tube_whose_seal_arrived_before_its_scans_has_people_in_it_whose_time_runs_out(calm: Yard, member: Actor) -> None:
    calm.seal(said=2, minutes=1)
    late = AT + 130 * MINUTE
    assert told(member, late) == [("1 支管该送走，已有过了时限的", "bad")]
    assert alarming.sweep(at=AT + 110 * MINUTE) == 1
    assert reporting.tubes_of(calm.round, late)[0].late == 1


def test_a_box_that_was_handed_over_waits_for_the_laboratory_and_no_longer_for_the_site(calm: Yard, member: Actor) -> None:
    tube = calm.fill("T1", 2)
    box = custody.pack(actor=member, at=AT + 40 * MINUTE, round_id=calm.round.pk, site_id=calm.site.pk, tube_ids=[tube.pk])
    assert told(member, AT + 70 * MINUTE) == [("1 支管快到送检时限，请送走", "warn")]
    custody.hand_over(actor=member, at=AT + 45 * MINUTE, batch_id=box.pk, courier="孙师傅")
    assert told(member, AT + 46 * MINUTE) == [("1 箱交出去了，实验室还没签收", "")]
    assert told(member, AT + 115 * MINUTE) == [("1 箱交出去了，实验室还没签收", "bad")]
    custody.receive(actor=member, at=AT + 116 * MINUTE, batch_id=box.pk, receiver="钱进")
    assert told(member, AT + 117 * MINUTE) == []


@pytest.fixture
def pool(calm: Yard) -> Yard:
    """T1 with two people is at the laboratory."""
    tube = calm.fill("T1", 2)
    box = custody.pack(actor=SYSTEM, at=AT + 40 * MINUTE, round_id=calm.round.pk, site_id=calm.site.pk, tube_ids=[tube.pk])
    custody.hand_over(actor=SYSTEM, at=AT + 41 * MINUTE, batch_id=box.pk, courier="孙师傅")
    custody.receive(actor=SYSTEM, at=AT + 50 * MINUTE, batch_id=box.pk, receiver="钱进")
    return calm


def test_a_positive_pool_is_to_be_recalled_by_who_may_and_then_its_people_sampled(pool: Yard, secretary: Actor, member: Actor) -> None:
    at = AT + 300 * MINUTE
    setting = {"actor": SYSTEM, "at": at, "round_id": pool.round.pk}
    results.record(**setting, given=[Line("T1", "negative")])
    assert told(secretary, at) == []
    results.record(**setting, given=[Line("T1", "positive")])
    step = next(next_steps(secretary, at))
    assert (step.text, step.tone, step.url) == ("1 支阳性管：追人、备单采管", "bad", f"/screening/tubes/{pool.tube().pk}/recall/")
    # A result tells of health: whoever works at the site hears of no pool.
    assert told(member, at) == told(pool.town.actor("block_leader", "甲一居民区"), at) == []
    results.prepare_again(actor=SYSTEM, at=at, tube_id=pool.tube().pk)
    assert told(secretary, at) == told(member, at) == [("2 支单采管还没有采", "warn")]
    for number in (1, 2):
        pool.scan(pool.people[number - 1], f"T1-{number:02d}", minutes=301)
    assert told(secretary, at + 2 * MINUTE) == []


def test_whose_own_tube_is_positive_is_recorded_as_a_case_by_who_may_and_then_no_longer_told(pool: Yard, secretary: Actor, member: Actor, monkeypatch) -> None:
    at = AT + 300 * MINUTE
    results.record(actor=SYSTEM, at=at, round_id=pool.round.pk, given=[Line("T1", "positive")])
    results.prepare_again(actor=SYSTEM, at=at, tube_id=pool.tube().pk)
    for number in (1, 2):
        pool.scan(pool.people[number - 1], f"T1-{number:02d}", minutes=301)
        pool.seal(f"T1-{number:02d}", minutes=302, said=1)
    results.record(actor=SYSTEM, at=at, round_id=pool.round.pk, given=[Line("T1-01", "positive"), Line("T1-02", "negative")])
    words = "1 位单采阳性：登记阳性"
    step = next(one for one in next_steps(secretary, at + 3 * MINUTE) if one.text == words)
    assert (step.tone, step.url) == ("bad", f"/screening/tubes/{pool.tube('T1-01').pk}/recall/")
    assert told(member, at + 3 * MINUTE, "阳性") == told(pool.town.actor("block_leader", "甲一居民区"), at, "阳性") == []
    with monkeypatch.context() as without:
        without.setitem(rights(), "households.health", frozenset())
        assert told(secretary, at + 3 * MINUTE, "阳性") == []
    assert told(secretary, at + 3 * MINUTE, words) == [(words, "bad")]
    case = case_actions.record_case(actor=SYSTEM, at=at + 4 * MINUTE, resident_id=pool.people[0].pk, found_on=AT.date())
    assert told(secretary, at + 5 * MINUTE, "阳性") == []
    # What was recorded and found to be a mistake was dealt with too.
    case_actions.close_case(actor=SYSTEM, at=at + 5 * MINUTE, case_id=case.pk, why="mistaken")
    assert told(secretary, at + 6 * MINUTE, "阳性") == []


def test_a_pool_with_two_in_it_or_a_scan_still_to_come_is_nobody_s_own(pool: Yard) -> None:
    assert results.owners([pool.tube()]) == {}
    pool.scan(pool.people[3], "T2", minutes=40)
    pool.seal("T2", minutes=41, said=2)
    assert results.owners([pool.tube("T2")]) == {}
    pool.scan(pool.people[4], "T3", minutes=40)
    pool.seal("T3", minutes=41, said=1)
    assert results.owners([pool.tube("T1"), pool.tube("T3")]) == {pool.tube("T3").pk: pool.people[4].pk}
    pool.scan("nobody-knows-this", "T4", minutes=40)
    pool.seal("T4", minutes=41, said=1)
    assert results.owners([pool.tube("T4")]) == {}


@pytest.fixture
def two_codes(pool: Yard) -> list[str]:
    """The printed code and the ID number of one person, for whom alone T1-01 was prepared."""
    person = pool.people[0]
    edit_resident(actor=SYSTEM, at=AT, resident_id=person.pk, seen=person.updated_at, given=Given(name=person.name, id_number=ID_NUMBER))
    results.record(actor=SYSTEM, at=AT + 300 * MINUTE, round_id=pool.round.pk, given=[Line("T1", "positive")])
    results.prepare_again(actor=SYSTEM, at=AT + 300 * MINUTE, tube_id=pool.tube().pk)
    return [code_of(PERSON, person.pk), ID_NUMBER]


@pytest.mark.parametrize(("sure", "verdict", "own"), [(False, "", True), (True, "", False), (True, "struck", True), (True, "both", False)])
def test_a_tube_is_the_own_of_who_was_scanned_by_two_codes_unless_somebody_says_that_they_are_two(pool: Yard, two_codes: list[str], sure: bool, verdict: str, own: bool) -> None:
    pool.scan(two_codes[0], "T9")
    pool.scan(two_codes[1], "T9", sure=sure)
    pool.seal("T9", said=1)
    if verdict:
        settling.settle(actor=SYSTEM, at=AT + 40 * MINUTE, scan_id=Scan.objects.get(doubt="two").pk, verdict=verdict)
    assert results.owners([pool.tube("T9")]) == ({pool.tube("T9").pk: pool.people[0].pk} if own else {})


@pytest.mark.parametrize(("scans", "words"), [(0, "1 支阳性管：追人、备单采管"), (1, "1 位单采阳性：登记阳性"), (2, "1 位单采阳性：登记阳性")])
def test_no_positive_tube_of_one_person_is_passed_over_however_it_was_scanned(pool: Yard, secretary: Actor, two_codes: list[str], scans: int, words: str) -> None:
    """Not scanned: the phone at the door was without a network, and the laboratory quicker."""
    for code in two_codes[:scans]:
        pool.scan(code, "T1-01", minutes=301)
    pool.seal("T1-01", minutes=302, said=max(1, scans))
    results.record(actor=SYSTEM, at=AT + 400 * MINUTE, round_id=pool.round.pk, given=[Line("T1-01", "positive")])
    assert told(secretary, AT + 401 * MINUTE, "阳性") == [(words, "bad")]


def test_results_that_come_after_a_round_is_closed_are_told_and_old_ones_are_not(pool: Yard, secretary: Actor) -> None:
    setting_up.close(actor=SYSTEM, at=AT + 200 * MINUTE, round_id=pool.round.pk)
    results.record(actor=SYSTEM, at=AT + 300 * MINUTE, round_id=pool.round.pk, given=[Line("T1", "void")])
    assert told(secretary, AT + 301 * MINUTE) == [("1 支可疑或无效的管：请管里的人重采", "warn")]
    assert told(secretary, AT + timedelta(days=3)) == []


def test_somebody_in_two_tubes_is_decided_by_who_may_and_then_no_longer_told(calm: Yard, secretary: Actor, member: Actor) -> None:
    calm.scan(calm.people[0], "T1")
    assert told(secretary, AT + 5 * MINUTE) == []
    calm.scan(calm.people[0], "T2")
    calm.seal("T2", minutes=3, said=2)
    words = "2 处扫码要您定：一人在两支管、超员、人数对不上"
    assert told(secretary, AT + 5 * MINUTE) == [(words, "warn")]
    assert settling.counts([calm.round]) == {calm.round.pk: settling.waiting(calm.round).count}
    assert told(member, AT + 5 * MINUTE) == []
    calm.scan(calm.people[1], "T2", minutes=2)
    settling.settle(actor=secretary, at=AT + 6 * MINUTE, scan_id=Scan.objects.filter(tube__code="T1").get().pk, verdict="both", double=True)
    assert told(secretary, AT + 7 * MINUTE) == []


def test_who_was_sampled_in_two_rounds_is_in_two_tubes_of_neither(calm: Yard, secretary: Actor) -> None:
    calm.scan(calm.people[0], "T1")
    more = setting_up.draft_round(actor=SYSTEM, at=AT, wanted=setting_up.Wanted(calm.round.unit_id, "第2轮", AT + BEFORE_SLOTS, [calm.site.pk]))
    setting_up.begin(actor=SYSTEM, at=AT, round_id=more.pk)
    first, calm.round = calm.round, more
    calm.scan(calm.people[0], "A1", minutes=3)
    assert told(secretary, AT + 5 * MINUTE) == []
    calm.scan(calm.people[0], "A2", minutes=4)
    assert settling.counts([first, more]) == {more.pk: 1}


def test_the_list_reads_as_often_for_many_rounds_and_tubes_as_for_one(yard: Yard, django_assert_max_num_queries) -> None:
    secretary = yard.town.actor("secretary", "甲一居民区")
    for n in range(8):
        yard.scan(yard.people[n], f"T{n}")
        yard.scan(yard.people[n], f"U{n}")
    for n in range(3):
        made = setting_up.draft_round(actor=SYSTEM, at=AT, wanted=setting_up.Wanted(yard.round.unit_id, f"再{n}轮", AT, [yard.site.pk]))
        setting_up.begin(actor=SYSTEM, at=AT, round_id=made.pk)
    with django_assert_max_num_queries(39):
        assert len(told(secretary, AT + 100 * MINUTE)) >= 4
    Round.objects.update(state=Round.State.DRAFT)
    with django_assert_max_num_queries(1):
        assert told(secretary, AT + 100 * MINUTE) == []


def test_the_page_of_the_day_leads_to_where_it_is_done(db: None) -> None:
    yard = yard_of(build(), at=clock.now() - 100 * MINUTE)
    yard.scan(yard.people[0], "T1", at=clock.now() - 90 * MINUTE)
    client: Client = yard.town.client("secretary", "甲一居民区")
    page = client.get(reverse("command:next")).content.decode()
    assert "支管快到送检时限" in page
    assert client.get(f"/screening/rounds/{yard.round.pk}/tubes/").status_code == 200
