"""The intake as JSON: files in, a dry run, yes or no; its owner's alone."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jimu.accounts.models import Account, Grant
from jimu.accounts.queries import actor_of
from jimu.api.actions import make_token
from jimu.core import clock, jobs
from jimu.core.models import Job, JournalEntry
from jimu.grid.tests.town import Town
from jimu.people.models import Person
from jimu.people.tests.offices import CAST, phone_of

pytestmark = pytest.mark.django_db
INTAKES = "/api/v1/people/intakes"


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.JIMU_HOME = tmp_path / "home"
    (tmp_path / "home").mkdir()


@pytest.fixture
def commander(town: Town) -> Client:
    return town.client("commander")


def table(*rows: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("志愿者.csv", "\n".join(["姓名,手机", *rows]).encode())


def upload(client: Client, *files: SimpleUploadedFile):
    return client.post(INTAKES, {"files": files or [table(*(f"{p.name},{p.phone}" for p in CAST), "王某某,199")]})


def work() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.execute(str(job.pk))


def test_files_are_read_shown_and_written_on_a_yes(commander):
    before = Person.objects.count()
    answer = upload(commander)
    assert (answer.status_code, answer.json()["stage"], answer.json()["found"]) == (202, "reading", None)
    address = f"{INTAKES}/{answer.json()['id']}"
    work()
    shown = commander.get(address)
    found = shown.json()["found"]
    assert shown.json()["stage"] == "ready"
    assert (found["people"], found["created"], found["refused"]) == (len(CAST), len(CAST), 1)
    assert [(p["row"], p["code"]) for p in found["problems"]][-1] == (len(CAST) + 2, "no_contact")
    assert CAST[0].phone not in shown.content.decode()
    assert CAST[0].name not in shown.content.decode()
    assert [one["id"] for one in commander.get(INTAKES).json()] == [answer.json()["id"]]
    assert Person.objects.count() == before
    assert commander.post(f"{address}/confirm").json()["stage"] == "writing"
    work()
    assert (commander.get(address).json()["stage"], commander.get(address).json()["progress"]) == ("written", 1.0)
    assert Person.objects.count() == before + len(CAST)
    assert commander.post(f"{address}/confirm").status_code == 409
    assert JournalEntry.objects.filter(verb="people.intake").count() == 1


def test_a_no_forgets_it(commander):
    address = f"{INTAKES}/{upload(commander).json()['id']}"
    assert commander.post(f"{address}/cancel").status_code == 204
    assert commander.get(address).status_code == commander.post(f"{address}/cancel").status_code == 404
    assert commander.get(INTAKES).json() == []


def test_what_holds_no_list_says_so_and_cannot_be_confirmed(commander):
    address = f"{INTAKES}/{upload(commander, SimpleUploadedFile('坏.xlsx', b'rubbish')).json()['id']}"
    assert commander.post(f"{address}/confirm").status_code == 409
    work()
    assert (commander.get(address).json()["stage"], commander.get(address).json()["found"]["problems"][0]["code"]) == ("nothing", "not_a_workbook")
    assert commander.post(f"{address}/confirm").json()["error"]["code"] == "nothing_to_write"


def test_what_is_no_file_to_read_is_refused_at_once(commander):
    assert upload(commander, SimpleUploadedFile("a.exe", b"x")).json()["error"]["code"] == "unknown_type"
    assert commander.post(INTAKES, {"files": "words"}).status_code == 422
    assert commander.post(INTAKES).status_code == 422
    assert not Job.objects.exists()


def test_a_failure_is_told_with_its_sentence(commander):
    address = f"{INTAKES}/{upload(commander).json()['id']}"
    Job.objects.update(state=Job.State.FAILED, error="服务中断")
    assert (commander.get(address).json()["stage"], commander.get(address).json()["error"]) == ("failed", "服务中断")


@pytest.mark.parametrize("role", ["secretary", "auditor", "member"])
def test_who_may_not_import_is_refused(town, commander, role):
    address = f"{INTAKES}/{upload(commander).json()['id']}"
    other = town.client(role)
    for answer in (upload(other), other.get(INTAKES), other.get(address), other.post(f"{address}/confirm"), other.post(f"{address}/cancel")):
        assert answer.status_code == 403
    assert commander.get(address).status_code == 200


def test_another_commanders_intake_looks_like_none(town, commander):
    address = f"{INTAKES}/{upload(commander).json()['id']}"
    account = Account.objects.create_user(username="carol", password="a-long-password", display_name="carol")
    Grant.objects.create(account=account, role="commander", unit=town["和风街道"])
    carol = Client()
    carol.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    for place in (address, f"{INTAKES}/{uuid4()}"):
        assert [carol.get(place).status_code, carol.post(f"{place}/confirm").status_code, carol.post(f"{place}/cancel").status_code] == [404] * 3
    assert carol.get(INTAKES).json() == []


def test_a_program_needs_a_token_that_may_write(town, commander):
    account = Account.objects.get(pk=commander.session["_auth_user_id"])
    for read_only, expected in ((True, 403), (False, 202)):
        _, secret = make_token(actor=actor_of(account), at=clock.now(), account_id=account.pk, name="p", days=9, read_only=read_only)
        program = Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {secret}"})
        assert upload(program, table(f"王建国,{phone_of(1)}")).status_code == expected
    assert upload(Client()).status_code == 401
