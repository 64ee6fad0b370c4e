"""Needs follow what is found elsewhere in the field at the door of a household."""

from django.db import transaction

from jimu.accounts.models import Account
from jimu.core.permissions import Actor
from jimu.field.households.events import FoundAtDoor
from jimu.field.needs.models import Need
from jimu.field.needs.moving import tell_origin
from jimu.field.needs.reporting import Came, Given, report_from_elsewhere


def found_at_door(found: FoundAtDoor) -> None:
    """Open its need, once; whoever found it may confirm that it is done. Repeated, it is only said again which need it is."""
    with transaction.atomic():
        finder = Account.objects.filter(pk=found.account_id).values_list("person_id", flat=True).first() if found.account_id is not None else None
        came = Came(found.origin, finder, Actor(account_id=found.account_id, name=found.by), found.minutes)
        there = Need.objects.filter(origin=found.origin).first()
        if there is not None:
            tell_origin(there, at=there.closed_at or there.reported_at, by=there.reported_by)
            return
        given = Given(found.unit_id, found.need_class, found.text, room=found.room, way=Need.Way.PATROL)
        report_from_elsewhere(at=found.at, given=given, came=came)
