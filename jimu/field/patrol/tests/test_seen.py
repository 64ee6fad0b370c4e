"""What is seen has a class, a limit, somebody who sees to it, and an end; what lies is told to leader after leader."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from jimu.core import clock, sealed
from jimu.core.commands import run
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import SteadyClock
from jimu.core.permissions import Actor
from jimu.field.households.events import NeedTurned
from jimu.field.patrol import actions, alarming, following, forgetting, offline, seeing
from jimu.field.patrol.models import Crossing, GateNote, Seen
from jimu.field.patrol.next_steps import next_steps
from jimu.field.patrol.seeing import Found
from jimu.incidents.tests.under_way import begin, text_with
from jimu.messages.models import Message
from jimu.sync.registry import Holder
from jimu.sync.tests.conftest import enrolled

from .conftest import HOUR, Watch

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def found(watch: Watch, kind: str = "hazard", at: datetime | None = None, **more: Any) -> Seen:
    where = {} if "gate_id" in more else {"unit_id": watch.town["1号楼"].pk}
    return seeing.see(actor=watch.guard, found=Found(new_id(), kind, at or clock.now(), text="楼道冒烟", **where, **more))


def passed(minutes: int) -> None:
    row, _made = SteadyClock.objects.get_or_create(pk=1, defaults={"holder": "test"})
    SteadyClock.objects.filter(pk=row.pk).update(seconds=row.seconds + minutes * 60)


def told(seen: Seen) -> list[str]:
    return list(Message.objects.filter(subject=seen.target).order_by("created_at", "pk").values_list("person__name", flat=True))


def steps(watch: Watch, at: datetime | None = None) -> list[tuple[str, str, bool]]:
    return [(one.text, one.tone, one.own) for one in next_steps(watch.secretary, at or clock.now()) if "没有人守" not in one.text]


@pytest.fixture
def led(watch: Watch) -> Watch:
    """A block leader below 沈洁, and somebody above her."""
    for name, unit, phone in (("安块长", "第1网格块", "13800000011"), ("高街长", "和风街道", "13800000012")):
        watch.town.person(name, phone=phone)
        watch.town.lead(unit, name)
    return watch


def test_the_class_and_its_limit_come_from_the_playbook_in_force(watch: Watch) -> None:
    at = clock.now()
    usual = {kind: found(watch, kind, at) for kind in Seen.CHOSEN}
    assert {kind: (one.urgency, (one.due_at - at) // MINUTE) for kind, one in usual.items()} == {
        "hazard": ("now", 30), "unwell": ("now", 30), "quarrel": ("today", 720), "gathering": ("today", 720), "damage": ("today", 720), "other": ("note", 4320),
    }
    begin(watch.town["甲一居民区"], text_with("patrol: {seen: {quarrel: now}, seen_minutes: {now: 10}}"))
    assert [(one.urgency, (one.due_at - at) // MINUTE) for one in (found(watch, "quarrel", at), found(watch, "damage", at))] == [("now", 10), ("today", 720)]


def test_whoever_stands_there_may_say_that_it_is_dangerous_now_and_all_well_has_no_limit(watch: Watch) -> None:
    at = clock.now()
    assert (found(watch, "other", at, danger=True).due_at - at) // MINUTE == 30
    made = actions.open_round(actor=watch.secretary, at=at, unit_id=watch.gate.unit_id, title="夜巡", points=["北门"])
    well = seeing.see(actor=watch.guard, found=Found(new_id(), "well", at, point_id=made.points.get().pk, danger=True, room="301"))
    assert (well.urgency, well.due_at, well.room, well.to_need) == ("", None, "", False)


def test_one_takes_it_on_and_says_how_it_ended(watch: Watch) -> None:
    seen, at = found(watch), clock.now()
    assert (seen.state, steps(watch)) == ("open", [("处理：安全隐患", "bad", False)])
    deputy = watch.town.actor("secretary", "甲一居民区")
    for _n in range(2):
        seeing.take(actor=watch.secretary, at=at, seen_id=seen.pk)
    with pytest.raises(Conflict) as taken:
        seeing.take(actor=deputy, at=at, seen_id=seen.pk)
    assert (taken.value.code, watch.secretary.name in str(taken.value)) == ("taken", True)
    seen.refresh_from_db()
    assert (seen.state, seen.taken_by, steps(watch)) == ("taken", watch.secretary.name, [("处理：安全隐患", "bad", True)])
    with pytest.raises(Invalid):
        seeing.settle(actor=watch.secretary, at=at, seen_id=seen.pk, how=" ")
    seeing.settle(actor=deputy, at=at, seen_id=seen.pk, how="断电检修")
    for act in (seeing.take, seeing.pass_on):
        with pytest.raises(Conflict):
            act(actor=watch.secretary, at=at, seen_id=seen.pk)
    seen.refresh_from_db()
    assert (seen.state, seen.settled_by, seen.settled_how, steps(watch)) == ("settled", deputy.name, "断电检修", [])


def test_only_who_looks_after_the_place_takes_on_and_settles(watch: Watch) -> None:
    seen, at = found(watch), clock.now()
    for act, more in ((seeing.take, {}), (seeing.settle, {"how": "好了"}), (seeing.pass_on, {})):
        with pytest.raises(NotPermitted):
            act(actor=watch.guard, at=at, seen_id=seen.pk, **more)
        with pytest.raises(NotFound):
            act(actor=watch.town.actor("secretary", "乙一居民区"), at=at, seen_id=seen.pk, **more)


def test_told_again_it_is_the_same_and_its_id_opens_nothing_elsewhere(watch: Watch) -> None:
    seen = found(watch)
    again = Found(seen.pk, "other", clock.now(), unit_id=watch.town["1号楼"].pk, text="另一句")
    assert seeing.see(actor=watch.guard, found=again).text == "楼道冒烟"
    far = Found(seen.pk, "other", clock.now(), unit_id=watch.town["乙一居民区"].pk, text="x")
    with pytest.raises(NotFound):
        seeing.see(actor=watch.town.actor("member", "乙一居民区"), found=far)


def test_what_nobody_takes_on_climbs_from_half_of_its_time_and_what_is_late_begins_anew(led: Watch) -> None:
    seen = found(led)
    at = seen.at
    assert (alarming.sweep(at=at + 14 * MINUTE), alarming.anything_due()) == (0, False)
    assert [alarming.sweep(at=at + 15 * MINUTE), alarming.sweep(at=at + 16 * MINUTE)] == [1, 0]
    passed(15)
    assert alarming.sweep(at=at + 20 * MINUTE) == 1
    assert told(seen) == ["安块长", "沈洁"]
    assert alarming.sweep(at=at + 30 * MINUTE) == 1
    assert told(seen) == ["安块长", "沈洁", "安块长"]
    for _n in range(4):
        passed(15)
        alarming.sweep(at=at + 40 * MINUTE)
    assert told(seen)[3:] == ["沈洁", "高街长"]
    seen.refresh_from_db()
    assert (seen.stage, seen.stuck, seen.next_tick) == (2, True, None)
    assert "楼道冒烟" not in str(list(Message.objects.values()))
    # Who leads the subdistrict has a 1号楼 in every neighborhood.
    assert {"甲一居民区 1号楼 安全隐患" in one.text for one in Message.objects.filter(subject=seen.target)} == {True}


def test_late_it_is_told_anew_and_nobody_reads_that_all_were_told_already(led: Watch) -> None:
    seen = found(led, "damage")
    alarming.sweep(at=seen.at + 6 * HOUR)
    for _n in range(3):
        passed(15)
        alarming.sweep(at=seen.at + 7 * HOUR)
    seen.refresh_from_db()
    assert (seen.stage, seen.stuck) == (1, True)
    assert alarming.sweep(at=seen.due_at) == 1
    seen.refresh_from_db()
    assert (seen.stage, seen.stuck) == (2, False)


def test_taken_on_nobody_more_is_told_until_it_is_late_and_settled_nobody_ever(led: Watch) -> None:
    seen = found(led)
    at = seen.at
    alarming.sweep(at=at + 15 * MINUTE)
    seeing.take(actor=led.secretary, at=at + 16 * MINUTE, seen_id=seen.pk)
    passed(60)
    assert alarming.sweep(at=at + 29 * MINUTE) == 0
    assert alarming.sweep(at=at + 30 * MINUTE) == 1
    other = led.town.actor("secretary", "甲一居民区")
    assert [one.text for one in next_steps(other, at + HOUR) if "守" not in one.text] == [f"{led.secretary.name} 接手后超时没了结：安全隐患"]
    seeing.settle(actor=led.secretary, at=at + 31 * MINUTE, seen_id=seen.pk, how="断电检修")
    passed(60)
    assert alarming.sweep(at=at + 2 * HOUR) == 0


def test_somebody_kept_from_a_doctor_is_an_incident_until_they_were_let_through(led: Watch) -> None:
    card, at = led.card(purpose="medical"), clock.now()
    led.cross(card.number, result="turned", at=at)
    led.cross(led.card().number, result="turned")
    seen = Seen.objects.get()
    assert (seen.kind, seen.urgency, seen.gate, steps(led)) == ("doctor", "now", led.gate, [("就医的人被劝回了，请马上联系", "bad", False)])
    assert alarming.sweep(at=at + 15 * MINUTE) == 1
    with pytest.raises(Conflict):
        seeing.pass_on(actor=led.secretary, at=at, seen_id=seen.pk)
    led.cross(card.number, at=at + MINUTE)
    assert (Seen.objects.get().state, steps(led)) == ("settled", [])
    # Phones tell in any order: who went out later was not kept.
    late = led.card(purpose="medical")
    led.cross(late.number, at=at + MINUTE)
    led.cross(late.number, result="turned", at=at)
    assert Seen.objects.count() == 1


def test_an_id_that_a_finding_has_is_no_crossing_of_somebody_kept_from_a_doctor(watch: Watch) -> None:
    card, seen, client = watch.card(purpose="medical"), found(watch), watch.client(watch.guard)
    path = f"/api/v1/patrol/gates/{watch.gate.pk}/crossings"

    def turned(**more: Any) -> tuple[int, str]:
        answer = client.post(path, {"way": "out", "result": "turned", "number": card.number, **more}, "application/json")
        return answer.status_code, answer.json().get("error", {}).get("code", "")

    assert turned(id=str(seen.pk)) == (409, "id_taken")
    assert (Crossing.objects.count(), Seen.objects.get().kind) == (0, "hazard")
    # Under an id of its own it counts, and told again it is the same.
    own = str(new_id())
    assert [turned(id=own), turned(id=own)] == [(201, "")] * 2
    assert (Crossing.objects.count(), Seen.objects.filter(kind="doctor").count()) == (1, 1)


@pytest.mark.parametrize(("table", "name"), [(Seen, "text_sealed"), (GateNote, "text_sealed"), (Crossing, "note_sealed")])
def test_the_longest_words_fit_sealed_in_a_database_that_counts_letters(table: Any, name: str) -> None:
    assert len(sealed.seal("𠮷" * seeing.LONGEST)) <= table._meta.get_field(name).max_length


def test_nobody_chooses_what_a_gate_writes_itself(watch: Watch) -> None:
    with pytest.raises(Invalid):
        found(watch, "doctor")


def test_what_happens_at_a_gate_is_seen_there_until_it_was_taken_away(watch: Watch) -> None:
    seen = found(watch, "quarrel", gate_id=watch.gate.pk)
    assert (seen.unit_id, seen.gate_id) == (watch.gate.unit_id, watch.gate.pk)
    actions.close_gate(actor=watch.secretary, at=clock.now(), gate_id=watch.gate.pk)
    found(watch, "quarrel", at=clock.now() - HOUR, gate_id=watch.gate.pk)
    with pytest.raises(Conflict):
        found(watch, "quarrel", at=clock.now() + HOUR, gate_id=watch.gate.pk)
    with pytest.raises(NotFound):
        seeing.see(actor=watch.town.actor("member", "乙一居民区"), found=Found(new_id(), "quarrel", clock.now(), gate_id=watch.gate.pk, text="吵"))


def test_a_phone_at_the_gate_writes_down_what_happened_there_and_the_limit_runs_from_then(watch: Watch) -> None:
    phone = enrolled(watch.town, watch.town.account("member", "第1网格块"), "第1网格块")
    at = phone.now() - 3 * HOUR
    payload = {"gate": str(watch.gate.pk), "kind": "quarrel", "text": "有人硬闯", "danger": True}
    one = {"op_id": str(new_id()), "kind": offline.GATE_SEEN, "at": at.isoformat(), "based_on": None, "payload": payload}
    assert phone.outcomes(one, one) == ["done", "already_done"]
    seen = Seen.objects.get()
    assert (seen.gate, seen.urgency, seen.due_at) == (watch.gate, "now", seen.at + 30 * MINUTE)
    assert phone.outcomes({**one, "op_id": str(new_id()), "payload": {**payload, "kind": "doctor"}}) == ["refused"]


def test_as_a_need_it_is_told_of_there_alone_and_ends_and_opens_again_with_it(led: Watch) -> None:
    seen = found(led, room="301")
    assert (seen.to_need, seen.state, steps(led)) == (True, "need", [])
    assert alarming.sweep(at=seen.at + HOUR) == 0
    with pytest.raises(Conflict) as gone:
        seeing.settle(actor=led.secretary, at=seen.at, seen_id=seen.pk, how="好了")
    assert gone.value.code == "is_a_need"
    need = new_id()

    def turned(closed: bool, number: str = "abcd", origin: str = "") -> Seen:
        following.need_turned(NeedTurned(origin or seen.target, need, number, closed, "已确认", clock.now(), "吴某"))
        seen.refresh_from_db()
        return seen

    assert (turned(False).need_id, seen.need_number, seen.state, seen.text) == (need, "abcd", "need", "楼道冒烟")
    assert (turned(True).state, seen.settled_how) == ("settled", "已确认")
    assert turned(False).state == "need"
    # Of what few may read, the words stand with the need alone.
    assert (turned(False, number="").text, seen.room, seen.need_number) == ("", "", "")
    turned(True, origin="medicine:1")
    assert seen.state == "need"


def test_words_of_what_was_well_and_of_what_went_on_as_a_need_end_too(watch: Watch) -> None:
    at = clock.now()
    point = actions.open_round(actor=watch.secretary, at=at, unit_id=watch.gate.unit_id, title="夜巡", points=["北门"]).points.get()
    well = seeing.see(actor=watch.guard, found=Found(new_id(), "well", at, point_id=point.pk, text="和吴某聊了几句"))
    need = found(watch, room="301")
    following.need_turned(NeedTurned(need.target, new_id(), "abcd", False, "待接单", at, "吴某"))
    lies = found(watch)
    assert forgetting.forget(at=at + timedelta(days=31)) == 2
    assert [(one.text, one.room) for one in Seen.objects.filter(pk__in=[well.pk, need.pk])] == [("", ""), ("", "")]
    assert Seen.objects.get(pk=lies.pk).text == "楼道冒烟"


def test_who_sees_more_than_one_neighborhood_reads_in_which_a_building_stands(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    seen, wide = found(watch), watch.town.actor("commander")
    both = ("甲一居民区 1号楼", "1号楼")

    def reads(actor: Actor) -> set[tuple[bool, bool]]:
        pages = [watch.client(actor).get(path).content.decode() for path in ("/patrol/", "/patrol/seen/", f"/patrol/seen/{seen.pk}/")]
        return {tuple(words in page for words in both) for page in pages}

    assert (reads(wide), reads(watch.secretary)) == ({(True, True)}, {(False, True)})
    assert [[one.place for one in next_steps(actor, clock.now()) if "安全隐患" in one.text] for actor in (wide, watch.secretary)] == [[both[0]], [both[1]]]
    run(["patrol", "seen"])
    assert both[0] in capsys.readouterr().out
    # On a phone for the whole subdistrict too.
    root, block = watch.town["和风街道"], watch.town["第1网格块"]
    lists = [offline.watched_places(Holder(wide, unit.pk, unit.path, clock.now(), (offline.AT_POINTS,)), clock.now(), None).items for unit in (root, block)]
    assert [both[0] in str(items) for items in lists] == [True, False]


def test_pages_api_and_command_from_the_gate_to_the_end(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    guard, desk, far = watch.client(watch.guard), watch.client(watch.secretary), watch.town.client("secretary", "乙一居民区")
    gate = f"/patrol/gates/{watch.gate.pk}/"
    assert guard.post(gate + "seen/", {"kind": "quarrel", "text": "有人硬闯", "danger": "on"}, follow=True).status_code == 200
    assert guard.post(gate + "seen/", {"kind": "doctor", "text": "x"}).status_code == 422
    seen = Seen.objects.get()
    page = f"/patrol/seen/{seen.pk}/"
    assert all("马上处理" in client.get(there).content.decode() for client in (guard, desk) for there in (page, "/patrol/", "/patrol/seen/"))
    assert [one in client.get(page).content.decode() for client in (guard, desk) for one in ("我来处理",)] == [False, True]
    assert [far.get(page).status_code, guard.post(page + "take/").status_code] == [404, 403]
    assert "处理中" in desk.post(page + "take/", follow=True).content.decode()
    assert desk.post(page + "settle/", {"text": "劝开了"}, follow=True).status_code == 200
    assert "劝开了" in guard.get(page).content.decode()
    assert page in guard.get("/patrol/seen/?part=settled").content.decode()
    assert page not in guard.get("/patrol/seen/").content.decode()
    form = {"unit": str(watch.town["1号楼"].pk), "kind": "damage", "text": "漏水", "room": "301"}
    assert guard.post("/patrol/seen/new/", {**form, "kind": ""}).status_code == 422
    assert "已转居民诉求" in guard.post("/patrol/seen/new/", form, follow=True).content.decode()
    api = "/api/v1/patrol/seen"
    body = {"id": str(new_id()), "gate_id": str(watch.gate.pk), "kind": "hazard", "text": "电线冒火花"}
    assert [guard.post(api, body, "application/json").status_code for _n in range(2)] == [201, 201]
    assert [one["kind"] for one in desk.get(api).json()["items"]] == ["hazard", "damage"]
    assert far.get(api).json()["items"] == []
    assert run(["patrol", "seen"]) == 0
    said = capsys.readouterr().out
    assert all(words in said for words in ("北门", "安全隐患", "还没人接手", "已转居民诉求"))
    one = f"{api}/{body['id']}"
    assert desk.post(one + "/take").json()["state"] == "taken"
    assert desk.post(one + "/settle", {"how": "断电"}, "application/json").json()["how"] == "断电"
    assert desk.post(one + "/need", {}, "application/json").json()["error"]["code"] == "settled"
