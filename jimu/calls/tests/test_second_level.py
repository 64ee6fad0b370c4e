"""Organisations called, which call their own people: passing on, sending, silence, what their contact may see, how far they are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from jimu.accounts.models import Account
from jimu.calls import actions, letters, second_level, second_queries, waves
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.marking import marks
from jimu.calls.models import Call, Offer, OrganisationAsk, PassedOn
from jimu.calls.next_steps import next_steps
from jimu.core import commands, sealed
from jimu.core.errors import Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.messages.models import Message
from jimu.people.models import Affiliation, Organisation

from .conftest import EVE, Gate, gate_of, passed, small_world
from .test_pages import evening

__all__ = ["evening"]

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]
OURS = ("启一", "启二", "启三")


def with_companies(gate: Gate) -> Gate:
    """启明公司 with a contact on the register and three of its people, who live in 乙一; 远航公司 with one and a contact nobody can write to;
    无人公司 with a contact and nobody; 无联公司 with somebody and no contact."""
    world = gate.world
    for name, people in (("启明公司", OURS), ("远航公司", ("远一",)), ("无人公司", ()), ("无联公司", ("无一",))):
        company = Organisation.objects.create(name=name)
        for one in people:
            Affiliation.objects.filter(person=world.person(one, "party_member", unit="乙一")).update(organisation=company)
        if name != "无联公司":
            Account.objects.create_user(username=name, password=None, display_name=f"{name}联络员", contact_of=company)
    speaker = world.person("启明联络", "party_member", unit="乙一")
    Account.objects.filter(username="启明公司").update(person=speaker)
    return gate


@pytest.fixture
def companies(gate: Gate) -> Gate:
    return with_companies(gate)


def called(gate: Gate) -> Call:
    """A commander's call for the gate whose own neighborhood has nobody left who answers: the organisations are asked."""
    call = gate.call()
    passed(11)
    waves.sweep(EVE)
    call.refresh_from_db()
    assert call.chain[call.step] == "organisations"
    return call


def asks() -> dict[str, str]:
    return dict(OrganisationAsk.objects.values_list("organisation__name", "state"))


def ask(name: str = "启明公司") -> OrganisationAsk:
    return OrganisationAsk.objects.get(organisation__name=name)


def pass_on(gate: Gate, *names: str, company: str = "启明公司") -> OrganisationAsk:
    return second_level.pass_on(at=EVE, ask_id=ask(company).pk, person_ids=[gate.world.people[name].pk for name in names])


def test_organisations_with_a_contact_and_people_are_asked_after_the_neighbors(companies: Gate) -> None:
    called(companies)
    assert asks() == {"启明公司": "waiting", "远航公司": "waiting"}
    (letter,) = Message.objects.filter(key__contains=":org:")
    assert letter.person is not None
    assert letter.person.name == "启明联络"
    assert "启明公司" in letter.text
    assert not any(name in letter.text for name in OURS)
    assert not set(OURS) & set(companies.states())


def test_whom_a_call_is_passed_on_to_is_offered_the_seat_as_everybody_is_and_their_yes_takes_it(companies: Gate) -> None:
    call = called(companies)
    pass_on(companies, "启一", "启二")
    waves.sweep(EVE)
    offers = {offer.person.name: offer for offer in call.offers.filter(step="organisations").select_related("person")}
    assert set(offers) == {"启一", "启二"}
    assert offers["启一"].lent
    assert companies.say("启一", "yes").offer.state == "yes"
    assert companies.say("启二", "no", reason="busy").offer.state == "no"
    assert companies.seated() == {"启一"}
    (line, other) = second_queries.progress_of(call)[::-1]
    assert (line.ask.organisation.name, line.passed, line.asked, line.yes, line.no, line.open) == ("启明公司", 2, 2, 1, 1, 0)
    assert (other.ask.state, other.passed) == ("waiting", 0)


def test_who_is_passed_on_twice_is_asked_once(companies: Gate) -> None:
    called(companies)
    pass_on(companies, "启一")
    waves.sweep(EVE)
    pass_on(companies, "启一", "启三")
    waves.sweep(EVE)
    assert PassedOn.objects.count() == 2
    assert Message.objects.filter(person=companies.world.people["启一"]).count() == 1


