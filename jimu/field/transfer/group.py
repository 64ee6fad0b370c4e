"""Visits and vehicles of the people of a group, for who leads them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from jimu.core.brick import InHand, NextStep
from jimu.core.permissions import Actor
from jimu.field.transfer import care_queries, run_queries
from jimu.field.transfer.leaving import WITH
from jimu.field.transfer.models import Dependant
from jimu.field.transfer.words import RUN, VISIT
from jimu.teams.leading import Group

SOON, MOST = timedelta(hours=1), 200


def in_hand(actor: Actor, group: Group, at: datetime) -> Iterator[InHand]:
    """Whom they look after, and which vehicles they go along with. A fixed number of queries."""
    left = Dependant.objects.filter(person__in=group.people, ended_at=None).select_related(*WITH, "resident").order_by(F("alarm_at").asc(nulls_last=True), "added_at")
    for line in care_queries.lines(left[:MOST], at):
        one, due = line.one, line.one.next_due
        words = _("去看望留下的{kind}").format(kind=one.get_kind_display())
        tone = "bad" if line.alone else "warn" if due and due - at <= SOON else ""
        yield InHand(VISIT, one.person_id, NextStep(words, reverse("transfer:left_one", args=[one.pk]), due, one.transfer.door, tone, own=False))
    for found in run_queries.runs_of(group.people, at):
        run = found.run
        words = _("陪护第 {n} 趟转运车 {plate}").format(n=run.number, plate=run.plate)
        tone = "bad" if found.late or run.destination is None else "warn" if run.leaves_at - at <= SOON else ""
        step = NextStep(words, reverse("transfer:run", args=[run.pk]), run.leaves_at, run.unit.name, tone, own=False)
        for person_id in sorted({one.person_id for one in run.crew.all()} & group.people):
            yield InHand(RUN, person_id, step)
