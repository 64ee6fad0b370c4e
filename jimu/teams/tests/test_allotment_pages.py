"""Pages, API and command of allotments: for those with the right, in their part, by the right method."""

import pytest
import time_machine
from django.urls import reverse

from jimu.core.commands import run
from jimu.core.permissions import SYSTEM
from jimu.teams import allotment_actions
from jimu.teams.allotting import Weights
from jimu.teams.models import Allotment, Placement

from .conftest import TEN, World

pytestmark = pytest.mark.django_db
SLIDERS = {"households": 60, "elders": 20, "posts": 20, "stay": 10, "skills": 50, "near": 5}


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def proposed(world: World) -> Allotment:
    return allotment_actions.propose(actor=SYSTEM, at=TEN, incident_id=world.incident.pk, weights=Weights())


def addresses(world: World, found: Allotment) -> list[str]:
    return [reverse("teams:allotment", args=[world.incident.pk]), reverse("teams:allotment_sheet", args=[found.pk])]


def writes(world: World, found: Allotment) -> list[str]:
    person = world.people["机关0"].pk
    return [
        reverse("teams:allotment_propose", args=[world.incident.pk]), reverse("teams:allotment_in_force", args=[found.pk]),
        reverse("teams:allotment_end", args=[found.pk]), reverse("teams:allotment_adjust", args=[found.pk, person]),
    ]  # fmt: skip


def test_a_stranger_signs_in_and_an_auditor_only_reads(world: World, proposed: Allotment, client, signed_in) -> None:
    auditor = signed_in(world.account("auditor"))
    for address in addresses(world, proposed):
        assert client.get(address).status_code == 302
        assert (auditor.get(address).status_code, auditor.post(address).status_code) == (200, 405)
    for address in writes(world, proposed):
        assert client.post(address).status_code == 302
        assert auditor.post(address, {**SLIDERS, "version": 1}).status_code == 403
    assert "让建议生效" not in auditor.get(addresses(world, proposed)[0]).content.decode()
    assert auditor.get(reverse("teams:allotment_trial", args=[world.incident.pk]), SLIDERS).status_code == 403


def test_a_secretary_sees_the_own_neighborhood_and_nobody_elses(world: World, proposed: Allotment, signed_in) -> None:
    client = signed_in(world.account("secretary", world.second))
    for address in addresses(world, proposed):
        page = client.get(address).content.decode()
        assert "乙一居民区" in page
        assert "甲一居民区" not in page
    for row in Placement.objects.select_related("person"):
        assert (row.person.name in page) is (row.unit_id == world.second.pk)


def test_a_commander_walks_from_sliders_to_in_force(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    board = reverse("teams:allotment", args=[world.incident.pk])
    assert "还没有测算过" in client.get(board).content.decode()
    tried = client.get(reverse("teams:allotment_trial", args=[world.incident.pk]), SLIDERS).content.decode()
    assert "这是试算" in tried
    assert "之前 0 人，之后 3 人，应有 3.0 人" in tried
    assert not Allotment.objects.exists()
    assert client.get(reverse("teams:allotment_trial", args=[world.incident.pk]), {**SLIDERS, "stay": 101}).status_code == 422
    assert client.post(reverse("teams:allotment_propose", args=[world.incident.pk]), SLIDERS)["Location"] == board
    found = Allotment.objects.get()
    row = Placement.objects.filter(allotment=found).first()
    address = reverse("teams:allotment_adjust", args=[found.pk, row.person_id])
    assert "代价 +6.7" in client.get(address).content.decode()
    other = world.second if row.unit_id == world.first.pk else world.first
    assert client.post(address, {"unit": other.pk, "version": 1, "reason": ""}).status_code == 422
    assert client.post(address, {"unit": other.pk, "version": 1, "reason": "家里有事"})["Location"] == board
    assert "人工安排：家里有事" in client.get(board).content.decode()
    start = reverse("teams:allotment_in_force", args=[found.pk])
    assert client.post(start, {"version": 1}).status_code == 409
    assert client.post(start, {"version": 2}).status_code == 302
    assert "执行中" in client.get(board).content.decode()
    assert client.post(reverse("teams:allotment_end", args=[found.pk])).status_code == 302
    assert Allotment.objects.get().state == "ended"


def test_without_staff_the_page_says_what_to_do_first(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    board = reverse("teams:allotment", args=[world.incident.pk])
    assert "导入名单" not in client.get(board).content.decode()
    for n in range(6):
        world.people[f"机关{n}"].affiliations.all().delete()
    assert "导入名单" in client.get(board).content.decode()


def test_queries_do_not_grow_with_people(world: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(world.account("commander"))
    for more in (0, 30):
        for n in range(more):
            world.person(f"社工{n}", world.first, "social_worker", sent=world.first)
        found = allotment_actions.propose(actor=SYSTEM, at=TEN, incident_id=world.incident.pk, weights=Weights())
        for address in addresses(world, found):
            with django_assert_max_num_queries(26):
                assert client.get(address).status_code == 200


def test_the_api_walks_the_same_way(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    base = f"/api/v1/teams/incidents/{world.incident.pk}/allotment"
    assert client.get(base).json() == {"proposal": None, "in_force": None}
    made = client.post(base, {"stay": 30}, content_type="application/json").json()
    assert (made["state"], made["weights"]["stay"], made["weights"]["households"]) == ("proposed", 30, 60)
    unit = client.get(base).json()["proposal"]["units"][0]
    assert (unit["before"], unit["after"], len(unit["people"])) == (0, 3, 3)
    body = {"person_id": unit["people"][0]["person_id"], "unit_id": str(world.second.pk), "reason": "x", "version": 1}
    moved = client.post(f"/api/v1/teams/allotments/{made['id']}/adjust", body, content_type="application/json").json()
    assert (moved["version"], round(moved["rise"], 1)) == (2, 6.7)
    start = f"/api/v1/teams/allotments/{made['id']}/in-force"
    assert client.post(start, {"version": 2}, content_type="application/json").json()["state"] == "in_force"
    assert client.post(start, {"version": 2}, content_type="application/json").status_code == 409


def test_the_command_proposes_shows_and_puts_in_force(world: World, capsys) -> None:
    assert run(["teams", "allot"]) == 1
    assert "先运行" in capsys.readouterr().err
    assert run(["teams", "allot", "--propose"]) == 0
    assert "甲一居民区  0 → 3 人（应有 3.0）" in capsys.readouterr().out
    assert run(["teams", "allot", "--in-force"]) == 0
    assert "执行中，6 人" in capsys.readouterr().out
    assert run(["teams", "allot", "--in-force"]) == 1
