"""Live updates as server-sent events, in ASGI: one poll of the pulse table a process, however many listen.

Each message is an event named `pulse` with the data `{"topic": …, "version": …}`. On connecting, every asked
topic is told once as it stands, so a page that slept or was cut off learns what it missed.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from jimu.core import idle, live

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
KEEP_ALIVE_SECONDS = 15.0
MAX_TOPICS = 20
_HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]


@dataclass(eq=False)
class Listener:
    """One open connection. `told` is what it was last told; `wake` says that there may be more."""

    told: dict[str, int]
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def news(self, current: Mapping[str, int]) -> dict[str, int]:
        """The topics of this listener whose version is not the one it was told; it counts as told after."""
        changed = {topic: current[topic] for topic, version in self.told.items() if current.get(topic, version) != version}
        self.told.update(changed)
        return changed


class LiveStream:
    """GET /live?topic=a&topic=b: a pulse whenever one of the topics rises; anything else goes to `otherwise`."""

    def __init__(self, *, path: str, otherwise: Callable[..., Awaitable[None]]) -> None:
        self.path = path
        self.otherwise = otherwise
        self.listeners: set[Listener] = set()
        self.current: dict[str, int] = {}
        self.poller: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == self.path:
            await self.stream(scope, receive, send)
        else:
            await self.otherwise(scope, receive, send)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection: refused without a sign-in, else held open."""
        session = _session_key(scope)
        topics = list(dict.fromkeys(parse_qs(scope["query_string"].decode("latin-1")).get("topic", [])))[:MAX_TOPICS]
        if scope.get("method", "GET") != "GET" or not await sync_to_async(signed_in)(session):
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        listener = Listener(told=await sync_to_async(_versions)(topics))
        self.listeners.add(listener)
        if self.poller is None or self.poller.done():
            self.poller = asyncio.create_task(self.poll())
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await self.serve(listener, session, gone, send)
        finally:
            self.listeners.discard(listener)
            gone.cancel()

    async def serve(self, listener: Listener, session: str, gone: "asyncio.Task[None]", send: Send) -> None:
        """Write pulses until the reader leaves or is signed out."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        chunk = b"retry: 2000\n\n" + _pulses(listener.told)
        while True:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await _first_of(gone, listener.wake, KEEP_ALIVE_SECONDS)
            if gone.done():
                break
            chunk = _pulses(listener.news(self.current)) if listener.wake.is_set() else b": still here\n\n"
            if not listener.wake.is_set() and not await sync_to_async(signed_in)(session):
                break
            listener.wake.clear()
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})

    async def poll(self) -> None:
        """Look at the topics somebody listens to, and wake those whose topics rose, while anybody listens."""
        while self.listeners:
            await asyncio.sleep(POLL_SECONDS)
            asked = sorted({topic for listener in self.listeners for topic in listener.told})
            try:
                self.current = await sync_to_async(_versions)(asked)
            except Exception:
                # A database that restarts must not end the live pages of everybody: look again.
                log.exception("the pulse table could not be read")
                await asyncio.sleep(POLL_SECONDS * 10)
                continue
            for listener in self.listeners:
                if any(self.current.get(topic, version) != version for topic, version in listener.told.items()):
                    listener.wake.set()


def signed_in(session: str) -> bool:
    """Whether this session belongs to an account that may sign in now (its password unchanged since)."""
    close_old_connections()
    if not session:
        return False
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key=session)
    return get_user(request).is_authenticated and not idle.spent(request.session, time.time())


def _versions(topics: list[str]) -> dict[str, int]:
    close_old_connections()
    return live.versions(topics)


def _pulses(changed: Mapping[str, int]) -> bytes:
    return b"".join(
        f"event: pulse\ndata: {json.dumps({'topic': topic, 'version': version})}\n\n".encode()
        for topic, version in changed.items()
    )


def _session_key(scope: Scope) -> str:
    raw = "; ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie")
    try:
        morsel = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


async def _first_of(gone: "asyncio.Task[None]", wake: asyncio.Event, seconds: float) -> None:
    waiting = asyncio.create_task(wake.wait())
    try:
        await asyncio.wait({gone, waiting}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
