"""In a real browser, on a phone without a network: residents of a building are corrected, and a form that the desk changed meanwhile is sent."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock, sealed
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.households import actions, form_actions, form_queries, round_actions
from jimu.field.households.actions import Given
from jimu.field.households.models import Answer, Resident, Room
from jimu.sync import actions as sync
from jimu.sync.models import Conflict, Operation
from jimu.sync.tests.clean import clean
from jimu.sync.tests.patience import kept_by_worker

from .conftest import AT, Town, door, living
from .test_answers import CHOICES, SURVEY
from .test_forms import xlsform

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
OLD, NEW, OTHER = "13800001234", "13911112222", "13722223333"


def look(page: Any, name: str) -> None:
    """Keep a picture where JIMU_LOOK names a folder."""
    if folder := os.environ.get("JIMU_LOOK"):
        page.screenshot(path=Path(folder) / f"households-{name}.png", full_page=True)


def on_duty(site: Site, town: Town, account: Account, unit: str) -> Any:
    """The app on an enrolled phone, which opens without a network from now on."""
    at = clock.now()
    _device, secret = sync.invite(actor=actor_of(account), at=at, account_id=account.pk, unit_id=town[unit].pk, label="", ends_at=at + timedelta(hours=8))
    page = site.open(f"/app/#enrol={secret}", **PHONE)
    page.locator("#queue", has_text="都已传完").wait_for()
    page.locator("a.item").first.wait_for()
    kept_by_worker(page)
    return page


def kept(page: Any) -> None:
    page.get_by_role("button", name="记下").click()
    page.get_by_text(re.compile("已记下")).first.wait_for()


def sent(page: Any, said: str = "都已传完") -> None:
    page.context.set_offline(False)
    page.locator("#queue", has_text=said).wait_for()


def test_residents_are_corrected_moved_and_registered_without_a_network(site: Site, town: Town) -> None:
    home, beside = door(town, "1号楼", "101", "周桂英", phone=OLD, birth_year=1950, groups=["chronic"]), door(town, "1号楼", "102")
    actions.add_resident(actor=SYSTEM, at=AT, room_id=home.pk, given=Given(name="吴刚"))
    page = on_duty(site, town, town.account("building_leader", "1号楼"), "1号楼")
    page.context.set_offline(True)
    look(page, "people")
    clean(page)
    page.get_by_role("link", name=re.compile("周\\*英")).click()
    look(page, "resident")
    clean(page)
    page.set_viewport_size(PHONE["viewport"])
    # The number that is there is never in the box, and one with a digit missing is not kept.
    assert page.get_by_label("新手机号").input_value() == ""
    assert page.get_by_text("138****1234，不改就空着").is_visible()
    page.get_by_label("新手机号").fill("1391111222")
    page.get_by_role("button", name="记下").click()
    assert page.get_by_label("新手机号").evaluate("(one) => one.validity.patternMismatch")
    page.get_by_label("新手机号").fill("139 1111 2222")
    page.get_by_text("独居老人").click()
    page.get_by_label("室号").fill("102")
    kept(page)
    page.get_by_role("link", name=re.compile("吴\\*")).click()
    page.get_by_text("否", exact=True).click()
    kept(page)
    page.get_by_role("link", name=re.compile("102 室")).click()
    page.get_by_role("link", name="登记新住户", exact=True).click()
    page.get_by_label("姓名").fill("郑和平")
    look(page, "arrived")
    page.get_by_label("哪年生").fill("1988")
    kept(page)
    # Closed and opened again in the stairwell: it all waits, and what was typed is masked too.
    page.reload()
    page.locator("#queue", has_text="3 条待传").wait_for()
    page.get_by_role("link", name=re.compile("周\\*英")).click()
    page.get_by_text("139****2222，不改就空着").wait_for()
    assert Operation.objects.count() == 0
    # Meanwhile somebody at a desk knows something else of her, which stands beside it.
    resident = Resident.objects.get(name_index=sealed.blind_index("周桂英"))
    actions.edit_resident(actor=SYSTEM, at=clock.now(), resident_id=resident.pk, seen=resident.updated_at, given=Given(birth_year=1951))
    page.get_by_role("link", name="返回").click()
    sent(page)
    resident.refresh_from_db()
    assert (living(home), living(beside)) == ([], ["周桂英", "郑和平"])
    assert (sealed.unseal(resident.phone_sealed), resident.groups, resident.birth_year) == (NEW, ["elder_alone", "chronic"], 1951)
    page.get_by_role("heading", name="1号楼 102").wait_for()
    page.get_by_text("已搬走").wait_for()
    look(page, "people-after")


def open_door(page: Any, number: str) -> None:
    page.get_by_role("link", name=re.compile(f"1号楼 {number}")).click()
    page.get_by_role("link", name="入户需求").click()


@pytest.fixture
def asked(town: Town, tmp_path: Path) -> Callable[[list[list[object]]], Any]:
    """Bring the form to the desk, in whatever wording: its newest version."""

    def bring(survey: list[list[object]]) -> Any:
        return form_actions.import_form(actor=SYSTEM, at=clock.now(), unit_id=town["甲一居民区"].pk, path=xlsform(tmp_path, survey, CHOICES))[0]

    return bring


def test_a_form_that_was_changed_while_a_phone_was_away_arrives_as_it_was_asked(site: Site, town: Town, asked: Any, signed_in: Callable[[Account], Client]) -> None:
    rooms = {number: door(town, "1号楼", number) for number in ("101", "102", "201")}
    who = actions.add_resident(actor=SYSTEM, at=AT, room_id=rooms["101"].pk, given=Given(name="周桂英", phone=OLD, birth_year=1950))
    first = asked(SURVEY)
    round_actions.open_round(actor=SYSTEM, at=clock.now() - timedelta(hours=1), unit_id=town["第1网格块"].pk, title="核对", pairs=1, form_id=first.form_id)
    leader = town.account("block_leader", "第1网格块")
    page = on_duty(site, town, leader, "第1网格块")
    page.context.set_offline(True)
    open_door(page, "101")
    page.get_by_label("合用厨房").fill("东灶间")
    page.get_by_role("button", name="添加：住着谁").click()
    page.get_by_label("姓名").fill("周桂英")
    page.get_by_label("手机号").fill(NEW)
    look(page, "old-form")
    # The desk changes the form (a question less, a required one more), and hears another number by telephone.
    second = asked([row for row in SURVEY if row[1] != "kitchen"] + [["text", "pets", "养了什么", "yes", ""]])
    who.refresh_from_db()
    actions.edit_resident(actor=SYSTEM, at=clock.now(), resident_id=who.pk, seen=who.updated_at, given=Given(phone=OTHER))
    kept(page)
    open_door(page, "102")
    page.get_by_label("合用厨房").fill("西灶间")
    # The network is back while that sheet is still open: nothing typed is lost, and it goes as it was asked.
    sent(page, "1 条要看")
    assert page.get_by_label("合用厨房").input_value() == "西灶间"
    kept(page)
    page.locator("#queue", has_text="0 条待传，1 条要看").wait_for()
    # From now on the new form is asked.
    open_door(page, "201")
    page.get_by_label("养了什么").wait_for()
    assert not page.get_by_label("合用厨房").count()
    page.get_by_label("养了什么").fill("一只猫")
    kept(page)
    page.get_by_text(re.compile("现在没有要做的：.*今天要敲的门")).wait_for()
    versions = dict(Answer.objects.values_list("room__number", "version__number"))
    assert versions == {"101": 1, "102": 1, "201": 2}
    assert dict(Room.objects.values_list("number", "kitchen")) == {"101": "东灶间", "102": "西灶间", "201": ""}
    told = {one.answer.room.number: (dict(one.values), dict(one.rest)) for one in form_queries.filled(SYSTEM, second.form)}
    assert told["102"] == ({}, {"kitchen": "西灶间"})
    assert told["201"] == ({"pets": "一只猫"}, {})
    # Of the number both versions are there, until somebody decides; then the phone has nothing left.
    assert sealed.unseal(Resident.objects.get(pk=who.pk).phone_sealed) == OTHER
    desk = site.open(reverse("sync:look", args=[Conflict.objects.get().pk]), client=signed_in(leader))
    desk.get_by_role("button", name="看内容").click()
    desk.get_by_text("周*英 · 手机号").wait_for()
    assert desk.get_by_text("139****2222").is_visible()
    look(desk, "look-1440")
    desk.set_viewport_size(PHONE["viewport"])
    assert desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    look(desk, "look-360")
    desk.get_by_role("button", name="用手机上记的").click()
    desk.get_by_text("已处理").wait_for()
    assert sealed.unseal(Resident.objects.get(pk=who.pk).phone_sealed) == NEW
    page.reload()
    page.locator("#queue", has_text="都已传完").wait_for()


def test_at_a_desk_what_differs_is_seen_before_the_sheet_is_kept(site: Site, town: Town, asked: Any, signed_in: Callable[[Account], Client]) -> None:
    home = door(town, "1号楼", "101", "周桂英", phone=OLD, birth_year=1950)
    version = asked(SURVEY)
    round_actions.open_round(actor=SYSTEM, at=clock.now() - timedelta(hours=1), unit_id=town["第1网格块"].pk, title="核对", pairs=1, form_id=version.form_id)
    page = site.open(reverse("households:fill", args=[home.pk]), client=signed_in(town.account("block_leader", "第1网格块")))
    page.get_by_role("button", name="添加：住着谁").click()
    page.get_by_label("姓名").fill("周桂英")
    page.get_by_label("手机号").fill(NEW)
    resident = Resident.objects.get()
    actions.edit_resident(actor=SYSTEM, at=clock.now(), resident_id=resident.pk, seen=resident.updated_at, given=Given(phone=OTHER))
    page.get_by_role("button", name="记下").click()
    page.get_by_role("heading", name="表上和台账对不上的地方").wait_for()
    # What was typed is still there.
    assert (page.get_by_label("手机号").input_value(), Answer.objects.count()) == (NEW, 0)
    page.get_by_role("button", name="记下").click()
    assert page.get_by_label("用表上的").evaluate("(one) => one.validity.valueMissing")
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        look(page, f"unlike-{width}")
    page.get_by_label("用表上的").check()
    page.get_by_role("button", name="记下").click()
    page.get_by_text("记下了").wait_for()
    assert (sealed.unseal(Resident.objects.get().phone_sealed), Answer.objects.count()) == (NEW, 1)