def test_only_its_own_grown_up_people_can_be_named(companies: Gate) -> None:
    called(companies)
    for wrong in ("远一", "志0"):
        with pytest.raises(NotFound):
            pass_on(companies, "启一", wrong)
    with pytest.raises(Invalid):
        pass_on(companies)
    child = companies.world.people["启三"]
    child.minor = True
    child.save()
    with pytest.raises(NotFound):
        pass_on(companies, "启三")
    assert not PassedOn.objects.exists()


def test_we_send_so_many_is_seen_and_the_gap_with_it(companies: Gate) -> None:
    call = called(companies)
    second_level.send(at=EVE, ask_id=ask("远航公司").pk, number=3)
    assert (asks()["远航公司"], ask("远航公司").sends) == ("sends", 3)
    assert second_queries.wanted_of(call, EVE)[0].open == 2
    for wrong in (0, 501, -1):
        with pytest.raises(Invalid):
            second_level.send(at=EVE, ask_id=ask("远航公司").pk, number=wrong)
    second_level.decline(at=EVE, ask_id=ask("远航公司").pk)
    assert (asks()["远航公司"], ask("远航公司").sends) == ("no", 0)


def test_the_call_does_not_wait_for_a_silent_organisation_longer_than_a_wave(companies: Gate) -> None:
    call = called(companies)
    assert "无一" not in companies.states()
    waves.sweep(EVE)
    call.refresh_from_db()
    assert call.chain[call.step] == "organisations"
    passed(11)
    waves.sweep(EVE)
    call.refresh_from_db()
    assert call.chain[call.step] == "subdistrict"
    assert companies.states()["无一"] == "waiting"


def test_silence_is_reminded_once_then_the_desk_is_told_to_telephone_and_an_answer_still_counts(companies: Gate) -> None:
    call = called(companies)
    for _n in range(4):
        passed(11)
        waves.sweep(EVE)
        waves.sweep(EVE)
    assert set(asks().values()) == {"silent"}
    assert Message.objects.filter(key__contains=":org:").count() == 2
    (told,) = Message.objects.filter(key__contains="org-silent")
    assert (told.person_id, told.unit_id, told.state) == (None, companies.world.top.pk, "by_hand")
    assert "启明公司" in told.text
    steps = [step.text for step in next_steps(companies.world.actor("commander"), EVE)]
    assert "2 家单位没有回应召集，请打电话" in steps
    assert not [step for step in next_steps(companies.world.actor("secretary", "甲二"), EVE) if "家单位" in step.text]
    verbs = list(JournalEntry.objects.filter(target=call.target, verb__startswith="calls.organisation").values_list("verb", flat=True))
    assert sorted(verbs) == ["calls.organisations_asked", "calls.organisations_silent"]
    Offer.objects.filter(person=companies.world.people["启一"]).delete()
    pass_on(companies, "启一")
    assert asks()["启明公司"] == "passed"
    waves.sweep(EVE)
    assert companies.states()["启一"] == "waiting"


def test_a_jump_of_the_clock_reminds_nobody(companies: Gate) -> None:
    from datetime import timedelta

    called(companies)
    waves.sweep(EVE + timedelta(hours=8))
    assert not OrganisationAsk.objects.filter(reminded=True).exists()


def test_a_secretary_does_not_call_organisations_and_no_substitute_is_sought_there(companies: Gate) -> None:
    call = companies.call(actor=companies.world.actor("secretary", "甲一"))
    assert "organisations" not in call.chain
    assert "organisations" not in actions.backfill_chain(["team", "organisations", "subdistrict"])


def test_an_ended_call_asks_no_more_of_an_organisation(companies: Gate) -> None:
    call = called(companies)
    actions.stop(actor=SYSTEM, at=EVE, call_id=call.pk)
    with pytest.raises(CallOver):
        pass_on(companies, "启一")
    assert second_level.ripen(10**9, EVE) == 0


def page(name: str = "启明公司") -> str:
    return reverse("calls:organisation", args=[letters.organisation_token(ask(name).pk)])


