"""Traditional characters find simplified names; ASCII and simplified words cost nothing more."""

import pytest
from django.db.models import Q

from jimu.core.scripts import holds, simplified
from jimu.grid.tests.town import build


@pytest.mark.parametrize(("typed", "found"), [("張偉", "张伟"), ("居民區", "居民区"), ("张伟", "张伟"), ("wang", "wang"), ("3號樓", "3号楼"), ("", "")])
def test_words_are_told_in_simplified_characters(typed: str, found: str) -> None:
    assert simplified(typed) == found


def test_both_ways_of_writing_are_looked_for_and_only_where_they_differ() -> None:
    assert holds("name", "王偉") == Q(name__contains="王偉") | Q(name__contains="王伟")
    assert holds("name", "王伟") == Q(name__contains="王伟")


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "typed", "found"), [("/people/", "王偉", "王伟"), ("/people/", "沈潔", "沈洁"), ("/grid/", "甲一居民區", "甲一居民区"), ("/grid/", "1號樓", "1号楼")])
def test_the_lists_are_searched_in_either_script(address: str, typed: str, found: str) -> None:
    client = build().client("commander")
    for words in (typed, found):
        assert found in client.get(address, {"q": words}).content.decode().split("<main", 1)[1]
    assert f">{found}<" not in client.get(address, {"q": "無此"}).content.decode().split("<main", 1)[1]
