"""Who may ask the API: tokens and sessions, and every refusal in the same envelope."""

from datetime import timedelta

import pytest
from django.test import Client

from jimu.accounts.models import Account, Grant
from jimu.api import actions, doors
from jimu.api.models import ApiToken
from jimu.core import clock, jobs
from jimu.core.models import Job, JournalEntry
from jimu.core.permissions import SYSTEM

ME = "/api/v1/me"


def fault(response) -> str:
    assert response["Content-Type"].startswith("application/json")
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "data"}
    assert body["error"]["message"]
    return body["error"]["code"]


@pytest.mark.parametrize("path", [ME, "/api/v1/board", "/api/v1/incidents", "/api/v1/journal"])
def test_nobody_is_told_to_sign_in(db, path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 401
    assert fault(response) == "sign_in_needed"


def test_a_program_that_sends_something_without_a_token_is_told_to_sign_in_too(db) -> None:
    response = Client(enforce_csrf_checks=True).post("/api/v1/needs", {}, content_type="application/json")
    assert response.status_code == 401
    assert fault(response) == "sign_in_needed"


def test_a_token_acts_with_the_rights_of_its_account(account, token, program, grid) -> None:
    secretary = account("secretary", "甲")
    client = program(token(secretary))
    told = client.get(ME).json()
    assert told["account_id"] == secretary.pk
    assert told["granted"] == [{"role": "secretary", "path": grid["甲"].path}]
    Grant.objects.all().delete()
    assert client.get(ME).json()["granted"] == []


def test_a_token_that_is_unknown_revoked_expired_or_of_a_closed_account_opens_nothing(account, token, program) -> None:
    commander = account("commander")
    good, old = token(commander), token(commander, days=1, ago=timedelta(days=2))
    assert program(good).get(ME).status_code == 200
    assert program(old).get(ME).status_code == 401
    assert fault(program(good + "x").get(ME)) == "sign_in_needed"
    for token_id in ApiToken.objects.values_list("pk", flat=True):
        actions.revoke_token(actor=SYSTEM, at=clock.now(), token_id=token_id)
    assert program(good).get(ME).status_code == 401
    fresh = token(commander)
    Account.objects.filter(pk=commander.pk).update(is_active=False)
    assert program(fresh).get(ME).status_code == 401


def test_a_bad_token_is_not_rescued_by_a_session(account, browser) -> None:
    client = browser(account("commander"))
    assert client.get(ME).status_code == 200
    assert client.get(ME, headers={"authorization": "Bearer jimu_wrong"}).status_code == 401


@pytest.mark.parametrize(("read_only", "status"), [(True, 403), (False, 200)])
def test_a_token_for_reading_changes_nothing(account, token, program, read_only: bool, status: int) -> None:
    commander = account("commander")
    client = program(token(commander, read_only=read_only))
    job = Job.objects.create(kind="x", subject="x", account_id=commander.pk, actor_name="x", created_at=clock.now())
    assert client.get(f"/api/v1/jobs/{job.pk}").status_code == 200
    response = client.post(f"/api/v1/jobs/{job.pk}/cancel")
    assert response.status_code == status
    job.refresh_from_db()
    assert job.state == (Job.State.QUEUED if read_only else Job.State.CANCELLED)
    if read_only:
        assert fault(response) == "read_only_token"


def test_a_session_needs_the_csrf_token_to_change_anything(account, browser) -> None:
    commander = account("commander")
    job = Job.objects.create(kind="x", subject="x", account_id=commander.pk, actor_name="x", created_at=clock.now())
    client = browser(commander, enforce_csrf_checks=True)
    client.get("/accounts/me/")
    path = f"/api/v1/jobs/{job.pk}/cancel"
    refused = client.post(path)
    assert refused.status_code == 403
    assert fault(refused) == "csrf_failed"
    client.get("/tokens/")
    assert client.post(path, headers={"x-csrftoken": client.cookies["csrftoken"].value}).status_code == 200


def test_use_is_noted_at_most_once_an_hour(account, token, program) -> None:
    client = program(token(account("commander")))
    client.get(ME)
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    client.get(ME)
    assert ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(hours=2))
    client.get(ME)
    assert ApiToken.objects.get().last_used_at > first


