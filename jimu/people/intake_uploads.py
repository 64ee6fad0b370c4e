"""An upload's way: files come in, are read and shown, and are written when somebody says yes; or they are forgotten."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from jimu.core import clock, jobs, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.ids import new_id
from jimu.core.jobs import JobRun
from jimu.core.models import Job
from jimu.core.permissions import Actor, Granted
from jimu.grid.models import Unit
from jimu.people import intake_files
from jimu.people.intake.guard import MAX_FILE_BYTES
from jimu.people.intake.readers import READABLE
from jimu.people.intake_actions import Outcome, intake

PREVIEW, WRITE = "people.intake_preview", "people.intake"
MAX_FILES = 60
STATE = "state"
# Free words and problems that a page can still show; the marked workbooks hold them all.
SHOWN_WORDS, SHOWN_PROBLEMS = 400, 3000


@dataclass(frozen=True)
class Upload:
    """One upload as it stands: `found` is what reading it showed, `written` what writing it did."""

    id: UUID
    at: datetime
    files: Sequence[str]
    account_id: int | None
    found: dict[str, Any] | None
    written: dict[str, Any] | None
    job: Job | None

    @property
    def running(self) -> bool:
        """Whether something is being done with it now."""
        return self.job is not None and self.job.state in jobs.OPEN_STATES

    @property
    def failed(self) -> bool:
        """Whether the last thing that was tried with it did not come to its end."""
        return self.job is not None and self.job.state in {Job.State.FAILED, Job.State.CANCELLED} and self.written is None

    @property
    def stage(self) -> str:
        """Where it stands: reading, ready (may be confirmed), nothing (holds no list), writing, written, failed."""
        if self.running and self.job is not None:
            return "writing" if self.job.kind == WRITE else "reading"
        if self.written is not None:
            return "written"
        if self.failed or self.found is None:
            return "failed"
        return "ready" if self.found["tables"] else "nothing"


def start(*, actor: Actor, at: datetime, files: "Sequence[UploadedFile[Any]]") -> UUID:
    """Keep the files and read them in the background. Raises Invalid for what nobody could read."""
    _require(actor)
    if not files:
        raise Invalid(_("请先选择文件。"), code="no_files")
    if len(files) > MAX_FILES:
        raise Invalid(_("一次最多 %(n)d 个文件，请分几次导入。") % {"n": MAX_FILES}, code="too_many_files")
    for file in files:
        if Path(str(file.name)).suffix.lower() not in READABLE:
            raise Invalid(_("“%(name)s”不是可以导入的文件，请另存为 xlsx、xls、csv 或 txt。") % {"name": file.name}, code="unknown_type")
        if (file.size or 0) > MAX_FILE_BYTES:
            raise Invalid(
                _("“%(name)s”超过 %(mb)d MB，请删去图片或拆成几个文件。") % {"name": file.name, "mb": MAX_FILE_BYTES >> 20}, code="too_large"
            )
    intake_files.purge(at)
    upload_id = new_id()
    folder = intake_files.upload_folder(upload_id)
    folder.mkdir(mode=0o700)
    names = intake_files.keep(folder, files)
    _save(folder, {"at": at.isoformat(), "account_id": actor.account_id, "files": names})
    _enqueue(actor, at, PREVIEW, upload_id)
    return upload_id


def find(*, actor: Actor, upload_id: UUID) -> Upload:
    """An upload of the asker's own; anybody else's looks like none."""
    folder = intake_files.upload_folder(upload_id)
    if not (folder / STATE).exists():
        raise NotFound(_("这次上传已经过期或已取消，请重新上传。"))
    state = _load(folder)
    if state["account_id"] != actor.account_id:
        raise NotFound(_("这次上传已经过期或已取消，请重新上传。"))
    job = Job.objects.filter(kind__in=(PREVIEW, WRITE), subject=str(upload_id)).order_by("-created_at").first()
    at = datetime.fromisoformat(state["at"])
    return Upload(upload_id, at, state["files"], state["account_id"], state.get("found"), state.get("written"), job)


def mine(*, actor: Actor) -> list[Upload]:
    """The asker's uploads that wait for an answer, newest first."""
    folders = [f for f in intake_files.base().iterdir() if (f / STATE).exists()]
    found = [find(actor=actor, upload_id=UUID(f.name)) for f in folders if _load(f)["account_id"] == actor.account_id]
    return sorted((u for u in found if u.written is None), key=lambda u: u.at, reverse=True)


