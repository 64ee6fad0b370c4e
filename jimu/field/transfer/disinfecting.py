"""Writes of disinfection: asked for when somebody leaves, a flat and the kitchen it shares once each, done when two people signed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live
from jimu.core.errors import Invalid, NotNow, NotOnRegister, SamePerson
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor
from jimu.field.transfer import policy, queries
from jimu.field.transfer.disinfecting_queries import WITH, within_reach
from jimu.field.transfer.models import Disinfection, Key, Transfer
from jimu.field.transfer.moving import TOPIC, hold, set_clock
from jimu.people.intake import cells

D = Disinfection.State

def ask_after(transfer: Transfer, *, actor: Actor, at: datetime) -> None:
    """When somebody left whose flat the policy wants disinfected: it, and the kitchen that it shares. One that is open serves for both."""
    numbers = policy.of_place(transfer.unit)
    if transfer.why not in numbers.disinfect:
        return
    for kitchen in dict.fromkeys(["", transfer.room.kitchen]):
        here = {"unit": transfer.unit, "kitchen": kitchen} if kitchen else {"room": transfer.room, "kitchen": ""}
        if Disinfection.objects.filter(**here, state__in=Disinfection.OPEN).exists():
            continue
        made = Disinfection(unit=transfer.unit, transfer=transfer, room=None if kitchen else transfer.room, kitchen=kitchen, asked_at=at)
        set_clock(made, at + timedelta(hours=numbers.disinfect_hours))
        made.save(force_insert=True)
        _tell(actor, at, "transfer.disinfection_asked", made)


def sign(*, actor: Actor, at: datetime, disinfection_id: UUID, note: str = "") -> Disinfection:
    """One of two signs that it is done; the second is another person. A flat wants its key in hand, somebody at home, or a word on how one got in.

    Whom it does not concern learns nothing of it. Raises NotFound, NotOnRegister, SamePerson, NotNow.
    """
    if actor.person_id is None:
        raise NotOnRegister
    with transaction.atomic():
        one = _held(actor, disinfection_id, at)
        if one.state not in Disinfection.OPEN:
            raise NotNow(_("{where} 已经是“{state}”。").format(where=one.where, state=D(one.state).label))
        if one.first_id is None:
            if one.room is not None and not _can_enter(one) and not note.strip():
                raise Invalid(_("钥匙还没收到，家里也没人：请先签收钥匙，或写明怎么进的门。"), code="no_way_in", field="note")
            one.first_id, one.first_at, one.state = actor.person_id, at, D.HALF
        elif one.first_id == actor.person_id:
            raise SamePerson(_("消毒要两个人签字：您已经签过一次，请另一个人来签。"))
        else:
            one.second_id, one.done_at, one.state = actor.person_id, at, D.DONE
            set_clock(one, None)
        one.note = (cells.scrub(cells.text(note)) or one.note)[:200]
        one.save()
        _tell(actor, at, "transfer.disinfection_signed", one)
    return one


def _can_enter(one: Disinfection) -> bool:
    key = Key.objects.filter(transfer__room=one.room, holder__isnull=False, lost=False).exists()
    return key or queries.may_share_home(one.transfer)


def drop(*, actor: Actor, at: datetime, disinfection_id: UUID, why: str) -> Disinfection:
    """Not needed after all; the desk says why."""
    if not why.strip():
        raise Invalid(_("请写为什么不用消毒了。"), field="note")
    with transaction.atomic():
        one = _held(actor, disinfection_id, at)
        actor.require(queries.MANAGE, one.unit.path)
        if one.state not in Disinfection.OPEN:
            raise NotNow(_("{where} 已经是“{state}”。").format(where=one.where, state=D(one.state).label))
        _drop(one, why, actor, at)
    return one


def drop_unsigned(transfer: Transfer, *, actor: Actor, at: datetime) -> None:
    """They did not leave after all: what was asked for it and nobody signed is not needed."""
    for one in Disinfection.objects.filter(transfer=transfer, state=D.WAITING).select_related(*WITH):
        _drop(one, _("人没有走"), actor, at)


def _drop(one: Disinfection, why: str, actor: Actor, at: datetime) -> None:
    one.state, one.note = D.DROPPED, cells.scrub(cells.text(why))[:200]
    set_clock(one, None)
    one.save()
    _tell(actor, at, "transfer.disinfection_dropped", one)


def _held(actor: Actor, disinfection_id: UUID, at: datetime) -> Disinfection:
    hold()
    return fetch(within_reach(actor, at).filter(pk=disinfection_id))


def _tell(actor: Actor, at: datetime, verb: str, one: Disinfection) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=one.target, scope=one.unit.path)
    live.beat(TOPIC)
