"""Codes that a phone reads by itself where its browser does not: without a network, beside the page, and only where a duty asks for codes."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.grid.tests.town import Town
from jimu.sync import actions, eyes, packing, registry, shell
from jimu.sync.fields import Field
from jimu.sync.registry import Kind, Offer
from jimu.sync.tests import camera, offering
from jimu.sync.tests.app_by_hand import LOOK
from jimu.sync.tests.patience import kept_by_worker, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
    pytest.mark.skipif(not eyes.installed(), reason="needs what npm brings: make codes"),
]
FOLDER = os.environ.get("JIMU_STORY_PICTURES")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}
TUBE = Kind("test.tube", "记管号", offering.RIGHT, offering.fuss, None, [Field("how", "管子上的条码", "code", required=True)], personal=False)
KEPT = """async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith('jimu-codes-'));
  return (await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length))).reduce((all, one) => all + one, 0);
}"""


@pytest.fixture
def offers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Let the service offer these kinds and no others."""

    def forget() -> None:
        for one in (registry.forget, packing.forget, shell.kept_files.cache_clear, shell.version.cache_clear):
            one()

    def offer(*kinds: Kind) -> None:
        monkeypatch.setattr(registry, "offers", lambda: (Offer([*kinds], []),))
        forget()

    yield offer
    monkeypatch.undo()
    forget()


@pytest.fixture
def phone(site: Site, town: Town) -> Callable[[str], Any]:
    """A phone that has just been enrolled, with a script for what its browser cannot do."""

    def enrolled(script: str) -> Any:
        account, at = town.account("block_leader", "第1网格块"), clock.now()
        _device, secret = actions.invite(
            actor=actor_of(account), at=at, account_id=account.pk, unit_id=town["第1网格块"].pk, label="小米", ends_at=at + timedelta(hours=8)
        )
        page = site.open("/accounts/sign-in/", **PHONE)
        page.set_default_timeout(40_000)
        page.add_init_script(script)
        page.goto(f"{site.address}/app/#enrol={secret}")
        page.get_by_text("登记好了").wait_for()
        kept_by_worker(page)
        return page

    return enrolled


@pytest.mark.parametrize(("code", "kind"), [("https://example.test/p/7", "QRCode"), ("TUBE-200417", "Code128"), ("A1B2C3", "Code39")])
def test_a_phone_whose_browser_reads_no_codes_reads_them_in_a_stairwell_without_a_network(
    phone: Callable[[str], Any], offers: Callable[..., None], code: str, kind: str
) -> None:
    offers(TUBE, offering.FUSSY)
    page = phone(camera.NO_DETECTOR)
    until(page, f"async () => await ({KEPT})() === 3")
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("link", name="记管号").click()
    page.get_by_role("button", name="扫码").click()
    page.get_by_role("button", name="不扫了").wait_for()
    page.get_by_text("把码放在画面中间").wait_for()
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/eyes-{kind}.png")
    camera.hold(page, code, kind)
    page.wait_for_function("(code) => document.querySelector('[name=how]').value === code", arg=code)
    # The camera is closed, and nothing is said that somebody would have to understand.
    assert page.locator("video").count() == 0
    assert page.locator(".scan-line [role=status]").inner_text() == ""
    if FOLDER:
        page.screenshot(path=f"{FOLDER}/eyes-{kind}-field.png")


# What the page tells its service worker.
TOLD = "window.told = []; ServiceWorker.prototype.postMessage = (said) => { window.told.push(said); };"
READS_ITSELF = "window.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code']; } async detect() { return []; } };"


@pytest.mark.parametrize(("kinds", "script"), [((offering.FUSSY,), camera.NO_DETECTOR), ((TUBE, offering.FUSSY), READS_ITSELF)])
def test_a_phone_that_needs_no_reader_fetches_none(
    phone: Callable[[str], Any], offers: Callable[..., None], kinds: tuple[Kind, ...], script: str
) -> None:
    offers(*kinds)
    page = phone(script + TOLD)
    # When a round begins, the one before it has said what it has to say.
    for _round in range(3):
        with page.expect_response("**/sync/heartbeat"):
            page.evaluate(LOOK)
    assert page.evaluate("window.told") == []
    assert page.evaluate(KEPT) == 0


def test_a_browser_that_cannot_run_the_reader_asks_for_a_photo_and_says_nothing(phone: Callable[[str], Any], offers: Callable[..., None]) -> None:
    offers(TUBE, offering.FUSSY)
    page = phone(camera.NO_DETECTOR + "const made = Worker; window.Worker = class extends made { constructor() { super('/static/sync/nothing.js'); } };")
    page.get_by_role("link", name="记管号").click()
    with page.expect_file_chooser():
        page.get_by_role("button", name="扫码").click()
    assert page.locator(".scan-line [role=status]").inner_text() == ""
