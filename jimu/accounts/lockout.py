"""After too many wrong passwords: for one name from one address (axes), and for one address whatever the name."""

from datetime import timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jimu.accounts.queries import failures_from
from jimu.core import clock
from jimu.core.answers import answer
from jimu.core.errors import JimuError

# A whole office may stand behind one address; who tries common passwords on many names needs far more.
FAILURES_OF_AN_ADDRESS = 40


class LockedOut(JimuError):
    """Too many wrong passwords; it does not say whether the account exists."""

    code = "locked_out"
    status = 429

    def __init__(self) -> None:
        super().__init__(_("密码输错次数过多，请 15 分钟后再试；着急时请联系指挥长。"))


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer to one more try."""
    return answer(request, LockedOut())


def check_address(request: HttpRequest) -> None:
    """Raise LockedOut when too many sign-ins failed from where this comes."""
    since = clock.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    if failures_from(get_client_ip_address(request), since) >= FAILURES_OF_AN_ADDRESS:
        raise LockedOut
