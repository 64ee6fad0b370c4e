"""Needs that were given to the phone's person: taken on and finished without a network."""

from typing import Any

import pytest

from jimu.accounts.models import Account
from jimu.core import clock
from jimu.core.errors import NotFound
from jimu.core.ids import new_id
from jimu.core.permissions import Actor
from jimu.field.needs import acting, answering, offline
from jimu.field.needs.errors import NotNow, OwnWork
from jimu.field.needs.models import Need
from jimu.field.needs.tests.conftest import AT, PHONE, Ward, fresh
from jimu.sync.registry import Holder, Incoming, NeedsLook, kinds
from jimu.sync.tests.conftest import Phone, enrolled

pytestmark = pytest.mark.django_db


def came(actor: Actor, name: str, need: Need, note: str = "米送到了", **more: Any) -> None:
    """As the server hands it on: read by the kind's own fields."""
    kind, sent = kinds()[name], {"need": str(need.pk), "note": note}
    data = {field.name: field.read(sent.get(field.name)) for field in kind.fields}
    kind.action(Incoming(new_id(), name, new_id(), actor, AT, AT, AT, "", "", data, **more))


def held(ward: Ward, actor: Actor, unit: str = "甲一居民区") -> list[Any]:
    return list(offline.given_to_holder(Holder(actor, ward.town[unit].pk, ward.town[unit].path, AT), AT, None).items)


def test_the_list_is_what_was_given_to_its_holder_the_most_pressing_first(ward: Ward) -> None:
    later, first, other = ward.need(), ward.need("medicine_urgent"), ward.need()
    for need, actor in ((later, ward.hand), (first, ward.hand), (other, ward.other)):
        ward.given_to(need, actor)
    items = held(ward, ward.hand)
    assert [item["id"] for item in items] == [str(first.pk), str(later.pk)]
    assert "家里没有米了" in items[1]["note"]
    assert items[0]["due"] == fresh(first).due_at.isoformat()
    assert PHONE not in str(items)
    assert held(ward, ward.hand, "乙一居民区") == []


def test_a_team_s_need_is_on_each_member_s_phone_until_one_takes_it(ward: Ward) -> None:
    need, team = ward.need(), ward.team(ward.hand, ward.other)
    acting.assign(actor=ward.secretary, at=AT, need_id=need.pk, team_id=team.pk)
    assert [item["id"] for item in held(ward, ward.other)] == [str(need.pk)]
    came(ward.hand, offline.ACCEPT, need)
    assert held(ward, ward.other) == []
    assert held(ward, ward.hand)[0]["kinds"] == [offline.FINISH]
    with pytest.raises(NotNow, match="安办理"):
        came(ward.other, offline.ACCEPT, need)


def test_a_restricted_need_is_on_no_phone_but_its_handler_s(ward: Ward) -> None:
    need = ward.need()
    Need.objects.filter(pk=need.pk).update(restricted=True)
    ward.team(ward.hand, ward.other)
    ward.given_to(need, ward.hand)
    assert "家里没有米了" in str(held(ward, ward.hand))
    for actor in (ward.other, ward.lead, ward.secretary):
        assert held(ward, actor) == []


def test_taken_on_and_finished_in_one_row_and_never_confirmed_by_the_handler(ward: Ward) -> None:
    need = ward.need()
    ward.given_to(need, ward.hand)
    for name in (offline.ACCEPT, offline.ACCEPT, offline.FINISH):
        came(ward.hand, name, need)
    assert fresh(need).state == "done"
    assert held(ward, ward.hand) == []
    with pytest.raises(OwnWork):
        answering.by_account(actor=ward.hand, at=AT, need_id=need.pk, act="confirm", note="")
    assert fresh(need).state == "done"


def test_finished_twice_keeps_both_words(ward: Ward) -> None:
    need = ward.need()
    ward.given_to(need, ward.hand)
    came(ward.hand, offline.ACCEPT, need)
    came(ward.hand, offline.FINISH, need, "米送到了")
    came(ward.hand, offline.FINISH, need, "油也送到了")
    assert [event.note for event in need.events.order_by("id")][-2:] == ["米送到了", "油也送到了"]
    assert need.events.filter(kind="done").count() == 1


def test_finished_before_it_was_taken_on_waits_for_a_person(ward: Ward) -> None:
    need = ward.need()
    ward.given_to(need, ward.hand)
    with pytest.raises(NeedsLook):
        came(ward.hand, offline.FINISH, need)
    came(ward.hand, offline.ACCEPT, need)
    came(ward.hand, offline.FINISH, need, looked=True)
    assert fresh(need).state == "done"


def test_somebody_else_s_need_is_not_there(ward: Ward) -> None:
    need = ward.need()
    ward.given_to(need, ward.hand)
    for name in (offline.ACCEPT, offline.FINISH):
        with pytest.raises(NotFound):
            came(ward.town.actor("member", "乙一居民区"), name, need)


class TestSync:
    """Through the door of phones."""

    @pytest.fixture
    def phone(self, ward: Ward) -> Phone:
        return enrolled(ward.town, Account.objects.get(pk=ward.hand.account_id), "甲一居民区")

    def op(self, phone: Phone, name: str, **payload: str) -> dict[str, Any]:
        return {"op_id": str(new_id()), "kind": name, "at": phone.now().isoformat(), "based_on": None, "payload": payload}

    def test_twice_is_once_and_another_part_is_refused(self, ward: Ward, phone: Phone) -> None:
        need = ward.need(at=clock.now())
        ward.given_to(need, ward.hand, clock.now())
        accept, finish = self.op(phone, offline.ACCEPT, need=str(need.pk)), self.op(phone, offline.FINISH, need=str(need.pk), note="送到了")
        assert phone.outcomes(accept, finish, finish) == ["done", "done", "already_done"]
        assert need.events.filter(kind="done").count() == 1

    def test_a_need_beyond_the_phone_s_part_is_refused_and_not_listed(self, ward: Ward) -> None:
        need = ward.need(at=clock.now())
        ward.given_to(need, ward.hand, clock.now())
        other = next(unit for unit in ward.town.units.values() if unit.kind == "block" and not need.unit.path.startswith(unit.path) and unit.path.startswith(ward.town["甲一居民区"].path))
        ward.town.units["别的块"] = other
        away = enrolled(ward.town, Account.objects.get(pk=ward.hand.account_id), "别的块")
        assert away.outcomes(self.op(away, offline.ACCEPT, need=str(need.pk))) == ["refused"]
        assert str(need.pk) not in away.pack().content.decode()
        assert fresh(need).state == "assigned"

    def test_what_was_asked_for_by_telephone_says_so(self, ward: Ward, phone: Phone) -> None:
        given = {"unit": str(ward.building.pk), "kind": "food", "text": "没米了", "room": "502"}
        hear = [self.op(phone, offline.KIND, **given, way="phone"), self.op(phone, offline.KIND, **given), self.op(phone, offline.KIND, **given, way="qr")]
        assert phone.outcomes(*hear) == ["done", "done", "refused"]
        assert sorted(Need.objects.values_list("way", flat=True)) == ["door", "phone"]
