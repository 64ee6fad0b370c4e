"""A running service on the test database, for tests in a browser: in this process, so that it stands at once.

`test_serve.py` starts the real one, with all its processes.
"""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.test import Client

from jimu.core.live_stream import LiveStream

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")


@dataclass
class Service:
    """A running service."""

    server: uvicorn.Server
    thread: threading.Thread
    address: str

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=15)
        assert not self.thread.is_alive(), "the service did not stop"


def serve(port: int) -> Service:
    """The same application as `jimu.asgi`, with beats that are not joined: nothing of it outlives the test."""
    application = LiveStream(path="/live", otherwise=WSGIMiddleware(get_wsgi_application(), workers=4))  # type: ignore[arg-type]
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 40
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < end, "the service did not start in time"
        time.sleep(0.01)
    return Service(server, thread, f"http://127.0.0.1:{port}")


@dataclass
class Site:
    """A running service before a browser. `errors` are those of scripts and of the content policy, on any page opened here."""

    browser: Any
    address: str
    errors: list[str] = field(default_factory=list)

    def open(self, path: str, *, client: Client | None = None, **options: Any) -> Any:
        """A page in a fresh context; signed in as a client of the tests is, if one is given."""
        context = self.browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "locale": "zh-CN", **options})
        if client is not None:
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.address}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(self.address + path)
        return page
