"""Pictures of medicine boxes: read as pictures, made smaller, without what the camera wrote into them, sealed."""

import base64
import io
import warnings
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from jimu.core import journal, sealed
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import Actor
from jimu.field.medicine import queries
from jimu.field.medicine.models import Order, Photo

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 60_000_000
EDGE = 1600


def cleaned(raw: bytes) -> bytes:
    """A JPEG of at most 1600 px, without place, time and camera. Raises Invalid for what is no picture, or too large a one."""
    fault = _("照片打不开。请用手机相机再拍一张，或不附照片直接提交。")
    if not raw or len(raw) > MOST_BYTES:
        raise Invalid(fault, field="photo", code="bad_photo")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Invalid(fault, field="photo", code="bad_photo")
                picture.draft("RGB", (EDGE, EDGE))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((EDGE, EDGE))
        out = io.BytesIO()
        upright.save(out, "JPEG", quality=80)
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise Invalid(fault, field="photo", code="bad_photo") from error
    return out.getvalue()


def keep(order: Order, raw: bytes, at: datetime) -> None:
    """Put a picture with an order. Called inside the transaction that makes the order."""
    Photo.objects.create(
        order=order, image_sealed=sealed.seal(base64.b64encode(cleaned(raw)).decode()), at=at
    )


def read(*, actor: Actor, at: datetime, photo_id: UUID) -> bytes:
    """A picture, for who may read drugs. Who looked stands in the journal."""
    with transaction.atomic():
        photo = Photo.objects.select_related("order__unit", "order__trip").filter(pk=photo_id).first()
        if photo is None or not queries.may_read_drugs(actor, photo.order):
            raise NotFound
        journal.record(
            actor=actor,
            at=at,
            verb="medicine.revealed",
            target=photo.order.target,
            scope=photo.order.unit.path,
        )
    return base64.b64decode(sealed.unseal(photo.image_sealed))
