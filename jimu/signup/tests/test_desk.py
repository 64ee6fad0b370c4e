"""The desk: confirming, merging, refusing; who may do it; what reaches the register."""

from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.people.models import Person
from jimu.signup import actions, applying
from jimu.signup.models import Application
from jimu.signup.queries import purge_due

from .conftest import born, opened, send

pytestmark = pytest.mark.django_db


def decide(actor, campaign, do="confirm", **more):
    ids = more.pop("ids", None) or list(Application.objects.filter(state="pending").values_list("pk", flat=True))
    act = applying.confirm if do == "confirm" else applying.refuse
    return act(actor=actor, at=clock.now(), campaign_id=campaign.pk, ids=ids, **more)


def test_a_confirmed_one_is_a_volunteer_of_the_neighborhood_with_times_skills_and_limits(town, campaign) -> None:
    send(campaign, skills=["driving"], limits=["no_night"], born=born(61))
    assert decide(town.actor("secretary", "甲一居民区"), campaign).done == 1
    person = Person.objects.filter(name__contains="安").get()
    assert (person.unit, person.times_known, person.limits, person.minor) == (town["甲一居民区"], True, ["no_night", "no_suit"], False)
    assert list(person.affiliations.values_list("kind", flat=True)) == ["volunteer"]
    assert list(person.skills.values_list("code", flat=True)) == ["driving"]
    assert list(person.times.values_list("weekdays", "start_minute", "end_minute")) == [(96, 480, 1080)]
    assert Application.objects.get().person == person


def test_many_are_confirmed_at_once_and_a_minor_stays_off_the_rosters(town, campaign, django_assert_max_num_queries) -> None:
    for n in range(12):
        send(campaign, name=f"安{'一二三四五六七八九十百千'[n]}一", phone=f"139000001{n:02d}")
    send(campaign, name="小小安", phone="13900000200", born=born(16), guardian_name="安妈妈", guardian_phone="13900000201", guardian_agrees="on")
    assert decide(town.actor("secretary", "甲一居民区"), campaign).done == 13
    assert Person.objects.get(name="小小安").minor
    assert Person.objects.filter(minor=False, name__contains="安").count() == 12


def test_somebody_on_the_register_is_joined_and_comes_back(town, campaign) -> None:
    known = town.person("安一一", phone="13900000001", kind="party_member", active=False)
    send(campaign)
    decide(town.actor("secretary", "甲一居民区"), campaign)
    assert set(known.affiliations.values_list("kind", flat=True)) == {"party_member", "volunteer"}
    assert Person.objects.filter(name__contains="安").get() == known
    assert Person.objects.filter(name__contains="安").get().active


def test_somebody_registered_elsewhere_is_left_for_the_commander(town, campaign) -> None:
    known = town.person("安一一", "乙一居民区", phone="13900000001")
    send(campaign)
    send(campaign, name="安二二", phone="13900000002")
    done = decide(town.actor("secretary", "甲一居民区"), campaign)
    assert (done.done, len(done.left)) == (1, 1)
    known.refresh_from_db()
    assert known.unit == town["乙一居民区"]
    assert decide(town.actor("commander"), campaign).done == 1
    assert Person.objects.filter(name__contains="安").count() == 2


def test_one_with_another_phone_is_merged_by_hand(town, campaign) -> None:
    known = town.person("安一一", phone="13900000007")
    send(campaign)
    decide(town.actor("secretary", "甲一居民区"), campaign, into=known.pk)
    known.refresh_from_db()
    assert (Person.objects.filter(name__contains="安").count(), known.phone) == (1, "13900000001")
    assert known.former_phones.count() == 1


def test_merging_takes_one_at_a_time_and_only_into_ones_own_people(town, campaign) -> None:
    stranger, near = town.person("安三三", "乙一居民区"), town.person("安四四")
    send(campaign)
    actor = town.actor("secretary", "甲一居民区")
    with pytest.raises(NotFound):
        decide(actor, campaign, into=stranger.pk)
    send(campaign, name="安二二", phone="13900000002")
    with pytest.raises(Invalid):
        decide(actor, campaign, into=near.pk)


def test_a_refusal_needs_a_reason_and_a_decided_one_is_not_decided_again(town, campaign) -> None:
    send(campaign)
    actor = town.actor("secretary", "甲一居民区")
    ids = list(Application.objects.values_list("pk", flat=True))
    with pytest.raises(Invalid):
        decide(actor, campaign, "refuse", reason=" ")
    decide(actor, campaign, "refuse", reason="电话打不通")
    with pytest.raises(Conflict):
        decide(actor, campaign, ids=ids)
    assert not Person.objects.filter(name__contains="安").exists()


def test_another_neighborhood_neither_sees_nor_decides(town, campaign) -> None:
    send(campaign)
    client = town.client("secretary", "甲二居民区")
    pk = Application.objects.get().pk
    assert client.get(f"/join/campaigns/{campaign.pk}/").status_code == 404
    assert client.get(f"/join/applications/{pk}/").status_code == 404
    assert client.post(f"/join/campaigns/{campaign.pk}/decide/", {"application": [pk], "do": "confirm"}).status_code == 404


