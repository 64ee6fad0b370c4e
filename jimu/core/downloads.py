"""Files to be saved by whoever asked for them."""

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def report(content: bytes, stem: str, at: datetime) -> HttpResponse:
    """A table to send upwards, its name ending in when it was made."""
    return workbook(content, f"{stem}-{timezone.localtime(at):%Y%m%d-%H%M}.xlsx")


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook under a name, of which nobody on the way keeps a copy."""
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["Cache-Control"] = "no-store"
    return answer
