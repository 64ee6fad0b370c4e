"""What each step refuses, beside what just fits: acts told twice, keys, who is left behind, vehicles, disinfections, lists."""

from datetime import timedelta
from typing import Any

import pytest

from jimu.core.errors import InOtherHands, Invalid, NotFound, NotNow, NotPermitted
from jimu.core.models import JournalEntry
from jimu.field.transfer import acting, custody, disinfecting, leaving, listing, queries, runs
from jimu.field.transfer.errors import DoesNotFit, Full
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Dependant, Disinfection, Key, KeySignature, Run, Transfer
from jimu.field.transfer.tests.conftest import AT, HOUR, PACKED, Lane, fresh, left, person
from jimu.people.models import Person
from jimu.people.words import PAUSED

pytestmark = pytest.mark.django_db
CAT = LeftGiven("pet", "一只猫，一天喂两次")
DAY = timedelta(days=1)


def looked(verb: str) -> int:
    return JournalEntry.objects.filter(verb=verb).count()


class TestActs:
    def test_the_same_button_pressed_by_another_is_told_who_was_first(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        lane.run(one)
        lane.act(one, "down", lane.escort)
        assert lane.act(one, "down", lane.escort).state == "down"
        with pytest.raises(NotNow, match="已经记过"):
            lane.act(one, "down", lane.secretary)
        assert one.facts.filter(act="down").count() == 1

    def test_what_was_done_on_an_earlier_run_or_taken_back_is_not_done_now(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        lane.run(one)
        lane.act(one, "down")
        acting.undo(actor=lane.secretary, at=AT, transfer_id=one.pk)
        lane.act(one, "board")
        with pytest.raises(NotNow):
            lane.act(one, "down")
        lane.act(one, "turned", note="满了")
        lane.act(one, "inside")
        with pytest.raises(NotNow):
            lane.act(one, "board")

    def test_a_name_a_phone_and_a_why_are_read_on_record(self, lane: Lane) -> None:
        one = lane.gone("安父亲", given=(CAT,))
        acting.reveal(actor=lane.secretary, at=AT, transfer_id=one.pk)
        acting.read_why(actor=lane.secretary, at=AT, transfer_id=one.pk)
        assert (looked("transfer.revealed"), looked("transfer.why_read")) == (1, 1)
        lane.cared(left(one), person_id=None, somebody="安叔", phone="13900000009")
        assert leaving.reveal(actor=lane.secretary, at=AT, dependant_id=left(one).pk) == "13900000009"
        assert looked("transfer.revealed") == 2

    def test_an_answer_on_who_is_left_does_not_keep_a_step_from_being_taken_back(self, lane: Lane) -> None:
        one = lane.act(lane.listed("安父亲"), "told")
        lane.answered(one)
        with pytest.raises(NotFound):
            acting.undo(actor=lane.second, at=AT, transfer_id=one.pk)
        assert acting.undo(actor=lane.secretary, at=AT, transfer_id=one.pk).state == "listed"

    def test_what_is_taken_back_takes_its_run_back(self, lane: Lane) -> None:
        one = lane.gone("安父亲")
        run = Run.objects.get()
        lane.act(one, "hand", lane.escort, receiver="周护士", papers=True)
        assert (fresh(run).state, fresh(run).closed_at) == ("over", AT)
        # Who went along has no more to do with them.
        with pytest.raises(NotFound):
            lane.act(one, "note", lane.escort, note="到了")
        acting.undo(actor=lane.secretary, at=AT, transfer_id=one.pk)
        assert (fresh(run).state, fresh(run).closed_at) == ("left", None)

    def test_wants_are_of_the_list_and_who_goes_along_is_an_adult_of_the_flat_on_the_way_too(self, lane: Lane) -> None:
        child, mother, away, other = lane.listed("安小孩"), lane.listed("安母亲"), lane.listed("安父亲"), lane.listed("安甲户")
        lane.act(away, "cancel", note="不用转了")
        for wrong in ({"wants": ["limousine"]}, {"companion_id": child.pk}, {"companion_id": other.pk}, {"companion_id": away.pk}):
            with pytest.raises((Invalid, NotFound)):
                lane.act(child, "wants", **wrong)
        with pytest.raises(Invalid) as minor:
            lane.act(mother, "wants", companion_id=child.pk)
        assert minor.value.code == "no_adult"
        with pytest.raises(NotFound):
            lane.act(mother, "wants", companion_id=mother.pk)
        assert lane.act(child, "wants", companion_id=mother.pk).companion_id == mother.pk

    def test_what_somebody_on_a_run_comes_to_want_has_to_be_on_it(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        lane.run(one)
        with pytest.raises(DoesNotFit):
            lane.act(one, "wants", wants=["wheelchair"])

    @pytest.mark.parametrize("wrong", [
        {"back": "rocket"}, {"expected_at": None}, {"expected_at": AT - 3 * DAY}, {"expected_at": AT + 61 * DAY}, {"household_told": False},
    ])  # fmt: skip
    def test_a_notice_says_how_and_when_and_that_the_household_knows(self, lane: Lane, wrong: dict[str, Any]) -> None:
        one = lane.gone("安父亲")
        with pytest.raises(Invalid):
            lane.act(one, "turned")
        lane.act(one, "hand", lane.escort, receiver="周护士", papers=True)
        right = {"back": "own", "expected_at": AT + HOUR, "household_told": True}
        with pytest.raises(Invalid):
            lane.act(one, "release", **{**right, **wrong})
        lane.act(one, "release", **right)
        today = queries.zone_queries.today(AT)
        for until in (today - 2 * DAY, today + 61 * DAY):
            with pytest.raises(Invalid):
                lane.act(one, "home", limits_until=until)
        assert lane.act(one, "home", limits_until=today + 60 * DAY).state == "home"

    def test_a_checklist_that_changed_meanwhile_is_ticked_anew(self, lane: Lane) -> None:
        one = lane.act(lane.listed("安远人"), "told")
        lane.answered(one)
        with pytest.raises(Invalid):
            lane.act(one, "prepare", packed=(*PACKED, 99))

    def test_with_a_key_in_other_hands_nothing_is_cancelled(self, lane: Lane) -> None:
        one = lane.ready("安甲户")
        key = custody.collect(actor=lane.secretary, at=AT, transfer_id=one.pk)
        with pytest.raises(NotNow) as loose:
            lane.act(one, "cancel", note="不用了")
        assert loose.value.code == "loose_ends"
        custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="returned")
        assert lane.act(one, "cancel", note="不用了").closed_at == AT


class TestKeys:
    @pytest.fixture
    def key(self, lane: Lane) -> Key:
        return custody.collect(actor=lane.secretary, at=AT, transfer_id=lane.ready("安甲户").pk)

    def test_they_are_taken_by_who_may_act_there_one_to_nine_while_it_goes_on(self, lane: Lane) -> None:
        one = lane.listed("安甲户")
        for count in (0, 10):
            with pytest.raises(Invalid):
                custody.collect(actor=lane.secretary, at=AT, transfer_id=one.pk, count=count)
        with pytest.raises(NotFound):
            custody.collect(actor=lane.second, at=AT, transfer_id=one.pk)
        lane.act(one, "cancel", note="不用了")
        with pytest.raises(NotNow):
            custody.collect(actor=lane.secretary, at=AT, transfer_id=one.pk)
        assert not Key.objects.exists()

    @pytest.mark.parametrize("who", ["self", "away", "gone"])
    def test_they_are_handed_to_another_who_works_there(self, lane: Lane, key: Key, who: str) -> None:
        to = person(lane.secretary if who == "self" else lane.second)
        change = {"self": {}, "away": {"unit": lane.town["乙一居民区"]}, "gone": {"active": False}}[who]
        if change:
            Person.objects.filter(pk=to).update(**change)
        with pytest.raises(NotFound):
            custody.offer(actor=lane.secretary, at=AT, key_id=key.pk, to_id=to)

    @pytest.mark.parametrize("kind", ["found", "replaced", "withdrawn", "lost", "taken"])
    def test_what_is_said_of_them_fits_where_they_are(self, lane: Lane, key: Key, kind: str) -> None:
        with pytest.raises((InOtherHands, Invalid, NotFound)):
            custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind=kind)
        assert list(KeySignature.objects.values_list("kind", flat=True)) == ["collected"]

    def test_a_lock_that_was_changed_ends_it_and_nothing_follows(self, lane: Lane, key: Key) -> None:
        custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="lost", note="掉在路上，问 13912345678")
        custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="replaced", note="新的给了女儿")
        assert (fresh(key).holder_id, fresh(key).lost) == (None, False)
        assert not KeySignature.objects.filter(note__contains="13912345678").exists()
        with pytest.raises(InOtherHands):
            custody.say(actor=lane.secretary, at=AT, key_id=key.pk, kind="returned")

    def test_keys_that_were_lost_after_they_were_offered_are_not_signed_for(self, lane: Lane, key: Key) -> None:
        custody.offer(actor=lane.secretary, at=AT, key_id=key.pk, to_id=person(lane.second))
        Key.objects.update(lost=True)
        with pytest.raises(InOtherHands):
            custody.take(actor=lane.second, at=AT, key_id=key.pk)

    def test_others_of_another_part_see_none_of_them(self, lane: Lane, key: Key) -> None:
        stranger = lane.town.actor("secretary", "乙一居民区")
        assert (len(custody.keys_for(lane.lead)[2]), custody.keys_for(stranger)[2]) == (1, [])
        with pytest.raises(NotFound):
            custody.say(actor=stranger, at=AT, key_id=key.pk, kind="returned")


