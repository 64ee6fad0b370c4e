"""The intake's way in a real browser: files in, what was understood, yes, the marked workbook; clean for axe, on a phone too."""

import io
import os
from pathlib import Path

import openpyxl
import pytest
from django.urls import reverse

from jimu.core import jobs
from jimu.core.models import Job
from jimu.core.tests.elsewhere import environment
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.grid.tests.town import build
from jimu.people.models import Person
from jimu.people.tests.offices import CAST, phone_of, save

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# What stands out of its card: the page itself may hide that.
SPILLS = """() => [...document.querySelectorAll('.card *')].filter(one => !one.closest('.scroll-x')
    && one.getBoundingClientRect().right > one.closest('.card').getBoundingClientRect().right + 1).map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A list as offices have them: a hidden sheet, free words, wrong numbers, another's phone; and a file that is none."""
    words = ("周一三五晚", "看猫的心情", "只有周末上午，不能搬重物", "随时")
    rows = [[p.name, p.phone, p.id_number, "甲一居民区", words[n % 4], "密接" if n == 0 else "健康"] for n, p in enumerate(CAST)]
    rows += [["王某某", "199", None, "甲一", None, None], ["同号人", CAST[1].phone, None, "查无此处", None, None], [None, phone_of(90), None, None, None, None]]
    head = ["姓名", "手机号码（必填）", "身份证", "居住居民区", "可参与防疫志愿服务的时间段（请尽量写具体）", "近14天健康状况"]
    path = save(tmp_path / "和风街道2022年3月储备志愿者报名汇总表（第三次修改版）.xlsx", ("储备志愿者", [head, *rows]), ("旧版(作废)", [["姓名", "手机"]]))
    book = openpyxl.load_workbook(path)
    book["旧版(作废)"].sheet_state = "hidden"
    book.save(path)
    (tmp_path / "登录页.xls").write_text("<html><body>请登录</body></html>", encoding="utf-8")
    return [str(path), str(tmp_path / "登录页.xls")]


@pytest.fixture
def here(site: Site, settings):
    """A commander's browser: (open a page by path, run the jobs that wait)."""
    client = build().client("commander")
    # Files lie where the service puts them.
    settings.JIMU_HOME = Path(environment().get("JIMU_HOME", settings.JIMU_HOME))

    def show(path: str, **options):
        page = site.open(path, client=client, **options)
        page.set_default_timeout(60_000)
        return page

    return show, work


def work() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.execute(str(job.pk))


def check(show, path: str, name: str) -> None:
    """Nothing for axe in either theme, everything opened; nothing wider than a phone."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for scheme, size in (("light", WIDE), ("dark", WIDE), ("light", PHONE)):
        page = show(path, color_scheme=scheme, viewport=size)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        if size is PHONE:
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
            assert page.evaluate(SPILLS) == [], name
        else:
            found = axe.run(page).response["violations"]
            assert [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found] == [], (name, scheme)
        _keep_picture(page, f"{name}-{scheme}-{size['width']}")
        page.context.close()


def _keep_picture(page, name: str) -> None:
    folder = os.environ.get("JIMU_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_list_goes_in_is_looked_at_and_comes_back_marked(here, files) -> None:
    show, work = here
    before = Person.objects.count()
    check(show, reverse("people:intake"), "empty")
    page = show(reverse("people:intake"))
    page.locator("#files").set_input_files(files)
    assert "登录页.xls" in page.locator("[data-chosen]").inner_text()
    page.locator(".intake-form button").click()
    page.locator("#progress").wait_for()
    path = page.evaluate("location.pathname")
    check(show, path, "reading")
    # The page that waits sees the end by itself.
    work()
    page.locator("#sums").wait_for()
    assert f"确认导入 {len(CAST) + 1} 人" in page.content()
    for words in ("里面没有表格", "没有有效的手机号", "看猫的心情", "隐藏的表，没有读"):
        assert words in page.content()
    assert page.locator("[aria-current=page]").all_inner_texts() == ["导入"]
    assert CAST[1].phone not in page.content()
    check(show, path, "preview")
    check(show, reverse("people:intake"), "waiting")
    assert Person.objects.count() == before
    page.get_by_role("button", name="确认导入").click()
    page.locator("#progress").wait_for()
    work()
    page.get_by_role("heading", name="已导入").wait_for()
    assert Person.objects.count() == before + len(CAST) + 1
    check(show, path, "written")
    with page.expect_download() as download:
        page.get_by_role("link", name="（已标注）.xlsx").click()
    sheet = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))["储备志愿者"]
    assert {cell.row for row in sheet.iter_rows() for cell in row if cell.comment} == {len(CAST) + 2, len(CAST) + 3, len(CAST) + 4, 3}
    check(show, reverse("people:intake"), "history")
    english = show(path, viewport=WIDE)
    english.context.add_cookies([{"name": "django_language", "value": "en", "url": english.evaluate("location.origin")}])
    english.reload()
    english.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert "Imported" in english.locator("h1").inner_text()
    _keep_picture(english, "english-written")
    english.goto(english.url.replace(path, reverse("people:intake")))
    _keep_picture(english, "english-history")
