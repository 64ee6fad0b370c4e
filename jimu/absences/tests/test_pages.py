"""Pages, API and commands: preview, then the act; who may read only; what a page says when a name is wrong."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jimu.absences.models import Absence
from jimu.accounts.models import Account
from jimu.core import clock, commands

from .conftest import SIX, Committee

pytestmark = pytest.mark.django_db
SignIn = Callable[[Account], Client]


@pytest.fixture(autouse=True)
def six(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is six in the morning."""
    monkeypatch.setattr(clock, "now", lambda: SIX)
    monkeypatch.setattr(clock, "today", lambda: SIX.date())
    return SIX


def form(at: Committee, **more: object) -> dict[str, object]:
    return {"names": "", "committee": str(at.world.units["甲一"].pk), "days": 3, "back_on": "2026-04-08", "reason": "quarantine", **more}


def test_a_secretary_sees_what_follows_and_confirms(committee: Committee, signed_in: SignIn) -> None:
    client = signed_in(committee.world.account("secretary", committee.world.units["甲一"]))
    empty = client.get(reverse("absences:new")).content.decode()
    assert "还什么都没有改" not in empty
    # A box for a date reads no other form.
    assert 'value="2026-04-13"' in empty
    shown = client.post(reverse("absences:new"), form(committee)).content.decode()
    assert "关键岗位" in shown
    assert "副手" in shown
    assert not Absence.objects.exists()
    ids = [str(committee.world.people[name].pk) for name in ("居一", "居二")]
    done = client.post(reverse("absences:new"), form(committee, sure="1", person=ids))
    made = Absence.objects.get()
    assert done["Location"] == reverse("absences:show", args=[made.pk])
    page = client.get(done["Location"]).content.decode()
    assert "隔离" in page
    assert "居三" not in page
    assert "2 人不在岗" in client.get(reverse("absences:index")).content.decode()
    client.post(reverse("absences:back", args=[made.pk]), {"person": ids[:1]})
    row = made.people.get(person=ids[0])
    shift = committee.shift(1)
    assert "接着上" in client.get(done["Location"]).content.decode()
    client.post(reverse("absences:again", args=[made.pk, row.pk, shift.pk]))
    assert committee.seated(1) == {"居一"}


@pytest.mark.parametrize(("more", "said"), [
    ({"names": "查无此人", "committee": ""}, "没有找到"), ({"committee": ""}, "请写明是谁"), ({"committee": "", "contact": "居一", "days": 99}, "14"),
])  # fmt: skip
def test_a_wrong_name_is_said_and_nothing_written(committee: Committee, signed_in: SignIn, more: dict[str, object], said: str) -> None:
    answer = signed_in(committee.world.account("commander")).post(reverse("absences:new"), form(committee, **more))
    assert (answer.status_code, Absence.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_who_may_only_read_reads_and_a_stranger_does_not(committee: Committee, signed_in: SignIn) -> None:
    made = committee.out()
    address = reverse("absences:show", args=[made.pk])
    auditor = signed_in(committee.world.account("auditor"))
    assert auditor.get(address).status_code == 200
    assert auditor.get(reverse("absences:new")).status_code == 403
    assert auditor.post(reverse("absences:back", args=[made.pk])).status_code == 403
    other = signed_in(committee.world.account("secretary", committee.world.units["乙一"]))
    assert other.get(address).status_code == 404
    assert signed_in(committee.world.account("member")).get(reverse("absences:index")).status_code == 403


def test_lists_do_not_ask_more_for_more_people(committee: Committee, signed_in: SignIn, django_assert_max_num_queries) -> None:
    made = committee.out()
    client = signed_in(committee.world.account("commander"))
    for address in (reverse("absences:index"), reverse("absences:show", args=[made.pk])):
        client.get(address)
        with django_assert_max_num_queries(25):
            client.get(address)


def test_programs_preview_send_out_and_bring_back(committee: Committee, signed_in: SignIn) -> None:
    client = signed_in(committee.world.account("commander"))
    given = {"committee_of": str(committee.world.units["甲一"].pk), "back_on": "2026-04-08"}
    seen = client.post("/api/v1/absences/preview", given, content_type="application/json").json()
    assert (seen["seats"], seen["critical"], len(seen["people"])) == (6, 4, 3)
    made = client.post("/api/v1/absences/", given, content_type="application/json").json()
    assert made["outcome"]["shifts"] == 6
    back = client.post(f"/api/v1/absences/{made['id']}/back", {}, content_type="application/json").json()
    assert all(row["back_at"] for row in back["people"])
    assert client.get("/api/v1/absences/").json()[0]["id"] == made["id"]


def test_the_command_shows_first_and_acts_when_told(committee: Committee, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["absences", "out", "--committee", "甲一", "--back-on", "2026-04-08"]
    assert commands.run(words) == 0
    assert "什么都没有改" in capsys.readouterr().out
    assert not Absence.objects.exists()
    assert commands.run([*words, "--yes"]) == 0
    made = Absence.objects.get()
    assert commands.run(["absences", "back", str(made.pk), "--names", "居一"]) == 0
    assert commands.run(["absences", "list"]) == 0
    assert "还有 2 人" in capsys.readouterr().out
