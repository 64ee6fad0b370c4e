"""The pages: the residents' door without an account, the desk, the handler's own, and the API."""

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.field.needs import queries, reporting
from jimu.field.needs.errors import TooMany
from jimu.field.needs.marking import marks
from jimu.field.needs.models import Need
from jimu.field.needs.tests.conftest import AT, HOUR, PHONE, Ward, fresh
from jimu.signup import throttle

pytestmark = pytest.mark.django_db


def sent(ward: Ward, **more: str) -> dict[str, str]:
    return {"kind": "medicine_urgent", "unit": str(ward.building.pk), "room": "502", "text": "胰岛素只够今晚", "phone": PHONE, **more}


def test_a_resident_reports_sees_how_far_it_is_and_confirms_without_an_account(ward: Ward) -> None:
    phone = Client()
    page = f"/needs/help/{ward.door.code}/"
    assert phone.get(page).status_code == 200
    answer = phone.post(page, sent(ward))
    need = Need.objects.get()
    assert answer["Location"] == f"/needs/receipt/{need.receipt}/"
    shown = phone.get(answer["Location"])
    assert "no-store" in shown["Cache-Control"]
    assert PHONE not in shown.content.decode()
    Need.objects.update(state="done")
    phone.post(f"/needs/receipt/{need.receipt}/confirm/")
    assert fresh(need).state == "confirmed"
    assert phone.post(f"/needs/receipt/{need.receipt}/confirm/").status_code == 409


@pytest.mark.parametrize(
    ("state", "said", "called"),
    [("open", "收到了，正在安排人", True), ("accepted", "有人在办了", True), ("done", "对方说办好了，等您确认", False), ("withdrawn", "已撤回", False)],
)
def test_a_resident_reads_what_happens_next_and_whom_to_call_in_words_for_them(ward: Ward, state: str, said: str, called: bool) -> None:
    need = ward.by_resident()
    Need.objects.update(state=state, due_at=clock.now() + HOUR)
    page = Client().get(f"/needs/receipt/{need.receipt}/").content.decode()
    assert said in page
    assert "待派" not in page
    assert ("拨打 120" in page) is called


def test_what_was_left_out_is_asked_for_in_words_for_it(ward: Ward) -> None:
    page = Client().post(f"/needs/help/{ward.door.code}/", {}).content.decode()
    assert "必填项" not in page
    assert all(words in page for words in ("请选一项。", "请选是哪栋楼、哪里。", "请写一两句情况。", "请留一个联系电话"))


def test_pressing_twice_gives_the_same_receipt(ward: Ward) -> None:
    assert ward.by_resident().pk == ward.by_resident(at=AT + HOUR / 60).pk
    assert ward.by_resident(text="还要奶粉").pk != ward.by_resident().pk


def test_a_number_is_needed_and_the_field_says_so(ward: Ward) -> None:
    answer = Client().post(f"/needs/help/{ward.door.code}/", sent(ward, phone="12"))
    assert answer.status_code == 422
    assert not Need.objects.exists()


def test_a_building_of_elsewhere_is_refused(ward: Ward) -> None:
    elsewhere = ward.town["乙一居民区"]
    assert Client().post(f"/needs/help/{ward.door.code}/", sent(ward, unit=str(elsewhere.pk))).status_code == 422


def test_one_address_is_heard_so_often_an_hour(ward: Ward) -> None:
    for number in range(throttle.OF_AN_ADDRESS):
        ward.by_resident(text=f"第 {number} 件")
    with pytest.raises(TooMany):
        ward.by_resident(text="又一件")
    assert ward.by_resident(at=AT + 1.1 * HOUR).pk


def test_guesses_are_counted_and_look_alike(ward: Ward) -> None:
    guesser = Client(REMOTE_ADDR="10.9.9.9")
    codes = [guesser.get(f"/needs/receipt/guess{n}/").status_code for n in range(throttle.OF_AN_ADDRESS + 1)]
    assert codes == [404] * throttle.OF_AN_ADDRESS + [429]


