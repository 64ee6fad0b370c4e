"""Background jobs: a thin interface of our own over the queue.

A job is a row that pages can watch. Its handler, named by the brick that owns the kind, takes a JobRun and
the job's arguments; it must be idempotent, since the queue hands a job out again after a crash.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_q.models import OrmQ
from django_q.tasks import async_task

from jimu.core import clock, live
from jimu.core.errors import Conflict, JimuError
from jimu.core.models import Job
from jimu.core.permissions import Actor

log = logging.getLogger(__name__)

# A job that takes its worker down with it (out of memory, out of time) is not tried for ever.
MAX_ATTEMPTS = 3
# The name of the second queue (settings.Q_CLUSTER, ALT_CLUSTERS).
QUICK = "quick"
OPEN_STATES = (Job.State.QUEUED, Job.State.RUNNING)


class Cancelled(Exception):
    """The job was asked to stop."""


class JobRun:
    """A running job, as its handler sees it."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def progress(self, share: float, note: str = "") -> None:
        """Show how far it is (0 to 1) with a short note. Raises Cancelled when somebody asked it to stop."""
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled
        Job.objects.filter(pk=self.job.pk).update(progress=share, note=note[:200])
        live.beat(f"job:{self.job.pk}")

    def cancelled(self) -> bool:
        """Whether somebody asked it to stop, for handlers that prefer to end with what they have."""
        return Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists()


def enqueue(*, actor: Actor, at: datetime, kind: str, subject: str, args: Mapping[str, Any]) -> Job:
    """Queue a job. Raises Conflict when one of this kind on this subject is already open."""
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind, subject=subject, args=dict(args), account_id=actor.account_id, actor_name=actor.name, created_at=at
            )
            # The queue lies in the same database: the row and its task are there together, or neither is.
            async_task("jimu.core.jobs.execute", str(job.pk), task_name=str(job.pk)[:36], cluster=lane(kind))
    except IntegrityError as error:
        raise Conflict(_("这件事已经在做了，请等它完成。"), code="job_open") from error
    return job


def cancel(*, job_id: UUID) -> None:
    """Ask a job to stop; one that still waits is cancelled at once."""
    Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=clock.now())
    Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(cancel_asked=True)
    live.beat(f"job:{job_id}")


def execute(job_id: str) -> None:
    """Run a job here and now; the queue's workers call this, and so do commands that wait."""
    job = Job.objects.get(pk=job_id)
    if job.state not in OPEN_STATES:
        return
    if job.attempts >= MAX_ATTEMPTS:
        _finish(job, Job.State.FAILED, error=_("这件事几次都被中断，已停下。请缩小范围再试，或联系管理员。"))
        return
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, started_at=clock.now(), attempts=F("attempts") + 1)
    live.beat(f"job:{job.pk}")
    try:
        result = handler(job.kind)(JobRun(job), **job.args)
    except Cancelled:
        _finish(job, Job.State.CANCELLED)
    except JimuError as error:
        _finish(job, Job.State.FAILED, error=str(error))
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(job, Job.State.FAILED, error=_("程序出了错，已记入日志。请重试；再次失败请联系管理员。"))
    else:
        _finish(job, Job.State.DONE, result=result or {})


def recover(*, alone: bool) -> int:
    """Set right what a crash left behind; returns how many jobs were given up.

    A job that is open and has no task in the queue is failed, so that it blocks nobody. `alone` says that no
    other worker runs on this database: then tasks held by dead workers are handed out at once, instead of
    after the time that the queue allows a living one.
    """
    if alone:
        OrmQ.objects.update(lock=clock.now())
    # Open jobs first: one that is queued between the two reads has its task in the second.
    jobs = list(Job.objects.filter(state__in=OPEN_STATES))
    queued = {task.name() for task in OrmQ.objects.all()}
    lost = [job for job in jobs if str(job.pk) not in queued]
    for job in lost:
        _finish(job, Job.State.FAILED, error=_("服务中断时它还没有做完，请再试一次。"))
    return len(lost)


def lane(kind: str) -> str | None:
    """The queue of a kind: one of its own for what must not wait behind a long solve, None for the usual one."""
    from jimu.bricks import bricks

    return QUICK if any(kind in brick.quick for brick in bricks()) else None


def handler(kind: str) -> Any:
    """The function that runs a kind of job. Raises KeyError for a kind that no brick declares."""
    from jimu.bricks import bricks

    return import_string({k: path for brick in bricks() for k, path in brick.jobs.items()}[kind])


def _finish(job: Job, state: str, *, result: Mapping[str, Any] | None = None, error: str = "") -> None:
    changes: dict[str, Any] = {"state": state, "finished_at": clock.now(), "error": error[:300], "result": dict(result or {})}
    if state == Job.State.DONE:
        changes["progress"] = 1.0
    Job.objects.filter(pk=job.pk).update(**changes)
    live.beat(f"job:{job.pk}")
