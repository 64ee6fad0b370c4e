"""Live pages: an action beats a topic, after its commit, and every page that shows the topic refreshes."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from jimu.core import clock
from jimu.core.models import Pulse


def beat(*topics: str) -> None:
    """Say that these topics changed, once the current transaction has committed.

    Topics name no person: `board`, `roster:<id>`, `job:<id>`. What was committed stands even when the beat
    fails (it is logged): pages also look by themselves every quarter of a minute.
    """
    transaction.on_commit(lambda: _raise(topics), robust=True)


def versions(topics: Iterable[str]) -> dict[str, int]:
    """The current version of each topic; 0 for one that never rose.

    A page reads it before its data, so that a change made while it is drawn is noticed afterwards.
    """
    wanted = list(topics)
    found = dict(Pulse.objects.filter(topic__in=wanted).values_list("topic", "version"))
    return {topic: found.get(topic, 0) for topic in wanted}


def _raise(topics: tuple[str, ...]) -> None:
    for topic in sorted(set(topics)):
        raised = Pulse.objects.filter(topic=topic).update(version=F("version") + 1, at=clock.now())
        if not raised:
            Pulse.objects.get_or_create(topic=topic, defaults={"version": 1, "at": clock.now()})
