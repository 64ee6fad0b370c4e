"""Several who act at the same moment, each on a thread and a connection of their own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections

from jimu.core.errors import JimuError


def outcomes(deeds: Sequence[Callable[[], object]]) -> list[str]:
    """For each, in order: '' when it went through, else the code of the refusal."""

    def run(deed: Callable[[], object]) -> str:
        try:
            deed()
        except JimuError as error:
            return error.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(deeds)) as pool:
        won = list(pool.map(run, deeds))
    connection.close()
    return won
