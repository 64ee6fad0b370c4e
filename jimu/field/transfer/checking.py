"""Holds the columns of transfers against their facts and rules: for `jimu transfer check`."""

from datetime import datetime

from django.utils.translation import gettext as _

from jimu.field.transfer import custody, rules
from jimu.field.transfer.models import Dependant, Transfer
from jimu.field.transfer.moving import left_of


def faults(at: datetime) -> list[str]:
    """Whatever does not fit, a sentence each; empty when all is well."""
    found = []
    for one in Transfer.objects.select_related("unit", "room", "resident").prefetch_related("facts"):
        facts = list(one.facts.all())
        if facts and facts[-1].leads_to != one.state:
            found.append(_("{door}：状态和经过对不上").format(door=one.door))
        if one.gone_since is not None and one.answered_at is None:
            found.append(_("{door}：人走了，家里留下谁还没问").format(door=one.door))
    for left in Dependant.objects.filter(ended_at=None).select_related("transfer__unit", "transfer__room", "person", "neighbor"):
        alone = not rules.attended(left_of(left, left.transfer), at)
        if alone and (left.alarm_at is None or left.alarm_at > at):
            found.append(_("{door}：留下的{kind}没人照看，也没有提醒").format(door=left.transfer.door, kind=left.get_kind_display()))
    return found + custody.chain_faults()
