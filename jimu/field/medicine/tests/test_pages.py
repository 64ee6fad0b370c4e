"""The pages: the desk, the runner's phone, trips and custody, and the residents' door without an account; and the API."""

import io

import pytest
from django.test import Client
from PIL import Image

from jimu.core import clock, sealed
from jimu.core.models import JournalEntry
from jimu.field.medicine import custody, custody_queries, registering, trips
from jimu.field.medicine.errors import TooMany
from jimu.field.medicine.marking import marks
from jimu.field.medicine.models import Order, Photo, Trip
from jimu.field.medicine.next_steps import next_steps
from jimu.field.medicine.tests.conftest import AT, DRUG, HOUR, PHONE, Desk, card, fresh, person
from jimu.signup import throttle

pytestmark = pytest.mark.django_db


def sent(desk: Desk, **more: object) -> dict[str, object]:
    return {
        "unit": str(desk.building.pk), "room": "502", "name": "安病人", "phone": PHONE, "d0-drug": DRUG, "d0-strength": "3ml", "d0-count": "2", "d0-days_left": "0",
        **more,
    }  # fmt: skip


def picture() -> io.BytesIO:
    """A photo as a phone takes it, with a place written into it."""
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "某路 631 弄"
    Image.new("RGB", (2400, 1200), "white").save(out, "JPEG", exif=exif)
    out.seek(0)
    out.name = "box.jpg"
    return out


def test_a_resident_asks_and_sees_how_far_it_is_without_a_drug_on_the_page(desk: Desk, door: str) -> None:
    phone = Client()
    assert phone.get(f"/medicine/ask/{door}/").status_code == 200
    answer = phone.post(f"/medicine/ask/{door}/", sent(desk, photo=picture()))
    order = Order.objects.get()
    assert answer["Location"] == f"/medicine/receipt/{order.receipt}/"
    shown = phone.get(answer["Location"])
    assert "no-store" in shown["Cache-Control"]
    text = shown.content.decode()
    assert "待初审" in text
    for words in (DRUG, PHONE, "安病人", "胰岛素"):
        assert words not in text


def test_a_photo_is_kept_small_without_its_place_and_sealed(desk: Desk, door: str) -> None:
    Client().post(f"/medicine/ask/{door}/", sent(desk, photo=picture()))
    kept = Photo.objects.get()
    assert sealed.unseal(kept.image_sealed)
    client = desk.client(desk.secretary)
    raw = client.post(f"/medicine/photos/{kept.pk}/").content
    seen = Image.open(io.BytesIO(raw))
    assert (max(seen.size), dict(seen.getexif())) == (1600, {})
    assert desk.client(desk.lead).post(f"/medicine/photos/{kept.pk}/").status_code == 404
    assert JournalEntry.objects.filter(verb="medicine.revealed").count() == 1


def test_a_file_that_only_pretends_to_be_a_picture_is_refused_and_nothing_is_kept(
    desk: Desk, door: str
) -> None:
    fake = io.BytesIO(b"GIF89a<script>")
    fake.name = "box.jpg"
    assert Client().post(f"/medicine/ask/{door}/", sent(desk, photo=fake)).status_code == 422
    assert not Order.objects.exists()


def test_sending_twice_gives_the_same_receipt_and_something_else_another(desk: Desk, door: str) -> None:
    for more in ({}, {}, {"d0-drug": "阿司匹林"}):
        Client().post(f"/medicine/ask/{door}/", sent(desk, **more))
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    "more", [{"phone": ""}, {"d0-drug": ""}, {"name": ""}, {"d0-days_left": "-1"}, {"d0-count": "500"}]
)
def test_what_is_missing_is_said_beside_its_field(desk: Desk, door: str, more: dict[str, object]) -> None:
    assert Client().post(f"/medicine/ask/{door}/", sent(desk, **more)).status_code == 422
    assert not Order.objects.exists()


def test_a_building_of_elsewhere_is_refused(desk: Desk, door: str) -> None:
    assert (
        Client().post(f"/medicine/ask/{door}/", sent(desk, unit=str(desk.town["乙一居民区"].pk))).status_code
        == 422
    )