class TestLeftBehind:
    def answer(self, lane: Lane, one: Transfer, *given: LeftGiven, why: str = "") -> None:
        leaving.answer(actor=lane.secretary, at=AT, transfer_id=one.pk, left=given, nobody_why=why)

    def test_answering_again_adds_and_names_nobody_twice(self, lane: Lane) -> None:
        one, child = lane.listed("安母亲"), LeftGiven("child", "", lane.people["安小孩"].pk)
        for given in ((child,), (child,), (), (CAT,)):
            self.answer(lane, one, *given)
        assert sorted(Dependant.objects.values_list("kind", flat=True)) == ["child", "pet"]
        with pytest.raises(Invalid):
            self.answer(lane, one, *[CAT] * 13)

    def test_neither_themselves_nor_who_moved_away_is_left_and_an_ended_transfer_asks_nothing(self, lane: Lane) -> None:
        one = lane.listed("安母亲")
        type(lane.people["安父亲"]).objects.filter(pk=lane.people["安父亲"].pk).update(left_at=AT)
        for name in ("安母亲", "安父亲"):
            with pytest.raises(NotFound):
                self.answer(lane, one, LeftGiven("care", "", lane.people[name].pk), why="孩子在外婆家")
        lane.act(one, "cancel", note="不用了")
        with pytest.raises(NotNow):
            self.answer(lane, one, CAT, why="孩子在外婆家")

    @pytest.mark.parametrize("wrong", [
        {"until": AT + 61 * DAY}, {"first_due": AT - HOUR}, {"first_due": AT + 49 * HOUR}, {"person_id": None, "neighbor": "安父亲"}, {"person_id": None, "neighbor": "安远人", "left": True},
        {"person_id": None, "neighbor": "安远人", "far": True}, {"away": {"unit": True}}, {"away": {"active": False}}, {"away": {"limits": [PAUSED]}},
    ])  # fmt: skip
    def test_a_caretaker_is_there_and_near_and_has_an_end(self, lane: Lane, wrong: dict[str, Any]) -> None:
        cat = left(lane.ready("安父亲", given=(CAT,)))
        home = lane.people["安远人"]
        if wrong.pop("left", False):
            type(home).objects.filter(pk=home.pk).update(left_at=AT)
        if wrong.pop("far", False):
            type(home.room).objects.filter(pk=home.room_id).update(building=lane.town["乙一居民区"])
        if "neighbor" in wrong:
            wrong["neighbor_id"] = lane.people[wrong.pop("neighbor")].pk
        if away := wrong.pop("away", {}):
            Person.objects.filter(pk=person(lane.second)).update(**{**away, **({"unit": lane.town["乙一居民区"]} if "unit" in away else {})})
        with pytest.raises((Invalid, NotFound)):
            lane.cared(cat, **wrong)
        assert not fresh(cat).cared

    def test_who_is_left_is_not_their_own_caretaker(self, lane: Lane) -> None:
        old = left(lane.ready("安老伯", given=(LeftGiven("elder", "", lane.people["安老太"].pk),)))
        with pytest.raises(Invalid):
            lane.cared(old, person_id=None, neighbor_id=lane.people["安老太"].pk)

    def test_a_new_caretaker_ends_trouble_and_what_is_over_takes_nothing_more(self, lane: Lane) -> None:
        cat = left(lane.gone("安父亲", given=(CAT,)))
        lane.cared(cat)
        leaving.visit(actor=lane.second, at=AT + HOUR, dependant_id=cat.pk, result="trouble", note="不吃东西")
        assert lane.cared(cat, at=AT + HOUR).trouble_at is None
        leaving.end(actor=lane.secretary, at=AT, dependant_id=cat.pk, why="送到宠物店")
        for late in (lambda: lane.cared(cat), lambda: leaving.end(actor=lane.secretary, at=AT, dependant_id=cat.pk, why="又送")):
            with pytest.raises(NotNow):
                late()

    def test_a_neighbor_who_moved_away_looks_after_nobody(self, lane: Lane) -> None:
        cat = left(lane.gone("安父亲", given=(CAT,)))
        lane.cared(cat, person_id=None, neighbor_id=lane.people["安老伯"].pk)
        assert leaving.lapse(at=AT) == 0
        type(lane.people["安老伯"]).objects.filter(pk=lane.people["安老伯"].pk).update(left_at=AT)
        assert (leaving.anybody_lapsed(), leaving.lapse(at=AT), fresh(cat).cared) == (True, 1, False)

    @pytest.mark.parametrize(("adult", "word", "kinds"), [(False, "", ["child"]), (True, "", []), (False, "孩子在外婆家", [])])
    def test_whom_the_ledger_names_only_when_they_leave_is_written_down_then(self, lane: Lane, adult: bool, word: str, kinds: list[str]) -> None:
        one = lane.listed("安甲户")
        lane.act(one, "told")
        self.answer(lane, one, why=word)
        lane.act(one, "prepare", packed=PACKED)
        for name in ("安小孩", *(["安乙户"] if adult else [])):
            type(lane.people[name]).objects.filter(pk=lane.people[name].pk).update(room=lane.people["安甲户"].room)
        lane.run(one)
        lane.act(one, "board", lane.escort)
        assert list(Dependant.objects.values_list("kind", flat=True)) == kinds

    def test_a_visit_that_was_due_while_somebody_was_home_is_due_so_long_after_they_left(self, lane: Lane) -> None:
        one = lane.ready("安母亲", given=(LeftGiven("child", "", lane.people["安小孩"].pk),))
        lane.cared(left(one), first_due=AT + HOUR)
        lane.run(one)
        lane.act(one, "board", lane.escort, at=AT + 2 * HOUR)
        assert left(one).next_due == AT + 5 * HOUR


