"""PostgreSQL's pass leaves out what asks no database: which tests those are, and that they could not ask one unnoticed."""

import re
from pathlib import Path

import pytest
from django.db import connection

from jimu.core.tests.spared import asks_a_database

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def rows(db: None) -> int:
    return 1


@pytest.fixture
def no_rows() -> int:
    return 0


def test_who_asks_for_no_database_is_left_out(no_rows: int, request: pytest.FixtureRequest) -> None:
    assert not asks_a_database(request.node)


@pytest.mark.django_db
def test_who_is_marked_is_asked_again(request: pytest.FixtureRequest) -> None:
    assert asks_a_database(request.node)


def test_who_asks_through_another_fixture_is_asked_again(rows: int, request: pytest.FixtureRequest) -> None:
    assert asks_a_database(request.node)


def test_who_is_left_out_cannot_reach_the_database() -> None:
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        connection.ensure_connection()


def asked_by_name(text: str) -> set[str]:
    """Fixtures that are asked for while a test runs, where the choice of tests cannot see them."""
    return set(re.findall(r"getfixturevalue\(\s*[\"'](\w+)", text))


def test_no_test_opens_the_database_while_it_runs() -> None:
    assert asked_by_name('request.getfixturevalue("db")') == {"db"}
    tests = [ROOT / "conftest.py", *(path for part in ("jimu", "tools") for path in (ROOT / part).rglob("tests/**/*.py") if path != Path(__file__).resolve())]
    # Neither of these opens it.
    assert set().union(*(asked_by_name(path.read_text(encoding="utf-8")) for path in tests)) == {"settings", "_other_key"}
