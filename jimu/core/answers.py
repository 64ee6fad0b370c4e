"""Where errors become answers: a page, a fragment for htmx, or JSON. The one place."""

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from jimu.core.errors import JimuError, NotFound

log = logging.getLogger(__name__)


class ErrorMiddleware:
    """Turns a JimuError from a view into the answer its asker can use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, JimuError) else None


def as_json(error: JimuError) -> dict[str, Any]:
    """The error half of the JSON envelope."""
    return {"error": {"code": error.code, "message": str(error), "data": error.data}}


def answer(request: HttpRequest, error: JimuError) -> HttpResponse:
    """The error as JSON for the API, as a notice for htmx, else as a page."""
    if request.path.startswith("/api/"):
        return JsonResponse(as_json(error), status=error.status)
    if getattr(request, "htmx", False):
        response = render(request, "notice.html", {"error": error}, status=error.status)
        # The shell's script puts every refusal into the same polite live region.
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
        return response
    return render(request, "error.html", {"error": error, "back": _came_from(request, error)}, status=error.status)


def _came_from(request: HttpRequest, error: JimuError) -> str:
    """Where in this house the person was, to go on there; empty when not known, the same page again, or likely gone."""
    if request.method != "GET" and isinstance(error, NotFound):
        return ""
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(referer)
    address = urlunsplit(("", "", parts.path, parts.query, ""))
    return "" if request.method == "GET" and address == request.get_full_path() else address


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404 in our words."""
    return answer(request, NotFound(_("没有这个页面。请从菜单进入，或检查地址。")))


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort: nothing here may fail again."""
    return render(request, "broken.html", status=500)
