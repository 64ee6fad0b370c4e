"""The intake's pages: right person, stranger, read-only member, wrong method; upload, preview, yes and no."""

import os
import stat
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jimu.accounts.models import Account, Grant
from jimu.core import clock, jobs
from jimu.core.models import Job, JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.grid.actions import NeighborhoodFacts, ensure_neighborhoods, found_subdistrict
from jimu.grid.models import Unit
from jimu.people import intake_files
from jimu.people.models import Person
from jimu.people.tests.offices import CAST, phone_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.JIMU_HOME = tmp_path / "home"
    (tmp_path / "home").mkdir()


@pytest.fixture
def root():
    unit = found_subdistrict(actor=SYSTEM, at=clock.now(), name="某街道")
    ensure_neighborhoods(actor=SYSTEM, at=clock.now(), root=unit, facts=[NeighborhoodFacts("三江居民区", "三江")])
    return unit


def client(root, role, name="alice"):
    account = Account.objects.create_user(username=name, password="a-long-password", display_name=name)
    if role:
        Grant.objects.create(account=account, role=role, unit=root)
    signed_in = Client()
    signed_in.force_login(account)
    return signed_in


@pytest.fixture
def alice(root):
    return client(root, "commander")


def workbook(tmp_path, rows):
    path = save(tmp_path / "三江储备.xlsx", ("志愿者", [["姓名", "手机", "近14天健康状况", "时间"], *rows]))
    return SimpleUploadedFile(path.name, path.read_bytes())


@pytest.fixture
def file(tmp_path):
    rows = [[p.name, p.phone, "密接" if n == 0 else "健康", "周一三五晚" if n else "看猫的心情"] for n, p in enumerate(CAST)]
    return workbook(tmp_path, [*rows, ["王某某", "199", None, None], ["同号人", CAST[1].phone, None, None]])


@pytest.fixture
def clean(tmp_path):
    """A list without any problem, for what is not about marked workbooks: those are made by a process of its own."""
    return workbook(tmp_path, [[p.name, p.phone, "健康", "周一三五晚"] for p in CAST])


def upload(browser, *files):
    response = browser.post(reverse("people:intake_start"), {"files": files})
    assert response.status_code == 302, response.content.decode()
    return response.url


def work():
    """Run what waits, as the worker does."""
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.execute(str(job.pk))


def test_an_upload_is_read_shown_confirmed_and_written(alice, file):
    page = upload(alice, file)
    assert "正在读" in alice.get(page).content.decode()
    assert alice.get(page + "progress/").status_code == 200
    work()
    assert alice.get(page + "progress/")["HX-Refresh"] == "true"
    shown = alice.get(page).content.decode()
    assert f"确认导入 {len(CAST) + 1} 人" in shown
    for words in ("这个手机号还有别人在用", "没有有效的手机号", "看猫的心情", "周一、周三、周五 18:00–22:00", "王*国", "199****0000", "三江储备（已标注）.xlsx"):
        assert words in shown
    assert Person.objects.count() == 0
    alice.post(page + "confirm/")
    assert "正在写入" in alice.get(page).content.decode()
    work()
    assert "已导入" in alice.get(page).content.decode()
    assert Person.objects.count() == len(CAST) + 1
    history = alice.get(reverse("people:intake")).content.decode()
    assert "三江储备.xlsx" in history
    assert JournalEntry.objects.get(verb="people.intake").actor_name == "alice"


def test_no_number_health_fact_or_full_name_stands_on_the_page(alice, file):
    page = upload(alice, file)
    work()
    shown = alice.get(page).content.decode()
    assert CAST[0].phone not in shown
    assert "密接" not in shown
    assert CAST[0].name not in shown


def test_the_marked_workbook_can_be_fetched_before_and_after(alice, file):
    page = upload(alice, file)
    for _step in range(2):
        work()
        answer = alice.get(page + "marked/0/")
        assert "attachment" in answer["Content-Disposition"]
        path = intake_files.base() / "fetched.xlsx"
        path.write_bytes(answer.content)
        assert openpyxl.load_workbook(path)["志愿者"].cell(len(CAST) + 2, 2).comment is not None
        alice.post(page + "confirm/")
    assert alice.get(page + "marked/1/").status_code == 404


def test_files_are_kept_for_their_owner_only_and_go_after_the_yes(alice, clean):
    page = upload(alice, clean)
    folder = intake_files.base() / page.rstrip("/").rsplit("/", 1)[1]
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert CAST[0].name.encode() not in (folder / "state").read_bytes()
    work()
    alice.post(page + "confirm/")
    work()
    assert not (folder / "files").exists()


def test_a_no_removes_everything_and_writes_nothing(alice, clean):
    page = upload(alice, clean)
    work()
    alice.post(page + "cancel/")
    assert list(intake_files.base().iterdir()) == []
    assert Person.objects.count() == 0
    assert alice.get(page).status_code == 404


