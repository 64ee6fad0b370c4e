"""Reading a request: what no database keeps is refused at the door, not in the middle of an act."""

import json
from typing import Any, cast

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from jimu.core.storable import Unkept, storable


class StorableOnly(Parser):
    """Reads bodies and queries. Raises Unkept for a text with NUL or half a character."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON of a body."""
        body = json.loads(request.body)
        # Both can only come escaped, or as the bytes of a lone surrogate: most bodies are not walked.
        if (b"\\u" in request.body or b"\xed" in request.body) and not storable(body):
            raise Unkept
        return cast(dict[str, Any], body)

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        """The values of a query or a form."""
        found = super().parse_querydict(data, list_fields, request)
        if not storable(found):
            raise Unkept
        return found
