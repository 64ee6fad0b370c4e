"""Pages of incidents: who may see and do what, what they say, and queries that do not grow."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, Post
from jimu.people.models import Person

from .conftest import FACTS, World, child

WATCHERS = ["secretary", "block_leader", "building_leader", "member", "auditor"]


@pytest.fixture
def today(world: World) -> Incident:
    """The incident, begun now: pages look at the real clock."""
    return world.activate(at=clock.now())


def addresses(incident: Incident, world: World) -> dict[str, str]:
    """Every page that shows something of the incident."""
    unit = world.units["甲一"]
    return {
        "index": reverse("incidents:index"),
        "incident": reverse("incidents:incident", args=[incident.pk]),
        "posts": reverse("incidents:posts", args=[incident.pk, unit.pk]),
        "panel": reverse("incidents:unit_panel", args=[unit.pk]),
    }


def writes(incident: Incident, world: World) -> dict[str, tuple[str, dict[str, object]]]:
    """Every page that changes something, with a form that would do."""
    post = Post.objects.get(incident=incident, unit=world.units["甲一"], code="shovel")
    end = clock.today() + timedelta(days=9)
    return {
        "activate": (
            reverse("incidents:activate"),
            {"choice": "typhoon/blue", "unit": world.units["甲一"].pk, "legal_basis": "防汛条例", "ends_on": end.isoformat()},
        ),
        "adjust": (reverse("incidents:adjust", args=[post.pk]), {"needed": 7, "reason": "路窄"}),
        "prolong": (reverse("incidents:prolong", args=[incident.pk]), {"ends_on": end.isoformat(), "reason": "雪未停"}),
        "level": (reverse("incidents:level", args=[incident.pk]), {"level": "red", "reason": "雪更大了"}),
        "stand_down": (reverse("incidents:stand_down", args=[incident.pk]), {"reason": "雪停了"}),
    }


def test_who_is_not_signed_in_is_led_to_the_door(world: World, today: Incident) -> None:
    for address in (*addresses(today, world).values(), reverse("incidents:new")):
        answer = Client().get(address)
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("accounts:sign_in"))
    for address, form in writes(today, world).values():
        assert Client().post(address, form).status_code == 302
    assert Incident.objects.get().state == "active"


@pytest.mark.parametrize("role", ["commander", *WATCHERS])
def test_whoever_serves_in_it_sees_it(world: World, today: Incident, signed_in, role: str) -> None:
    client = signed_in(world.account(role, world.units["甲一"] if role != "commander" else None))
    for name, address in addresses(today, world).items():
        answer = client.get(address)
        assert answer.status_code == 200, name
        assert ("甲一" if name == "posts" else "扫雪") in answer.content.decode(), name


@pytest.mark.parametrize("role", ["commander", *WATCHERS])
def test_to_a_stranger_it_looks_like_nothing(world: World, signed_in, role: str) -> None:
    incident = world.activate(unit_id=world.zones["甲片区"].pk)
    client = signed_in(world.account(role, world.units["乙一"]))
    found = addresses(incident, world)
    assert "扫雪" not in client.get(found.pop("index")).content.decode()
    for address in (*found.values(), reverse("incidents:incident", args=[uuid4()])):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", WATCHERS)
def test_who_only_watches_finds_no_way_to_change_it(world: World, today: Incident, signed_in, role: str) -> None:
    client = signed_in(world.account(role))
    for name in ("incident", "posts", "index"):
        words = client.get(addresses(today, world)[name]).content.decode()
        assert 'action="/incidents/' not in words
        assert "/incidents/new/" not in words
    assert client.get(reverse("incidents:new")).status_code == 403
    for name, (address, form) in writes(today, world).items():
        assert client.post(address, form).status_code == 403, name
    assert (Incident.objects.count(), Incident.objects.get().level) == (1, "blue")


def test_the_commander_does_each_of_them(world: World, today: Incident, signed_in) -> None:
    client = signed_in(world.account("commander"))
    for name, (address, form) in writes(today, world).items():
        answer = client.post(address, form, follow=True)
        assert answer.status_code == 200, name
        assert [str(message) for message in answer.context["messages"]], name
    today.refresh_from_db()
    assert (today.state, today.level, today.ends_on) == ("stood_down", "red", clock.today() + timedelta(days=9))
    assert Post.objects.get(incident=today, unit=world.units["甲一"], code="shovel").needed == 7
    assert Incident.objects.get(playbook="typhoon").legal_basis == "防汛条例"


def test_reading_pages_take_no_post_and_writing_pages_no_get(world: World, today: Incident, signed_in) -> None:
    client = signed_in(world.account("commander"))
    for address in addresses(today, world).values():
        assert client.post(address).status_code == 405
    for name, (address, _form) in writes(today, world).items():
        if name != "level":
            assert client.get(address).status_code == 405


def test_the_preview_shows_everything_before_anything_happens(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    Unit.objects.filter(pk=world.units["乙一"].pk).update(households=None)
    words = client.get(reverse("incidents:new"), {"choice": "snow/red", "unit": world.top.pk}).content.decode()
    for sentence in ("和风街道 扫雪", "要多少人，有多少人", "1 个居民区的底数不全", "缺户数，按每户 2.32 人，估为 259", "启动红色，3 个居民区"):
        assert sentence in words
    assert not Incident.objects.exists()


def test_a_preview_of_one_neighborhood_gives_each_reason(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    asked = {"choice": "snow/blue", "unit": world.units["甲一"].pk}
    assert "3 队 × 4 人：900 户 ÷ 300" in client.get(reverse("incidents:new"), asked).content.decode()
    assert "3 队 × 4 人：900 户 ÷ 300" in client.get(reverse("incidents:new_posts"), asked).content.decode()


def test_a_preview_over_what_is_taken_offers_the_rest_instead_of_a_button(world: World, signed_in) -> None:
    world.activate(unit_id=world.units["甲一"].pk)
    client = signed_in(world.account("commander"))
    answer = client.get(reverse("incidents:new"), {"choice": "snow/red", "unit": world.top.pk})
    words = answer.content.decode()
    assert "甲一居民区等 1 个居民区已经在“甲一居民区 扫雪”之中，不能重复启动。" in words
    assert "只选其余 2 个居民区" in words
    assert reverse("incidents:activate") not in words
    rest = [place.pk for place in answer.context["free"]]
    again = client.get(reverse("incidents:new"), {"choice": "snow/red", "unit": world.top.pk, "only": rest})
    assert reverse("incidents:activate") in again.content.decode()


def test_an_order_without_basis_or_end_is_asked_for_them_on_the_same_page(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    form = {"choice": "snow/blue", "unit": world.top.pk, "only": [world.units["甲一"].pk], "legal_basis": " ", "ends_on": ""}
    answer = client.post(reverse("incidents:activate"), form)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明法律依据或上级指令" in words
    assert "请填写结束日期" in words
    assert f'name="only" value="{world.units["甲一"].pk}"' in words
    assert not Incident.objects.exists()


def test_a_unit_outside_the_command_cannot_be_slipped_in(world: World, signed_in) -> None:
    client = signed_in(world.account("commander", world.zones["甲片区"]))
    for unit in (world.top, world.units["乙一"]):
        assert "不在您的指挥之内" in client.get(reverse("incidents:new"), {"choice": "snow/blue", "unit": unit.pk}).content.decode()
        form = {"choice": "snow/blue", "unit": unit.pk, "legal_basis": "x", "ends_on": clock.today().isoformat()}
        assert client.post(reverse("incidents:activate"), form).status_code == 422
    assert not Incident.objects.exists()


def test_a_drill_says_so_everywhere(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    form = {"choice": "snow/blue", "unit": world.top.pk, "legal_basis": "x", "ends_on": clock.today().isoformat(), "drill": "on"}
    assert "演练" in client.post(reverse("incidents:activate"), form, follow=True).content.decode()
    assert "演练" in client.get(reverse("incidents:index")).content.decode()


def test_the_page_shows_level_basis_span_way_and_letter(world: World, signed_in) -> None:
    incident = world.activate(playbook_name="typhoon", level="orange", at=clock.now())
    client = signed_in(world.account("secretary", world.units["甲一"]))
    words = client.get(reverse("incidents:incident", args=[incident.pk])).content.decode()
    for sentence in ("Ⅱ级（橙色）", "level-orange", "《防汛条例》", "启动：Ⅱ级（橙色），3 个居民区", "亲爱的居民朋友们", "危房与低洼地段人员转移"):
        assert sentence in words


def test_a_secretary_sees_the_numbers_of_the_own_neighborhood_only(world: World, today: Incident, signed_in) -> None:
    client = signed_in(world.account("secretary", world.units["甲一"]))
    found = client.get(reverse("incidents:incident", args=[today.pk])).context["matrix"]
    assert [row.unit.short_name for row in found.rows] == ["甲一"]
    assert client.get(reverse("incidents:posts", args=[today.pk, world.units["甲二"].pk])).status_code == 404


def test_a_block_leader_sees_the_numbers_of_the_neighborhood_around(world: World, today: Incident, signed_in) -> None:
    block = child(world.units["甲一"], Unit.Kind.BLOCK, "第1网格块")
    client = signed_in(world.account("block_leader", Unit.objects.get(pk=block.pk)))
    found = client.get(reverse("incidents:incident", args=[today.pk])).context["matrix"]
    assert [(row.unit.short_name, row.total) for row in found.rows] == [("甲一", 14)]


def test_an_order_past_its_end_asks_to_be_prolonged_or_stood_down(world: World, today: Incident, signed_in) -> None:
    Incident.objects.filter(pk=today.pk).update(ends_on=clock.today() - timedelta(days=1))
    client = signed_in(world.account("commander"))
    assert "已到期，请延长或解除" in client.get(reverse("incidents:index")).content.decode()
    assert "请延长结束日期，或解除" in client.get(reverse("incidents:incident", args=[today.pk])).content.decode()


def test_another_level_is_shown_before_it_is_done(world: World, today: Incident, signed_in) -> None:
    client = signed_in(world.account("commander"))
    address = reverse("incidents:level", args=[today.pk])
    plan = client.get(address, {"level": "red"}).context["plan"]
    assert (plan.before, plan.after) == (30, 54)
    today.refresh_from_db()
    assert today.level == "blue"
    refused = client.post(address, {"level": "red", "reason": " "})
    assert (refused.status_code, "请写明理由" in refused.content.decode()) == (422, True)
    assert client.get(address, {"level": "green"}).status_code == 422


@pytest.mark.parametrize(
    ("role", "sentence", "way"),
    [
        ("commander", "先看它会做什么，再确认", "incidents:new"),
        ("secretary", "您的范围内没有正在进行的响应", "playbooks:index"),
    ],
)
def test_an_empty_list_says_what_to_do_next(world: World, signed_in, role: str, sentence: str, way: str) -> None:
    words = signed_in(world.account(role)).get(reverse("incidents:index")).content.decode()
    assert "平安无事" in words
    assert sentence in words
    assert f'href="{reverse(way)}"' in words


def test_without_neighborhoods_the_list_leads_to_the_intake(world: World, signed_in) -> None:
    Person.objects.all().delete()
    Unit.objects.filter(depth__gt=1).delete()
    words = signed_in(world.account("commander")).get(reverse("incidents:index")).content.decode()
    assert "先把底数表导入进来" in words
    assert f'href="{reverse("incidents:new")}"' not in words


def test_the_text_of_an_incident_that_can_no_longer_be_read_does_not_break_its_page(world: World, today: Incident, signed_in) -> None:
    Incident.objects.filter(pk=today.pk).update(playbook_text="old: [")
    client = signed_in(world.account("commander"))
    assert client.get(reverse("incidents:incident", args=[today.pk])).status_code == 200
    assert client.get(reverse("incidents:level", args=[today.pk]), {"level": "red"}).status_code == 422


def test_queries_do_not_grow_with_neighborhoods(world: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(world.account("commander"))
    small = world.activate(at=clock.now(), unit_id=world.units["甲一"].pk)
    for n in range(12):
        child(world.zones["乙片区"], Unit.Kind.NEIGHBORHOOD, f"乙{n + 2}居民区", households=500, residents=1000, **FACTS)
    large = world.activate(at=clock.now(), unit_id=world.zones["乙片区"].pk)
    assert large.units.count() == 13

    def queries(address: str, **asked: object) -> int:
        with django_assert_max_num_queries(30) as counted:
            assert client.get(address, asked).status_code == 200
        return len(counted.captured_queries)

    queries(reverse("incidents:index"))
    one, many = ({"choice": "typhoon/red", "unit": unit.pk} for unit in (world.units["甲一"], world.top))
    assert queries(reverse("incidents:new"), **many) <= queries(reverse("incidents:new"), **one)
    for name in ("incident", "level"):
        asked = {"level": "red"} if name == "level" else {}
        counts = [queries(reverse(f"incidents:{name}", args=[incident.pk]), **asked) for incident in (small, large)]
        assert counts[1] <= counts[0], name


def test_the_list_asks_as_often_for_many_incidents_as_for_one(world: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(world.account("commander"))
    world.activate(unit_id=world.units["甲一"].pk)
    with django_assert_max_num_queries(15) as few:
        client.get(reverse("incidents:index"))
    for name in ("typhoon", "gas-leak"):
        for unit in world.units.values():
            world.activate(playbook_name=name, level={"typhoon": "red", "gas-leak": "whole"}[name], unit_id=unit.pk)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("incidents:index"))
