"""The phones' door: a secret in the Authorization header, JSON in, JSON out, every refusal in the house's envelope."""

import gzip
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from jimu.core import clock
from jimu.core.answers import as_json
from jimu.core.errors import JimuError
from jimu.sync import queries, receiving, rules
from jimu.sync.admitting import refusal
from jimu.sync.errors import Busy, Malformed, UnknownDevice
from jimu.sync.models import Device
from jimu.sync.reading import body_of, operations_of
from jimu.sync.receiving import Batch, Report, Results

View = Callable[..., HttpResponse]


def door(method: str) -> Callable[[View], View]:
    """A view for phones: one method, no cookie, no form token, refusals as JSON."""

    def guard(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, **given: Any) -> HttpResponse:
            try:
                if request.method != method:
                    raise Malformed(code="wrong_method")
                response = view(request, **given)
            except JimuError as error:
                response = JsonResponse(as_json(error), status=error.status)
                if isinstance(error, Busy):
                    response["Retry-After"] = str(error.data["again"])
                    # Nothing is wrong with the service: the log of its faults says nothing of it.
                    response.__dict__["_has_been_logged"] = True
            response["Cache-Control"] = "private, no-store"
            return response

        return guarded

    return guard


def device_at_door(request: HttpRequest, at: datetime, *, sending: bool = False, leaving: bool = False) -> Device:
    """The phone that asks. Raises UnknownDevice, Revoked, DutyEnded; `leaving` may always be said, `sending` for some time after the duty."""
    device = queries.device_of(_secret_in(request.headers.get("Authorization", "")))
    if device is None:
        raise UnknownDevice
    error = refusal(device, at, sending=sending)
    if error is not None and not leaving:
        raise error
    return device


def as_json_text(request: HttpRequest, text: str, headers: Mapping[str, str]) -> HttpResponse:
    """JSON that is text already, compressed where the phone takes it: a pack is a tenth then, over a network that is the slowest part of it."""
    content, more = text.encode(), {**headers, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content, more["Content-Encoding"] = gzip.compress(content, 1, mtime=0), "gzip"
    return HttpResponse(content, content_type="application/json", headers=more)


def batch_of(authorization: str, content: bytes, at: datetime) -> Batch:
    """What a phone sends, by its Authorization header and the request's body; whether it still may is decided where it is written.

    Raises UnknownDevice, Malformed.
    """
    sender = queries.device_id_of(_secret_in(authorization))
    if sender is None:
        raise UnknownDevice
    body = body_of(content)
    return receiving.batch_of(device_id=sender, at=at, raw=operations_of(body), report=report_of(body))


def received(at: datetime, results: Results) -> JsonResponse:
    """What becomes of a batch, as its phone is told."""
    return JsonResponse({"now": at.isoformat(), "results": results})


def _secret_in(authorization: str) -> str:
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def read_body(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object. Raises Malformed."""
    return body_of(request.body)


def report_of(body: dict[str, Any]) -> Report:
    """What the phone says of itself; nonsense counts as nothing."""
    version = body.get("app_version")
    return Report(
        sent_at=rules.read_moment(body.get("sent_at")), waiting=_count(body.get("waiting")), looking=_count(body.get("looking")),
        app_version=_plain(version), protocol=min(_count(body.get("protocol")), 9999), full=body.get("full") is True,
    )  # fmt: skip


def _plain(given: Any) -> str:
    return "".join(one for one in given if one.isascii() and one.isprintable())[:20] if isinstance(given, str) else ""


def _count(given: Any) -> int:
    return min(given, 1_000_000) if isinstance(given, int) and not isinstance(given, bool) and given > 0 else 0


def ids_of(given: Any) -> list[UUID]:
    """Ids out of a list; what is none is left out."""
    found = []
    for one in given[: rules.MOST_OPERATIONS] if isinstance(given, list) else ():
        try:
            found.append(UUID(str(one)))
        except ValueError:
            continue
    return found


def now() -> datetime:
    """The moment of a request."""
    return clock.now()
