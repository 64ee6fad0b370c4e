"""Pages of a long list: every row once, the nearest page when asked for none that exists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.core.models import Pulse
from jimu.core.paging import paged

pytestmark = pytest.mark.django_db


def rows(count: int):
    Pulse.objects.all().delete()
    Pulse.objects.bulk_create(Pulse(topic=f"{n:04d}", at="2026-04-06T00:00Z") for n in range(count))
    return Pulse.objects.order_by("topic")


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30), st.integers(1, 12))
def test_the_pages_together_are_the_list(count: int, size: int) -> None:
    query = rows(count)
    first = paged(query, number=1, size=size)
    together = [row for number in range(1, first.pages + 1) for row in paged(query, number=number, size=size).rows]
    assert together == list(query)
    assert first.total == count


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 30), st.one_of(st.integers(-5, 40), st.text(), st.none()))
def test_any_number_gives_a_page_that_exists(count: int, number: object) -> None:
    page = paged(rows(count), number=number, size=7)
    assert 1 <= page.number <= page.pages
    assert (page.previous is None) == (page.number == 1)
    assert (page.next is None) == (page.number == page.pages)
    assert page.last_row - page.first_row + 1 == len(page.rows) or not count


def test_the_rows_are_numbered_as_people_count() -> None:
    page = paged(rows(20), number="2", size=7)
    assert (page.first_row, page.last_row, page.pages) == (8, 14, 3)
    empty = paged(rows(0), number=1, size=7)
    assert (empty.first_row, empty.last_row, empty.pages) == (0, 0, 1)


def test_digits_that_are_no_number_give_the_first_page() -> None:
    for number in ("²", "9" * 5000, "-1", "1.5"):
        assert paged(rows(20), number=number, size=7).number == 1


def test_a_page_costs_two_queries_however_long_the_list(django_assert_num_queries) -> None:
    for count in (0, 3, 30):
        query = rows(count)
        with django_assert_num_queries(2):
            paged(query, number=1, size=7)
