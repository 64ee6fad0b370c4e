"""Writes of phones: invite, enrol, revoke, wiped, heartbeat."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import journal, locks
from jimu.core.errors import Conflict as Taken
from jimu.core.errors import Invalid, NotFound, NotPermitted
from jimu.core.permissions import Actor
from jimu.grid.queries import unit_for
from jimu.sync import receiving, rules, together
from jimu.sync.errors import BadInvitation
from jimu.sync.models import Conflict, Device, Operation
from jimu.sync.queries import device_for

RIGHT = "sync.manage"
OWN = "sync.own"


def invite(*, actor: Actor, at: datetime, account_id: int, unit_id: UUID, label: str, ends_at: datetime) -> tuple[Device, str]:
    """Make a place for a phone; returns it with the secret of its link, which enrols once and soon ends.

    For oneself with `sync.own`, for others with `sync.manage`; nobody invites a phone that could do more than they may.
    """
    with transaction.atomic():
        own = account_id == actor.account_id
        unit = unit_for(actor, unit_id, OWN if own else RIGHT)
        account = Account.objects.filter(pk=account_id, is_active=True).first()
        if account is None:
            raise NotFound
        holder = rules.narrowed(actor_of(account), unit.path)
        if not holder.granted:
            raise Invalid(_("这个账号在这里没有职责，不能登记手机。"), code="no_duty_here")
        if not rules.covers(actor, holder):
            raise NotPermitted(_("这个账号的权限比您大，请由本人或上级登记。"), code="holds_more")
        if not at < ends_at <= at + rules.LONGEST_DUTY:
            raise Invalid(_("值守结束时间请填在一个月以内。"), code="bad_end")
        secret = rules.fresh_secret()
        device = Device.objects.create(
            account=account, unit=unit, label=label.strip()[:40] or account.display_name, invite_digest=rules.digest_of(secret),
            invite_until=at + rules.INVITATION, created_at=at, created_by=actor.name[:80], ends_at=ends_at,
        )  # fmt: skip
        _record(actor, at, "sync.invited", device)
    return device, secret


def enrol(*, at: datetime, secret: str, report: receiving.Report) -> tuple[Device, str]:
    """A phone takes its place; returns the device and the secret with which it signs every request. Raises BadInvitation."""
    return together.written(lambda: _enrol(at, rules.digest_of(secret), report))


def _enrol(at: datetime, digest: str, report: receiving.Report) -> tuple[Device, str]:
    locks.hold(f"sync:invite:{digest}")
    device = Device.objects.select_related("account", "unit").filter(invite_digest=digest).first()
    open_ = device is not None and device.enrolled_at is None and device.revoked_at is None
    if device is None or not open_ or at > device.invite_until or at >= device.ends_at or not device.account.is_active:
        raise BadInvitation
    token = rules.fresh_secret(rules.PREFIX)
    Device.objects.filter(pk=device.pk).update(enrolled_at=at, digest=rules.digest_of(token))
    receiving.note_report(device.pk, report, at)
    _record(receiving.holder_of(device), at, "sync.enrolled", device)
    return device, token


def revoke(*, actor: Actor, at: datetime, device_id: UUID) -> Device:
    """End a phone at once: it is refused from now on, and wipes itself when it next asks."""
    with transaction.atomic():
        locks.hold(f"sync:{device_id}")
        device = device_for(actor, device_id)
        if device.revoked_at is not None:
            raise Taken(_("这部手机已经停用了。"))
        Device.objects.filter(pk=device_id).update(revoked_at=at)
        _record(actor, at, "sync.revoked", device)
    return device


def wiped(*, at: datetime, device: Device) -> None:
    """The phone says that it holds nothing any more; its secret opens nothing afterwards."""
    with transaction.atomic():
        changed = Device.objects.filter(pk=device.pk, wiped_at=None).update(wiped_at=at, revoked_at=device.revoked_at or at, waiting=0, looking=0)
        if changed:
            _record(receiving.holder_of(device), at, "sync.wiped", device)


def heartbeat(*, at: datetime, device: Device, report: receiving.Report) -> None:
    """The phone is there."""
    together.written(lambda: receiving.note_report(device.pk, report, at))


def purge_log(*, actor: Actor, at: datetime, days: int) -> int:
    """Forget operations that arrived longer ago than `days`; returns how many. What a person has yet to look at stays.

    Only of phones that may send nothing any more: an operation that is forgotten could not be known when it comes again.
    Raises Invalid below the least number of days.
    """
    if days < rules.LEAST_KEPT.days:
        raise Invalid(_("至少保留 {n} 天。").format(n=rules.LEAST_KEPT.days), code="too_few_days")
    with transaction.atomic():
        locks.hold("sync:purge")
        silent = Q(device__ends_at__lt=at - rules.STILL_SENDS) | Q(device__wiped_at__isnull=False)
        old = Operation.objects.filter(silent, received_at__lt=at - timedelta(days=days))
        doubtful = Conflict.objects.filter(state=Conflict.State.OPEN).values("operation")
        gone = old.exclude(pk__in=doubtful)
        count = gone.count()
        gone.delete()
        journal.record(actor=actor, at=at, verb="sync.purged", target="sync", data={"operations": count, "days": days})
    return count


def _record(actor: Actor, at: datetime, verb: str, device: Device) -> None:
    data = {"label": device.label, "account": device.account_id}
    journal.record(actor=actor, at=at, verb=verb, target=f"device:{device.pk}", scope=device.unit.path, data=data)