def test_the_journal_tells_a_program_from_its_owner(account, token, rf) -> None:
    secretary = account("secretary", "甲")
    request = rf.get(ME)
    doors.TokenAuth().authenticate(request, token(secretary))
    assert request.actor.name == f"{secretary.display_name}（大屏）"


@pytest.mark.parametrize(("path", "code"), [("/api/v1/nothing", "not_found"), ("/api/v2/me", "not_found")])
def test_an_address_that_is_not_there_answers_in_the_envelope(db, path: str, code: str) -> None:
    response = Client().get(path)
    assert response.status_code == 404
    assert fault(response) == code


def test_what_cannot_be_read_is_refused_without_repeating_it(account, token, program) -> None:
    client = program(token(account("commander")))
    response = client.post("/api/v1/incidents", b'{"playbook": "13800138000', content_type="application/json")
    assert response.status_code in (400, 422)
    assert "13800138000" not in response.content.decode()
    wrong = client.get("/api/v1/journal?page=13800138000")
    assert wrong.status_code == 422
    assert fault(wrong) == "invalid"
    assert "13800138000" not in wrong.content.decode()


def test_a_failure_within_answers_in_the_envelope_and_tells_nothing(account, token, program, monkeypatch, caplog) -> None:
    client = program(token(account("commander")))

    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("inner words")

    monkeypatch.setattr("jimu.core.queries.journal_for", breaks)
    client.raise_request_exception = False
    response = client.get("/api/v1/journal")
    assert response.status_code == 500
    assert fault(response) == "broken"
    assert "inner words" not in response.content.decode()
    assert "inner words" in caplog.text


def test_a_job_of_another_looks_like_none_to_who_may_not_see_jobs(account, browser) -> None:
    mine, other = account("member", "甲"), account("member", "甲")
    job = Job.objects.create(kind="x", subject="x", account_id=mine.pk, actor_name="x", created_at=clock.now())
    system = Job.objects.create(kind="x", subject="y", account_id=None, actor_name="system", created_at=clock.now())
    path = f"/api/v1/jobs/{job.pk}"
    assert browser(mine).get(path).status_code == 200
    assert browser(other).get(path).status_code == 404
    assert browser(other).get(f"/api/v1/jobs/{system.pk}").status_code == 404
    assert browser(other).post(f"{path}/cancel").status_code == 404
    assert browser(account("auditor")).get(path).status_code == 200
    assert browser(mine).delete(path).status_code == 405


def test_the_journal_is_paged_and_keeps_to_the_part_of_the_reader(account, browser, grid) -> None:
    auditor = account("auditor", "甲")
    JournalEntry.objects.bulk_create(
        JournalEntry(at=clock.now(), actor_name="x", verb=verb, target="x:1", scope=grid[unit].path)
        for unit in ("甲", "乙") for verb in ("a.done", "a.done", "b.done")
    )  # fmt: skip
    client = browser(auditor)
    first = client.get("/api/v1/journal?size=2").json()
    assert first["page"] == {"number": 1, "size": 2, "pages": 2, "total": 3}
    last = client.get("/api/v1/journal?size=2&page=9").json()
    assert last["page"]["number"] == 2
    assert len({row["id"] for row in first["items"] + last["items"]}) == 3
    assert client.get("/api/v1/journal?verb=b").json()["page"]["total"] == 1
    assert fault(browser(account("member")).get("/api/v1/journal")) == "not_permitted"


def test_jobs_can_be_watched_through_the_api_by_who_started_them(account, token, program) -> None:
    commander = account("commander")
    job = Job.objects.create(kind="x", subject="x", account_id=commander.pk, actor_name="x", created_at=clock.now())
    jobs.JobRun(job).progress(0.5, "一半")
    told = program(token(commander)).get(f"/api/v1/jobs/{job.pk}").json()
    assert (told["progress"], told["note"], told["state"]) == (0.5, "一半", "queued")
