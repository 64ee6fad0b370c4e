"""After too many wrong passwords: for one name from one address (axes), and for one address whatever the name."""

from datetime import timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jimu.accounts.errors import LockedOut
from jimu.accounts.queries import failures_from, last_failure
from jimu.core import clock

# A whole office may stand behind one address; who tries common passwords on many names needs far more.
FAILURES_OF_AN_ADDRESS = 40
REST = timedelta(hours=settings.AXES_COOLOFF_TIME)


def locked_out(request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The answer to one more try under a locked name."""
    username = (credentials or {}).get("username") or request.POST.get("username", "")
    last = last_failure(get_client_ip_address(request), username)
    return refusal(request, LockedOut((last or clock.now()) + REST))


def check_address(request: HttpRequest) -> None:
    """Raise LockedOut when too many sign-ins failed from where this comes."""
    address = get_client_ip_address(request)
    if failures_from(address, clock.now() - REST) >= FAILURES_OF_AN_ADDRESS:
        raise LockedOut((last_failure(address) or clock.now()) + REST)


def refusal(request: HttpRequest, error: LockedOut) -> HttpResponse:
    """The sign-in page with the refusal in place of the form."""
    return render(request, "accounts/sign_in.html", {"refusal": error}, status=error.status)
