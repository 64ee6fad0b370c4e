"""A ledger's way in through a page: files are kept, read in the background, and gone when that is done."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from jimu.core import clock, jobs
from jimu.core.errors import Invalid, NotFound
from jimu.core.fetching import fetch
from jimu.core.ids import new_id
from jimu.core.jobs import JobRun
from jimu.core.models import Job
from jimu.core.permissions import Actor, Granted
from jimu.field.households.import_actions import RIGHT, import_ledger
from jimu.grid.queries import unit_for
from jimu.people import intake_files
from jimu.people.intake import plan
from jimu.people.intake.guard import MAX_FILE_BYTES
from jimu.people.intake.problems import REFUSED, Problem
from jimu.people.intake.readers import READABLE

KIND = "households.import"
MAX_FILES = 20
SHOWN_PROBLEMS = 500


def start(*, actor: Actor, at: datetime, unit_id: UUID, files: "Sequence[UploadedFile[Any]]", dry_run: bool) -> Job:
    """Keep the files and read them in the background. Raises Invalid for what nobody could read."""
    unit = unit_for(actor, unit_id, RIGHT)
    if not 0 < len(files) <= MAX_FILES:
        raise Invalid(_("请选择文件，一次最多 {n} 个。").format(n=MAX_FILES), code="no_files")
    for file in files:
        if Path(str(file.name)).suffix.lower() not in READABLE or (file.size or 0) > MAX_FILE_BYTES:
            raise Invalid(_("“{name}”不是可以导入的表格，或超过 {mb} MB。").format(name=file.name, mb=MAX_FILE_BYTES >> 20), code="unknown_type")
    intake_files.purge(at)
    upload_id = new_id()
    folder = intake_files.upload_folder(upload_id)
    folder.mkdir(mode=0o700)
    intake_files.keep(folder, files)
    args = {"upload_id": str(upload_id), "unit_id": str(unit.pk), "dry_run": dry_run, "paths": list(actor.paths(RIGHT))}
    return jobs.enqueue(actor=actor, at=at, kind=KIND, subject=str(unit.pk), args=args)


def find(*, actor: Actor, job_id: UUID) -> Job:
    """One import of the asker's own."""
    return fetch(Job.objects.filter(pk=job_id, kind=KIND, account_id=actor.account_id))


def run_import_job(run: JobRun, *, upload_id: str, unit_id: str, dry_run: bool, paths: list[str]) -> dict[str, Any]:
    """Read an upload and write it (or only say what it would do). A second run finds everything there already."""
    folder = intake_files.upload_folder(UUID(upload_id))
    files = folder / intake_files.UPLOADED
    if not files.is_dir():
        raise NotFound(_("上传的文件已过期，请重新上传。"))
    actor = Actor(run.job.account_id, run.job.actor_name, tuple(Granted("commander", path) for path in paths))
    outcome = import_ledger(actor=actor, at=clock.now(), unit_id=UUID(unit_id), paths=[files], dry_run=dry_run, progress=run.progress)
    marked = _marked(folder, files, outcome.reading.problems)
    intake_files.forget_files(folder)
    problems = sorted(outcome.reading.problems, key=lambda p: (p.severity != REFUSED, p.file, p.sheet, p.row))
    shown = [problem.as_dict() for problem in problems[:SHOWN_PROBLEMS]]
    return {**outcome.as_dict(), "marked": marked, "problems": shown, "more_problems": max(0, len(problems) - SHOWN_PROBLEMS)}


def _marked(folder: Path, files: Path, problems: Sequence[Problem]) -> list[str]:
    """Names of the marked copies; none when there is nothing to mark."""
    marker = intake_files.Marker(folder / intake_files.MARKED)
    told = [replace(one, message=_(one.message)) for one in problems]
    marker.start_files(plan.files_in([files]), told)
    return [path.name for path in marker.wait()]


def marked_file(*, actor: Actor, job_id: UUID, number: int) -> Path:
    """A marked copy of one's own import (numbers count from 1). Raises NotFound when its day is over."""
    job = find(actor=actor, job_id=job_id)
    names = (job.result or {}).get("marked", [])
    if not 1 <= number <= len(names):
        raise NotFound
    path: Path = intake_files.upload_folder(UUID(str(job.args["upload_id"]))) / intake_files.MARKED / str(names[number - 1])
    if not path.is_file():
        raise NotFound(_("标注的文件只留一天，请重新上传。"))
    return path
