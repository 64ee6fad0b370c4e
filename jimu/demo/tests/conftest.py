"""A small sample: four neighborhoods, a roster in seconds."""

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from jimu.demo import prepare
from jimu.demo.logins import Login
from jimu.demo.telling import Teller

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 11, 24, 10, 40, tzinfo=SHANGHAI)
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SMALL = prepare.Scale(size=0.12, seconds=2)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and few days."""
    settings.JIMU_HOME = tmp_path
    settings.PASSWORD_HASHERS = HASHERS
    monkeypatch.setattr(prepare, "DAYS", 3)
    return tmp_path


def bring_up(at: datetime = TEN) -> list[Login]:
    made = prepare.prepare_demo(at=at, teller=Teller(), scale=SMALL)
    if connection.vendor == "postgresql":
        # Within one transaction nobody else gathers statistics, and it would plan as for empty tables.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return made
