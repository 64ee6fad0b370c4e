"""One service at a time on a home: a lock file that its process holds, with the address where it answers."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict


class Occupied(Conflict):
    """Another process serves or prepares this home; `data["address"]` is where, empty while it prepares."""

    code = "home_occupied"

    def __init__(self, address: str) -> None:
        if address:
            sentence = _("这份数据的服务已经在运行：{address}。直接打开即可；要重新启动，请先在那个窗口按 Ctrl-C。")
        else:
            sentence = _("另一个窗口正在准备这份数据。请等它完成，或先在那个窗口按 Ctrl-C。")
        super().__init__(sentence.format(address=address), address=address)


@contextmanager
def hold(address: str = "") -> Iterator[None]:
    """Hold the home while serving at `address`, or while preparing. Raises Occupied.

    The lock ends with the process, however it ends.
    """
    descriptor = os.open(Path(settings.JIMU_HOME) / "service.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Occupied(os.read(descriptor, 300).decode()) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, address.encode())
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process brings this home up to date, then hold it for that."""
    descriptor = os.open(Path(settings.JIMU_HOME) / "prepare.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
