"""The JSON API of incidents: the same actions as the pages, the same refusals in an envelope."""

from datetime import timedelta

import pytest

from jimu.core import clock
from jimu.incidents.models import Incident, Post

from .conftest import World

ROOT = "/api/v1/incidents"


@pytest.fixture
def ask(world: World, signed_in):
    """POST as the commander, or as somebody else; answers (status, body)."""
    clients = {"commander": signed_in(world.account("commander")), "auditor": signed_in(world.account("auditor"))}

    def send(address: str, body: object = None, *, who: str = "commander", **asked: object):
        client = clients[who]
        path = ROOT + address
        answer = client.get(path, asked) if body is None else client.post(path, body, content_type="application/json")
        return answer.status_code, answer.json()

    return send


def place(world: World, **more: object) -> dict[str, object]:
    return {"playbook": "snow", "level": "blue", "unit_id": str(world.top.pk), **more}


def test_a_preview_tells_people_posts_and_reasons(world: World, ask) -> None:
    status, found = ask("/preview", place(world))
    assert status == 200
    assert (found["seats_per_day"], found["seats_busiest_day"], found["taken"]) == (30, 30, [])
    assert [(m["kinds"], m["needed"], m["there"]) for m in found["people"]] == [([], 34, 5), (["property"], 9, 2)]
    first = found["units"][0]
    assert (first["name"], first["people_needed"], first["warnings"]) == ("甲一居民区", 20, [])
    assert first["posts"][0]["reason"] == "3 队 × 4 人：900 户 ÷ 300"
    assert not Incident.objects.exists()


def test_an_incident_goes_its_whole_way(world: World, ask) -> None:
    status, made = ask("", place(world, only=[str(world.units["甲一"].pk)], drill=True))
    assert (status, made["state"], made["level_title"], made["drill"]) == (201, "active", "蓝色", True)
    here = f"/{made['id']}"
    assert ask(here)[1] == made
    assert [row["id"] for row in ask("")[1]] == [made["id"]]
    assert ask("", state="stood_down")[1] == []
    posts = ask(f"{here}/posts", unit_id=str(world.units["甲一"].pk))[1]
    assert {(post["code"], post["needed"]) for post in posts} == {("shovel", 12), ("watch", 1)}
    status, changed = ask(f"/posts/{posts[0]['id']}", {"needed": 15, "reason": "坡道多"})
    assert (status, changed["needed"], changed["by_hand"]) == (200, 15, True)
    shown = ask(f"{here}/level", level="red")[1]
    assert ask(f"{here}/level", {"level": "red", "reason": "雪更大了"})[1] == shown
    assert shown["kept_by_hand"] == 1
    end = str(clock.today() + timedelta(days=12))
    assert ask(f"{here}/prolong", {"ends_on": end, "reason": "雪未停"})[1]["ends_on"] == end
    assert ask(f"{here}/stand-down", {"reason": "雪停了"})[1]["state"] == "stood_down"
    assert [event["verb"].split(".")[1] for event in ask(f"{here}/events")[1]] == [
        "stood_down", "prolonged", "level_changed", "post_adjusted", "activated",
    ]  # fmt: skip


def test_a_second_activation_is_a_conflict_with_the_units_named(world: World, ask) -> None:
    ask("", place(world))
    status, found = ask("", place(world, level="red"))
    assert (status, found["error"]["code"]) == (409, "already_active")
    assert found["error"]["data"]["units"] == ["甲一居民区", "甲二居民区", "乙一居民区"]


def test_refusals_come_in_the_envelope(world: World, ask) -> None:
    made = ask("", place(world))[1]
    here = f"/{made['id']}"
    assert ask("", place(world, level="x"))[1]["error"]["code"] == "no_such_level"
    assert ask(f"{here}/stand-down", {"reason": ""})[1]["error"]["code"] == "no_reason"
    assert ask(f"{here}/level", {"level": "red"})[0] == 422
    assert ask("/00000000-0000-0000-0000-000000000000")[0] == 404


def test_an_auditor_reads_and_changes_nothing(world: World, ask) -> None:
    made = ask("", place(world))[1]
    here = f"/{made['id']}"
    post = Post.objects.filter(unit=world.units["甲一"]).first()
    assert ask("", who="auditor")[1] == [made]
    assert ask(f"{here}/events", who="auditor")[0] == 200
    for address, body in (
        ("", place(world)), ("/preview", place(world)), (f"{here}/stand-down", {"reason": "x"}), (f"{here}/level", {"level": "red", "reason": "x"}),
        (f"{here}/prolong", {"ends_on": str(clock.today()), "reason": "x"}), (f"/posts/{post.pk}", {"needed": 1, "reason": "x"}),
    ):  # fmt: skip
        assert ask(address, body, who="auditor")[0] == 403, address
    assert ask(f"{here}/level", who="auditor", level="red")[0] == 403
