"""A certificate of service hours as a PDF, with letters of the system's Chinese font."""

from pathlib import Path

from django.utils.translation import gettext as _

from jimu.relay.models import Certificate

FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
)
# Of the collection's faces the third is Simplified Chinese.
FACE = 2


def font() -> str:
    """The font file; empty where the machine has none, and the page prints instead."""
    return next((path for path in FONTS if Path(path).exists()), "")


def spaced(code: str) -> str:
    """A code in groups of four, as people read it out."""
    return " ".join(code[n : n + 4] for n in range(0, len(code), 4))


def drawn(certificate: Certificate, address: str) -> bytes:
    """The certificate on one A4 page. Needs `font()`."""
    # Half a second to load; few processes draw one.
    from fpdf import FPDF

    page = FPDF(orientation="landscape", format="A4")
    page.add_font("noto", fname=font(), collection_font_number=FACE)
    page.set_title(_("服务时间证明"))
    page.add_page()
    page.set_line_width(0.8)
    page.rect(10, 10, 277, 190)
    page.set_y(38)
    for size, text in _lines(certificate):
        page.set_font("noto", size=size)
        page.multi_cell(0, size * 0.75, text, align="C", new_x="LMARGIN", new_y="NEXT")
    page.set_y(165)
    page.set_font("noto", size=11)
    page.multi_cell(0, 7, _("查验码 %(code)s  %(address)s") % {"code": spaced(certificate.code), "address": address}, align="C")
    return bytes(page.output())


def _lines(certificate: Certificate) -> list[tuple[int, str]]:
    words = _("在“%(incident)s”中，于 %(first)s 至 %(last)s 服务 %(hours)s 小时。谢谢您。") % {
        "incident": certificate.incident.title, "first": certificate.first_day, "last": certificate.last_day, "hours": certificate.hours,
    }  # fmt: skip
    return [(30, _("服务时间证明")), (24, certificate.person.name), (16, words), (12, f"{certificate.issued_at:%Y-%m-%d}")]
