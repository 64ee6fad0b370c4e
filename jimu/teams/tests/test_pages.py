"""Pages, API and commands of teams: for those with the right, in their part, by the right method."""

import pytest
import time_machine
from django.urls import reverse

from jimu.core import jobs
from jimu.core.commands import run
from jimu.core.models import Job
from jimu.core.permissions import SYSTEM
from jimu.teams import drawing, forming
from jimu.teams.models import Membership, Seat

from .conftest import TEN, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def formed(world: World) -> World:
    forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk)
    return world


def addresses(world: World) -> list[str]:
    team = world.team("hexagon").pk
    return [
        reverse("teams:index"), reverse("teams:cell", args=[world.incident.pk, world.first.pk]), reverse("teams:team", args=[team]),
        reverse("teams:order", args=[team]), reverse("teams:unit_panel", args=[world.first.pk]),
    ]  # fmt: skip


def test_a_stranger_is_sent_to_sign_in(formed: World, client) -> None:
    for address in addresses(formed):
        assert client.get(address).status_code == 302


def test_an_auditor_reads_and_changes_nothing(formed: World, signed_in) -> None:
    client = signed_in(formed.account("auditor"))
    for address in addresses(formed):
        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 405
    for name in ("confirm", "channel", "dissolve", "release"):
        assert client.post(reverse(f"teams:{name}", args=[formed.team("squad").pk])).status_code == 403
    assert client.get(reverse("teams:choices", args=[formed.seat("squad", "member").pk])).status_code == 403


def test_what_lies_elsewhere_looks_like_what_does_not_exist(formed: World, signed_in) -> None:
    client = signed_in(formed.account("secretary", formed.second))
    for address in addresses(formed)[1:]:
        assert client.get(address).status_code == 404
    page = client.get(reverse("teams:index")).content.decode()
    assert "乙一居民区" in page
    assert "甲一居民区" not in page


def test_the_hexagon_says_in_words_what_it_draws(formed: World, signed_in) -> None:
    page = signed_in(formed.account("commander")).get(reverse("teams:index")).content.decode()
    assert 'aria-label="六方工作组，组长街道领导：医护 1/3，民警 1/2' in page
    assert "缺 " in page


def test_an_open_seat_offers_people_with_reasons_and_one_is_seated(formed: World, signed_in) -> None:
    client = signed_in(formed.account("secretary", formed.first))
    seat = Seat.objects.filter(team=formed.team("supplies"), code="carrier").first()
    Membership.objects.filter(seat=seat).update(until=TEN)
    page = client.get(reverse("teams:choices", args=[seat.pk])).content.decode()
    assert "就在本居民区" in page
    free = next(p for name, p in formed.people.items() if name.startswith("志愿") and name in page)
    answer = client.post(reverse("teams:claim", args=[seat.pk]), {"person": free.pk})
    assert answer["Location"] == reverse("teams:team", args=[seat.team_id])
    assert Membership.objects.get(seat=seat, until=None).person_id == free.pk
    assert client.post(reverse("teams:claim", args=[seat.pk]), {"person": "x"}).status_code == 422


def test_a_search_by_name_shows_what_stands_in_the_way(formed: World, signed_in) -> None:
    client = signed_in(formed.account("commander"))
    seat = formed.seat("hexagon", "medic", formed.second)
    page = client.get(reverse("teams:choices", args=[seat.pk]), {"q": "物业0"}).content.decode()
    assert "不是这个席位要的人员类别" in page
    assert "破例安排" in page


def test_forming_runs_as_a_job_that_can_be_watched(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    page = client.post(reverse("teams:form", args=[world.incident.pk]))["Location"]
    assert client.get(page).status_code == 200
    job = Job.objects.get(kind="teams.form")
    jobs.execute(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.result["teams"] > 10) == ("done", True)
    assert client.post(reverse("teams:form", args=[world.incident.pk])).status_code == 302


def test_queries_do_not_grow_with_teams(world: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(world.account("commander"))
    for units in ([world.second.pk], None):
        forming.form_teams(actor=SYSTEM, at=TEN, incident_id=world.incident.pk, unit_ids=units)
        with django_assert_max_num_queries(20):
            assert client.get(reverse("teams:index")).status_code == 200


def test_the_order_prints_a_card_for_each_member(formed: World, signed_in) -> None:
    page = signed_in(formed.account("commander")).get(reverse("teams:order", args=[formed.team("hexagon").pk])).content.decode()
    assert page.count('class="duty-card"') == Membership.objects.filter(team=formed.team("hexagon"), until=None).count()


def test_the_api_forms_and_claims(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    base = f"/api/v1/teams/incidents/{world.incident.pk}"
    made = client.post(base + "/form", {}, content_type="application/json").json()
    assert made["teams"] > 10
    assert [(cell["name"], cell["teams"] > 10) for cell in client.get(base).json()] == [("甲一居民区", True), ("乙一居民区", True)]
    teams = {team["template"]: team for team in client.get(f"{base}/units/{world.second.pk}").json()}
    seat = next(seat for seat in teams["hexagon"]["seats"] if seat["title"] == "医护")
    answer = client.post(f"/api/v1/teams/seats/{seat['id']}/claim", {"person_id": str(world.people["物业0"].pk)}, content_type="application/json")
    assert (answer.status_code, "not_fitting" in answer.content.decode()) == (409, True)


def test_the_commands_form_list_and_check(world: World, capsys, tmp_path) -> None:
    assert run(["teams", "form"]) == 0
    assert run(["teams", "list"]) == 0
    assert "甲一居民区  16 支" in capsys.readouterr().out
    broken = tmp_path / "own.yaml"
    broken.write_text("code: x\n", encoding="utf-8")
    assert run(["teams", "check", str(broken)]) == 1
    assert "own.yaml 第 1 行" in capsys.readouterr().err


def test_the_drawing_has_a_side_for_each_side_and_says_how_full() -> None:
    found = drawing.hexagon({"街道领导": (1, 1, True), "医护": (1, 3, True), "民警": (0, 1, False), "居委": (1, 2, False)}, lead="街道领导", leader="")
    assert [(side.name, side.state) for side in found.sides] == [("医护", "whole"), ("民警", "open"), ("居委", "part")]
    assert not found.led
    assert len({side.path for side in found.sides}) == 3
