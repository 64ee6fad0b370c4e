"""What is compiled beforehand is what a solve needs."""

import subprocess
import sys

CHECK = """
import sys
from numba.core.registry import CPUDispatcher
from jimu_engine.warm import warm
warm()
for name, module in list(sys.modules.items()):
    if name.startswith("jimu_engine."):
        for word, found in vars(module).items():
            if isinstance(found, CPUDispatcher) and found.py_func.__module__ == name and not found.signatures:
                print("not compiled:", name, word)
"""


def test_every_inner_loop_is_compiled_once_warm() -> None:
    done = subprocess.run([sys.executable, "-c", CHECK], capture_output=True, text=True, check=True)
    assert [line for line in done.stdout.splitlines() if line.startswith("not compiled")] == []
