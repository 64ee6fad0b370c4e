"""Tubes whose time runs out: who leads the site's place is told once, while there is still time to send them off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.core import clock, live, locks
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM
from jimu.field.screening.models import Tube
from jimu.field.screening.queries import FILLED
from jimu.field.screening.rules import ALARM_SHARE, countdown
from jimu.field.screening.setting_up import made_target
from jimu.incidents.order_chains import leader_to_tell
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency

# What is older than this was given up long ago.
DAY, SHORTEST, NAMED = timedelta(days=1), timedelta(minutes=1), 6


def _waiting(at: datetime) -> list[Tube]:
    """Tubes with people in them that have not arrived, of which nobody was told, and whose time runs out."""
    on_the_way = Q(batch=None) | Q(batch__received_at=None)
    rows = Tube.objects.filter(on_the_way, FILLED, alarmed=False, result_sealed="", first_at__gt=at - DAY, first_at__lte=at - SHORTEST)
    tubes = rows.select_related("round", "site__unit").order_by("first_at", "pk")
    return [tube for tube in tubes if tube.first_at and countdown(tube.first_at, at, tube.round.lab_minutes).minutes < tube.round.lab_minutes * ALARM_SHARE]


def anything_due() -> bool:
    """Whether somebody has to be told."""
    return bool(_waiting(clock.now()))


def run(job: JobRun) -> dict[str, Any]:
    """The job: one sweep."""
    return {"told": sweep(at=clock.now())}


def sweep(*, at: datetime) -> int:
    """Tell the leaders of each site of its tubes in one letter; returns of how many tubes."""
    with transaction.atomic():
        locks.hold("screening:alarms")
        tubes = _waiting(at)
        by_site: dict[UUID, list[Tube]] = {}
        for tube in tubes:
            by_site.setdefault(tube.site_id, []).append(tube)
        for some in by_site.values():
            _tell(some, at)
        Tube.objects.filter(pk__in=[tube.pk for tube in tubes]).update(alarmed=True)
    return len(tubes)


def _tell(tubes: Sequence[Tube], at: datetime) -> None:
    first = tubes[0]
    assert first.first_at is not None
    left = max(0, countdown(first.first_at, at, first.round.lab_minutes).minutes)
    names = "、".join(tube.code for tube in tubes[:NAMED])
    text = _("“{site}”有 {n} 支管快到送检时限，最急的还剩 {left} 分钟：{names}。请马上送走。").format(site=first.site.name, n=len(tubes), left=left, names=names)
    leader = leader_to_tell(first.site.unit.path)
    if leader is not None:
        letter = Letter(f"screening:alarm:{first.pk}", first.site.unit_id, text, leader, Urgency.URGENT)
        enqueue(actor=SYSTEM, at=at, letters=[letter], subject=made_target(first.round))
    live.beat(made_target(first.round))
