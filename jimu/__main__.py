"""The `jimu` command: each brick's commands by name, then Django's own (migrate, shell, …)."""

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
    import django

    from jimu.home import HomeUnusable

    try:
        django.setup()
    except HomeUnusable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    from jimu.core.commands import run

    return run(list(sys.argv[1:] if argv is None else argv))


if __name__ == "__main__":
    sys.exit(main())
