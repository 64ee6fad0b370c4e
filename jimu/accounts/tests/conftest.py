"""The small subdistrict of the grid's tests, for tests of accounts."""

import pytest

from jimu.core.translations import compile_translations
from jimu.grid.tests.town import town

__all__ = ["town"]


@pytest.fixture(scope="session", autouse=True)
def _catalogues() -> None:
    compile_translations()
