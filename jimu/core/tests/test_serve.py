"""`jimu serve`: pages, live updates and the background worker start together and stop together."""

import argparse
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from jimu.core import serve, turnstile
from jimu.core.errors import Conflict
from jimu.core.tests import migrated
from jimu.core.tests.elsewhere import free_port, path_for

pytestmark = [
    pytest.mark.slow,
    # Each starts on an embedded database of its own: a second pass on another one would repeat the first.
    pytest.mark.skipif("JIMU_DATABASE" in os.environ, reason="runs once, on the embedded database"),
]


@pytest.fixture
def tables(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The home has its tables already."""
    migrated.copy(migrated.migrated_file(tmp_path_factory), tmp_path / migrated.FILE)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A service on a home of its own, which is empty unless `tables` came before."""
    port = free_port()
    environment = {**os.environ, "JIMU_HOME": str(tmp_path), "PYTHONPATH": path_for(os.getcwd())}
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


def below(parent: int) -> set[int]:
    """All processes that a process started, and those that they started, without the dead."""
    listed = subprocess.run(["ps", "-eo", "ppid=,pid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    found: set[int] = set()
    ahead = {parent}
    while ahead:
        ahead = {int(pid) for ppid, pid, state in rows if int(ppid) in ahead and not state.startswith("Z")}
        found |= ahead
    return found


def gone(processes: set[int]) -> bool:
    """Whether all of them end within the time that a machine at work needs."""
    end = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def wait_until_it_answers(process: "subprocess.Popen[str]", address: str) -> set[int]:
    """Its children, once pages are answered and the worker has started."""
    end = time.monotonic() + 120
    while status(address + "/") != 302 or len(below(process.pid)) < 7:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.2)
    return below(process.pid)


def test_it_answers_keeps_strangers_off_the_live_line_and_leaves_nothing_behind(service) -> None:
    process, address = service
    children = wait_until_it_answers(process, address)
    assert process.stdout.readline().strip() == address + "/"
    assert status(address + "/live?topic=board") == 403
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert gone(children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_killed_outright_it_takes_its_children_with_it(tables, service) -> None:
    process, address = service
    children = wait_until_it_answers(process, address)
    process.kill()
    assert gone(children)


def test_a_second_service_on_the_same_home_says_where_the_first_is(tables, service, tmp_path: Path) -> None:
    process, address = service
    wait_until_it_answers(process, address)
    command = [sys.executable, "-m", "jimu", "serve", "--port", str(free_port())]
    environment = {**os.environ, "JIMU_HOME": str(tmp_path), "PYTHONPATH": path_for(os.getcwd())}
    second = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert address in second.stderr
    assert status(address + "/") == 302


def test_a_taken_port_is_named_with_the_way_out_and_without_wish_the_next_is_used() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(serve.PortTaken, match=f"--port {port + 1}"):
            serve.chosen_port(argparse.Namespace(host="127.0.0.1", port=port))
        assert port < serve.free_port("127.0.0.1", port) <= port + serve.PORTS_TRIED
    assert serve.chosen_port(argparse.Namespace(host="127.0.0.1", port=port)) == port


@pytest.mark.parametrize("host", ["203.0.113.7", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(Conflict, match=re.escape(host)):
        serve.port_is_free(host, 8000)


def test_the_home_is_held_by_one_and_free_again_afterwards(settings, tmp_path: Path) -> None:
    settings.JIMU_HOME = tmp_path
    with turnstile.hold("http://127.0.0.1:8000/"), pytest.raises(turnstile.Occupied, match=":8000/"), turnstile.hold():
        pass
    with turnstile.hold(), pytest.raises(turnstile.Occupied, match="正在准备"), turnstile.hold("http://127.0.0.1:1/"):
        pass


def test_a_home_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "a-file"
    taken.write_text("")
    environment = {**os.environ, "JIMU_HOME": str(taken / "home"), "PYTHONPATH": path_for(os.getcwd())}
    told = subprocess.run(
        [sys.executable, "-m", "jimu", "prepare"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 1
    assert "JIMU_HOME" in told.stderr
    assert "Traceback" not in told.stderr


def test_two_that_prepare_an_empty_home_at_once_both_find_it_ready(tmp_path: Path) -> None:
    environment = {**os.environ, "JIMU_HOME": str(tmp_path), "PYTHONPATH": path_for(os.getcwd())}
    environment.pop("JIMU_DATABASE", None)
    words = [sys.executable, "-m", "jimu", "prepare"]
    both = [subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], told
