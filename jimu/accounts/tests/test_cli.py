"""Accounts from the command line."""

import pytest

from jimu.accounts.models import Account
from jimu.core.commands import run
from jimu.grid.models import Unit
from jimu.grid.tests.town import Town


def test_an_account_is_opened_granted_reset_closed_and_listed(town: Town, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIMU_NEW_PASSWORD", raising=False)
    assert run(["account", "shen", "--role", "secretary", "--unit", "甲一", "--name", "沈书记"]) == 0
    account = Account.objects.get(username="shen")
    assert account.check_password(capsys.readouterr().out.strip())
    assert account.must_change
    assert run(["account", "grant", "shen", "--role", "member"]) == 0
    assert run(["account", "end", "shen", "--role", "secretary", "--unit", "甲一居民区"]) == 0
    assert run(["account", "password", "shen"]) == 0
    account.refresh_from_db()
    assert account.check_password(capsys.readouterr().out.strip())
    assert run(["account", "close", "shen"]) == 0
    assert run(["account", "list"]) == 0
    assert capsys.readouterr().out == "shen  沈书记  和风街道 member  （已停用）\n"
    assert run(["account", "reopen", "shen"]) == 0


def test_a_block_is_named_with_what_holds_it(town: Town, capsys) -> None:
    block = Unit.objects.filter(kind=Unit.Kind.BLOCK).order_by("path").first()
    home = Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).get(path=block.path[: -Unit.steplen])
    assert run(["account", "kuai", "--role", "block_leader", "--unit", f"{home.short_name}/{block.name}"]) == 0
    assert Account.objects.get(username="kuai").grants.get().unit == block
    assert run(["account", "liang", "--role", "block_leader", "--unit", f"乙二/{block.name}九"]) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["account", "shen", "--role", "member", "--unit", "丁一"], "网格里没有“丁一”"),
        (["account", "shen", "--role", "member", "--unit", "甲一"], "密码太短，至少要 10 个字符"),
        (["account", "close", "nobody"], "没有账号“nobody”"),
    ],
)
def test_a_refusal_is_one_sentence(town: Town, words: list[str], sentence: str, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIMU_NEW_PASSWORD", "short")
    assert run(words) == 1
    assert sentence in capsys.readouterr().err
    assert not Account.objects.exists()


def test_on_an_empty_home_the_first_account_founds_the_subdistrict(db) -> None:
    assert run(["account", "zhihui", "--role", "commander"]) == 0
    grant = Account.objects.get(username="zhihui").grants.get()
    assert (grant.role, grant.unit) == ("commander", Unit.objects.get(depth=1))
