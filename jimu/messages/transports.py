"""Handing a text to a service. A transport answers for each parcel: sent, or a code of what went wrong.

Robots of WeCom, DingTalk and Feishu are posted to here: they answer refusals with status 200 and a code in the body,
which a library that looks at the status takes for success. Apprise speaks to mail and the other services.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus
from uuid import UUID

from jimu.core import bulk, clock
from jimu.messages import services
from jimu.messages.models import Channel, LocalLine

SECONDS = 8
Service = Channel.Service


@dataclass(frozen=True)
class Parcel:
    """One text for one address, under the key of its delivery."""

    key: UUID
    address: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What came of it. `down`: the service itself cannot be reached or wants a pause, so the channel rests."""

    sent: bool
    error: str = ""
    down: bool = False


SENT = Answer(True)
Transport = Callable[[Parcel], Answer]


def keep(channel: Channel, parcels: Sequence[Parcel]) -> None:
    """The local channel: all at once; a repeat of a key changes nothing."""
    at = clock.now()
    lines = [LocalLine(key=parcel.key, channel=channel, text=parcel.text, at=at) for parcel in parcels]
    bulk.insert_missing(lines)


def transport(service: str) -> Transport:
    """The function that hands one parcel to a service. Raises KeyError for the local channel, which takes many at once."""
    return _TRANSPORTS[service]


def _posted(address: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> tuple[Answer, Mapping[str, object]]:
    import requests

    try:
        reply = requests.post(address, json=dict(body), headers=headers, timeout=SECONDS, allow_redirects=False)
    except requests.ConnectTimeout:
        return Answer(False, "timeout", down=True), {}
    except requests.Timeout:
        # It was asked and did not answer in time: it may have taken the text.
        return Answer(False, "unsure", down=True), {}
    except requests.RequestException:
        return Answer(False, "unreachable", down=True), {}
    if not 200 <= reply.status_code < 300:
        return Answer(False, f"http {reply.status_code}", down=reply.status_code == 429 or reply.status_code >= 500), {}
    try:
        found = reply.json()
    except ValueError:
        found = {}
    return SENT, found if isinstance(found, dict) else {}


def _robot(body: Callable[[str], Mapping[str, object]], code_field: str, busy: Sequence[int]) -> Transport:
    def send(parcel: Parcel) -> Answer:
        answer, found = _posted(parcel.address, body(parcel.text))
        if not answer.sent:
            return answer
        code = found.get(code_field)
        if code == 0:
            return SENT
        return Answer(False, f"refused {code}"[:60], down=code in busy)

    return send


def _dingtalk(parcel: Parcel) -> Answer:
    secret = services.dingtalk_secret(parcel.address)
    address = parcel.address.split("&secret=", 1)[0]
    if secret:
        stamp = str(int(time.time() * 1000))
        digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        address += f"&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
    send = _robot(lambda text: {"msgtype": "text", "text": {"content": text}}, "errcode", (130101, 660026))
    return send(Parcel(parcel.key, address, parcel.text))


def _webhook(parcel: Parcel) -> Answer:
    """A POST of {"text"} with the delivery's key in the header Idempotency-Key."""
    body = {"text": parcel.text, "key": str(parcel.key)}
    return _posted(parcel.address, body, {"Idempotency-Key": str(parcel.key)})[0]


def _apprise(parcel: Parcel) -> Answer:
    from apprise import Apprise

    speaker = Apprise()
    if not speaker.add(parcel.address):
        return Answer(False, "address")
    # It tells only whether it worked; whether a text that failed was taken all the same it does not know.
    return SENT if speaker.notify(body=parcel.text) else Answer(False, "refused", down=True)


_TRANSPORTS: Mapping[str, Transport] = {
    Service.WECOM: _robot(lambda text: {"msgtype": "text", "text": {"content": text}}, "errcode", (45009, 45033)),
    Service.DINGTALK: _dingtalk,
    Service.FEISHU: _robot(lambda text: {"msg_type": "text", "content": {"text": text}}, "code", (9499, 11232, 99991400)),
    Service.WEBHOOK: _webhook,
    Service.MAIL: _apprise,
    Service.OTHER: _apprise,
}
