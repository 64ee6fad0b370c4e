"""Every page for the right person, a stranger, a reader and the wrong method; and what they say."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from jimu.core import jobs
from jimu.core.permissions import SYSTEM
from jimu.roster import actions, solving
from jimu.roster.models import Assignment, CheckIn, Roster, StaffRequest

from .conftest import DAY, EVE, TEN, World, solve, who


@pytest.fixture
def busy(manned: World, ten) -> World:
    """A roster in force, solved, with one seat open; a request for medics; a draft beside it."""
    manned.post("采样", 480, 720, needed=2, kinds=["medic"], requested_only=True)
    manned.post("扫码", 480, 720, needed=1, qualifications=["scanning"])
    manned.post("甲二门岗", 480, 720, unit="甲二")
    manned.person("邻区", unit="甲二")
    roster = solve(manned.draft(2))
    actions.publish(actor=SYSTEM, at=EVE, roster_id=roster.pk, expected_version=roster.version)
    manned.roster = Roster.objects.get(pk=roster.pk)
    manned.second = manned.draft(1, first_day=DAY + timedelta(days=1))
    return manned


def pages(world: World) -> dict[str, str]:
    """Every address that is read, by what it shows."""
    roster, unit = world.roster.pk, world.units["甲一"].pk
    seat = Assignment.objects.filter(shift__roster=roster, shift__post__title="门岗").first()
    return {
        "index": "/roster/",
        "show": f"/roster/{roster}/",
        "unit": f"/roster/{roster}/unit/{unit}/",
        "people": f"/roster/{roster}/unit/{unit}/people/",
        "print": f"/roster/{roster}/unit/{unit}/print/",
        "print_all": f"/roster/{roster}/print/",
        "requests": f"/roster/{roster}/requests/",
        "shift": f"/roster/shift/{seat.shift_id}/",
        "why_here": f"/roster/seat/{seat.pk}/",
        "candidates": f"/roster/shift/{world.shift(world.roster, '扫码').pk}/candidates/",
        "export": f"/roster/{roster}/export.csv",
        "roll_choose": "/roster/roll/",
        "roll": f"/roster/roll/{unit}/",
    }


NAMES = (
    "index", "show", "unit", "people", "print", "print_all", "requests", "shift", "why_here", "candidates", "export",
    "roll_choose", "roll",
)  # fmt: skip
OF_THE_PLACE = ("unit", "people", "print", "shift", "why_here", "candidates", "roll")


def writes(world: World) -> dict[str, tuple[str, dict]]:
    """Every address that changes something, with what it is sent."""
    roster, draft = world.roster.pk, world.second
    seats = Assignment.objects.filter(shift__roster=roster)
    gate, patrol = seats.filter(shift__post__title="门岗").first(), seats.get(shift__post__title="巡逻", shift__day=TEN.date())
    free = world.shift(world.roster, "扫码")
    return {
        "draft": (f"/roster/draft/{world.incident.pk}/", {"first_day": "2026-04-06", "days": 2}),
        "solve": (f"/roster/{draft.pk}/solve/", {"seconds": 20}),
        "stop": (f"/roster/{draft.pk}/stop/", {}),
        "publish": (f"/roster/{draft.pk}/publish/", {"version": draft.version, "replaces": roster}),
        "discard": (f"/roster/{draft.pk}/discard/", {"version": draft.version}),
        "assign": (f"/roster/shift/{free.pk}/assign/", {"person": world.people["张一"].pk}),
        "move": (f"/roster/shift/{free.pk}/move-here/", {"assignment": gate.pk}),
        "move_from": (f"/roster/seat/{gate.pk}/move/", {"to": free.pk}),
        "swap": (f"/roster/seat/{gate.pk}/swap/", {"other": patrol.pk}),
        "pin": (f"/roster/seat/{gate.pk}/pin/", {"pinned": "on"}),
        "release": (f"/roster/seat/{gate.pk}/release/", {}),
        "note_request": (f"/roster/{roster}/requests/{world.posts['采样'].pk}/", {"state": "asked"}),
        "mark": (f"/roster/roll/mark/{gate.pk}/", {"mark": "arrived"}),
    }


WRITES = (
    "draft", "solve", "stop", "publish", "discard", "assign", "move", "move_from", "swap", "pin", "release",
    "note_request", "mark",
)  # fmt: skip
COMMANDERS = ("draft", "solve", "stop", "publish", "discard")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_opens_for_its_people_and_hides_from_strangers(busy: World, signed_in, name: str) -> None:
    address = pages(busy)[name]
    secretary = signed_in(busy.account("secretary", busy.units["甲一"]))
    stranger = signed_in(busy.account("secretary", busy.units["甲二"]))
    assert Client().get(address).status_code == 302
    assert secretary.get(address, follow=True).status_code == 200
    assert stranger.get(address, follow=True).status_code == (404 if name in OF_THE_PLACE else 200)
    assert secretary.post(address).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_what_a_reader_may_open(busy: World, signed_in, name: str) -> None:
    closed = {"auditor": ("candidates", "roll", "roll_choose"), "member": ("candidates", "roll", "roll_choose", "export")}
    for role, without in closed.items():
        answer = signed_in(busy.account(role, busy.units["甲一"])).get(pages(busy)[name])
        assert answer.status_code == (403 if name in without else 200), (role, name)


@pytest.mark.parametrize("name", WRITES)
def test_a_change_is_made_by_those_who_may_and_by_nobody_else(busy: World, signed_in, name: str) -> None:
    address, given = writes(busy)[name]
    reader = signed_in(busy.account("auditor"))
    stranger = signed_in(busy.account("secretary", busy.units["甲二"]))
    right = signed_in(busy.account("commander" if name in COMMANDERS else "secretary", None if name in COMMANDERS else busy.units["甲一"]))
    before = _state()
    assert reader.post(address, given).status_code == 403
    assert stranger.post(address, given).status_code == (403 if name in COMMANDERS else 404)
    assert right.get(address).status_code == 405
    assert _state() == before
    answer = right.post(address, given)
    refused_by_rules = name in ("assign", "move", "move_from")
    assert answer.status_code == (422 if refused_by_rules else 302), answer.content.decode()[:300]
    assert (_state() == before) == (refused_by_rules or name == "stop")


def _state() -> tuple:
    return (
        list(Roster.objects.order_by("pk").values_list("pk", "state", "version")),
        list(Assignment.objects.order_by("pk").values_list("pk", "shift_id", "pinned")),
        list(StaffRequest.objects.values_list("state")),
        CheckIn.objects.count(),
        jobs.Job.objects.count(),
    )


def test_the_same_with_a_csrf_check_needs_the_token(busy: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(busy.account("commander"), backend="django.contrib.auth.backends.ModelBackend")
    address, given = writes(busy)["publish"]
    assert client.post(address, given).status_code == 403


@pytest.mark.parametrize("name", ["index", "show", "unit", "people", "print_all", "requests", "shift", "export", "roll"])
def test_queries_do_not_grow_with_rows(busy: World, signed_in, django_assert_max_num_queries, name: str) -> None:
    client = signed_in(busy.account("commander"))
    client.get("/roster/")
    counts = []
    for size in range(2):
        address = pages(busy)[name]
        with django_assert_max_num_queries(40) as counted:
            assert client.get(address).status_code == 200
        counts.append(len(counted))
        if size == 0:
            for n in range(25):
                busy.post(f"岗{n}", 480, 720, needed=2, requested_only=n % 2 == 0)
                busy.person(f"人{n}", skills=["scanning"])
            actions.discard(actor=SYSTEM, at=EVE, roster_id=busy.second.pk, expected_version=busy.second.version)
            again = solve(busy.draft(2))
            actions.publish(actor=SYSTEM, at=EVE, roster_id=again.pk, expected_version=again.version)
            busy.roster = again
            busy.second = busy.draft(1, first_day=DAY + timedelta(days=1))
    assert counts[1] <= counts[0], counts


def test_the_matrix_says_how_each_post_stands(busy: World, signed_in) -> None:
    text = signed_in(busy.account("commander")).get(pages(busy)["unit"]).content.decode()
    assert len(re.findall(r'roster-cell full"', text)) == 4
    assert len(re.findall(r'roster-cell none"', text)) == 2
    assert "请 2" in text
    assert 'class="is-today"' in text


def test_the_people_page_counts_hours_nights_and_free_days(busy: World, signed_in) -> None:
    client = signed_in(busy.account("commander"))
    page = client.get(pages(busy)["people"]).context["page"]
    assert {(row.hours, row.nights, row.free_days) for row in page.rows} <= {(4.0, 0, 1), (8.0, 0, 0)}
    assert sum(row.hours for row in page.rows) == 24
    found = client.get(pages(busy)["people"], {"named": "张"}).context["page"]
    assert [row.name for row in found.rows] == ["张一"]
    assert "没有找到这个人" in client.get(pages(busy)["people"], {"named": "无此人"}).content.decode()


def test_a_refused_publication_comes_back_with_the_list(busy: World, signed_in) -> None:
    busy.seat(busy.second, "门岗", "邻区")
    answer = signed_in(busy.account("commander")).post(*writes(busy)["publish"])
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "邻区：" in text
    assert Roster.objects.get(pk=busy.second.pk).state == "draft"


def test_a_refused_edit_asks_for_the_reason_and_then_is_made(busy: World, signed_in) -> None:
    client = signed_in(busy.account("commander"))
    address, given = writes(busy)["assign"]
    actions.unassign(
        actor=SYSTEM, at=EVE, roster_id=busy.roster.pk,
        assignment_id=Assignment.objects.filter(shift__roster=busy.roster, person=busy.people["张一"]).first().pk,
    )  # fmt: skip
    Assignment.objects.filter(shift__roster=busy.roster, person=busy.people["张一"]).delete()
    asked = client.post(address, given, headers={"HX-Request": "true"})
    assert asked.status_code == 200
    assert [b["code"] for b in asked.context["refusal"].data["breaches"]] == ["qualification"]
    assert "没有岗位要求的能力或资质" in asked.content.decode()
    assert 'name="reason"' in asked.content.decode()
    made = client.post(address, {**given, "reason": "现场带教"}, headers={"HX-Request": "true"})
    assert "已安排张一上岗" in made.content.decode()
    assert made["HX-Trigger"] == "roster-changed"
    undo = re.search(r'hx-post="(/roster/[^"]+/undo/[^"]+)"', made.content.decode()).group(1)
    assert "已撤销" in client.post(undo, headers={"HX-Request": "true"}).content.decode()
    assert who(busy.roster, "扫码") == set()


def test_the_drawer_offers_moves_and_swaps_only_to_those_who_may(busy: World, signed_in) -> None:
    address = pages(busy)["why_here"]
    may = signed_in(busy.account("secretary", busy.units["甲一"])).get(address).content.decode()
    may_not = signed_in(busy.account("auditor")).get(address).content.decode()
    for words in ("调过去", "对调", "固定在这个班次", "撤下"):
        assert words in may
        assert words not in may_not


def test_the_progress_shows_the_jobs_sentence_and_refreshes_when_it_has_ended(busy: World, signed_in) -> None:
    account = busy.account("commander")
    client = signed_in(account)
    address = f"/roster/{busy.second.pk}/progress/"
    assert client.get(address)["HX-Refresh"] == "true"
    client.post(f"/roster/{busy.second.pk}/solve/", {"seconds": 20})
    job = solving.open_job(busy.second)
    jobs.Job.objects.filter(pk=job.pk).update(state="running", progress=0.4, note="正在求解：第 3 轮")
    text = client.get(address).content.decode()
    assert "正在求解：第 3 轮" in text
    assert 'aria-valuenow="40"' in text
    assert "可以离开这个页面" in text
    client.post(f"/roster/{busy.second.pk}/stop/")
    assert "正在收尾" in client.get(address).content.decode()
    jobs.Job.objects.filter(pk=job.pk).update(state="failed", error="内存不够。")
    assert "内存不够。" in client.get(f"/roster/{busy.second.pk}/").content.decode()


def test_paper_names_whom_to_call_with_the_number_masked_and_says_when_it_is_a_draft(busy: World, signed_in) -> None:
    from jimu.core import sealed
    from jimu.people.models import UnitLeader

    secretary = busy.person("沈书记", "committee_cadre", phone_sealed=sealed.seal("10012345678"))
    UnitLeader.objects.create(unit=busy.units["甲一"], person=secretary, role="leader", title="书记", since=EVE)
    client = signed_in(busy.account("commander"))
    text = client.get(pages(busy)["print_all"]).content.decode()
    assert "沈书记" in text
    assert "10012345678" not in text
    assert "100****5678" in text
    assert text.count('class="sheet"') == 2
    assert "草稿，未发布" not in text
    assert "缺 1 人" in text
    assert "商请 2 人" in text
    assert "草稿，未发布" in client.get(f"/roster/{busy.second.pk}/print/").content.decode()


@pytest.mark.parametrize("given", [{"first_day": "2026-04-04", "days": 3}, {"first_day": "2026-04-06", "days": 0}, {}])
def test_a_draft_of_the_past_or_of_no_days_is_refused_with_a_sentence(busy: World, signed_in, given: dict) -> None:
    client = signed_in(busy.account("commander"))
    count = Roster.objects.count()
    answer = client.post(f"/roster/draft/{busy.incident.pk}/", given)
    assert answer.status_code == 422
    assert Roster.objects.count() == count


def test_emergency_hours_are_asked_for_with_a_reason_and_shown(busy: World, signed_in) -> None:
    client = signed_in(busy.account("commander"))
    given = {"first_day": "2026-04-06", "days": 1, "emergency_reason": "多点暴发，人手不足"}
    answer = client.post(f"/roster/draft/{busy.incident.pk}/", given, follow=True)
    assert "多点暴发，人手不足" in answer.content.decode()
    assert Roster.objects.first().emergency


@pytest.mark.parametrize("week", ["", "0", "1", "99", "x", "-1", "²"])
def test_any_week_in_the_address_shows_a_page(busy: World, signed_in, week: str) -> None:
    assert signed_in(busy.account("commander")).get(pages(busy)["unit"], {"week": week}).status_code == 200
