"""A closed building gives no passes but to a doctor; who goes to a doctor goes, with a pass in order or without."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import Conflict
from jimu.core.ids import new_id
from jimu.field.households import zone_rules
from jimu.field.patrol import actions, queries, rules
from jimu.field.patrol.actions import Leave, Refused
from jimu.field.patrol.models import Crossing, Pass
from jimu.field.patrol.movement import Sealed
from jimu.field.patrol.tests.conftest import HOUR, Watch
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = pytest.mark.django_db
OTHERS = [code for code in Pass.Purpose.values if code != "medical"]


def why(watch: Watch, card: Pass, way: str = "out") -> str:
    return queries.check(watch.gate, card.number, clock.now(), way).why


@given(st.sampled_from(zone_rules.ZONES), st.one_of(st.none(), st.lists(st.sampled_from(OTHERS))))
def test_to_a_doctor_always_and_else_as_the_policy_says(zone: str, passes: list[str] | None) -> None:
    assert rules.given("medical", zone, passes)
    for code in OTHERS:
        assert rules.given(code, zone, passes) == (code in passes if passes is not None else zone != "lockdown")


@pytest.mark.parametrize("purpose", OTHERS)
def test_a_closed_building_gives_no_pass_but_to_a_doctor(watch: Watch, purpose: str) -> None:
    watch.seal("1号楼")
    with pytest.raises(Sealed, match="1号楼现在是封控区"):
        watch.card(place="1号楼", purpose=purpose)
    assert watch.card(place="1号楼", purpose="medical").number
    assert watch.card(place="2号楼", purpose=purpose).number


def test_a_place_with_a_closed_building_asks_which_building(watch: Watch) -> None:
    watch.seal("1号楼")
    with pytest.raises(Sealed, match="1 栋楼现在不能发“采购、取物”的凭证（1号楼）"):
        watch.card()
    assert watch.card(purpose="medical").number


def test_a_watched_building_gives_what_its_policy_names(watch: Watch) -> None:
    watch.seal("1号楼", "controlled")
    assert watch.card(place="1号楼", purpose="work").number
    with pytest.raises(Sealed):
        watch.card(place="1号楼", purpose="supplies")


def test_a_pass_of_before_the_closure_does_not_lead_out_but_home(watch: Watch) -> None:
    card, other = watch.card(place="1号楼"), watch.card(place="2号楼")
    watch.cross(card.number)
    watch.seal("1号楼")
    assert [why(watch, card), why(watch, card, "in"), why(watch, other)] == ["sealed", "", ""]
    with pytest.raises(Refused):
        watch.cross(card.number)
    watch.cross(card.number, "in")


def test_who_is_out_when_the_pass_ends_comes_home_once_and_does_not_go_out_again(watch: Watch) -> None:
    now = clock.now()
    late, stayed = (watch.card(2, at=now - 3 * HOUR) for _n in range(2))
    watch.cross(late.number, at=now - 2 * HOUR)
    watch.cross(stayed.number, "in", at=now - 2 * HOUR)
    watch.cross(stayed.number, result="turned", at=now - HOUR)

    def said(card: Pass, way: str) -> tuple[str, str]:
        found = queries.check(watch.gate, card.number, now, way)
        return found.why, found.besides

    assert [said(late, "in"), said(late, "out"), said(stayed, "in")] == [("", "home"), ("ended", ""), ("ended", "")]
    page = watch.client(watch.guard).get(f"/patrol/gates/{watch.gate.pk}/", {"number": late.number, "way": "in"}).content.decode()
    assert "让他回家" in page
    assert "不放行" not in page
    with pytest.raises(Refused):
        watch.cross(late.number)
    watch.cross(late.number, "in", at=now)
    assert said(late, "in") == ("ended", "")
    # Phones tell late: at that moment they were out still.
    assert queries.check(watch.gate, late.number, now - HOUR / 2, "in").besides == "home"


def test_a_pass_to_a_doctor_holds_whatever_is_amiss_with_it_and_the_gate_says_what(watch: Watch) -> None:
    now = clock.now()
    old = watch.card(1, at=now - 3 * HOUR, purpose="medical")
    early = watch.card(6, purpose="medical", starts_at=now + HOUR, ends_at=now + 2 * HOUR)
    gone = watch.card(purpose="medical")
    actions.revoke(actor=watch.secretary, at=now, pass_id=gone.pk, reason="情况有变")
    found = {n: queries.check(watch.gate, card.number, now) for n, card in (("old", old), ("early", early), ("gone", gone))}
    assert {n: (one.why, one.besides) for n, one in found.items()} == {"old": ("", "ended"), "early": ("", "early"), "gone": ("", "revoked")}
    for card in (old, early, gone):
        watch.cross(card.number)
    assert Crossing.objects.filter(result="through").count() == 3


def test_who_has_no_pass_goes_to_a_doctor_and_is_not_turned_back(watch: Watch) -> None:
    watch.cross(what="medical")
    with pytest.raises(Conflict):
        watch.cross(number="x" * 12, what="pass")
    with pytest.raises(Exception, match="就医是居民的权利"):
        watch.cross(what="medical", result="turned")
    assert [(one.what, one.card) for one in Crossing.objects.all()] == [("medical", None)]


def test_the_desk_says_why_and_the_gate_page_lets_who_is_ill_through(watch: Watch) -> None:
    watch.seal("1号楼")
    desk, guard = watch.client(watch.secretary), watch.client(watch.guard)
    typed = lambda ahead: (clock.now() + ahead).strftime("%Y-%m-%dT%H:%M")  # noqa: E731
    form = {"unit": str(watch.town["1号楼"].pk), "purpose": "work", "starts_at": typed(8 * HOUR), "ends_at": typed(11 * HOUR)}
    answer = desk.post("/patrol/passes/new/", form)
    assert answer.status_code == 422
    assert "外出就医随时可以发" in answer.content.decode()
    assert desk.post("/patrol/passes/new/", {**form, "purpose": "medical"}).status_code == 302
    old = watch.card(1, at=clock.now() - 3 * HOUR, purpose="medical")
    page = guard.get(f"/patrol/gates/{watch.gate.pk}/", {"number": old.number}).content.decode()
    assert "有效" in page
    assert "已经到期，就医照样放行" in page
    assert "不放行" not in page
    assert guard.post(f"/patrol/gates/{watch.gate.pk}/cross/", {"what": "medical", "way": "out", "result": "through"}).status_code == 302
    card = watch.card(place="2号楼")
    watch.seal("2号楼")
    assert "楼在封控，现在不放行" in desk.get("/patrol/passes/").content.decode()
    assert desk.get(f"/api/v1/patrol/gates/{watch.gate.pk}/check?number={card.number}").json()["why"] == "sealed"


class TestPhones:
    """A phone at the gate, without a network."""

    @pytest.fixture
    def phone(self, watch: Watch) -> Phone:
        return enrolled(watch.town, watch.town.account("member", "甲一居民区"), "甲一居民区")

    def op(self, watch: Watch, phone: Phone, kind: str, **payload: str) -> dict[str, object]:
        given = {"gate": str(watch.gate.pk), **payload}
        return {"op_id": str(new_id()), "kind": kind, "at": phone.now().isoformat(), "based_on": None, "payload": given}

    def test_the_list_leaves_out_passes_of_closed_buildings_but_to_a_doctor(self, watch: Watch, phone: Phone) -> None:
        shut, doctor, free = watch.card(place="1号楼"), watch.card(place="1号楼", purpose="medical"), watch.card(place="2号楼")
        watch.seal("1号楼")
        held = {item["title"] for pack in phone.pack().json()["packs"] if pack["name"] == "patrol.passes" for item in pack["items"]}
        assert held == {doctor.number, free.number}
        assert shut.number not in held

    def test_who_is_ill_is_let_through_offline_and_a_keeper_comes_and_goes(self, watch: Watch, phone: Phone) -> None:
        assert phone.outcomes(self.op(watch, phone, "patrol.medical", way="out", note="")) == ["done"]
        assert phone.outcomes(self.op(watch, phone, "patrol.keep", what="keep")) == ["done"]
        assert watch.gate.keepings.filter(until=None).count() == 1
        assert phone.outcomes(self.op(watch, phone, "patrol.keep", what="leave"), self.op(watch, phone, "patrol.keep", what="leave")) == ["done", "refused"]
        assert Crossing.objects.get().what == "medical"


def test_how_long_a_pass_and_a_gate_may_last_is_the_playbook_s(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    from jimu.field.patrol import policy
    from jimu.playbooks.schema import Patrol

    now = clock.now()
    watch.card(24 * 3)
    monkeypatch.setattr(policy, "of_place", lambda unit: Patrol(pass_days=2, gate_days=2))
    with pytest.raises(Exception, match="最长 2 天"):
        watch.card(24 * 3)
    with pytest.raises(Exception, match="最长 2 天"):
        actions.open_gate(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, name="南门", basis="通告", ends_on=clock.today() + timedelta(days=3))
    actions.issue(actor=watch.secretary, at=now, unit_id=watch.gate.unit_id, leave=Leave("work", now, now + 24 * HOUR))
