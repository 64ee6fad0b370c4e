"""`jimu demo`: the sample subdistrict, prepared once and then served."""

import argparse
import sys

from django.utils.translation import gettext as _

from jimu.core import clock, turnstile
from jimu.core import serve as service
from jimu.core.commands import Command
from jimu.demo import logins
from jimu.demo.logins import Login
from jimu.demo.prepare import Scale, prepare_demo
from jimu.demo.telling import Teller

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--prepare", action="store_true", help=_("只准备数据，不启动服务"))
    service.serve_arguments(parser)
    parser.add_argument("--seconds", type=float, default=45, help=_("排班最多算多少秒"))
    parser.add_argument("--scale", type=float, default=1.0, help=_("样例名单的规模，1 约为八千人"))


def _run(options: argparse.Namespace) -> int:
    teller = Teller()
    try:
        with turnstile.hold():
            port = service.PORT if options.prepare else service.chosen_port(options)
            with teller.during(_("正在准备数据库")):
                service.prepare()
            opened = prepare_demo(at=clock.now(), teller=teller, scale=Scale(options.scale, options.seconds))
    except turnstile.Occupied as occupied:
        return _already_there(occupied)
    except KeyboardInterrupt:
        sys.stderr.write("\n" + _("已停下。再运行一次，会从没做完的那一步接着做。") + "\n")
        return 130
    if options.prepare:
        teller.say(_("准备好了。运行 make demo 启动。"))
        _show(opened)
        return 0
    teller.say(_("正在启动服务"))

    def ready() -> None:
        _show(opened, service.address_of(options.host, port))
        if options.host not in LOOPBACK:
            sys.stdout.write(_("注意：别的机器也能打开这个地址。示例密码只写在上面，不要转发。") + "\n")
            sys.stdout.flush()

    return service.serve(host=options.host, port=port, ready=ready)


def _already_there(occupied: turnstile.Occupied) -> int:
    """Somebody started it in another window: say where it is, which is what was wanted."""
    address = occupied.data["address"]
    if not address:
        raise occupied
    sys.stdout.write(f"{occupied}\n")
    _show(logins.opened())
    return 0


def _show(opened: list[Login], address: str = "") -> None:
    """What to open and how to sign in, in columns."""
    rows = [f"  {one.username:<11}{one.password:<24}{one.name}（{one.unit}）" for one in opened]
    lines = ["", _("演示账号：用户名、密码、身份（范围）"), *rows, ""]
    if address:
        lines += [_("请打开 {address}    按 Ctrl-C 停止").format(address=address), ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


COMMANDS = [Command("demo", "准备样例街道并启动服务", _arguments, _run)]
