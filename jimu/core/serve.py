"""`jimu serve`: the web service and its background worker, started and stopped together."""

import argparse
import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from jimu.core import jobs, turnstile
from jimu.core.commands import Command
from jimu.core.errors import Conflict
from jimu.core.first_tables import half_made
from jimu.core.timers import Ticker
from jimu.core.translations import compile_translations

PORT = 8000
# How far above a taken port a free one is looked for.
PORTS_TRIED = 20
WEB = [
    sys.executable, "-m", "uvicorn", "jimu.asgi:application",
    "--log-level", "warning", "--no-server-header", "--timeout-graceful-shutdown", "3",
]  # fmt: skip
WORKER = [sys.executable, "-m", "jimu", "qcluster"]
QUICK_LANE = {"Q_CLUSTER_NAME": jobs.QUICK}
_SET_PARENT_DEATH_SIGNAL = 1


class HalfMade(Conflict):
    """The home was made by an unreleased build and lacks tables that only that build's successors could add."""

    code = "home_half_made"

    def __init__(self, labels: list[str]) -> None:
        sentence = _("这个数据文件夹是未发布的旧版本建的，缺少后来的表（{labels}），新版本接不上。请先用 2026 年 11 月 29 日上午的版本运行一次 jimu prepare，或换一个新文件夹：JIMU_HOME=文件夹。")
        super().__init__(sentence.format(labels=", ".join(labels)), labels=labels)


class PortTaken(Conflict):
    """Another program listens there."""

    code = "port_taken"

    def __init__(self, port: int) -> None:
        sentence = _("端口 {port} 已被别的程序占用。请关掉它，或换一个端口，例如 --port {other}。")
        super().__init__(sentence.format(port=port, other=port + 1), port=port)


def prepare() -> None:
    """Bring the database and the compiled translations up to date; quick when they already are.

    One process at a time on a home: the first command of an empty home and a service that starts beside it would both
    make the tables. Raises HalfMade.
    """
    with turnstile.alone():
        compile_translations()
        if labels := half_made():
            raise HalfMade(labels)
        call_command("migrate", interactive=False, verbosity=0)


def address_of(host: str, port: int) -> str:
    """What to open in a browser."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def port_is_free(host: str, port: int) -> bool:
    """Whether this process may listen there. Raises Conflict when the address is not one of this machine."""
    with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Conflict(_("没有权限使用端口 {port}，请换一个 1024 以上的。").format(port=port), code="port_forbidden") from None
        except socket.gaierror:
            raise Conflict(_("这台机器没有 {host} 这个地址。").format(host=host), code="no_such_host") from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise Conflict(_("这台机器没有 {host} 这个地址。").format(host=host), code="no_such_host") from None
            return False
    return True


def free_port(host: str, wanted: int) -> int:
    """The wanted port or the next free one. Raises PortTaken when all near it are taken."""
    for port in range(wanted, min(wanted + PORTS_TRIED, 65536)):
        if port_is_free(host, port):
            return port
    raise PortTaken(wanted)


def serve(*, host: str, port: int, ready: Callable[[], None]) -> int:
    """Run until interrupted; `ready` is called when pages are answered. One process ending stops the other.

    Raises PortTaken, or Conflict when a service runs on this home already.
    """
    if not port_is_free(host, port):
        raise PortTaken(port)
    with turnstile.hold(address_of(host, port)):
        # The embedded database has no other workers than the one started here.
        jobs.recover(alone=connection.vendor == "sqlite")
        connection.close()
        _stop_on_signals()
        children: list[subprocess.Popen[bytes]] = []
        try:
            # The first page comes first: the worker starts when pages are answered.
            children.append(_child([*WEB, "--host", host, "--port", str(port)]))
            if _came_up(children[0], host, port):
                children.append(_child(WORKER, stdout=subprocess.DEVNULL))
                children.append(_child(WORKER, stdout=subprocess.DEVNULL, more=QUICK_LANE))
                ready()
            return _watch(children, Ticker(alone=connection.vendor == "sqlite"))
        except (KeyboardInterrupt, SystemExit):
            return 0
        finally:
            _stop(children)


def _stop_on_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    # A shell that starts something in the background has it ignore Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _child(words: list[str], stdout: int | None = None, more: Mapping[str, str] = MappingProxyType({})) -> "subprocess.Popen[bytes]":
    # In a session of its own it does not see the terminal's Ctrl-C: it is stopped by its parent, in order.
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "jimu.settings", **more}
    return subprocess.Popen(words, env=environment, stdout=stdout, start_new_session=True, preexec_fn=_end_with_parent)


def _end_with_parent() -> None:
    """On Linux, ask for SIGTERM when the parent dies without having stopped its children."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _came_up(web: "subprocess.Popen[bytes]", host: str, port: int) -> bool:
    """Wait until pages are answered; False when the process ended instead."""
    while web.poll() is None:
        if _answers(host, port):
            return True
        time.sleep(0.05)
    return False


def _watch(children: "list[subprocess.Popen[bytes]]", ticker: Ticker) -> int:
    while all(child.poll() is None for child in children):
        ticker.call()
        time.sleep(0.3)
    sys.stderr.write(_("服务的一个进程意外停止，另一个也已停下。请看上面的提示，再启动一次。") + "\n")
    return 1


def _answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.5):
        return True
    return False


def _stop(children: "list[subprocess.Popen[bytes]]") -> None:
    # A second Ctrl-C must not leave one of them behind.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=8)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def serve_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1", help=_("监听的地址，默认只有本机能打开"))
    parser.add_argument("--port", type=int, help=_("端口，默认 8000；被占用时用下一个空着的"))


def chosen_port(options: argparse.Namespace) -> int:
    """The port that was asked for, as it is; without one, the first free from 8000 on. Raises PortTaken."""
    if options.port is not None:
        if not port_is_free(options.host, options.port):
            raise PortTaken(options.port)
        return int(options.port)
    return free_port(options.host, PORT)


def _run_serve(options: argparse.Namespace) -> int:
    prepare()
    port = chosen_port(options)

    def ready() -> None:
        sys.stdout.write(address_of(options.host, port) + "\n")
        sys.stdout.flush()

    return serve(host=options.host, port=port, ready=ready)


def _run_prepare(options: argparse.Namespace) -> int:
    prepare()
    return 0


COMMANDS = [
    Command("serve", "启动服务（网页与后台任务）", serve_arguments, _run_serve),
    Command("prepare", "更新数据库结构与译文", lambda parser: None, _run_prepare),
]
