"""Writes of phones: invite, prolong, enrol, revoke, wiped, heartbeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from jimu.accounts.models import Account
from jimu.accounts.queries import actor_of
from jimu.core import journal, locks
from jimu.core.brick import DutyShift
from jimu.core.errors import Conflict as Taken
from jimu.core.errors import Invalid, NotFound, NotPermitted
from jimu.core.permissions import Actor
from jimu.grid.queries import unit_for
from jimu.sync import duties, receiving, rules, together
from jimu.sync.errors import BadInvitation
from jimu.sync.models import Conflict, Device, Operation
from jimu.sync.queries import device_for, in_use

RIGHT = "sync.manage"
OWN = "sync.own"


@dataclass(frozen=True)
class For:
    """Until when a phone is on duty and for what, as it was asked for."""

    ends_at: datetime | None
    shift_id: UUID | None
    work: Sequence[str] | None


def invite(
    *, actor: Actor, at: datetime, account_id: int, unit_id: UUID, label: str, ends_at: datetime | None = None, shift_id: UUID | None = None,
    work: Sequence[str] | None = (),
) -> tuple[Device, str]:  # fmt: skip
    """Make a place for a phone; returns it with the secret of its link, which enrols once and soon ends.

    Its duty follows `shift_id`, a seat of today on the roster, or ends at `ends_at` where there is none. `work` (`duty` or
    `duty@spot`) is what it is for: nothing for whatever comes up on the part, None for what the post of the shift asks.

    For oneself with `sync.own`, for others with `sync.manage`; nobody invites a phone that could do more than they may. It
    is for a shift where the roster has one today, on the part where part and shift meet. Raises Invalid (`has_shift`,
    `no_such_shift`, `no_such_work`, `which_work`, `bad_end`, `no_duty_here`).
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
        duty = For(ends_at, shift_id, work)
        shift, until = _shift_of(holder, unit.path, at, duty)
        if shift is not None and len(shift.path) > len(unit.path):
            unit = unit_for(actor, shift.unit_id, OWN if own else RIGHT)
            holder = rules.narrowed(holder, unit.path)
        held = _work_of(holder, unit.path, at, duty, shift)
        secret = rules.fresh_secret()
        device = Device.objects.create(
            account=account, unit=unit, label=label.strip()[:40] or account.display_name, invite_digest=rules.digest_of(secret),
            invite_until=at + rules.INVITATION, created_at=at, created_by=actor.name[:80], ends_at=until, work=held, shift_id=shift_id,
        )  # fmt: skip
        _record(actor, at, "sync.invited", device)
    return device, secret


def _shift_of(holder: Actor, path: str, at: datetime, duty: For) -> tuple[DutyShift | None, datetime]:
    """The shift that the phone follows, and when its duty ends."""
    shifts = duties.shifts_of(holder, path, at)
    shift = next((one for one in shifts if one.key == duty.shift_id), None)
    if shift is not None:
        return shift, shift.ends_at + rules.MARGIN
    if duty.shift_id is not None:
        raise Invalid(_("这个班今天没有，或已经结束。"), code="no_such_shift", field="shift")
    if shifts and not duties.leads(holder):
        raise Invalid(_("今天排了班，请选哪一班；班延长了，手机也可以延长。"), code="has_shift", field="shift")
    if duty.ends_at is None or not at < duty.ends_at <= at + rules.LONGEST_DUTY:
        raise Invalid(_("值守结束时间请填在一个月以内。"), code="bad_end", field="hours")
    return None, duty.ends_at


def _work_of(holder: Actor, path: str, at: datetime, duty: For, shift: DutyShift | None) -> list[str]:
    if duty.work is not None:
        return duties.checked(holder, path, at, duty.work)
    found = duties.of_shift(holder, shift) if shift else []
    if not found and not duties.leads(holder):
        raise Invalid(_("请选这部手机用来做什么：手机上只放这件事要用的。"), code="which_work", field="work")
    return found


def prolong(*, actor: Actor, at: datetime, device_id: UUID, hours: int) -> Device:
    """A shift runs over: so many hours after the duty's end, or after now when it has ended. The phone hears it with its next sync
    and keeps its lists, unless it has wiped itself.

    For who may give such a phone. Raises Conflict for a phone that is gone, Invalid (`bad_end`) for an end that is not later.
    """
    with transaction.atomic():
        locks.hold(f"sync:{device_id}")
        device = device_for(actor, device_id)
        # The holder's own phone too: who is on duty does not say for how long.
        actor.require(RIGHT, device.unit.path)
        if device.revoked or not in_use(device):
            raise Taken(_("这部手机没有在用，请重新登记。"), code="not_in_use")
        if not rules.covers(actor, rules.narrowed(actor_of(device.account), device.unit.path)):
            raise NotPermitted(_("这个账号的权限比您大，请由本人或上级登记。"), code="holds_more")
        begin = max(at, device.ends_at)
        ends_at = begin + timedelta(hours=hours)
        if not begin < ends_at <= at + rules.LONGEST_DUTY:
            raise Invalid(_("新的结束时间要比原来晚，在一个月以内。"), code="bad_end", field="hours")
        Device.objects.filter(pk=device_id).update(ends_at=ends_at)
        data = {"label": device.label, "account": device.account_id, "before": device.ends_at.isoformat(), "until": ends_at.isoformat()}
        journal.record(actor=actor, at=at, verb="sync.prolonged", target=f"device:{device.pk}", scope=device.unit.path, data=data)
        device.ends_at = ends_at
    return device


def enrol(*, at: datetime, secret: str, report: receiving.Report, own: str = "") -> tuple[Device, str]:
    """A phone takes its place; returns the device and the secret with which it signs every request. Raises BadInvitation.

    A phone may draw that secret itself (`own`): whoever did not hear the answer asks again with both and is told the same.
    """
    return together.written(lambda: _enrol(at, rules.digest_of(secret), report, own))


def _enrol(at: datetime, digest: str, report: receiving.Report, own: str) -> tuple[Device, str]:
    locks.hold(f"sync:invite:{digest}")
    device = Device.objects.select_related("account", "unit").filter(invite_digest=digest).first()
    again = device is not None and bool(own) and device.digest == rules.digest_of(own) and device.wiped_at is None
    open_ = device is not None and (device.enrolled_at is None or again) and device.revoked_at is None
    if device is None or not open_ or at > device.invite_until or at >= device.ends_at or not device.account.is_active:
        raise BadInvitation
    if again:
        return device, own
    token = own or rules.fresh_secret(rules.PREFIX)
    if Device.objects.filter(digest=rules.digest_of(token)).exists():
        raise BadInvitation
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
