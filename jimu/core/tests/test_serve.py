"""`jimu serve`: pages, live updates and the background worker start together and stop together."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from jimu.core.tests.elsewhere import free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A service on an empty home of its own."""
    port = free_port()
    environment = {**os.environ, "JIMU_HOME": str(tmp_path), "PYTHONPATH": os.getcwd()}
    environment.pop("JIMU_DATABASE", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "jimu", "serve", "--port", str(port)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    yield process, f"http://127.0.0.1:{port}"
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


def status(address: str) -> int:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def alive(group: int) -> list[str]:
    """Processes of the group that are not yet gone."""
    listed = subprocess.run(["ps", "-eo", "pgid,stat,pid"], capture_output=True, text=True, check=True).stdout
    return re.findall(rf"^\s*{group}\s+[^Z\s]\S*\s+(\d+)", listed, re.MULTILINE)


def test_it_answers_keeps_strangers_off_the_live_line_and_leaves_nothing_behind(service) -> None:
    process, address = service
    end = time.monotonic() + 60
    while status(address + "/") != 302:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.2)
    assert process.stdout.readline().strip() == address + "/"
    assert status(address + "/live?topic=board") == 403
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert alive(process.pid) == []