def test_one_address_is_heard_so_often_an_hour_and_guesses_count(desk: Desk, door: str) -> None:
    for number in range(throttle.OF_AN_ADDRESS):
        registering.register_by_resident(
            at=AT, code=door, address="10.0.0.1", given=desk.given(room=str(number))
        )
    with pytest.raises(TooMany):
        registering.register_by_resident(at=AT, code=door, address="10.0.0.1", given=desk.given(room="999"))
    guesser = Client(REMOTE_ADDR="10.9.9.9")
    codes = [
        guesser.get(f"/medicine/receipt/guess{n}/").status_code for n in range(throttle.OF_AN_ADDRESS + 1)
    ]
    assert codes == [404] * throttle.OF_AN_ADDRESS + [429]


def test_a_tampered_receipt_leads_nowhere(desk: Desk) -> None:
    order = desk.order()
    turned = order.receipt[:-1] + ("a" if order.receipt[-1] != "a" else "b")
    assert Client().get(f"/medicine/receipt/{order.receipt}/").status_code == 200
    assert Client().get(f"/medicine/receipt/{turned}/").status_code == 404


def test_a_closed_door_leads_nowhere_and_its_receipts_still_work(desk: Desk, door: str) -> None:
    Client().post(f"/medicine/ask/{door}/", sent(desk))
    client = desk.client(desk.secretary)
    assert "要配药" in client.get(f"/medicine/doors/{door_id(client)}/").content.decode()
    client.post(f"/medicine/doors/{door_id(client)}/close/")
    assert Client().get(f"/medicine/ask/{door}/").status_code == 404
    assert Client().get(f"/medicine/receipt/{Order.objects.get().receipt}/").status_code == 200


def door_id(client: Client) -> str:
    return client.get("/medicine/doors/").context["doors"][0].pk


def test_the_desk_walks_an_order_from_end_to_end_on_pages(desk: Desk) -> None:
    secretary, runner, checker = (desk.client(who) for who in (desk.secretary, desk.runner, desk.checker))
    answer = runner.post("/medicine/new/", sent(desk), follow=True)
    order = Order.objects.get()
    assert order.receipt in answer.content.decode()
    page = f"/medicine/{order.pk}/"
    secretary.post(f"{page}do/triage/", {"hospital": str(desk.hospital.pk), "window": "general"})
    runner.post(f"{page}do/collect/", {"things": ["card"], "cash": "50.00"})
    assert fresh(order).state == "collected"
    secretary.post(
        "/medicine/trips/make/",
        {
            "unit": str(desk.town["甲一居民区"].pk),
            "hospital": str(desk.hospital.pk),
            "window": "general",
            "orders": [str(order.pk)],
        },
    )
    trip = Trip.objects.get()
    secretary.post(
        f"/medicine/trips/{trip.pk}/people/",
        {"fetch": [str(person(desk.runner))], "check": [str(person(desk.checker))]},
    )
    assert "我去取" in runner.get("/medicine/mine/").content.decode()
    runner.post(f"{page}do/take/", {"back": "mine"})
    runner.post(f"{page}do/fetch/", {"total": "120.50", "insurance": "100"})
    runner.post(f"{page}do/check/")
    said = runner.post(f"{page}do/check/", follow=True).content.decode()
    assert "请另一个人来核对" in said
    checker.post(f"{page}do/check/")
    for act in ("deliver", "sign", "return"):
        assert runner.post(f"{page}do/{act}/", follow=True).status_code == 200
    assert "结算" in secretary.get(page).content.decode()
    secretary.post(f"{page}do/settle/")
    assert fresh(order).state == "settled"
    assert [fact.data for fact in order.facts.filter(act="return")] == [{"given": 2950}]


