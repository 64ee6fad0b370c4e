"""Pages of accounts: for whom, what they show, and what they refuse."""

import re

import pytest
from django.test import Client

from jimu.accounts.models import Account, Grant
from jimu.core.models import JournalEntry
from jimu.grid.tests.town import Town

PASSWORD = "long-enough-1"
ROLES = ("secretary", "block_leader", "building_leader", "member", "auditor")


@pytest.fixture
def other(town: Town) -> Account:
    """A secretary of 甲一 with two roles."""
    account = Account.objects.create_user(username="shen", password=PASSWORD, display_name="沈书记")
    Grant.objects.create(account=account, role="secretary", unit=town["甲一居民区"])
    Grant.objects.create(account=account, role="member", unit=town["甲一居民区"])
    return account


def places(other: Account) -> list[tuple[str, str]]:
    here = f"/accounts/{other.pk}/"
    writes = [f"{here}grant/", f"{here}grants/{other.grants.first().pk}/end/", f"{here}password/", f"{here}close/", f"{here}reopen/"]
    return [("get", "/accounts/"), ("get", "/accounts/new/"), ("get", here), *(("post", path) for path in writes)]


@pytest.mark.parametrize("role", ROLES)
def test_only_commanders_look_after_accounts(town: Town, other: Account, role: str) -> None:
    client = town.client(role)
    assert {getattr(client, verb)(path).status_code for verb, path in places(other)} == {403}
    assert {getattr(Client(), verb)(path).status_code for verb, path in places(other)} == {302}
    assert 'href="/accounts/"' not in client.get("/accounts/me/").content.decode()


def test_what_lies_elsewhere_looks_like_nothing(town: Town, other: Account) -> None:
    near, far = town.client("commander", "东片区"), town.client("commander", "西片区")
    data = {"role": "member", "unit": str(town["甲一居民区"].pk)}
    for verb, path in places(other)[2:]:
        absent = path.replace(f"/{other.pk}/", "/999999/", 1)
        sent = {**data, "unit": str(town["乙一居民区"].pk)}
        assert getattr(far, verb)(path, sent).status_code == 404 == getattr(far, verb)(absent, sent).status_code, path
    assert "沈书记" not in far.get("/accounts/").content.decode()
    assert "沈书记" in near.get("/accounts/").content.decode()
    assert near.get(f"/accounts/{other.pk}/").status_code == 200


def test_writes_are_posted_and_pages_are_read(town: Town, other: Account) -> None:
    client = town.client("commander")
    assert {client.get(path).status_code for verb, path in places(other) if verb == "post"} == {405}
    assert {client.delete(path).status_code for verb, path in places(other)} == {405}
    assert client.delete("/accounts/me/").status_code == 405


