"""A service that may be killed as often as one likes: this process loads it once, and forks one that serves, again and again.

    python -m jimu.sync.tests.killed PORT FILE [offered]

What serves is what `jimu serve` starts, the phones' lane before the pages; with the kinds of sync's tests when they are `offered`, else with the bricks' own.
FILE holds the id of the process that serves now.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import uvicorn

from jimu.asgi import application  # isort: skip  Django must be set up before what follows

import uvicorn.lifespan.on
import uvicorn.loops.auto
import uvicorn.protocols.http.auto
import uvicorn.protocols.websockets.auto  # loaded before the fork, not after each
from django.db import connections
from django.test import Client

from jimu.sync import lane, receiving
from jimu.sync.tests import offering


def warm() -> None:
    """Load what the first request of each way loads; none of it starts a thread, for threads do not outlive a fork."""
    Client(raise_request_exception=False).post("/sync/operations", b"{}", content_type="application/json")
    loop = asyncio.new_event_loop()
    lane.answers([lane.Sent("", "zh-hans", b"{}", loop.create_future())])
    loop.close()
    receiving.take_all([])


def serve(port: int) -> None:
    uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=3)).run()


def main(port: int, file: Path, offered: bool) -> None:
    if offered:
        offering.install()
    warm()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    child = 0
    try:
        while True:
            connections.close_all()
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                serve(port)
                os._exit(1)
            file.with_suffix(".new").write_text(str(child))
            file.with_suffix(".new").rename(file)
            os.waitpid(child, 0)
    finally:
        if child:
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), "offered" in sys.argv)
