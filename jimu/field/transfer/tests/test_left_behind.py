"""Nobody is away with somebody alone at home and nobody told: the question, the caretaker, the visits, the alarm that climbs."""

from datetime import datetime

import pytest

from jimu.core.errors import Invalid, NotFound, NotNow
from jimu.field.transfer import alarming, leaving, queries, runs
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.models import Dependant, Disinfection, Transfer, Visit
from jimu.field.transfer.tests.conftest import AT, HOUR, MINUTE, Lane, fresh, left, passed, person
from jimu.messages.models import Message

pytestmark = pytest.mark.django_db
CAT = LeftGiven("pet", "一只猫，一天喂两次")


def told(one: Dependant | Transfer) -> list[str]:
    return list(Message.objects.filter(subject=one.target, text__regex="请马上|请过问|请联系").order_by("created_at", "pk").values_list("person__name", flat=True))


class TestTheQuestion:
    def test_whom_the_ledger_names_is_not_forgotten_by_a_quick_answer(self, lane: Lane) -> None:
        one = lane.act(lane.listed("安母亲"), "told")
        assert [(s.resident.name, s.kind) for s in queries.would_stay(one, AT)] == [("安小孩", "child")]
        with pytest.raises(Invalid) as asked:
            leaving.answer(actor=lane.secretary, at=AT, transfer_id=one.pk, left=[CAT])
        assert ("孩子" in str(asked.value), "安小孩" in str(asked.value)) == (True, False)
        assert fresh(one).answered_at is None
        assert not Dependant.objects.exists()
        leaving.answer(actor=lane.secretary, at=AT, transfer_id=one.pk, left=[CAT, LeftGiven("child", "", lane.people["安小孩"].pk)])
        assert sorted(Dependant.objects.values_list("kind", flat=True)) == ["child", "pet"]

    def test_nobody_may_be_the_answer_with_a_word_on_where_they_are(self, lane: Lane) -> None:
        one = lane.act(lane.listed("安母亲"), "told")
        leaving.answer(actor=lane.secretary, at=AT, transfer_id=one.pk, left=[], nobody_why="孩子在外婆家")
        assert fresh(one).answered_at == AT

    def test_somebody_alone_needs_no_word(self, lane: Lane) -> None:
        one = lane.act(lane.listed("安远人"), "told")
        leaving.answer(actor=lane.secretary, at=AT, transfer_id=one.pk, left=[])
        assert fresh(one).answered_by == "账号secretary0"

    def test_what_it_is_has_to_be_said(self, lane: Lane) -> None:
        one = lane.listed("安远人")
        for wrong in (LeftGiven("pet"), LeftGiven("dragon", "一条龙")):
            with pytest.raises(Invalid):
                leaving.answer(actor=lane.secretary, at=AT, transfer_id=one.pk, left=[wrong])
        with pytest.raises(NotFound):
            leaving.answer(actor=lane.secretary, at=AT, transfer_id=one.pk, left=[LeftGiven("child", "", lane.people["安小孩"].pk)])

    def test_who_goes_on_the_same_vehicle_does_not_stay(self, lane: Lane) -> None:
        mother, child = lane.ready("安母亲"), lane.ready("安小孩")
        lane.run(mother, child)
        assert queries.would_stay(fresh(mother), AT) == []

    def test_a_child_that_was_to_go_along_and_does_not_is_left_behind_by_itself(self, lane: Lane) -> None:
        father, mother, child = lane.ready("安父亲"), lane.ready("安母亲"), lane.ready("安小孩")
        lane.run(father, mother, child)
        for one in (father, mother):
            lane.act(one, "board", lane.escort)
        lane.act(child, "refuse", note="发烧，等120")
        assert (Dependant.objects.get().resident, Dependant.objects.get().alarm_at) == (lane.people["安小孩"], AT)

    def test_with_a_grown_up_at_home_it_is_not(self, lane: Lane) -> None:
        mother, child = lane.ready("安母亲"), lane.ready("安小孩")
        lane.run(mother, child)
        lane.act(mother, "board", lane.escort)
        lane.act(child, "refuse", note="跟爸爸")
        assert not Dependant.objects.exists()


