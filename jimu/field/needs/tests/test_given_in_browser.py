"""In a real browser: whoever a need was given to takes it on and finishes it in a stairwell without a network."""

import re
from datetime import timedelta

import pytest

from jimu.accounts.models import Account
from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.needs.models import Need
from jimu.field.needs.tests.conftest import Ward
from jimu.sync import actions
from jimu.sync.models import Operation
from jimu.sync.tests.clean import clean
from jimu.sync.tests.in_hand import PHONE, look
from jimu.sync.tests.patience import kept_by_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]


@pytest.fixture
def secret(ward: Ward) -> str:
    """The invitation of a member's phone, to whom two needs were given."""
    at = clock.now()
    for kind in ("food", "medicine_urgent"):
        ward.given_to(ward.need(kind, at), ward.hand, at)
    account = Account.objects.get(pk=ward.hand.account_id)
    _device, secret = actions.invite(
        actor=ward.secretary, at=at, account_id=account.pk, unit_id=ward.town["甲一居民区"].pk, label="", ends_at=at + timedelta(hours=8)
    )
    return secret


def test_what_was_given_is_taken_on_and_finished_without_a_network(site: Site, ward: Ward, secret: str) -> None:
    page = site.open(f"/app/#enrol={secret}", **PHONE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.get_by_role("link", name=re.compile("断药、急用药")).wait_for()
    kept_by_worker(page)
    look(page, "needs-home")
    page.context.set_offline(True)
    clean(page)
    for kind, values in (("接单", {}), ("办好了", {"note": "米送到门口，老人收了"})):
        page.get_by_role("link", name=re.compile("食品物资")).click()
        look(page, f"needs-door-{kind}")
        page.get_by_role("link", name=kind, exact=True).click()
        look(page, f"needs-form-{kind}")
        for name, typed in values.items():
            page.locator(f"[name={name}]").fill(typed)
        page.get_by_role("button", name="记下").click()
        page.get_by_text(re.compile("已记下")).first.wait_for()
    assert not Operation.objects.exists()
    page.context.set_offline(False)
    page.locator("#queue", has_text="都已传完").wait_for()
    look(page, "needs-after")
    assert sorted(Need.objects.values_list("kind", "state")) == [("food", "done"), ("medicine_urgent", "assigned")]
    assert troubles == []
