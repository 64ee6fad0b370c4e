"""The JSON API of the intake: files in, what they would do, yes or no. The same actions and jobs as the pages."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from jimu.core import clock
from jimu.core.json_api import asker
from jimu.people import intake_uploads
from jimu.people.intake_uploads import Upload

RIGHT = "people.intake"
router = Router()


class ProblemOut(Schema):
    """What could not be taken as it was; `row` counts from 1 as an office program shows it, 0 stands for the whole sheet or file."""

    file: str
    sheet: str
    row: int
    column: str
    severity: str
    code: str
    message: str


class ColumnOut(Schema):
    """A column: its header, the field that it was taken for ('' for none), masked samples."""

    header: str
    field: str
    samples: list[str]


class SheetOut(Schema):
    """One sheet; `rows` counts the people or neighborhoods in it."""

    file: str
    sheet: str
    rows: int
    hidden: bool
    columns: list[ColumnOut]


class FoundOut(Schema):
    """What the files would do, or did. `refused` counts rows; `more_problems` those that are not listed."""

    people: int
    created: int
    updated: int
    unchanged: int
    by_kind: dict[str, int]
    neighborhoods: int
    refused: int
    tables: int
    problems: list[ProblemOut]
    more_problems: int
    sheets: list[SheetOut]
    marked: list[str]


class IntakeOut(Schema):
    """One intake. `stage`: reading, ready (may be confirmed), nothing (no list in it), writing, written, failed."""

    id: UUID
    at: datetime
    files: list[str]
    stage: str
    progress: float
    error: str
    found: FoundOut | None
    page: str


def _shown(upload: Upload) -> dict[str, Any]:
    job = upload.job
    return {
        "id": upload.id, "at": upload.at, "files": list(upload.files), "stage": upload.stage, "progress": job.progress if job else 0.0,
        "error": job.error if job and upload.failed else "", "found": upload.written or upload.found,
        "page": reverse("people:intake_upload", args=[upload.id]),
    }  # fmt: skip


@router.get("", response=list[IntakeOut], summary="等待确认的导入")
def list_intakes(request: HttpRequest) -> Any:
    """The asker's intakes that wait for an answer, newest first."""
    return [_shown(upload) for upload in intake_uploads.mine(actor=asker(request, RIGHT))]


@router.post("", response={202: IntakeOut}, summary="交文件试读")
def start(request: HttpRequest, files: File[list[UploadedFile]]) -> Any:
    """Read files in the background, writing nothing: ask for the intake until its stage is no longer `reading`."""
    actor = asker(request, RIGHT)
    upload_id = intake_uploads.start(actor=actor, at=clock.now(), files=files)
    return Status(202, _shown(intake_uploads.find(actor=actor, upload_id=upload_id)))


@router.get("/{uuid:intake_id}", response=IntakeOut, summary="一次导入")
def intake(request: HttpRequest, intake_id: UUID) -> Any:
    """One intake of the asker's own, kept for a day; names and numbers in its samples are masked."""
    return _shown(intake_uploads.find(actor=asker(request, RIGHT), upload_id=intake_id))


@router.post("/{uuid:intake_id}/confirm", response={202: IntakeOut}, summary="确认写入")
def confirm(request: HttpRequest, intake_id: UUID) -> Any:
    """Write it, in the background. Refused with a conflict while it is read, when it is written, or when it holds no list."""
    actor = asker(request, RIGHT)
    intake_uploads.confirm(actor=actor, at=clock.now(), upload_id=intake_id)
    return Status(202, _shown(intake_uploads.find(actor=actor, upload_id=intake_id)))


@router.post("/{uuid:intake_id}/cancel", response={204: None}, summary="取消导入")
def cancel(request: HttpRequest, intake_id: UUID) -> Any:
    """Forget it with all its files. Refused with a conflict while it is written."""
    intake_uploads.cancel(actor=asker(request, RIGHT), upload_id=intake_id)
    return Status(204, None)
