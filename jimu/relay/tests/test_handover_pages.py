"""Pages, API and commands of handovers: the right person, a stranger, a reader, the wrong method."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from jimu.command.queries import board
from jimu.core import clock
from jimu.core.commands import run
from jimu.core.permissions import SYSTEM
from jimu.relay import handover_actions as actions
from jimu.relay import sweeping
from jimu.relay.models import Handover, HandoverItem
from jimu.roster.tests.conftest import DAY

from .conftest import TEN, Gate, SignIn

NOON = clock.at_minute(DAY, 720)


@pytest.fixture
def handover(gate: Gate) -> Handover:
    made = actions.open_handover(
        actor=SYSTEM, at=TEN, incident_id=gate.world.incident.pk, unit_id=gate.world.units["甲一"].pk, post_code="gate", turn_at=NOON
    )
    actions.add_item(actor=SYSTEM, at=TEN, handover_id=made.pk, kind="household", text="402 老人胸闷")
    actions.add_item(actor=SYSTEM, at=TEN, handover_id=made.pk, kind="key", text="3号楼钥匙", amount="1 把")
    return made


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def at(client: Client, handover: Handover, more: str = "") -> str:
    answer = client.get(f"/relay/handovers/{handover.pk}/{more}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_lead_opens_writes_and_hands_over_with_taps(gate: Gate, signed_in: SignIn, ten) -> None:
    client = signed_in(gate.account("张一"))
    assert "甲一居民区" in client.get("/relay/").content.decode()
    unit = gate.world.units["甲一"].pk
    page = client.get(f"/relay/at/{unit}/").content.decode()
    assert "门岗" in page
    assert "居民区值守" not in page
    value = page.split('name="turn" value="')[1].split('"')[0]
    answer = client.post(f"/relay/at/{unit}/open/", {"incident": gate.world.incident.pk, "post": "gate", "turn": value})
    address = answer.headers["Location"]
    client.post(f"{address}add/", {"kind": "key", "text": "3号楼钥匙", "amount": "1 把"})
    assert "3号楼钥匙" in client.get(address).content.decode()
    client.post(f"{address}hand/")
    assert Handover.objects.get().handed_by == "张一"


def test_the_next_lead_accepts_and_the_page_says_who_answers_for_it(gate: Gate, handover: Handover, signed_in: SignIn, noon: None) -> None:
    client = signed_in(gate.account("王二"))
    text = at(client, handover)
    assert "其余 2 项都接收" in text
    assert "胸闷" not in text
    item = HandoverItem.objects.get(kind="household")
    told = client.post(f"/relay/items/{item.pk}/reveal/", headers={"HX-Request": "true"})
    assert "胸闷" in told.content.decode()
    refused = client.post(f"/relay/items/{item.pk}/answer/", {"verdict": "disputed"})
    assert refused.status_code == 422
    client.post(f"/relay/items/{item.pk}/answer/", {"verdict": "disputed", "sentence": "门牌不对"})
    client.post(f"/relay/handovers/{handover.pk}/accept/")
    text = at(client, handover)
    assert "王二 于" in text
    assert "有异议 1 项" in text


def test_the_paper_holds_no_household(gate: Gate, handover: Handover, signed_in: SignIn, ten) -> None:
    text = at(signed_in(gate.account("张一")), handover, "print/")
    assert "3号楼钥匙" in text
    assert "胸闷" not in text
    assert "ICS 201" in text


POSTS = ["handovers/{h}/add/", "handovers/{h}/hand/", "handovers/{h}/accept/", "items/{i}/answer/", "items/{i}/reveal/"]
GIVEN = {"kind": "key", "text": "x", "verdict": "accepted"}


@pytest.mark.parametrize("address", POSTS)
def test_a_stranger_finds_nothing_a_reader_may_not_write_and_get_writes_nothing(
    gate: Gate, handover: Handover, signed_in: SignIn, noon: None, address: str
) -> None:
    path = "/relay/" + address.format(h=handover.pk, i=handover.items.first().pk)
    assert Client().post(path, GIVEN).status_code == 302
    for role, unit in (("secretary", "甲二"), ("member", "甲一"), ("auditor", "甲一")):
        assert signed_in(gate.world.account(role, gate.world.units[unit])).post(path, GIVEN).status_code == 404
    right = signed_in(gate.account("王二"))
    assert right.get(path).status_code == 405
    assert right.post(path, GIVEN).status_code in (200, 302)


@pytest.mark.parametrize("address", ["handovers/{h}/", "handovers/{h}/print/", "at/{u}/"])
def test_strangers_read_nothing(gate: Gate, handover: Handover, signed_in: SignIn, ten, address: str) -> None:
    path = "/relay/" + address.format(h=handover.pk, u=gate.world.units["甲一"].pk)
    assert signed_in(gate.world.account("secretary", gate.world.units["甲二"])).get(path).status_code == 404
    assert signed_in(gate.world.account("secretary", gate.world.units["甲一"])).get(path).status_code == 200


def test_the_units_page_shows_its_handovers(gate: Gate, handover: Handover, signed_in: SignIn, ten) -> None:
    unit = gate.world.units["甲一"]
    client = signed_in(gate.world.account("secretary", unit))
    assert "门岗" in client.get(f"/relay/of-unit/{unit.pk}/").content.decode()
    assert client.get(f"/relay/of-unit/{gate.world.units['甲二'].pk}/").status_code == 404


def test_the_board_warns_of_what_nobody_accepted(gate: Gate, handover: Handover, signed_in: SignIn, monkeypatch) -> None:
    late = NOON + timedelta(minutes=15)
    monkeypatch.setattr(clock, "now", lambda: late)
    sweeping.sweep(late)
    seen = board(gate.world.actor(), late)
    assert [one.pk for one in seen.unaccepted] == [handover.pk]
    assert "交接没人接，已提醒到甲一居民区" in [event.sentence for event in seen.events]
    assert not board(gate.world.actor("secretary", "甲二"), late).unaccepted
    assert "交接没人接" in signed_in(gate.world.account("commander")).get("/board/").content.decode()


def test_the_setting_is_the_commanders(gate: Gate, signed_in: SignIn, ten) -> None:
    path = f"/relay/policy/{gate.world.incident.pk}/"
    assert signed_in(gate.world.account("secretary", gate.world.units["甲一"])).post(path, {"accept_minutes": 20}).status_code == 403
    client = signed_in(gate.world.account("commander"))
    assert client.post(path, {"accept_minutes": 20}).status_code == 302
    assert 'value="20"' in client.get("/relay/").content.decode()


def test_the_api_does_what_the_pages_do(gate: Gate, signed_in: SignIn, noon: None) -> None:
    out, coming = signed_in(gate.account("张一")), signed_in(gate.account("王二"))

    def send(client: Client, path: str, **body: object) -> dict:
        answer = client.post(f"/api/v1/relay/{path}", json.dumps(body), content_type="application/json")
        return {"status": answer.status_code, **answer.json()}

    made = send(
        out, "handovers", incident_id=str(gate.world.incident.pk), unit_id=str(gate.world.units["甲一"].pk),
        post_code="gate", turn_at=NOON.isoformat(),
    )  # fmt: skip
    assert made["status"] == 201
    item = send(out, f"handovers/{made['id']}/items", kind="household", text="402 老人胸闷")["item_id"]
    assert send(out, f"handovers/{made['id']}/hand")["status"] == 200
    assert send(coming, f"items/{item}/answer", verdict="disputed")["error"]["code"] == "needs_sentence"
    assert send(coming, f"items/{item}/reveal")["text"] == "402 老人胸闷"
    assert send(coming, f"handovers/{made['id']}/accept")["status"] == 200
    sheet = coming.get(f"/api/v1/relay/handovers/{made['id']}").json()
    assert [(one["text"], one["verdict"]) for one in sheet["items"]] == [(None, "accepted")]
    assert len(coming.get("/api/v1/relay/handovers").json()) == 1
    stranger = signed_in(gate.world.account("secretary", gate.world.units["甲二"]))
    assert stranger.get(f"/api/v1/relay/handovers/{made['id']}").status_code == 404


def test_commands_list_and_sweep(gate: Gate, handover: Handover, capsys, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=15))
    assert run(["relay", "sweep"]) == 0
    assert run(["handover", "list"]) == 0
    out = capsys.readouterr().out
    assert "交接提醒 1 条" in out
    assert "没人接" in out
