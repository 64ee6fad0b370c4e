"""A queue worker for the tests, in a process of its own: its job notes each start, and takes its time at first.

    python -m jimu.core.tests.worker NOTES
"""

import os
import sys
import time
from pathlib import Path
from typing import Any


def main(notes: Path) -> None:
    """Work until killed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from jimu.core import jobs

    def slow_at_first(run: Any) -> dict[str, int]:
        with notes.open("a") as file:
            file.write(f"{os.getpid()}\n")
        runs = len(notes.read_text().split())
        if runs == 1:
            time.sleep(120)
        return {"runs": runs}

    # Workers are forked from here, so they inherit the handler.
    jobs.handler = lambda kind: slow_at_first  # type: ignore[assignment]
    call_command("qcluster")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
