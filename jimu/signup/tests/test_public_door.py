"""The public door: who may send what in, how often, and what it never tells."""

from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import clock, sealed
from jimu.core.models import JournalEntry
from jimu.people.models import Person
from jimu.signup import throttle
from jimu.signup.models import Application, Knock
from jimu.signup.rules import CODE_LENGTH, LETTERS, fresh_code

from .conftest import born, opened, send

pytestmark = pytest.mark.django_db
MINOR = {"guardian_name": "安妈妈", "guardian_phone": "13900000009", "guardian_agrees": "on"}


def test_a_code_has_fifty_bits_at_least_and_no_letter_that_is_mistaken() -> None:
    assert len(LETTERS) ** CODE_LENGTH > 2**50
    assert not set("01ilo") & set(LETTERS)
    assert len({fresh_code() for _ in range(200)}) == 200


def test_somebody_sends_an_application_in_and_is_on_no_register_yet(campaign) -> None:
    answer = send(campaign)
    assert (answer.status_code, answer["Location"]) == (302, f"/join/{campaign.code}/thanks/")
    row = Application.objects.get()
    assert (row.name, row.state, row.posts, row.slots, row.minor) == ("安一一", "pending", ["scanner"], ["weekend_day"], False)
    assert sealed.unseal(row.phone_sealed) == "13900000001"
    assert not Person.objects.filter(name__contains="安").exists()


def test_the_page_tells_the_purpose_how_long_it_is_kept_and_is_in_no_cache(campaign) -> None:
    answer = Client().get(f"/join/{campaign.code}/")
    page = answer.content.decode()
    assert campaign.terms["purpose"] in page
    assert (campaign.last_day + timedelta(days=campaign.terms["keep_days"])).isoformat() in page
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": "1"}, "姓名应为"),
        ({"phone": "139"}, "手机号位数不对"),
        ({"phone": ""}, "必填"),
        ({"born": "1990"}, "出生年月日"),
        ({"agree": ""}, "隐私说明并打勾"),
        ({"id_number": "999999198506150029"}, "校验位不符"),
        ({"id_number": "999999198506150028", "born": "1985-06-16"}, "不一致"),
        ({"posts": ["sampler"]}, "sampler"),
    ],
)
def test_what_can_be_mended_is_said_and_nothing_is_kept(campaign, more, words) -> None:
    answer = send(campaign, **more)
    assert answer.status_code == 422
    assert words in answer.content.decode() or words == "必填"
    assert not Application.objects.exists()


def test_a_playbook_that_demands_real_names_is_obeyed(town) -> None:
    campaign = opened(town, terms={"id_number": "required", "address": "none"})
    assert send(campaign).status_code == 422
    assert send(campaign, id_number="999999198506150028", born="1985-06-15", address="9号9室").status_code == 302
    assert Application.objects.get().address == ""


@pytest.mark.parametrize(("years", "guardian", "status"), [(15, True, 422), (16, False, 422), (16, True, 302), (17, True, 302), (18, False, 302)])
def test_minors_need_a_guardian_and_are_never_younger_than_sixteen(campaign, years, guardian, status) -> None:
    assert send(campaign, born=born(years), **(MINOR if guardian else {})).status_code == status
    for row in Application.objects.all():
        assert (row.minor, row.posts) == ((True, []) if years < 18 else (False, ["scanner"]))


def test_a_playbook_without_duties_for_minors_takes_none(town) -> None:
    campaign = opened(town, terms={"minors": [], "address": "optional"})
    assert send(campaign, born=born(17), **MINOR).status_code == 422
    assert send(campaign, born=born(18)).status_code == 302


@pytest.mark.parametrize(("more", "spared"), [({"born": born(59)}, False), ({"born": born(60)}, True), ({"born": born(30), "unwell": "on"}, True)])
def test_a_suit_is_not_offered_to_the_old_and_the_ill(campaign, more, spared) -> None:
    assert send(campaign, posts=["scanner", "order"], **more).status_code == 302
    row = Application.objects.get()
    assert ("no_suit" in row.limits) is spared
    assert row.posts == (["order"] if spared else ["scanner", "order"])


