"""`jimu serve`: the web service and its background worker, started and stopped together."""

import argparse
import os
import signal
import subprocess
import sys
import time

from django.core.management import call_command
from django.db import connection

from jimu.core import jobs
from jimu.core.commands import Command
from jimu.core.translations import compile_translations


def prepare() -> None:
    """Bring the database and the compiled translations up to date; quick when they already are."""
    compile_translations()
    call_command("migrate", interactive=False, verbosity=0)


def serve(*, host: str, port: int) -> int:
    """Run until interrupted; when one of the two processes ends, the other is stopped too."""
    # The embedded database has no other workers than the one started here.
    jobs.recover(alone=connection.vendor == "sqlite")
    connection.close()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "jimu.settings"}
    web = [sys.executable, "-m", "uvicorn", "jimu.asgi:application", "--host", host, "--port", str(port)]
    web += ["--log-level", "warning", "--no-server-header", "--timeout-graceful-shutdown", "3"]
    children = [
        subprocess.Popen(web, env=environment),
        subprocess.Popen([sys.executable, "-m", "jimu", "qcluster"], env=environment, stdout=subprocess.DEVNULL),
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
    except (KeyboardInterrupt, SystemExit):
        return 0
    finally:
        _stop(children)
    return 1


def _stop(children: list["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=8)
        except subprocess.TimeoutExpired:
            child.kill()


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def _run_serve(options: argparse.Namespace) -> int:
    prepare()
    sys.stdout.write(f"http://{options.host}:{options.port}/\n")
    return serve(host=options.host, port=options.port)


def _run_prepare(options: argparse.Namespace) -> int:
    prepare()
    return 0


COMMANDS = [
    Command("serve", "启动服务（网页与后台任务）", _serve_arguments, _run_serve),
    Command("prepare", "更新数据库结构与译文", lambda parser: None, _run_prepare),
]
