"""A whole service on a home of its own, and browsers before it. Nothing here reaches into the database.

What goes wrong on a page without being seen fails the story too: errors of scripts, refusals of the content
policy, answers of the kind 5xx.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jimu.core.tests import migrated
from jimu.core.tests.elsewhere import path_for

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")
ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "qingfeng-mingyue-7"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1440, "height": 900}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.skipif(not CHROMIUM, reason="needs Chromium"))


@dataclass
class Office:
    """A home with its service: commands as an administrator types them, and the address for browsers."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    log: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        given = {key: value for key, value in os.environ.items() if key != "JIMU_DATABASE"}
        return {**given, "JIMU_HOME": str(self.home), "PYTHONPATH": path_for(str(ROOT)), **more}

    def jimu(self, *words: str, **more: str) -> str:
        """Run a command; its output. A refusal fails the story."""
        done = subprocess.run(
            [sys.executable, "-m", "jimu", *words], env=self.environment(**more), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def account(self, username: str, role: str, unit: str = "", name: str = "") -> None:
        more = ["--unit", unit] if unit else []
        self.jimu("account", username, "--role", role, "--name", name or username, *more, JIMU_NEW_PASSWORD=PASSWORD)

    def serve(self) -> None:
        words = [sys.executable, "-m", "jimu", "serve", "--port", str(self.port)]
        with (self.home / "service.log").open("ab") as log:
            self.process = subprocess.Popen(words, env=self.environment(), cwd=ROOT, stdout=log, stderr=log)
        end = time.monotonic() + 90
        while not self._answers():
            assert self.process.poll() is None, (self.home / "service.log").read_text()
            assert time.monotonic() < end, "the service did not start"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.address}/accounts/sign-in/", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)


def open_office(folder: Path, factory: pytest.TempPathFactory) -> Office:
    """A home with empty tables, copied from those that were made once."""
    if not (folder / migrated.FILE).exists():
        migrated.copy(migrated.migrated_file(factory), folder / migrated.FILE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    return Office(folder, port)


def sample(factory: pytest.TempPathFactory) -> Office:
    """A home with the sample in the middle of its day, prepared once for all stories: each has a copy of its own."""

    def prepare(home: Path) -> None:
        migrated.copy(migrated.migrated_file(factory), home / migrated.FILE)
        migrated.jimu(home, "demo", "--prepare", "--scale", "0.12", "--seconds", "4")

    prepared = migrated.made_once(factory, "sample", prepare)
    folder = factory.mktemp("homes") / "home"
    shutil.copytree(prepared, folder)
    return open_office(folder, factory)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An empty home, served."""
    opened = open_office(tmp_path_factory.mktemp("home"), tmp_path_factory)
    opened.serve()
    yield opened
    opened.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


Visit = Callable[..., Any]


@pytest.fixture
def visit(browser: Any, office: Office) -> Iterator[Visit]:
    """Open a page of the office in a fresh browser, signed in when a user name is given."""
    troubles: list[str] = []

    def open_page(username: str = "", password: str = PASSWORD, **options: Any) -> Any:
        context = browser.new_context(locale="zh-CN", **{**DESK, **options})
        context.set_default_timeout(60_000)
        page = context.new_page()
        watch(page, troubles)
        page.goto(office.address + "/")
        if username:
            sign_in(page, username, password)
        return page

    yield open_page
    for number, page in enumerate(page for context in browser.contexts for page in context.pages):
        if folder := os.environ.get("JIMU_STORY_PICTURES"):
            page.screenshot(path=Path(folder) / f"{number}.png")
        page.context.close()
    assert troubles == []


def watch(page: Any, troubles: list[str]) -> None:
    """Note what goes wrong unseen. A refusal of the service (4xx) is part of the story, not a trouble."""
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("response", lambda answer: troubles.append(f"{answer.url}: {answer.status}") if answer.status >= 500 else None)

    def said(message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            troubles.append(f"{page.url}: {message.text}")

    page.on("console", said)


def sign_in(page: Any, username: str, password: str = PASSWORD) -> None:
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("form.card button.primary")
    page.wait_for_url(lambda url: "sign-in" not in url)


@cache
def _axe() -> Any:
    return pytest.importorskip("axe_playwright_python.sync_playwright").Axe()


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """What axe finds on a page, ready to be read in a failure."""
    for left in (2, 1, 0):
        try:
            # What passes need not be told: on a long list that takes longer than looking.
            found = _axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            break
        except Exception as error:
            # A live page that was drawn anew while it was looked at is looked at again.
            if not left or "Execution context was destroyed" not in str(error):
                raise
            page.wait_for_load_state()
    return [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found]


def overflow(page: Any) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def go(page: Any, path: str) -> None:
    """Choose an entry of the menu, after opening its group where that is folded."""
    entry = page.locator(f"nav a[href='{path}']")
    if not entry.is_visible():
        group = entry.locator("xpath=..").get_attribute("data-of")
        page.click(f"nav [data-group='{group}']")
    entry.click()
