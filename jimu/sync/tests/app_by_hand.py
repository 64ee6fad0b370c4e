"""The app on an enrolled phone, its list before it, its server by hand."""

from typing import Any

import pytest

from jimu.sync.tests.pretending import Pretend

LOOK = "document.dispatchEvent(new Event('visibilitychange')); null"
NO_WORKER = "if (navigator.serviceWorker) navigator.serviceWorker.register = async () => {};"


@pytest.fixture
def server(browser: Any) -> Any:
    """A server by hand, before it a phone that is not enrolled yet; troubles that nobody sees fail the test unless it expects them."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_default_timeout(40_000)
    page.add_init_script(NO_WORKER)
    server = Pretend(page)
    page.on("pageerror", lambda error: server.troubles.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/*", server)
    yield server
    server.end()
    assert server.troubles == []


@pytest.fixture
def app(server: Pretend) -> Any:
    """The app on an enrolled phone, its list before it."""
    server.page.goto("https://app.test/app/#enrol=abc")
    server.page.get_by_role("link", name="1号楼").wait_for()
    return server.page


def write(app: Any, unit: str = "1号楼") -> None:
    app.get_by_role("link", name=unit).click()
    app.get_by_role("button", name="记下").click()


def queue(app: Any, text: str) -> None:
    app.locator("#queue", has_text=text).wait_for()
