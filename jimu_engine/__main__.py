"""python -m jimu_engine"""

import os
import sys
import threading

from jimu_engine.cli import main

if __name__ == "__main__":
    code = main()
    if threading.active_count() > 1:
        # Work left when the end was asked for may be deep in compiled code, which an orderly end would wait for or trip over.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise SystemExit(code)
