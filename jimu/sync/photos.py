"""Photos that go with an operation: they come after it, in parts that may be sent again, and are kept sealed until their time is over."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils.translation import gettext as _

from jimu.core import clock, journal, locks, sealed
from jimu.core.errors import Conflict as Refused
from jimu.core.errors import Invalid, NotFound
from jimu.core.expiry import past
from jimu.core.jobs import JobRun
from jimu.core.permissions import SYSTEM, Actor
from jimu.core.pictures import cleaned
from jimu.sync import rules, together
from jimu.sync.models import Conflict, Device, Operation, Photo, PhotoPart
from jimu.sync.receiving import holder_of
from jimu.sync.registry import USUAL_DAYS, Photos, kinds
from jimu.sync.resolving import payload_of

#: The app makes a photo smaller and cuts it into parts of 48 kB; this is what is taken of others too.
MOST_PARTS, PART_BYTES = 40, 96 * 1024
#: What never came whole is forgotten when its phone may send nothing any more.
HALF = rules.STILL_SENDS


@dataclass(frozen=True)
class Part:
    """A part of a photo as the phone sends it; `number` from 0 of `of`."""

    photo_id: UUID
    op_id: UUID
    number: int
    of: int
    raw: bytes


def receive(*, device: Device, at: datetime, part: Part) -> dict[str, Any]:
    """Take a part; the answer says which are there, and whether the photo is whole. Sending one again is harmless.

    Raises Conflict (`operation_first`) while its operation has not arrived, Invalid for what is no photo, too large, one too many, or of an
    operation that was refused or takes none.
    """
    if not (1 <= part.of <= MOST_PARTS and 0 <= part.number < part.of and 0 < len(part.raw) <= PART_BYTES):
        raise Invalid(_("照片太大，请重新拍一张。"), code="bad_part")
    return together.written(lambda: _write(device, at, part))


def _write(device: Device, at: datetime, part: Part) -> dict[str, Any]:
    locks.hold(f"sync:{device.pk}")
    operation = Operation.objects.filter(pk=part.op_id, device=device).first()
    if operation is None:
        raise Refused(_("先传记录，再传照片。"), code="operation_first")
    offered = kinds()[operation.kind].photos if operation.kind in kinds() else None
    if offered is None or operation.outcome == Operation.Outcome.REFUSED:
        raise Invalid(_("这条记录不收照片。"), code="no_photos")
    photo = Photo.objects.filter(pk=part.photo_id).first()
    if photo is None:
        if Photo.objects.filter(operation=operation).count() >= offered.most:
            raise Invalid(_("这条记录最多附 {n} 张照片。").format(n=offered.most), code="too_many_photos")
        subject = offered.subject(operation.pk, payload_of(operation), operation.answer.get("data") or {})
        photo = Photo.objects.create(
            id=part.photo_id, operation=operation, subject=subject, scope=operation.scope, parts=part.of, at=at
        )
    elif (photo.operation_id, photo.parts) != (operation.pk, part.of):
        raise Invalid(_("这个编号已用于另一张照片，请重新拍一张。"), code="photo_id_reused")
    if photo.whole:
        return {"have": list(range(photo.parts)), "done": True}
    PhotoPart.objects.get_or_create(photo=photo, number=part.number, defaults={"content_sealed": _sealed(part.raw)})
    have = list(PhotoPart.objects.filter(photo=photo).order_by("number").values_list("number", flat=True))
    if len(have) == photo.parts:
        _join(device, at, photo)
    return {"have": have, "done": len(have) == photo.parts}


def _join(device: Device, at: datetime, photo: Photo) -> None:
    rows = list(PhotoPart.objects.filter(photo=photo).order_by("number"))
    photo.image_sealed = _sealed(cleaned(b"".join(_opened(row.content_sealed) for row in rows)))
    photo.save(update_fields=["image_sealed"])
    PhotoPart.objects.filter(photo=photo).delete()
    journal.record(actor=holder_of(device), at=at, verb="sync.photo_kept", target=f"photo:{photo.pk}", scope=photo.scope, data={"kind": photo.operation.kind})


def _sealed(raw: bytes) -> str:
    return sealed.seal(base64.b64encode(raw).decode())


def _opened(text: str) -> bytes:
    return base64.b64decode(sealed.unseal(text))


def of(subjects: Sequence[str]) -> list[Photo]:
    """Whole photos of subjects, without their pictures: for a page whose reader may see them."""
    return list(Photo.objects.filter(subject__in=subjects).exclude(image_sealed="").defer("image_sealed").order_by("at", "pk"))


def see(*, actor: Actor, at: datetime, photo_id: UUID) -> bytes:
    """A photo for who may read what it goes with, else NotFound. Who looked stands in the journal."""
    with transaction.atomic():
        photo = Photo.objects.select_related("operation").filter(pk=photo_id).exclude(image_sealed="").first()
        offered: Photos | None = kinds()[photo.operation.kind].photos if photo is not None and photo.operation.kind in kinds() else None
        if photo is None or offered is None or not offered.may_see(actor, photo.subject, photo.scope):
            raise NotFound
        journal.record(actor=actor, at=at, verb="sync.photo_seen", target=f"photo:{photo.pk}", scope=photo.scope, data={"kind": photo.operation.kind})
    return _opened(photo.image_sealed)


def _over(at: datetime) -> set[UUID]:
    """Photos whose days are over, and those that never came whole. One whose record somebody still has to look at stays, and so does what a brick holds.

    The timers ask this every few seconds: while no photo is as old as any place keeps them, two index lookups answer it. Of older ones each place's
    oldest is looked at, and no pictures are read (whole are those of which no parts lie there).
    """
    parts = PhotoPart.objects.values("photo")
    found = set(Photo.objects.filter(pk__in=parts, at__lte=at - HALF).values_list("pk", flat=True))
    old = Photo.objects.filter(at__lte=at - timedelta(days=_least_days()))
    if not old.exists():
        return found
    return found | _passed(at, old.exclude(pk__in=parts).exclude(operation__conflict__state=Conflict.State.OPEN))


def _least_days() -> int:
    """For how many days every photo is kept at least, whatever it goes with."""
    offered = {kind.photos.least_days for kind in kinds().values() if kind.photos is not None}
    return min([USUAL_DAYS, *(least() for least in offered)])


def _passed(at: datetime, old: "QuerySet[Photo]") -> set[UUID]:
    """Of old photos those beyond the days of their place."""
    found: set[UUID] = set()
    oldest: dict[str, dict[str, datetime]] = {}
    for kind, path, first in old.order_by().values_list("operation__kind", "scope").annotate(Min("at")):
        oldest.setdefault(kind, {})[path] = first
    for kind, places in oldest.items():
        offered = kinds()[kind].photos if kind in kinds() else None
        days = offered.days_at(places) if offered is not None else dict.fromkeys(places, USUAL_DAYS)
        passed = {path: days[path] for path, first in places.items() if first <= at - timedelta(days=days[path])}
        if not passed:
            continue
        rows = list(old.filter(past(passed, place="scope", moment="at__lte", at=at), operation__kind=kind).values_list("pk", "subject"))
        held = offered.held({subject for _pk, subject in rows}) if offered is not None else set()
        found.update(pk for pk, subject in rows if subject not in held)
    return found


def purge_due() -> bool:
    """Whether the time of any photo is over; asked by the timers."""
    return bool(_over(clock.now()))


def purge(*, actor: Actor, at: datetime) -> int:
    """Delete photos whose time is over, and those that never came whole; returns how many."""
    with transaction.atomic():
        locks.hold("sync:purge")
        over = _over(at)
        Photo.objects.filter(pk__in=over).delete()
        if over:
            journal.record(actor=actor, at=at, verb="sync.photos_purged", target="sync", data={"photos": len(over)})
    return len(over)


def run_purge_job(run: JobRun) -> dict[str, Any]:
    """The job's handler; safe to run twice."""
    return {"photos": purge(actor=SYSTEM, at=clock.now())}