def test_opening_for_somebody_of_the_registry_shows_the_password_once(town: Town) -> None:
    client, person = town.client("commander"), town.people["王伟"]
    found = client.get("/accounts/new/?q=wangwei").content.decode()
    assert f"?person={person.pk}" in found
    assert "13900005678" not in found
    page = client.get(f"/accounts/new/?person={person.pk}").content.decode()
    assert 'value="wangwei"' in page
    block = {"username": "wangwei", "display_name": "王伟", "role": "building_leader", "unit": str(town["甲一居民区"].pk), "inside": "3号楼"}
    opened = client.post(f"/accounts/new/?person={person.pk}", block)
    secret = re.search(r'class="secret"[^>]*>([^<]+)<', opened.content.decode())
    assert secret
    account = Account.objects.get(username="wangwei")
    assert (account.person, account.must_change, account.check_password(secret[1])) == (person, True, True)
    assert account.grants.get().unit == town["3号楼"]
    assert secret[1] not in client.get(f"/accounts/{account.pk}/").content.decode()
    panel = client.get(f"/accounts/people/{person.pk}/").content.decode()
    assert f'href="/accounts/{account.pk}/"' in panel
    assert "已经有账号" in client.get(f"/accounts/new/?person={person.pk}").content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"role": "building_leader"}, "楼组长的范围要是楼栋"),
        ({"role": "building_leader", "inside": "第1网格块"}, "楼组长的范围要是楼栋"),
        ({"role": "secretary", "inside": "1号楼"}, "居民区书记的范围要是居民区"),
        ({"inside": "99号楼"}, "甲一居民区里没有“99号楼”"),
        ({"username": "13800138000"}, "不要放手机号"),
        ({"username": "shen"}, "已经有人用"),
        ({"unit": "乙一居民区"}, "选择"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(town: Town, other: Account, change: dict[str, str], words: str) -> None:
    client = town.client("commander", "东片区")
    good = {"username": "fresh", "display_name": "新来的", "role": "member", "unit": "甲一居民区", "inside": ""}
    sent = {**good, **change}
    sent["unit"] = str(town[sent["unit"]].pk)
    refused = client.post("/accounts/new/", sent)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert client.post("/accounts/new/", {**good, "unit": str(town["甲一居民区"].pk)}).status_code == 200
    assert Account.objects.filter(username="fresh").exists()


def test_granting_taking_back_resetting_closing_and_reopening_by_hand(town: Town, other: Account) -> None:
    client, here = town.client("commander"), f"/accounts/{other.pk}/"
    assert client.post(f"{here}grant/", {"role": "block_leader", "unit": str(town["甲一居民区"].pk), "inside": "第2网格块"}).status_code == 302
    assert client.post(f"{here}grant/", {"role": "block_leader", "unit": str(town["甲一居民区"].pk)}).status_code == 422
    assert client.post(f"{here}grants/{other.grants.latest('pk').pk}/end/").status_code == 302
    assert 'class="secret"' in client.post(f"{here}password/").content.decode()
    assert client.post(f"{here}close/").status_code == 302
    assert "沈书记" in client.get("/accounts/?state=closed").content.decode()
    assert "沈书记" not in client.get("/accounts/").content.decode()
    assert client.post(f"{here}reopen/").status_code == 302
    verbs = list(JournalEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == [f"accounts.{verb}" for verb in ("granted", "grant_ended", "password_reset", "closed", "reopened")]


def test_an_account_partly_above_is_shown_without_its_buttons(town: Town, other: Account) -> None:
    client = town.client("commander", "东片区")
    assert "重置密码" in client.get(f"/accounts/{other.pk}/").content.decode()
    Grant.objects.create(account=other, role="member", unit=town["乙一居民区"])
    page = client.get(f"/accounts/{other.pk}/").content.decode()
    assert "只能由上一级的指挥长来改" in page
    assert "重置密码" not in page
    assert client.post(f"/accounts/{other.pk}/password/").status_code == 403


def test_the_list_costs_the_same_whatever_its_length(town: Town, django_assert_max_num_queries) -> None:
    client = town.client("commander")
    twice = Account.objects.create_user(username="twice", display_name="某")
    for place in ("甲一居民区", "3号楼"):
        Grant.objects.create(account=twice, role="member", unit=town[place])
    listed = client.get("/accounts/").content.decode()
    assert listed.count(">twice<") == 1
    assert "甲一居民区 3号楼" in listed
    for size in (3, 30):
        for number in range(size):
            account = Account.objects.create_user(username=f"n{size}-{number}", display_name="某")
            Grant.objects.create(account=account, role="member", unit=town["甲一居民区"])
        with django_assert_max_num_queries(10):
            assert client.get("/accounts/").status_code == 200


def test_the_password_is_changed_with_the_old_one_and_other_sessions_end(town: Town, other: Account) -> None:
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post("/accounts/sign-in/", {"username": "shen", "password": PASSWORD})
    good = {"old": PASSWORD, "new": "ganjing-4821", "again": "ganjing-4821"}
    wrong = [
        ({"old": "nope"}, "现在的密码不对"), ({"again": "ganjing-4822"}, "两次输入的新密码不一样"),
        ({"new": "1234567890", "again": "1234567890"}, "这个密码太常见"), ({"new": "abc", "again": "abc"}, "密码太短，至少要"),
    ]  # fmt: skip
    for change, words in wrong:
        refused = here.post("/accounts/me/", {**good, **change})
        assert refused.status_code == 422
        assert words in refused.content.decode()
        assert good["old"] not in refused.content.decode()
    other.refresh_from_db()
    assert other.check_password(PASSWORD)
    assert here.post("/accounts/me/", good).status_code == 302
    assert here.get("/accounts/me/").status_code == 200
    assert elsewhere.get("/accounts/me/").status_code == 302
    assert JournalEntry.objects.order_by("id").last().verb == "accounts.password_changed"


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_ones_own_page_tells_roles_and_the_choices_of_the_device(town: Town, language: str) -> None:
    client = town.client("secretary", "甲一居民区")
    client.cookies["django_language"] = language
    page = client.get("/accounts/me/").content.decode()
    assert "甲一居民区" in page
    assert {"zh-hans": "更换密码", "zh-hant": "更換密碼", "en": "Change password"}[language] in page
    assert page.count("data-theme-choice") >= 3
