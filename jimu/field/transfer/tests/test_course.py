"""From the list to the vehicle to the place and home again, and what stands in the way."""

from collections.abc import Callable
from typing import Any

import pytest

from jimu.core.errors import (
    Conflict,
    InOtherHands,
    Invalid,
    JimuError,
    NotFound,
    NotNow,
    NotPermitted,
    SamePerson,
)
from jimu.field.households import case_actions
from jimu.field.households.models import Contact
from jimu.field.transfer import acting, custody, disinfecting, leaving, listing, queries, run_queries, runs
from jimu.field.transfer.errors import DoesNotFit, Full, Unanswered
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Disinfection, Fact, KeySignature, Run, Transfer
from jimu.field.transfer.tests.conftest import AT, HOUR, MINUTE, PACKED, Lane, fresh, left, person

pytestmark = pytest.mark.django_db
CAT = LeftGiven("pet", "一只猫，一天喂两次")


class TestTheList:
    def test_cases_and_confirmed_contacts_of_the_ledger_come_onto_it_with_their_why(self, lane: Lane) -> None:
        today = queries.zone_queries.today(AT)
        case = case_actions.record_case(actor=lane.secretary, at=AT, resident_id=lane.people["安母亲"].pk, found_on=today)
        near = Contact.objects.filter(case=case, kind="close")
        place = lane.town["甲一居民区"]
        assert [one.why for one in listing.candidates(lane.secretary, place)] == ["positive"]
        case_actions.judge(actor=lane.secretary, at=AT, case_id=case.pk, contact_ids=list(near.values_list("pk", flat=True)), confirm=True)
        found = {one.resident.name: one.why for one in listing.candidates(lane.secretary, place)}
        assert found == {"安母亲": "positive", "安父亲": "close", "安小孩": "close"}
        made = listing.take_from_ledger(actor=lane.secretary, at=AT, unit_id=place.pk, resident_ids=[lane.people["安小孩"].pk])
        assert [(one.why, one.minor, one.state) for one in made] == [("close", True, "listed")]
        assert "安小孩" not in {one.resident.name for one in listing.candidates(lane.secretary, place)}

    def test_nobody_is_on_it_twice(self, lane: Lane) -> None:
        lane.listed("安父亲")
        with pytest.raises(Conflict):
            lane.listed("安父亲")

    def test_why_stands_nowhere_in_plain_and_is_read_by_few_on_record(self, lane: Lane) -> None:
        one = lane.listed("安父亲", "positive")
        assert "positive" not in str(Transfer.objects.filter(pk=one.pk).values())
        assert acting.read_why(actor=lane.secretary, at=AT, transfer_id=one.pk) == "阳性感染者"
        with pytest.raises(NotPermitted):
            acting.read_why(actor=lane.lead, at=AT, transfer_id=one.pk)

    def test_a_leader_of_another_building_does_not_find_it(self, lane: Lane) -> None:
        one = lane.listed("安甲户")
        with pytest.raises(NotFound):
            acting.act(actor=lane.building_leader, at=AT, transfer_id=one.pk, name="told")
        with pytest.raises(NotPermitted):
            listing.add(actor=lane.lead, at=AT, resident_id=lane.people["安父亲"].pk, why="close")


class TestTheCall:
    def test_who_is_called_agrees_refuses_or_is_not_reached_and_each_has_its_clock(self, lane: Lane) -> None:
        one = lane.listed("安父亲")
        assert one.alarm_at == AT + 2 * HOUR
        for act in ("unreachable", "refuse"):
            with pytest.raises(Invalid):
                lane.act(one, act)
            moved = lane.act(one, act, lane.building_leader, note="打了三次没人接")
            # A leader is told at once.
            assert moved.alarm_at == AT
        assert lane.act(one, "told", lane.building_leader).alarm_at == AT + 6 * HOUR

    def test_name_and_phone_are_revealed_on_record_to_who_calls(self, lane: Lane) -> None:
        one = lane.listed("安父亲")
        assert acting.reveal(actor=lane.building_leader, at=AT, transfer_id=one.pk) == ("安父亲", "13900001980")

    def test_prepared_is_who_was_asked_and_has_everything_or_a_word_why_not(self, lane: Lane) -> None:
        one = lane.act(lane.listed("安父亲"), "told")
        with pytest.raises(Unanswered):
            lane.act(one, "prepare", packed=PACKED)
        lane.answered(one)
        with pytest.raises(Invalid):
            lane.act(one, "prepare", packed=PACKED[:3])
        assert lane.act(one, "prepare", packed=PACKED[:3], note="药在医院取").state == "ready"


