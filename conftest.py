"""What every test of the house shares: the test database, and boards that are always read afresh.

It stands here, above all packages, because pytest-django asks for it once for the whole run.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection, connections
from django.test import Client
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from jimu.command import sharing
from jimu.core.tests import migrated
from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import CHROMIUM, Site, serve

# A busy machine draws slowly; that is no fault of what is tested.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Put the embedded test database into a file, as in service: in memory, threads would lock each other out.

    On PostgreSQL each worker has a database of its own, by the suffix. Either is a copy of one that was migrated from nothing.
    """
    given = connections["default"].settings_dict
    if given["ENGINE"].endswith("sqlite3") and not given["TEST"].get("NAME"):
        given["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / migrated.FILE)
        migrated.copy(migrated.migrated_file(tmp_path_factory), Path(given["TEST"]["NAME"]))
        # Tests kill processes, never the machine: what is committed need not reach the disk.
        given["OPTIONS"]["init_command"] = given["OPTIONS"]["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    elif connections["default"].vendor == "postgresql":
        given["TEST"]["TEMPLATE"] = migrated.template(tmp_path_factory, given)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """The embedded one is used as it was copied; its folder goes with the run."""
    return bool(request.config.option.reuse_db) or connections["default"].vendor == "sqlite"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The template on PostgreSQL goes with the run that made it."""
    given = connections["default"].settings_dict
    if not hasattr(session.config, "workerinput") and given["ENGINE"].endswith("postgresql"):
        factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001 - pytest offers no other way
        migrated.drop(migrated.template_name(factory), given)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests that commit be cleaned up after: on SQLite that deletes rows, which the journal refuses."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER journal_never_deleted")


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_written_after_a_flush() -> Iterator[None]:
    """After each test that commits Django would write permissions and content types anew, a second's work: nobody here reads them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_more: None)
        yield


@pytest.fixture(autouse=True)
def _nothing_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests go faster than the seconds for which boards are shared, and often announce nothing."""
    monkeypatch.setattr(sharing, "SECONDS", 0.0)


@pytest.fixture(autouse=True)
def _cheap_hashes(request: pytest.FixtureRequest, settings: Any) -> None:
    """Argon2 is slow on purpose; a service in another process (browser tests without `site`) knows only the house's own hashers."""
    if "browser" not in request.keywords or "site" in request.fixturenames:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser for the tests of one file, which are skipped without one."""
    playwright = pytest.importorskip("playwright.sync_api")
    with pytest.MonkeyPatch.context() as patched, playwright.sync_playwright() as started:
        # Playwright runs a loop on this thread, which Django would take for asynchronous code.
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The browser with nothing open, before and after."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def site(browser: Any) -> Iterator[Site]:
    """The service on the test database, before the browser; what goes wrong unseen on its pages fails the test."""
    service = serve(free_port())
    opened = Site(browser, service.address)
    yield opened
    # A page that listens holds its line open; the service would wait for it.
    for context in browser.contexts:
        context.close()
    service.stop()
    assert opened.errors == []


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """A client of an account."""

    def sign_in(account: Any) -> Client:
        client = Client()
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
