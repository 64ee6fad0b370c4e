"""The town, for the people's tests."""

from jimu.grid.tests.town import town  # noqa: F401  a fixture
