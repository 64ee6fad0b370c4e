"""Codes of shifts as addresses and QR drawings: one for a whole shift on paper, one that turns every minute on a screen."""

import io
from datetime import datetime, timedelta
from urllib.parse import urljoin

import segno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from jimu.relay import signing
from jimu.relay.signing import Code
from jimu.roster.attendance import EARLY
from jimu.roster.models import Shift

# A turning code is shown for a minute and holds for some more, so that a slow phone still gets in.
HOLDS = timedelta(minutes=5)
AFTER = timedelta(hours=2)


def shift_code(shift: Shift) -> str:
    """A code that holds from before to after a shift: for paper at a post without a screen."""
    return signing.sign(Code(signing.SHIFT, shift.post_id, shift.day, shift.starts_at - EARLY, shift.ends_at + AFTER))


def turning_code(shift: Shift, at: datetime) -> str:
    """A code that holds for some minutes: a photo of it is worth nothing later."""
    return signing.sign(Code(signing.TURNING, shift.post_id, shift.day, at - timedelta(minutes=1), at + HOLDS))


def card_code(shift: Shift) -> str:
    """A code for a duty card: that this post is served on this day."""
    return signing.sign(Code(signing.CARD, shift.post_id, shift.day, shift.starts_at - EARLY, shift.ends_at + AFTER))


def address(base: str, code: str) -> str:
    """What a phone's camera opens."""
    return urljoin(base, reverse("relay:scan", args=[code]))


def drawn(text: str, scale: int = 5) -> SafeString:
    """A QR as SVG for a page, black on white in either theme."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=scale, border=3, light="#fff", dark="#000", xmldecl=False, svgns=True, omitsize=True)
    # segno draws from digits and fixed words only; nothing of the text stands in the drawing.
    return mark_safe(out.getvalue().decode())
