"""Live updates as server-sent events, in ASGI: one poll of the pulse table a process, however many listen."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import close_old_connections

from jimu.core.models import Pulse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

POLL_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 20
MAX_TOPICS = 20


class LiveStream:
    """GET /live?topic=a&topic=b sends an event named `pulse` with the topic whenever one rises."""

    def __init__(self, *, path: str, otherwise: Callable[..., Awaitable[None]]) -> None:
        self.path = path
        self.otherwise = otherwise
        self.listeners: set[asyncio.Queue[dict[str, int]]] = set()
        self.poller: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"] == self.path:
            await self.stream(scope, receive, send)
        else:
            await self.otherwise(scope, receive, send)

    async def stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not await sync_to_async(_signed_in)(_cookies(scope)):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        topics = set(parse_qs(scope["query_string"].decode()).get("topic", [])[:MAX_TOPICS])
        queue: asyncio.Queue[dict[str, int]] = asyncio.Queue(maxsize=100)
        self.listeners.add(queue)
        if self.poller is None or self.poller.done():
            self.poller = asyncio.create_task(self.poll())
        try:
            await self.serve(topics, queue, receive, send)
        finally:
            self.listeners.discard(queue)

    async def serve(self, topics: set[str], queue: "asyncio.Queue[dict[str, int]]", receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"retry: 2000\n\n", "more_body": True})
        gone = asyncio.create_task(_disconnected(receive))
        while not gone.done():
            chunk = b": still here\n\n"
            with contextlib.suppress(TimeoutError):
                changed = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
                chunk = b"".join(
                    f"event: pulse\ndata: {json.dumps({'topic': t, 'version': v})}\n\n".encode()
                    for t, v in changed.items()
                    if t in topics
                )
            if chunk:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})

    async def poll(self) -> None:
        seen = await sync_to_async(_versions)()
        while self.listeners:
            await asyncio.sleep(POLL_SECONDS)
            current = await sync_to_async(_versions)()
            changed = {t: v for t, v in current.items() if seen.get(t) != v}
            seen = current
            if changed:
                for queue in list(self.listeners):
                    with contextlib.suppress(asyncio.QueueFull):
                        queue.put_nowait(changed)


def _versions() -> dict[str, int]:
    close_old_connections()
    recent = Pulse.objects.order_by("-at").values_list("topic", "version")[:200]
    return dict(recent)


def _signed_in(cookies: "SimpleCookie") -> bool:
    close_old_connections()
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    if morsel is None:
        return False
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key=morsel.value)
    return bool(store.get(SESSION_KEY))


def _cookies(scope: Scope) -> "SimpleCookie":
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    return SimpleCookie(raw.decode("latin-1"))


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
