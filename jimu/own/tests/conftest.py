"""The roster's world, for the tests of own."""

from jimu.roster.tests.conftest import world  # noqa: F401  a fixture