class TestTheCaretaker:
    @pytest.fixture
    def cat(self, lane: Lane) -> Dependant:
        return left(lane.gone("安父亲", given=(CAT,)))

    def test_without_one_the_alarm_runs_from_the_moment_of_leaving(self, cat: Dependant) -> None:
        assert cat.alarm_at == AT

    def test_before_anybody_left_nothing_runs(self, lane: Lane) -> None:
        assert left(lane.ready("安父亲", given=(CAT,))).alarm_at is None

    def test_one_who_is_named_stops_it_until_the_first_visit(self, lane: Lane, cat: Dependant) -> None:
        assert lane.cared(cat).alarm_at == AT + 2 * HOUR
        assert Message.objects.filter(person=lane.second.person_id, text__contains="宠物").exists()

    def test_exactly_one_with_an_end_and_a_phone(self, lane: Lane, cat: Dependant) -> None:
        for wrong in ({"person_id": None}, {"somebody": "安叔", "phone": "13900000009"}, {"person_id": None, "somebody": "安叔"}, {"until": AT}, {"first_due": AT + 40 * HOUR}):
            with pytest.raises(Invalid):
                lane.cared(cat, **wrong)
        assert lane.cared(cat, person_id=None, somebody="安叔", phone="13900000009").caretaker == "安叔"

    def test_a_visit_sets_the_next_one_and_trouble_is_an_alarm_at_once(self, lane: Lane, cat: Dependant) -> None:
        lane.cared(cat)
        leaving.visit(actor=lane.second, at=AT + HOUR, dependant_id=cat.pk, result="fine")
        assert fresh(cat).alarm_at == AT + 25 * HOUR
        with pytest.raises(Invalid):
            leaving.visit(actor=lane.second, at=AT + 2 * HOUR, dependant_id=cat.pk, result="trouble")
        leaving.visit(actor=lane.second, at=AT + 2 * HOUR, dependant_id=cat.pk, result="trouble", note="不吃东西")
        assert fresh(cat).alarm_at == AT + 2 * HOUR
        leaving.visit(actor=lane.second, at=AT + 3 * HOUR, dependant_id=cat.pk, result="fine")
        assert fresh(cat).alarm_at == AT + 27 * HOUR

    def test_a_visit_that_a_phone_tells_late_does_not_end_trouble_seen_since(self, lane: Lane, cat: Dependant) -> None:
        lane.cared(cat)
        leaving.visit(actor=lane.second, at=AT + 2 * HOUR, dependant_id=cat.pk, result="unseen", note="没人应")
        leaving.visit(actor=lane.second, at=AT + HOUR, dependant_id=cat.pk, result="fine", recorded_at=AT + 3 * HOUR)
        assert (fresh(cat).alarm_at, Visit.objects.count()) == (AT + 2 * HOUR, 2)

    def test_after_their_last_moment_nobody_looks_after_them(self, lane: Lane, cat: Dependant) -> None:
        lane.cared(cat, until=AT + 3 * HOUR)
        leaving.visit(actor=lane.second, at=AT + 2 * HOUR, dependant_id=cat.pk, result="fine")
        assert fresh(cat).alarm_at == AT + 3 * HOUR

    def test_others_do_not_visit_and_do_not_name(self, lane: Lane, cat: Dependant) -> None:
        lane.cared(cat)
        with pytest.raises(NotFound):
            leaving.visit(actor=lane.town.actor("member", "甲二居民区"), at=AT, dependant_id=cat.pk, result="fine")
        with pytest.raises(NotFound):
            leaving.end(actor=lane.second, at=AT, dependant_id=cat.pk, why="好了")

    def test_a_caretaker_who_is_moved_too_leaves_them_alone(self, lane: Lane) -> None:
        child = left(lane.gone("安母亲", given=(LeftGiven("child", "", lane.people["安小孩"].pk),)))
        lane.cared(child, person_id=None, neighbor_id=lane.people["安父亲"].pk)
        assert fresh(child).alarm_at == AT + 2 * HOUR
        lane.gone("安父亲", at=AT + HOUR)
        assert (fresh(child).cared, fresh(child).alarm_at) == (False, AT + HOUR)

    def test_one_who_is_away_is_not_named(self, lane: Lane, cat: Dependant) -> None:
        lane.gone("安老伯")
        with pytest.raises(Invalid):
            lane.cared(cat, person_id=None, neighbor_id=lane.people["安老伯"].pk)

    @pytest.mark.parametrize("change", [{"active": False}, {"limits": ["paused"]}])
    def test_one_who_left_the_register_or_is_quarantined_looks_after_nobody(self, lane: Lane, cat: Dependant, change: dict[str, object]) -> None:
        lane.cared(cat)
        assert not leaving.anybody_lapsed()
        type(lane.town.people["安照看"]).objects.filter(pk=lane.second.person_id).update(**change)
        assert leaving.anybody_lapsed()
        alarming.sweep(at=AT + HOUR)
        assert (fresh(cat).cared, fresh(cat).alarm_at, fresh(cat).alarmed_at) == (False, AT + HOUR, AT + HOUR)

    def test_a_first_visit_named_before_leaving_is_never_later_than_the_kind_allows(self, lane: Lane) -> None:
        one = lane.ready("安母亲", given=(LeftGiven("child", "", lane.people["安小孩"].pk),))
        lane.cared(left(one), first_due=AT + 20 * HOUR)
        lane.run(one, at=AT + HOUR)
        lane.act(one, "board", lane.escort, at=AT + HOUR)
        assert left(one).alarm_at == AT + 4 * HOUR

    def test_it_ends_by_a_person_with_a_reason_never_by_coming_home(self, lane: Lane, cat: Dependant) -> None:
        lane.cared(cat)
        one = cat.transfer
        lane.act(one, "hand", lane.escort, receiver="周护士", papers=True)
        lane.act(one, "home", note="提前回来了")
        assert (fresh(cat).ended_at, fresh(cat).alarm_at) == (None, None)
        with pytest.raises(Invalid):
            leaving.end(actor=lane.secretary, at=AT, dependant_id=cat.pk, why=" ")
        leaving.end(actor=lane.secretary, at=AT, dependant_id=cat.pk, why="人回来了")
        with pytest.raises(NotNow):
            leaving.visit(actor=lane.second, at=AT, dependant_id=cat.pk, result="fine")

    def test_who_was_left_behind_and_is_moved_too_is_no_longer(self, lane: Lane) -> None:
        one = lane.gone("安母亲", given=(LeftGiven("child", "", lane.people["安小孩"].pk),))
        child = lane.ready("安小孩")
        lane.act(child, "wants", alone_why="护士陪")
        lane.run(child)
        lane.act(child, "board", lane.escort)
        assert left(one).ended_at == AT


