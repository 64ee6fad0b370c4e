"""Handovers: written down, accepted item by item, carried on, and told upward when nobody accepts."""

from datetime import datetime, timedelta

import pytest

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.relay import handover_actions as actions
from jimu.relay import handover_queries as queries
from jimu.relay import marking, sweeping
from jimu.relay.errors import AlreadyAccepted, NeedsSentence, NotHandedYet
from jimu.relay.models import Handover, HandoverAlarm, HandoverAnswer, HandoverItem
from jimu.roster.tests.conftest import DAY

from .conftest import TEN, Gate

NOON, FOUR = clock.at_minute(DAY, 720), clock.at_minute(DAY, 960)


def opened(gate: Gate, actor: Actor, at: datetime = TEN, turn: datetime = NOON, post: str = "gate") -> Handover:
    return actions.open_handover(
        actor=actor, at=at, incident_id=gate.world.incident.pk, unit_id=gate.world.units["甲一"].pk, post_code=post, turn_at=turn
    )


def put(actor: Actor, handover: Handover, kind: str = "key", text: str = "3号楼钥匙", at: datetime = TEN) -> HandoverItem:
    return actions.add_item(actor=actor, at=at, handover_id=handover.pk, kind=kind, text=text, amount="1 把")


def say(actor: Actor, item: HandoverItem, verdict: str, sentence: str = "", at: datetime = NOON) -> HandoverAnswer:
    return actions.answer(actor=actor, at=at, item_id=item.pk, verdict=verdict, sentence=sentence)


@pytest.fixture
def leads(gate: Gate) -> tuple[Actor, Actor]:
    """张一 of the morning, 王二 of the afternoon: members, with no right on the grid but their seats."""
    return gate.own("张一"), gate.own("王二")


