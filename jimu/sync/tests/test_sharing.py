"""The beginning of a duty: lists read once for phones of one part and one set of rights, few packs at once, and a phone beyond them told when to come."""

import gzip
import json
from datetime import datetime, timedelta

import pytest

from jimu.core import clock
from jimu.grid.models import Unit
from jimu.grid.tests.town import Town
from jimu.sync import packing, sharing
from jimu.sync.errors import Busy
from jimu.sync.registry import Delta, Holder, Offer, Pack, forget
from jimu.sync.tests import offering
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = pytest.mark.django_db


def note(words: str) -> None:
    Unit.objects.filter(name="1号楼").update(note=words)


def told(answer) -> str:
    """The note of 1号楼 as a pack tells it."""
    return next(item for item in answer.json()["packs"][0]["items"] if item["title"] == "1号楼")["fields"]["note"]


@pytest.fixture
def second(phone: Phone, town: Town) -> Phone:
    """Another leader's phone of the same block."""
    return enrolled(town, town.account("block_leader", "第1网格块"))


class TestFirstSyncs:
    def test_phones_of_one_part_and_one_right_share_one_reading(self, phone: Phone, second: Phone) -> None:
        note("早")
        first = phone.pack()
        note("晚")
        shared = second.pack()
        assert (told(first), told(shared)) == ("早", "早")
        # Each is named as its own, and hears with the next fetch what happened since.
        assert first.json()["device"]["id"] != shared.json()["device"]["id"]
        assert shared.json()["cursor"] == first.json()["cursor"] < shared.json()["now"]
        assert told(second.pack(shared.json()["cursor"])) == "晚"

    def test_a_phone_that_asks_again_gets_what_is_new(self, phone: Phone) -> None:
        note("早")
        assert told(phone.pack()) == "早"
        note("晚")
        assert told(phone.pack()) == "晚"

    def test_a_reading_serves_nobody_when_it_is_old(self, phone: Phone, second: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sharing, "FRESH", 0)
        note("早")
        phone.pack()
        note("晚")
        assert told(second.pack()) == "晚"

    @pytest.mark.parametrize(("role", "unit", "sees"), [("building_leader", "1号楼", 1), ("secretary", "第1网格块", 3), ("block_leader", "第2网格块", 2)])
    def test_another_part_or_another_right_shares_nothing(self, phone: Phone, town: Town, role: str, unit: str, sees: int) -> None:
        note("早")
        phone.pack()
        note("晚")
        other = enrolled(town, town.account(role, unit), unit).pack()
        items = other.json()["packs"][0]["items"]
        assert len(items) == sees
        assert "早" not in other.content.decode()

    def test_another_language_shares_nothing(self, phone: Phone, second: Phone) -> None:
        note("早")
        phone.pack()
        note("晚")
        second.client.cookies["django_language"] = "en"
        assert told(second.pack()) == "晚"

    def test_nobody_in_particular_reads_a_list(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Holder] = []
        told: list[datetime | None] = []

        def items(holder: Holder, at: object, since: datetime | None) -> Delta:
            asked.append(holder)
            told.append(since)
            return Delta([])

        mine = Pack("test.mine", "我的", offering.RIGHT, lambda holder, at, since: told.append(since) or Delta([]), own=True)
        monkeypatch.setattr("jimu.sync.registry.offers", lambda: (Offer([offering.KNOCK], [Pack("test.rooms", "门", offering.RIGHT, items), mine]),))
        forget()
        cursor = phone.pack().json()["cursor"]
        phone.pack(cursor)
        assert [(one.actor.account_id, one.actor.person_id, one.actor.name) for one in asked] == [(None, None, "")] * 2
        assert all(one.actor.granted for one in asked)
        # What was being written while the last pack was read is told with the next.
        assert told == [None, None, *[datetime.fromisoformat(cursor) - packing.OVERLAP] * 2]

    def test_an_own_list_is_of_one_phone_alone_and_stands_first(self, phone: Phone, second: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        def mine(holder: Holder, at: object, since: object) -> Delta:
            return Delta([{"id": str(holder.actor.account_id)}])

        offer = Offer([offering.KNOCK], [Pack("test.rooms", "门", offering.RIGHT, offering.rooms), Pack("test.mine", "我的", offering.RIGHT, mine, order=90, own=True)])
        monkeypatch.setattr("jimu.sync.registry.offers", lambda: (offer,))
        forget()
        answers = [one.pack(cursor) for one in (phone, second) for cursor in ("", clock.now().isoformat())]
        found = [[(pack["name"], len(pack["items"])) for pack in answer.json()["packs"]] for answer in answers]
        assert all(names[0] == ("test.mine", 1) and names[1][0] == "test.rooms" for names in found)
        whose = [answer.json()["packs"][0]["items"][0]["id"] for answer in answers]
        assert (whose[0], whose[2]) == (whose[1], whose[3])
        assert whose[0] != whose[2]


class TestPlaces:
    def test_a_phone_beyond_the_places_is_told_when_to_come_and_others_are_served(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sharing, "PATIENCE", 0.01)
        with sharing.place(), sharing.place():
            for answer in (phone.pack(), phone.pack(clock.now().isoformat())):
                error = answer.json()["error"]
                assert (answer.status_code, error["code"]) == (503, "busy")
                assert sharing.AGAIN[0] <= int(answer["Retry-After"]) == error["data"]["again"] <= sharing.AGAIN[1]
            assert phone.outcomes(phone.op()) == ["done"]
        assert phone.pack().status_code == 200

    def test_those_who_wait_leave_most_threads_to_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sharing, "PATIENCE", 30.0)
        # Two read, one waits for its place: whoever comes now is sent away at once, and holds no thread for half a minute.
        with sharing.place(), sharing.place():
            assert sharing._inside.acquire(blocking=False)
            try:
                with pytest.raises(Busy), sharing.place():
                    pass
            finally:
                sharing._inside.release()

    def test_a_reading_that_fails_gives_its_place_back(self) -> None:
        for _n in range(sharing.READING + sharing.WAITING + 1):
            with pytest.raises(ZeroDivisionError), sharing.place():
                raise ZeroDivisionError
        with sharing.place():
            pass

    def test_a_phone_is_sent_away_each_for_a_time_of_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sharing, "PATIENCE", 0.0)
        times = set()
        with sharing.place(), sharing.place():
            for _n in range(60):
                with pytest.raises(Busy) as refused, sharing.place():
                    pass
                times.add(refused.value.data["again"])
        assert len(times) > 3


def test_a_pack_is_compressed_for_who_takes_it_and_its_tag_is_the_same(phone: Phone) -> None:
    plain, small = phone.pack(), phone.pack(**{"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(small.content))["packs"] == plain.json()["packs"]
    assert phone.pack(clock.now().isoformat(), **{"If-None-Match": f"W/{small['ETag']}"}).status_code == 304
    note("改了")
    assert phone.pack(clock.now().isoformat(), **{"If-None-Match": small["ETag"]}).status_code == 200


def test_a_revoked_right_takes_the_lists_with_it_at_once(phone: Phone, second: Phone) -> None:
    phone.pack()
    second.device.account.grants.all().delete()
    assert second.pack().json()["packs"] == []
    assert timedelta(seconds=sharing.FRESH) <= timedelta(seconds=10)
