"""A guard's phone checks codes with the public key alone, and goes on doing so when the network is gone."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.relay import codes, signing
from jimu.relay.signing import Code
from jimu.sync import eyes
from jimu.sync.tests import camera
from jimu.sync.tests.patience import until

from .conftest import Gate

playwright = pytest.importorskip("playwright.sync_api")
from jimu.command.tests.test_in_browser import CHROMIUM  # noqa: E402
from jimu.core.tests.serving import Site  # noqa: E402

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"),
]


def test_a_code_is_checked_without_a_network_and_a_changed_one_is_not_believed(gate: Gate, live_server, monkeypatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    shift, now = gate.shift(gate.morning), clock.now()
    held = signing.sign(Code(signing.CARD, shift.post_id, now.date(), now - timedelta(hours=1), now + timedelta(hours=1)))
    over = signing.sign(Code(signing.SHIFT, shift.post_id, now.date(), now - timedelta(hours=9), now - timedelta(hours=5)))
    changed = ("A" if held[5] != "A" else "B").join((held[:5], held[6:]))
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))

        def said(text: str, words: str) -> None:
            page.fill("#code", text)
            page.click("#check button.primary")
            playwright.expect(page.locator("#said")).to_contain_text(words)

        page.goto(f"{live_server.url}/relay/check/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        said(codes.address(live_server.url, held), "是真的：上岗证")
        # A network that carries nothing holds up nobody at the gate.
        silent: list[object] = []
        page.route("**" + page.get_attribute("#check", "data-keys"), lambda route: silent.append(route))
        page.evaluate("const later = setTimeout; window.setTimeout = (work, ms, ...more) => later(work, ms === 4000 ? 40 : ms, ...more); null")
        said(changed, "不是本街道的码")
        assert len(silent) == 1
        page.unroute_all()
        context.set_offline(True)
        page.reload()
        said(held, "是真的：上岗证")
        said(changed, "不是本街道的码")
        said(over, "不在有效期内")
        said("你好", "不是本街道的码")
        assert page.evaluate("Object.keys(localStorage)") == ["jimu-post-keys"]
        assert wrong == []
        browser.close()


@pytest.mark.skipif(not eyes.installed(), reason="needs what npm brings: make codes")
def test_a_guard_s_phone_whose_browser_reads_no_codes_reads_a_card_without_a_network(gate: Gate, site: Site) -> None:
    shift, now = gate.shift(gate.morning), clock.now()
    held = signing.sign(Code(signing.CARD, shift.post_id, now.date(), now - timedelta(hours=1), now + timedelta(hours=1)))
    page = site.open("/accounts/sign-in/", viewport={"width": 360, "height": 740})
    page.add_init_script(camera.NO_DETECTOR)
    page.goto(f"{site.address}/relay/check/")
    until(page, "async () => { for (const name of await caches.keys()) if (name.startsWith('jimu-check-codes-') && (await (await caches.open(name)).keys()).length === 3) return true; return false; }")
    until(page, "() => Boolean(localStorage.getItem('jimu-post-keys'))")
    page.context.set_offline(True)
    page.reload()
    page.click("#camera")
    page.locator("#film").wait_for()
    camera.hold(page, codes.address(site.address, held))
    playwright.expect(page.locator("#said")).to_contain_text("是真的：上岗证")
    assert page.locator("#film").is_hidden()
