"""Patrol follows what became of its findings elsewhere: the need that one goes on as."""

from django.db import transaction

from jimu.core import live, locks
from jimu.field.households.events import NeedTurned
from jimu.field.patrol.models import Seen
from jimu.field.patrol.telling import TOPIC


def need_turned(told: NeedTurned) -> None:
    """Keep which need a finding became, and whether that is over. Of what few may read the words stand with the need alone. Harmless when repeated."""
    kind, _colon, pk = told.origin.partition(":")
    if kind != "seen":
        return
    with transaction.atomic():
        locks.hold(told.origin)
        seen = Seen.objects.filter(pk=pk, to_need=True).first()
        if seen is None:
            return
        seen.need_id, seen.need_number = told.need_id, told.number
        if not told.number:
            seen.text_sealed = seen.room = ""
        seen.settled_at, seen.settled_by, seen.settled_how = (told.at, told.by, told.how[:200]) if told.closed else (None, "", "")
        seen.save(update_fields=["need_id", "need_number", "text_sealed", "room", "settled_at", "settled_by", "settled_how"])
        live.beat(TOPIC)