def test_in_a_wide_campaign_each_neighborhood_decides_its_own(town) -> None:
    campaign = opened(town, "和风街道", terms={"address": "optional"})
    for name, phone, unit in (("安一一", "13900000001", "甲一居民区"), ("安二二", "13900000002", "乙一居民区")):
        send(campaign, name=name, phone=phone, unit=str(town[unit].pk))
    page = town.client("secretary", "甲一居民区").get(f"/join/campaigns/{campaign.pk}/").content.decode()
    assert "安一一" in page
    assert "安二二" not in page
    with pytest.raises(NotFound):
        decide(town.actor("secretary", "甲一居民区"), campaign)


def test_those_who_may_not_are_sent_to_sign_in_or_refused(town, campaign) -> None:
    for path in ("", "new/", f"campaigns/{campaign.pk}/", f"campaigns/{campaign.pk}/poster/"):
        assert Client().get(f"/join/{path}").status_code == 302
        assert town.client("auditor").get(f"/join/{path}").status_code == 403
    for verb in ("close", "renew", "decide"):
        assert town.client("secretary", "甲一居民区").get(f"/join/campaigns/{campaign.pk}/{verb}/").status_code == 405


def test_opening_from_the_page_gives_an_address_and_a_poster_without_personal_data(town) -> None:
    client = town.client("secretary", "甲一居民区")
    assert client.get("/join/new/").status_code == 200
    today = clock.today().isoformat()
    form = {"unit": town["甲一居民区"].pk, "title": "封控招募", "ask": "居委会服务台", "first_day": today, "last_day": today, "posts": ["scanner"]}
    made = client.post("/join/new/?playbook=epidemic-lockdown", form)
    page = client.get(made["Location"]).content.decode()
    poster = client.get(made["Location"] + "poster/").content.decode()
    assert "<svg" in page
    assert "/join/" in poster
    assert "居委会服务台" in poster
    assert "扫码" in poster
    bad = client.post("/join/new/?playbook=epidemic-lockdown", {**form, "ask": "找小王 139 0000 0001"})
    assert bad.status_code == 422


def test_a_neighborhood_opens_none_for_its_subdistrict(town) -> None:
    with pytest.raises(NotFound):
        actions.open_campaign(actor=town.actor("secretary", "甲一居民区"), at=clock.now(), call=actions.Call(
            unit_id=town["和风街道"].pk, playbook="typhoon", title="招募", ask="服务台", first_day=clock.today(), last_day=clock.today(), skills=["driving"],
        ))  # fmt: skip


def test_a_fresh_address_ends_the_old_one(town, campaign) -> None:
    old = campaign.code
    actions.renew_code(actor=town.actor("commander"), at=clock.now(), campaign_id=campaign.pk)
    assert Client().get(f"/join/{old}/").status_code == 404
    campaign.refresh_from_db()
    assert Client().get(f"/join/{campaign.code}/").status_code == 200


def test_what_was_sent_in_is_deleted_when_its_time_is_over(campaign) -> None:
    send(campaign)
    end = clock.now() + timedelta(days=7 + campaign.terms["keep_days"])
    assert actions.purge(actor=SYSTEM, at=end - timedelta(days=1)) == 0
    assert not purge_due()
    campaign.closed_at = campaign.created_at - timedelta(days=365)
    campaign.save()
    assert purge_due()
    assert actions.purge(actor=SYSTEM, at=end + timedelta(days=1)) == 1
    assert actions.purge(actor=SYSTEM, at=end + timedelta(days=1)) == 0
    assert JournalEntry.objects.filter(verb="signup.purged").count() == 1


def test_a_number_is_shown_in_full_only_on_record(town, campaign) -> None:
    send(campaign)
    client, pk = town.client("secretary", "甲一居民区"), Application.objects.get().pk
    assert "13900000001" not in client.get(f"/join/applications/{pk}/").content.decode()
    assert "13900000001" in client.post(f"/join/applications/{pk}/reveal/").content.decode()
    assert JournalEntry.objects.filter(verb="signup.revealed").count() == 1


def test_the_desk_asks_no_more_queries_for_more_rows(town, campaign, django_assert_max_num_queries) -> None:
    client = town.client("secretary", "甲一居民区")
    for n in range(3):
        send(campaign, name=f"安{'一二三'[n]}一", phone=f"1390000030{n}")
    for more in ("四五六七八九", ""):
        with django_assert_max_num_queries(30):
            assert client.get(f"/join/campaigns/{campaign.pk}/").status_code == 200
        for n, letter in enumerate(more):
            send(campaign, name=f"安{letter}一", phone=f"1390000040{n}")


def test_flags_stand_on_the_desk(town, campaign) -> None:
    town.person("安三三", phone="13900000001")
    town.person("安一一", phone="13900000008")
    send(campaign)
    page = town.client("secretary", "甲一居民区").get(f"/join/campaigns/{campaign.pk}/").content.decode()
    assert "同一手机号，还有别的姓名" in page
    assert "本居民区有同名的人" in page


def test_the_api_lists_and_decides(town, campaign) -> None:
    send(campaign)
    client = town.client("secretary", "甲一居民区")
    listed = client.get(f"/api/v1/signup/campaigns/{campaign.pk}/applications").json()
    assert [row["phone"] for row in listed["items"]] == ["139****0001"]
    assert client.get("/api/v1/signup/campaigns").json()[0]["waiting"] == 1
    body = {"do": "confirm", "applications": [listed["items"][0]["id"]]}
    answer = client.post(f"/api/v1/signup/campaigns/{campaign.pk}/decide", body, content_type="application/json")
    assert answer.json() == {"done": 1, "left": {}}
