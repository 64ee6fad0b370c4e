"""The town, for the grid's tests."""

from jimu.grid.tests.town import town  # noqa: F401  a fixture
