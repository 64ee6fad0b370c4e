"""Values for plain SQL are what the models would write, and come back as they were."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection, models
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.core import plain

ZONES = st.sampled_from((UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3, minutes=-30))))
quiet = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@quiet
@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES))  # noqa: DTZ001
def test_a_moment_is_written_as_the_models_do_and_read_as_it_was(value: datetime) -> None:
    assert plain.moment(value) == connection.ops.adapt_datetimefield_value(value)
    assert plain.moment_of(plain.moment(value)) == value


@quiet
@given(st.uuids())
def test_an_id_is_written_as_the_models_do_and_read_as_it_was(value: UUID) -> None:
    assert plain.key(value) == models.UUIDField().get_db_prep_value(value, connection)
    assert plain.keys([value]) == [plain.key(value)]
    assert plain.uuid_of(plain.key(value)) == value


@pytest.mark.parametrize("asked", [plain.key, plain.moment, plain.uuid_of, plain.moment_of])
def test_nothing_stays_nothing(asked: object) -> None:
    assert asked(None) is None  # type: ignore[operator]
