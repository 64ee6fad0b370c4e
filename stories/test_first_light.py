"""First light: from an office's spreadsheets to a published roster and a live board, by hand in a browser."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jimu.demo.office import make_office
from jimu.demo.sheets import write_office

from .conftest import PHONE, Office, Visit, go, violations

SCALE = 0.12


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """What the office has: seven files."""
    return write_office(make_office(scale=SCALE), tmp_path_factory.mktemp("office"))


def test_from_spreadsheets_to_a_live_board(office: Office, visit: Visit, lists: list[Path]) -> None:
    office.account("zhihui", "commander", name="顾指挥")
    page = visit("zhihui")
    page.on("dialog", lambda dialog: dialog.accept())
    page.wait_for_url("**/board/")
    bring_in_the_lists(page, lists)
    office.account("kuaizhang", "block_leader", unit="东一/第1网格块", name="东一块长")
    walk_the_grid(page)
    look_for_somebody(page)
    activate(page, "epidemic-lockdown", "疫情封控")
    solve(page)
    look_at_the_matrix(page)
    publish(page)
    print_it(page)
    export(page)
    the_board_follows_a_roll_call(page, visit)
    stand_down(page)


def bring_in_the_lists(page: Any, lists: list[Path]) -> None:
    """Handed over as they are, looked at, then confirmed; the same lists again would change nothing."""
    hand_over(page, lists)
    assert figures(page)["居民区数"] == 4
    people = figures(page)["新增"]
    assert people > 500
    assert violations(page) == []
    page.click("form[action$='/confirm/'] button")
    page.wait_for_selector("h1:has-text('已导入')", timeout=90_000)
    hand_over(page, lists)
    assert (figures(page)["新增"], figures(page)["更新"], figures(page)["无变化"]) == (0, 0, people)
    page.click("form[action$='/cancel/'] button")


def hand_over(page: Any, lists: list[Path]) -> None:
    go(page, "/people/intake/")
    page.set_input_files("input[type=file]", [str(path) for path in lists])
    page.click("form[data-intake] button.primary")
    page.wait_for_selector("form[action$='/confirm/']", timeout=90_000)


def figures(page: Any) -> dict[str, int]:
    """The big numbers of a page under their words."""
    rows = page.eval_on_selector_all(
        "main dl.figures > div", "all => all.map(one => [one.querySelector('dt').textContent, one.querySelector('dd').textContent])"
    )
    return {word.strip(): int(number.replace(",", "")) for word, number in rows if number.replace(",", "").strip().isdigit()}


def walk_the_grid(page: Any) -> None:
    """From the subdistrict down to a neighborhood, whose facts and secretary came with the lists."""
    go(page, "/grid/")
    assert violations(page) == []
    page.click("main a:has-text('东一') >> nth=0")
    page.wait_for_selector("h1:has-text('东一')")
    assert "总支书记" in page.locator("main").inner_text()


def look_for_somebody(page: Any) -> None:
    """The registry finds people by a part of the name, and shows no whole phone number."""
    go(page, "/people/")
    page.wait_for_selector("main input[type=search]")
    assert violations(page) == []
    page.fill("main input[type=search] >> nth=0", "王")
    page.keyboard.press("Enter")
    page.wait_for_selector("main a[href^='/people/']:has-text('王')")
    shown = page.locator("main").inner_text()
    assert not re.search(r"1[3-9]\d{9}", shown)


def activate(page: Any, name: str, title: str) -> None:
    go(page, "/incidents/")
    page.click("a[href^='/incidents/new/'] >> nth=0")
    choice = page.locator(f"#id_choice option[value^='{name}']").first.get_attribute("value")
    page.select_option("#id_choice", choice)
    page.click("main form[method=get] button")
    assert page.locator("main dl.figures dd").first.inner_text() == "4"
    assert page.locator("form[action$='/activate/']").count() == 1
    assert violations(page) == []
    page.click("form[action$='/activate/'] button.primary")
    page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/"))
    assert title in page.locator("h1").inner_text()


def solve(page: Any, days: str = "7") -> None:
    go(page, "/roster/")
    # From yesterday on, so that at night the shift that is on is part of it.
    yesterday = datetime.now(ZoneInfo("Asia/Shanghai")).date() - timedelta(days=1)
    page.fill("input[name=first_day]", yesterday.isoformat())
    page.fill("input[name=days]", days)
    page.click(".roster-draft button")
    page.wait_for_url(re.compile(r"/roster/[0-9a-f-]{36}/"))
    page.select_option("#id_seconds", "20")
    page.click(".roster-solve button")
    page.wait_for_selector("[role=progressbar]")
    # Watched while it works, and ended with the best there is when it takes long.
    page.wait_for_selector("#progress:has-text('求解'), form[action$='/publish/']", timeout=60_000)
    stop = page.locator("form[action$='/stop/'] button")
    if stop.is_visible():
        stop.click()
    page.wait_for_selector("form[action$='/publish/']", timeout=90_000)
    needed, filled = (number(page, nth) for nth in (0, 1))
    assert filled > needed / 2


def number(page: Any, nth: int) -> int:
    return int(page.locator("main dl.figures dd").nth(nth).inner_text().replace(",", ""))


def look_at_the_matrix(page: Any) -> None:
    """A seat's reason, and a person put by hand where the rules say no."""
    page.click(".roster-place >> nth=0")
    page.click("a.roster-cell.full >> nth=0")
    page.wait_for_selector("#drawer:not([hidden]) #drawer-title")
    page.click("#drawer details[data-load] summary >> nth=0")
    page.wait_for_selector("#drawer details[open] form[action$='/release/']")
    assert violations(page) == []
    page.click("#drawer form[action$='/release/'] button")
    page.wait_for_selector("#drawer .notice.good")
    page.wait_for_selector("#drawer .roster-candidates form")
    near = page.locator("#drawer .roster-candidates button", has_text="试试").first
    if near.count():
        near.click()
        page.wait_for_selector("#drawer [role=alert] li")
        assert page.locator("#drawer [role=alert] li").first.inner_text().strip()
        page.wait_for_selector("#drawer .roster-candidates form")
    with page.expect_response(re.compile(r"/assign/")):
        page.click("#drawer .roster-fits button >> nth=0")
    page.wait_for_selector("#drawer .notice.good")
    page.keyboard.press("Escape")
    page.click(".crumbs a >> nth=1")


