"""What every test of the house shares: the test database, and boards that are always read afresh.

It stands here, above all packages, because pytest-django asks for it once for the whole run.
"""

import contextlib
import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management.commands import flush
from django.db import connection, connections
from django.test import Client, override_settings
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker
from whitenoise import middleware

from jimu.command import sharing
from jimu.core.tests import migrated, spared
from jimu.core.tests.elsewhere import free_port
from jimu.core.tests.serving import CHROMIUM, Site, serve

# A busy machine draws slowly; that is no fault of what is tested.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Put the embedded test database into a file, as in service: in memory, threads would lock each other out.

    On PostgreSQL each worker has a database of its own, by the suffix. Either is a copy of one that was migrated from nothing.
    """
    given, kept = connections["default"].settings_dict, contextlib.ExitStack()
    if given["ENGINE"].endswith("sqlite3") and not given["TEST"].get("NAME"):
        given["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / migrated.FILE)
        migrated.copy(migrated.migrated_file(tmp_path_factory), Path(given["TEST"]["NAME"]))
        # Tests kill processes, never the machine: what is committed need not reach the disk.
        given["OPTIONS"]["init_command"] = given["OPTIONS"]["init_command"].replace("synchronous=FULL", "synchronous=OFF")
        kept.enter_context(migrated.left_alone(Path(given["TEST"]["NAME"])))
    elif connections["default"].vendor == "postgresql":
        given["TEST"]["TEMPLATE"] = migrated.template(tmp_path_factory, given)
    with kept:
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """The embedded one is used as it was copied; its folder goes with the run."""
    return bool(request.config.option.reuse_db) or connections["default"].vendor == "sqlite"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with slow tests first, so that of two processes neither waits for the other's long file at the end.

    What asks no database is said by the first pass (SQLite): on another database it would be said again.
    """
    slow = {item.path for item in items if "slow" in item.keywords}
    items.sort(key=lambda item: item.path not in slow)
    if connections["default"].vendor == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if not spared.asks_a_database(item)])
        items[:] = [item for item in items if spared.asks_a_database(item)]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look through it for garbage again and again took a quarter of the time of a page's test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


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
def _nothing_is_done_twice() -> Iterator[None]:
    """After each test that commits Django would empty all tables and write permissions and content types anew, which nobody here reads."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_more: None)
        patched.setattr(flush, "sql_flush", spared.what_was_written)
        patched.setattr(middleware, "WhiteNoiseMiddleware", spared.StaticFilesOnce)
        yield


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_shared() -> Iterator[None]:
    """Tests go faster than the seconds for which boards are shared, and often announce nothing."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sharing, "SECONDS", 0.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """Argon2 is slow on purpose."""
    with override_settings(PASSWORD_HASHERS=[spared.HASHER, *django_settings.PASSWORD_HASHERS]):
        yield


@pytest.fixture(autouse=True)
def _hashes_of_the_house(request: pytest.FixtureRequest) -> None:
    """A service in another process (browser tests without `site`) knows only the house's own hashers."""
    if "browser" in request.keywords and "site" not in request.fixturenames:
        given = request.getfixturevalue("settings")
        given.PASSWORD_HASHERS = [one for one in given.PASSWORD_HASHERS if one != spared.HASHER]


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
