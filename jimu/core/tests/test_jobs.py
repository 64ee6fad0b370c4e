"""Background jobs: watched, cancelled, failed with a sentence, and done though a worker dies."""

from typing import Any

import pytest
from django.db import transaction
from django_q.models import OrmQ

from jimu.core import clock, jobs
from jimu.core.errors import Conflict, Invalid
from jimu.core.jobs import JobRun
from jimu.core.models import Job, Pulse
from jimu.core.permissions import SYSTEM

pytestmark = pytest.mark.django_db


def enqueue(subject: str = "roster:1", kind: str = "test.work", **args: Any) -> Job:
    return jobs.enqueue(actor=SYSTEM, at=clock.now(), kind=kind, subject=subject, args=args)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch):
    """Give the kind `test.work` a handler."""

    def give(act: Any) -> None:
        monkeypatch.setattr(jobs, "handler", lambda kind: act)

    return give


def after(job: Job) -> Job:
    jobs.execute(str(job.pk))
    return Job.objects.get(pk=job.pk)


def test_a_job_and_its_task_are_there_together_or_neither_is() -> None:
    def undone() -> None:
        with transaction.atomic():
            enqueue()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    assert (Job.objects.count(), OrmQ.objects.count()) == (0, 0)
    job = enqueue()
    assert [task.name() for task in OrmQ.objects.all()] == [str(job.pk)]


def test_a_subject_has_one_open_job_of_a_kind() -> None:
    enqueue()
    with pytest.raises(Conflict) as refused:
        enqueue()
    assert refused.value.code == "job_open"
    assert OrmQ.objects.count() == 1
    enqueue(subject="roster:2")
    enqueue(kind="test.other")


def test_a_done_job_keeps_its_result_and_frees_its_subject(work) -> None:
    work(lambda run, days: {"days": days})
    job = after(enqueue(days=14))
    assert (job.state, job.result, job.progress, job.attempts) == (Job.State.DONE, {"days": 14}, 1.0, 1)
    assert job.started_at <= job.finished_at
    enqueue(days=14)


def test_a_refusal_becomes_the_sentence_of_the_job(work) -> None:
    def refuse(run: JobRun) -> None:
        raise Invalid("没有可排的人。")

    work(refuse)
    job = after(enqueue())
    assert (job.state, job.error) == (Job.State.FAILED, "没有可排的人。")


def test_a_mistake_in_the_program_is_logged_and_says_nothing_of_its_inside(work, caplog) -> None:
    def stumble(run: JobRun) -> None:
        raise KeyError("10000001234")

    work(stumble)
    job = after(enqueue())
    assert job.state == Job.State.FAILED
    assert "10000001234" not in job.error
    assert "failed" in caplog.text


def test_progress_is_written_while_it_runs(work) -> None:
    seen: list[tuple[float, str]] = []

    def go(run: JobRun) -> None:
        run.progress(0.5, "一半")
        seen.extend(Job.objects.values_list("progress", "note"))

    work(go)
    after(enqueue())
    assert seen == [(0.5, "一半")]


def test_a_running_job_stops_where_it_next_shows_progress(work) -> None:
    def go(run: JobRun) -> None:
        run.progress(0.1)
        jobs.cancel(job_id=run.job.pk)
        assert run.cancelled()
        run.progress(0.2)
        raise AssertionError("it went on")

    work(go)
    job = after(enqueue())
    assert (job.state, job.progress) == (Job.State.CANCELLED, 0.1)


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(work) -> None:
    work(lambda run: pytest.fail("it ran"))
    job = enqueue()
    jobs.cancel(job_id=job.pk)
    assert after(job).state == Job.State.CANCELLED


def test_a_job_handed_out_again_after_it_was_done_does_nothing(work) -> None:
    runs: list[int] = []
    work(lambda run: runs.append(1))
    job = enqueue()
    after(job)
    after(job)
    assert runs == [1]


def test_a_job_that_keeps_taking_its_worker_down_is_given_up(work) -> None:
    runs: list[int] = []

    class KilledError(BaseException):
        pass

    def die(run: JobRun) -> None:
        runs.append(1)
        raise KilledError

    work(die)
    job = enqueue()
    for _ in range(jobs.MAX_ATTEMPTS):
        with pytest.raises(KilledError):
            jobs.execute(str(job.pk))
    assert after(job).state == Job.State.FAILED
    assert len(runs) == jobs.MAX_ATTEMPTS


@pytest.mark.django_db(transaction=True)
def test_pages_that_watch_a_job_are_told(work) -> None:
    work(lambda run: run.progress(0.5))
    job = after(enqueue())
    assert Pulse.objects.get(topic=f"job:{job.pk}").version >= 2


def test_recovery_fails_open_jobs_whose_task_is_lost_and_leaves_the_others() -> None:
    kept, lost = enqueue(), enqueue(subject="roster:2")
    OrmQ.objects.filter(pk=next(task.pk for task in OrmQ.objects.all() if task.name() == str(lost.pk))).delete()
    assert jobs.recover(alone=False) == 1
    assert Job.objects.get(pk=lost.pk).state == Job.State.FAILED
    assert Job.objects.get(pk=kept.pk).state == Job.State.QUEUED
    enqueue(subject="roster:2")


def test_recovery_hands_out_held_tasks_only_when_no_other_worker_may_hold_them() -> None:
    enqueue()
    held = clock.now().replace(year=clock.now().year + 1)
    OrmQ.objects.update(lock=held)
    jobs.recover(alone=False)
    assert OrmQ.objects.get().lock == held
    jobs.recover(alone=True)
    assert OrmQ.objects.get().lock <= clock.now()


def test_a_kind_that_no_brick_declares_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        jobs.handler("no.such_kind")