def test_a_no_while_it_is_being_read_stops_it(alice, clean):
    page = upload(alice, clean)
    alice.post(page + "cancel/")
    assert Job.objects.get().state == Job.State.CANCELLED
    work()
    assert list(intake_files.base().iterdir()) == []


def test_a_second_yes_is_refused_and_writes_nothing_twice(alice, clean):
    page = upload(alice, clean)
    work()
    alice.post(page + "confirm/")
    assert alice.post(page + "confirm/").status_code == 409
    work()
    assert alice.post(page + "confirm/").status_code == 409
    assert Person.objects.count() == len(CAST)


def test_a_job_handed_out_again_after_its_commit_writes_nothing_twice(alice, clean):
    page = upload(alice, clean)
    work()
    alice.post(page + "confirm/")
    work()
    Job.objects.filter(kind="people.intake").update(state=Job.State.QUEUED)
    work()
    assert Job.objects.get(kind="people.intake").state == Job.State.DONE
    assert Person.objects.count() == len(CAST)


def test_what_holds_no_list_says_why_and_cannot_be_confirmed(alice, tmp_path):
    page = upload(alice, SimpleUploadedFile("坏.xlsx", b"rubbish"))
    work()
    shown = alice.get(page).content.decode()
    assert "这不是一个完整的 Excel 工作簿" in shown
    assert "什么也不会写入" in shown
    assert alice.post(page + "confirm/").status_code == 409


@pytest.mark.parametrize("files", [[], [SimpleUploadedFile("a.exe", b"x")], [SimpleUploadedFile(f"{n}.csv", b"x") for n in range(61)]])
def test_what_nobody_could_read_is_refused_at_once(alice, files):
    assert alice.post(reverse("people:intake_start"), {"files": files}).status_code == 422
    assert not Job.objects.exists()


def test_a_name_that_climbs_out_of_its_folder_stays_in_it(alice, root):
    file = SimpleUploadedFile("x.csv", f"姓名,手机\n王建国,{phone_of(1)}".encode())
    file.name = "a.csv"
    file._name = "../../../evil.csv"
    upload(alice, file, SimpleUploadedFile("a.csv", b"x"), SimpleUploadedFile("a.csv", b"x"))
    kept = sorted(p.name for p in intake_files.base().glob("*/files/*"))
    assert len(kept) == 3
    assert not [p for p in intake_files.base().parent.rglob("evil.csv") if p.parent.name != "files"]


@pytest.mark.parametrize("role", [None, "auditor", "building_leader", "secretary"])
def test_who_may_not_import_sees_no_page_and_no_upload(root, alice, file, role):
    page = upload(alice, file)
    bob = client(root, role, "bob")
    for address in (reverse("people:intake"), page, page + "progress/", page + "marked/0/"):
        assert bob.get(address).status_code in {403, 404}
    for address in (reverse("people:intake_start"), page + "confirm/", page + "cancel/"):
        assert bob.post(address).status_code in {403, 404}
    assert os.path.exists(intake_files.base() / page.rstrip("/").rsplit("/", 1)[1])


def test_another_commanders_upload_looks_like_none(root, alice, clean):
    page = upload(alice, clean)
    work()
    carol = client(root, "commander", "carol")
    missing = reverse("people:intake_upload", args=[uuid4()])
    assert carol.get(page).status_code == carol.get(missing).status_code == 404
    for action in ("confirm/", "cancel/"):
        assert carol.post(page + action).status_code == 404
    assert "三江储备" not in carol.get(reverse("people:intake")).content.decode()


def test_a_commander_of_a_part_cannot_import_for_the_whole(root, file):
    part = Unit.objects.get_children(root).first()
    dora = client(part, "commander", "dora")
    assert dora.post(reverse("people:intake_start"), {"files": [file]}).status_code == 403
    assert not Job.objects.exists()


def test_the_wrong_method_and_nobody_at_all(alice, root, file):
    page = upload(alice, file)
    for address in (page + "confirm/", page + "cancel/", reverse("people:intake_start")):
        assert alice.get(address).status_code == 405
    for address in (page, reverse("people:intake")):
        assert alice.post(address).status_code == 405
        assert Client().get(address).status_code == 302


def test_the_history_asks_the_same_whatever_its_length(alice, root, django_assert_max_num_queries):
    for size in (1, 40):
        for n in range(size):
            data = {"people": n, "created": n, "updated": 0, "refused": 0, "files": ["a.xlsx"]}
            JournalEntry.objects.create(at=clock.now(), actor_name="alice", verb="people.intake", target="unit:x", scope=root.path, data=data)
        with django_assert_max_num_queries(14):
            alice.get(reverse("people:intake"))
