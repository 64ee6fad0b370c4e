"""A phone of somebody's in a browser: enrolled, small, its app kept for when there is no network; pictures of it for who looks."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.tests.serving import Site
from jimu.sync import actions
from jimu.sync.tests.patience import kept_by_worker

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "locale": "zh-CN"}


def in_hand(site: Site, account: Account, unit_id: UUID) -> Any:
    """The app before its first list, on a phone that the account gave itself."""
    at = clock.now()
    _device, secret = actions.invite(actor=actor_of(account), at=at, account_id=account.pk, unit_id=unit_id, label="", ends_at=at + timedelta(hours=8))
    page = site.open(f"/app/#enrol={secret}", **PHONE)
    page.set_default_timeout(40_000)
    page.locator("a.item").first.wait_for()
    kept_by_worker(page)
    return page


def look(page: Any, name: str, **more: Any) -> None:
    """Keep a picture where JIMU_LOOK names a folder."""
    if folder := os.environ.get("JIMU_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", **more)