def test_no_list_and_no_door_page_names_a_drug_or_a_resident(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    trip = Trip.objects.get()
    pages = [
        "/medicine/",
        "/medicine/mine/",
        "/medicine/hands/",
        "/medicine/trips/",
        f"/medicine/trips/{trip.pk}/",
        f"/medicine/trips/{trip.pk}/sheet/",
    ]
    pages += [
        f"/medicine/{order.pk}/",
        f"/medicine/things/{card(order).pk}/",
        f"/medicine/of-unit/{desk.building.pk}/",
        "/api/v1/medicine",
    ]
    for path in pages:
        answer = desk.client(desk.secretary).get(path)
        assert answer.status_code == 200, path
        for words in ("门冬", "安病人", "某某制药", PHONE):
            assert words not in answer.content.decode(), path


def test_the_list_for_the_window_is_for_the_trip_and_on_record(desk: Desk) -> None:
    desk.trip(desk.collected())
    path = f"/medicine/trips/{Trip.objects.get().pk}/window/"
    shown = desk.client(desk.runner).post(path)
    assert DRUG in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert desk.client(desk.lead).post(path).status_code in (403, 404)
    assert JournalEntry.objects.filter(verb="medicine.window_list_read").count() == 1


def test_the_list_for_the_window_is_not_for_who_runs_trips_without_a_part_and_not_after_its_end(desk: Desk) -> None:
    order = desk.checked()
    trip = Trip.objects.get()
    path, manager = f"/medicine/trips/{trip.pk}/window/", desk.town.client("block_leader", "甲一居民区")
    assert manager.get(f"/medicine/trips/{trip.pk}/").status_code == 200
    assert manager.post(path).status_code == 403
    assert desk.client(desk.runner).post(path).status_code == 200
    desk.act(order, "deliver", desk.runner)
    trips.close(actor=desk.secretary, at=AT, trip_id=trip.pk)
    assert desk.client(desk.runner).post(path).status_code == 403
    assert desk.client(desk.secretary).post(path).status_code == 200
    assert JournalEntry.objects.filter(verb="medicine.window_list_read").count() == 2


def test_drugs_and_the_number_are_shown_once_on_record(desk: Desk) -> None:
    order = desk.order()
    client = desk.client(desk.secretary)
    assert DRUG in client.post(f"/medicine/{order.pk}/drugs/").content.decode()
    assert PHONE in client.post(f"/medicine/{order.pk}/phone/").content.decode()
    assert desk.client(desk.runner).post(f"/medicine/{order.pk}/drugs/").status_code == 403
    assert client.post(f"/medicine/{order.pk}/history/").status_code == 200


def test_a_building_leader_sees_their_building_and_no_other(desk: Desk) -> None:
    order = desk.order()
    own, other = (desk.town.client("building_leader", name) for name in ("1号楼", "3号楼"))
    assert own.get(f"/medicine/{order.pk}/").status_code == 200
    assert other.get(f"/medicine/{order.pk}/").status_code == 404
    assert "药袋 001" not in other.get("/medicine/").content.decode()


def test_a_block_leader_sees_an_order_and_not_where_its_trip_goes(desk: Desk) -> None:
    order = desk.collected()
    desk.trip(order)
    path = f"/medicine/trips/{Trip.objects.get().pk}/"
    shown = desk.client(desk.lead).get(f"/medicine/{order.pk}/").content.decode()
    assert (path in shown, "<dt>医院</dt>" in shown) == (False, False)
    assert desk.client(desk.lead).get(path).status_code == 404
    assert path in desk.client(desk.secretary).get(f"/medicine/{order.pk}/").content.decode()


def test_who_may_not_see_the_queue_is_led_back_to_what_is_their_own(desk: Desk) -> None:
    for actor, back in ((desk.runner, "/medicine/mine/"), (desk.secretary, "/medicine/")):
        shown = desk.client(actor).get("/medicine/trips/").content.decode()
        assert f'<ol class="crumbs"><li><a href="{back}">' in shown
    assert "现在没有您的批次" in desk.client(desk.runner).get("/medicine/trips/").content.decode()


def test_pages_are_guarded(desk: Desk) -> None:
    assert Client().get("/medicine/").status_code == 302
    assert desk.client(desk.runner).get("/medicine/").status_code == 403
    assert desk.client(desk.lead).get("/medicine/doors/").status_code == 403


def test_a_shift_hands_over_on_the_page(desk: Desk) -> None:
    order = desk.collected()
    runner, payer = desk.client(desk.runner), desk.client(desk.payer)
    runner.post("/medicine/hands/over/", {"things": [str(card(order).pk)], "to": str(person(desk.payer))})
    assert "等您签收" in payer.get("/medicine/mine/").content.decode()
    payer.post("/medicine/hands/over/", {"way": "take", "things": [str(card(order).pk)]})
    assert card(order).holder_id == desk.payer.person_id
    payer.post(f"/medicine/things/{card(order).pk}/lost/", {"note": "收费处"})
    assert "挂失" in payer.get(f"/medicine/things/{card(order).pk}/").content.decode()
    assert "遗失" in desk.client(desk.secretary).get("/medicine/").content.decode()


def test_a_list_of_many_orders_reads_little_more_than_one_of_few(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        desk.order(room=str(number))
    client = desk.client(desk.secretary)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        assert client.get("/medicine/").status_code == 200


def test_what_waits_stands_in_the_list_of_what_to_do_next(desk: Desk) -> None:
    desk.order(days=0)
    order = desk.collected(room="601")
    desk.trip(order)
    custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.payer))
    told = {
        who: [(step.own, step.tone) for step in next_steps(actor, AT)]
        for who, actor in (("desk", desk.secretary), ("payer", desk.payer))
    }
    assert told == {"desk": [(False, "warn")], "payer": [(True, ""), (True, "")]}


