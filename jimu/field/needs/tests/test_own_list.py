"""A household's own list: what one phone sent, behind a link that ends; nothing of it by a receipt or by a number that anybody may type."""

from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.errors import NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.field.needs import forgetting, own_list, own_list_queries
from jimu.field.needs.errors import NoList
from jimu.field.needs.models import Need, OwnList
from jimu.field.needs.own_list_queries import COOKIE, HOLDS
from jimu.signup import throttle

from .conftest import PHONE, Ward, fresh

pytestmark = pytest.mark.django_db


def send(ward: Ward, phone: Client, kind: str = "food", text: str = "没有米了", **more: str) -> Need:
    """A need sent from a phone, as its browser does."""
    given = {"kind": kind, "unit": str(ward.building.pk), "room": "502", "text": text, "phone": PHONE, **more}
    answer = phone.post(f"/needs/help/{ward.door.code}/", given)
    assert answer.status_code == 302, answer.content.decode()
    return Need.objects.get(receipt=answer["Location"].split("/")[-2])


def ours(phone: Client) -> str:
    """The address of the phone's list."""
    return f"/needs/ours/{phone.cookies[COOKIE].value}/"


def test_what_one_phone_sent_stands_on_one_page_and_the_household_says_whether_it_is_done(ward: Ward) -> None:
    phone, family = Client(), Client()
    first, second = send(ward, phone), send(ward, phone, "repair", "水管漏水")
    cookie = phone.cookies[COOKIE]
    assert (bool(cookie["httponly"]), cookie["samesite"], cookie["path"]) == (True, "Lax", "/needs/")
    assert ours(phone) in phone.get(f"/needs/receipt/{first.receipt}/").content.decode()
    # A family member opens the link on another phone, which does not begin to remember it.
    page = family.get(ours(phone))
    told = page.content.decode()
    assert (page.status_code, "no-store" in page["Cache-Control"], COOKIE in family.cookies) == (200, True, False)
    assert not [secret for secret in (PHONE, "水管漏水", first.receipt, second.receipt) if secret in told]
    Need.objects.filter(pk=second.pk).update(state="done")
    assert "办好了" in family.get(ours(phone)).content.decode()
    assert family.post(f"{ours(phone)}{second.pk}/confirm/").status_code == 302
    assert fresh(second).state == "confirmed"
    assert family.post(f"{ours(phone)}{second.pk}/confirm/").status_code == 409
    family.post(f"{ours(phone)}{second.pk}/reopen/", {"note": "又漏了"})
    assert (fresh(second).state, fresh(second).events.last().role) == ("open", "resident")


def test_a_neighbor_learns_nothing_by_a_receipt_or_by_typing_the_number(ward: Ward) -> None:
    phone, neighbor = Client(), Client()
    first, _second = send(ward, phone), send(ward, phone, "repair", "水管漏水")
    shown = neighbor.get(f"/needs/receipt/{first.receipt}/").content.decode()
    assert not [one for one in ("/needs/ours/", "repair") if one in shown]
    # The same door and the same number: a list of the neighbor's own.
    mine = send(ward, neighbor, "medicine", "要降压药")
    assert [line.sent.pk for line in own_list_queries.lines(mine.own_list, clock.now())] == [mine.pk]
    assert neighbor.post(f"{ours(neighbor)}{first.pk}/withdraw/").status_code == 404
    assert fresh(first).state == "open"


def test_what_few_may_read_is_on_no_list(ward: Ward) -> None:
    phone = Client()
    hidden = send(ward, phone, "support", "睡不着")
    assert (hidden.own_list, COOKIE in phone.cookies) == (None, False)
    send(ward, phone)
    Need.objects.filter(pk=hidden.pk).update(own_list=OwnList.objects.get())
    assert len(own_list_queries.lines(OwnList.objects.get(), clock.now())) == 1
    assert phone.post(f"{ours(phone)}{hidden.pk}/withdraw/").status_code == 404


def test_from_a_borrowed_phone_it_stays_apart_and_is_collected_by_its_receipt(ward: Ward) -> None:
    owner, grandmother = Client(), Client()
    send(ward, owner)
    assert "借来的" in owner.get(f"/needs/help/{ward.door.code}/").content.decode()
    borrowed = send(ward, owner, "repair", "灯坏了", apart="1")
    assert borrowed.own_list is None
    own = send(ward, grandmother, "medicine", "要降压药")
    assert grandmother.post(f"{ours(grandmother)}collect/", {"receipt": borrowed.receipt}).status_code == 302
    assert fresh(borrowed).own_list_id == own.own_list_id
    # What stands on somebody's list is not taken from it, and neither is what few may read.
    assert owner.post(f"{ours(owner)}collect/", {"receipt": own.receipt}).status_code == 409
    assert owner.post(f"{ours(owner)}collect/", {"receipt": ward.need("support").receipt}).status_code == 409
    assert owner.post(f"{ours(owner)}collect/", {"receipt": "nothing"}).status_code == 404
    owner.post(f"{ours(owner)}forget/")
    assert owner.cookies[COOKIE].value == ""


def test_a_link_ends_by_its_day_by_a_new_one_and_by_the_committee(ward: Ward) -> None:
    phone, stranger = Client(), Client()
    need = send(ward, phone)
    old = ours(phone)
    answer = phone.post(f"{old}renew/")
    assert (answer["Location"], ours(phone) != old) == (ours(phone), True)
    assert (stranger.get(old).status_code, phone.get(ours(phone)).status_code) == (404, 200)
    own = fresh(need).own_list
    with pytest.raises(NoList):
        own_list_queries.list_for(own_list_queries.word_of(own), clock.now() + HOLDS)
    for word in ("", "x", own_list_queries.word_of(own)[:-1], f"{own.pk.hex}:x"):
        with pytest.raises(NoList):
            own_list_queries.list_for(word, clock.now())
    for actor in (ward.finder, ward.town.actor("secretary", "乙一居民区")):
        with pytest.raises((NotFound, NotPermitted)):
            own_list.revoke(actor=actor, at=clock.now(), need_id=need.pk)
    desk = ward.client(ward.secretary)
    assert "居民的链接" in desk.get(f"/needs/{need.pk}/").content.decode()
    assert desk.post(f"/needs/{need.pk}/link/revoke/").status_code == 302
    assert phone.get(ours(phone)).status_code == 404
    assert phone.get(f"/needs/receipt/{need.receipt}/").status_code == 200
    assert JournalEntry.objects.filter(verb="needs.link_revoked").count() == 1
    # The phone begins anew with the next one that it sends.
    again = send(ward, phone, "repair", "灯坏了")
    assert again.own_list_id not in (None, own.pk)


def test_guesses_and_words_are_counted(ward: Ward) -> None:
    guesser, phone = Client(REMOTE_ADDR="10.9.9.9"), Client(REMOTE_ADDR="10.8.8.8")
    assert [guesser.get(f"/needs/ours/{n}/").status_code for n in range(throttle.OF_AN_ADDRESS + 1)] == [404] * throttle.OF_AN_ADDRESS + [429]
    send(ward, phone)
    assert [phone.post(f"{ours(phone)}collect/", {"receipt": "x"}).status_code for _n in range(throttle.OF_AN_ADDRESS + 1)][-1] == 429


def test_a_list_ends_with_what_it_held(ward: Ward) -> None:
    phone = Client()
    need = send(ward, phone)
    phone.post(f"{ours(phone)}{need.pk}/withdraw/")
    forgetting.forget(at=clock.now() + HOLDS + timedelta(days=1))
    assert (fresh(need).own_list, OwnList.objects.count()) == (None, 0)