def test_the_same_person_again_updates_and_the_same_phone_of_another_is_another(campaign) -> None:
    send(campaign)
    send(campaign, slots=["night"])
    assert list(Application.objects.values_list("name", "slots", "times_sent")) == [("安一一", ["night"], 2)]
    send(campaign, name="安二二")
    assert Application.objects.count() == 2


def test_the_same_id_number_is_the_same_person_under_another_phone(campaign) -> None:
    same = {"id_number": "999999198506150028", "born": "1985-06-15"}
    send(campaign, **same)
    send(campaign, phone="13900000002", **same)
    assert [sealed.unseal(row.phone_sealed) for row in Application.objects.all()] == ["13900000002"]


def test_the_answer_is_the_same_for_somebody_known(town, campaign) -> None:
    town.person("安一一", phone="13900000001")
    known, new = send(campaign), send(campaign, name="安二二", phone="13900000002")
    pages = {Client().get(answer["Location"]).content for answer in (known, new)}
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    # A token against forged forms is drawn for each page.
    assert len({len(page) for page in pages}) == 1


def test_a_closed_a_past_and_an_unknown_page_look_alike(town, campaign) -> None:
    past = opened(town)
    past.first_day = past.last_day = clock.today() - timedelta(days=1)
    past.save()
    campaign.closed_at = clock.now()
    campaign.save()
    answers = [Client().get(f"/join/{code}/") for code in (past.code, campaign.code, "abcdefghjkmn")]
    assert {answer.status_code for answer in answers} == {404}
    assert all("没有开放" in answer.content.decode() for answer in answers)


def test_too_many_from_one_address_are_refused_with_the_time_and_others_are_heard(campaign, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "OF_AN_ADDRESS", 2)
    answers = [send(campaign, name=f"安{n}").status_code for n in "一二三"]
    assert answers == [422, 422, 422] or answers == [302, 302, 429]
    assert send(campaign, name="安四四", address="10.0.0.2").status_code == 302


def test_the_refusal_names_when_the_next_one_is_heard(campaign, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "OF_A_CAMPAIGN", 1)
    at = clock.now()
    throttle.knock(at=at, address="10.0.0.1", campaign=campaign)
    with pytest.raises(throttle.TooMany) as refused:
        throttle.knock(at=at + timedelta(minutes=59), address="10.0.0.2", campaign=campaign)
    assert refused.value.data["until"] == (at + timedelta(hours=1)).isoformat()
    throttle.knock(at=at + timedelta(minutes=61), address="10.0.0.2", campaign=campaign)


def test_guessing_codes_is_counted_and_stopped(campaign, monkeypatch) -> None:
    monkeypatch.setattr(throttle, "OF_AN_ADDRESS", 3)
    answers = [Client(REMOTE_ADDR="10.0.0.3").get(f"/join/{fresh_code()}/").status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]


def test_tries_are_forgotten_after_a_day_and_hold_no_address(campaign) -> None:
    at = clock.now()
    throttle.knock(at=at - timedelta(days=2), address="10.0.0.1", campaign=campaign)
    throttle.knock(at=at, address="10.0.0.1", campaign=campaign)
    assert [row.at for row in Knock.objects.all()] == [at]
    assert "10.0.0.1" not in Knock.objects.get().address_index


def test_the_journal_tells_of_it_without_a_name_or_a_number(campaign) -> None:
    send(campaign)
    entry = JournalEntry.objects.get(verb="signup.received")
    assert entry.scope == campaign.unit.path
    assert "安一一" not in str(entry.data) + entry.target
    assert "13900000001" not in str(entry.data)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_the_door_takes_no_other_method(campaign, method) -> None:
    assert getattr(Client(), method)(f"/join/{campaign.code}/").status_code == 405
    assert Client().post(f"/join/{campaign.code}/thanks/").status_code == 405


def test_someone_of_a_wide_campaign_says_where_they_live(town) -> None:
    campaign = opened(town, "和风街道", terms={"address": "optional"})
    assert send(campaign).status_code == 422
    assert send(campaign, unit=str(town["乙一居民区"].pk)).status_code == 302
    assert Application.objects.get().unit == town["乙一居民区"]
