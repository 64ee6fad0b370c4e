"""Contacts who live where others lead: who is told what, who takes them up, what each side sees and never sees."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.urls import reverse

from jimu.accounts.models import Grant
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.households import case_actions, case_queries, referral_actions, referral_queries
from jimu.field.households.models import Case, Contact, Referral, Resident, Room
from jimu.field.households.next_steps import next_steps
from jimu.field.households.zone_queries import today
from jimu.grid.models import Unit
from jimu.grid.paths import child_path
from jimu.messages.models import Message
from jimu.people.models import UnitLeader

from .conftest import Town, door

pytestmark = pytest.mark.django_db


def living(room: Room) -> Resident:
    return Resident.objects.get(room=room)


@pytest.fixture
def two(town: Town) -> SimpleNamespace:
    """周桂英 of 1号楼 in 甲一 is ill; 吴刚 lives in 3号楼 of the same neighborhood, 李秀英 in 9号楼 of 乙一, which 李娜 leads."""
    far = town["乙一居民区"]
    block = Unit.objects.create(path=child_path(far.path, 1), depth=far.depth + 1, kind="block", name="东块", short_name="东块", order=1, numchild=1)
    Unit.objects.create(path=child_path(block.path, 1), depth=block.depth + 1, kind="building", name="9号楼", short_name="9", order=1)
    town.units |= {unit.name: unit for unit in Unit.objects.filter(path__startswith=block.path)}
    town.lead("乙一居民区", "李娜")
    rooms = {"ill": door(town, "1号楼", "101", "周桂英"), "near": door(town, "3号楼", "201", "吴刚"), "far": door(town, "9号楼", "301", "李秀英")}
    at = clock.now()
    case = case_actions.record_case(actor=SYSTEM, at=at, resident_id=living(rooms["ill"]).pk, found_on=today(at), note="发热")
    return SimpleNamespace(town=town, rooms=rooms, at=at, case=case, asks=town.actor("secretary", "甲一居民区"), leads=town.actor("secretary", "乙一居民区"), commander=town.actor("commander"))


def how(two: SimpleNamespace, **more: object) -> dict[str, object]:
    return {"at": two.at, "case_id": two.case.pk, "kind": "close", "setting": "work", "exposed_on": today(two.at), **more}


def sent(two: SimpleNamespace, **more: object) -> Referral:
    given = how(two, unit_id=two.town["乙一居民区"].pk, words="李阿姨，9号楼301，同一食堂", actor=two.asks, **more)
    return referral_actions.refer(**given)


def added(two: SimpleNamespace, actor: Actor, room: str) -> Contact:
    return referral_actions.add_contact(**how(two, actor=actor, resident_id=living(two.rooms[room]).pk))


class TestByHand:
    def test_a_resident_of_another_building_one_leads_is_a_contact_at_once(self, two: SimpleNamespace) -> None:
        contact = added(two, two.asks, "near")
        assert (contact.state, contact.building.name, contact.decided_by) == ("confirmed", "3号楼", two.asks.name)
        assert Referral.objects.count() == 0
        page = case_actions.look(actor=two.asks, at=two.at, case_id=two.case.pk)
        assert [(line.resident.name, line.reason) for line in page.decided] == [("吴刚", "一起上班")]
        # It counts where they live, as every contact does.
        assert case_queries.health_counts(two.asks).close == 1
        assert case_queries.rooms_health([two.town["3号楼"]])[two.rooms["near"].pk].close == 1
        with pytest.raises(Conflict):
            added(two, two.asks, "near")

    def test_the_ill_one_and_residents_of_others_cannot_be_added(self, two: SimpleNamespace) -> None:
        with pytest.raises(Conflict):
            added(two, two.asks, "ill")
        with pytest.raises(NotFound):
            added(two, two.asks, "far")
        for wrong in ({"exposed_on": today(two.at) + timedelta(days=1)}, {"exposed_on": today(two.at) - timedelta(days=31)}, {"kind": "x"}, {"setting": "x"}):
            with pytest.raises(Invalid):
                referral_actions.add_contact(**{**how(two, actor=two.asks, resident_id=living(two.rooms["near"]).pk), **wrong})

    def test_who_sees_another_part_s_doors_without_the_right_to_health_finds_nobody_there(self, two: SimpleNamespace) -> None:
        account = two.town.account("secretary", "甲一居民区")
        Grant.objects.create(account=account, role="building_leader", unit=two.town["9号楼"])
        actor = actor_of(account)
        found = {words: [one.resident.name for one in referral_queries.search(actor, words)] for words in ("9号楼301", "李秀英", "3号楼201", "吴刚")}
        assert found == {"9号楼301": [], "李秀英": [], "3号楼201": ["吴刚"], "吴刚": ["吴刚"]}

    def test_who_leads_both_sides_adds_and_the_other_s_leader_takes_it_up(self, two: SimpleNamespace) -> None:
        added(two, two.commander, "far")
        (line,) = referral_queries.incoming(list(referral_queries.came_to(two.leads)))
        assert (line.resident.name, line.asks, line.referral.state) == ("李秀英", "甲一居民区", "sent")
        assert case_queries.health_counts(two.leads).close == 1
        referral_actions.take(actor=two.leads, at=two.at, referral_id=line.referral.pk)
        away = {actor.name: case_actions.look(actor=actor, at=two.at, case_id=two.case.pk).away[0] for actor in (two.asks, two.commander)}
        assert {one.referral.state for one in away.values()} == {"taken"}
        # The side that asks does not read the other's ledger through it.
        assert (away[two.asks.name].resident, away[two.commander.name].resident.name) == (None, "李秀英")
        assert case_actions.look(actor=two.asks, at=two.at, case_id=two.case.pk).decided == []
        with pytest.raises(NotFound):
            case_actions.judge(actor=two.asks, at=two.at, case_id=two.case.pk, contact_ids=[Contact.objects.get().pk], confirm=False)


class TestHandedOver:
    def test_it_reaches_their_leader_as_a_thing_to_do_that_names_nobody(self, two: SimpleNamespace) -> None:
        found = sent(two)
        (letter,) = Message.objects.all()
        assert letter.person.name == "李娜"
        assert not [word for word in ("李阿姨", "密接", "阳性", "周", "1号楼") if word in letter.text]
        assert [step.text for step in next_steps(two.leads, two.at)] == ["别处转来 1 位密接，等您接下"]
        assert not [step for step in next_steps(two.asks, two.at) if "转" in step.text]
        later = two.at + timedelta(hours=3)
        assert [step.text for step in next_steps(two.asks, later) if "转" in step.text] == ["转给别处的 1 位密接还没有人接，打个电话"]
        entry = JournalEntry.objects.get(verb="ledger.referral_came")
        assert (entry.scope, entry.data, entry.target) == (two.town["乙一居民区"].path, {}, f"referral:{found.pk}")

    @pytest.mark.parametrize(("leads", "stand_in", "told"), [(True, True, ["李娜"]), (False, True, ["孙强"]), (False, False, [])])
    def test_where_nobody_leads_the_deputies_are_told(self, two: SimpleNamespace, leads: bool, stand_in: bool, told: list[str]) -> None:
        if not leads:
            UnitLeader.objects.filter(unit=two.town["乙一居民区"]).update(until=two.at)
        if stand_in:
            two.town.person("孙强", phone="13800000077")
            two.town.lead("乙一居民区", "孙强", role=UnitLeader.Role.DEPUTY)
        sent(two)
        assert [letter.person.name for letter in Message.objects.all()] == told

    def test_who_is_meant_is_said_in_few_words(self, two: SimpleNamespace) -> None:
        most = referral_actions.LONGEST_WORDS
        given = how(two, unit_id=two.town["乙一居民区"].pk, actor=two.asks)
        for words in ("", " ", "李" * (most + 1)):
            with pytest.raises(Invalid):
                referral_actions.refer(**given, words=words)
        assert not Referral.objects.exists()
        assert referral_actions.refer(**given, words="李" * most).state == "sent"

    def test_they_find_whom_it_means_and_take_it_up_and_the_asker_sees_that_only(self, two: SimpleNamespace) -> None:
        found = sent(two)
        line = referral_actions.look(actor=two.leads, at=two.at, referral_id=found.pk)
        assert (line.words, line.asks, line.resident) == ("李阿姨，9号楼301，同一食堂", "甲一居民区", None)
        with pytest.raises(Invalid):
            referral_actions.take(actor=two.leads, at=two.at, referral_id=found.pk)
        # A commander may read everywhere; yet whom it means lives in the place it was sent to.
        with pytest.raises(Invalid):
            referral_actions.take(actor=two.commander, at=two.at, referral_id=found.pk, resident_id=living(two.rooms["near"]).pk)
        (hit,) = referral_queries.search(two.leads, "9号楼301", inside=found.unit.path)
        referral_actions.take(actor=two.leads, at=two.at, referral_id=found.pk, resident_id=hit.resident.pk)
        contact = Contact.objects.get(building=two.town["9号楼"])
        assert (contact.kind, contact.reason, contact.state, contact.decided_by) == ("close", "work", "confirmed", two.leads.name)
        (away,) = case_actions.look(actor=two.asks, at=two.at, case_id=two.case.pk).away
        assert (away.words, away.resident, away.referral.state, away.referral.answered_by) == ("李阿姨，9号楼301，同一食堂", None, "taken", two.leads.name)
        with pytest.raises(Conflict):
            referral_actions.refuse(actor=two.leads, at=two.at, referral_id=found.pk, why="absent")

    def test_what_is_not_theirs_is_refused_with_a_reason(self, two: SimpleNamespace) -> None:
        contact = added(two, two.commander, "far")
        referral = Referral.objects.get()
        with pytest.raises(Invalid):
            referral_actions.refuse(actor=two.leads, at=two.at, referral_id=referral.pk, why="")
        referral_actions.refuse(actor=two.leads, at=two.at, referral_id=referral.pk, why="none")
        contact.refresh_from_db()
        assert (contact.state, case_queries.health_counts(two.leads).close) == ("refused", 0)
        assert case_actions.look(actor=two.asks, at=two.at, case_id=two.case.pk).away[0].referral.refusal == "none"

    def test_the_other_side_learns_nothing_of_the_case_and_a_third_nothing_at_all(self, two: SimpleNamespace) -> None:
        found = sent(two)
        with pytest.raises(NotFound):
            case_actions.look(actor=two.leads, at=two.at, case_id=two.case.pk)
        client = two.town.client("secretary", "乙一居民区")
        pages = client.get(reverse("households:referrals")).content.decode() + client.get(reverse("households:referral", args=[found.pk])).content.decode()
        pages += json.dumps([client.get("/api/v1/households/referrals").json(), client.get(f"/api/v1/households/referrals/{found.pk}").json()], ensure_ascii=False)
        assert "李阿姨" in pages
        assert not [word for word in ("周", "101", "1号楼", "发热", str(two.case.pk)) if word in pages.replace("9号楼301", "")]
        for actor in (two.town.actor("secretary", "甲二居民区"), two.asks):
            with pytest.raises(NotFound):
                referral_actions.look(actor=actor, at=two.at, referral_id=found.pk)
        for actor in (two.town.actor("building_leader", "9号楼"), two.town.actor("auditor")):
            with pytest.raises(NotPermitted):
                referral_actions.look(actor=actor, at=two.at, referral_id=found.pk)
            with pytest.raises(NotPermitted):
                sent(SimpleNamespace(**{**vars(two), "asks": actor}))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM households_referral")
            assert "李阿姨" not in str(cursor.fetchall())

    def test_a_slip_is_withdrawn_until_it_is_answered_and_what_was_written_ends_with_the_case(self, two: SimpleNamespace) -> None:
        first, second = sent(two), sent(two, setting="visit")
        with pytest.raises(NotFound):
            referral_actions.withdraw(actor=two.leads, at=two.at, referral_id=first.pk)
        referral_actions.withdraw(actor=two.asks, at=two.at, referral_id=first.pk)
        first.refresh_from_db()
        assert (first.state, first.words_sealed) == ("withdrawn", "")
        assert [row.pk for row in referral_queries.came_to(two.leads)] == [second.pk]
        referral_actions.take(actor=two.leads, at=two.at, referral_id=second.pk, resident_id=living(two.rooms["far"]).pk)
        with pytest.raises(Conflict):
            referral_actions.withdraw(actor=two.asks, at=two.at, referral_id=second.pk)
        third = sent(two, setting="ride")
        case_actions.close_case(actor=SYSTEM, at=two.at, case_id=two.case.pk, why="mistaken")
        assert set(Referral.objects.values_list("words_sealed", flat=True)) == {""}
        third.refresh_from_db()
        assert (third.state, referral_queries.came_to(two.leads).count()) == ("withdrawn", 0)

    def test_two_who_name_the_same_neighbor_make_one_contact(self, two: SimpleNamespace) -> None:
        far = living(two.rooms["far"]).pk
        for one in (sent(two), sent(two, setting="visit", kind="secondary")):
            referral_actions.take(actor=two.leads, at=two.at, referral_id=one.pk, resident_id=far)
        assert Contact.objects.filter(case=two.case, building=two.town["9号楼"]).count() == 1

    def test_pages_send_it_there_and_back(self, two: SimpleNamespace) -> None:
        asks, leads = two.town.client("secretary", "甲一居民区"), two.town.client("secretary", "乙一居民区")
        address, case = reverse("households:refer", args=[two.case.pk]), reverse("households:case", args=[two.case.pk])
        assert address in asks.get(case).content.decode()
        found = asks.post(address, {"do": "find", "q": "3号楼201"}).content.decode()
        assert "吴*" in found
        assert "李" not in asks.post(address, {"do": "find", "q": "李秀英"}).content.decode().split("转给那边")[0].replace("李秀英", "")
        exposure = {"setting": "work", "kind": "close", "exposed_on": today(two.at).isoformat()}
        assert asks.post(address, {"do": "add", **exposure}).status_code == 422
        assert asks.post(address, {"do": "add", "resident": living(two.rooms["near"]).pk, **exposure}).status_code == 302
        unit = two.town["乙一居民区"].pk
        assert asks.post(address, {"do": "refer", "unit": unit, "words": " ", **exposure}).status_code == 422
        assert asks.post(address, {"do": "refer", "unit": unit, "words": "李阿姨 301", **exposure}).status_code == 302
        assert "等那边接下" in asks.get(case).content.decode()
        one = reverse("households:referral", args=[Referral.objects.get().pk])
        assert "李*英" in leads.post(one, {"do": "find", "q": "9号楼301"}).content.decode()
        assert leads.post(one, {"do": "take", "resident": living(two.rooms["far"]).pk}).status_code == 302
        assert "李*英" in leads.get(reverse("households:referrals")).content.decode()
        told = asks.get(case).content.decode()
        assert ("那边已接下" in told, "李*英" in told) == (True, False)
        assert leads.get(address).status_code == 404

    def test_the_api_does_the_same(self, two: SimpleNamespace) -> None:
        asks, leads = two.town.client("secretary", "甲一居民区"), two.town.client("secretary", "乙一居民区")
        body = {"unit_id": str(two.town["乙一居民区"].pk), "words": "李阿姨", "setting": "visit", "kind": "secondary", "exposed_on": today(two.at).isoformat()}
        made = asks.post(f"/api/v1/households/cases/{two.case.pk}/elsewhere", json.dumps(body), content_type="application/json")
        assert made.status_code == 201
        address = f"/api/v1/households/referrals/{made.json()['referral_id']}/answer"
        taken = leads.post(address, json.dumps({"resident_id": str(living(two.rooms["far"]).pk)}), content_type="application/json")
        assert (taken.status_code, taken.json()["state"]) == (200, "taken")
        assert asks.post(address, json.dumps({"why": "none"}), content_type="application/json").status_code == 404


def test_the_queries_of_the_list_do_not_grow(two: SimpleNamespace, django_assert_max_num_queries: object) -> None:
    for _n in range(6):
        sent(two)
    with django_assert_max_num_queries(4):
        lines = referral_queries.incoming(list(referral_queries.came_to(two.leads)))
    assert ({line.asks for line in lines}, Case.objects.count()) == ({"甲一居民区"}, 1)
