"""The JSON API: one NinjaAPI, each brick's router mounted; errors answered in the house's envelope."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import SessionAuth

from jimu.bricks import bricks
from jimu.core.answers import as_json
from jimu.core.errors import Invalid, JimuError
from jimu.version import VERSION


class SignedIn(SessionAuth):
    """The session cookie of a signed-in account, with Django's CSRF check."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


api = NinjaAPI(title="Jimu", version=VERSION, auth=SignedIn(), urls_namespace="api", docs_url=None)


@api.exception_handler(JimuError)
def _refused(request: HttpRequest, error: JimuError) -> HttpResponse:
    return api.create_response(request, as_json(error), status=error.status)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [{"where": ".".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors]
    return api.create_response(request, as_json(Invalid(fields=fields)), status=422)


@api.exception_handler(AuthenticationError)
def _anonymous(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    body = {"error": {"code": "sign_in_needed", "message": _("请先登录。"), "data": {}}}
    return api.create_response(request, body, status=401)


for brick in bricks():
    if brick.api:
        api.add_router(brick.api_prefix, import_string(brick.api), tags=[brick.name])
