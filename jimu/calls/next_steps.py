"""Offers that wait for somebody's yes or no, open seats that nobody calls for, organisations to telephone."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.calls.models import Offer
from jimu.calls.queries import Gap, gaps_for, own_offers
from jimu.calls.second_queries import silent_for
from jimu.core.brick import NextStep
from jimu.core.permissions import Actor
from jimu.roster.words import duty_time

# Seats further ahead are for the planner, not for whoever has the day.
HOURS = 12
# So many places have a line of their own; of more, those that can wait are told in one: one page calls for all.
PLACES = 5


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """One's own offers; where one may call for people, seats of the coming hours for which nobody was asked, and
    organisations that did not answer. Three queries."""
    today = timezone.localtime(at).date()
    for offer in own_offers(actor, at):
        if offer.state in Offer.UNANSWERED:
            words = _("能不能来：{when} {post}").format(when=duty_time(offer.shift.starts_at, offer.shift.ends_at, today), post=offer.shift.post.title)
            yield NextStep(words, reverse("calls:index"), offer.answer_by, offer.shift.unit.name, "warn")
    yield from open_seats(gaps_for(actor, at, HOURS), at)
    for call_id, place, count in silent_for(actor):
        words = _("{n} 家单位没有回应召集，请打电话").format(n=count)
        yield NextStep(words, reverse("calls:show", args=[call_id]), None, place, "warn", own=False)


def open_seats(gaps: Sequence[Gap], at: datetime) -> Iterator[NextStep]:
    """Open seats, place by place: who is missing now always by name."""
    later = [gap for gap in gaps if gap.soonest > at]
    together = later if len(gaps) > PLACES and len(later) > 1 else []
    for gap in gaps:
        if gap not in together:
            tone = "bad" if gap.soonest <= at else "warn"
            yield NextStep(_("缺 {n} 人，还没有召集").format(n=gap.seats), reverse("calls:index"), gap.soonest, gap.name, tone, own=False)
    if together:
        words = _("{places} 处缺 {n} 人，还没有召集").format(places=len(together), n=sum(gap.seats for gap in together))
        names = "、".join(gap.name for gap in together[:3])
        where = _("{names}等").format(names=names) if len(together) > 3 else names
        yield NextStep(words, reverse("calls:index"), min(gap.soonest for gap in together), where, "warn", own=False)
