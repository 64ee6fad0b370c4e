"""The JSON API: from a draft to a published roster, edits with their refusals, each by part of the grid."""

import json

import pytest
from django.test import Client

from jimu.core import jobs
from jimu.core.permissions import SYSTEM
from jimu.roster import actions
from jimu.roster.models import Assignment, Roster

from .conftest import EVE, World, solve, who

BASE = "/api/v1/rosters"


@pytest.fixture
def api(signed_in):
    """Ask as an account; the answer's status and JSON."""

    def ask(account, method: str, path: str, body: dict | None = None):
        client: Client = signed_in(account)
        answer = client.generic(method, BASE + path, json.dumps(body) if body is not None else "", "application/json")
        text = answer.content.decode()
        return answer.status_code, json.loads(text) if text and answer["Content-Type"].startswith("application/json") else text

    return ask


def test_from_a_draft_to_a_published_roster(manned: World, api) -> None:
    commander = manned.account("commander")
    manned.post("扫码", 480, 720, qualifications=["scanning"])
    status, roster = api(commander, "POST", "", {"incident_id": str(manned.incident.pk), "first_day": "2026-04-06", "days": 2})
    assert (status, roster["state"], roster["version"]) == (201, "draft", 1)
    one = f"/{roster['id']}"
    assert api(commander, "GET", f"{one}/status")[1]["state"] == "none"
    status, queued = api(commander, "POST", f"{one}/solve", {"seconds": 5})
    assert status == 202
    assert api(commander, "POST", f"{one}/solve", {"seconds": 5})[1]["error"]["code"] == "job_open"
    assert api(commander, "POST", f"{one}/stop")[1] == {"stopping": True}
    assert api(commander, "GET", f"{one}/status")[1]["state"] == "cancelled"
    status, queued = api(commander, "POST", f"{one}/solve", {"seconds": 5})
    jobs.Job.objects.filter(pk=queued["job_id"]).update(args={"roster_id": roster["id"], "seconds": 0.2})
    jobs.execute(queued["job_id"])
    told = api(commander, "GET", f"{one}/status")[1]
    assert (told["state"], told["version"]) == ("done", 2)
    places = api(commander, "GET", f"{one}/places")[1]
    assert [(p["name"], p["needed"], p["filled"]) for p in places] == [("甲一居民区", 8, 6)]
    open_seats = api(commander, "GET", f"{one}/open")[1]["items"]
    assert [(o["post"], o["open"], o["code"]) for o in open_seats] == [("扫码", 1, "qualification")] * 2
    assert open_seats[0]["reason"].endswith("。")
    assert api(commander, "POST", f"{one}/publish", {"version": 1})[1]["error"]["code"] == "stale_roster"
    status, published = api(commander, "POST", f"{one}/publish", {"version": 2})
    assert (status, published["state"]) == (200, "published")
    assert api(commander, "GET", "")[1]["items"][0]["id"] == roster["id"]
    assert api(commander, "GET", f"{one}/export.csv")[1].startswith("date,start,end,neighborhood,post,person_id")


def test_a_shift_is_looked_at_filled_and_changed(manned: World, api) -> None:
    secretary = manned.account("secretary", manned.units["甲一"])
    roster = manned.draft()
    gate, patrol = manned.shift(roster, "门岗"), manned.shift(roster, "巡逻")
    listed = api(secretary, "GET", f"/{roster.pk}/shifts?unit_id={manned.units['甲一'].pk}")[1]
    assert [(row["post"], row["needed"]) for row in listed] == [("门岗", 2), ("巡逻", 1)]
    ranked = api(secretary, "GET", f"/shifts/{gate.pk}/candidates?limit=3")[1]
    assert len(ranked) == 3
    assert ranked[0]["reasons"]
    person = ranked[0]["person_id"]
    status, edit = api(secretary, "POST", f"/shifts/{gate.pk}/assign", {"person_id": person})
    assert status == 201
    told = api(secretary, "GET", f"/shifts/{gate.pk}")[1]
    assert ([seat["person_id"] for seat in told["seats"]], told["open"]) == ([person], 1)
    moved = api(secretary, "POST", f"/seats/{edit['seat_id']}/move", {"to_shift_id": str(patrol.pk)})[1]
    assert api(secretary, "POST", f"/seats/{moved['seat_id']}/pin", {"pinned": False})[0] == 200
    other = api(secretary, "POST", f"/shifts/{gate.pk}/assign", {"person_id": ranked[1]["person_id"]})[1]
    swapped = api(secretary, "POST", f"/seats/{moved['seat_id']}/swap", {"with_seat_id": other["seat_id"]})[1]
    assert len(who(roster, "门岗")) == len(who(roster, "巡逻")) == 1
    assert api(secretary, "POST", f"/{roster.pk}/undo/{swapped['entry_id']}")[0] == 200
    seat = Assignment.objects.get(shift=gate)
    assert api(secretary, "DELETE", f"/seats/{seat.pk}")[1]["seat_id"] is None
    assert who(roster, "门岗") == set()


