"""Other commands' people: asked for, promised, and never on a seat."""

import pytest

from jimu.core.errors import Invalid, NotFound, NotPermitted
from jimu.core.models import JournalEntry
from jimu.core.permissions import SYSTEM
from jimu.roster import request_actions, request_queries
from jimu.roster.models import StaffRequest

from .conftest import EVE, World


@pytest.fixture
def asking(world: World) -> World:
    world.post("采样", 360, 600, needed=4, kinds=["medic"], requested_only=True, days=[0, 3])
    world.post("驻点", 420, 900, unit="甲二", kinds=["police"], requested_only=True)
    world.post("门岗", 480, 720)
    world.roster = world.draft(7)
    return world


def note(world: World, post: str = "采样", **more):
    given = {"actor": SYSTEM, "at": EVE, "state": "promised", "promised": 3, "note": "", **more}
    return request_actions.note_request(post_id=world.posts[post].pk, **given)


def test_the_list_tells_how_many_on_how_many_days_and_how_far_it_is(asking: World) -> None:
    note(asking, promised=3)
    found = request_queries.requests_of(SYSTEM, asking.roster)
    assert [(a.post.title, a.post.needed, a.days, a.state, a.missing) for a in found] == [
        ("采样", 4, 2, "promised", 1), ("驻点", 1, 7, "open", 1),
    ]  # fmt: skip
    mine = request_queries.requests_of(asking.actor("secretary", "甲二"), asking.roster)
    assert [a.post.title for a in mine] == ["驻点"]


@pytest.mark.parametrize(("state", "promised"), [("promised", 0), ("promised", 5), ("maybe", 1)])
def test_a_promise_has_a_number_that_can_be(asking: World, state: str, promised: int) -> None:
    with pytest.raises(Invalid):
        note(asking, state=state, promised=promised)
    assert not StaffRequest.objects.exists()
    assert note(asking, state="promised", promised=4).promised == 4


def test_a_refusal_takes_the_promise_back_and_the_same_again_writes_nothing(asking: World) -> None:
    note(asking)
    note(asking, state="declined", promised=3, note="今天抽不出人")
    note(asking, state="declined", promised=2, note="今天抽不出人")
    row = StaffRequest.objects.get()
    assert (row.state, row.promised, row.note) == ("declined", 0, "今天抽不出人")
    assert JournalEntry.objects.filter(verb="roster.request_noted").count() == 2


def test_only_those_of_the_place_note_and_only_for_posts_that_are_asked_for(asking: World) -> None:
    with pytest.raises(NotFound):
        note(asking, actor=asking.actor("secretary", "甲二"))
    with pytest.raises(NotPermitted):
        note(asking, actor=asking.actor("auditor"))
    with pytest.raises(NotFound):
        note(asking, post="门岗")
    assert note(asking, actor=asking.actor("secretary", "甲一")).state == "promised"


def test_what_was_promised_outlives_a_new_draft(asking: World) -> None:
    note(asking)
    assert request_queries.requests_of(SYSTEM, asking.draft(3))[0].promised == 3


def test_the_page_takes_a_note_and_shows_it(asking: World, signed_in) -> None:
    client = signed_in(asking.account("secretary", asking.units["甲一"]))
    address = f"/roster/{asking.roster.pk}/requests/"
    assert "共需 8 人次，还有 8 人次没有答应" in client.get(address).content.decode()
    given = {"state": "promised", "promised": 4, "note": "区卫健委值班室"}
    answer = client.post(f"{address}{asking.posts['采样'].pk}/", given, headers={"HX-Request": "true"})
    assert "区卫健委值班室" in answer.content.decode()
    assert "还有 0 人次没有答应" in client.get(address).content.decode()
