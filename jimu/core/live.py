"""Live pages: an action beats a topic, after its commit, and every page that shows the topic refreshes."""

from django.db import transaction
from django.db.models import F

from jimu.core import clock
from jimu.core.models import Pulse


def beat(*topics: str) -> None:
    """Say that these topics changed, once the current transaction has committed.

    Topics name no person: `board`, `roster:<id>`, `job:<id>`.
    """
    transaction.on_commit(lambda: _raise(topics))


def _raise(topics: tuple[str, ...]) -> None:
    for topic in sorted(set(topics)):
        raised = Pulse.objects.filter(topic=topic).update(version=F("version") + 1, at=clock.now())
        if not raised:
            Pulse.objects.get_or_create(topic=topic, defaults={"version": 1, "at": clock.now()})
