"""The board's pages and its JSON: for those with the right, in their part, by the right method."""

import pytest
import time_machine
from django.urls import reverse

from jimu.core import sealed
from jimu.roster.models import Assignment, CheckIn

from .conftest import TEN, World

pytestmark = pytest.mark.django_db
ADDRESSES = ("command:board", "command:live")


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


def test_a_stranger_is_sent_to_sign_in(client) -> None:
    for name in ADDRESSES:
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert reverse("accounts:sign_in") in answer["Location"]
    assert client.get("/api/v1/board").status_code == 401


def test_a_member_is_refused(world: World, signed_in) -> None:
    client = signed_in(world.account("member"))
    for name in ADDRESSES:
        assert client.get(reverse(name)).status_code == 403
    assert client.get("/api/v1/board").status_code == 403


def test_the_board_only_reads(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    for name in ADDRESSES:
        assert client.post(reverse(name)).status_code == 405


@pytest.mark.parametrize("query", ["", "?wall=1", "?unit=not-an-id"])
def test_the_board_draws_a_tile_with_a_sentence_for_each_neighborhood(world: World, signed_in, query: str) -> None:
    page = signed_in(world.account("commander")).get(reverse("command:board") + query).content.decode()
    assert page.count('class="tile status-') == 3
    assert 'aria-label="甲二居民区：告急。需要 2 人，已排 1 人，到岗 0 人，空缺 1 人"' in page
    assert 'aria-label="乙一居民区：没有启动应急响应"' in page


def test_a_wall_has_no_menu(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    assert "shell-menu" in client.get(reverse("command:board")).content.decode()
    assert "shell-menu" not in client.get(reverse("command:board") + "?wall=1").content.decode()


def test_a_drawer_opens_with_the_page_or_alone(world: World, signed_in) -> None:
    client, unit = signed_in(world.account("commander")), world.units["甲一"]
    for address in (reverse("command:board") + f"?unit={unit.pk}", reverse("command:unit", args=[unit.pk])):
        assert "人0" in client.get(address).content.decode()


def test_a_neighborhood_elsewhere_is_not_found(world: World, signed_in) -> None:
    client = signed_in(world.account("secretary", world.units["甲一"]))
    assert client.get(reverse("command:unit", args=[world.units["甲二"].pk])).status_code == 404
    assert client.get(reverse("command:unit", args=[world.units["甲一"].pk])).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_every_language_can_read_it(world: World, signed_in, language: str) -> None:
    client = signed_in(world.account("commander"))
    client.cookies["django_language"] = language
    answer = client.get(reverse("command:board"))
    assert answer.status_code == 200
    assert answer["Content-Language"] == language


def test_the_json_says_what_the_page_draws(world: World, signed_in) -> None:
    world.mark(Assignment.objects.get(shift=world.shifts["甲二 门岗"]), CheckIn.Mark.ARRIVED)
    shown = signed_in(world.account("commander")).get("/api/v1/board").json()
    assert shown["seats"] == {"needed": 6, "filled": 4, "arrived": 1, "absent": 0, "open": 2, "unseen": 3}
    assert [(place["name"], place["status"]) for place in shown["places"]] == [
        ("甲一居民区", "short"), ("甲二居民区", "critical"), ("乙一居民区", "idle"),
    ]  # fmt: skip
    assert shown["gaps"][0]["post"] == "门岗"
    assert len(shown["open_ahead"]) == len(shown["places"][0]["open_ahead"]) == 24


def test_no_page_of_the_board_holds_a_phone_number(world: World, signed_in) -> None:
    person = world.people[0]
    person.phone_sealed = sealed.seal("10000001234")
    person.save()
    client = signed_in(world.account("commander"))
    for address in (reverse("command:board"), reverse("command:unit", args=[person.unit_id]), "/api/v1/board"):
        text = client.get(address).content.decode()
        assert "10000001234" not in text
        assert person.phone_sealed not in text


def test_before_any_incident_the_next_step_is_a_button_for_who_may_take_it(world: World, signed_in) -> None:
    world.roster.state = "draft"
    world.roster.save()
    roster_page = f'href="{reverse("roster:index")}"'
    commander = signed_in(world.account("commander")).get(reverse("command:live")).content.decode()
    secretary = signed_in(world.account("secretary", world.units["甲一"])).get(reverse("command:live")).content.decode()
    assert roster_page in commander
    assert roster_page not in secretary
    assert "由指挥长来做" in secretary
