"""The keys of a flat in other hands: one holder at any time, every change of hands signed by both, the chain appended."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live
from jimu.core.errors import InOtherHands, Invalid, NotFound, NotNow, NotOnRegister
from jimu.core.permissions import Actor, visible
from jimu.field.transfer import queries
from jimu.field.transfer.models import Key, KeySignature, Transfer
from jimu.field.transfer.moving import TOPIC, held, hold
from jimu.people.intake import cells
from jimu.people.models import Person

K = KeySignature.Kind
MOST_KEYS = 9
WITH = ("transfer__unit", "transfer__place", "transfer__room", "holder", "offered_to")
VERBS: Mapping[str, str] = {
    K.COLLECTED: "transfer.key_collected", K.OFFERED: "transfer.key_offered", K.WITHDRAWN: "transfer.key_withdrawn", K.TAKEN: "transfer.key_taken",
    K.RETURNED: "transfer.key_returned", K.LOST: "transfer.key_lost", K.FOUND: "transfer.key_found", K.REPLACED: "transfer.key_replaced",
}  # fmt: skip


def collect(*, actor: Actor, at: datetime, transfer_id: UUID, count: int = 1, note: str = "") -> Key:
    """Take a flat's keys from its household. Raises InOtherHands when somebody has them already."""
    if not 1 <= count <= MOST_KEYS:
        raise Invalid(_("几把钥匙写 1 到 {n}。").format(n=MOST_KEYS), field="count")
    with transaction.atomic():
        taker = _signer(actor)
        transfer = held(transfer_id)
        queries.permit(actor, transfer, queries.ACT)
        if not transfer.running:
            raise NotNow(_("这一次转运已经了结。"))
        key = Key.objects.filter(transfer=transfer).select_related(*WITH).first() or Key.objects.create(transfer=transfer)
        if key.holder_id is not None:
            raise InOtherHands(_where(key))
        key.count, key.holder_id, key.offered_to, key.out_since = count, taker, None, at
        _sign(key, K.COLLECTED, None, taker, actor, at, note)
    return key


def offer(*, actor: Actor, at: datetime, key_id: UUID, to_id: UUID) -> Key:
    """Hand keys on: they stay with the giver until the other signs."""
    with transaction.atomic():
        key = _held(actor, key_id, own=True)
        if key.lost:
            raise InOtherHands(_where(key))
        taker = Person.objects.filter(pk=to_id, active=True, unit__path__startswith=key.transfer.place.path).first()
        if taker is None or taker.pk == key.holder_id:
            raise NotFound(_("没有这个人，或不在这一带工作。"))
        key.offered_to = taker
        _sign(key, K.OFFERED, key.holder_id, taker.pk, actor, at)
    return key


def take(*, actor: Actor, at: datetime, key_id: UUID) -> Key:
    """Sign for keys that were offered to oneself."""
    with transaction.atomic():
        taker = _signer(actor)
        hold()
        key = Key.objects.filter(pk=key_id).select_related(*WITH).first()
        if key is None or (key.offered_to_id != taker and not queries.may_see(actor, key.transfer)):
            raise NotFound
        if key.offered_to_id != taker or key.lost:
            raise InOtherHands(_where(key))
        giver, key.holder_id, key.offered_to = key.holder_id, taker, None
        _sign(key, K.TAKEN, giver, taker, actor, at)
    return key


def say(*, actor: Actor, at: datetime, key_id: UUID, kind: str, note: str = "") -> Key:
    """Withdraw an offer, give the keys back to the household, say that they are lost, found, or that the lock was changed."""
    with transaction.atomic():
        key = _held(actor, key_id)
        if kind not in (K.WITHDRAWN, K.RETURNED, K.LOST, K.FOUND, K.REPLACED):
            raise NotFound
        if key.holder_id is None or (key.lost != (kind in (K.FOUND, K.REPLACED))) or (kind == K.WITHDRAWN and key.offered_to_id is None):
            raise InOtherHands(_where(key))
        if kind in (K.LOST, K.REPLACED) and not note.strip():
            raise Invalid(_("请写最后在哪里、谁见过；换锁的写新钥匙交给了谁。"), field="note")
        giver = key.holder_id
        key.offered_to, key.lost = None, kind == K.LOST
        if kind in (K.RETURNED, K.REPLACED):
            key.holder, key.out_since = None, None
        _sign(key, kind, giver, None, actor, at, note)
    return key


def _signer(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotOnRegister
    return actor.person_id


def _held(actor: Actor, key_id: UUID, *, own: bool = False) -> Key:
    """Keys under the lock: for their holder, or who sees to transfers there (to hand on, the holder alone)."""
    hold()
    key = Key.objects.filter(pk=key_id).select_related(*WITH).first()
    mine = key is not None and key.holder_id is not None and key.holder_id == actor.person_id
    if key is None or not (mine or queries.may_see(actor, key.transfer)):
        raise NotFound
    if not mine:
        queries.permit(actor, key.transfer, queries.ACT)
        if own:
            raise InOtherHands(_where(key))
    return key


def _where(key: Key) -> str:
    """Where they are, said to who believed them elsewhere."""
    if key.holder is None:
        return _("钥匙现在在住户手里，没有人代管。")
    if key.lost:
        return _("钥匙已报失，最后由 {who} 代管。先找到或换锁，才能再交接。").format(who=key.holder.name)
    since = timezone.localtime(key.out_since).strftime("%m-%d %H:%M") if key.out_since else ""
    return _("钥匙现在由 {who} 代管（{since} 收下）。请先当面交接签字，或打电话问清。").format(who=key.holder.name, since=since)


def _sign(key: Key, kind: str, giver: UUID | None, taker: UUID | None, actor: Actor, at: datetime, note: str = "") -> None:
    key.links += 1
    key.save()
    said = cells.scrub(cells.text(note))[:200]
    KeySignature.objects.create(key=key, number=key.links, kind=kind, giver_id=giver, taker_id=taker, at=at, by=actor.name[:80], note=said)
    journal.record(actor=actor, at=at, verb=VERBS[kind], target=key.transfer.target, scope=key.transfer.unit.path)
    live.beat(TOPIC)


def keys_for(actor: Actor) -> tuple[list[Key], list[Key], list[Key]]:
    """Keys that the asker holds, those offered to them, and those out in the asker's part, the longest first."""
    rows = Key.objects.filter(holder__isnull=False).select_related(*WITH).order_by("out_since")
    mine = list(rows.filter(holder=actor.person_id)) if actor.person_id is not None else []
    offered = list(rows.filter(offered_to=actor.person_id)) if actor.person_id is not None else []
    out = list(rows.filter(visible(actor, queries.VIEW, "transfer__unit__path"))) if actor.may(queries.VIEW) else []
    return mine, offered, out


def chain_faults() -> list[str]:
    """Keys whose holder is not what their signatures lead to. For `jimu transfer check`."""
    found = []
    for key in Key.objects.prefetch_related("signatures").select_related(*WITH):
        holder: UUID | None = None
        for link in key.signatures.all():
            if link.kind in (K.COLLECTED, K.TAKEN):
                holder = link.taker_id
            elif link.kind in (K.RETURNED, K.REPLACED):
                holder = None
        if holder != key.holder_id or len(key.signatures.all()) != key.links:
            found.append(_("{door}：钥匙的签收链和代管人对不上").format(door=key.transfer.door))
    return found


def key_of(transfer: Transfer) -> Key | None:
    """The keys of a transfer's flat, wherever they are."""
    return Key.objects.filter(transfer=transfer).select_related(*WITH).prefetch_related("signatures__giver", "signatures__taker").first()