class TestTheAlarm:
    def test_it_climbs_from_the_building_to_the_neighborhood_each_once(self, lane: Lane) -> None:
        cat = left(lane.gone("安父亲", given=(CAT,)))
        assert [alarming.sweep(at=AT), alarming.sweep(at=AT)] == [1, 0]
        assert told(cat) == ["安楼长"]
        passed(9)
        assert alarming.sweep(at=AT) == 0
        for _level in range(4):
            passed(10)
            alarming.sweep(at=AT + HOUR)
        assert told(cat) == ["安楼长", "安块长", "沈洁"]
        assert (fresh(cat).stuck, fresh(cat).next_tick, fresh(cat).alarmed_at) == (True, None, AT)

    def test_it_says_nothing_of_why_or_who(self, lane: Lane) -> None:
        cat = left(lane.gone("安父亲", "positive", given=(CAT,)))
        alarming.sweep(at=AT)
        text = Message.objects.get(subject=cat.target).text
        assert ("1号楼 501" in text, "安父亲" in text, "阳" in text, "猫" in text) == (True, False, False, False)

    def test_a_caretaker_named_silences_it_and_a_missed_visit_begins_anew(self, lane: Lane) -> None:
        cat = left(lane.gone("安父亲", given=(CAT,)))
        alarming.sweep(at=AT)
        lane.cared(cat, first_due=AT + HOUR)
        passed(30)
        assert alarming.sweep(at=AT + 59 * MINUTE) == 0
        alarming.sweep(at=AT + HOUR)
        assert told(cat) == ["安楼长", "安楼长"]

    @pytest.mark.parametrize(("state", "late"), [("listed", 2 * HOUR), ("refused", 0 * HOUR), ("down", 20 * MINUTE), ("outside", 15 * MINUTE), ("boarded", 4 * HOUR)])
    def test_a_step_that_is_not_taken_is_told_of(self, lane: Lane, state: str, late: datetime) -> None:
        if state == "listed":
            one = lane.listed("安父亲")
        elif state == "refused":
            one = lane.act(lane.listed("安父亲"), "refuse", note="不想去")
        else:
            one = lane.ready("安父亲")
            run = lane.run(one, leaves_at=AT + 9 * HOUR)
            lane.act(one, "board" if state == "boarded" else "down", lane.escort)
            if state == "outside":
                runs.fail(actor=lane.escort, at=AT, run_id=run.pk, why="车坏了")
        alarming.sweep(at=AT + late - MINUTE)
        assert told(one) == []
        alarming.sweep(at=AT + late)
        assert told(one) == ["安楼长"]

    def test_a_vehicle_that_is_late_has_a_clock_of_its_own(self, lane: Lane) -> None:
        run = lane.run(lane.ready("安父亲"), leaves_at=AT + HOUR)
        alarming.sweep(at=AT + HOUR + 29 * MINUTE)
        assert told(run) == []
        runs.delay(actor=lane.escort, at=AT + HOUR, run_id=run.pk, leaves_at=AT + 2 * HOUR, why="堵车")
        alarming.sweep(at=AT + 2 * HOUR + 29 * MINUTE)
        assert told(run) == []
        alarming.sweep(at=AT + 2 * HOUR + 30 * MINUTE)
        assert told(run) == ["沈洁"]
        runs.came(actor=lane.escort, at=AT + 3 * HOUR, run_id=run.pk)
        passed(30)
        alarming.sweep(at=AT + 4 * HOUR)
        assert told(run) == ["沈洁"]

    def test_who_goes_along_and_the_building_are_told_to_bring_people_inside(self, lane: Lane) -> None:
        one = lane.ready("安父亲")
        run = lane.run(one)
        lane.act(one, "down", lane.escort)
        runs.fail(actor=lane.secretary, at=AT, run_id=run.pk, why="车坏了")
        told_inside = Message.objects.filter(subject=run.target, text__contains="屋")
        assert set(told_inside.values_list("person__name", flat=True)) == {"安陪护", "安楼长"}

    def test_what_is_not_disinfected_in_time_is_told_of(self, lane: Lane) -> None:
        lane.gone("安甲户", "positive")
        flat = Disinfection.objects.get(kitchen="")
        alarming.sweep(at=AT + 23 * HOUR)
        assert not Message.objects.filter(subject=flat.target).exists()
        alarming.sweep(at=AT + 24 * HOUR)
        assert Message.objects.filter(subject=flat.target).exists()

    def test_the_sweep_knows_when_something_is_due(self, lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(alarming.clock, "now", lambda: AT)
        assert not alarming.anything_due()
        lane.gone("安父亲", given=(CAT,))
        assert alarming.anything_due()
        assert person(lane.escort)
