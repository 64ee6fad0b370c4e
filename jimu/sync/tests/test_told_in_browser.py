"""What the app says of the phone itself, each with what to do: a wrong clock, a way that carries nothing, too little room, what went unsent."""

from datetime import timedelta
from typing import Any

import pytest

from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM
from jimu.sync.tests.app_by_hand import LOOK, app, queue, server, write
from jimu.sync.tests.patience import until
from jimu.sync.tests.pretending import Pretend

__all__ = ["app", "server"]
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


def test_before_the_first_lists_have_come_nobody_is_told_that_there_is_nothing_to_do(server: Pretend) -> None:
    server.answers["pack"] = server.silence
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.get_by_role("heading", name="今天的名单还没有取到").wait_for()
    assert server.page.get_by_text("现在没有要做的").count() == 0


@pytest.mark.parametrize(("minutes", "said"), [(-47, "这部手机的时间快了 47 分钟"), (47, "这部手机的时间慢了 47 分钟"), (2, "")])
def test_a_clock_that_is_wrong_is_said_with_what_to_do_until_it_is_right(server: Pretend, app: Any, minutes: int, said: str) -> None:
    usual = server.answers["heartbeat"]
    server.answers["heartbeat"] = usual | {"now": (clock.now() + timedelta(minutes=minutes)).isoformat()}
    app.evaluate(LOOK)
    until(app, f"async () => Math.abs((await (await import('/static/sync/store.js')).get('ahead')) - {minutes * 60_000}) < 30000")
    app.locator("#queue").click()
    app.get_by_role("button", name="现在上传").wait_for()
    if not said:
        assert app.locator("#standing").inner_text() == ""
        return
    app.locator("#standing").get_by_text(said).wait_for()
    assert "自动确定时间" in app.locator("#standing").inner_text()
    server.answers["heartbeat"] = usual
    app.evaluate(LOOK)
    app.locator("#standing").get_by_text(said).wait_for(state="detached")


@pytest.mark.parametrize(("online", "said"), [(True, "连不上服务器"), (False, "现在没有网络。记下的都存在手机上")])
def test_why_nothing_goes_is_said_beside_what_waits(server: Pretend, app: Any, online: bool, said: str) -> None:
    server.answers["operations"] = lambda route: route.abort()
    app.evaluate("(online) => { Object.defineProperty(navigator, 'onLine', { get: () => online }); }", online)
    write(app)
    app.locator("#net", has_text="没有网络").wait_for()
    app.locator("#queue").click()
    app.locator("main").get_by_text(said).wait_for()
    server.answers["operations"] = server.take
    app.get_by_role("button", name="现在上传").click()
    queue(app, "都已传完")
    app.locator("main").get_by_text(said).wait_for(state="detached")


def test_an_app_that_does_not_fit_on_the_phone_says_that_it_needs_a_network(server: Pretend) -> None:
    server.page.add_init_script("""const worker = new EventTarget(); window.worker = worker;
      navigator.serviceWorker.register = async () => ({ installing: worker, active: null });""")
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.get_by_role("link", name="1号楼").wait_for()
    assert server.page.locator("#standing").inner_text() == ""
    server.page.evaluate("window.worker.state = 'redundant'; window.worker.dispatchEvent(new Event('statechange')); null")
    server.page.locator("#standing").get_by_text("断网时打不开。请清理手机存储").wait_for()


def test_who_is_told_to_forget_what_was_not_sent_hears_how_much_it_was(server: Pretend, app: Any) -> None:
    server.answers["operations"] = lambda route: route.fulfill(status=403, json={"error": {"code": "device_revoked", "message": "这部手机已停用。", "data": {"wipe": "now"}}})
    write(app)
    app.locator("main").get_by_text("这部手机已停用。还有 1 条没有传到，也清除了：请把还记得的告诉组长。").wait_for()