def test_the_contact_sees_what_is_wanted_and_their_own_people_and_nothing_else(companies: Gate, evening: datetime, client: Client) -> None:
    called(companies)
    person = companies.world.people["启一"]
    person.phone_sealed = sealed.seal("10012345678")
    person.save()
    answer = client.get(page())
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "门岗" in shown
    assert "缺 2 人" in shown
    assert all(name in shown for name in OURS)
    assert not any(name in shown for name in ("志0", "远一", "10012345678", "启明联络"))
    assert asks()["启明公司"] == "waiting"
    offer = Offer.objects.first()
    assert offer is not None
    for wrong in ("x", letters.token(offer.pk), letters.organisation_token(offer.pk)):
        refused = client.get(reverse("calls:organisation", args=[wrong]))
        assert refused.status_code == 404
        assert "启" not in refused.content.decode()
    with pytest.raises(DeadLink):
        letters.read_organisation_token(letters.token(offer.pk))


def test_the_contact_passes_on_by_one_click_and_sees_how_far_it_is(companies: Gate, evening: datetime, client: Client) -> None:
    called(companies)
    ids = [str(companies.world.people[name].pk) for name in OURS[:2]]
    assert client.post(page(), {"answer": "pass", "person": ids}).status_code == 302
    waves.sweep(EVE)
    companies.say("启二", "yes")
    shown = client.get(page()).content.decode()
    assert "已转给 2 人" in shown
    assert "缺 1 人" in shown
    assert shown.count("已转</span>") == 2
    assert client.post(page(), {"answer": "pass"}).status_code == 422
    assert client.post(page(), {"answer": "send", "number": ""}).status_code == 422
    assert client.post(page(), {"answer": "send", "number": "2"}).status_code == 302
    assert (ask().state, ask().sends) == ("passed", 2)
    assert client.post(page("远航公司"), {"answer": "no"}).status_code == 302
    assert "派不出" in client.get(page("远航公司")).content.decode()
    assert client.put(page()).status_code == 405


def test_the_desk_writes_down_what_it_was_told_by_page_api_and_command(
    companies: Gate, evening: datetime, signed_in: SignIn, capsys: pytest.CaptureFixture[str]
) -> None:
    call = called(companies)
    desk = signed_in(companies.world.account("commander"))
    assert "启明公司" in desk.get(reverse("calls:show", args=[call.pk])).content.decode()
    desk.post(reverse("calls:answer_organisation", args=[ask().pk]), {"answer": "pass", "everybody": "1"})
    assert PassedOn.objects.count() == len(OURS)
    said = desk.post(f"/api/v1/calls/organisations/{ask('远航公司').pk}/answer", {"answer": "send", "number": 2}, content_type="application/json")
    assert said.json()["state"] == "sends"
    found = {one["name"]: one for one in desk.get(f"/api/v1/calls/{call.pk}/organisations").json()}
    assert (found["启明公司"]["passed"], found["远航公司"]["sends"]) == (3, 2)
    assert commands.run(["call", "organisation", str(ask("远航公司").pk), "no"]) == 0
    capsys.readouterr()
    assert commands.run(["call", "organisations", str(call.pk)]) == 0
    assert "启明公司  已转给本单位的人  转给 3" in capsys.readouterr().out
    assert [mark.text for mark in marks(SYSTEM, [companies.world.units["甲一"]])[companies.world.units["甲一"].pk]] == ["召集中：2 家单位，2 家已答复"]


def test_who_may_not_start_calls_there_writes_no_answer_of_an_organisation(companies: Gate) -> None:
    called(companies)
    everybody = {"at": EVE, "ask_id": ask().pk}
    with pytest.raises(NotFound):
        second_level.decline(actor=companies.world.actor("secretary", "甲二"), **everybody)
    with pytest.raises(NotPermitted):
        second_level.decline(actor=companies.world.actor("auditor"), **everybody)
    assert asks()["启明公司"] == "waiting"


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_an_organisation_that_clicks_twice_at_once_has_its_people_asked_once() -> None:
    gate = with_companies(gate_of(small_world()))
    call = called(gate)
    ids = [gate.world.people[name].pk for name in OURS]
    found, start = ask().pk, Barrier(3)

    def click(_n: int) -> None:
        start.wait()
        try:
            second_level.pass_on(at=EVE, ask_id=found, person_ids=ids)
            waves.sweep(EVE)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(click, range(3)))
    assert PassedOn.objects.count() == len(OURS)
    assert sorted(call.offers.filter(step="organisations").values_list("person__name", flat=True)) == sorted(OURS)
    assert Message.objects.filter(person__name__in=OURS).count() == len(OURS)
