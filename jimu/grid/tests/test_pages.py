"""The grid's pages: drawn for those who may see, in their part, edited by those who may, by the right method."""

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core.models import JournalEntry
from jimu.grid.models import Unit
from jimu.grid.tests.town import Town
from jimu.people.models import UnitLeader

pytestmark = pytest.mark.django_db
FACTS = {"households": "912", "residents": "2100", "elders": "", "elders_living_alone": "40", "buildings": "4", "blocks": "2"}
SEEN = {"seen_households": "900", "seen_residents": "2100", "seen_elders": "800", "seen_elders_living_alone": "40", "seen_buildings": "4", "seen_blocks": "2"}
HTMX = {"HTTP_HX_REQUEST": "true"}


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_commander_sees_every_place_with_its_leader_or_the_alarm_that_there_is_none(town: Town) -> None:
    shown = page(town.client("commander"), "grid:index")
    assert all(name in shown for name in ("东片区", "西片区", "甲一居民区", "甲二居民区", "乙一居民区"))
    assert "沈洁 总支书记" in shown
    assert "4 处没有负责人" in shown
    assert "2100" in shown


def test_only_the_alarms_leaves_out_who_is_led(town: Town) -> None:
    shown = page(town.client("commander"), "grid:index", only="alarms")
    assert "甲二居民区" in shown
    assert "甲一居民区" not in shown


def test_an_unreachable_leader_is_an_alarm_unless_a_deputy_can_be_reached(town: Town) -> None:
    town.person("赵无", phone="")
    town.lead("甲二居民区", "赵无")
    client = town.client("commander")
    assert "负责人联系不上" in page(client, "grid:index")
    town.lead("甲二居民区", "王伟", role="deputy")
    assert "负责人联系不上" not in page(client, "grid:index")


@pytest.mark.parametrize(
    ("role", "unit"), [("secretary", "甲一居民区"), ("block_leader", "第1网格块"), ("building_leader", "1号楼"), ("member", "甲一居民区")]
)
def test_who_has_one_place_goes_straight_to_it(town: Town, role: str, unit: str) -> None:
    answer = town.client(role, unit).get(reverse("grid:index"))
    assert answer["Location"] == reverse("grid:unit", args=[town[unit].pk])


def test_search_finds_a_building_by_name_with_where_it_stands_and_a_place_by_code(town: Town) -> None:
    client = town.client("commander")
    assert "东片区 › 甲一居民区 › 第1网格块" in page(client, "grid:index", q="2号楼")
    assert "甲一居民区" in page(client, "grid:index", q="999999001001")
    assert "没有这个名称或编码" in page(client, "grid:index", q="不存在")


def test_an_empty_grid_says_what_to_do_next(db: None) -> None:
    top = Unit.objects.create(path="0001", depth=1, kind="subdistrict", name="和风街道", short_name="和风")
    empty = Town({"和风街道": top})
    assert "还没有网格" in page(empty.client("commander"), "grid:index")


def test_a_place_shows_its_facts_blocks_buildings_and_the_way_up(town: Town) -> None:
    shown = page(town.client("commander"), "grid:unit", town["甲一居民区"].pk)
    assert all(word in shown for word in ("900", "第1网格块", "3号楼", "虚线的 3 幢还没有楼组长", reverse("grid:unit", args=[town["东片区"].pk])))
    assert "网格里有 3 个" in shown


def test_a_zone_sums_what_its_places_say(town: Town) -> None:
    shown = page(town.client("commander"), "grid:unit", town["东片区"].pk)
    assert "1400" in shown
    assert "下级合计" in shown


def test_the_way_up_beyond_ones_part_is_named_but_not_open(town: Town) -> None:
    shown = page(town.client("secretary", "甲一居民区"), "grid:unit", town["甲一居民区"].pk)
    assert "东片区" in shown
    assert reverse("grid:unit", args=[town["东片区"].pk]) not in shown


