"""One row for an actor: what is elsewhere looks as if it were not there at all."""

from functools import reduce
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible

Row = TypeVar("Row", bound=Model)


def fetch(rows: "QuerySet[Row]") -> Row:
    """The first of the rows, which are narrowed down to one already. Raises NotFound when there is none."""
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def fetch_on_part(actor: Actor, rows: "QuerySet[Row]", *, seen: str, right: str = "", at: str = "unit__path") -> Row:
    """The first of the rows on the part of the grid where the actor has the right `seen`; `at` leads from a row to its path.

    Raises NotFound outside that part, NotPermitted where the row can be seen and `right` does not hold on it.
    """
    row = fetch(rows.filter(visible(actor, seen, at)))
    if right and right != seen:
        path: Any = reduce(getattr, at.split("__"), row)
        actor.require(right, path)
    return row
