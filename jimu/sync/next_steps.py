"""What phones sent and a person has to look at."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor
from jimu.sync.queries import conflicts_for


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """One line for all that is open. One query."""
    if count := conflicts_for(actor).order_by().count():
        words = ngettext("{n} 条手机记录对不上，要人看一眼", "{n} 条手机记录对不上，要人看一眼", count).format(n=count)
        yield NextStep(words, reverse("sync:looks"), None, "", "warn", own=False)
