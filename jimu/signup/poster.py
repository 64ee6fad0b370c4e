"""The code of a poster: an address as a drawing."""

import io

import segno
from django.utils.safestring import SafeString, mark_safe

# A poster is wet, torn and photographed from the side: a quarter of the code may be missing.
CORRECTION = "q"
QUIET_ZONE = 4


def qr_svg(address: str, label: str) -> SafeString:
    """The address as an SVG element that scales with its box; black on white in either theme."""
    out = io.BytesIO()
    code = segno.make(address, error=CORRECTION, micro=False)
    code.save(out, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=False, omitsize=True, dark="#000", light="#fff", title=label, svgclass="qr")
    return mark_safe(out.getvalue().decode())  # Drawn by segno, which escapes the title.