def confirm(*, actor: Actor, at: datetime, upload_id: UUID) -> None:
    """Write it, in the background. Raises Conflict when it is not there to be confirmed."""
    _require(actor)
    upload = find(actor=actor, upload_id=upload_id)
    if upload.running or upload.written is not None:
        raise Conflict(_("这次导入已经在写入或已经写入。"), code="already_confirmed")
    if not upload.found or not upload.found["tables"]:
        raise Conflict(_("这些文件里没有可以导入的名单。"), code="nothing_to_write")
    _enqueue(actor, at, WRITE, upload_id)


def cancel(*, actor: Actor, upload_id: UUID) -> None:
    """Forget an upload with all its files."""
    upload = find(actor=actor, upload_id=upload_id)
    if upload.running and upload.job is not None:
        if upload.job.kind == WRITE:
            raise Conflict(_("正在写入，不能取消。写完以后可以在名册里更改。"), code="already_confirmed")
        jobs.cancel(job_id=upload.job.pk)
    shutil.rmtree(intake_files.upload_folder(upload_id), ignore_errors=True)


def marked_file(*, actor: Actor, upload_id: UUID, number: int) -> Path:
    """One of the marked workbooks, counted from 0."""
    upload = find(actor=actor, upload_id=upload_id)
    names = (upload.written or upload.found or {}).get("marked", [])
    if not 0 <= number < len(names):
        raise NotFound
    return intake_files.upload_folder(upload_id) / intake_files.MARKED / str(names[number])


def run_preview_job(run: JobRun, *, upload_id: str, paths: list[str]) -> dict[str, Any]:
    """Read an upload and keep what it would do."""
    folder, outcome = _run(run, upload_id, paths, dry_run=True)
    if folder.is_dir():
        _save(folder, _load(folder) | {"found": shown(outcome)})
    return _counts(outcome)


def run_intake_job(run: JobRun, *, upload_id: str, paths: list[str]) -> dict[str, Any]:
    """Write a confirmed upload; its files go away, the marked copies stay their day."""
    folder = intake_files.upload_folder(UUID(upload_id))
    written = _load(folder).get("written") if (folder / STATE).exists() else None
    if written is not None:
        # Handed out again after a crash between the commit and the end of the job.
        return {name: written[name] for name in ("people", "created", "updated", "unchanged", "neighborhoods", "refused")}
    folder, outcome = _run(run, upload_id, paths, dry_run=False)
    _save(folder, _load(folder) | {"written": shown(outcome)})
    intake_files.forget_files(folder)
    return _counts(outcome)


def shown(outcome: Outcome) -> dict[str, Any]:
    """What a page shows of an outcome, as plain data."""
    plan = outcome.plan
    words = sorted(plan.heard.items(), key=lambda pair: -pair[1])[:SHOWN_WORDS]
    return {
        **outcome.as_dict(),
        "problems": [problem.as_dict() for problem in plan.problems[:SHOWN_PROBLEMS]],
        "more_problems": max(0, len(plan.problems) - SHOWN_PROBLEMS),
        "tables": plan.tables,
        "sheets": [asdict(sheet) for sheet in plan.sheets],
        "heard": [[field, text, count] for (field, text), count in words],
        "marked": [path.name for path in outcome.marked],
    }


def _run(run: JobRun, upload_id: str, paths: list[str], *, dry_run: bool) -> tuple[Path, Outcome]:
    folder = intake_files.upload_folder(UUID(upload_id))
    files = folder / intake_files.UPLOADED
    if not files.is_dir():
        raise NotFound(_("上传的文件已过期，请重新上传。"))
    actor = Actor(run.job.account_id, run.job.actor_name, tuple(Granted("commander", path) for path in paths))
    marked = folder / intake_files.MARKED
    shutil.rmtree(marked, ignore_errors=True)
    outcome = intake(actor=actor, at=clock.now(), paths=[files], dry_run=dry_run, progress=run.progress, marked=marked)
    return folder, outcome


def _counts(outcome: Outcome) -> dict[str, Any]:
    found = outcome.as_dict()
    return {key: found[key] for key in ("people", "created", "updated", "unchanged", "neighborhoods", "refused")}


def _require(actor: Actor) -> None:
    root = Unit.objects.filter(depth=1).first()
    actor.require("people.intake", root.path if root else "")


def _enqueue(actor: Actor, at: datetime, kind: str, upload_id: UUID) -> None:
    args = {"upload_id": str(upload_id), "paths": list(actor.paths("people.intake"))}
    jobs.enqueue(actor=actor, at=at, kind=kind, subject=str(upload_id), args=args)


def _load(folder: Path) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(sealed.unseal((folder / STATE).read_text()))
    return state


def _save(folder: Path, state: dict[str, Any]) -> None:
    """Sealed, since it holds free words of people; swapped in whole, since a page may be reading it."""
    fresh = folder / f".{STATE}"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(sealed.seal(json.dumps(state, ensure_ascii=False)))
    fresh.replace(folder / STATE)
