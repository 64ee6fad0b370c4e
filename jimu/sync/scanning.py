"""Codes in photos, for phones whose browser cannot read one: the picture is read and forgotten."""

import io

import zxingcpp
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from jimu.core.errors import Invalid

MOST_BYTES = 6_000_000
MOST_PIXELS = 24_000_000
LONGEST_SIDE = 2400
MOST_CODES, LONGEST_CODE = 5, 200
FORMATS = ("JPEG", "PNG", "WEBP")


def codes_in(raw: bytes) -> list[str]:
    """The texts of the bar codes and QR codes in a photo. Raises Invalid for what is no photo, or is too large."""
    if not 0 < len(raw) <= MOST_BYTES:
        raise Invalid(_("照片太大，不应超过 {mb} MB。").format(mb=MOST_BYTES // 1_000_000), code="too_large")
    try:
        picture = Image.open(io.BytesIO(raw), formats=FORMATS)
        # The size stands in the head: a small file that unfolds into a huge picture is refused before it does.
        if picture.width * picture.height > MOST_PIXELS:
            raise Invalid(_("照片太大，请拍小一点的。"), code="too_large")
        plain = ImageOps.exif_transpose(picture).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(_("这不是照片，请重新拍。"), code="no_picture") from error
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    found = [one.text for one in zxingcpp.read_barcodes(plain) if one.valid and one.text]
    return [text for text in dict.fromkeys(found) if len(text) <= LONGEST_CODE and text.isprintable()][:MOST_CODES]
