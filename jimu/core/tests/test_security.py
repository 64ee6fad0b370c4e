"""What every answer carries, what ends a session, what is refused before it is read."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from jimu import home
from jimu import settings as house
from jimu.accounts.models import Account, Grant
from jimu.core import idle, keys, live_stream, sealed
from jimu.core.models import JournalEntry
from jimu.grid.models import Unit
from jimu.people.models import Person

SIGN_IN = "/accounts/sign-in/"
PASSWORD = "long-enough-1"


@pytest.fixture
def commander(db) -> Account:
    top = Unit.objects.add_root({"kind": Unit.Kind.SUBDISTRICT, "name": "和风街道", "short_name": "和风"})
    account = Account.objects.create_user(username="zhihui", password=PASSWORD, display_name="顾指挥")
    Grant.objects.create(account=account, role="commander", unit=top)
    return account


@pytest.fixture
def client(commander: Account) -> Client:
    found = Client()
    found.force_login(commander, backend="django.contrib.auth.backends.ModelBackend")
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch):
    """Let time pass for sessions."""
    start = idle.time.time()

    def pass_(minutes: float) -> None:
        monkeypatch.setattr(idle.time, "time", lambda: start + minutes * 60)

    return pass_


def directives(response) -> dict[str, str]:
    parts = (part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    return {part[0]: part[1] if len(part) > 1 else "" for part in parts}


@pytest.mark.parametrize("path", [SIGN_IN, "/board/", "/nothing/", "/api/v1/me"])
def test_every_answer_is_guarded(client: Client, path: str) -> None:
    response = client.get(path)
    policy = directives(response)
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert "unsafe-eval" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


def test_pages_of_the_shell_hold_no_script_and_no_style_of_their_own(client: Client) -> None:
    for path in (SIGN_IN, "/board/", "/accounts/me/", "/tokens/", "/system/journal/"):
        page = client.get(path, follow=True).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", page), path
        assert "<style" not in page, path
        assert not re.search(r"\son\w+=", page), path
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page), path


def test_what_signed_in_people_see_is_kept_out_of_caches(client: Client) -> None:
    assert client.get("/board/")["Cache-Control"] == "private, no-store"
    assert "no-store" not in Client().get("/static/jimu/logo.svg").get("Cache-Control", "")


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(commander: Account) -> None:
    client = Client()
    client.post(SIGN_IN, {"username": "zhihui", "password": PASSWORD})
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


def test_a_session_ends_when_nobody_is_there(client: Client, later) -> None:
    assert client.get("/board/").status_code == 200
    later(119)
    assert client.get("/board/").status_code == 200
    later(119 + 119)
    assert client.get("/board/").status_code == 200
    later(119 + 119 + 121)
    assert client.get("/board/").status_code == 302
    later(0)
    assert client.get("/board/").status_code == 302


def test_a_board_that_refreshes_by_itself_keeps_no_session_alive_and_is_not_cut_off(client: Client, later) -> None:
    client.get("/board/")
    for minutes in range(0, 200, 20):
        later(minutes)
        assert client.get(reverse("command:live")).status_code == 200
    assert client.get("/board/").status_code == 302


def test_a_session_ends_after_a_shift_however_busy(client: Client, later) -> None:
    for hour in range(12):
        later(hour * 60)
        assert client.get("/board/").status_code == 200
    later(12 * 60 + 1)
    assert client.get(reverse("command:live")).status_code == 302


def test_live_updates_end_with_the_session(client: Client, later, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_stream, "close_old_connections", lambda: None)
    client.get("/board/")
    key = client.session.session_key
    assert live_stream.signed_in(key)
    later(12 * 60 + 1)
    assert not live_stream.signed_in(key)


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(db) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/board/?wall=1"}
    response = Client().get(reverse("command:live"), headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == f"{SIGN_IN}?next=/board/%3Fwall%3D1"
    headers["hx-current-url"] = "http://elsewhere.example/board/"
    assert Client().get(reverse("command:live"), headers=headers)["HX-Redirect"] == f"{SIGN_IN}?next=/"


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(commander: Account, target: str) -> None:
    given = {"username": "zhihui", "password": PASSWORD, "next": target}
    assert Client().post(SIGN_IN, given)["Location"] == "/"
    assert Client().post("/language/", {"language": "en", "next": target})["Location"] == "/"
    given["next"] = "/board/"
    assert Client().post(SIGN_IN, given)["Location"] == "/board/"


def test_a_host_that_is_not_ours_is_refused(db) -> None:
    assert Client().get(SIGN_IN, headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize("path", [SIGN_IN, "/accounts/sign-out/", "/language/", "/tokens/"])
def test_a_form_of_another_site_does_nothing(client: Client, path: str) -> None:
    client.handler.enforce_csrf_checks = True
    assert client.post(path, {}).status_code == 403


def test_signing_out_by_a_link_is_not_possible(client: Client) -> None:
    assert client.get("/accounts/sign-out/").status_code == 405


def test_too_much_is_refused_before_it_is_read(client: Client, settings) -> None:
    settings.JIMU_UPLOAD_MB = 1
    body = b"x" * (1024 * 1024 + 1)
    page = client.post("/tokens/", body, content_type="application/octet-stream")
    assert page.status_code == 413
    assert "1 MB" in page.content.decode()
    told = client.post("/api/v1/incidents", body, content_type="application/json")
    assert told.status_code == 413
    assert told.json()["error"]["code"] == "too_large"
    assert client.post("/tokens/", body[:1000], content_type="application/octet-stream").status_code == 200


@pytest.mark.parametrize("password", ["short-1", "13800138000", "password123", "zhihui1234"])
def test_weak_passwords_are_refused(commander: Account, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, commander)
    validate_password("积木-夜班-2026", commander)


def test_passwords_are_kept_by_a_hash_that_is_slow_on_purpose() -> None:
    # The settings of the house themselves: tests prefer a hash that costs nothing.
    assert house.PASSWORD_HASHERS[0].endswith(".Argon2PasswordHasher")


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIMU_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("JIMU_X", raising=False)
    first = home.secret("JIMU_X")
    assert home.secret("JIMU_X") == first
    assert len(first) >= 50
    path = tmp_path / "home" / "secrets" / "jimu_x"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert home.old_secrets("JIMU_X") == []
    home.replace_secret("JIMU_X")
    assert home.secret("JIMU_X") != first
    assert home.old_secrets("JIMU_X") == [first]
    assert path.with_name("jimu_x.old").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("JIMU_X", "given")
    with pytest.raises(FileNotFoundError):
        home.replace_secret("JIMU_X")


def test_a_new_key_seals_everything_anew_and_everything_is_still_found(db, settings) -> None:
    made = "2026-04-06T00:00Z"
    for number in range(3):
        phone = f"1000000000{number}"
        Person.objects.create(
            name=f"人{number}", created_at=made, updated_at=made,
            phone_sealed=sealed.seal(phone), phone_index=sealed.blind_index(phone),
        )  # fmt: skip
    old_index = sealed.blind_index("10000000001")
    settings.JIMU_DATA_KEYS_OLD, settings.JIMU_DATA_KEY = [settings.JIMU_DATA_KEY], "a-fresh-key"
    sealed.forget_keys()
    try:
        assert Person.objects.get(name="人1").phone == "10000000001"
        assert keys.reseal() == 3
        settings.JIMU_DATA_KEYS_OLD = []
        sealed.forget_keys()
        found = Person.objects.get(phone_index=sealed.blind_index("10000000001"))
        assert found.phone == "10000000001"
        assert found.phone_index != old_index
        assert Person.objects.get(name="人0").id_number_sealed == ""
        assert JournalEntry.objects.get(verb="keys.resealed").data == {"rows": 3}
    finally:
        settings.JIMU_DATA_KEYS_OLD = []
        sealed.forget_keys()


def test_the_deployment_check_is_clean_behind_tls(tmp_path: Path) -> None:
    environment = {**os.environ, "JIMU_TLS": "1", "JIMU_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "jimu.settings"}
    checked = subprocess.run(
        [sys.executable, "-m", "jimu", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    asked = "import django; django.setup(); from django.conf import settings as s; import json; print(json.dumps(" \
        "[s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, s.DEBUG]))"
    told = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(told.stdout) == [True, True, True, True, False]
