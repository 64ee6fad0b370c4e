"""One's own pages, the lead's pages of people, the calendar, the code at the post."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from jimu.core import clock
from jimu.own.actions import issue_link, revoke_link
from jimu.own.queries import token_of
from jimu.relay import codes, feeds, seat_actions, seats
from jimu.relay.models import CalendarFeed, SeatRequest
from jimu.roster.models import Assignment, CheckIn
from jimu.roster.tests.conftest import DAY

from .conftest import Gate, SignIn

SEVEN = clock.at_minute(DAY, 420)


@pytest.fixture
def seven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: SEVEN)
    monkeypatch.setattr(clock, "today", lambda: DAY)


def seat_of(gate: Gate, name: str = "张一") -> Assignment:
    return seats.coming(gate.world.people[name].pk, SEVEN)[0].assignment


def test_my_page_says_when_where_and_who_leads(gate: Gate, signed_in: SignIn, seven: None) -> None:
    from jimu.people.models import UnitLeader

    UnitLeader.objects.create(unit=gate.world.units["甲一"], person=gate.world.people["赵四"], role="leader", title="书记", since=SEVEN)
    text = signed_in(gate.account("张一")).get("/relay/me/").content.decode()
    for word in ("张一，您好", "4月6日 星期一", "08:00–12:00", "07:45", "门岗", "甲一居民区", "赵四", "书记"):
        assert word in text
    assert "王二" not in text


def test_an_account_of_nobody_is_told_what_to_do(gate: Gate, signed_in: SignIn, seven: None) -> None:
    assert "还没有对应到人" in signed_in(gate.world.account("member")).get("/relay/me/").content.decode()


def test_two_exchange_shifts_with_taps(gate: Gate, signed_in: SignIn, seven: None) -> None:
    mine, theirs = signed_in(gate.account("张一")), signed_in(gate.account("王二"))
    seat, other = seat_of(gate), seat_of(gate, "王二")
    assert "王二" in mine.get(f"/relay/me/seats/{seat.pk}/others/").content.decode()
    assert mine.post(f"/relay/me/seats/{seat.pk}/swap/", {"seat": other.pk}).status_code == 302
    assert "张一想和您换班" in theirs.get("/relay/me/").content.decode()
    asked = SeatRequest.objects.get()
    assert theirs.post(f"/relay/me/requests/{asked.pk}/reply/", {"yes": "on"}).status_code == 302
    assert "12:00–16:00" in mine.get("/relay/me/").content.decode()
    assert "已办好" in mine.get("/relay/me/").content.decode()


def test_a_leave_goes_to_the_lead_and_comes_back_with_words(gate: Gate, signed_in: SignIn, seven: None) -> None:
    mine, lead = signed_in(gate.account("张一")), signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    mine.post(f"/relay/me/seats/{seat_of(gate).pk}/leave/", {"reason": "发热"})
    assert "发热" in lead.get("/relay/requests/").content.decode()
    asked = SeatRequest.objects.get()
    assert lead.post(f"/relay/requests/{asked.pk}/decide/", {}).status_code == 422
    lead.post(f"/relay/requests/{asked.pk}/decide/", {"sentence": "请先做抗原再说"})
    assert "请先做抗原再说" in mine.get("/relay/me/").content.decode()


OWN_PAGES = ["", "others/", "card/"]
OWN_POSTS = [
    ("leave/", {"reason": "x"}), ("rest/", {"days": 1, "reason": "x"}), ("sign/", {"going": "in", "place": "x"}),
    ("cover/", {"person": "0" * 32}), ("swap/", {"seat": "0" * 32}),
]  # fmt: skip


def test_a_seat_is_its_own_ones_business_only(gate: Gate, signed_in: SignIn, seven: None) -> None:
    path = f"/relay/me/seats/{seat_of(gate).pk}/"
    mine, other = signed_in(gate.account("张一")), signed_in(gate.account("王二"))
    commander = signed_in(gate.world.account("commander"))
    for more in OWN_PAGES:
        assert Client().get(path + more).status_code == 302
        assert mine.get(path + more).status_code == 200
        assert other.get(path + more).status_code == commander.get(path + more).status_code == 404
        assert mine.post(path + more).status_code == 405
    for more, given in OWN_POSTS:
        assert other.post(path + more, given).status_code == commander.post(path + more, given).status_code == 404
        assert mine.get(path + more).status_code == 405


def test_a_leads_pages_are_for_those_who_decide_there(gate: Gate, signed_in: SignIn, seven: None) -> None:
    seat = seat_of(gate)
    lead = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    elsewhere = signed_in(gate.world.account("secretary", gate.world.units["甲二"]))
    member, auditor = signed_in(gate.account("王二")), signed_in(gate.world.account("auditor"))
    assert lead.get(f"/relay/seats/{seat.pk}/").status_code == 200
    assert elsewhere.get(f"/relay/seats/{seat.pk}/").status_code == 404
    assert member.get(f"/relay/seats/{seat.pk}/").status_code == auditor.get("/relay/requests/").status_code == 403
    for more in ("release/", "cover/", "move/"):
        given = {"reason": "联系不上", "person": gate.world.people["李三"].pk, "to": gate.shift(gate.morning, 1).pk}
        assert elsewhere.post(f"/relay/seats/{seat.pk}/{more}", given).status_code == 404
        assert auditor.post(f"/relay/seats/{seat.pk}/{more}", given).status_code == 403
        assert lead.get(f"/relay/seats/{seat.pk}/{more}").status_code == 405
    assert lead.post(f"/relay/seats/{seat.pk}/release/", {"reason": "联系不上"}).status_code == 302
    assert "联系不上" in signed_in(gate.account("张一")).get("/relay/me/").content.decode()


def test_the_code_at_the_post_opens_a_page_with_one_button(gate: Gate, signed_in: SignIn, seven: None) -> None:
    shift = gate.shift(gate.morning)
    lead = signed_in(gate.world.account("secretary", gate.world.units["甲一"]))
    assert "<svg" in lead.get(f"/relay/code/{shift.pk}/").content.decode()
    assert "<svg" in lead.get(f"/relay/code/{shift.pk}/print/").content.decode()
    assert signed_in(gate.world.account("secretary", gate.world.units["甲二"])).get(f"/relay/code/{shift.pk}/").status_code == 404
    path = f"/relay/scan/{codes.turning_code(shift, SEVEN)}/"
    assert Client().get(path).headers["Location"].startswith("/accounts/sign-in/?next=/relay/scan/")
    mine = signed_in(gate.account("张一"))
    assert "我到了" in mine.get(path).content.decode()
    mine.post(path, {"going": "in"})
    assert CheckIn.objects.get().how == "code"
    assert "您今天不在这个岗位上" in signed_in(gate.account("王二")).get(path).content.decode()
    assert mine.get("/relay/scan/AAAA/").status_code == 422


def test_a_duty_card_is_checked_by_anybody_of_the_house(gate: Gate, signed_in: SignIn, seven: None) -> None:
    path = f"/relay/scan/{codes.card_code(gate.shift(gate.morning))}/"
    text = signed_in(gate.account("王二")).get(path).content.decode()
    assert "上岗证查验" in text
    assert "张一" not in text


def test_the_public_key_is_everybodys() -> None:
    assert len(Client().get("/relay/key.json").json()["keys"][0]) == 44


def test_the_days_attendance_and_its_no_shows(gate: Gate, signed_in: SignIn, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: SEVEN + timedelta(minutes=90))
    unit, seat = gate.world.units["甲一"], seat_of(gate)
    lead = signed_in(gate.world.account("secretary", unit))
    lead.post(f"/relay/attendance/absent/{seat.pk}/", {"why": "联系不上"})
    text = lead.get(f"/relay/attendance/{unit.pk}/?day={DAY.isoformat()}").content.decode()
    assert "联系不上" in text
    assert "未到岗" in text
    elsewhere = signed_in(gate.world.account("secretary", gate.world.units["甲二"]))
    assert elsewhere.get(f"/relay/attendance/{unit.pk}/").status_code == 404
    assert elsewhere.post(f"/relay/attendance/absent/{seat.pk}/", {"why": "x"}).status_code == 404


def test_a_calendar_is_read_at_a_private_address_until_it_is_ended(gate: Gate, signed_in: SignIn, seven: None) -> None:
    mine = signed_in(gate.account("张一"))
    text = mine.post("/relay/me/calendar/").content.decode()
    path = re.search(r"http://testserver(/relay/calendar/[\w-]+\.ics)", text)[1]
    assert CalendarFeed.objects.get().digest not in path
    answer = Client().get(path)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [(str(one["summary"]), one["dtstart"].dt) for one in events] == [("门岗 · 甲一居民区", clock.at_minute(DAY, 480))]
    assert not any(name in answer.content.decode() for name in gate.world.people)
    mine.post("/relay/me/calendar/", {"revoke": "on"})
    assert Client().get(path).status_code == Client().get("/relay/calendar/none.ics").status_code == 404


def test_a_new_address_ends_the_one_before(gate: Gate, seven: None) -> None:
    own = gate.own("张一")
    first, second = feeds.make_feed(actor=own, at=SEVEN), feeds.make_feed(actor=own, at=SEVEN)
    assert Client().get(f"/relay/calendar/{first}.ics").status_code == 404
    assert Client().get(f"/relay/calendar/{second}.ics").status_code == 200


def test_a_calendar_event_moves_with_the_roster_instead_of_doubling(gate: Gate, seven: None) -> None:
    own, person = gate.own("张一"), gate.world.people["张一"]
    before = {str(one["uid"]) for one in Calendar.from_ical(feeds.calendar_of(person, SEVEN)).walk("VEVENT")}
    asked = seat_actions.ask_leave(actor=own, at=SEVEN, assignment_id=seat_of(gate).pk, reason="x")
    assert {str(one["uid"]) for one in Calendar.from_ical(feeds.calendar_of(person, SEVEN)).walk("VEVENT")} == before
    assert asked.state == "asked"


def test_my_page_costs_the_same_whatever_it_holds(gate: Gate, signed_in: SignIn, seven: None, django_assert_max_num_queries) -> None:
    client = signed_in(gate.account("张一"))
    for day in (0, 1):
        if day:
            gate.seat("张一", day=1)
            gate.seat("张一", day=2)
        with django_assert_max_num_queries(19):
            client.get("/relay/me/")


@pytest.fixture
def link(gate: Gate, seven: None) -> str:
    """The address of 张一's own pages by a personal link."""
    made = issue_link(actor=gate.world.actor(), at=SEVEN, person_id=gate.world.people["张一"].pk)
    return f"/relay/by/{token_of(made)}/"


