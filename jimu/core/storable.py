"""What no database keeps: NUL, and half a character (a lone surrogate, which JSON can spell). Refused where it is read, not in the middle of an act."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Invalid


class Unkept(Invalid):
    """A text has characters that cannot be kept."""

    code = "unkept_characters"
    sentence = _("内容里有不能保存的字符，请删掉后再提交。")


def storable(value: Any) -> bool:
    """Whether every text within a value (of JSON or of a form; keys too) can be kept."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if not _kept(one):
                return False
        elif isinstance(one, Mapping):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
    return True


def _kept(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
