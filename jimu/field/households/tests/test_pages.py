"""Pages of the ledger: who sees which doors, what stands in the open, what is kept of a change."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jimu.core import jobs
from jimu.core.models import Job, JournalEntry
from jimu.field.households import queries
from jimu.field.households.models import Change, Resident, Room

from .conftest import AT, ID_NUMBER, Town, door, living, workbook

pytestmark = pytest.mark.django_db


def page(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


def text(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def found(client, words: str) -> str:
    return client.post(page("index"), {"q": words}).content.decode()


@pytest.fixture
def doors(town: Town) -> dict[str, Room]:
    return {
        "own": door(town, "1号楼", "101", "周桂英", phone="13800000001", groups=["dialysis"], head=True),
        "other": door(town, "2号楼", "101", "郑和平", phone="13800000002", id_number=ID_NUMBER),
    }


def test_a_block_is_drawn_with_every_door_in_words(town: Town, doors: dict[str, Room]) -> None:
    leader = town.client("block_leader", "第1网格块")
    told = text(leader, page("place", town["第1网格块"].pk))
    assert all(words in told for words in ("1号楼", "2号楼", "待核对", "重点 1 人", "血液透析", "0 / 1"))
    assert not [secret for secret in ("周桂英", "13800000001", "郑和平") if secret in told]
    assert leader.get(page("place", town["第2网格块"].pk)).status_code == 404
    assert leader.get(page("place", town["甲一居民区"].pk)).status_code == 404


def test_a_building_leader_sees_the_own_building_only(town: Town, doors: dict[str, Room]) -> None:
    leader = town.client("building_leader", "1号楼")
    assert text(leader, page("place", town["1号楼"].pk))
    assert text(leader, page("room", doors["own"].pk))
    assert "2号楼" not in text(leader, page("index"))
    other = Resident.objects.get(room=doors["other"])
    refused = [page("place", town["2号楼"].pk), page("place", town["第1网格块"].pk), page("room", doors["other"].pk), page("resident", other.pk)]
    assert [leader.get(address).status_code for address in refused] == [404, 404, 404, 404]
    writes = [page("move_out", other.pk), page("reveal", other.pk), page("add_rooms", town["2号楼"].pk), page("add_resident", doors["other"].pk)]
    assert [leader.post(address, {"field": "name", "words": "1", "name": "某某"}).status_code for address in writes] == [404, 404, 404, 404]
    assert leader.get(page("import")).status_code == 403


@pytest.mark.parametrize("words", ["郑和平", "13800000002", ID_NUMBER, "2号楼101", "2-101", "101"])
def test_a_search_leaks_no_other_building(town: Town, doors: dict[str, Room], words: str) -> None:
    wide, narrow = town.client("secretary", "甲一居民区"), town.client("building_leader", "1号楼")
    assert f"/rooms/{doors['other'].pk}/" in found(wide, words)
    assert f"/rooms/{doors['other'].pk}/" not in found(narrow, words)
    assert "郑和平" not in found(narrow, words).replace(f'value="{words}"', "")


@pytest.mark.parametrize("words", ["周桂英", "周桂瑛", "13800000001", "1号101室"])
def test_a_search_finds_without_revealing(town: Town, doors: dict[str, Room], words: str) -> None:
    told = found(town.client("commander"), words).replace(f'value="{words}"', "")
    assert ("周*英" in told) == (words in ("周桂英", "13800000001"))
    assert "周桂英" not in told


def test_a_room_is_masked_until_somebody_looks_on_record(town: Town, doors: dict[str, Room]) -> None:
    client, resident = town.client("building_leader", "1号楼"), Resident.objects.get(room=doors["own"])
    told = text(client, page("room", doors["own"].pk))
    assert "周*英" in told
    assert "138****0001" in told
    assert "周桂英" not in told
    answer = client.post(page("reveal", resident.pk), {"field": "name"})
    assert "周桂英" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert JournalEntry.objects.get(verb="ledger.revealed").data == {"fields": ["name"]}
    assert client.post(page("reveal", resident.pk), {"field": "id_number"}).status_code == 422
    auditor = town.client("auditor")
    assert text(auditor, page("room", doors["own"].pk))
    assert auditor.post(page("reveal", resident.pk), {"field": "name"}).status_code == 403


def test_a_change_is_kept_field_by_field_with_who_made_it(town: Town, doors: dict[str, Room]) -> None:
    client, room = town.client("block_leader", "第1网格块"), doors["own"]
    form = {"seen": Room.objects.get(pk=room.pk).updated_at.isoformat(), "state": "checked", "floor": 1, "kitchen": "东灶间", "note": ""}
    assert client.post(page("room", room.pk), {**form, "state": "flying"}).status_code == 422
    assert client.post(page("room", room.pk), form).status_code == 302
    assert set(Change.objects.exclude(field="resident").values_list("field", flat=True)) == {"state", "kitchen"}
    told = text(client, page("room", room.pk))
    assert "待核对 → 已核对" in told
    # Somebody who saw it before that does not overwrite it.
    assert client.post(page("room", room.pk), {**form, "state": "empty"}).status_code == 409
    assert Room.objects.get(pk=room.pk).state == Room.State.CHECKED


def test_residents_come_change_and_leave_and_their_rows_stay(town: Town, doors: dict[str, Room]) -> None:
    client, room = town.client("building_leader", "1号楼"), doors["own"]
    assert client.post(page("add_resident", room.pk), {"name": "吴刚", "phone": "123"}).status_code == 422
    assert client.post(page("add_resident", room.pk), {"name": "吴刚", "head": "on"}).status_code == 422
    assert client.post(page("add_resident", room.pk), {"name": "吴刚", "phone": "13800000005"}).status_code == 302
    resident = next(r for r in Resident.objects.filter(room=room) if r.name == "吴刚")
    form = {"seen": resident.updated_at.isoformat(), "name": "", "phone": "13900000005", "birth_year": 1950, "groups": ["elder"], "note": ""}
    assert text(client, page("resident", resident.pk))
    assert client.post(page("resident", resident.pk), form).status_code == 302
    told = text(client, page("room", room.pk))
    assert "138****0005 → 139****0005" in told
    assert "高龄老人" in told
    assert client.post(page("move_out", resident.pk)).status_code == 302
    assert client.post(page("move_out", resident.pk)).status_code == 409
    assert (living(room), Resident.objects.filter(room=room).count()) == (["周桂英"], 2)


def test_an_upload_is_read_and_says_what_it_did(town: Town, tmp_path, monkeypatch, settings) -> None:
    settings.JIMU_HOME = tmp_path
    client = town.client("secretary", "甲一居民区")
    path = workbook(tmp_path, ["楼号", "室号", "姓名", "电话"], ["1号楼", "101", "周桂英", "13800000001"], ["9号楼", "101", "吴刚", ""])

    def sent(trial: str) -> Job:
        file = SimpleUploadedFile("台账.xlsx", path.read_bytes())
        answer = client.post(page("import"), {"unit": town["甲一居民区"].pk, "files": [file], "trial": trial})
        job = Job.objects.get(pk=answer["Location"].split("/")[-2])
        assert text(client, answer["Location"])
        jobs.execute(str(job.pk))
        told = text(client, answer["Location"])
        assert "您的范围里没有这栋楼" in told
        assert ("已导入" in told) == (not trial)
        assert town.client("secretary", "甲一居民区").get(answer["Location"]).status_code == 404
        return job

    sent("1")
    assert Room.objects.count() == 0
    sent("")
    assert (Room.objects.count(), Resident.objects.count()) == (1, 1)
    # What came in is gone; the marked copies stay their day.
    assert {path.parent.name for path in (tmp_path / "intake").rglob("*.xlsx")} == {"marked"}
    assert client.post(page("import"), {"unit": town["乙一居民区"].pk}).status_code == 422


def test_strangers_sign_in_and_members_have_no_ledger(town: Town, client, doors: dict[str, Room]) -> None:
    addresses = [page("index"), page("place", town["1号楼"].pk), page("room", doors["own"].pk), page("import")]
    assert [client.get(address).status_code for address in addresses] == [302] * 4
    member = town.client("member", "甲一居民区")
    assert [member.get(address).status_code for address in addresses] == [403] * 4


def test_queries_do_not_grow_with_doors(town: Town, django_assert_max_num_queries) -> None:
    client = town.client("commander")
    for size in (2, 40):
        Room.objects.bulk_create(Room(building=town[b], number=f"{size}{n:02}", floor=n, created_at=AT, updated_at=AT) for b in ("1号楼", "2号楼") for n in range(size))
        for address in (page("index"), page("place", town["第1网格块"].pk), page("room", Room.objects.first().pk)):
            with django_assert_max_num_queries(16):
                assert client.get(address).status_code == 200
    assert queries.block_page(town.actor("commander"), town["第1网格块"].pk).progress.rooms == 84
