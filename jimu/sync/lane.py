"""A lane of their own for phones with a few operations: answered without a thread, a transaction and Django's middleware for each.

At a queue of sampling tables hundreds of phones send single scans. Through the pages' way each costs more to carry than to write: four hand-overs between
threads, sixteen middlewares, a commit for every eight. Here they wait in one line; one thread reads all that wait, has them written in one transaction
and tells the answers after its commit. What is larger, or unusual in any way, goes the pages' way: the same door, the same answers.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connections
from django.http import JsonResponse
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils import translation

from jimu.core import clock
from jimu.core.answers import as_json
from jimu.core.errors import JimuError
from jimu.core.headers import POLICY
from jimu.core.language import language_of
from jimu.core.live_stream import Receive, Scope, Send
from jimu.sync import doors, receiving
from jimu.sync.receiving import Batch

log = logging.getLogger(__name__)
#: Bytes of a request that may come here, some twenty scans.
SMALL = 8192
#: Seconds without anybody after which thread and connection are given back.
IDLE = 60.0
NAME = "phone lane"
#: Requests that are read and answered together.
MOST = 64
#: JSON for a program: nothing in it is ever shown as a page. What else Django's middleware says, word for word.
HEADERS = [
    (b"content-type", b"application/json"), (b"cache-control", b"private, no-store"), (b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"), (b"referrer-policy", b"same-origin"), (b"vary", b"Cookie"),
    (b"cross-origin-opener-policy", b"same-origin"), (b"permissions-policy", POLICY.encode()),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came, and where its answer goes."""

    authorization: str
    language: str
    body: bytes
    told: "asyncio.Future[Said]"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer."""

    status: int
    content: bytes


class PhoneLane:
    """POST of a few operations at `path`; anything else goes to `otherwise`."""

    def __init__(self, *, path: str, otherwise: Callable[..., Awaitable[None]]) -> None:
        self.path, self.otherwise = path, otherwise
        self.line: SimpleQueue[Sent] = SimpleQueue()
        self.clerks: set[Thread] = set()
        self.guard = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"]) if scope["type"] == "http" and scope["path"] == self.path and scope["method"] == "POST" else {}
        if not usual(headers):
            await self.otherwise(scope, receive, send)
            return
        body = await _body(receive)
        if body is None:
            return
        sent = Sent(_text(headers, b"authorization"), language_of(parse_cookie(_text(headers, b"cookie"))), body, asyncio.get_running_loop().create_future())
        self.line.put(sent)
        self._work()
        said = await sent.told
        own = [*HEADERS, (b"content-language", sent.language.encode()), (b"content-length", str(len(said.content)).encode())]
        if settings.BEHIND_TLS:
            own.append((b"strict-transport-security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains".encode()))
        await send({"type": "http.response.start", "status": said.status, "headers": own})
        await send({"type": "http.response.body", "body": said.content})

    def _work(self) -> None:
        """See to it that somebody reads the line, at each desk."""
        with self.guard:
            self.clerks = {clerk for clerk in self.clerks if clerk.is_alive()}
            while len(self.clerks) < receiving.DESKS:
                clerk = Thread(target=self._serve, name=NAME, daemon=True)
                self.clerks.add(clerk)
                clerk.start()

    def _serve(self) -> None:
        try:
            while some := self._waiting():
                _hand_over(some, answers(some))
        finally:
            connections.close_all()

    def _waiting(self) -> list[Sent]:
        """All that waits, and more than nothing; nothing when for some time nobody came, and the clerk goes."""
        try:
            some = [self.line.get(timeout=IDLE)]
        except Empty:
            with self.guard:
                if self.line.empty():
                    self.clerks.discard(current_thread())
                    return []
            return self._waiting()
        while len(some) < MOST:
            try:
                some.append(self.line.get_nowait())
            except Empty:
                break
        return some


def usual(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request has nothing about it that the pages' way would have to judge: small, whole, of this host, on a safe way."""
    length = headers.get(b"content-length", b"")
    if not length.isdigit() or int(length) > SMALL or b"transfer-encoding" in headers or b"content-encoding" in headers:
        return False
    if settings.BEHIND_TLS and headers.get(b"x-forwarded-proto") != b"https":
        return False
    domain, _port = split_domain_port(_text(headers, b"host"))
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def answers(some: Sequence[Sent]) -> list[Said]:
    """What each is told, once all of it is committed. Nothing is raised: whoever asked gets an answer."""
    close_old_connections()
    try:
        at = clock.now()
        read_ones = [_read(one, at) for one in some]
        batches = [one for one in read_ones if isinstance(one, Batch)]
        found = iter(receiving.take_all(batches))
        return [_said(sent, at, next(found) if isinstance(one, Batch) else one) for sent, one in zip(some, read_ones, strict=True)]
    except Exception as error:
        log.exception("the phones' lane failed")
        return [_said(sent, clock.now(), error) for sent in some]


def _read(sent: Sent, at: datetime) -> Batch | Exception:
    with translation.override(sent.language):
        try:
            return doors.batch_of(sent.authorization, sent.body, at)
        except JimuError as error:
            return error
        except Exception as error:
            log.exception("reading what a phone sent failed")
            return error


def _said(sent: Sent, at: datetime, found: receiving.Results | Exception) -> Said:
    with translation.override(sent.language):
        if isinstance(found, JimuError):
            return Said(found.status, JsonResponse(as_json(found)).content)
        if isinstance(found, Exception):
            # The phone keeps what it sent, and sends it again.
            return Said(500, b'{"error": {"code": "broken", "message": "", "data": {}}}')
        return Said(200, doors.received(at, found).content)


def _hand_over(some: Sequence[Sent], said: Sequence[Said]) -> None:
    """Hand the answers over to the loop, which is woken once for all of them."""

    def deliver() -> None:
        for sent, one in zip(some, said, strict=True):
            # Who has gone meanwhile waits for nothing.
            if not sent.told.done():
                sent.told.set_result(one)

    try:
        some[0].told.get_loop().call_soon_threadsafe(deliver)
    except RuntimeError:
        log.info("the service ended before %s answers were told; what was written stands", len(some))


async def _body(receive: Receive) -> bytes | None:
    """The whole of a request; None when whoever sent it has gone."""
    content = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        content += bytes(message.get("body", b""))
        if not message.get("more_body", False):
            return content


def _text(headers: Mapping[bytes, Any], name: bytes) -> str:
    found: bytes = headers.get(name, b"")
    return found.decode("latin-1")
