"""Files of intakes in JIMU_HOME/intake: uploads that wait for a yes, marked workbooks. Nothing stays longer than a day."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from jimu.people.intake import marking
from jimu.people.intake.plan import Plan
from jimu.people.intake.problems import Problem

KEPT = timedelta(days=1)
UPLOADED, MARKED = "files", "marked"
MARKING_SECONDS = 300
LONGEST_NAME = 200


def base() -> Path:
    """The folder of all intakes, open to its owner only."""
    folder = Path(settings.JIMU_HOME) / "intake"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def upload_folder(upload_id: UUID) -> Path:
    """Where one upload lies with all that belongs to it."""
    return base() / str(upload_id)


def dated_folder(at: datetime) -> Path:
    """Where the command line puts marked workbooks unless told otherwise."""
    return base() / timezone.localtime(at).strftime("%Y%m%d-%H%M%S")


def purge(at: datetime) -> None:
    """Remove what is older than a day."""
    for folder in base().iterdir():
        if folder.is_dir() and folder.stat().st_mtime < (at - KEPT).timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def keep(folder: Path, files: "Iterable[UploadedFile[Any]]") -> list[str]:
    """Store uploaded files, readable by their owner only; returns their names, the same name twice told apart."""
    inner = folder / UPLOADED
    inner.mkdir(mode=0o700, parents=True)
    names: list[str] = []
    for file in files:
        name = Path(str(file.name).replace("\\", "/")).name.lstrip(".") or "file"
        # A file's name has 255 bytes at most, and the marked copy's is longer.
        name = name.encode()[-LONGEST_NAME:].decode(errors="ignore")
        name = name if name not in names else f"{len(names) + 1} {name}"
        descriptor = os.open(inner / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        names.append(name)
    return names


def forget_files(folder: Path) -> None:
    """Remove what was uploaded; the marked copies stay their day."""
    shutil.rmtree(folder / UPLOADED, ignore_errors=True)


class Marker:
    """Marks workbooks in a process beside this one: `start` it when the problems are known, `wait` for the names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Somebody's own folder is never removed, whatever happens.
        self.ours = not folder.exists()
        self.process: subprocess.Popen[str] | None = None

    def start(self, plan: Plan) -> None:
        """Begin, when there is anything to mark."""
        self.start_files(plan.paths, plan.problems)

    def start_files(self, paths: Iterable[Path], problems: Iterable[Problem]) -> None:
        """The same for files and what is wrong in them."""
        files = list(marking.tasks(paths, problems))
        if not files:
            return
        command = [sys.executable, "-m", "jimu.people.intake.marking"]
        # The task goes through a pipe: an argument would stand in the list of processes.
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
            cwd=Path(settings.BASE_DIR).parent, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"folder": str(self.folder.absolute()), "files": files}))
        self.process.stdin.close()

    def wait(self) -> list[Path]:
        """The marked workbooks; none when the marking failed, which is no reason to fail the intake."""
        if self.process is None or self.process.stdout is None:
            return []
        try:
            words = self.process.stdout.read()
            self.process.wait(MARKING_SECONDS)
            return [self.folder / name for name in json.loads(words)]
        except (subprocess.TimeoutExpired, json.JSONDecodeError):
            self.stop()
            return []

    def stop(self) -> None:
        """Give up and leave nothing."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        if self.ours:
            shutil.rmtree(self.folder, ignore_errors=True)