def publish(page: Any) -> None:
    page.click("form[action$='/publish/'] button")
    page.wait_for_selector("a.button.primary[href='/roster/roll/'], [role=alert], .notice.bad")
    assert page.locator("[role=alert], .notice.bad").all_inner_texts() == []


def print_it(page: Any) -> None:
    page.click(".roster-place >> nth=0")
    page.goto(page.url.split("?")[0] + "print/")
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert len(paper) > 20_000
    page.go_back()


def export(page: Any) -> None:
    page.click(".crumbs a >> nth=1")
    with page.expect_download() as waiting:
        page.click("a[href$='export.csv']")
    lines = Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "date,start,end,neighborhood,post,person_id,name,kind,qualifications"
    seated = [line for line in lines[1:] if "（待命）" not in line]
    assert len(seated) == number(page, 1)


def the_board_follows_a_roll_call(page: Any, visit: Visit) -> None:
    page.goto(page.url.split("/roster/")[0] + "/board/")
    page.wait_for_selector("#board-link[data-state=live]")
    page.evaluate("window.sameDocument = true")
    phone = visit("kuaizhang", **PHONE)
    phone.goto(phone.url.split("/", 3)[0] + "//" + phone.url.split("/")[2] + "/roster/roll/")
    phone.wait_for_url(re.compile(r"/roster/roll/[0-9a-f-]{36}/"))
    assert violations(phone) == []
    unit = phone.url.rstrip("/").split("/")[-1]
    tile = f"#tile-{unit} [data-value=arrived]"
    before = page.locator(tile).text_content()
    phone.click(".roll-group:not(:has(h2 .chip:not(.warn))) .roll-person button[value=arrived] >> nth=0")
    phone.wait_for_selector(".roll-person.arrived")
    page.wait_for_function("([tile, before]) => document.querySelector(tile).textContent !== before", arg=[tile, before], timeout=10_000)
    assert page.evaluate("window.sameDocument")


def stand_down(page: Any) -> None:
    go(page, "/incidents/")
    page.click("main a[href*='/incidents/'] >> nth=-1")
    page.fill("form[action$='/stand-down/'] [name=reason]", "全员核酸阴性，按通告解封")
    page.click("form[action$='/stand-down/'] button")
    page.wait_for_selector("text=已解除")
