"""Zones per building: days counted by dated policy, a new case that counts anew, an end to every closure, a past that stays."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.commands import run
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.permissions import SYSTEM
from jimu.field.households import case_actions, marking, zone_actions, zone_policies, zone_queries
from jimu.field.households.models import Resident, Zone
from jimu.field.households.zone_rules import ends_on, standing

from .conftest import AT, Town, door

ONE = zone_queries.today(AT)
BASIS = "疫防指〔2022〕1号"


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Invalid) as caught:
        yield
    assert caught.value.code == code


def policy(name: str):
    return zone_policies.find(name)[0]


def phases(name: str, track: str = "lockdown") -> list[tuple[str, bool]]:
    """Zone and test of each day of a track."""
    found = policy(name).tracks[track]
    days = [standing(found, day_one=ONE, last=ends_on(found, ONE), on=ONE + timedelta(days=n)) for n in range(found.days)]
    return [(day.zone, day.test_today) for day in days]


class TestPolicies:
    def test_two_plus_twelve(self) -> None:
        days = phases("two-plus-twelve")
        assert [zone for zone, _test in days] == ["lockdown"] * 2 + ["precaution"] * 12
        assert [n for n, (_zone, test) in enumerate(days, 1) if test] == [1, 2, 7, 14]

    def test_april_2022_closes_seven_days_watches_seven_and_clears_on_day_13(self) -> None:
        days = phases("three-zones-2022-04")
        assert [zone for zone, _test in days] == ["lockdown"] * 14 + ["precaution"] * 14
        assert policy("three-zones-2022-04").tracks["lockdown"].all_negative_on == 13
        controlled = phases("three-zones-2022-04", "controlled")
        assert [zone for zone, _test in controlled][:8] == ["controlled"] * 7 + ["precaution"]
        assert policy("three-zones-2022-04").tracks["controlled"].all_negative_on == 6

    def test_may_2022_steps_down_after_seven_clean_days_and_three_more(self) -> None:
        assert [zone for zone, _test in phases("three-zones-2022-05")][:11] == ["lockdown"] * 7 + ["controlled"] * 3 + ["precaution"]

    def test_the_ninth_edition_goes_from_high_to_low_in_ten_days(self) -> None:
        assert [zone for zone, _test in phases("risk-areas-2022-06")][:11] == ["lockdown"] * 7 + ["controlled"] * 3 + ["precaution"]

    def test_a_day_says_the_next_test_what_must_be_negative_and_how_many_days_are_left(self) -> None:
        def on(name: str, day: int) -> object:
            track = policy(name).tracks["lockdown"]
            return standing(track, day_one=ONE, last=ends_on(track, ONE), on=ONE + timedelta(days=day - 1))

        assert [on("two-plus-twelve", day).next_test for day in (1, 2, 3, 7, 13, 14)] == [2, 7, 7, 14, 14, None]
        assert [on("three-zones-2022-04", day).all_negative_on for day in (1, 13, 14)] == [13, 13, None]
        assert [on("two-plus-twelve", day).days_left for day in (1, 13, 14)] == [13, 1, 0]

    def test_an_office_s_own_policy_stands_beside_and_a_broken_one_hides_none(self, tmp_path, settings) -> None:
        settings.JIMU_HOME = tmp_path
        (tmp_path / "zones").mkdir()
        text = (zone_policies.SHIPPED / "two-plus-twelve.v1.yaml").read_text()
        (tmp_path / "zones" / "ours.yaml").write_text(text.replace("version: 1", "version: 2").replace("title: 2+12", "title: 我们的"))
        (tmp_path / "zones" / "broken.yaml").write_text("name: [")
        assert (policy("two-plus-twelve").version, len(zone_policies.shelf())) == (2, 5)
        with pytest.raises(Invalid):
            zone_policies.read(text.replace("days: 2", "days: 0"))

    @given(name=st.sampled_from([one.name for one, _text in zone_policies.shelf()]), track=st.sampled_from(["lockdown", "controlled", "precaution"]), n=st.integers(-5, 80))
    def test_a_day_is_under_a_zone_exactly_from_the_first_to_the_last(self, name: str, track: str, n: int) -> None:
        found = policy(name).tracks.get(track)
        if found is None:
            return
        day = standing(found, day_one=ONE, last=ends_on(found, ONE), on=ONE + timedelta(days=n))
        assert (day is not None) == (0 <= n < found.days)
        assert day is None or (day.day, day.of) == (n + 1, found.days)


@pytest.mark.django_db
class TestBuildings:
    @pytest.fixture
    def adopted(self, town: Town) -> Town:
        zone_actions.adopt_policy(actor=SYSTEM, at=AT, unit_id=town["和风街道"].pk, name="three-zones-2022-04", effective_from=ONE, legal_basis=BASIS)
        return town

    def set(self, town: Town, building: str, track: str = "controlled", *, at=AT, day_one: date = ONE, actor=SYSTEM, basis: str = BASIS) -> Zone:
        made = zone_actions.set_zones(actor=actor, at=at, building_ids=[town[building].pk], track=track, day_one=day_one, legal_basis=basis)
        return made[0]

    def day(self, town: Town, building: str, n: int) -> tuple[str, int] | None:
        """Zone and day of a building on the n-th day of the story."""
        found = zone_queries.stands([town[building].pk], ONE + timedelta(days=n - 1)).get(town[building].pk)
        return (found.standing.zone, found.standing.day) if found else None

    def case(self, town: Town, building: str, n: int, **more: object) -> None:
        """Somebody of a building falls ill on the n-th day."""
        room = door(town, building, f"{n}01", "周桂英")
        at = AT + timedelta(days=n - 1)
        case_actions.record_case(actor=SYSTEM, at=at, resident_id=Resident.objects.get(room=room).pk, found_on=zone_queries.today(at), legal_basis=BASIS, **more)

    def test_a_case_closes_its_building_and_no_other(self, adopted: Town) -> None:
        self.case(adopted, "1号楼", 1)
        assert [self.day(adopted, "1号楼", n) for n in (1, 7, 14, 15, 28, 29)] == [("lockdown", 1), ("lockdown", 7), ("lockdown", 14), ("precaution", 15), ("precaution", 28), None]
        assert self.day(adopted, "2号楼", 1) is None

    def test_a_new_case_counts_that_building_anew_and_the_others_go_on(self, adopted: Town) -> None:
        self.set(adopted, "2号楼")
        self.case(adopted, "1号楼", 1)
        self.case(adopted, "1号楼", 5)
        assert [self.day(adopted, "1号楼", n) for n in (4, 5, 18, 19)] == [("lockdown", 4), ("lockdown", 1), ("lockdown", 14), ("precaution", 15)]
        assert [self.day(adopted, "2号楼", n) for n in (5, 8)] == [("controlled", 5), ("precaution", 8)]
        # A controlled building with a case becomes a closed one.
        self.case(adopted, "2号楼", 6)
        assert [self.day(adopted, "2号楼", n) for n in (5, 6)] == [("controlled", 5), ("lockdown", 1)]

    def test_a_new_policy_holds_from_its_day_and_the_past_stays(self, adopted: Town) -> None:
        self.case(adopted, "1号楼", 1)
        self.case(adopted, "2号楼", 3)
        before = [self.day(adopted, "1号楼", n) for n in range(1, 9)]
        later = AT + timedelta(days=5)
        adopt = {"actor": SYSTEM, "unit_id": adopted["和风街道"].pk, "name": "three-zones-2022-05", "legal_basis": BASIS}
        with refused("in_the_past"):
            zone_actions.adopt_policy(at=later, effective_from=ONE, **adopt)
        zone_actions.adopt_policy(at=later, effective_from=ONE + timedelta(days=8), carry=True, **adopt)
        assert [self.day(adopted, "1号楼", n) for n in range(1, 9)] == before
        # The ninth day is the third of "three more" under the new rules; the count goes on.
        assert [self.day(adopted, "1号楼", n) for n in (9, 10, 11, 14, 15)] == [("controlled", 9), ("controlled", 10), ("precaution", 11), ("precaution", 14), None]
        assert zone_queries.policy_at(adopted["1号楼"].path, ONE + timedelta(days=7)).name == "three-zones-2022-04"
        # New entries of that day on follow the new policy.
        self.case(adopted, "3号楼", 10)
        assert self.day(adopted, "3号楼", 17) == ("controlled", 8)

    def test_the_latest_policy_holds_and_of_one_day_the_nearest(self, adopted: Town) -> None:
        def adopt(unit: str, name: str, after: int) -> None:
            zone_actions.adopt_policy(actor=SYSTEM, at=AT, unit_id=adopted[unit].pk, name=name, effective_from=ONE + timedelta(days=after), legal_basis=BASIS)

        def held(unit: str, after: int) -> str:
            found = zone_queries.policy_at(adopted[unit].path, ONE + timedelta(days=after))
            assert found is not None
            return found.name

        adopt("甲一居民区", "two-plus-twelve", 0)
        adopt("和风街道", "three-zones-2022-05", 2)
        assert [held("1号楼", after) for after in (0, 1, 2)] == ["two-plus-twelve", "two-plus-twelve", "three-zones-2022-05"]
        assert [held("乙一居民区", after) for after in (0, 1, 2)] == ["three-zones-2022-04", "three-zones-2022-04", "three-zones-2022-05"]
        assert zone_queries.policy_at(adopted["1号楼"].path, ONE - timedelta(days=1)) is None

    def test_the_first_day_is_today_or_before_and_the_last_not_over(self, adopted: Town) -> None:
        for first in (1, -14):
            with refused("bad_day_one"):
                self.set(adopted, "1号楼", day_one=ONE + timedelta(days=first))
        self.set(adopted, "1号楼", day_one=ONE - timedelta(days=13))
        assert [self.day(adopted, "1号楼", n) for n in (1, 2)] == [("precaution", 14), None]

    def test_a_building_that_is_retired_gets_no_zone(self, adopted: Town) -> None:
        type(adopted["2号楼"]).objects.filter(pk=adopted["2号楼"].pk).update(retired_at=AT)
        with pytest.raises(NotFound):
            self.set(adopted, "2号楼")

    def test_a_policy_never_lengthens_what_was_ordered(self, adopted: Town) -> None:
        zone = self.set(adopted, "1号楼", "precaution")
        zone_actions.adopt_policy(actor=SYSTEM, at=AT, unit_id=adopted["和风街道"].pk, name="three-zones-2022-05", effective_from=ONE + timedelta(days=2), legal_basis=BASIS, carry=True)
        assert max(Zone.objects.values_list("ends_on", flat=True)) == zone.ends_on

    def test_every_closure_has_a_basis_and_an_end_and_lapses_by_itself(self, adopted: Town) -> None:
        with refused("no_legal_basis"):
            self.set(adopted, "1号楼", basis=" ")
        room = door(adopted, "1号楼", "101", "吴刚")
        with refused("no_legal_basis"):
            case_actions.record_case(actor=SYSTEM, at=AT, resident_id=Resident.objects.get(room=room).pk, found_on=ONE)
        assert not Zone.objects.exists()
        zone = self.set(adopted, "1号楼")
        assert zone.ends_on == ONE + timedelta(days=13)
        assert self.day(adopted, "1号楼", 15) is None

    def test_prolonging_and_releasing_are_orders_of_their_own(self, adopted: Town) -> None:
        zone = self.set(adopted, "1号楼")
        last = AT + timedelta(days=13)
        longer = {"actor": SYSTEM, "at": last, "zone_id": zone.pk, "legal_basis": BASIS}
        for days in (0, 15):
            with refused("bad_end"):
                zone_actions.prolong(ends_on=zone.ends_on + timedelta(days=days), **longer)
        made = zone_actions.prolong(ends_on=zone.ends_on + timedelta(days=3), **longer)
        assert [self.day(adopted, "1号楼", n) for n in (13, 14, 17, 18)] == [("precaution", 13), ("precaution", 14), ("precaution", 17), None]
        zone_actions.release(actor=SYSTEM, at=last + timedelta(days=1), zone_id=made.pk, why="全部阴性")
        assert [self.day(adopted, "1号楼", n) for n in (14, 15)] == [("precaution", 14), None]
        with pytest.raises(Conflict):
            zone_actions.release(actor=SYSTEM, at=last + timedelta(days=2), zone_id=made.pk, why="全部阴性")

    def test_without_a_policy_a_case_is_kept_and_no_zone_is_invented(self, town: Town) -> None:
        self.case(town, "1号楼", 1)
        assert not Zone.objects.exists()
        with refused("no_policy"):
            self.set(town, "1号楼")

    def test_who_sets_zones_sets_them_at_home_only(self, adopted: Town) -> None:
        with pytest.raises(NotFound):
            self.set(adopted, "1号楼", actor=adopted.actor("secretary", "乙一居民区"))
        with pytest.raises(NotFound):
            self.set(adopted, "1号楼", actor=adopted.actor("block_leader", "第1网格块"))
        with pytest.raises(NotPermitted):
            zone_actions.adopt_policy(
                actor=adopted.actor("secretary", "甲一居民区"), at=AT, unit_id=adopted["甲一居民区"].pk, name="two-plus-twelve", effective_from=ONE, legal_basis=BASIS
            )

    def test_the_block_page_the_grid_and_the_list_say_the_zone_and_the_day(self, town: Town) -> None:
        today = zone_queries.today(clock.now())
        commander = town.client("commander")
        page = reverse("households:zones")
        assert "先选定现行的分区政策" in commander.get(page).content.decode()
        adopt = {"unit": town["和风街道"].pk, "name": "three-zones-2022-04", "effective_from": today.isoformat(), "legal_basis": BASIS}
        assert commander.post(reverse("households:adopt_policy"), {**adopt, "legal_basis": ""}).status_code == 422
        assert commander.post(reverse("households:adopt_policy"), adopt).status_code == 302
        given = {"where": town["第1网格块"].pk, "track": "lockdown", "day_one": (today - timedelta(days=2)).isoformat(), "legal_basis": BASIS}
        assert commander.post(reverse("households:set_zones"), given).status_code == 302
        assert Zone.objects.count() == 2
        listed = commander.get(page).content.decode()
        assert "今天要做" not in listed
        assert 'class="chip bad">封控区</span> 7 天封闭管理</td>' in listed
        leader = town.client("building_leader", "1号楼")
        assert "封控区第 3 天" in leader.get(reverse("households:place", args=[town["1号楼"].pk])).content.decode()
        zone = Zone.objects.get(building=town["1号楼"])
        shown = leader.get(reverse("households:zone", args=[zone.pk])).content.decode()
        assert BASIS in shown
        assert "提前解除" not in shown
        marks = marking.marks(town.actor("commander"), [town["甲一居民区"], town["1号楼"], town["乙一居民区"]])
        assert {pk: [one.text for one in lines] for pk, lines in marks.items()} == {town["甲一居民区"].pk: ["封控区 2 栋"], town["1号楼"].pk: ["封控区第 3 天"]}
        assert zone_queries.counts_for(town.actor("commander"), today).zones == {"lockdown": 2}
        assert commander.post(reverse("households:release_zone", args=[zone.pk]), {"why": "全部阴性"}).status_code == 302
        assert zone_queries.counts_for(town.actor("commander"), today).zones == {"lockdown": 1}

    def test_a_zone_that_the_policy_calls_as_everybody_does_is_named_once(self, town: Town) -> None:
        today, commander = zone_queries.today(clock.now()), town.client("commander")
        adopt = {"unit": town["和风街道"].pk, "name": "three-zones-2022-05", "effective_from": today.isoformat(), "legal_basis": BASIS}
        assert commander.post(reverse("households:adopt_policy"), adopt).status_code == 302
        given = {"where": town["第1网格块"].pk, "track": "controlled", "day_one": today.isoformat(), "legal_basis": BASIS}
        assert commander.post(reverse("households:set_zones"), given).status_code == 302
        assert 'class="chip warn">管控区</span></td>' in commander.get(reverse("households:zones")).content.decode()

    def test_commands_and_the_api_tell_a_past_day_as_it_was(self, adopted: Town, capsys: pytest.CaptureFixture[str]) -> None:
        self.case(adopted, "1号楼", 1)
        self.case(adopted, "1号楼", 3)
        assert run(["zones", "--on", (ONE + timedelta(days=1)).isoformat(), "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)
        assert (told["zone"], told["day"], told["legal_basis"]) == ("lockdown", 2, BASIS)
        found = adopted.client("commander").get("/api/v1/households/zones", {"on": (ONE + timedelta(days=2)).isoformat()}).json()
        assert [(one["building"], one["day"]) for one in found] == [("1号楼", 1)]
        assert run(["zones", "policies"]) == 0
        assert "two-plus-twelve" in capsys.readouterr().out