def test_a_refusal_is_an_envelope_with_the_breaches(manned: World, api) -> None:
    commander = manned.account("commander")
    manned.person("邻居", unit="甲二")
    roster = manned.draft()
    status, body = api(
        commander, "POST", f"/shifts/{manned.shift(roster, '门岗').pk}/assign",
        {"person_id": str(manned.people["邻居"].pk), "reason": "急"},
    )  # fmt: skip
    assert status == 422
    assert body["error"]["code"] == "breaks_rules"
    assert body["error"]["data"]["may_override"] is False
    assert [b["code"] for b in body["error"]["data"]["breaches"]] == ["place"]


def test_requests_are_listed_and_noted(manned: World, api) -> None:
    commander = manned.account("commander")
    post = manned.post("采样", 480, 720, needed=2, requested_only=True)
    roster = manned.draft(3)
    assert api(commander, "POST", f"/requests/{post.pk}", {"state": "promised", "promised": 2})[0] == 200
    assert api(commander, "GET", f"/{roster.pk}/requests")[1][0] | {"post_id": ""} == {
        "post_id": "", "unit_id": str(post.unit_id), "post": "采样", "needed": 2, "days": 3, "state": "promised", "promised": 2,
    }  # fmt: skip


def addresses(world: World, roster: Roster) -> list[tuple[str, str, dict | None]]:
    seat = Assignment.objects.first()
    shift, unit = seat.shift_id, world.units["甲一"].pk
    return [
        ("GET", f"/{roster.pk}/shifts?unit_id={unit}", None),
        ("GET", f"/shifts/{shift}", None),
        ("GET", f"/shifts/{shift}/candidates", None),
        ("POST", f"/shifts/{shift}/assign", {"person_id": str(seat.person_id)}),
        ("POST", f"/seats/{seat.pk}/move", {"to_shift_id": str(shift)}),
        ("POST", f"/seats/{seat.pk}/swap", {"with_seat_id": str(seat.pk)}),
        ("POST", f"/seats/{seat.pk}/pin", {"pinned": True}),
        ("DELETE", f"/seats/{seat.pk}", None),
        ("POST", f"/{roster.pk}/solve", {"seconds": 5}),
        ("POST", f"/{roster.pk}/publish", {"version": roster.version}),
        ("DELETE", f"/{roster.pk}?version={roster.version}", None),
    ]


def test_strangers_and_readers_change_nothing_and_strangers_see_nothing(manned: World, api) -> None:
    roster = solve(manned.draft())
    before = list(Assignment.objects.order_by("pk").values())
    stranger, reader = manned.account("secretary", manned.units["甲二"]), manned.account("member", manned.units["甲一"])
    for method, path, body in addresses(manned, roster):
        status, answer = api(stranger, method, path, body)
        assert (status in (403, 404)) or answer == [], (method, path, status)
        if method != "GET":
            assert api(reader, method, path, body)[0] == 403, (method, path)
    assert Client().get(f"{BASE}/{roster.pk}").status_code == 401
    assert list(Assignment.objects.order_by("pk").values()) == before
    assert Roster.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("path", "body"),
    [("/{roster}/solve", {"seconds": 100000}), ("/{roster}/publish", {}), ("", {"incident_id": "x"}), ("", None)],
)
def test_what_cannot_be_read_is_refused_in_the_same_envelope(manned: World, api, path: str, body) -> None:
    roster = manned.draft()
    status, answer = api(manned.account("commander"), "POST", path.format(roster=roster.pk), body)
    assert status in (400, 422)
    assert answer["error"]["code"]


def test_lists_cost_the_same_however_long(manned: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(manned.account("commander"))
    client.get(BASE)
    counts = []
    for size in (1, 20):
        for n in range(size):
            manned.post(f"岗{size}-{n}", 480, 720, qualifications=["x"])
        roster = solve(manned.draft(2))
        with django_assert_max_num_queries(20) as counted:
            found = client.get(f"{BASE}/{roster.pk}/open").json()
            assert found["page"]["total"] >= size * 2
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_an_edit_undone_by_another_is_not_found(manned: World, api) -> None:
    roster = manned.draft()
    edit = actions.assign(
        actor=SYSTEM, at=EVE, roster_id=roster.pk, shift_id=manned.shift(roster, "门岗").pk,
        person_id=manned.people["张一"].pk,
    )  # fmt: skip
    assert api(manned.account("commander"), "POST", f"/{roster.pk}/undo/{edit.entry.pk}")[0] == 404
