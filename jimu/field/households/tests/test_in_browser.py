"""Pages of zones, cases, forms and tables in a browser, answered by the test client: clean for axe, no wider than a phone."""

import json
import mimetypes
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.core.ids import new_id
from jimu.core.permissions import SYSTEM
from jimu.core.tests.serving import CHROMIUM
from jimu.field.households import (
    case_actions,
    form_actions,
    form_sample,
    referral_actions,
    round_actions,
    zone_actions,
    zone_queries,
)
from jimu.field.households.models import Case, Contact, FormVersion, Referral, Resident, Room, Round, Zone
from jimu.sync import shell

from .conftest import Town, door

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


Drawn = dict[tuple[str, str], bytes]


def drawn(client: Client, addresses: list[str], posted: str) -> Drawn:
    """What the pages say, by method and address: drawn before the browser asks, whose loop is no place for a database."""
    found = {("GET", address): client.get(address) for address in addresses} | {("POST", posted): client.post(posted)}
    assert {one.status_code for one in found.values()} == {200}
    return {key: one.content for key, one in found.items()}


def answer(pages: Drawn, route: Any) -> None:
    """A request of the browser, answered without a service."""
    request = route.request
    path = request.url.split("app.test", 1)[1]
    if path.startswith("/static/"):
        name = path.removeprefix("/static/").split("?")[0]
        route.fulfill(body=shell.file_of(name).read_bytes(), content_type=mimetypes.guess_type(name)[0] or "text/plain")
    elif (request.method, path) in pages:
        route.fulfill(body=pages[request.method, path], content_type="text/html; charset=utf-8")
    else:
        route.abort()


def _two_sheets(version: FormVersion, room: UUID, at: datetime) -> None:
    """Two phones at one door: each met another person."""
    for minutes, who in ((20, "王阿姨"), (10, "李师傅")):
        entry = {"_id": str(new_id()), "who": who, "temperature": 38.2, "to_doctor": "no"}
        answers = {"people": 2, "medicine_out": "no", "unwell": [entry]}
        told = form_actions.Filling(new_id(), Round.objects.get().pk, room, version.pk, answers, at - timedelta(minutes=minutes))
        assert form_actions.keep_answers(actor=SYSTEM, told=[told]) == [None]


def _elsewhere(town: Town, case: Case, at: datetime) -> None:
    """One contact handed away in words, one found on the ledger of another building."""
    how = {"kind": "close", "setting": "work", "exposed_on": zone_queries.today(at)}
    referral_actions.refer(actor=SYSTEM, at=at, case_id=case.pk, unit_id=town["乙一居民区"].pk, words="李阿姨，9号楼 301，同一食堂", **how)
    far = door(town, "3号楼", "301", "郑和平", head=False)
    referral_actions.add_contact(actor=SYSTEM, at=at, case_id=case.pk, resident_id=Resident.objects.get(room=far).pk, **how)


@pytest.fixture
def places(town: Town, tmp_path: Path) -> dict[str, str]:
    """A closed building with a case, a form; addresses of the pages by name."""
    at = clock.now()
    today = zone_queries.today(at)
    for number in ("101", "102", "201"):
        door(town, "1号楼", number, "周桂英", "吴刚", head=False)
    zone_actions.adopt_policy(actor=SYSTEM, at=at, unit_id=town["和风街道"].pk, name="three-zones-2022-04", effective_from=today, legal_basis="疫防指〔2022〕1号")
    ill = Resident.objects.filter(room__number="101").order_by("pk")[0]
    case = case_actions.record_case(actor=SYSTEM, at=at, resident_id=ill.pk, found_on=today - timedelta(days=3), legal_basis="疫防指〔2022〕1号")
    near = [one.pk for one in Contact.objects.filter(reason="household")]
    case_actions.judge(actor=SYSTEM, at=at, case_id=case.pk, contact_ids=near, confirm=True)
    (tmp_path / form_sample.NAME).write_bytes(form_sample.workbook())
    version, _reading = form_actions.import_form(actor=SYSTEM, at=at, unit_id=town["甲一居民区"].pk, path=tmp_path / form_sample.NAME)
    room = Resident.objects.filter(room__number="201")[0].room_id
    round_actions.open_round(actor=SYSTEM, at=at, unit_id=town["第1网格块"].pk, title="需求", pairs=1, form_id=version.form_id)
    Round.objects.update(opened_at=at - timedelta(hours=1))
    _two_sheets(version, room, at)
    _elsewhere(town, case, at)
    given = {
        "fill": [room], "room": [room], "round": [Round.objects.get().pk], "zones": [], "zone": [Zone.objects.get().pk], "cases": [], "case": [Case.objects.get().pk], "refer": [Case.objects.get().pk], "referrals": [], "referral": [Referral.objects.get(contact=None).pk], "new_case": [Resident.objects.filter(room__number="201")[0].pk],
        "forms": [], "form": [version.form_id], "export": [], "place": [town["第1网格块"].pk],
    }  # fmt: skip
    return {name: reverse(f"households:{name}", args=args) for name, args in given.items()}