def test_the_outgoing_writes_and_the_incoming_accepts_item_by_item(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, coming = leads
    handover = opened(gate, out)
    key, stock = put(out, handover), put(out, handover, "stock", "口罩")
    with pytest.raises(NotHandedYet):
        say(coming, key, "accepted", at=TEN)
    actions.hand_over(actor=out, at=TEN, handover_id=handover.pk)
    say(coming, key, "accepted")
    with pytest.raises(NeedsSentence):
        say(coming, stock, "disputed", "  ")
    say(coming, stock, "disputed", "少了两箱")
    done = actions.accept(actor=coming, at=NOON, handover_id=handover.pk)
    assert (done.accepted_by, done.accepted_at) == ("王二", NOON)
    assert [line.verdict for line in queries.lines_of(done)] == ["accepted", "disputed"]
    with pytest.raises(AlreadyAccepted):
        put(out, handover)


def test_answers_are_appended_and_saying_the_same_again_changes_nothing(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, coming = leads
    handover = opened(gate, out)
    key = put(out, handover)
    actions.hand_over(actor=out, at=TEN, handover_id=handover.pk)
    for _n in range(2):
        say(coming, key, "disputed", "不是这把")
    say(coming, key, "accepted", at=NOON + timedelta(minutes=1))
    assert list(key.answers.values_list("verdict", flat=True)) == ["disputed", "accepted"]


def test_nobody_accepts_from_themselves_but_whoever_is_not_relieved_may_go_on(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, _coming = leads
    handover = opened(gate, out)
    actions.hand_over(actor=out, at=TEN, handover_id=handover.pk)
    with pytest.raises(Conflict):
        actions.accept(actor=out, at=NOON, handover_id=handover.pk)
    actions.accept(actor=out, at=NOON, handover_id=handover.pk, stays=True)
    assert JournalEntry.objects.filter(verb="handover.stayed").count() == 1


def test_who_left_without_a_word_holds_nobody_up(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, coming = leads
    handover = opened(gate, out)
    put(out, handover)
    with pytest.raises(NotHandedYet):
        actions.accept(actor=coming, at=NOON - timedelta(minutes=1), handover_id=handover.pk)
    assert actions.accept(actor=coming, at=NOON, handover_id=handover.pk).accepted_at == NOON


def test_opening_twice_gives_the_same_and_only_turns_of_the_roster_count(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, coming = leads
    assert opened(gate, out) == opened(gate, coming)
    with pytest.raises(Invalid):
        opened(gate, out, turn=NOON + timedelta(minutes=7))


@pytest.mark.parametrize(("who", "sees", "writes"), [
    ("secretary 甲一", True, True), ("block_leader 甲一块", True, True), ("auditor 甲一", True, False),
    ("secretary 甲二", False, False), ("member 甲一", False, False), ("building_leader 甲一块", False, False),
])  # fmt: skip
def test_who_reads_and_who_writes(gate: Gate, leads: tuple[Actor, Actor], who: str, sees: bool, writes: bool) -> None:
    handover = opened(gate, leads[0])
    actor = gate.world.actor(*who.split())
    assert bool(queries.handovers_for(actor, TEN)) is sees
    if sees:
        assert queries.sheet(actor, handover.pk, TEN).may_act is writes
    else:
        with pytest.raises(NotFound):
            queries.sheet(actor, handover.pk, TEN)
    if writes:
        assert put(actor, handover)
    else:
        with pytest.raises(NotFound):
            put(actor, handover)


def test_a_seat_opens_its_own_post_only_and_the_duty_is_its_leaders(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    gate.world.person("周五")
    with pytest.raises(NotFound):
        opened(gate, gate.own("周五"))
    with pytest.raises(NotFound):
        opened(gate, leads[0], post="")
    from jimu.people.models import UnitLeader

    UnitLeader.objects.create(unit=gate.world.units["甲一"], person=gate.world.people["周五"], role="deputy", since=TEN)
    assert str(opened(gate, gate.own("周五"), post="")) == "居民区值守"


def test_words_are_sealed_and_a_household_is_read_one_at_a_time_with_an_entry(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, coming = leads
    handover = opened(gate, out)
    item = put(out, handover, "household", "402 老人胸闷，两小时看一次")
    row = HandoverItem.objects.filter(pk=item.pk).values().get()
    assert "胸闷" not in str(row)
    assert "胸闷" not in str(list(JournalEntry.objects.values_list("data", flat=True)))
    assert "胸闷" in actions.reveal(actor=coming, at=NOON, item_id=item.pk).item.text
    assert JournalEntry.objects.get(verb="handover.revealed").actor_name == "王二"
    with pytest.raises(NotFound):
        actions.reveal(actor=gate.world.actor("auditor", "甲一"), at=NOON, item_id=item.pk)


def test_what_is_open_goes_on_by_itself_and_what_is_done_does_not(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, coming = leads
    handover = opened(gate, out)
    key, tube = put(out, handover), put(out, handover, "tube", "12 管")
    actions.accept(actor=coming, at=NOON, handover_id=handover.pk)
    say(coming, tube, "done", at=NOON + timedelta(hours=1))
    assert sweeping.sweep(FOUR - timedelta(minutes=1))["carried"] == 0
    for _n in range(2):
        sweeping.sweep(FOUR)
    later = Handover.objects.get(turn_at=FOUR)
    assert (later.carried, [i.first for i in later.items.all()]) == (True, [key])
    assert later.items.get().text == "3号楼钥匙"
    with pytest.raises(Conflict):
        say(coming, key, "done", at=FOUR)
    say(gate.world.actor("secretary", "甲一"), later.items.get(), "done", at=FOUR)
    assert queries.newest_of_each().count() == 1


def test_silence_is_told_to_the_place_and_then_level_by_level_once_each(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    out, coming = leads
    handover = opened(gate, out)
    put(out, handover)
    due = NOON + timedelta(minutes=15)
    assert handover.due_at == due
    assert sweeping.sweep(due - timedelta(seconds=1))["alarms"] == 0
    assert [sweeping.sweep(due + timedelta(minutes=m))["alarms"] for m in (0, 1, 15, 29, 30, 4000)] == [1, 0, 1, 0, 1, 0]
    names = [alarm.unit.name for alarm in HandoverAlarm.objects.all()]
    assert names == ["甲一居民区", "甲片区", "和风街道"]
    assert JournalEntry.objects.filter(verb="handover.alarm").count() == 3
    actions.accept(actor=coming, at=due + timedelta(hours=3), handover_id=handover.pk)
    assert not queries.late(due + timedelta(hours=3)).exists()


def test_after_a_night_off_one_sweep_says_all_and_a_clock_set_back_says_nothing_twice(gate: Gate, leads: tuple[Actor, Actor]) -> None:
    opened(gate, leads[0])
    late = NOON + timedelta(hours=30)
    assert sweeping.sweep(late)["alarms"] == 3
    assert sweeping.sweep(TEN) == {"carried": 0, "alarms": 0, "empty": 0, "stepped_in": 0, "lapsed": 0}
    assert not queries.late(TEN).exists()
    assert sweeping.sweep(late)["alarms"] == 0


def test_a_late_handover_marks_its_place_for_those_who_may_see_it(
    gate: Gate, leads: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(gate, leads[0])
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=1))
    unit = gate.world.units["甲一"]
    assert marking.marks(SYSTEM, [unit])[unit.pk][0].tone == "bad"
    assert marking.marks(gate.world.actor("secretary", "甲二"), [unit]) == {}
    assert sweeping.due()
    sweeping.sweep(clock.now())
    monkeypatch.setattr(clock, "now", lambda: TEN)
    assert marking.marks(SYSTEM, [unit]) == {}
    assert not sweeping.due()


def test_a_commander_sets_the_minutes_and_a_secretary_does_not(gate: Gate) -> None:
    pk = gate.world.incident.pk
    with pytest.raises(NotFound):
        actions.set_policy(actor=gate.world.actor("secretary", "甲一"), at=TEN, incident_id=pk, accept_minutes=30)
    with pytest.raises(Invalid):
        actions.set_policy(actor=SYSTEM, at=TEN, incident_id=pk, accept_minutes=1)
    actions.set_policy(actor=gate.world.actor(), at=TEN, incident_id=pk, accept_minutes=30)
    assert opened(gate, SYSTEM).due_at == NOON + timedelta(minutes=30)


def test_the_list_and_the_sheet_cost_the_same_whatever_they_hold(gate: Gate, django_assert_max_num_queries) -> None:
    lead = gate.world.actor("secretary", "甲一")
    handover = opened(gate, lead)
    for size in (1, 25):
        for _n in range(size):
            put(lead, handover)
        with django_assert_max_num_queries(7):
            queries.sheet(lead, handover.pk, TEN)
        with django_assert_max_num_queries(3):
            queries.handovers_for(lead, TEN)
