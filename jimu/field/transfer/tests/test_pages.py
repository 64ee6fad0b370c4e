"""Pages, API and what to do next: each desk its part, nothing of why, refusals said where they were made."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from jimu.core import clock
from jimu.core.models import JournalEntry
from jimu.field.transfer import alarming, checking, custody, forgetting, runs
from jimu.field.transfer.leaving import LeftGiven
from jimu.field.transfer.marking import marks
from jimu.field.transfer.models import Dependant, Disinfection, Fact, Listing, ListRow, Run, Transfer
from jimu.field.transfer.next_steps import next_steps
from jimu.field.transfer.tests.conftest import AT, HOUR, PACKED, Lane, fresh, left, person
from jimu.incidents.tests.under_way import begin, text_with

pytestmark = pytest.mark.django_db
CAT = LeftGiven("pet", "一只猫，一天喂两次")
STAMP = "%Y-%m-%dT%H:%M"


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_the_way_of_one_on_pages(lane: Lane) -> None:
    client, escort = lane.client(lane.secretary), lane.client(lane.escort)
    one = lane.listed("安母亲", "positive", clock.now())
    page, do = f"/transfer/{one.pk}/", f"/transfer/{one.pk}/do/"
    assert "还没问" in text(client.get(page))
    client.post(do + "told/")
    assert "还有 安*孩" in text(client.post(page + "left/", {"left-pet": "一只猫"}, follow=True))
    assert not Dependant.objects.exists()
    client.post(page + "left/", {"left-pet": "一只猫", "known": f"child:{lane.people['安小孩'].pk}"})
    assert Dependant.objects.count() == 2
    assert "还没勾" in text(client.post(do + "prepare/", {"packed": [0, 1]}, follow=True))
    client.post(do + "prepare/", {"packed": list(PACKED)})
    sent = {"unit": str(lane.town["甲一居民区"].pk), "destination": str(lane.hotel.pk), "plate": "沪a 12345", "seats": 4, "transfer": str(one.pk)}
    soon = timezone.localtime(clock.now() + HOUR).strftime(STAMP)
    made = client.post("/transfer/runs/", {**sent, "leaves_at": soon, "driver": "安师傅", "driver_phone": "13900000077"}, follow=True)
    run = Run.objects.get()
    assert ("安母亲" in text(made), run.plate) == (True, "沪A12345")
    client.post(f"/transfer/runs/{run.pk}/crew/", {"person": str(person(lane.escort))})
    mine = text(escort.get("/transfer/mine/"))
    assert ("安母亲" in mine, "上车了" in mine) == (True, True)
    escort.post(do + "board/", {"back": "mine"})
    board = text(client.get("/transfer/"))
    assert ("没有人照看" in board, "阳性" in board, "安母亲" in board) == (True, False, False)
    pet = Dependant.objects.get(kind="pet")
    when = {"first_due": soon, "until": timezone.localtime(clock.now() + 40 * HOUR).strftime(STAMP)}
    client.post(f"/transfer/left/{pet.pk}/care/", {**when, "person": str(person(lane.second))})
    caretaker = lane.client(lane.second)
    assert "一只猫" in text(caretaker.get("/transfer/mine/"))
    caretaker.post(f"/transfer/left/{pet.pk}/visit/", {"result": "fine", "back": "mine"})
    assert pet.visits.count() == 1
    escort.post(do + "hand/", {"receiver": "周护士", "papers": "1"})
    client.post(do + "release/", {"comes_by": "own", "expected_at": soon, "household_told": "1"})
    assert client.get("/transfer/away/").status_code == 200
    client.post(do + "home/", {"note": "消毒下午做"})
    assert "还有 2 项照看" in text(client.get(page))
    assert fresh(one).state == "home"


def test_every_page_opens_empty_and_full(lane: Lane) -> None:
    pages = ["", "away/", "mine/", "lists/", "runs/", "left/", "keys/", "disinfections/"]
    for _turn in ("empty", "full"):
        for actor in (lane.secretary, lane.town.actor("commander")):
            for path in pages:
                assert lane.client(actor).get(f"/transfer/{path}").status_code == 200, path
        if not Transfer.objects.exists():
            one = lane.gone("安甲户", "positive", clock.now(), given=(CAT,))
            custody.collect(actor=lane.secretary, at=clock.now(), transfer_id=one.pk)
            lane.listed("安父亲", at=clock.now())
            lane.ready("安远人", at=clock.now())
    for path in (f"{one.pk}/", f"runs/{Run.objects.get().pk}/", f"left/{left(one).pk}/", f"of-unit/{lane.town['2号楼'].pk}/"):
        assert lane.client(lane.secretary).get(f"/transfer/{path}").status_code == 200
    manifest = text(lane.client(lane.secretary).post(f"/transfer/runs/{Run.objects.get().pk}/manifest/"))
    assert ("安甲户" in manifest, "阳" in manifest, "密接" in manifest) == (True, False, False)


def test_the_board_of_a_subdistrict_has_who_is_left_alone_first(lane: Lane) -> None:
    lane.gone("安父亲", at=clock.now(), given=(CAT,))
    shown = text(lane.client(lane.town.actor("commander")).get("/transfer/"))
    assert ("家里 1 项没人照看" in shown, "甲一居民区" in shown, "安父亲" in shown) == (True, True, False)


def test_why_is_for_few_and_on_record(lane: Lane) -> None:
    one = lane.listed("安父亲", "positive", clock.now())
    assert "阳性感染者" not in text(lane.client(lane.secretary).get(f"/transfer/{one.pk}/"))
    assert "阳性感染者" in text(lane.client(lane.secretary).post(f"/transfer/{one.pk}/why/"))
    assert JournalEntry.objects.filter(verb="transfer.why_read").count() == 1
    for actor in (lane.lead, lane.building_leader):
        assert lane.client(actor).post(f"/transfer/{one.pk}/why/").status_code == 403
        assert lane.client(actor).get("/transfer/lists/").status_code == 403


def test_pages_are_guarded_by_part(lane: Lane) -> None:
    one, other = lane.listed("安父亲", at=clock.now()), lane.listed("安甲户", at=clock.now())
    client = lane.client(lane.building_leader)
    assert (client.get(f"/transfer/{one.pk}/").status_code, client.get(f"/transfer/{other.pk}/").status_code) == (200, 404)
    # The way back leads to the list of the neighborhood only for those who may see it.
    whole = f"/transfer/?unit={one.place_id}"
    assert (whole in text(client.get(f"/transfer/{one.pk}/")), whole in text(lane.client(lane.secretary).get(f"/transfer/{one.pk}/"))) == (False, True)
    assert (client.get(whole).status_code, client.get("/transfer/").status_code) == (404, 200)
    assert lane.client(lane.second).get(f"/transfer/{one.pk}/").status_code == 404
    assert lane.client(lane.second).get("/transfer/").status_code == 403
    assert Client().get("/transfer/").status_code == 302
    assert client.post(f"/transfer/{other.pk}/do/told/").status_code == 404
    assert lane.client(lane.town.actor("secretary", "乙一居民区")).get(f"/transfer/{one.pk}/").status_code == 404


def workbook(*rows: tuple[object, ...]) -> io.BytesIO:
    book = Workbook()
    for row in (("序号", "姓名", "楼号", "室号", "联系电话", "人员类别"), *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    out.name = "区转运名单.xlsx"
    out.seek(0)
    return out


def test_a_list_from_the_district_is_matched_and_its_differences_are_shown(lane: Lane) -> None:
    lane.listed("安远人", at=clock.now())
    rows = [
        (1, "安父亲", "1号楼", "501", "13900001980", "密接"), (2, "安母亲", "1号楼", "502", "13911112222", "阳性"), (3, "安陌生", "1号楼", "101", "", "次密接"),
        (4, "安远人", "3号楼", "301", "", "阳性"),
    ]  # fmt: skip
    client = lane.client(lane.secretary)
    page = text(client.post("/transfer/lists/upload/", {"unit": str(lane.town["甲一居民区"].pk), "file": workbook(*rows)}, follow=True))
    found = {row.number: (row.match, row.differs) for row in ListRow.objects.all()}
    assert found == {1: ("same", []), 2: ("differs", ["phone", "door"]), 3: ("unknown", []), 4: ("there", [])}
    assert ("名单 1号楼 502，台账 1号楼 501" in page, "13911112222" in page) == (True, False)
    address = f"/transfer/lists/{Listing.objects.get().pk}/"
    ids = {row.number: str(row.pk) for row in ListRow.objects.all()}
    client.post(address, {"row": [ids[1], ids[2]]})
    assert {one.name: one.why for one in Transfer.objects.all()} == {"安父亲": "close", "安母亲": "positive", "安远人": "close"}
    assert "台账里对不上人" in text(client.post(address, {"row": [ids[3]]}, follow=True))
    client.post(address, {"way": "dismiss", "one": ids[3], "why": "住在别的小区"})
    assert ListRow.objects.get(number=3).state == "dismissed"
    assert "安母亲" not in str(ListRow.objects.values())


def test_a_list_that_is_none_is_refused(lane: Lane) -> None:
    client = lane.client(lane.secretary)
    for file in (io.BytesIO(b"junk"), workbook()):
        file.name = "名单.xlsx"
        answer = client.post("/transfer/lists/upload/", {"unit": str(lane.town["甲一居民区"].pk), "file": file}, follow=True)
        assert answer.status_code == 200
        assert "notice error" in text(answer)
    assert not Listing.objects.exists()


def test_what_waits_stands_in_the_list_of_what_to_do_next(lane: Lane) -> None:
    at = clock.now()
    one = lane.gone("安父亲", at=at, given=(CAT,))
    told = [step.text for step in next_steps(lane.building_leader, at)]
    assert told[0] == "家里留下宠物：没有人照看"
    assert [step.tone for step in next_steps(lane.escort, at)] == ["warn"]
    lane.cared(left(one), at=at)
    assert [(step.own, "看望" in step.text) for step in next_steps(lane.second, at)] == [(True, True)]


def test_units_are_marked_with_who_is_alone(lane: Lane) -> None:
    lane.gone("安父亲", at=clock.now(), given=(CAT,))
    place = lane.town["甲一居民区"]
    assert [mark.tone for mark in marks(lane.secretary, [place])[place.pk]] == ["bad"]


def test_the_api_walks_one_and_refuses_with_its_codes(lane: Lane) -> None:
    client, at = lane.client(lane.secretary), clock.now()

    def post(path: str, body: dict[str, object] | None = None) -> dict[str, object]:
        answer = client.post(f"/api/v1/transfer{path}", body or {}, "application/json")
        assert answer.status_code < 500, answer.content
        return answer.json()  # type: ignore[no-any-return]

    one = post("", {"resident_id": str(lane.people["安母亲"].pk), "why": "close"})
    path = f"/{one['id']}"
    post(path + "/acts/told")
    assert post(path + "/acts/prepare", {"packed": [0]})["error"]["code"] == "no_words"  # type: ignore[index]
    assert post(path + "/acts/prepare", {"packed": list(PACKED)})["error"]["code"] == "unanswered"  # type: ignore[index]
    assert post(path + "/left", {"left": []})["error"]["code"] == "ledger_names"  # type: ignore[index]
    post(path + "/left", {"left": [{"kind": "child", "resident_id": str(lane.people["安小孩"].pk)}]})
    post(path + "/acts/prepare", {"packed": list(PACKED)})
    vehicle = {"unit_id": str(lane.town["甲一居民区"].pk), "destination_id": str(lane.hotel.pk), "plate": "沪A1", "seats": 1, "leaves_at": (at + HOUR).isoformat()}
    run = post("/runs", {**vehicle, "transfers": [one["id"]]})
    assert post(f"/runs/{run['id']}/seats", {"transfers": [one["id"]]})["error"]["code"] == "not_now"  # type: ignore[index]
    post(path + "/acts/board")
    child = client.get("/api/v1/transfer/left").json()[0]
    assert child["alone"] is True
    post(f"/left/{child['id']}/caretaker", {"until": (at + 9 * HOUR).isoformat(), "first_due": (at + HOUR).isoformat(), "person_id": str(person(lane.second))})
    assert client.get("/api/v1/transfer/left").json()[0]["alone"] is False
    assert client.get("/api/v1/transfer/board").json()[0]["stages"]["way"]["count"] == 1
    shown = client.get(f"/api/v1/transfer{path}").content.decode()
    assert ("boarded" in shown, "close" in shown.replace("closed", ""), "安母亲" in shown) == (True, False, False)
    assert post(path + "/why")["why"] == "密接"
    assert post(path + "/undo")["state"] == "seated"


def test_drivers_and_lists_end_after_the_days_of_their_place(lane: Lane) -> None:
    at, day = clock.now(), timedelta(days=1)
    run = lane.run(at=at - 9 * day, driver="周师傅")
    Run.objects.update(closed_at=at - 8 * day)
    Listing.objects.create(unit=lane.town["甲一居民区"], title="名单", received_at=at - 8 * day, received_by="x")
    assert (forgetting.anything_due(), forgetting.forget(at=at)) == (False, 0)
    begin(lane.town["甲一居民区"], text_with("transfer: {keep_days: 7}"))
    assert forgetting.anything_due()
    assert forgetting.forget(at=at) == 2
    assert (fresh(run).driver_sealed, Listing.objects.count(), forgetting.anything_due()) == ("", 0, False)


def test_what_tells_of_people_ends_and_what_runs_stays(lane: Lane) -> None:
    at = clock.now()
    one = lane.gone("安甲户", "positive", at - 40 * 24 * HOUR, given=(CAT,))
    for each in Disinfection.objects.all():
        Disinfection.objects.filter(pk=each.pk).update(state="dropped")
    lane.act(one, "hand", lane.escort, at - 39 * 24 * HOUR, receiver="周护士", papers=True)
    running = lane.listed("安父亲", at=at)
    assert forgetting.forget(at=at) == 0
    Dependant.objects.update(ended_at=at)
    lane.act(one, "home", at=at - 32 * 24 * HOUR, note="到家")
    lane.act(one, "close", at=at - 31 * 24 * HOUR)
    assert forgetting.anything_due()
    forgetting.forget(at=at)
    assert not forgetting.anything_due()
    one = fresh(one)
    assert (one.resident_id, one.why_sealed, one.name, left(one).what, Fact.objects.get(transfer=one, act="hand").data.get("receiver")) == (None, "", "", "", None)
    assert fresh(running).resident_id is not None
    assert lane.client(lane.secretary).get(f"/transfer/{one.pk}/").status_code == 200


def test_the_check_finds_what_does_not_fit(lane: Lane) -> None:
    one = lane.gone("安父亲", given=(CAT,))
    assert checking.faults(AT) == []
    Dependant.objects.update(alarm_at=None)
    Transfer.objects.filter(pk=one.pk).update(state="arrived")
    assert len(checking.faults(AT)) == 2


def test_lists_of_many_read_little_more_than_of_few(lane: Lane, django_assert_max_num_queries: object) -> None:
    for name in ("安父亲", "安母亲", "安小孩", "安老伯", "安甲户", "安乙户", "安远人"):
        lane.listed(name, at=clock.now())
    client = lane.client(lane.secretary)
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        assert client.get("/transfer/?part=call").status_code == 200


def test_a_sweep_by_the_clock_of_the_house(lane: Lane) -> None:
    runs.make(
        actor=lane.secretary, at=AT, vehicle=runs.Vehicle(lane.town["甲一居民区"].pk, lane.hotel.pk, "沪A1", 4, AT + HOUR), transfer_ids=[lane.ready("安父亲").pk]
    )
    assert alarming.anything_due()
