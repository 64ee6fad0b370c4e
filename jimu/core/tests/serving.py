"""A running service on the test database, for tests in a browser."""

import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from .elsewhere import environment

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), "")


@dataclass
class Service:
    """A running service."""

    process: "subprocess.Popen[bytes]"
    address: str

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=15)


def serve(port: int) -> Service:
    words = [sys.executable, "-m", "uvicorn", "jimu.asgi:application", "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(
        [*words, "--timeout-graceful-shutdown", "1"], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    service = Service(process, f"http://127.0.0.1:{port}")
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(service.address + "/accounts/sign-in/", timeout=5).close()
        except urllib.error.HTTPError:
            return service
        except OSError:
            time.sleep(0.1)
        else:
            return service
    raise AssertionError("the service did not start")
