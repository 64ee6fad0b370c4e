"""Thin doors for phones: enrol, heartbeat, operations, pack, photos, wiped."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from jimu.sync import actions, doors, packing, photos, queries, receiving, rules, scanning
from jimu.sync.doors import door
from jimu.sync.errors import BadInvitation, Malformed


@door("POST")
def enrol(request: HttpRequest) -> HttpResponse:
    """{code, token, sent_at, app_version, protocol} → {token, device}; the code comes from the scanned link, once; the token is drawn by the phone, or by the server without one."""
    body, at = doors.read_body(request), doors.now()
    code = body.get("code")
    if not isinstance(code, str) or len(code) > 200:
        raise BadInvitation
    own = body.get("token", "")
    if own and not (isinstance(own, str) and rules.is_secret(own)):
        raise BadInvitation
    device, token = actions.enrol(at=at, secret=code, report=doors.report_of(body), own=own or "")
    told = {"id": str(device.pk), "label": device.label, "unit": device.unit.name, "ends_at": device.ends_at.isoformat()}
    return JsonResponse({"token": token, "device": told, "now": at.isoformat(), "protocol": rules.PROTOCOL})


@door("POST")
def heartbeat(request: HttpRequest) -> HttpResponse:
    """{sent_at, waiting, looking, looks: ids that wait for a person} → {now, settled}."""
    at = doors.now()
    device = doors.device_at_door(request, at)
    body = doors.read_body(request)
    actions.heartbeat(at=at, device=device, report=doors.report_of(body))
    settled = queries.outcomes_of(device, doors.ids_of(body.get("looks")))
    return JsonResponse({"now": at.isoformat(), "ends_at": device.ends_at.isoformat(), "settled": settled})


@door("POST")
def operations(request: HttpRequest) -> HttpResponse:
    """{operations: […], sent_at, waiting …} → {now, results: one per operation, in order}. Repeating it is harmless."""
    at = doors.now()
    batch = doors.batch_of(request.headers.get("Authorization", ""), request.body, at)
    return doors.received(at, receiving.take(batch))


@door("GET")
def pack(request: HttpRequest) -> HttpResponse:
    """What the phone may hold; `?cursor=` of the last answer gives changes only, If-None-Match gives 304."""
    at = doors.now()
    device = doors.device_at_door(request, at)
    content = packing.packed(device, at, request.GET.get("cursor", ""))
    # What lies between may have compressed it, and marks that with W/.
    if request.headers.get("If-None-Match", "").removeprefix("W/") == content.tag:
        return HttpResponse(status=304, headers={"ETag": content.tag})
    return doors.as_json_text(request, content.at(at), {"ETag": content.tag})


@door("POST")
def scan(request: HttpRequest) -> HttpResponse:
    """A photo → {codes: the texts of the codes in it}; nothing of it is kept."""
    doors.device_at_door(request, doors.now())
    return JsonResponse({"codes": scanning.codes_in(request.body)})


@door("POST")
def photo(request: HttpRequest, photo_id: UUID, number: int) -> HttpResponse:
    """Part `number` of a photo; `?op=` is its operation, `?of=` how many parts → {have: parts that are there, done}."""
    at = doors.now()
    device = doors.device_at_door(request, at, sending=True)
    (op_id,), of = doors.ids_of([request.GET.get("op")]) or (None,), request.GET.get("of", "")
    if op_id is None or not of.isascii() or not of.isdigit() or len(of) > 4:
        raise Malformed
    return JsonResponse(photos.receive(device=device, at=at, part=photos.Part(photo_id, op_id, number, int(of), request.body)))


@door("POST")
def wiped(request: HttpRequest) -> HttpResponse:
    """The phone holds nothing any more."""
    at = doors.now()
    actions.wiped(at=at, device=doors.device_at_door(request, at, leaving=True))
    return JsonResponse({"now": at.isoformat()})
