"""Pages, links, API and commands: the right person, a stranger, who may only read, the wrong method; queries that do not grow."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jimu.accounts.models import Account
from jimu.calls import answering, letters
from jimu.calls.answering import Said
from jimu.calls.models import Call, Offer
from jimu.core import clock, commands
from jimu.core.permissions import SYSTEM

from .conftest import EVE, Gate, gate_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is eight in the evening before."""
    monkeypatch.setattr(clock, "now", lambda: EVE)
    monkeypatch.setattr(clock, "today", lambda: EVE.date())
    return EVE


def address(gate: Gate, name: str) -> str:
    return reverse("calls:answer", args=[letters.token(gate.offer(name).pk)])


def test_whoever_has_the_link_answers_without_signing_in(gate: Gate, evening: datetime, client: Client) -> None:
    gate.call()
    page = client.get(address(gate, "志0"))
    assert page.status_code == 200
    assert "能来" in page.content.decode()
    assert gate.states()["志0"] == "waiting"
    said = client.post(address(gate, "志0"), {"word": "yes"})
    assert "已经给您排上" in said.content.decode()
    assert gate.seated() == {"志0"}
    assert page["Cache-Control"] == "no-store"


def test_a_link_says_nothing_of_others_and_a_wrong_one_nothing_at_all(gate: Gate, evening: datetime, client: Client) -> None:
    gate.call()
    shown = client.get(address(gate, "志0")).content.decode()
    assert not re.search(r"志[1-5]", shown)
    for wrong in ("x", address(gate, "志0").split("/")[-2][:-2] + "zz"):
        answer = client.get(reverse("calls:answer", args=[wrong]))
        assert answer.status_code == 404
        assert "甲一" not in answer.content.decode()
    assert client.put(address(gate, "志0")).status_code == 405


