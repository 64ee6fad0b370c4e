"""What is kept for so many days at its place, and is over."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q


def past(days: Mapping[str, int], *, place: str, moment: str, at: datetime) -> Q:
    """Rows beyond the days of their place; `moment` is the lookup of when the days begin, with how it compares (`at__lte`).

    One condition for each number of days, however many places there are: SQLite reads no thousand conditions beside each other.
    """
    paths: dict[int, list[str]] = defaultdict(list)
    for path, number in days.items():
        paths[number].append(path)
    due = Q(pk__in=[])
    for number, many in paths.items():
        due |= Q(**{moment: at - timedelta(days=number), f"{place}__in": many})
    return due