class TestVehicles:
    @pytest.mark.parametrize("wrong", [{"plate": " "}, {"seats": 0}, {"seats": 61}, {"has": ["dialysis"]}, {"driver_phone": "12"}, {"leaves_at": AT - 2 * HOUR}, {"leaves_at": AT + 15 * DAY}])
    def test_one_is_promised_with_plate_seats_and_an_hour(self, lane: Lane, wrong: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            lane.run(crew=False, **wrong)

    @pytest.mark.parametrize("wrong", [{"name": " "}, {"has": ["stretcher"]}, {"takes": ["dragons"]}, {"beds": -1}])
    def test_a_place_has_a_name_beds_and_what_the_list_knows(self, lane: Lane, wrong: dict[str, Any]) -> None:
        with pytest.raises(Invalid):
            runs.add_destination(actor=lane.secretary, at=AT, unit_id=lane.town["甲一居民区"].pk, **{"name": "方舱", **wrong})

    def test_nobody_is_brought_to_another_part_s_place_and_no_stranger_withdraws_one(self, lane: Lane) -> None:
        stranger = lane.town.actor("secretary", "乙一居民区")
        far = runs.add_destination(actor=stranger, at=AT, unit_id=lane.town["乙一居民区"].pk, name="乙酒店")
        with pytest.raises(NotFound):
            lane.run(destination_id=far.pk)
        with pytest.raises(NotFound):
            runs.withdraw_destination(actor=stranger, at=AT, destination_id=lane.hotel.pk, why="满了")

    def test_those_on_the_road_are_alarmed_when_the_beds_are_gone_and_coming_does_not_silence_it(self, lane: Lane) -> None:
        lane.gone("安父亲")
        waiting = lane.run(plate="沪A22222")
        assert runs.withdraw_destination(actor=lane.secretary, at=AT, destination_id=lane.hotel.pk, why="满了") == 2
        assert set(Run.objects.values_list("alarm_at", flat=True)) == {AT}
        assert runs.came(actor=lane.escort, at=AT + HOUR, run_id=waiting.pk).alarm_at == AT

    def test_a_seat_is_given_on_a_run_that_goes_to_who_is_of_its_part(self, lane: Lane) -> None:
        one, run = lane.ready("安父亲"), lane.run()
        Transfer.objects.filter(pk=one.pk).update(unit=lane.town["乙一居民区"])
        with pytest.raises(NotFound):
            runs.seat(actor=lane.secretary, at=AT, run_id=run.pk, transfer_ids=[one.pk])
        Transfer.objects.filter(pk=one.pk).update(unit=lane.town["1号楼"])
        runs.fail(actor=lane.secretary, at=AT, run_id=run.pk, why="车坏了")
        for late in (lambda: runs.seat(actor=lane.secretary, at=AT, run_id=run.pk, transfer_ids=[one.pk]), lambda: runs.fail(actor=lane.secretary, at=AT, run_id=run.pk, why="又坏"),
                     lambda: runs.redirect(actor=lane.secretary, at=AT, run_id=run.pk, destination_id=lane.hotel.pk)):  # fmt: skip
            with pytest.raises(NotNow):
                late()

    def test_a_seat_is_given_back_by_the_desk_with_a_reason_before_they_went_down(self, lane: Lane) -> None:
        mother, child = lane.ready("安母亲"), lane.ready("安小孩")
        father = lane.ready("安父亲")
        lane.run(mother, father, child)

        def unseat(actor: Any = None, why: str = "改明天") -> Transfer:
            return runs.unseat(actor=actor or lane.secretary, at=AT, transfer_id=child.pk, why=why)

        with pytest.raises(Invalid):
            unseat(why=" ")
        with pytest.raises(NotPermitted):
            unseat(lane.escort)
        lane.act(child, "down", lane.escort)
        with pytest.raises(NotNow):
            unseat()
        acting.undo(actor=lane.secretary, at=AT, transfer_id=child.pk)
        for one in (mother, father):
            lane.act(one, "board", lane.escort)
        assert unseat().state == "ready"
        # Whoever cannot look after themselves and does not go along after all is left behind.
        assert Dependant.objects.get().resident_id == lane.people["安小孩"].pk

    def test_who_goes_along_is_of_the_part_a_few_and_replaced(self, lane: Lane) -> None:
        run = lane.run()
        far = lane.town.person("安外人", phone="13811112222")
        Person.objects.filter(name="安外人").update(unit=lane.town["乙一居民区"])
        assert far is not None
        for people in ([], [Person.objects.get(name="安外人").pk]):
            with pytest.raises((Invalid, NotFound)):
                runs.man(actor=lane.secretary, at=AT, run_id=run.pk, people=people)
        runs.man(actor=lane.secretary, at=AT, run_id=run.pk, people=[person(lane.second)])
        assert [one.person_id for one in run.crew.all()] == [person(lane.second)]

    def test_it_comes_once_and_later_only_while_it_has_not_come(self, lane: Lane) -> None:
        run = lane.run()
        for wrong in ({"why": " "}, {"leaves_at": AT}, {"leaves_at": AT + 15 * DAY}):
            with pytest.raises(Invalid):
                runs.delay(**{"actor": lane.escort, "at": AT, "run_id": run.pk, "leaves_at": AT + 2 * HOUR, "why": "堵车", **wrong})
        for _time in range(2):
            runs.came(actor=lane.escort, at=AT, run_id=run.pk)
        assert looked("transfer.run_came") == 1
        with pytest.raises(NotNow):
            runs.delay(actor=lane.escort, at=AT, run_id=run.pk, leaves_at=AT + 2 * HOUR, why="堵车")

    def test_with_somebody_in_it_a_vehicle_does_not_fail_to_come_and_a_place_without_beds_is_none(self, lane: Lane) -> None:
        lane.gone("安父亲")
        run = Run.objects.get()
        with pytest.raises(NotNow):
            runs.fail(actor=lane.secretary, at=AT, run_id=run.pk, why="车坏了")
        small = runs.add_destination(actor=lane.secretary, at=AT, unit_id=lane.town["甲一居民区"].pk, name="方舱", beds=0)
        with pytest.raises(Full):
            runs.redirect(actor=lane.secretary, at=AT, run_id=run.pk, destination_id=small.pk)


class TestDisinfections:
    def test_what_is_done_is_signed_no_more_and_the_desk_alone_drops_with_a_reason(self, lane: Lane) -> None:
        lane.gone("安父亲", "positive")
        flat = Disinfection.objects.get()
        lane.on_duty(lane.escort, lane.second)

        def drop(actor: Any = None, why: str = "不用了") -> Disinfection:
            return disinfecting.drop(actor=actor or lane.secretary, at=AT, disinfection_id=flat.pk, why=why)

        with pytest.raises(Invalid):
            drop(why=" ")
        with pytest.raises(NotPermitted):
            drop(lane.escort)
        for actor in (lane.escort, lane.second):
            disinfecting.sign(actor=actor, at=AT, disinfection_id=flat.pk)
        for late in (drop, lambda: disinfecting.sign(actor=lane.secretary, at=AT, disinfection_id=flat.pk)):
            with pytest.raises((NotNow, NotFound)):
                late()
        assert fresh(flat).state == "done"

    def test_whom_the_place_turns_away_leaves_to_be_done_only_what_somebody_signed_for(self, lane: Lane) -> None:
        one = lane.gone("安甲户", "positive")
        lane.on_duty(lane.escort)
        kitchen = Disinfection.objects.get(kitchen="东灶")
        disinfecting.sign(actor=lane.escort, at=AT, disinfection_id=kitchen.pk)
        lane.act(one, "turned", note="满了")
        assert {each.kitchen: each.state for each in Disinfection.objects.all()} == {"": "dropped", "东灶": "half"}


class TestLists:
    def test_who_moved_away_is_not_listed(self, lane: Lane) -> None:
        type(lane.people["安父亲"]).objects.filter(pk=lane.people["安父亲"].pk).update(left_at=AT)
        with pytest.raises(listing.Conflict) as gone:
            lane.listed("安父亲")
        assert gone.value.code == "moved_away"
