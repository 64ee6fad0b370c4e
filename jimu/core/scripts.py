"""Two scripts of one language: what is typed in traditional characters finds what is written in simplified ones."""

from functools import cache

from django.db.models import Q
from opencc import OpenCC


def simplified(words: str) -> str:
    """The words in simplified characters; those that are so already stay."""
    return str(_converter().convert(words))


def holds(field: str, words: str) -> Q:
    """Rows whose `field` holds the words as typed, or in simplified characters. The other condition only where it differs."""
    typed = Q(**{f"{field}__contains": words})
    other = simplified(words)
    return typed if other == words else typed | Q(**{f"{field}__contains": other})


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
