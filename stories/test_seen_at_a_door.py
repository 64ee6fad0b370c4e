"""What a patrol sees at the door of a household becomes a need, once, with its words and the shorter limit, and ends when the resident's need ends."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest

from jimu import wiring
from jimu.accounts.queries import actor_of
from jimu.core import clock
from jimu.core.ids import new_id
from jimu.field.households.events import NeedTurned
from jimu.field.needs import acting, answering
from jimu.field.needs.models import Need
from jimu.field.patrol import alarming, offline, seeing
from jimu.field.patrol.models import Seen
from jimu.field.patrol.seeing import Found
from jimu.grid.tests.town import Town, build
from jimu.sync.tests.conftest import enrolled

pytestmark = pytest.mark.django_db
Committing = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def town() -> Town:
    return build()


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Committing:
    """What was announced is reacted to, and what that announces too."""

    @contextmanager
    def done() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return done


def found(town: Town, kind: str = "damage", **more: Any) -> Seen:
    return seeing.see(actor=town.actor("member", "第1网格块"), found=Found(new_id(), kind, clock.now(), unit_id=town["1号楼"].pk, text="水从门缝流出来", **more))


def test_what_concerns_a_door_becomes_one_need_and_the_finding_shows_which(town: Town, committing: Committing) -> None:
    with committing():
        seen = found(town, room="301", danger=True)
    for _n in range(2):
        with committing():
            seeing.ask_for_need(seen)
    need = Need.objects.get()
    seen.refresh_from_db()
    assert (need.text, need.unit, need.room, need.kind, need.way, need.origin) == ("水从门缝流出来", town["1号楼"], "301", "repair", "patrol", seen.target)
    # The class of need has a day; who stood there said that it is dangerous now.
    assert (need.due_at, seen.need_id, seen.need_number) == (seen.due_at, need.pk, need.receipt)
    desk = town.client("secretary", "甲一居民区")
    page = desk.get(f"/patrol/seen/{seen.pk}/").content.decode()
    assert all(words in page for words in (need.receipt, f"/needs/{need.pk}/"))
    assert desk.get(f"/needs/{need.pk}/").status_code == 200
    # Who found it sees the number, and no link to a page that is not theirs.
    finder = town.client("member", "第1网格块")
    page = finder.get(f"/patrol/seen/{seen.pk}/").content.decode()
    assert need.receipt in page
    assert f"/needs/{need.pk}/" not in page
    assert finder.get(f"/needs/{need.pk}/").status_code in (403, 404)


@pytest.fixture
def done(town: Town, committing: Committing) -> Need:
    """A need that came of a finding, and whose handler says that it is done."""
    with committing():
        found(town, room="301")
    need, secretary = Need.objects.get(), town.actor("secretary", "甲一居民区")
    acting.assign(actor=secretary, at=clock.now(), need_id=need.pk, person_id=town.people["王伟"].pk)
    account = town.account("member", "第1网格块")
    account.person = town.people["王伟"]
    account.save()
    hand = actor_of(account)
    acting.accept(actor=hand, at=clock.now(), need_id=need.pk)
    return acting.finish(actor=hand, at=clock.now(), need_id=need.pk, note="关了总阀")


def say(town: Town, need: Need, act: str, note: str = "") -> None:
    answering.by_account(actor=town.actor("secretary", "甲一居民区"), at=clock.now(), need_id=need.pk, act=act, note=note)


def test_the_finding_ends_with_the_need_and_opens_again_with_it_though_the_service_ends_at_that_moment(town: Town, done: Need) -> None:
    # Nothing that waits for the commit is done: it is as if the service had ended with it.
    say(town, done, "confirm")
    assert (Seen.objects.get().state, Seen.objects.get().settled_how) == ("settled", "已确认")
    say(town, done, "reopen", "又漏了")
    assert Seen.objects.get().state == "need"


def test_what_the_patrol_could_not_keep_did_not_happen_to_the_need(town: Town, done: Need, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(told: NeedTurned) -> None:
        raise RuntimeError("the service ended")

    monkeypatch.setitem(wiring.REACTIONS, NeedTurned, (ends,))
    with pytest.raises(RuntimeError, match="the service ended"):
        say(town, done, "confirm")
    done.refresh_from_db()
    assert (done.state, Seen.objects.get().state) == (Need.State.DONE, "need")


def test_what_is_about_nobody_s_door_stays_with_the_patrol_until_somebody_passes_it_on(town: Town, committing: Committing) -> None:
    with committing():
        seen = found(town)
    assert not Need.objects.exists()
    with committing():
        seeing.pass_on(actor=town.actor("secretary", "甲一居民区"), at=clock.now(), seen_id=seen.pk, room="302")
    assert (Need.objects.get().room, Need.objects.get().text, Seen.objects.get().state) == ("302", "水从门缝流出来", "need")


def test_of_a_quarrel_that_few_may_read_the_words_leave_the_patrol(town: Town, committing: Committing) -> None:
    with committing():
        found(town, "quarrel", room="301")
    need, seen = Need.objects.get(), Seen.objects.get()
    assert (need.restricted, need.text, seen.text, seen.room, seen.need_number) == (True, "水从门缝流出来", "", "", "")
    assert "由专人办理" in town.client("block_leader", "第1网格块").get(f"/patrol/seen/{seen.pk}/").content.decode()


def test_a_service_that_ended_between_the_two_opens_the_need_with_the_next_sweep(town: Town, committing: Committing) -> None:
    seen = found(town, room="301")
    assert (Need.objects.exists(), alarming.anything_due()) == (False, True)
    with committing():
        alarming.sweep(at=clock.now())
    seen.refresh_from_db()
    assert (seen.need_id, alarming.anything_due()) == (Need.objects.get().pk, False)


def test_leaders_are_told_of_what_lies_though_a_need_cannot_be_opened(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    found(town, room="301", danger=True)
    lies = found(town, "hazard", danger=True)

    def refuse(one: Seen) -> None:
        raise RuntimeError("another brick")

    monkeypatch.setattr(seeing, "ask_for_need", refuse)
    with pytest.raises(RuntimeError, match="another brick"):
        alarming.sweep(at=lies.due_at + timedelta(minutes=1))
    lies.refresh_from_db()
    assert lies.stage > 0


def test_a_phone_that_was_offline_brings_one_need_with_the_limit_of_then(town: Town, committing: Committing) -> None:
    phone = enrolled(town, town.account("member", "第1网格块"), "第1网格块")
    at = phone.now() - timedelta(hours=2)
    payload = {"unit": str(town["1号楼"].pk), "kind": "damage", "text": "漏水", "room": "301"}
    one = {"op_id": str(new_id()), "kind": offline.SEEN, "at": at.isoformat(), "based_on": None, "payload": payload}
    with committing():
        assert phone.outcomes(one, one) == ["done", "already_done"]
    need = Need.objects.get()
    assert (need.reported_at, need.due_at) == (Seen.objects.get().at, Seen.objects.get().due_at)
