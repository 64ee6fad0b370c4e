"""Pictures from phones: read as pictures, made smaller, without what the camera wrote into them."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from jimu.core.errors import Invalid

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