def test_a_link_ends_with_the_shift(gate: Gate, evening: datetime, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.call()
    where = address(gate, "志0")
    monkeypatch.setattr(clock, "now", lambda: gate.shift().ends_at)
    assert client.get(where).status_code == 409
    assert client.post(where, {"word": "yes"}).status_code == 409
    assert gate.seated() == set()


def test_a_no_may_say_why_and_the_lead_reads_it(gate: Gate, evening: datetime, client: Client, signed_in: SignIn) -> None:
    call = gate.call()
    client.post(address(gate, "志0"), {"word": "no", "reason": "ill"})
    lead = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    assert "身体不舒服" in lead.get(reverse("calls:show", args=[call.pk])).content.decode().split("<tbody>")[1]
    auditor = signed_in(gate.world.account("auditor"))
    assert "身体不舒服" not in auditor.get(reverse("calls:show", args=[call.pk])).content.decode()


def test_one_begins_a_call_from_the_page_and_steers_it(gate: Gate, evening: datetime, signed_in: SignIn) -> None:
    client = signed_in(gate.world.account("commander"))
    assert "甲一居民区" in client.get(reverse("calls:index")).content.decode()
    look = client.get(reverse("calls:begin"), {"unit": gate.world.units["甲一"].pk, "hours": 24, "note": "带好口罩"}).content.decode()
    assert all(words in look for words in ("缺 2 人", "<dd>9</dd>", "本组人员 → 本居民区储备", "带好口罩"))
    assert not Call.objects.exists()
    begun = client.post(reverse("calls:begin"), {"unit": gate.world.units["甲一"].pk, "hours": 24, "note": "带好口罩"})
    call = Call.objects.get()
    assert begun["Location"] == reverse("calls:show", args=[call.pk])
    assert call.note == "带好口罩"
    for verb, state in (("pause", "paused"), ("go-on", "running"), ("next", "running"), ("stop", "stopped")):
        client.post(reverse("calls:steer", args=[call.pk, verb]))
        call.refresh_from_db()
        assert call.state == state
    assert client.get(reverse("calls:steer", args=[call.pk, "pause"])).status_code == 405


def test_a_stranger_finds_nothing_and_a_reader_changes_nothing(gate: Gate, evening: datetime, signed_in: SignIn) -> None:
    call = gate.call()
    stranger = signed_in(gate.world.account("secretary", gate.world.units["甲二"]))
    reader = signed_in(gate.world.account("auditor"))
    member = signed_in(gate.account("志1"))
    show, stop = reverse("calls:show", args=[call.pk]), reverse("calls:steer", args=[call.pk, "stop"])
    answer = reverse("calls:answer_for", args=[gate.offer("志0").pk])
    assert [who.get(show).status_code for who in (stranger, reader, member)] == [404, 200, 403]
    assert [who.post(stop).status_code for who in (stranger, reader, member)] == [404, 403, 403]
    assert [who.post(answer, {"word": "yes"}).status_code for who in (stranger, reader, member)] == [404, 403, 403]
    mine = reverse("calls:answer_own", args=[gate.offer("志0").pk])
    assert member.post(mine, {"word": "yes"}).status_code == 404
    assert Client().get(show).status_code == 302
    assert gate.seated() == set()


def test_a_member_sees_and_answers_their_own_offer_only(gate: Gate, evening: datetime, signed_in: SignIn) -> None:
    gate.call()
    client = signed_in(gate.account("志1"))
    page = client.get(reverse("calls:index")).content.decode()
    assert page.count('name="word" value="yes"') == 1
    assert "候补名单" not in page
    client.post(reverse("calls:answer_own", args=[gate.offer("志1").pk]), {"word": "yes"})
    assert gate.seated() == {"志1"}
    assert "现在没有人找您" in signed_in(gate.world.account("member")).get(reverse("calls:index")).content.decode()


def test_a_block_leader_follows_a_call_and_writes_answers_but_opens_no_shift(gate: Gate, evening: datetime, signed_in: SignIn) -> None:
    call = gate.call()
    client = signed_in(gate.world.account("block_leader", gate.world.units["甲一块"]))
    page = client.get(reverse("calls:show", args=[call.pk])).content.decode()
    for link in re.findall(r'href="(/(?:roster|calls|messages)/[^"]*)"', page):
        assert client.get(link).status_code == 200, link
    client.post(reverse("calls:answer_for", args=[gate.offer("志0").pk]), {"word": "no"})
    assert gate.states()["志0"] == "no"


def test_a_lead_picks_one_from_the_page(gate: Gate, evening: datetime, signed_in: SignIn) -> None:
    call = gate.call()
    client = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    client.post(reverse("calls:pick", args=[call.pk]), {"shift": gate.shift().pk, "person": gate.world.people["志3"].pk})
    assert gate.seated() == {"志3"}


def test_the_place_says_that_people_are_called_for(gate: Gate, evening: datetime, signed_in: SignIn) -> None:
    from jimu.calls.marking import marks

    gate.call()
    units = list(gate.world.units.values())
    found = marks(gate.world.actor(), units)
    assert [mark.text for mark in found[gate.world.units["甲一"].pk]] == ["召集中"]
    assert marks(gate.world.actor("secretary", "甲二"), units) == {}
    client = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    assert "召集" in client.get(reverse("calls:unit_panel", args=[gate.world.units["甲一"].pk])).content.decode()


def test_pages_ask_no_more_of_the_database_with_more_people(gate: Gate, evening: datetime, signed_in: SignIn, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = signed_in(gate.world.account("commander"))
    call = gate.call()
    for size in (6, 40):
        for page, most in ((reverse("calls:show", args=[call.pk]), 30), (reverse("calls:index"), 30)):
            with django_assert_max_num_queries(most):
                assert client.get(page).status_code == 200
        rows = [gate.world.person(f"再{size}-{n}") for n in range(40)]
        first = Offer.objects.first()
        assert first is not None
        Offer.objects.bulk_create(
            Offer(call=call, shift=first.shift, person=one, step="team", wave=1, rank=n, stamp="", judged_at=EVE, sent_at=EVE, due=1, answer_by=EVE)
            for n, one in enumerate(rows)
        )


def test_the_api_does_what_the_pages_do(gate: Gate, evening: datetime, signed_in: SignIn) -> None:
    client = signed_in(gate.world.account("commander"))
    seen = client.post("/api/v1/calls/preview", {"unit_id": str(gate.world.units["甲一"].pk)}, content_type="application/json").json()
    assert (seen["seats"], seen["first_wave"], seen["asleep"]) == (2, 9, 0)
    made = client.post("/api/v1/calls", {"unit_id": str(gate.world.units["甲一"].pk)}, content_type="application/json")
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    from jimu.calls import waves

    waves.sweep(EVE)
    shown = client.get(f"/api/v1/calls/{pk}").json()
    assert (shown["open"], shown["asked"], shown["said"]) == (2, 6, {"waiting": 6})
    offers = client.get(f"/api/v1/calls/{pk}/offers").json()["items"]
    assert len(offers) == 6
    said = client.post(f"/api/v1/calls/offers/{offers[0]['id']}/answer", {"word": "yes"}, content_type="application/json")
    assert said.json()["state"] == "yes"
    own = signed_in(gate.account("志5"))
    mine = own.get("/api/v1/calls/mine").json()
    assert len(mine) == 1
    assert own.post(f"/api/v1/calls/mine/{offers[0]['id']}/answer", {"word": "no"}, content_type="application/json").status_code in (200, 404)
    assert client.post(f"/api/v1/calls/{pk}/stop").json()["state"] == "stopped"
    assert client.get("/api/v1/calls").json()["page"]["total"] == 1
    assert own.get(f"/api/v1/calls/{pk}").status_code == 403


def test_commands_begin_show_answer_and_stop(gate: Gate, evening: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["call", "begin", "--unit", "甲一"]) == 0
    call = Call.objects.get()
    assert call.offers.count() == 6
    assert commands.run(["call", "answer", str(gate.offer("志2").pk), "yes"]) == 0
    for words in (["call", "list"], ["call", "bench"], ["call", "sweep"], ["call", "pause", str(call.pk)], ["call", "go-on", str(call.pk)]):
        assert commands.run(words) == 0
    capsys.readouterr()
    assert commands.run(["call", "show", str(call.pk)]) == 0
    assert "志2  能来" in capsys.readouterr().out
    assert commands.run(["call", "stop", str(call.pk)]) == 0
    assert commands.run(["call", "stop", str(call.pk)]) == 1
    assert gate.seated() == {"志2"}


def test_a_drill_says_so_to_everybody_asked(evening: datetime, world, client: Client) -> None:  # type: ignore[no-untyped-def]
    world.incident.drill = True
    world.incident.save()
    gate = gate_of(world)
    call = gate.call()
    from jimu.messages.models import Message

    assert all("【演练】" in text for text in Message.objects.filter(subject=call.target).values_list("text", flat=True))
    assert "演练" in client.get(address(gate, "志0")).content.decode()


def test_the_letter_holds_the_persons_own_link_where_the_service_has_an_address(gate: Gate, settings) -> None:  # type: ignore[no-untyped-def]
    from jimu.messages.models import Message

    settings.CSRF_TRUSTED_ORIGINS = ["https://jimu.example"]
    call = gate.call()
    for message in Message.objects.filter(subject=call.target).select_related("person"):
        token = message.text.split("https://jimu.example/calls/a/")[1].split("/")[0]
        assert Offer.objects.get(pk=letters.read_token(token)).person == message.person
    settings.CSRF_TRUSTED_ORIGINS = []
    assert letters.link(gate.offer("志0").pk) == ""
    assert answering.answer_by_link(at=EVE, offer_id=gate.offer("志0").pk, said=Said("yes")).offer.state == "yes"
    assert SYSTEM.is_system
