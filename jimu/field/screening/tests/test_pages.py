"""The pages: a round from its site to its report, each page guarded, and what few may read."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jimu.core import clock, live
from jimu.core.models import JournalEntry
from jimu.core.permissions import rights
from jimu.field.screening.codes import HOUSEHOLD, PERSON, code_of
from jimu.field.screening.models import QueueCount, Round, Scan, Site, Slot, Tube
from jimu.field.screening.queries import places_to_plan
from jimu.field.screening.tests.conftest import Yard, yard_of
from jimu.grid.tests.town import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def yard(db: None) -> Yard:
    return yard_of(build(), at=clock.now())


@pytest.fixture
def lead(yard: Yard) -> Client:
    return yard.town.client("secretary", "甲一居民区")


def at(name: str, *args: Any) -> str:
    return reverse(f"screening:{name}", args=args)


def test_a_secretary_sets_up_a_site_plans_begins_and_closes(yard: Yard, lead: Client) -> None:
    assert "第1轮" in lead.get(at("index")).content.decode()
    assert lead.post(at("sites"), {"unit": yard.site.unit_id, "name": "东门", "tables": 2}).status_code == 422
    assert lead.post(at("sites"), {"unit": yard.site.unit_id, "name": "西门", "tables": 3}).status_code == 302
    site = Site.objects.get(name="西门")
    assert lead.post(at("change_site", site.pk), {"tables": 4}).status_code == 302
    new = at("new", site.unit_id)
    assert "要多少" in lead.get(new).content.decode()
    assert lead.post(new, {"title": "第2轮"}).status_code == 422
    given = {"title": "第2轮", "starts_at": "2026-04-07T06:00", "sites": [site.pk], "pool_size": 20, "staff": 4, "closed": [yard.town["2号楼"].pk]}
    plan = lead.post(new, given)["Location"]
    made = Round.objects.get(title="第2轮")
    assert (made.pool_size, made.slots.count()) == (20, 4)
    page = lead.get(plan).content.decode()
    assert "楼门口" in page
    slot = made.slots.filter(kind="building").first()
    assert lead.post(plan, {f"site-{slot.pk}": site.pk, f"at-{slot.pk}": "2026-04-07T09:30", f"order-{slot.pk}": "7"}).status_code == 302
    assert (Slot.objects.get(pk=slot.pk).order, timezone.localtime(Slot.objects.get(pk=slot.pk).starts_at).hour) == (6, 9)
    assert "1号楼" in lead.get(at("callers", made.pk)).content.decode()
    assert lead.post(at("begin", made.pk)).status_code == 302
    assert lead.post(at("begin", made.pk)).status_code == 409
    assert lead.post(at("close", made.pk))["Location"] == at("report", made.pk)
    assert "没采的原因" in lead.get(at("report", made.pk)).content.decode()


def test_blocks_of_one_name_stand_each_with_its_neighborhood(yard: Yard, lead: Client) -> None:
    def places(role: str, unit: str) -> dict[str, list[str]]:
        return {one.name: [block.name for block in blocks] for one, blocks in places_to_plan(yard.town.actor(role, unit))}

    whole = places("commander", "和风街道")
    assert "第1网格块" not in whole
    assert "第1网格块" in whole["甲一居民区"]
    assert list(places("secretary", "甲一居民区")) == ["甲一居民区"]
    page = lead.get(at("index")).content.decode()
    assert f'href="{at("new", yard.town["第1网格块"].pk)}"' in page
    assert "<details open" in page


def test_a_volunteer_at_the_site_calls_counts_scans_and_seals(yard: Yard) -> None:
    client = yard.town.client("member", "甲一居民区")
    site, desk = at("site", yard.round.pk, yard.site.pk), at("desk", yard.round.pk, yard.site.pk)
    slot = Slot.objects.filter(round=yard.round, site=yard.site).first()
    assert "叫哪一批" in client.get(site).content.decode()
    assert client.post(at("call", slot.pk)).status_code == 302
    assert client.post(at("queue", yard.round.pk, yard.site.pk), {"waiting": 400, "tables": 2}).status_code == 302
    assert "加开" in client.get(site).content.decode()
    assert client.post(at("queue", yard.round.pk, yard.site.pk), {"waiting": -1, "tables": 2}).status_code == 422
    assert "一台也没开" not in client.get(at("site", yard.round.pk, yard.site.pk)).content.decode()
    assert client.post(at("queue", yard.round.pk, yard.site.pk), {"waiting": 40, "tables": 0}).status_code == 302
    assert "40 人排着，一台也没开" in client.get(at("site", yard.round.pk, yard.site.pk)).content.decode()
    code = code_of(PERSON, yard.people[0].pk)
    answer = client.post(desk, {"tube": "t1", "table": 1, "code": code})
    assert "1 / 10" in client.get(answer["Location"]).content.decode()
    assert "没有重复记" in client.post(desk, {"tube": "t1", "table": 1, "code": code}, follow=True).content.decode()
    both = client.post(desk, {"tube": "T1", "table": 1, "code": code_of(HOUSEHOLD, yard.people[2].room_id)}).content.decode()
    assert "哪一位" in both
    assert yard.people[2].name not in both
    client.post(desk, {"tube": "T1", "table": 1, "code": "", "person": yard.people[2].pk})
    assert client.post(desk, {"tube": "T1", "table": 1, "code": code[:-3]}).status_code == 422
    client.post(desk, {"tube": "T1", "table": 1, "seal": "1"})
    assert (yard.tube().taken, yard.tube().said) == (2, 2)
    assert client.post(desk, {"tube": "T1", "table": 1, "code": code_of(PERSON, yard.people[4].pk)}).status_code == 422
    assert QueueCount.objects.count() == 2
    sheet = at("sheet", yard.round.pk, yard.site.pk)
    now = timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")
    refused = client.post(sheet, {"tube": "P1", "at": now, "lines": "1号楼 201 郑强\n不知道", "seal": "on"})
    assert (refused.status_code, Scan.objects.filter(tube__code="P1").count()) == (422, 1)
    assert client.post(sheet, {"tube": "P1", "at": now, "lines": "1号楼 301 冯刚", "seal": "on"}).status_code == 302


def test_a_round_s_page_hears_of_every_scan_and_seal_and_of_nothing_told_again(yard: Yard, lead: Client, django_capture_on_commit_callbacks: Any) -> None:
    page = lead.get(at("round", yard.round.pk)).content.decode()
    (topic,), (version,) = re.findall(r'data-topic="([^"]*)"', page), re.findall(r'data-version="([^"]*)"', page)
    assert f'hx-get="{at("now", yard.round.pk)}" hx-trigger="screening-changed from:body"' in page

    def risen(client: Client, **sent: Any) -> int:
        before = live.versions([topic])[topic]
        with django_capture_on_commit_callbacks(execute=True):
            client.post(at("desk", yard.round.pk, yard.site.pk), {"tube": "T1", "table": 1, "code": "", **sent})
        return live.versions([topic])[topic] - before

    assert live.versions([topic])[topic] == int(version)
    table, code = yard.town.client("member", "甲一居民区"), code_of(PERSON, yard.people[0].pk)
    assert [risen(table, code=code), risen(table, code=code), risen(table, code=code[:-3]), risen(table, seal="1"), risen(table, seal="1")] == [1, 0, 0, 1, 0]
    # What the page asks for when it hears of it: one tube, and that a person was tested.
    assert yard.tube().sealed_at is not None
    assert lead.get(at("now", yard.round.pk)).context["turnout"].tested == 1


def test_tubes_travel_results_come_and_a_positive_is_recalled(yard: Yard, lead: Client) -> None:
    tube = yard.fill("T1", 2)
    yard.scan(yard.people[5], "T2")
    page = lead.get(at("tubes", yard.round.pk)).content.decode()
    assert "装成一箱" in page
    lead.post(at("pack", yard.round.pk), {"site": yard.site.pk, "tubes": [tube.pk]})
    batch = yard.tube().batch
    assert lead.post(at("hand", batch.pk), {"name": ""}).status_code == 422
    lead.post(at("hand", batch.pk), {"name": "孙师傅"})
    lead.post(at("receive", batch.pk), {"name": "钱进"})
    assert "孙师傅" in lead.get(at("tube", tube.pk)).content.decode()
    file = SimpleUploadedFile("结果.csv", "管号,结果\nT1,阳性\nT8,阴性\n".encode())
    shown = lead.post(at("results", yard.round.pk), {"file": file}).content.decode()
    assert "1 支阳性" in shown
    assert "没有这支管" in shown
    assert lead.post(at("recall", tube.pk)).status_code == 302
    listed = lead.get(at("recall", tube.pk))
    assert "no-store" in listed["Cache-Control"]
    assert "T1-01" in listed.content.decode()
    assert yard.people[0].name not in listed.content.decode()
    assert JournalEntry.objects.filter(verb="screening.recalled").count() == 1
    assert lead.post(at("results", yard.round.pk), {"tube": "T1", "result": "purple"}).status_code == 422
    assert "T1" in lead.get(at("round", yard.round.pk)).content.decode()
    assert at("recall", tube.pk) in lead.get(at("now", yard.round.pk)).content.decode()
    block = yard.town.client("block_leader", "甲一居民区")
    assert {block.get(at(name, key)).status_code for name, key in (("recall", tube.pk), ("results", yard.round.pk), ("look", yard.round.pk))} == {403}
    told = block.get(at("tube", tube.pk)).content.decode() + block.get(at("round", yard.round.pk)).content.decode() + block.get(at("tubes", yard.round.pk)).content.decode()
    assert "阳性" not in told


def test_a_recall_says_what_to_do_first_and_how_far_it_is(yard: Yard, lead: Client) -> None:
    tube = yard.fill("T1", 2)
    lead.post(at("results", yard.round.pk), {"tube": "T1", "result": "positive"})
    page = lead.get(at("recall", tube.pk)).content.decode()
    assert "管里 2 人：单采管备好 0 支，已复采 0 人" in page
    assert "留在家里" in page
    assert ">备好单采管<" in page
    lead.post(at("recall", tube.pk))
    page = lead.get(at("recall", tube.pk)).content.decode()
    assert "单采管备好 2 支，已复采 0 人" in page
    assert ">备好单采管<" not in page
    for number, person in enumerate(yard.people[:2], 1):
        yard.scan(person, f"T1-{number:02d}", minutes=200)
    page = lead.get(at("recall", tube.pk)).content.decode()
    assert "已复采 2 人" in page
    assert "留在家里" not in page


def test_whose_own_tube_is_positive_is_one_step_from_a_new_case_with_the_day_filled_in(yard: Yard, lead: Client, monkeypatch) -> None:
    tube, ill = yard.fill("T1", 2), yard.people[0]
    lead.post(at("results", yard.round.pk), {"tube": "T1", "result": "positive"})
    new = reverse("households:new_case", args=[ill.pk])
    assert new not in lead.get(at("recall", tube.pk)).content.decode()
    lead.post(at("recall", tube.pk))
    yard.scan(ill, "T1-01", minutes=200)
    yard.seal("T1-01", minutes=201, said=1)
    lead.post(at("results", yard.round.pk), {"tube": "T1-01", "result": "positive"})
    today = clock.today().isoformat()
    for key in (tube.pk, yard.tube("T1-01").pk):
        page = lead.get(at("recall", key)).content.decode()
        assert page.count("单采阳性") == 1
        assert f'href="{new}?found_on={today}&amp;way=recheck"' in page
        assert reverse("households:new_case", args=[yard.people[1].pk]) not in page
    with monkeypatch.context() as without:
        without.setitem(rights(), "households.health", frozenset())
        assert "单采阳性" not in lead.get(at("recall", tube.pk)).content.decode()
    form = lead.get(f"{new}?found_on={today}&way=recheck").context["form"]
    assert (form["found_on"].value().isoformat(), form["way"].value()) == (today, "recheck")
    form = lead.get(f"{new}?found_on=2022-13-40&way=rumour").context["form"]
    assert (form["found_on"].value().isoformat(), form["way"].value()) == (today, None)
    case = lead.post(new, {"found_on": today, "way": "recheck"})["Location"]
    page = lead.get(at("recall", tube.pk)).content.decode()
    assert case in page
    assert new not in page


def test_a_line_of_six_hundred_is_told_what_it_means_also_where_no_table_can_be_had(yard: Yard) -> None:
    client, site = yard.town.client("member", "甲一居民区"), at("site", yard.round.pk, yard.site.pk)
    client.post(at("queue", yard.round.pk, yard.site.pk), {"waiting": 600, "tables": 2})
    page = client.get(site).content.decode()
    assert "加开 8 台：采样 16 人、扫码 8 人；等候从 150 分钟降到 30 分钟。" in page
    assert "约 120 分钟后排队降到 120 人" in page
    assert "南门现在不用排队" in page
    assert 'class="button primary">叫<' not in page
    client.post(at("queue", yard.round.pk, yard.site.pk), {"waiting": 3000, "tables": 12})
    page = client.get(site).content.decode()
    assert "台数已到顶" in page
    assert "加开" not in page


def test_what_a_person_has_to_settle_is_settled_on_a_page(yard: Yard, lead: Client) -> None:
    yard.scan(yard.people[0], "T1")
    yard.scan(yard.people[0], "T2")
    yard.scan("https://jkm.example/9527", "T2")
    look = at("look", yard.round.pk)
    page = lead.get(look).content.decode()
    assert "这一次不算" in page
    scan = Scan.objects.filter(tube__code="T1").get()
    assert lead.post(look, {"scan": scan.pk, "verdict": "struck", "double": "1"}).status_code == 302
    stranger = Scan.objects.get(resident=None)
    assert lead.post(at("match", yard.round.pk), {"scan": stranger.pk, "words": "1号楼 999 周桂英"}).status_code == 422
    assert lead.post(at("match", yard.round.pk), {"scan": stranger.pk, "words": "1号楼 201 吴敏"}).status_code == 302
    assert "没有要定的" in lead.get(look).content.decode()


def test_a_building_leader_sees_their_own_building_and_no_other(yard: Yard) -> None:
    client = yard.town.client("building_leader", "1号楼")
    own, other = yard.town["1号楼"].pk, yard.town["2号楼"].pk
    page = client.get(at("building", yard.round.pk, own)).content.decode()
    assert "周*英" in page
    assert "周桂英" not in page
    assert client.get(at("left", yard.round.pk)).content.decode().count("周") == 0
    assert client.get(at("building", yard.round.pk, other)).status_code == 404
    assert client.get(at("codes", other)).status_code == 404
    commander = yard.town.client("commander")
    outside = [commander.get(at("building", yard.round.pk, yard.town[name].pk)).status_code for name in ("第1网格块", "乙一居民区")]
    assert outside == [404, 404]
    excuse = at("excuse", yard.round.pk, own)
    assert client.post(excuse, {"resident": yard.people[0].pk, "reason": "home"}).status_code == 302
    assert client.post(excuse, {"resident": yard.people[10].pk, "reason": "home"}).status_code == 404
    assert "上门" in client.get(at("building", yard.round.pk, own) + "?visits=1").content.decode()
    assert client.get(at("round", yard.round.pk)).status_code == 200
    assert client.get(at("desk", yard.round.pk, yard.site.pk)).status_code == 404
    codes = client.get(at("codes", own)).content.decode()
    assert codes.count("<svg") >= 10
    assert "周桂英" not in codes
    assert JournalEntry.objects.filter(verb="screening.codes_printed").count() == 1
    assert yard.town.client("secretary", "乙一居民区").get(at("round", yard.round.pk)).status_code == 404


def test_the_api_takes_scans_and_tells_how_far_it_is(yard: Yard, lead: Client) -> None:
    base = f"/api/v1/screening/rounds/{yard.round.pk}"
    scans = [{"id": str(yard.act().id), "tube": "A1", "code": code_of(PERSON, person.pk)} for person in yard.people[:2]]
    sent = {"scans": [*scans, scans[0], {"id": str(yard.act().id), "tube": "A1", "code": "JP" + "B" * 39}]}
    told = lead.post(f"{base}/sites/{yard.site.pk}/scans", sent, content_type="application/json").json()
    assert [one["outcome"] for one in told] == ["done", "done", "already_done", "refused"]
    assert lead.get(base).json()["turnout"]["tested"] == 2
    assert len(lead.get(f"{base}/left?building_id={yard.town['1号楼'].pk}").json()) == 8
    assert lead.post(f"{base}/results", {"results": [{"tube": "A1", "result": "negative"}]}, content_type="application/json").json()["written"] == 0
    assert lead.get(f"{base}/report").json()["scans"] == 2
    assert lead.get(f"{base}/slots").json()[0]["state"] == "planned"
    far = yard.town.client("secretary", "乙一居民区")
    assert far.get(base).status_code == 404
    assert Tube.objects.count() == 1
