"""The town with an open campaign, for sign-up's tests."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.grid.tests.town import Town, town  # noqa: F401  a fixture
from jimu.signup import actions
from jimu.signup.models import Campaign


def opened(town: Town, unit: str = "甲一居民区", **more: Any) -> Campaign:  # noqa: F811
    """A campaign that is open today."""
    today = clock.today()
    given = {"title": "招募志愿者", "ask": "居委会服务台", "posts": ["scanner", "order"], "first_day": today, "last_day": today + timedelta(days=7)}
    terms = more.pop("terms", None)
    call = actions.Call(**{"unit_id": town[unit].pk, "playbook": "epidemic-lockdown", **given, **more})
    made = actions.open_campaign(actor=SYSTEM, at=clock.now(), call=call)
    if terms:
        made.terms |= terms
        made.save()
    return made


@pytest.fixture
def campaign(town: Town) -> Campaign:  # noqa: F811
    """One in 甲一, of the lockdown playbook; neither ID number nor address are demanded."""
    return opened(town, terms={"address": "optional"})


def born(years: int) -> str:
    """A birthday that makes somebody this old since yesterday, on whatever day the test runs."""
    day = clock.today() - timedelta(days=1)
    return date(day.year - years, day.month, 28 if (day.month, day.day) == (2, 29) else day.day).isoformat()


def typed(**more: Any) -> dict[str, Any]:
    """A form as somebody fills it in."""
    return {"name": "安一一", "phone": "13900000001", "born": born(30), "agree": "on", "posts": ["scanner"], "slots": ["weekend_day"], **more}


def send(campaign: Campaign, address: str = "10.0.0.1", **more: Any) -> Any:
    """Send the public form, from a network address."""
    return Client(REMOTE_ADDR=address).post(f"/join/{campaign.code}/", typed(**more))
