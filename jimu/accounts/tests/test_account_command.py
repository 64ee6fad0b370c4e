"""`jimu account`: the first account of an empty home, and refusals in a sentence."""

import pytest

from jimu.accounts.models import Account
from jimu.core.commands import run
from jimu.grid.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIMU_NEW_PASSWORD", "qingfeng-mingyue-7")
    monkeypatch.setattr("jimu.accounts.cli.prepare", lambda: None)


def test_on_an_empty_home_the_first_account_founds_the_subdistrict() -> None:
    assert run(["account", "zhihui", "--role", "commander"]) == 0
    grant = Account.objects.get(username="zhihui").grants.get()
    assert (grant.role, grant.unit) == ("commander", Unit.objects.get(depth=1))


def test_a_unit_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["account", "shuji", "--role", "secretary", "--unit", "东九"]) == 1
    assert "东九" in capsys.readouterr().err
    assert not Account.objects.exists()


def test_an_easy_password_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JIMU_NEW_PASSWORD", "12345678")
    assert run(["account", "zhihui", "--role", "commander"]) == 1
    assert capsys.readouterr().err.strip()
    assert not Account.objects.exists()
