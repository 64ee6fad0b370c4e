"""People who offered help and wait for an answer."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from jimu.core.brick import NextStep
from jimu.core.permissions import Actor
from jimu.signup.queries import campaigns_for

# Of the newest campaigns: an old one with people waiting has been told of long ago.
MOST = 20


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """One line for each campaign with people waiting. One query."""
    if not (actor.may("signup.view") and actor.may("signup.review")):
        return
    for campaign in campaigns_for(actor).order_by("-created_at")[:MOST]:
        waiting: int = campaign.waiting  # type: ignore[attr-defined]  # counted by the query
        if not waiting:
            continue
        words = ngettext("{n} 人报了名，等审核", "{n} 人报了名，等审核", waiting).format(n=waiting)
        yield NextStep(words, reverse("signup:campaign", args=[campaign.pk]), None, campaign.title, own=False)
