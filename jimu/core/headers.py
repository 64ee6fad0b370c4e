"""What every answer carries so that a browser keeps it to itself, and what is refused before it is read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jimu.core.answers import answer
from jimu.core.errors import JimuError
from jimu.core.storable import Unkept, storable

# The camera is for reading codes; nothing else of a device is asked for.
POLICY = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"


class TooLarge(JimuError):
    """More was sent than the service takes at once."""

    code = "too_large"
    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(_("一次上传不能超过 %(most)s MB，请分几次上传。") % {"most": most})


class HeadersMiddleware:
    """Refuses what is too large and what no database keeps; keeps what signed-in people see out of caches; limits what pages may ask of a device."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        most = settings.JIMU_UPLOAD_MB
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > most * 1024 * 1024:
            response = answer(request, TooLarge(most))
        else:
            response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        # On a shared machine nobody reads these pages with the Back button after a sign-out.
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> HttpResponse | None:
        """Refuse words of an address, a question or a form that cannot be kept. Programs' doors, which take no form token, read by themselves."""
        if getattr(view, "csrf_exempt", False) or storable([kwargs, dict(request.GET.lists()), dict(request.POST.lists())]):
            return None
        return answer(request, Unkept())