def test_a_personal_link_opens_ones_own_pages_and_no_others(gate: Gate, link: str) -> None:
    client = Client()
    text = client.get(link).content.decode()
    assert "张一，您好" in text
    assert f'href="{link}seats/{seat_of(gate).pk}/"' in text
    assert client.get(f"{link}seats/{seat_of(gate).pk}/").status_code == 200
    assert client.get(f"{link}seats/{seat_of(gate, '王二').pk}/").status_code == 404
    assert client.post(f"{link}seats/{seat_of(gate).pk}/leave/", {"reason": "发热"}).headers["Location"] == link
    assert SeatRequest.objects.get().asked_by == "张一"
    for path in ("/relay/", "/relay/me/", "/relay/requests/", "/roster/"):
        assert client.get(path).status_code == 302


def test_a_phone_that_opened_its_link_signs_by_scanning(gate: Gate, link: str) -> None:
    client, path = Client(), f"/relay/scan/{codes.turning_code(gate.shift(gate.morning), SEVEN)}/"
    assert client.get(path).status_code == 302
    client.get(link)
    assert client.post(path, {"going": "in"}).headers["Location"] == link
    assert CheckIn.objects.get().marked_by == "张一"
    assert Client().post(path, {"going": "in"}).status_code == 302
    assert CheckIn.objects.count() == 1


def test_a_link_that_was_taken_back_opens_nothing(gate: Gate, link: str) -> None:
    client, path = Client(), f"/relay/scan/{codes.turning_code(gate.shift(gate.morning), SEVEN)}/"
    client.get(link)
    revoke_link(actor=gate.world.actor(), at=SEVEN, person_id=gate.world.people["张一"].pk)
    assert client.get(link).status_code == client.get("/relay/by/none/").status_code == 404
    assert client.get(path).status_code == 302
