"""What comes from npm: asked for by hash, without an address; and a machine that can have none of it goes on."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "web" / "package-lock.json"


def test_the_lock_has_a_hash_for_each_package_and_no_address() -> None:
    packages = {name: one for name, one in json.loads(LOCK.read_text())["packages"].items() if name}
    assert packages
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert "://" not in LOCK.read_text()
    asked = json.loads((LOCK.parent / "package.json").read_text())["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_nothing_of_another_s_is_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not re.search(r"\.wasm$|\.min\.js$|(?:^|/)zxing/", listed, re.M)


# A node that says it is npm, of an age that reads no lock; or none at all.
@pytest.mark.parametrize("npm", [None, "6.14.0"])
def test_a_machine_without_npm_and_without_a_network_is_told_so_and_goes_on(tmp_path: Path, npm: str | None) -> None:
    if npm:
        (tmp_path / "npm").write_text(f"#!/bin/sh\necho {npm}\n")
        (tmp_path / "npm").chmod(0o755)
    script = f"import sys; sys.prefix = {str(tmp_path / 'venv')!r}; from tools import web; sys.exit(web.main())"
    told = {"PATH": str(tmp_path), "PIP_NO_INDEX": "1", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env={**told, "LANG": os.environ.get("LANG", "C.UTF-8")}, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "make codes" in done.stderr
    assert "需要 npm" in done.stderr
    assert "needs npm" in done.stderr
    assert not (tmp_path / "venv").exists()
