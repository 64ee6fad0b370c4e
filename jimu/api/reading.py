"""Reading a request: what no database keeps is refused at the door, not in the middle of an act."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja.parser import Parser

from jimu.core.errors import Invalid


class StorableOnly(Parser):
    """Reads bodies and queries. Raises Invalid for a text with NUL or half a character: PostgreSQL keeps neither."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON of a body."""
        body = json.loads(request.body)
        # Both can only come escaped, or as the bytes of a lone surrogate: most bodies are not walked.
        if b"\\u" in request.body or b"\xed" in request.body:
            _refuse_unkept(_texts(body))
        return cast(dict[str, Any], body)

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        """The values of a query or a form."""
        found = super().parse_querydict(data, list_fields, request)
        _refuse_unkept(_texts(found))
        return found


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one


def _refuse_unkept(texts: Iterable[str]) -> None:
    if any("\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text) for text in texts):
        raise Invalid(_("内容里有不能保存的字符，请删掉后再提交。"), code="unkept_characters")
