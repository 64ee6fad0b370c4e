"""Contacts by what doors share: each rule of the housing, then cases as people record and judge them."""

import json
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.ids import new_id
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.field.households import actions, case_actions, case_queries, queries
from jimu.field.households.contact_rules import Door, ties, unknown
from jimu.field.households.models import Case, Contact, Resident, Room

from .conftest import AT, Town, door

TODAY = date(2022, 4, 5)


def rooms(*given: tuple[str, int | None, str]) -> list[Door]:
    """Rooms of one stair as (number, floor, kitchen); the number stands in for the id."""
    return [Door(UUID(int=int(number)), "1", floor, kitchen) for number, floor, kitchen in given]


def told(case: Door, doors: list[Door], shares: bool | None) -> dict[int, tuple[str, str]]:
    return {room.int: tuple(tie) for room, tie in ties(case, doors, building_shares=shares).items()}


class TestRules:
    """One stair of four floors, two doors each."""

    OWN = rooms(*[(f"{f}0{d}", f, "") for f in (1, 2, 3, 4) for d in (1, 2)])

    def test_with_kitchens_of_their_own_the_floor_and_its_neighbours_are_secondary(self) -> None:
        found = told(self.OWN[2], self.OWN, None)
        assert found == {
            201: ("close", "household"), 202: ("secondary", "floor"),
            101: ("secondary", "next_floor"), 102: ("secondary", "next_floor"), 301: ("secondary", "next_floor"), 302: ("secondary", "next_floor"),
        }  # fmt: skip

    def test_who_shares_a_kitchen_is_close_even_on_another_floor_and_the_rest_of_the_building_secondary(self) -> None:
        doors = rooms(("101", 1, "东"), ("102", 1, ""), ("201", 2, "东"), ("202", 2, ""), ("301", 3, ""))
        assert told(doors[0], doors, None) == {
            101: ("close", "household"), 201: ("close", "kitchen"), 102: ("close", "daily"), 202: ("secondary", "building"), 301: ("secondary", "building"),
        }  # fmt: skip

    def test_a_building_known_for_shared_kitchens_counts_so_where_no_group_is_written(self) -> None:
        found = told(self.OWN[0], self.OWN, True)
        assert (found[102], found[401]) == (("close", "daily"), ("secondary", "building"))
        assert told(self.OWN[0], self.OWN, False).keys() == {101, 102, 201, 202}

    def test_another_stair_is_another_floor_unless_the_kitchen_is_shared(self) -> None:
        far = Door(UUID(int=9), "2", 2, "")
        assert UUID(int=9) not in ties(self.OWN[2], [*self.OWN, far], building_shares=None)
        assert ties(self.OWN[2], [far], building_shares=True)[far.room_id] == ("secondary", "building")

    def test_a_missing_floor_is_said_and_not_guessed(self) -> None:
        doors = rooms(("101", 1, ""), ("102", None, ""), ("201", 2, ""))
        assert told(doors[0], doors, None).keys() == {101, 201}
        assert (unknown(doors[0], doors), unknown(doors[1], doors)) == (1, 2)

    @given(
        doors=st.lists(st.tuples(st.sampled_from(["", "1", "2"]), st.none() | st.integers(-1, 6), st.sampled_from(["", "", "东", "西"])), min_size=1, max_size=12),
        shares=st.none() | st.booleans(),
    )
    def test_the_own_room_is_always_close_and_sharing_never_loosens(self, doors: list[tuple[str, int | None, str]], shares: bool | None) -> None:
        building = [Door(new_id(), *one) for one in doors]
        case = building[0]
        found, stricter = ties(case, building, building_shares=shares), ties(case, building, building_shares=True)
        assert found[case.room_id] == ("close", "household")
        assert found.keys() <= stricter.keys()
        assert {room for room, tie in found.items() if tie.kind == "close"} <= {room for room, tie in stricter.items() if tie.kind == "close"}


