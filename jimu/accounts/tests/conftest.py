"""The small subdistrict of the grid's tests, for tests of accounts, with a hasher that costs nothing."""

import pytest

from jimu.core.translations import compile_translations
from jimu.grid.tests.town import town

__all__ = ["town"]


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_translations()


@pytest.fixture(autouse=True)
def _cheap_hashes(request: pytest.FixtureRequest, settings) -> None:
    """Argon2 is slow on purpose; a service in another process (browser tests) knows only the house's own hashers."""
    if "browser" not in request.keywords:
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
