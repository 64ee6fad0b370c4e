"""A phone at a table of a round under way, in a browser, with the service that it sends to."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import serve
from jimu.field.screening.tests.conftest import Yard, yard_of
from jimu.grid.tests.town import build
from jimu.sync import actions
from jimu.sync.tests.patience import kept_by_worker

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}


@contextmanager
def at_table(browser: Any, *, pool: int = 5, before: Callable[[Yard], None] = lambda yard: None) -> Iterator[tuple[Any, Yard]]:
    """The app's first page, enrolled for a round of which tubes hold `pool` people; `before` the phone fetches. Troubles that nobody sees fail the test."""
    at = clock.now()
    yard = yard_of(build(), at=at - timedelta(hours=1), pool=pool)
    before(yard)
    account = yard.town.account("member", "甲一居民区")
    _device, secret = actions.invite(
        actor=actor_of(account), at=at, account_id=account.pk, unit_id=yard.town["甲一居民区"].pk, label="东门一台", ends_at=at + timedelta(hours=8)
    )
    service = serve(free_port())
    try:
        page, troubles = _enrolled(browser, service.address, secret)
        yield page, yard
        assert troubles == []
    finally:
        service.stop()


def _enrolled(browser: Any, address: str, secret: str) -> tuple[Any, list[str]]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(40_000)
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" and "Failed to load resource" not in said.text else None)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/app/#enrol={secret}")
    page.get_by_role("link", name=re.compile("^东门")).wait_for()
    kept_by_worker(page)
    return page, troubles


def go_to_table(page: Any) -> None:
    """From the list of today to the table."""
    page.get_by_role("link", name=re.compile("^东门")).click()
    page.get_by_role("link", name="扫码、封管").click()


def type_code(page: Any, label: str, code: str) -> None:
    """As a hand scanner does: the code and Enter."""
    box = page.get_by_label(label)
    box.fill(code)
    box.press("Enter")
