"""The answer after too many wrong passwords."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jimu.core.answers import answer
from jimu.core.errors import JimuError


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """Say how long to wait; do not say whether the account exists."""
    error = JimuError(_("密码输错次数过多，请 15 分钟后再试；着急时请联系指挥长。"), code="locked_out")
    error.status = 429
    return answer(request, error)
