"""Writes of a household's own list: a need is put on it, its word is taken, the link is changed or taken back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, locks
from jimu.core.errors import Conflict, NotFound
from jimu.core.fetching import fetch
from jimu.core.permissions import Actor
from jimu.field.needs import answering, queries
from jimu.field.needs.models import Need, OwnList
from jimu.field.needs.moving import held
from jimu.field.needs.own_list_queries import HOLDS, list_for
from jimu.field.needs.reporting import knock, resident


def put(need: Need, own: OwnList | None, at: datetime) -> OwnList | None:
    """Put a need that was just sent on the list of the phone that sent it, a new one for a phone that has none. Called in the sender's transaction.
    What few may read is on no list."""
    if need.restricted:
        return None
    if own is not None:
        # Its link may be changed at this moment; what comes too late begins a list of its own.
        locks.hold(f"needs:list:{own.pk}")
        own = OwnList.objects.filter(pk=own.pk, revoked_at=None).first()
    kept = own or OwnList.objects.create(made_at=at, expires_at=at + HOLDS)
    need.own_list = kept
    need.save(update_fields=["own_list"])
    OwnList.objects.filter(pk=kept.pk).update(expires_at=at + HOLDS)
    return kept


def say(*, at: datetime, address: str, word: str, need_id: UUID, act: str, note: str = "") -> Need:
    """The household's word on one of its needs; of a merged one it counts for the one that goes on. Raises NoList, TooMany, NotNow, NotFound beyond the list."""
    with transaction.atomic():
        knock(at=at, address=address)
        own = list_for(word, at)
        sent = fetch(Need.objects.filter(pk=need_id, own_list=own, restricted=False))
        return answering.by_household(at=at, sent=sent, act=act, note=note)


def collect(*, at: datetime, address: str, word: str, receipt: str) -> Need:
    """Put another need of the household on the list by its receipt: one that was told on the phone, or sent from a borrowed one. Guesses are counted.
    Raises NoList, NoReceipt, TooMany, Conflict for what stands on another list, or may stand on none."""
    with transaction.atomic():
        knock(at=at, address=address)
        own = list_for(word, at)
        locks.hold(f"needs:list:{own.pk}")
        need = held(queries.by_receipt(receipt).pk)
        if need.restricted or (need.own_list_id is not None and need.own_list_id != own.pk):
            raise Conflict(_("这一件不能放进来，请用回执号单独查。"), code="not_here")
        put(need, own, at)
    return need


def renew(*, at: datetime, address: str, word: str) -> OwnList:
    """Somebody has the link who should not: everything moves behind a new one, and the old one leads nowhere."""
    with transaction.atomic():
        knock(at=at, address=address)
        old = list_for(word, at)
        locks.hold(f"needs:list:{old.pk}")
        # Somebody may be writing to one of them, list and all.
        locks.hold(*(f"need:{pk}" for pk in Need.objects.filter(own_list=old).values_list("pk", flat=True)))
        fresh = OwnList.objects.create(made_at=at, expires_at=at + HOLDS)
        _end(old, at, resident())
        Need.objects.filter(own_list=old).update(own_list=fresh)
    return fresh


def revoke(*, actor: Actor, at: datetime, need_id: UUID) -> None:
    """A household called that a stranger has its link. Who may dispatch where the need is takes it back; receipts go on. Raises NotFound without a link."""
    with transaction.atomic():
        need = queries.need_for(actor, need_id, queries.DISPATCH)
        own = need.own_list
        if own is None or own.revoked_at is not None:
            raise NotFound
        _end(own, at, actor)
        journal.record(actor=actor, at=at, verb="needs.link_revoked", target=need.target, scope=need.unit.path)


def _end(own: OwnList, at: datetime, actor: Actor) -> None:
    own.revoked_at, own.revoked_by = at, actor.name[:80]
    own.save(update_fields=["revoked_at", "revoked_by"])