@pytest.mark.parametrize(("role", "home"), [("secretary", "甲二居民区"), ("building_leader", "1号楼"), ("member", "乙一居民区"), ("auditor", "西片区")])
def test_what_lies_outside_looks_like_not_found(town: Town, role: str, home: str) -> None:
    client = town.client(role, home)
    outside, nowhere = town["甲一居民区"].pk, "0199d8a0-0000-7000-8000-000000000000"
    answers = [client.get(reverse("grid:unit", args=[pk]), **HTMX) for pk in (outside, nowhere)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_numbers_are_changed_in_place_and_say_who_changed_them(town: Town) -> None:
    client = town.client("secretary", "甲一居民区")
    address = reverse("grid:facts", args=[town["甲一居民区"].pk])
    form = client.get(address + "?edit=1", **HTMX).content.decode()
    assert 'name="households"' in form
    card = client.post(address, FACTS | SEEN, **HTMX).content.decode()
    assert "912" in card
    assert "修改底数 · 账号secretary0" in card
    assert town["甲一居民区"].elders is None
    assert JournalEntry.objects.get(verb="grid.facts_edited").data["after"] == {"households": 912, "elders": None}


def test_a_change_over_somebody_elses_is_refused_with_a_sentence(town: Town) -> None:
    client, unit = town.client("commander"), town["甲一居民区"]
    Unit.objects.filter(pk=unit.pk).update(households=950)
    answer = client.post(reverse("grid:facts", args=[unit.pk]), FACTS | SEEN, **HTMX)
    assert answer.status_code == 409
    assert "这些数字刚刚有人改过" in answer.content.decode()
    assert answer["HX-Retarget"] == "#notices"
    assert town["甲一居民区"].households == 950


@pytest.mark.parametrize("bad", ["-1", "many", "99999999999999999999"])
def test_a_number_that_cannot_be_is_refused(town: Town, bad: str) -> None:
    answer = town.client("commander").post(reverse("grid:facts", args=[town["甲一居民区"].pk]), FACTS | SEEN | {"households": bad})
    assert answer.status_code == 422
    assert town["甲一居民区"].households == 900


POSTS = {
    "grid:facts": FACTS | SEEN,
    "grid:create": {"kind": "block", "names": "第3网格块"},
    "grid:rename": {"name": "甲一新", "short_name": "", "code": "", "note": "", "seen_name": "甲一居民区", "seen_short_name": "甲一", "seen_code": "999999001001", "seen_note": ""},
    "grid:retire": {"reason": "合并"},
    "grid:restore": {},
    "grid:move": {"parent": "0199d8a0-0000-7000-8000-000000000000"},
    "grid:number": {},
}  # fmt: skip


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize("role", ["auditor", "member", "block_leader", "building_leader"])
def test_readers_change_nothing(town: Town, name: str, role: str) -> None:
    unit = town["甲一居民区"]
    answer = town.client(role, "甲一居民区").post(reverse(name, args=[unit.pk]), POSTS[name])
    assert answer.status_code == 403
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("name", POSTS)
def test_a_secretary_changes_nothing_next_door(town: Town, name: str) -> None:
    answer = town.client("secretary", "甲二居民区").post(reverse(name, args=[town["甲一居民区"].pk]), POSTS[name])
    assert answer.status_code == 404
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("name", [name for name in POSTS if name != "grid:facts"])
def test_looking_changes_nothing(town: Town, name: str) -> None:
    assert town.client("commander").get(reverse(name, args=[town["甲一居民区"].pk])).status_code == 405


@pytest.mark.parametrize("name", ["grid:index", "grid:unit", "grid:facts"])
def test_a_stranger_is_sent_to_sign_in(town: Town, client: Client, name: str) -> None:
    answer = client.get(reverse(name, args=[] if name == "grid:index" else [town["甲一居民区"].pk]))
    assert answer.status_code == 302
    assert reverse("accounts:sign_in") in answer["Location"]


def test_only_who_may_edit_sees_the_tools(town: Town) -> None:
    unit = town["甲一居民区"]
    assert "添加下级" in page(town.client("secretary", "甲一居民区"), "grid:unit", unit.pk)
    assert "添加下级" not in page(town.client("auditor"), "grid:unit", unit.pk)


def test_units_are_made_renamed_retired_and_restored_from_the_page(town: Town) -> None:
    client, unit = town.client("commander"), town["甲一居民区"]
    client.post(reverse("grid:create", args=[unit.pk]), POSTS["grid:create"])
    client.post(reverse("grid:rename", args=[unit.pk]), POSTS["grid:rename"])
    client.post(reverse("grid:retire", args=[unit.pk]), {"reason": "合并"})
    shown = page(client, "grid:unit", unit.pk)
    assert "甲一新" in shown
    assert "起停用" in shown
    client.post(reverse("grid:restore", args=[unit.pk]))
    client.post(reverse("grid:move", args=[unit.pk]), {"parent": str(town["西片区"].pk)})
    shown = page(client, "grid:unit", unit.pk)
    assert "第3网格块" in shown
    assert "西片区" in shown
    assert [word for word in ("调整所属片区", "恢复使用", "停用：合并", "修改名称或编码") if word not in shown] == []


@pytest.mark.parametrize("name", ["grid:index", "grid:unit"])
def test_the_number_of_queries_does_not_grow(town: Town, name: str, django_assert_num_queries, django_assert_max_num_queries) -> None:
    client = town.client("commander")
    address = reverse(name, args=[] if name == "grid:index" else [town["西片区"].pk])
    client.get(address)
    with django_assert_max_num_queries(30) as small:
        client.get(address)
    town.more_places(30)
    UnitLeader.objects.bulk_create(
        UnitLeader(unit=unit, person=town.people["王伟"], role="leader", since=unit_since) for unit in Unit.objects.filter(name__startswith="丙") for unit_since in [town.people["王伟"].created_at]
    )
    with django_assert_num_queries(len(small)):
        client.get(address)