class TestTheRun:
    def test_the_way_of_one(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        run = lane.run(one)
        for act, state, run_state in (("down", "down", "planned"), ("board", "boarded", "left")):
            assert (lane.act(one, act, lane.escort).state, fresh(run).state) == (state, run_state)
        with pytest.raises(Invalid):
            lane.act(one, "hand", lane.escort, papers=True)
        with pytest.raises(Invalid):
            lane.act(one, "hand", lane.escort, receiver="周护士")
        lane.act(one, "hand", lane.escort, receiver="周护士", papers=True)
        assert (fresh(one).state, fresh(one).destination, fresh(run).state) == ("arrived", lane.hotel, "over")
        assert "周护士" not in str(Fact.objects.filter(act="hand").values())

    def test_nobody_boards_unasked(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        lane.run(one)
        Transfer.objects.filter(pk=one.pk).update(answered_at=None)
        with pytest.raises(Unanswered):
            lane.act(one, "board", lane.escort)
        lane.answered(one)
        lane.act(one, "board", lane.escort)

    def test_one_person_sits_in_one_vehicle(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        lane.run(one)
        with pytest.raises(NotNow) as refused:
            lane.run(one)
        assert "第 1 趟" in str(refused.value)

    @pytest.mark.parametrize(("first", "second", "fits"), [("positive", "positive", True), ("positive", "close", False), ("close", "secondary", True), ("other", "close", False), ("other", "other", True)])
    def test_the_positive_and_contacts_do_not_share_a_vehicle(self, lane: Lane, first: str, second: str, fits: bool) -> None:
        one, other = lane.ready("安父亲", first), lane.ready("安甲户", second)
        run = lane.run(one)
        assert refused(lambda: runs.seat(actor=lane.secretary, at=AT, run_id=run.pk, transfer_ids=[other.pk]), DoesNotFit) is not fits
        assert run_queries.seats_taken(run) == 1 + fits

    def test_a_refusal_does_not_tell_why_anybody_is_moved(self, lane: Lane) -> None:
        with pytest.raises(DoesNotFit) as error:
            lane.run(lane.ready("安父亲", "positive"), lane.ready("安甲户"))
        assert not {"阳", "密接"} & set(str(error.value).replace("密接", "密接,").split(","))
        assert not Run.objects.exists()

    def test_the_last_seat_and_the_last_bed_are_given_once(self, lane: Lane) -> None:
        one, other = lane.ready("安父亲"), lane.ready("安甲户")
        with pytest.raises(Full):
            lane.run(one, other, seats=1)
        runs.add_destination(actor=lane.secretary, at=AT, unit_id=lane.town["甲一居民区"].pk, name="示例隔离酒店", beds=1)
        lane.run(one)
        with pytest.raises(Full) as full:
            lane.run(other)
        assert full.value.code == "no_bed"

    def test_who_goes_along_takes_a_seat(self, lane: Lane) -> None:
        one = lane.ready("安少年")
        lane.act(one, "wants", companion="安舅舅")
        with pytest.raises(Full):
            lane.run(one, seats=1)
        assert lane.run(one, seats=2)

    @pytest.mark.parametrize(("wants", "vehicle", "place", "fits"), [
        (["wheelchair"], [], [], False), (["wheelchair"], ["wheelchair"], [], True), (["dialysis"], [], [], False), (["dialysis"], [], ["dialysis"], True),
        (["oxygen"], ["oxygen"], [], False), (["oxygen"], ["oxygen"], ["oxygen"], True),
    ])  # fmt: skip
    def test_vehicle_and_place_have_what_somebody_wants(self, lane: Lane, wants: list[str], vehicle: list[str], place: list[str], fits: bool) -> None:
        one = lane.ready("安甲户")
        lane.act(one, "wants", wants=wants)
        runs.add_destination(actor=lane.secretary, at=AT, unit_id=lane.town["甲一居民区"].pk, name="示例隔离酒店", has=place)
        assert refused(lambda: lane.run(one, has=vehicle), DoesNotFit) is not fits

    def test_what_the_ledger_knows_is_wanted_without_asking(self, lane: Lane) -> None:
        assert lane.listed("安透析").wants == ["dialysis"]

    def test_a_minor_goes_with_an_adult_of_the_same_vehicle_or_with_a_reason(self, lane: Lane) -> None:
        child, mother = lane.ready("安小孩"), lane.ready("安母亲")
        lane.run(child)
        with pytest.raises(DoesNotFit):
            lane.act(child, "board", lane.escort)
        lane.act(child, "wants", companion_id=mother.pk)
        lane.run(mother)
        with pytest.raises(DoesNotFit) as elsewhere:
            lane.act(child, "board", lane.escort)
        assert "同一趟" in str(elsewhere.value)
        lane.act(child, "wants", alone_why="医院来车，护士陪")
        assert lane.act(child, "board", lane.escort).state == "boarded"

    def test_buildings_are_called_at_in_the_order_that_was_set(self, lane: Lane) -> None:
        names = ("安父亲", "安甲户", "安远人")
        run = lane.run(*[lane.ready(name) for name in names])
        assert [up.name for up in run_queries.pick_ups(run)] == list(names)
        order = [lane.town[name].pk for name in ("3号楼", "1号楼", "2号楼")]
        runs.reorder(actor=lane.secretary, at=AT, run_id=run.pk, building_ids=order)
        assert [up.name for up in run_queries.pick_ups(fresh(run))] == ["安远人", "安父亲", "安甲户"]
        with pytest.raises(Invalid):
            runs.reorder(actor=lane.secretary, at=AT, run_id=run.pk, building_ids=order[:2])

    def test_a_stranger_to_the_run_does_nothing_on_it(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        lane.run(one)
        with pytest.raises(NotFound):
            lane.act(one, "down", lane.second)
        with pytest.raises(NotPermitted):
            lane.act(one, "cancel", lane.escort, note="不用了")

    def test_when_the_vehicle_does_not_come_who_is_downstairs_is_brought_inside_and_a_person_says_so(self, lane: Lane) -> None:
        one, other = lane.ready("安父亲"), lane.ready("安甲户")
        run = lane.run(one, other)
        lane.act(one, "down", lane.escort)
        with pytest.raises(Invalid):
            runs.fail(actor=lane.escort, at=AT, run_id=run.pk, why=" ")
        runs.fail(actor=lane.escort, at=AT, run_id=run.pk, why="车坏了")
        assert (fresh(one).state, fresh(other).state, fresh(run).state) == ("outside", "ready", "failed")
        assert fresh(one).alarm_at == AT + 15 * MINUTE
        assert lane.act(one, "inside", lane.building_leader).state == "ready"
        assert lane.run(fresh(one), fresh(other))

    def test_a_bed_that_is_withdrawn_holds_the_vehicle_until_another_place_is_named(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        run = lane.run(one)
        assert runs.withdraw_destination(actor=lane.secretary, at=AT, destination_id=lane.hotel.pk, why="满了") == 1
        with pytest.raises(NotNow) as held:
            lane.act(one, "board", lane.escort)
        assert held.value.code == "no_destination"
        assert fresh(run).alarm_at == AT
        with pytest.raises(Conflict):
            runs.redirect(actor=lane.secretary, at=AT, run_id=run.pk, destination_id=lane.hotel.pk)
        other = runs.add_destination(actor=lane.secretary, at=AT, unit_id=lane.town["甲一居民区"].pk, name="方舱", takes=["positive"])
        with pytest.raises(DoesNotFit):
            runs.redirect(actor=lane.secretary, at=AT, run_id=run.pk, destination_id=other.pk)
        other = runs.add_destination(actor=lane.secretary, at=AT, unit_id=lane.town["甲一居民区"].pk, name="方舱")
        runs.redirect(actor=lane.secretary, at=AT, run_id=run.pk, destination_id=other.pk)
        assert lane.act(one, "board", lane.escort).state == "boarded"

    def test_whom_the_place_turns_away_comes_back_inside(self, lane: Lane) -> None:
        one = lane.gone("安父亲")
        lane.act(one, "turned", lane.escort, note="床位没了")
        assert (fresh(one).state, fresh(one).gone_since) == ("outside", AT)
        lane.act(one, "inside", lane.secretary)
        assert (fresh(one).state, fresh(one).gone_since) == ("ready", None)

    def test_the_last_step_is_taken_back_by_who_did_it(self, lane: Lane) -> None:
        one = lane.gone("安父亲", "positive", given=(CAT,))
        assert left(one).alarm_at == AT
        with pytest.raises(NotPermitted):
            acting.undo(actor=lane.building_leader, at=AT, transfer_id=one.pk)
        acting.undo(actor=lane.escort, at=AT, transfer_id=one.pk)
        assert (fresh(one).state, fresh(one).gone_at, left(one).alarm_at) == ("seated", None, None)
        assert not Disinfection.objects.filter(state="waiting").exists()
        with pytest.raises(NotNow):
            acting.undo(actor=lane.secretary, at=AT, transfer_id=one.pk)


class TestTheFlat:
    def test_a_flat_and_its_shared_kitchen_are_disinfected_once_by_two(self, lane: Lane) -> None:
        lane.gone("安甲户", "positive")
        lane.gone("安乙户", "positive")
        assert Disinfection.objects.count() == 3
        kitchen = Disinfection.objects.get(kitchen="东灶")
        lane.on_duty(lane.escort, lane.second)
        disinfecting.sign(actor=lane.escort, at=AT, disinfection_id=kitchen.pk)
        with pytest.raises(SamePerson):
            disinfecting.sign(actor=lane.escort, at=AT, disinfection_id=kitchen.pk)
        assert fresh(kitchen).state == "half"
        disinfecting.sign(actor=lane.second, at=AT, disinfection_id=kitchen.pk)
        assert (fresh(kitchen).state, fresh(kitchen).alarm_at) == ("done", None)

    def test_contacts_leave_nothing_to_disinfect(self, lane: Lane) -> None:
        lane.gone("安甲户", "close")
        assert not Disinfection.objects.exists()

    def test_a_locked_flat_wants_its_key_or_a_word(self, lane: Lane) -> None:
        one = lane.gone("安甲户", "positive")
        flat = Disinfection.objects.get(kitchen="")
        lane.on_duty(lane.escort)
        with pytest.raises(Invalid):
            disinfecting.sign(actor=lane.escort, at=AT, disinfection_id=flat.pk)
        custody.collect(actor=lane.escort, at=AT, transfer_id=one.pk, count=2)
        disinfecting.sign(actor=lane.escort, at=AT, disinfection_id=flat.pk)

    def test_keys_have_one_holder_and_a_chain_that_both_sign(self, lane: Lane) -> None:
        one = lane.ready("安甲户")
        key = custody.collect(actor=lane.secretary, at=AT, transfer_id=one.pk)
        with pytest.raises(InOtherHands):
            custody.collect(actor=lane.lead, at=AT, transfer_id=one.pk)
        with pytest.raises(InOtherHands):
            custody.offer(actor=lane.lead, at=AT, key_id=key.pk, to_id=person(lane.second))
        custody.offer(actor=lane.secretary, at=AT, key_id=key.pk, to_id=person(lane.second))
        assert fresh(key).holder_id == lane.secretary.person_id
        with pytest.raises(NotFound):
            custody.take(actor=lane.escort, at=AT, key_id=key.pk)
        with pytest.raises(InOtherHands):
            custody.take(actor=lane.lead, at=AT, key_id=key.pk)
        custody.take(actor=lane.second, at=AT, key_id=key.pk)
        assert fresh(key).holder_id == lane.second.person_id
        custody.say(actor=lane.second, at=AT, key_id=key.pk, kind="lost", note="掉在车上")
        with pytest.raises(InOtherHands):
            custody.say(actor=lane.second, at=AT, key_id=key.pk, kind="returned")
        custody.say(actor=lane.second, at=AT, key_id=key.pk, kind="found")
        custody.say(actor=lane.second, at=AT, key_id=key.pk, kind="returned")
        assert (fresh(key).holder_id, list(KeySignature.objects.values_list("kind", flat=True)), custody.chain_faults()) == (
            None, ["collected", "offered", "taken", "lost", "found", "returned"], [],
        )  # fmt: skip


class TestTheWayBack:
    def test_it_is_closed_when_keys_are_back_caretaking_ended_and_the_flat_is_clean(self, lane: Lane) -> None:
        one = lane.gone("安甲户", "positive", given=(CAT,))
        lane.act(one, "hand", lane.escort, receiver="周护士", papers=True)
        lane.cared(left(one))
        key = custody.collect(actor=lane.secretary, at=AT, transfer_id=one.pk)
        with pytest.raises(Invalid):
            lane.act(one, "release", back="own", expected_at=AT + HOUR)
        lane.act(one, "release", back="own", expected_at=AT + HOUR, household_told=True)
        with pytest.raises(Invalid) as dirty:
            lane.act(one, "home", lane.lead)
        assert "消毒" in str(dirty.value)
        lane.on_duty(lane.escort, lane.second)
        for each in Disinfection.objects.all():
            for actor in (lane.escort, lane.second):
                disinfecting.sign(actor=actor, at=AT, disinfection_id=each.pk)
        lane.act(one, "home", lane.lead)
        assert (fresh(one).state, (fresh(one).limits_until - queries.zone_queries.today(AT)).days) == ("home", 7)
        assert left(one).ended_at is None
        for wanted, mend in (
            ("照看", lambda: leaving.end(actor=lane.secretary, at=AT, dependant_id=left(one).pk, why="人回来了")),
            ("钥匙", lambda: custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="returned")),
        ):
            with pytest.raises(NotNow) as loose:
                lane.act(one, "close")
            assert wanted in str(loose.value)
            mend()
        assert lane.act(one, "close").closed_at == AT
        assert lane.listed("安甲户")

    def test_who_came_back_without_a_notice_is_written_down_with_a_word(self, lane: Lane) -> None:
        one = lane.gone("安甲户")
        lane.act(one, "hand", lane.escort, receiver="周护士", papers=True)
        with pytest.raises(Invalid):
            lane.act(one, "home", lane.lead)
        assert lane.act(one, "home", lane.lead, note="酒店让走的，有短信").state == "home"


def refused(work: Callable[[], Any], kind: type[JimuError]) -> bool:
    """Whether something is refused so."""
    try:
        work()
    except kind:
        return True
    return False
