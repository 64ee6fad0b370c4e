"""Reads of phones: the one that a secret opens, those of a part of the grid."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from jimu.core.errors import NotFound
from jimu.core.permissions import Actor, visible
from jimu.core.scripts import holds
from jimu.sync.models import Conflict, Device, Operation
from jimu.sync.registry import title_of
from jimu.sync.rules import digest_of

RIGHT = "sync.manage"
QUIET = timedelta(hours=2)
#: What the phones' door and the actor of a phone need; every request of a phone reads it.
AT_THE_DOOR = (
    "account_id", "unit_id", "label", "ends_at", "work", "revoked_at", "account__username", "account__display_name", "account__is_active", "account__person_id",
    "account__contact_of_id", "unit__path", "unit__name",
)  # fmt: skip


_ids: dict[str, UUID] = {}
MOST_REMEMBERED = 20_000


def device_id_of(secret: str) -> UUID | None:
    """Which phone a secret is of; whether there still is one, and what it may, is read anew by its id.

    A secret is given to one phone, once: so which one is remembered by this process.
    """
    digest = digest_of(secret)
    found = _ids.get(digest)
    if found is None:
        found = Device.objects.filter(digest=digest).order_by().values_list("pk", flat=True).first()
        if found is not None:
            if len(_ids) >= MOST_REMEMBERED:
                _ids.clear()
            _ids[digest] = found
    return found


def device_of(secret: str) -> Device | None:
    """The phone of a secret, revoked and ended ones too: what they are told is the door's to decide."""
    # Without an order there is nothing to sort: a digest stands once.
    found = Device.objects.select_related("account", "unit").only(*AT_THE_DOOR).filter(digest=digest_of(secret)).order_by()[:1]
    return next(iter(found), None)


def devices_for(actor: Actor) -> "QuerySet[Device]":
    """Phones on the actor's part, and the actor's own."""
    own = Q(account_id=actor.account_id) if actor.account_id is not None else Q(pk__in=[])
    return Device.objects.filter(visible(actor, RIGHT, "unit__path") | own).select_related("account", "unit")


def device_for(actor: Actor, device_id: UUID) -> Device:
    """One phone. Raises NotFound outside the actor's part."""
    device = devices_for(actor).filter(pk=device_id).first()
    if device is None:
        raise NotFound
    return device


def outcomes_of(device: Device, op_ids: list[UUID]) -> list[dict[str, object]]:
    """What became of operations that a phone still holds as being looked at."""
    rows = Operation.objects.filter(device=device, pk__in=op_ids).exclude(outcome=Operation.Outcome.LOOK)
    return [{"op_id": str(row.op_id), "outcome": row.outcome, **row.answer} for row in rows]


LIVE = Q(revoked_at=None, wiped_at=None)


def opens_offline(host: str, *, secure: bool) -> bool:
    """Whether browsers keep the app for when there is no network: only from https, or on the machine itself."""
    return secure or host.rsplit(":", 1)[0] in ("localhost", "127.0.0.1", "[::1]")


def state_of(device: Device, at: datetime) -> tuple[str, str]:
    """How a phone stands, in a word and a tone."""
    if device.wiped_at is not None:
        return _("已清除"), ""
    if device.revoked_at is not None:
        return _("已停用，等它清除"), "warn"
    if device.enrolled_at is None:
        return (_("等着登记"), "") if at <= device.invite_until else (_("登记码过期"), "")
    if at >= device.ends_at:
        return _("值守已结束"), "warn"
    if device.full:
        return _("存储已满"), "bad"
    quiet = device.seen_at is None or at - device.seen_at > QUIET
    return (_("很久没有联系"), "warn") if quiet else (_("在用"), "good")


def in_use(device: Device) -> bool:
    """Whether a phone took its place and holds something still."""
    return device.enrolled_at is not None and device.revoked_at is None and device.wiped_at is None


def listed(actor: Actor, *, words: str = "", gone: bool = False) -> "QuerySet[Device]":
    """Phones for the list: those in use, or those that are gone; by their name, their holder's or their place's."""
    found = devices_for(actor)
    found = found.exclude(LIVE) if gone else found.filter(LIVE)
    if words:
        found = found.filter(holds("label", words) | holds("account__display_name", words) | holds("unit__name", words))
    return found


def conflicts_for(actor: Actor, *, open_only: bool = True) -> "QuerySet[Conflict]":
    """What a person has to look at on the actor's part, the oldest first; or all that was, the newest first."""
    found = Conflict.objects.filter(visible(actor, RIGHT, "scope")).select_related("operation__device__account", "operation__device__unit")
    if open_only:
        return found.filter(state=Conflict.State.OPEN)
    return found.exclude(state=Conflict.State.OPEN).order_by("-made_at", "-id")


def conflict_for(actor: Actor, conflict_id: UUID) -> Conflict:
    """One. Raises NotFound outside the actor's part."""
    found = Conflict.objects.filter(visible(actor, RIGHT, "scope"), pk=conflict_id)
    conflict = found.select_related("operation__device__account", "operation__device__unit").first()
    if conflict is None:
        raise NotFound
    return conflict


def named(conflicts: list[Conflict]) -> list[tuple[Conflict, str]]:
    """Each with its kind in words."""
    return [(one, title_of(one.operation.kind)) for one in conflicts]