def test_a_closed_door_leads_nowhere_and_its_receipts_still_work(ward: Ward) -> None:
    need = ward.by_resident()
    ward.client(ward.secretary).post(f"/needs/doors/{ward.door.pk}/close/")
    assert Client().get(f"/needs/help/{ward.door.code}/").status_code == 404
    assert Client().get(f"/needs/receipt/{need.receipt}/").status_code == 200


def test_the_desk_writes_down_and_gives_with_one_click(ward: Ward) -> None:
    desk = ward.client(ward.secretary)
    answer = desk.post("/needs/new/", {**sent(ward), "way": "phone"}, follow=True)
    need = Need.objects.get()
    assert need.receipt in answer.content.decode()
    assert "安块长" in answer.content.decode()
    desk.post(f"/needs/{need.pk}/assign/", {"person": str(ward.hand.person_id)})
    hand = ward.client(ward.hand)
    assert "胰岛素" in hand.get("/needs/mine/").content.decode()
    assert hand.get(f"/needs/{need.pk}/").status_code == 200
    hand.post(f"/needs/{need.pk}/do/accept/", {"back": "mine"})
    hand.post(f"/needs/{need.pk}/do/finish/", {"note": "送到了"})
    assert fresh(need).state == "done"
    hand.post(f"/needs/{need.pk}/do/confirm/")
    assert fresh(need).state == "done"
    desk.post(f"/needs/{need.pk}/do/confirm/")
    assert fresh(need).state == "confirmed"


@pytest.mark.parametrize("page", ["/needs/", "/needs/?part=closed", "/needs/new/", "/needs/mine/", "/needs/doors/", "/needs/doors/{door}/", "/needs/of-unit/{unit}/"])
def test_pages_answer_with_and_without_needs(ward: Ward, page: str) -> None:
    address, client = page.format(door=ward.door.pk, unit=ward.building.pk), ward.client(ward.secretary)
    assert client.get(address).status_code == 200
    ward.done()
    ward.need("support", at=AT - HOUR)
    assert client.get(address).status_code == 200


def test_pages_are_guarded(ward: Ward) -> None:
    assert Client().get("/needs/").status_code == 302
    assert ward.client(ward.finder).get("/needs/").status_code == 403


def test_a_list_of_many_needs_as_few_reads_as_one_of_few(ward: Ward, django_assert_max_num_queries: object) -> None:
    for number in range(20):
        ward.need(room=str(number))
    client = ward.client(ward.secretary)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert client.get("/needs/").status_code == 200


def test_units_are_marked_with_what_is_overdue(ward: Ward) -> None:
    ward.need("food", at=clock.now() - 30 * HOUR)
    ward.need("food", at=clock.now())
    assert queries.open_counts(ward.secretary, [ward.town["甲一居民区"]], clock.now()) == {ward.town["甲一居民区"].pk: (2, 1)}
    tile = marks(ward.secretary, [ward.town["甲一居民区"]])[ward.town["甲一居民区"].pk]
    assert [mark.tone for mark in tile] == ["bad"]


def test_the_api_walks_a_need_from_end_to_end(ward: Ward) -> None:
    client = ward.client(ward.secretary)
    made = client.post("/api/v1/needs", {**{k: v for k, v in sent(ward).items() if k != "unit"}, "unit_id": str(ward.building.pk)}, "application/json")
    assert made.status_code == 201, made.content
    address = f"/api/v1/needs/{made.json()['id']}"
    assert client.get(f"{address}/proposals").json()[0]["reasons"]
    client.post(f"{address}/assign", {"person_id": str(ward.hand.person_id)}, "application/json")
    hand = ward.client(ward.hand)
    for act in ("accept", "finish"):
        assert hand.post(f"{address}/acts/{act}", {}, "application/json").status_code == 200
    refused = hand.post(f"{address}/acts/confirm", {}, "application/json")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "own_work")
    assert client.post(f"{address}/acts/confirm", {}, "application/json").json()["state"] == "confirmed"
    assert len(client.get(address).json()["story"]) == 5
    assert client.get("/api/v1/needs").json()["items"] == []


def test_a_report_beyond_ones_part_is_not_written(ward: Ward) -> None:
    stranger = ward.town.actor("member", "乙一居民区")
    with pytest.raises(NotFound):
        reporting.report(actor=stranger, at=AT, given=ward.given())
