"""What people did, by the journal: how much of each, and at what."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models import Case, Count, IntegerField, Sum, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from jimu.core import clock
from jimu.core.models import JournalEntry

#: Of a verb that says one thing each time.
ONE = ""
#: Until so many hours after midnight the day before is not over for who is on duty; it began so many hours before.
NIGHT_ENDS, EVENING = 6, 6


def amounts(accounts: Collection[int], verbs: Mapping[str, str], since: datetime) -> dict[tuple[int, str], int]:
    """How much each account did since a moment, by account and verb. `verbs` says for each which key of its data holds a number. One query.

    It is the moment that narrows the search: the database is not offered the verbs, of which a long emergency has millions of entries.
    """
    if not accounts:
        return {}
    keys = sorted({key for key in verbs.values() if key != ONE})
    sums = {f"sum_{key}": Sum(Case(When(verb__in=[v for v, k in verbs.items() if k == key], then=Cast(KT(f"data__{key}"), IntegerField())))) for key in keys}
    rows = JournalEntry.objects.filter(at__gte=since, account_id__in=accounts).order_by().values("account_id", "verb")
    found: dict[tuple[int, str], int] = {}
    for account, verb, times, *summed in rows.annotate(times=Count("pk"), **sums).values_list("account_id", "verb", "times", *sums):
        if account is not None and verb in verbs:
            found[account, verb] = times if verbs[verb] == ONE else summed[keys.index(verbs[verb])] or 0
    return found


def targets(accounts: Collection[int], verb: str, since: datetime) -> set[str]:
    """What accounts did something to since a moment. One query."""
    if not accounts:
        return set()
    rows = JournalEntry.objects.filter(at__gte=since, account_id__in=accounts).order_by().values_list("verb", "target").distinct()
    return {target for one, target in rows if one == verb}


def since(at: datetime) -> datetime:
    """From when on a day's work counts: midnight; at night the evening before, when the night shift began."""
    midnight = clock.at_minute(timezone.localtime(at).date(), 0)
    return midnight if timezone.localtime(at).hour >= NIGHT_ENDS else midnight - timedelta(hours=EVENING)
