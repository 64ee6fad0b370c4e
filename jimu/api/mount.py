"""The JSON API, version 1: each brick's router mounted, and every refusal in the house's envelope.

`/api/v1/openapi.json` describes it. There is no page of documentation here: those that exist fetch scripts
from elsewhere. See docs/api.md.
"""

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from jimu.api.doors import SignedIn, TokenAuth
from jimu.api.errors import SignInNeeded
from jimu.api.reading import StorableOnly
from jimu.bricks import bricks
from jimu.core.answers import as_json
from jimu.core.errors import Invalid, JimuError, NotFound, NotPermitted
from jimu.core.json_api import Fault

log = logging.getLogger(__name__)
REFUSALS = {
    "400": "请求不能理解",
    "401": "未登录或令牌无效",
    "403": "没有权限",
    "404": "没有，或不在负责范围内",
    "409": "情况有变",
    "422": "内容有误",
    "429": "太频繁",
}


class JimuAPI(NinjaAPI):
    """A NinjaAPI whose document also names the refusals, which every operation has in common."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        schema = super().get_openapi_schema(**options)
        faults = Fault.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = schema["components"].setdefault("schemas", {})
        schemas.update(faults.pop("$defs"))
        schemas["Fault"] = faults
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}
        for operation in (operation for path in schema["paths"].values() for operation in path.values()):
            for status, words in REFUSALS.items():
                operation["responses"].setdefault(status, {"description": words, "content": content})
        return schema


api = JimuAPI(
    title="Jimu",
    version="1",
    description="积木的接口：成功时返回所要的内容，列表带 items 与 page，出错时返回 error（code、message、data）。",
    auth=[TokenAuth(), SignedIn()],
    parser=StorableOnly(),
    urls_namespace="api",
    docs_url=None,
)


def _fault(request: HttpRequest, error: JimuError) -> HttpResponse:
    return api.create_response(request, as_json(error), status=error.status)


@api.exception_handler(JimuError)
def _refused(request: HttpRequest, error: JimuError) -> HttpResponse:
    return _fault(request, error)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    # Where and what, never the value itself: it may be a phone number.
    fields = [{"where": ".".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors]
    return _fault(request, Invalid(fields=fields))


@api.exception_handler(AuthenticationError)
def _anonymous(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _fault(request, SignInNeeded())
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _rejected(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 403:
        return _fault(request, NotPermitted(_("页面已过期，请刷新后再试。"), code="csrf_failed"))
    if isinstance(error.__cause__, JimuError):
        return _fault(request, error.__cause__)
    refusal = JimuError(_("请求的内容不是有效的 JSON。"), code="malformed")
    refusal.status = error.status_code
    return _fault(request, refusal)


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return _fault(request, NotFound())


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("the API failed at %s", request.resolver_match.route if request.resolver_match else "?")
    failure = JimuError(_("程序出了错，已记入日志。请重试；再次失败请联系管理员。"), code="broken")
    failure.status = 500
    return _fault(request, failure)


for brick in bricks():
    if brick.api:
        api.add_router(brick.api_prefix, import_string(brick.api), tags=[brick.name])