def test_units_are_marked_with_what_is_overdue(desk: Desk) -> None:
    desk.order(at=clock.now() - 30 * HOUR)
    tile = marks(desk.secretary, [desk.town["甲一居民区"]])[desk.town["甲一居民区"].pk]
    assert [mark.tone for mark in tile] == ["bad"]


def test_the_api_walks_an_order_and_refuses_with_its_codes(desk: Desk) -> None:
    client = desk.client(desk.secretary)
    body = {
        "unit_id": str(desk.building.pk),
        "room": "502",
        "name": "安病人",
        "items": [{"name": DRUG, "days_left": 0}],
    }
    made = client.post("/api/v1/medicine", body, "application/json")
    assert made.status_code == 201, made.content
    address = f"/api/v1/medicine/{made.json()['id']}"
    assert (
        client.post(f"{address}/acts/collect", {"things": ["card"]}, "application/json").json()["error"][
            "code"
        ]
        == "not_now"
    )
    assert client.post(f"{address}/acts/triage", {}, "application/json").json()["state"] == "triaged"
    assert (
        client.post(f"{address}/acts/collect", {"things": ["card"]}, "application/json").json()["state"]
        == "collected"
    )
    place = desk.town["甲一居民区"]
    found = client.get(f"/api/v1/medicine/trips/proposals?unit_id={place.pk}").json()
    assert found[0]["ready"] == [made.json()["id"]]
    trip = client.post(
        "/api/v1/medicine/trips",
        {"unit_id": str(place.pk), "hospital_id": str(desk.hospital.pk), "orders": found[0]["ready"]},
        "application/json",
    )
    assert trip.status_code == 201, trip.content
    assert client.get("/api/v1/medicine/custody").json()[0]["kind"] == "card"
    assert client.get("/api/v1/medicine/trips").json()[0]["total"] == 1
    assert client.post(f"{address}/undo", {}, "application/json").json()["state"] == "collected"
    assert len(client.get(address).json()["story"]) == 5
    assert client.post(f"{address}/drugs").json()[0]["drug"] == DRUG
    assert client.get("/api/v1/medicine").status_code == 200


def test_what_was_offered_is_taken_over_the_api(desk: Desk) -> None:
    order = desk.collected()
    sent_on = {"things": [str(card(order).pk)], "to_id": str(person(desk.payer))}
    assert (
        desk.client(desk.runner)
        .post("/api/v1/medicine/custody/offer", sent_on, "application/json")
        .status_code
        == 200
    )
    held = (
        desk.client(desk.payer)
        .post("/api/v1/medicine/custody/take", {"things": sent_on["things"]}, "application/json")
        .json()
    )
    assert [one["kind"] for one in held] == ["card"]
    assert custody_queries.mine(desk.payer, AT)[0]
    with pytest.raises(custody.InOtherHands):
        custody.offer(actor=desk.runner, at=AT, thing_ids=[card(order).pk], to_id=person(desk.checker))