def test_pages_of_zones_cases_forms_and_tables_are_accessible_and_fit_a_phone(browser: Any, town: Town, places: dict[str, str]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    pages = drawn(town.client("commander"), list(places.values()), places["place"])
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.route("**/*", lambda route: answer(pages, route))

    def clean(name: str) -> None:
        found = axe.run(page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], name
        wide = page.evaluate("[...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 90))")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, (name, wide[:4])
        if folder := os.environ.get("JIMU_STORY_PICTURES"):
            page.screenshot(path=Path(folder) / f"households-{name}-390.png", full_page=True)
            page.set_viewport_size({"width": 1280, "height": 900})
            page.screenshot(path=Path(folder) / f"households-{name}.png", full_page=True)
            page.set_viewport_size({"width": 390, "height": 844})

    for name, address in places.items():
        page.goto(f"http://app.test{address}")
        for summary in page.locator("summary").all():
            summary.click()
        clean(name)
    page.get_by_role("button", name="在楼层图上标出").click()
    page.get_by_text("已标出，已记录").wait_for()
    assert page.locator(".plan-cell", has_text="101").get_by_text("阳性 1").is_visible()
    clean("plan")


def test_a_sheet_at_a_desk_asks_as_the_phones_do_and_sends_an_ordinary_form(browser: Any, town: Town, places: dict[str, str]) -> None:
    pages = drawn(town.client("commander"), [places["fill"]], places["place"])
    page, sent = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN"), []

    def route(given: Any) -> None:
        if given.request.method == "POST":
            sent.append(parse_qs(given.request.post_data))
            given.fulfill(body="kept", content_type="text/html")
        else:
            answer(pages, given)

    page.route("**/*", route)
    page.goto(f"http://app.test{places['fill']}")
    page.get_by_label("现在住着几人").fill("2")
    assert page.get_by_label("最急的还够几天").is_hidden()
    page.get_by_role("group", name="有药快断了吗").get_by_role("radio", name="是").check()
    page.get_by_role("button", name="记下").click()
    # What is asked now and has no answer yet keeps the sheet here.
    assert page.get_by_label("最急的还够几天").evaluate("(one) => one.validity.valueMissing")
    assert sent == []
    page.get_by_label("最急的还够几天").fill("1.5")
    page.get_by_label("怎么问到的").select_option("phone")
    page.get_by_role("button", name="添加：发热或不舒服的人").click()
    page.get_by_label("怎么称呼").fill("王阿姨")
    page.get_by_role("group", name="要去医院吗").get_by_text("否").click()
    if folder := os.environ.get("JIMU_STORY_PICTURES"):
        page.screenshot(path=Path(folder) / "households-desk.png", full_page=True)
    page.get_by_role("button", name="记下").click()
    page.get_by_text("kept").wait_for()
    answers = json.loads(sent[0]["answers"][0])
    (unwell,) = answers.pop("unwell")
    assert answers == {"people": 2, "medicine_out": "yes", "days_left": 1.5}
    assert unwell == {"_id": unwell["_id"], "who": "王阿姨", "to_doctor": "no"}
    assert sent[0]["way"] == ["phone"]
    assert {"op_id", "version", "csrfmiddlewaretoken"} <= set(sent[0])


def test_two_sheets_are_laid_together_on_a_page_that_fits_a_phone(browser: Any, town: Town, places: dict[str, str]) -> None:
    client = town.client("commander")
    answered = client.post(reverse("households:join", args=[Room.objects.get(number="201").pk]))
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    pages = drawn(client, [places["fill"]], places["place"]) | {("GET", "/joined"): answered.content}
    page.route("**/*", lambda route: answer(pages, route))
    page.goto("http://app.test/joined")
    page.get_by_role("group", name="发热或不舒服的人 2").wait_for()
    assert [page.get_by_role("group", name=f"发热或不舒服的人 {n}").get_by_label("怎么称呼").input_value() for n in (1, 2)] == ["李师傅", "王阿姨"]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    if folder := os.environ.get("JIMU_STORY_PICTURES"):
        page.screenshot(path=Path(folder) / "households-join-390.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.screenshot(path=Path(folder) / "households-join.png", full_page=True)
