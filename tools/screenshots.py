"""Takes the README's pictures from the sample: `python tools/screenshots.py`, by day, when most people are at work.

Uses the home that JIMU_HOME names, starts the service on a free port, and writes docs/images/*.png. Pages that this
version does not have are left out and named.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
HOME = Path(os.environ.get("JIMU_HOME") or ROOT / "var")
CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 1.5, "is_mobile": True, "has_touch": True}


def board(page: Any) -> None:
    page.goto("/board/")
    page.wait_for_selector("#board-link[data-state=live]")


def intake(page: Any) -> None:
    """The preview of the sample's own files: nothing is written, since nobody confirms."""
    page.goto("/people/intake/")
    page.set_input_files("input[type=file]", [str(path) for path in sorted((HOME / "sample-office").iterdir())])
    page.click("main form button.primary")
    page.wait_for_selector("form[action$='/confirm/']", timeout=60_000)


def roster(page: Any) -> None:
    """The matrix of one neighborhood with a shift opened."""
    page.goto("/roster/")
    page.click(".roster-row.in-force")
    page.click(".roster-place >> nth=0")
    page.click("a.roster-cell.full >> nth=2")
    page.wait_for_selector("#drawer:not([hidden]) #drawer-title")


def grid(page: Any) -> None:
    page.goto("/grid/")


def roll_call(page: Any) -> None:
    page.goto("/roster/roll/")
    page.wait_for_selector(".roll-person")


def board_at_night(page: Any) -> None:
    board(page)


# File, who looks, on what, and what is opened.
PICTURES: list[tuple[str, str, dict[str, Any], Callable[[Any], None]]] = [
    ("board", "zhihui", DESK, board),
    ("board-dark", "zhihui", {**DESK, "color_scheme": "dark"}, board_at_night),
    ("intake", "zhihui", DESK, intake),
    ("roster", "zhihui", DESK, roster),
    ("grid", "zhihui", DESK, grid),
    ("rollcall", "kuaizhang", PHONE, roll_call),
]


def serve() -> tuple["subprocess.Popen[str]", str]:
    """The service on a free port, ready to answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "JIMU_HOME": str(HOME), "PYTHONPATH": str(ROOT)}
    # Whose shift is on now signs in.
    subprocess.run([sys.executable, "-m", "jimu", "demo", "--prepare"], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "jimu", "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    assert process.stdout is not None
    address = process.stdout.readline().strip().rstrip("/")
    if not address:
        raise SystemExit("the service did not start, see above")
    return process, address


def take(browser: Any, address: str, name: str, username: str, looks: dict[str, Any], show: Callable[[Any], None]) -> None:
    """One picture, as one person sees it."""
    passwords = json.loads((HOME / "demo-logins.json").read_text(encoding="utf-8"))
    context = browser.new_context(base_url=address, locale="zh-CN", **looks)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto("/accounts/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", passwords[username])
    page.click("form.card button.primary")
    page.wait_for_url(lambda url: "sign-in" not in url)
    show(page)
    # Let fades and the first live answer come to rest.
    time.sleep(1)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1024} KB")
    context.close()


def main(only: list[str]) -> int:
    """Take all pictures, or those that are named; 1 when some could not be taken."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    process, address = serve()
    missing = []
    try:
        with sync_playwright() as started:
            browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for name, username, looks, show in PICTURES:
                if only and name not in only:
                    continue
                try:
                    take(browser, address, name, username, looks, show)
                except Exception as error:
                    missing.append(name)
                    print(f"{name}: {str(error).splitlines()[0]}")
    finally:
        process.terminate()
        process.wait(timeout=20)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
