"""Rounds from door to door that are going on; contacts that wait for a person; buildings that are tested today or whose order ends."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core.brick import NextStep
from jimu.core.permissions import Actor, under
from jimu.field.households import case_queries, referral_queries, round_queries, zone_queries
from jimu.field.households.models import Room, Visit
from jimu.field.households.zone_actions import ZONE
from jimu.grid.models import Unit

MOST = 3
DAY = timedelta(days=1)


def end_of(day: date) -> datetime:
    """The last minute of a day: “by midnight tomorrow” reads as a day later than it is."""
    return clock.at_minute(day, clock.MINUTES_PER_DAY - 1)


def next_steps(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """How far each open round is, on the part where the actor writes down visits; what zones and contacts ask for. At most nine queries; two more for each round of which only some buildings are the actor's."""
    yield from _zones(actor, at)
    for found in round_queries.rounds_for(actor).annotate(seen=Count("visits__room", distinct=True))[:MOST]:
        own = round_queries.own_paths(actor, found)
        whole = own == (found.unit.path,)
        doors = Room.objects.filter(under(own, "building__path"), building__retired_at=None).count()
        seen = found.seen if whole else Visit.objects.filter(under(own, "room__building__path"), round=found).order_by().values("room").distinct().count()
        if seen < doors:
            words = _("上门走访：敲过 {n} 户，还有 {left} 户").format(n=seen, left=doors - seen)
            place = found.unit.name if whole else Unit.objects.filter(path__in=own).values_list("name", flat=True).first() or found.unit.name
            yield NextStep(words, reverse("households:round", args=[found.pk]), end_of(zone_queries.today(at)), place, own=False)


def _zones(actor: Actor, at: datetime) -> Iterator[NextStep]:
    if actor.may(ZONE):
        today, page = zone_queries.today(at), reverse("households:zones")
        counts = zone_queries.counts_for(actor, today)
        if counts.last:
            words = _("{n} 栋楼今天期满：解除，或另有依据再延长").format(n=counts.last)
            yield NextStep(words, page, end_of(today), "", "warn", own=False)
        if counts.ending > counts.last:
            words = _("{n} 栋楼明天期满：解除，或另有依据再延长").format(n=counts.ending - counts.last)
            yield NextStep(words, page, end_of(today + DAY), "", own=False)
        if counts.testing:
            yield NextStep(_("{n} 栋楼今天要做核酸").format(n=counts.testing), page, end_of(today), "", "warn", own=False)
    waiting = found.waiting if (found := case_queries.health_counts(actor)) else 0
    if waiting:
        yield NextStep(_("{n} 位推算的密接等人确认").format(n=waiting), reverse("households:cases"), None, "", own=False)
    if actor.may(case_queries.HEALTH):
        yield from _elsewhere(actor, at)


def _elsewhere(actor: Actor, at: datetime) -> Iterator[NextStep]:
    """Contacts of cases elsewhere that wait to be taken up here, and those sent away that nobody took up for long."""
    told = referral_queries.waiting(actor, at)
    if told.here:
        words = _("别处转来 {n} 位密接，等您接下").format(n=told.here)
        yield NextStep(words, reverse("households:referrals"), None, "", tone="bad" if told.late_here else "warn", own=False)
    if told.away:
        yield NextStep(_("转给别处的 {n} 位密接还没有人接，打个电话").format(n=told.away), reverse("households:cases"), None, "", tone="warn", own=False)