@pytest.mark.django_db
class TestCases:
    """Two floors of 1号楼: 周桂英 in 201 falls ill."""

    @pytest.fixture
    def home(self, town: Town) -> dict[str, Room]:
        people = {"101": ("吴刚",), "201": ("周桂英", "郑和"), "202": ("王小明",), "301": ("李秀英",), "401": ("赵磊",)}
        return {number: door(town, "1号楼", number, *names) for number, names in people.items()}

    def ill(self, home: dict[str, Room]) -> Resident:
        return next(one for one in Resident.objects.filter(room=home["201"]) if one.name == "周桂英")

    def record(self, home: dict[str, Room], **more: object) -> Case:
        return case_actions.record_case(actor=more.pop("actor", SYSTEM), at=AT, resident_id=self.ill(home).pk, found_on=AT.date(), **more)

    def names(self, case: Case, state: str) -> dict[str, tuple[str, str]]:
        page = case_actions.look(actor=SYSTEM, at=AT, case_id=case.pk)
        return {line.resident.name: (line.contact.kind, line.reason) for line in page.of_state(state)}

    def test_the_rules_propose_and_nobody_is_a_contact_before_a_person_says_so(self, town: Town, home: dict[str, Room]) -> None:
        case = self.record(home)
        assert self.names(case, "proposed") == {
            "郑和": ("close", "同住"), "王小明": ("secondary", "同层"), "吴刚": ("secondary", "上一层或下一层"), "李秀英": ("secondary", "上一层或下一层"),
        }  # fmt: skip
        assert case_queries.health_counts(SYSTEM) == case_queries.HealthCounts(cases=1, waiting=4)
        ids = list(Contact.objects.filter(kind="close").values_list("pk", flat=True))
        secretary = town.actor("secretary", "甲一居民区")
        case_actions.judge(actor=secretary, at=AT, case_id=case.pk, contact_ids=ids, confirm=True)
        assert case_queries.health_counts(SYSTEM) == case_queries.HealthCounts(cases=1, close=1, waiting=3)
        assert Contact.objects.get(state="confirmed").decided_by == secretary.name
        wrong = list(Contact.objects.filter(state="proposed").values_list("pk", flat=True))
        case_actions.judge(actor=secretary, at=AT, case_id=case.pk, contact_ids=wrong[:1], confirm=True, kind="close")
        case_actions.judge(actor=secretary, at=AT, case_id=case.pk, contact_ids=wrong[1:], confirm=False)
        assert case_queries.health_counts(SYSTEM) == case_queries.HealthCounts(cases=1, close=2)

    def test_a_shared_kitchen_of_the_building_reaches_the_whole_of_it(self, town: Town, home: dict[str, Room]) -> None:
        type(town["1号楼"]).objects.filter(pk=town["1号楼"].pk).update(shared_kitchen=True)
        found = self.names(self.record(home), "proposed")
        assert found["王小明"][0] == "close"
        assert found["赵磊"] == ("secondary", "同一栋楼，没有独立厨卫")

    def test_what_was_judged_stays_when_the_ledger_is_mended_and_the_rest_is_added(self, home: dict[str, Room], town: Town) -> None:
        case = self.record(home)
        refused = Contact.objects.filter(reason="floor").values_list("pk", flat=True)
        case_actions.judge(actor=SYSTEM, at=AT, case_id=case.pk, contact_ids=list(refused), confirm=False)
        actions.add_resident(actor=SYSTEM, at=AT, room_id=home["201"].pk, given=actions.Given(name="孙小丽"))
        assert case_actions.propose_again(actor=SYSTEM, at=AT, case_id=case.pk) == 1
        assert self.names(case, "proposed")["孙小丽"] == ("close", "同住")
        assert self.names(case, "refused").keys() == {"王小明"}
        assert case_actions.propose_again(actor=SYSTEM, at=AT, case_id=case.pk) == 0

    def test_who_is_ill_or_has_moved_out_is_no_contact_to_be_judged(self, home: dict[str, Room]) -> None:
        case = self.record(home)
        assert "王小明" in self.names(case, "proposed")
        Resident.objects.filter(room=home["101"]).update(left_at=AT)
        second = case_actions.record_case(actor=SYSTEM, at=AT, resident_id=Resident.objects.get(room=home["202"]).pk, found_on=AT.date())
        assert self.names(second, "proposed") == {"郑和": ("secondary", "同层"), "李秀英": ("secondary", "上一层或下一层")}
        assert "王小明" not in self.names(case, "proposed")
        # Once the first is over, who had it may be a contact of the second.
        case_actions.close_case(actor=SYSTEM, at=AT, case_id=case.pk, why="mistaken")
        assert case_actions.propose_again(actor=SYSTEM, at=AT, case_id=second.pk) == 1
        assert self.names(second, "proposed")["周桂英"] == ("secondary", "同层")

    def test_a_case_was_found_today_or_within_a_month(self, home: dict[str, Room]) -> None:
        ill = self.ill(home).pk
        for days in (1, -31):
            with pytest.raises(Invalid):
                case_actions.record_case(actor=SYSTEM, at=AT, resident_id=ill, found_on=AT.date() + timedelta(days=days))
        assert not Case.objects.exists()
        case_actions.record_case(actor=SYSTEM, at=AT, resident_id=ill, found_on=AT.date() - timedelta(days=30))

    def test_one_running_case_of_a_resident_and_another_after_it_is_closed(self, home: dict[str, Room]) -> None:
        case = self.record(home)
        with pytest.raises(Conflict):
            self.record(home)
        case_actions.close_case(actor=SYSTEM, at=AT, case_id=case.pk, why="mistaken")
        assert case_queries.health_counts(SYSTEM) == case_queries.HealthCounts()
        assert self.record(home).pk != case.pk

    def test_contacts_are_judged_with_their_case_while_it_goes_on(self, home: dict[str, Room]) -> None:
        case = self.record(home)
        other = case_actions.record_case(actor=SYSTEM, at=AT, resident_id=Resident.objects.get(room=home["401"]).pk, found_on=AT.date())
        mine, far = (list(Contact.objects.filter(case=one).values_list("pk", flat=True)) for one in (case, other))
        for wrong in ([], [*mine, *far[:1]]):
            with pytest.raises(NotFound):
                case_actions.judge(actor=SYSTEM, at=AT, case_id=case.pk, contact_ids=wrong, confirm=True)
        with pytest.raises(Invalid):
            case_actions.judge(actor=SYSTEM, at=AT, case_id=case.pk, contact_ids=mine, confirm=True, kind="friend")
        with pytest.raises(Invalid):
            case_actions.close_case(actor=SYSTEM, at=AT, case_id=case.pk, why="bored")
        case_actions.close_case(actor=SYSTEM, at=AT, case_id=case.pk, why="mistaken")
        with pytest.raises(Conflict):
            case_actions.judge(actor=SYSTEM, at=AT, case_id=case.pk, contact_ids=mine, confirm=True)
        assert set(Contact.objects.values_list("state", flat=True)) == {"proposed"}

    @pytest.mark.parametrize("wrong", [{"way": "rumour"}, {"note": "热" * 201}])
    def test_how_it_was_found_is_one_of_a_few_ways_and_said_in_few_words(self, home: dict[str, Room], wrong: dict[str, str]) -> None:
        with pytest.raises(Invalid):
            self.record(home, **wrong)
        assert self.record(home, note="热" * 200)

    def test_no_row_in_the_open_tells_who_is_ill_or_who_was_near(self, home: dict[str, Room]) -> None:
        self.record(home, note="发热两天")
        with connection.cursor() as cursor:
            tables = []
            for table in ("households_case", "households_contact", "core_journalentry"):
                cursor.execute(f"SELECT * FROM {table}")
                tables.append(str(cursor.fetchall()))
        secrets = ["发热两天", *[str(pk) for pk in Resident.objects.values_list("pk", flat=True)], *[pk.hex for pk in Resident.objects.values_list("pk", flat=True)]]
        cases, contacts, journal = tables
        assert not [one for one in secrets if one in cases + contacts]
        seen = JournalEntry.objects.filter(verb="ledger.case_recorded").get()
        assert seen.data == {"proposed": 4}
        assert "周" not in journal.split("ledger.case_recorded")[1][:200]

    def test_only_the_restricted_right_sees_any_of_it(self, town: Town, home: dict[str, Room]) -> None:
        case = self.record(home)
        for role, unit in (("block_leader", "第1网格块"), ("building_leader", "1号楼"), ("auditor", "和风街道")):
            actor = town.actor(role, unit)
            assert case_queries.health_counts(actor) is None
            with pytest.raises(NotPermitted):
                case_actions.look(actor=actor, at=AT, case_id=case.pk)
            client = town.client(role, unit)
            assert client.get(reverse("households:case", args=[case.pk])).status_code == 403
            page = client.get(reverse("households:place", args=[town["1号楼"].pk]))
            assert "阳性" not in page.content.decode()
            assert client.post(reverse("households:place", args=[town["1号楼"].pk])).status_code == 403
        with pytest.raises(NotFound):
            case_actions.look(actor=town.actor("secretary", "乙一居民区"), at=AT, case_id=case.pk)

    def test_pages_record_confirm_and_show_the_plan_on_record(self, town: Town, home: dict[str, Room]) -> None:
        client = town.client("secretary", "甲一居民区")
        assert "登记阳性" in client.get(reverse("households:room", args=[home["201"].pk])).content.decode()
        new = reverse("households:new_case", args=[self.ill(home).pk])
        assert client.get(new).status_code == 200
        assert client.post(new, {"found_on": "2999-01-01", "way": "pcr"}).status_code == 422
        today = clock.now().date() - timedelta(days=1)
        address = client.post(new, {"found_on": today.isoformat(), "way": "pcr"})["Location"]
        told = client.get(address).content.decode()
        assert "郑*" in told
        assert "郑和" not in told
        judge = reverse("households:judge_contacts", args=[Case.objects.get().pk])
        assert client.post(judge, {"answer": "confirm"}).status_code == 422
        close = Contact.objects.get(kind="close")
        assert client.post(judge, {"answer": "confirm", "contact": [close.pk]}).status_code == 302
        plan = reverse("households:place", args=[town["第1网格块"].pk])
        assert "阳性 1</span>" not in client.get(plan).content.decode()
        shown = client.post(plan)
        assert "阳性 1</span>" in shown.content.decode()
        assert "密接 1</span>" in shown.content.decode()
        assert shown["Cache-Control"] == "no-store"
        assert JournalEntry.objects.filter(verb="ledger.health_seen").count() == 1
        assert "周*英" in client.get(reverse("households:cases")).content.decode()
        assert queries.block_page(town.actor("secretary", "甲一居民区"), town["第1网格块"].pk).residents == 6

    def test_contacts_of_one_reason_are_judged_at_one_go_as_they_were_shown(self, town: Town, home: dict[str, Room]) -> None:
        door(town, "1号楼", "203", "孙小丽")
        case = self.record(home)
        client = town.client("secretary", "甲一居民区")
        found = client.get(reverse("households:case", args=[case.pk])).context["found"]
        assert [[line.resident.name for line in some] for some in found.alike] == [["吴刚", "李秀英"], ["王小明", "孙小丽"]]
        page = client.get(reverse("households:case", args=[case.pk])).content.decode()
        groups = [re.findall(r'type="hidden" name="contact" value="([^"]+)"', form) for form in page.split("<form")]
        shown = next(ids for ids in groups if str(found.alike[1][0].contact.pk) in ids)
        assert len(shown) == 2
        # Who comes onto the list after the page was shown is not judged with them.
        door(town, "1号楼", "204", "何大年")
        case_actions.propose_again(actor=SYSTEM, at=AT, case_id=case.pk)
        assert client.post(reverse("households:judge_contacts", args=[case.pk]), {"answer": "confirm", "contact": shown}).status_code == 302
        assert self.names(case, "confirmed").keys() == {"王小明", "孙小丽"}
        assert self.names(case, "proposed").keys() == {"郑和", "吴刚", "李秀英", "何大年"}

    def test_the_api_does_the_same(self, town: Town, home: dict[str, Room]) -> None:
        client = town.client("secretary", "甲一居民区")
        body = {"resident_id": str(self.ill(home).pk), "found_on": clock.now().date().isoformat()}
        made = client.post("/api/v1/households/cases", json.dumps(body), content_type="application/json")
        assert made.status_code == 201
        page = client.get(f"/api/v1/households/cases/{made.json()['id']}").json()
        assert {(one["name"], one["state"]) for one in page["contacts"]} >= {("郑*", "proposed")}
        answer = client.post(
            f"/api/v1/households/cases/{made.json()['id']}/contacts", json.dumps({"contact_ids": [one["id"] for one in page["contacts"]], "confirm": True}),
            content_type="application/json",
        )  # fmt: skip
        assert answer.json() == {"count": 4}
        assert town.client("building_leader", "1号楼").get("/api/v1/households/cases").status_code == 403
