"""What the routers of all bricks share: who asks, pages of a long list, how a refusal looks on the wire.

Success answers with the thing itself, a list with `{"items": […], "page": {…}}`, and every refusal with
`{"error": {"code", "message", "data"}}`: the code for programs, the message for people.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Schema
from ninja.pagination import PaginationBase

from jimu.core.paging import Page, paged
from jimu.core.permissions import Actor

MOST_ROWS = 200


class FaultBody(Schema):
    """What was wrong: a stable code, one sentence in the asker's language, and what the sentence is about."""

    code: str
    message: str
    data: dict[str, Any]


class Fault(Schema):
    """The envelope of every refusal."""

    error: FaultBody


class PageOut(Schema):
    """Where a page of a list stands; numbers count from 1."""

    number: int
    size: int
    pages: int
    total: int


def listed(shown: Page[Any], items: Sequence[Any]) -> dict[str, Any]:
    """A page of a list as it is answered: its rows as they are told, and where the page stands."""
    return {"items": items, "page": {"number": shown.number, "size": shown.size, "pages": shown.pages, "total": shown.total}}


class Numbered(PaginationBase):
    """`?page=2&size=50`; a number beyond the last page gives the last one. Use with `@paginate(Numbered)`."""

    class Input(Schema):
        """What the asker may choose."""

        page: int = Field(1, ge=1, le=1_000_000)
        size: int = Field(50, ge=1, le=MOST_ROWS)

    class Output(Schema):
        """Rows with their page."""

        items: list[Any]
        page: PageOut

    def paginate_queryset(
        self, queryset: "QuerySet[Any]", pagination: Any, request: HttpRequest, **params: Any
    ) -> dict[str, Any]:
        """One page of a query."""
        shown = paged(queryset, number=pagination.page, size=pagination.size)
        return listed(shown, shown.rows)


def asker(request: HttpRequest, right: str | None = None) -> Actor:
    """Who asks. Raises NotPermitted unless they have the right somewhere."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if right:
        actor.require(right)
    return actor
