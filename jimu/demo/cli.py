"""`jimu demo`: the sample subdistrict, prepared once and then served."""

import argparse
import sys
import time

from django.utils.translation import gettext as _

from jimu.core import clock
from jimu.core import serve as service
from jimu.core.commands import Command
from jimu.demo.prepare import Login, prepare_demo


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prepare", action="store_true", help="只准备数据，不启动服务")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--seconds", type=float, default=45, help="排班最多算多少秒")
    parser.add_argument("--scale", type=float, default=1.0, help="样例名单的规模，1 约为八千人")


def _run(options: argparse.Namespace) -> int:
    began = time.monotonic()

    def say(sentence: str) -> None:
        sys.stdout.write(f"[{time.monotonic() - began:5.1f} s] {sentence}\n")
        sys.stdout.flush()

    say(_("准备数据库"))
    service.prepare()
    logins = prepare_demo(at=clock.now(), say=say, solve_seconds=options.seconds, scale=options.scale)
    say(_("准备好了"))
    address = f"http://{options.host}:{options.port}/"
    sys.stdout.write("\n" + "\n".join(_lines(address, logins)) + "\n\n")
    sys.stdout.flush()
    return 0 if options.prepare else service.serve(host=options.host, port=options.port)


def _lines(address: str, logins: list[Login]) -> list[str]:
    """What to open and how to sign in, in columns."""
    rows = [f"  {login.username:<12}{login.password:<14}{login.name}（{login.unit}）" for login in logins]
    return [_("打开 {address}").format(address=address), _("演示账号（用户名、密码）："), *rows]


COMMANDS = [Command("demo", "准备样例街道并启动服务", _arguments, _run)]
