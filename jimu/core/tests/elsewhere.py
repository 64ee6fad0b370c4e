"""Other processes in tests: led to the test database, with the keys of this one."""

import os
import socket
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection


def path_for(place: str) -> str:
    """PYTHONPATH led by `place`; what it holds already stays, so that a shifted clock reaches other processes too."""
    return os.pathsep.join(filter(None, [place, os.environ.get("PYTHONPATH")]))


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that works on the test database."""
    database = connection.settings_dict
    keys = {"JIMU_SECRET_KEY": settings.SECRET_KEY, "JIMU_DATA_KEY": settings.JIMU_DATA_KEY}
    given = {**os.environ, **keys, "PYTHONPATH": path_for(os.getcwd()), **more}
    if connection.vendor == "sqlite":
        return {**given, "JIMU_HOME": str(Path(database["NAME"]).parent)}
    user, host = quote(database["USER"], safe=""), quote(database["HOST"], safe="")
    place = f"{host}:{database['PORT']}" if database["PORT"] else host
    return {**given, "JIMU_DATABASE": f"postgres://{user}@{place}/{database['NAME']}"}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
