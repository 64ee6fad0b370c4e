"""Gates, passes and rounds: what holds when, what is refused, what ends by itself, on pages and from phones."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.tests.racing import outcomes
from jimu.field.patrol import actions, forgetting, keeping, offline, queries, rules, seeing
from jimu.field.patrol.actions import Leave, Refused
from jimu.field.patrol.models import Crossing, GateNote, Pass, PatrolRound, Seen
from jimu.field.patrol.seeing import Found
from jimu.grid.tests.town import AT
from jimu.incidents.tests.under_way import begin, text_with
from jimu.signup.rules import LETTERS
from jimu.sync import resolving
from jimu.sync.models import Conflict as Doubt
from jimu.sync.registry import Holder
from jimu.sync.tests.conftest import Phone, enrolled

from .conftest import HOUR, Watch

pytestmark = pytest.mark.django_db


def why(watch: Watch, number: str, way: str = "out", **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        watch.cross(number, way, **more)
    return str(refused.value.data["why"])


@given(st.integers(0, 11), st.sampled_from(LETTERS))
def test_a_number_that_was_changed_is_known_as_such(place: int, letter: str) -> None:
    number = rules.fresh_number()
    assert rules.read_number(f" {number[:4]} {number[4:].upper()} ") == number
    changed = number[:place] + letter + number[place + 1 :]
    # The seal of four letters lets one change of a body in 900,000 pass; the books do not.
    assert rules.read_number(changed) in ("", number) or changed[8:] == number[8:]


@given(st.text(max_size=40))
def test_what_was_never_issued_is_no_number(text: str) -> None:
    assert rules.read_number(text) == ""


def test_a_pass_holds_from_its_hour_to_its_hour_until_it_is_taken_back(watch: Watch) -> None:
    card, now = watch.card(6), clock.now()
    watch.cross(card.number)
    assert why(watch, card.number, at=now - HOUR) == "early"
    assert why(watch, card.number, at=now + 7 * HOUR) == "ended"
    assert why(watch, "x" * 12) == "forged"
    actions.revoke(actor=watch.secretary, at=now + HOUR, pass_id=card.pk, reason="情况有变")
    watch.cross(card.number, at=now + HOUR / 2)
    assert why(watch, card.number, at=now + 2 * HOUR) == "revoked"
    with pytest.raises(Conflict):
        actions.revoke(actor=watch.secretary, at=now, pass_id=card.pk, reason="再收一次")


def test_a_phone_at_one_gate_holds_that_gate_and_the_passes(watch: Watch) -> None:
    south = actions.open_gate(actor=watch.secretary, at=clock.now() - 48 * HOUR, unit_id=watch.town["甲一居民区"].pk, name="南门", basis="通告", ends_on=clock.today() + timedelta(days=7))
    card, place = watch.card(6), watch.town["甲一居民区"]
    assert [spot.name for spot in offline.gates_at(place.path, AT)] == ["北门", "南门"]
    held = {}
    for work in ((), (f"patrol.gate@{south.pk}",)):
        holder = Holder(watch.secretary, place.pk, place.path, AT, work)
        held[work] = [item["title"] for item in offline.open_gates(holder, clock.now(), None).items]
        (item,) = offline.passes(holder, clock.now(), None).items
        # With one gate the pass is tapped at once.
        assert (item["title"], "gate" in item["preset"]) == (card.number, bool(work))
    assert list(held.values()) == [["北门", "南门"], ["南门"]]


SECOND, LATE = timedelta(seconds=1), timedelta(minutes=5)


@pytest.mark.parametrize(("after_start", "before_end", "wanted"), [
    (-LATE, None, ""), (-LATE - SECOND, None, "early"), (None, -LATE, ""), (None, -LATE - SECOND, "ended"),
])  # fmt: skip
def test_five_minutes_at_either_end_are_nobody_s_fault_and_a_second_more_is(after_start: timedelta | None, before_end: timedelta | None, wanted: str) -> None:
    begins, ends = AT, AT + 6 * HOUR
    at = begins + after_start if after_start is not None else ends - (before_end or timedelta())
    given: dict[str, Any] = {"starts_at": begins, "ends_at": ends, "revoked_at": None, "used": False, "at": at}
    assert rules.why_not(**given) == wanted
    assert rules.why_not(**given | {"revoked_at": at}) == "revoked"
    assert rules.why_not(**given | {"revoked_at": at + SECOND}) == wanted
    assert [rules.why_not(**given | {name: True}) for name in ("barred", "used")] == [wanted or word for word in ("sealed", "used")]


def test_who_is_turned_back_is_written_down_whatever_the_pass_says(watch: Watch) -> None:
    watch.cross("x" * 12, result="turned", note="没有凭证")
    assert Crossing.objects.get().result == "turned"


def test_a_pass_for_once_goes_out_once_and_in_once(watch: Watch) -> None:
    card = watch.card(once=True)
    # Who is turned back has not used it.
    for result in ("turned", "through"):
        watch.cross(card.number, "out", result=result)
    watch.cross(card.number, "in")
    assert [why(watch, card.number, way) for way in ("out", "in")] == ["used", "used"]


def test_a_pass_of_elsewhere_does_not_open_this_gate(watch: Watch) -> None:
    now = clock.now()
    far = watch.town.actor("secretary", "乙一居民区")
    card = actions.issue(actor=far, at=now, unit_id=watch.town["乙一居民区"].pk, leave=Leave("work", now, now + HOUR))
    assert why(watch, card.number) == "elsewhere"
    with pytest.raises(NotFound):
        actions.cross(actor=far, told=watch.told(watch.card().number))


def test_nothing_is_without_an_end(watch: Watch) -> None:
    now = clock.now()
    for hours in (1, 30 * 24):
        assert watch.card(hours)
    for hours in (0, 30 * 24 + 1, 31 * 24):
        with pytest.raises(Invalid):
            watch.card(hours)
    for days in (0, 60):
        assert actions.open_gate(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, name=f"门{days}", basis="通告", ends_on=clock.today() + timedelta(days=days))
    for days in (-1, 61):
        with pytest.raises(Invalid):
            actions.open_gate(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, name="南门", basis="通告", ends_on=clock.today() + timedelta(days=days))
    with pytest.raises(Invalid):
        actions.open_gate(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, name="南门", basis="", ends_on=clock.today())
    with pytest.raises(Conflict):
        watch.cross(watch.card(24 * 20).number, at=now + 8 * 24 * HOUR)
    with pytest.raises(Conflict):
        actions.open_gate(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, name="北门", basis="通告", ends_on=clock.today())


def test_names_at_gates_are_sealed_revealed_on_record_and_end(watch: Watch) -> None:
    watch.cross(what="visitor", way="in", who="来访：吴某，找 101")
    card, one = watch.card(1), Crossing.objects.get()
    assert "吴某" not in str(list(Crossing.objects.values())) + str(list(Pass.objects.values())) + str(list(JournalEntry.objects.values()))
    with pytest.raises(NotPermitted):
        actions.reveal(actor=watch.guard, at=clock.now(), crossing_id=one.pk)
    assert "吴某" in actions.reveal(actor=watch.secretary, at=clock.now(), crossing_id=one.pk)
    assert JournalEntry.objects.filter(verb="patrol.revealed").count() == 1
    assert (forgetting.anything_due(), forgetting.forget(at=clock.now())) == (False, 0)
    assert forgetting.forget(at=clock.now() + timedelta(days=31)) == 2
    assert (Crossing.objects.get().who, Pass.objects.get(pk=card.pk).holder, Crossing.objects.count()) == ("", "", 1)


def test_each_thing_that_tells_of_people_ends_after_the_days_of_the_playbook_and_wakes_the_timer(watch: Watch) -> None:
    now = clock.now()
    watch.cross(what="visitor", way="in", who="来访：吴某，找 101")
    watch.card(1)
    actions.leave_note(actor=watch.guard, at=now, gate_id=watch.gate.pk, text="钥匙在传达室")
    seen = [seeing.see(actor=watch.guard, found=Found(new_id(), "hazard", now, unit_id=watch.town["第1网格块"].pk, text="陈某家门口堆物")) for _n in range(2)]
    seeing.settle(actor=watch.secretary, at=now, seen_id=seen[0].pk, how="已清走")
    begin(watch.town["甲一居民区"], text_with("patrol: {keep_days: 7}"))
    assert "7 天后自动清除" in watch.client(watch.guard).get(f"/patrol/gates/{watch.gate.pk}/").content.decode()
    assert forgetting.forget(at=now + timedelta(days=6)) == 0
    for row, kept in ((Crossing, {"at": now - timedelta(days=8)}), (Pass, {"starts_at": now - timedelta(days=9), "ends_at": now - timedelta(days=8)}), (GateNote, {"at": now - timedelta(days=8)}), (Seen, {"at": now - timedelta(days=8)})):
        assert not forgetting.anything_due()
        row.objects.update(**kept)
        assert forgetting.anything_due()
        assert forgetting.forget(at=now) == 1
    assert (Crossing.objects.get().who, Pass.objects.get().holder, GateNote.objects.exists()) == ("", "", False)
    assert [bool(Seen.objects.get(pk=one.pk).text) for one in seen] == [False, True]


def test_a_round_is_walked_and_what_was_seen_goes_on(watch: Watch) -> None:
    now = clock.now()
    made = actions.open_round(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, title="", points=["北门", " ", "配电间"])
    first, second = made.points.all()
    told = Found(new_id(), "well", now, point_id=first.pk)
    for _n in range(3):
        seeing.see(actor=watch.guard, found=told)
    with pytest.raises(Invalid):
        seeing.see(actor=watch.guard, found=Found(new_id(), "hazard", now, point_id=second.pk))
    bad = seeing.see(actor=watch.guard, found=Found(new_id(), "hazard", now, point_id=second.pk, text="电线冒火花"))
    assert [bool(last) for _p, last in queries.points_of(made)] == [True, True]
    assert Seen.objects.count() == 2
    assert [one.pk for one in queries.seen_for(watch.secretary)] == [bad.pk]
    with pytest.raises(NotFound):
        seeing.see(actor=watch.town.actor("member", "乙一居民区"), found=Found(new_id(), "well", now, point_id=first.pk))
    with pytest.raises(NotPermitted):
        queries.one_seen(watch.town.actor("member", "甲一居民区"), bad.pk)
    seeing.settle(actor=watch.secretary, at=now, seen_id=bad.pk, how="物业断电检修")
    assert seeing.settle(actor=watch.secretary, at=now, seen_id=bad.pk, how="再一次").settled_how == "物业断电检修"
    with pytest.raises(Conflict):
        seeing.settle(actor=watch.town.actor("commander", "和风街道"), at=now, seen_id=bad.pk, how="再一次")
    actions.close_round(actor=watch.secretary, at=now + HOUR, round_id=made.pk)
    with pytest.raises(Conflict):
        seeing.see(actor=watch.guard, found=Found(new_id(), "well", now + 2 * HOUR, point_id=first.pk))


def test_after_a_gate_a_pass_or_a_round_ended_only_what_was_before_counts_and_none_ends_twice(watch: Watch) -> None:
    now, card = clock.now(), watch.card()
    made = actions.open_round(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, title="", points=["配电间"])
    with pytest.raises(Invalid):
        actions.revoke(actor=watch.secretary, at=now, pass_id=card.pk, reason=" ")
    ends = (
        partial(actions.close_gate, actor=watch.secretary, at=now + HOUR, gate_id=watch.gate.pk), partial(actions.revoke, actor=watch.secretary, at=now + HOUR, pass_id=card.pk, reason="收回"),
        partial(actions.close_round, actor=watch.secretary, at=now + HOUR, round_id=made.pk),
    )  # fmt: skip
    for end in ends:
        end()
        with pytest.raises(Conflict):
            end()
    watch.cross(what="visitor", way="in", who="来访：吴某", at=now + HOUR)
    with pytest.raises(Conflict) as late:
        watch.cross(what="visitor", way="in", who="来访：吴某", at=now + HOUR + SECOND)
    assert (late.value.code, Crossing.objects.count()) == ("gate_closed", 1)
    with pytest.raises(Conflict):
        keeping.keep(actor=watch.guard, at=now + 2 * HOUR, gate_id=watch.gate.pk)


def test_a_place_where_nobody_of_the_part_watches_takes_no_word_of_what_was_seen(watch: Watch) -> None:
    now = clock.now()
    with pytest.raises(NotFound):
        seeing.see(actor=watch.guard, found=Found(new_id(), "well", now, unit_id=watch.town["乙一居民区"].pk))
    # A point that is none does not become the place that is named beside it.
    with pytest.raises(NotFound):
        seeing.see(actor=watch.guard, found=Found(new_id(), "well", now, point_id=new_id(), unit_id=watch.town["第1网格块"].pk))
    assert not Seen.objects.exists()


def test_the_next_on_duty_finds_what_was_left_and_says_it_is_done(watch: Watch) -> None:
    note = actions.leave_note(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk, text="下午三点有氧气车")
    assert [n.text for n in queries.gate_page(watch.secretary, watch.gate.pk, clock.now()).notes] == ["下午三点有氧气车"]
    actions.finish_note(actor=watch.secretary, at=clock.now(), gate_id=watch.gate.pk, note_id=note.pk)
    with pytest.raises(Conflict):
        actions.finish_note(actor=watch.guard, at=clock.now(), gate_id=watch.gate.pk, note_id=note.pk)


class TestPhones:
    """A phone at the gate, without a network."""

    @pytest.fixture
    def phone(self, watch: Watch) -> Phone:
        return enrolled(watch.town, watch.town.account("member", "甲一居民区"), "甲一居民区")

    def op(self, watch: Watch, phone: Phone, kind: str = "patrol.pass", *, ago: timedelta = timedelta(), **payload: str) -> dict[str, Any]:
        given = {"gate": str(watch.gate.pk), "way": "out", "result": "through", "note": "", **payload}
        return {"op_id": str(new_id()), "kind": kind, "at": (phone.now() - ago).isoformat(), "based_on": None, "payload": given}

    def numbers(self, phone: Phone) -> list[str]:
        return [item["title"] for item in next(p for p in phone.pack().json()["packs"] if p["name"] == "patrol.passes")["items"]]

    def test_the_list_holds_what_holds_and_nobody_s_name(self, watch: Watch, phone: Phone) -> None:
        card, gone, ended = watch.card(), watch.card(), watch.card(1, at=clock.now() - 2 * HOUR)
        assert "陈" not in phone.pack().content.decode()
        assert sorted(self.numbers(phone)) == sorted([card.number, gone.number])
        actions.revoke(actor=watch.secretary, at=clock.now(), pass_id=gone.pk, reason="收回")
        assert self.numbers(phone) == [card.number]
        assert ended.number not in self.numbers(phone)

    def test_twice_is_once_and_late_counts_as_it_was(self, watch: Watch, phone: Phone) -> None:
        card = watch.card(1, at=clock.now() - 2 * HOUR)
        op = self.op(watch, phone, number=card.number, ago=1.5 * HOUR)
        assert [phone.outcomes(op)[0] for _n in range(2)] == ["done", "already_done"]
        assert phone.outcomes(self.op(watch, phone, number=card.number[:-1] + ("a" if card.number[-1] != "a" else "b"))) == ["refused"]
        assert phone.outcomes(self.op(watch, phone, "patrol.visitor", what="vehicle", who="沪A12345"), self.op(watch, phone, "patrol.visitor", what="visitor")) == ["done", "refused"]
        assert Crossing.objects.count() == 2

    def test_who_went_out_before_the_phone_heard_of_the_end_is_looked_at_by_a_person(self, watch: Watch, phone: Phone) -> None:
        card = watch.card()
        actions.revoke(actor=watch.secretary, at=clock.now() - HOUR, pass_id=card.pk, reason="收回")
        assert phone.outcomes(self.op(watch, phone, number=card.number)) == ["look"]
        resolving.resolve(actor=watch.secretary, at=clock.now(), conflict_id=Doubt.objects.get().pk, take=resolving.PHONE)
        assert Crossing.objects.get().card_id == card.pk

    def test_who_stands_in_a_block_keeps_the_gate_and_walks_the_round_of_the_neighborhood(self, watch: Watch) -> None:
        near = enrolled(watch.town, watch.town.account("member", "第1网格块"), "第1网格块")
        point = actions.open_round(actor=watch.secretary, at=clock.now(), unit_id=watch.gate.unit_id, title="", points=["配电间"]).points.get()
        seen = {**self.op(watch, near, "patrol.point"), "payload": {"point": str(point.pk), "kind": "well", "text": ""}}
        assert near.outcomes(self.op(watch, near, number=watch.card().number), seen) == ["done", "done"]

    def test_another_place_s_gate_is_refused(self, watch: Watch) -> None:
        far = enrolled(watch.town, watch.town.account("member", "乙一居民区"), "乙一居民区")
        assert far.outcomes(self.op(watch, far, number=watch.card().number)) == ["refused"]


def test_pages_from_the_desk_to_the_gate(watch: Watch) -> None:
    desk, guard = watch.client(watch.secretary), watch.client(watch.guard)
    page = lambda name, *args: reverse(f"patrol:{name}", args=args)  # noqa: E731
    typed = lambda ahead: timezone.localtime(clock.now() + ahead).strftime("%Y-%m-%dT%H:%M")  # noqa: E731
    unit = str(watch.gate.unit_id)
    assert desk.get(page("index")).status_code == 200
    for name in ("new_gate", "new_pass", "new_round", "new_seen"):
        assert desk.get(page(name)).status_code == 200
        assert desk.post(page(name), {"unit": unit}).status_code == 422
    there = desk.post(page("new_pass"), {"unit": unit, "purpose": "medical", "starts_at": typed(-HOUR), "ends_at": typed(3 * HOUR), "holder": "陈某某"})["Location"]
    card = Pass.objects.get()
    shown = desk.get(there).content.decode()
    assert card.parts in shown
    assert "陈某某" not in shown
    gate = page("gate", watch.gate.pk)
    assert "有效" in guard.get(gate, {"number": card.number, "way": "out"}).content.decode()
    assert "不放行" in guard.get(gate, {"number": "abc", "way": "out"}).content.decode()
    form = {"what": "pass", "number": card.number, "way": "out", "result": "through"}
    assert guard.post(page("cross", watch.gate.pk), form).status_code == 302
    assert guard.post(page("cross", watch.gate.pk), {**form, "number": "abc"}).status_code == 409
    assert guard.post(page("cross", watch.gate.pk), {"what": "visitor", "who": "吴某", "way": "in", "result": "turned"}).status_code == 302
    assert "吴某" not in desk.get(gate).content.decode()
    assert "吴某" in desk.post(page("reveal", Crossing.objects.get(what="visitor").pk)).content.decode()
    assert guard.post(page("note", watch.gate.pk), {"text": "三点有氧气车"}).status_code == 302
    assert "三点有氧气车" in guard.get(gate).content.decode()
    assert desk.post(page("revoke", card.pk), {"text": ""}).status_code == 422
    assert desk.post(page("revoke", card.pk), {"text": "收回"}).status_code == 302
    assert "已收回" in guard.get(gate, {"number": card.number}).content.decode() or "被收回" in guard.get(gate, {"number": card.number}).content.decode()
    round_page = desk.post(page("new_round"), {"unit": unit, "title": "夜巡", "points": "北门\n配电间"})["Location"]
    point = PatrolRound.objects.get().points.first()
    assert guard.post(page("at_point", PatrolRound.objects.get().pk, point.pk), {"kind": "quarrel", "text": "楼下争吵"}).status_code == 302
    assert "到过" in guard.get(round_page).content.decode()
    assert page("seen", Seen.objects.get().pk) in desk.get(page("index")).content.decode()
    assert desk.post(page("settle", Seen.objects.get().pk), {"text": "劝开了"}).status_code == 302
    assert guard.get(page("passes")).status_code == 403
    assert [desk.get(page("passes") + part).status_code for part in ("", "?part=all")] == [200, 200]
    stranger = watch.town.client("secretary", "乙一居民区")
    assert [stranger.get(address).status_code for address in (gate, there, round_page)] == [404] * 3
    assert desk.post(page("close_round", PatrolRound.objects.get().pk)).status_code == 302
    assert desk.post(page("close_gate", watch.gate.pk)).status_code == 302
    assert Client().get(page("index")).status_code == 302


def test_the_api_and_commands_issue_check_and_take_back(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    client, now = watch.client(watch.secretary), clock.now()

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(f"/api/v1/patrol/{path}", body, "application/json")

    made = post("passes", {"unit_id": str(watch.gate.unit_id), "purpose": "work", "starts_at": now.isoformat(), "ends_at": (now + HOUR).isoformat()}).json()
    check = f"/api/v1/patrol/gates/{watch.gate.pk}/check?number={made['number']}"
    assert client.get(check).json() == {"holds": True, "why": "", "besides": ""}
    body = {"id": str(new_id()), "way": "out", "number": made["number"]}
    assert [post(f"gates/{watch.gate.pk}/crossings", body).status_code for _n in range(2)] == [201, 201]
    assert Crossing.objects.count() == 1
    assert run(["patrol", "passes"]) == 0
    assert made["number"] in capsys.readouterr().out
    assert post(f"passes/{made['id']}/revoke", {"reason": "收回"}).json()["revoked_at"]
    assert client.get(check).json() == {"holds": False, "why": "revoked", "besides": ""}
    assert post(f"gates/{watch.gate.pk}/crossings", {"way": "in", "number": made["number"]}).json()["error"]["code"] == "pass_refused"
    assert client.get("/api/v1/patrol/passes").json()["items"] == []
    assert run(["patrol", "forget"]) == 0


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_a_pass_for_once_is_not_used_at_two_gates_at_once(watch: Watch) -> None:
    other = actions.open_gate(actor=watch.secretary, at=clock.now(), unit_id=watch.gate.unit_id, name="南门", basis="通告", ends_on=clock.today() + timedelta(days=1))
    card = watch.card(once=True)
    at = clock.now() + HOUR

    gates = watch.gate.pk, other.pk
    won = outcomes([partial(watch.cross, card.number, gate_id=gate, at=at + timedelta(seconds=n)) for n, gate in enumerate(gates)])
    assert sorted(won) == ["", "pass_refused"]
