"""Pages, API and commands of training: for those with the right, in their part, by the right method."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from jimu.core.commands import run
from jimu.training import actions, queries
from jimu.training.library import find
from jimu.training.models import Certificate

from .conftest import DAY, TEN, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


def addresses(world: World) -> list[str]:
    return [
        reverse("training:index"), reverse("training:matrix"), reverse("training:course", args=["ppe"]),
        reverse("training:quiz", args=["ppe"]), reverse("training:next", args=[world.first.pk, "scanning"]),
    ]  # fmt: skip


def test_a_stranger_is_sent_to_sign_in(world: World, client) -> None:
    for address in addresses(world):
        assert client.get(address).status_code == 302


def test_a_member_reads_and_changes_nothing(world: World, signed_in) -> None:
    client = signed_in(world.account("member", world.first))
    for address in addresses(world):
        assert client.get(address).status_code == 200
    for name, args in (("training:plan", ["scanning"]), ("training:appoint", ["scanning"]), ("training:certify", ["scanning"])):
        assert client.post(reverse(name, args=args)).status_code == 403
        assert client.get(reverse(name, args=args)).status_code in (403, 405)
    assert client.get(reverse("training:holders", args=["ppe"])).status_code == 403


def test_what_lies_elsewhere_looks_like_what_does_not_exist(world: World, signed_in) -> None:
    client = signed_in(world.account("secretary", world.second))
    assert client.get(reverse("training:next", args=[world.second.pk, "scanning"])).status_code == 200
    assert client.get(reverse("training:next", args=[world.first.pk, "scanning"])).status_code == 404
    assert client.get(reverse("training:next", args=[world.second.pk, "nothing"])).status_code == 404


def test_the_matrix_counts_who_can_against_who_is_needed(world: World) -> None:
    found = queries.skill_matrix(world.actor("commander"), DAY)
    cells = {row.unit.short_name: row.cells[0] for row in found.rows}
    assert found.columns == ("scanning",)
    assert (cells["甲一"].able, cells["甲一"].state, cells["乙一"].able, cells["乙一"].state) == (1, "thin", 0, "missing")
    world.certificate(world.people["早上有空"], "scanning")
    assert queries.skill_matrix(world.actor("commander"), DAY).rows[0].cells[0].able == 2


def test_the_peak_adds_posts_that_overlap_and_not_those_that_follow(world: World) -> None:
    world.post(world.first, qualifications=["scanning"], needed=2, start=600, end=840)
    world.post(world.first, qualifications=["scanning"], needed=4, start=840, end=900)
    assert queries.needs_of([world.first])[world.first.pk][0].peak == 4
    world.post(world.first, qualifications=["scanning"], needed=2, start=600, end=660)
    assert queries.needs_of([world.first])[world.first.pk][0].peak == 5


def test_the_morning_person_is_suggested_for_the_morning_post(world: World, signed_in) -> None:
    page = signed_in(world.account("commander")).get(reverse("training:next", args=[world.first.pk, "scanning"])).content.decode()
    assert "早上有空" in page
    assert "28" in page
    assert "晚上有空" not in page
    assert "会的人" not in page


def test_queries_do_not_grow_with_people_and_posts(world: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(world.account("commander"))
    for turn in range(2):
        for number in range(10 * turn):
            world.certificate(world.person(f"人{number}", world.first), "scanning")
            world.post(world.second, qualifications=["scanning"], needed=1)
        for address in addresses(world):
            with django_assert_max_num_queries(16):
                assert client.get(address).status_code == 200


def test_a_quiz_is_answered_on_its_page(world: World, signed_in) -> None:
    client = signed_in(world.account("member", world.first, world.people["早上有空"]))
    address = reverse("training:quiz", args=["ten-minutes"])
    assert "这一题还没有选" in client.post(address, {}).content.decode()
    wrong = {f"q{n}": 0 for n in range(3)} | {"q0": 0, "q1": 0, "q2": 0}
    assert "还差一点" in client.post(address, wrong).content.decode()
    right = {f"q{n}": question.answer for n, question in enumerate(find("ten-minutes").quiz)}
    assert "证书已记入名册" in client.post(address, right).content.decode()
    assert "应急基础" in client.get(reverse("training:index")).content.decode()


def test_a_session_goes_from_plan_to_certificates_by_its_pages(world: World, signed_in) -> None:
    secretary = world.account("secretary", world.first)
    client = signed_in(secretary)
    world.trainer(world.person("老师", world.first), "scanning")
    words = {"starts_at": "2026-04-06T14:00", "unit": world.first.pk, "place": "活动室", "trainer": world.people["老师"].pk, "capacity": 5}
    assert client.post(reverse("training:plan", args=["scanning"]), {**words, "place": ""}).status_code == 422
    session_page = client.post(reverse("training:plan", args=["scanning"]), words)["Location"]
    assert "早上有空" in client.get(session_page).content.decode()
    client.post(session_page + "invite/", {"person": [world.people["早上有空"].pk, world.people["晚上有空"].pk]})
    with time_machine.travel(TEN + timedelta(hours=5), tick=False):
        client = signed_in(secretary)
        assert "登记结果" in client.get(session_page).content.decode()
        client.post(session_page + "close/", {f"mark-{world.people['早上有空'].pk}": "passed"})
    assert [certificate.person.name for certificate in Certificate.objects.all()] == ["早上有空"]


def test_holders_are_confirmed_appointed_and_revoked_on_their_page(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    certificate = world.certificate(world.people["早上有空"], "ppe")
    page = reverse("training:holders", args=["ppe"])
    assert "确认首班" in client.get(page).content.decode()
    client.post(reverse("training:confirm", args=[certificate.pk]))
    client.post(reverse("training:appoint", args=["ppe"]), {"person": certificate.person_id})
    assert "培训师" in client.get(page).content.decode()
    client.post(reverse("training:revoke", args=[certificate.pk]), {"reason": "顺序不对"})
    assert "还没有人持证" in client.get(page).content.decode()


def test_the_api_tells_the_matrix_and_never_the_right_answers(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    courses = client.get("/api/v1/training/courses").json()
    assert "quiz" not in str(courses)
    assert {row["name"]: row["cells"]["scanning"]["able"] for row in client.get("/api/v1/training/matrix").json()["neighborhoods"]} == {
        "甲一居民区": 1, "乙一居民区": 0,
    }  # fmt: skip
    body = {"course": "medicine", "person_id": str(world.people["早上有空"].pk), "proof": "证"}
    assert client.post("/api/v1/training/certificates", body, content_type="application/json").status_code == 201


def test_the_commands_print_the_matrix_and_check_a_file(world: World, capsys, tmp_path) -> None:
    assert run(["training", "matrix"]) == 0
    assert "甲一居民区  扫码 1/1薄" in capsys.readouterr().out
    assert run(["training", "list"]) == 0
    broken = tmp_path / "own.yaml"
    broken.write_text("code: x\n", encoding="utf-8")
    assert run(["training", "check", str(broken)]) == 1
    assert "own.yaml 第 1 行" in capsys.readouterr().err


def test_a_trainer_row_is_not_made_twice(world: World) -> None:
    world.certificate(world.people["早上有空"], "order")
    words = {"actor": world.actor("commander"), "at": TEN, "course_code": "order", "person_id": world.people["早上有空"].pk}
    assert actions.appoint_trainer(**words).pk == actions.appoint_trainer(**words).pk
