"""What a process of the service loads before it answers."""

import os
import subprocess
import sys
from pathlib import Path

from jimu.core.tests.elsewhere import path_for


def test_the_service_starts_without_what_only_solves(tmp_path: Path) -> None:
    """Web, workers and every command pay for what is loaded, in time and memory; few of them ever solve."""
    code = "import sys, jimu.asgi; print([name for name in ('numba', 'ortools', 'scipy', 'highspy') if name in sys.modules])"
    environment = {**os.environ, "JIMU_HOME": str(tmp_path), "PYTHONPATH": path_for(os.getcwd())}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
