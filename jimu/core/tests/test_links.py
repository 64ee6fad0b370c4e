"""Signed links: they name what they were made for, and nothing else passes."""

from uuid import uuid4

import pytest

from jimu.core import links

ONE, OTHER = uuid4(), uuid4()


@pytest.mark.parametrize("ids", [(ONE,), (ONE, OTHER)])
def test_a_link_gives_back_the_ids_it_was_made_of_and_only_for_its_purpose(ids) -> None:
    word = links.sign("a", *ids)
    assert links.read("a", word, len(ids)) == ids
    assert links.read("b", word, len(ids)) is None
    assert links.read("a", word, 3 - len(ids)) is None
    assert links.read("a", word[:-1] + ("x" if word[-1] != "x" else "y"), len(ids)) is None
    assert links.read("a", ONE.hex, 1) is None


def test_the_address_is_whole_or_empty(settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = []
    assert links.address("calls:answer", "word") == ""
    settings.CSRF_TRUSTED_ORIGINS = ["https://jimu.example/"]
    assert links.address("calls:answer", "word").startswith("https://jimu.example/calls/a/word")
