"""The registry's pages: who finds whom, masked; one number at a time in full; changes by those who may."""

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jimu.core.models import JournalEntry
from jimu.grid.tests.town import ID_NUMBER, Town
from jimu.people.models import Person

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
PHONES = ("13800001234", "13900005678", "13700009999")


def listed(client: Client, **query: Any) -> str:
    answer = client.get(reverse("people:index"), query)
    assert answer.status_code == 200
    return answer.content.decode()


def names(shown: str, town: Town) -> set[str]:
    return {name for name, person in town.people.items() if reverse("people:person", args=[person.pk]) in shown}


def test_the_list_shows_people_with_masked_phones(town: Town) -> None:
    shown = listed(town.client("commander"))
    assert names(shown, town) == {"沈洁", "王伟", "李娜"}
    assert "138****1234" in shown
    assert not [phone for phone in (*PHONES, ID_NUMBER) if phone in shown]


@pytest.mark.parametrize(("typed", "found"), [
    ("王", {"王伟"}), ("wangwei", {"王伟"}), ("Wang Wei", {"王伟"}), ("ww", {"王伟"}), ("wei", {"王伟"}), ("sj", {"沈洁"}), ("不存在", set()),
])  # fmt: skip
def test_people_are_found_as_people_type(town: Town, typed: str, found: set[str]) -> None:
    assert names(listed(town.client("commander"), q=typed), town) == found


@pytest.mark.parametrize(("filters", "found"), [
    ({"kind": "party_member"}, {"李娜"}),
    ({"skill": "scanning"}, {"王伟"}),
    ({"limit": "no_heavy"}, {"王伟"}),
    ({"no_contact": "on"}, {"赵无"}),
    ({"state": "paused"}, {"周歇"}),
    ({"state": "left"}, {"吴走"}),
    ({"weekday": "0", "part": "evening"}, {"沈洁", "王伟"}),
    ({"weekday": "1", "part": "evening"}, {"沈洁"}),
    ({"weekday": "6", "part": "night"}, {"沈洁", "孙夜"}),
    ({"weekday": "nonsense", "kind": "nobody", "unit": "x"}, {"沈洁", "王伟", "李娜", "赵无", "周歇", "孙夜"}),
])  # fmt: skip
def test_filters_narrow_the_list(town: Town, filters: dict[str, str], found: set[str]) -> None:
    town.person("赵无")
    town.person("周歇", phone="13600000001", limits=["paused"])
    town.person("吴走", phone="13600000002", active=False)
    town.person("孙夜", phone="13600000003", times_known=True, times=[(0b0100000, 1320, 1800)])
    assert names(listed(town.client("commander"), **filters), town) == found


def test_a_part_of_the_grid_narrows_the_list(town: Town) -> None:
    client = town.client("commander")
    town.person("钱楼", "1号楼", phone="13600000004")
    assert names(listed(client, unit=str(town["东片区"].pk)), town) == {"沈洁", "王伟", "钱楼"}
    shown = listed(client, unit=str(town["第1网格块"].pk))
    assert names(shown, town) == {"钱楼"}
    assert "第1网格块" in shown


@pytest.mark.parametrize(("role", "unit", "found"), [
    ("secretary", "甲一居民区", {"沈洁", "王伟", "钱楼"}), ("block_leader", "第1网格块", {"钱楼"}), ("building_leader", "1号楼", {"钱楼"}), ("building_leader", "2号楼", set()),
])  # fmt: skip
def test_everybody_sees_their_part(town: Town, role: str, unit: str, found: set[str]) -> None:
    town.person("钱楼", "1号楼", phone="13600000004")
    assert names(listed(town.client(role, unit)), town) == found


def test_a_member_has_no_list(town: Town) -> None:
    client = town.client("member")
    assert client.get(reverse("people:index")).status_code == 403
    assert client.get(reverse("people:person", args=[town.people["王伟"].pk])).status_code == 403


def test_an_auditor_sees_that_people_are_there_but_not_who(town: Town) -> None:
    client = town.client("auditor")
    shown = listed(client) + client.get(reverse("people:person", args=[town.people["王伟"].pk])).content.decode()
    assert "王*" in shown
    assert "王伟" not in shown


@pytest.mark.parametrize("typed", ["13900005678", "139 0000 5678", "+86 139-0000-5678"])
def test_a_whole_number_finds_its_owner_and_stays_out_of_the_address(town: Town, typed: str) -> None:
    answer = town.client("commander").post(reverse("people:search"), {"q": typed})
    assert answer.status_code == 200
    assert names(answer.content.decode(), town) == {"王伟"}
    # Ids are drawn by chance, and may hold any four figures.
    assert "5678" not in re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", answer.content.decode()).replace("139****5678", "")


def test_a_number_of_somebody_elsewhere_finds_nobody(town: Town) -> None:
    client = town.client("secretary", "甲一居民区")
    shown = client.post(reverse("people:search"), {"q": "13700009999"}).content.decode()
    assert "没有查到" in shown
    assert names(client.post(reverse("people:search"), {"q": ID_NUMBER}).content.decode(), town) == {"沈洁"}


def test_words_and_filters_move_into_the_address(town: Town) -> None:
    answer = town.client("commander").post(reverse("people:search"), {"q": "王", "kind": "volunteer", "sort": "name"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("?q=%E7%8E%8B&kind=volunteer&sort=name")


def test_half_a_number_is_refused_and_one_in_the_address_is_not_shown(town: Town) -> None:
    client = town.client("commander")
    assert client.post(reverse("people:search"), {"q": "1390000567"}).status_code == 422
    answer = client.get(reverse("people:index"), {"q": "13900005678", "kind": "volunteer"})
    assert answer["Location"] == reverse("people:index") + "?kind=volunteer"
    shown = client.get(answer["Location"]).content.decode()
    assert "号码不能写在地址里" in shown
    assert "13900005678" not in shown


def test_a_person_page_tells_what_is_known(town: Town) -> None:
    town.lead("1号楼", "王伟", title="楼组长")
    Person.objects.filter(name="王伟").update(note="看情况")
    shown = town.client("commander").get(reverse("people:person", args=[town.people["王伟"].pk])).content.decode()
    for words in ("周一三五 18:00-22:00", "不搬重物", "扫码", "看情况", "花名册.xlsx › 表1 › 第 3 行", "1号楼", "楼组长", "139****5678", "inline-size: 16.67%"):
        assert words in shown
    assert "13900005678" not in shown


def test_what_lies_outside_looks_like_not_found(town: Town) -> None:
    client = town.client("secretary", "甲二居民区")
    for name in ("person", "edit"):
        address = [reverse(f"people:{name}", args=[pk]) for pk in (town.people["王伟"].pk, town["甲一居民区"].pk)]
        answers = [client.get(one, **HTMX) for one in address]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
    assert client.post(reverse("people:reveal", args=[town.people["王伟"].pk]), {"field": "phone"}).status_code == 404
    assert not JournalEntry.objects.exists()


def test_one_number_is_shown_in_full_once_and_on_record(town: Town) -> None:
    person = town.people["沈洁"]
    client, address = town.client("secretary", "甲一居民区"), reverse("people:reveal", args=[person.pk])
    answer = client.post(address, {"field": "phone"}, **HTMX)
    assert "13800001234" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert ID_NUMBER in client.post(address, {"field": "id_number"}).content.decode()
    entries = JournalEntry.objects.filter(verb="people.revealed", target=f"person:{person.pk}")
    assert sorted(entry.data["fields"][0] for entry in entries) == ["id_number", "phone"]
    assert not [e for e in entries if "1234" in str(e.data)]
    assert "查看完整号码：手机号" in client.get(reverse("people:person", args=[person.pk])).content.decode()


@pytest.mark.parametrize("field", ["", "name", "phone_sealed"])
def test_nothing_else_is_revealed(town: Town, field: str) -> None:
    address = reverse("people:reveal", args=[town.people["王伟"].pk])
    assert town.client("commander").post(address, {"field": field}).status_code == 422
    assert town.client("commander").post(address, {"field": "id_number"}).status_code == 404
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "block_leader", "building_leader", "member"])
def test_readers_reveal_change_and_export_nothing(town: Town, role: str) -> None:
    client, person = town.client(role, "甲一居民区"), town.people["王伟"].pk
    addresses = [reverse("people:reveal", args=[person]), reverse("people:edit", args=[person]), reverse("people:register"), reverse("people:export")]
    assert [client.post(address, {"field": "phone"}).status_code for address in addresses] == [403] * 4
    assert not JournalEntry.objects.exists()


@pytest.mark.parametrize("name", ["search", "export", "reveal"])
def test_looking_at_what_must_be_posted_is_refused(town: Town, name: str) -> None:
    args = [town.people["王伟"].pk] if name == "reveal" else []
    assert town.client("commander").get(reverse(f"people:{name}", args=args)).status_code == 405


@pytest.mark.parametrize("name", ["index", "register", "person", "edit"])
def test_a_stranger_is_sent_to_sign_in(town: Town, client: Client, name: str) -> None:
    args = [town.people["王伟"].pk] if name in ("person", "edit") else []
    assert client.get(reverse(f"people:{name}", args=args)).status_code == 302


def form_of(client: Client, person: Person) -> dict[str, Any]:
    form = client.get(reverse("people:edit", args=[person.pk])).context["form"]
    return {name: form.get_initial_for_field(field, name) or "" for name, field in form.fields.items()}


def test_a_record_is_changed_from_its_page(town: Town) -> None:
    client, person = town.client("commander"), town.people["王伟"]
    given = form_of(client, person)
    assert given["times"] == "周一三五 18:00-22:00"
    given |= {"times": "周末；每天 08:00-12:00", "limits": ["no_night"], "skills": ["driving"], "state": "paused", "phone": "13911112222", "name": "王维"}
    assert client.post(reverse("people:edit", args=[person.pk]), given).status_code == 302
    shown = client.get(reverse("people:person", args=[person.pk])).content.decode()
    for words in ("王维", "每天 08:00-12:00", "不排夜班", "驾驶", "暂停参加", "139****2222"):
        assert words in shown
    assert "不搬重物" not in shown
    assert names(listed(client, q="wangwei", state="all"), town) == {"王伟"}


def test_a_change_over_somebody_elses_is_refused(town: Town) -> None:
    client, person = town.client("commander"), town.people["王伟"]
    given = form_of(client, person)
    client.post(reverse("people:edit", args=[person.pk]), given | {"name": "王先"})
    answer = client.post(reverse("people:edit", args=[person.pk]), given | {"name": "王后"})
    assert answer.status_code == 409
    assert "刚刚有人改过" in answer.content.decode()
    assert Person.objects.get(pk=person.pk).name == "王先"


@pytest.mark.parametrize(("field", "value", "words"), [
    ("times", "看心情", "没有看懂“看心情”"), ("phone", "1391111222", "手机号位数不对"), ("id_number", "999999198506150029", "校验位不符"), ("name", "王1", "姓名应为"),
])  # fmt: skip
def test_a_mistake_is_said_at_its_field_and_nothing_is_written(town: Town, field: str, value: str, words: str) -> None:
    client, person = town.client("commander"), town.people["王伟"]
    answer = client.post(reverse("people:edit", args=[person.pk]), form_of(client, person) | {field: value})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not JournalEntry.objects.exists()


NEW = {"name": "孙新", "kind": "volunteer", "phone": "13512345678", "id_number": "", "address": "", "organisation": "和风中学", "title": ""}


def test_somebody_is_registered_by_hand_once(town: Town) -> None:
    client = town.client("secretary", "甲一居民区")
    given = NEW | {"unit": str(town["甲一居民区"].pk)}
    first = client.post(reverse("people:register"), given)
    again = client.post(reverse("people:register"), given | {"kind": "party_member"})
    assert first["Location"] == again["Location"]
    person = Person.objects.get(name="孙新")
    assert {a.kind for a in person.affiliations.all()} == {"volunteer", "party_member"}
    assert [e.verb for e in JournalEntry.objects.order_by("at", "id")] == ["people.registered", "people.joined"]


def test_a_place_outside_is_no_choice(town: Town) -> None:
    answer = town.client("secretary", "甲一居民区").post(reverse("people:register"), NEW | {"unit": str(town["乙一居民区"].pk)})
    assert answer.status_code == 422
    assert not Person.objects.filter(name="孙新").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_narrowed_list_is_exported_masked_with_a_watermark_and_on_record(town: Town, form: str) -> None:
    town.person("＝坏", phone="13600000009", address="=1+1")
    answer = town.client("commander").post(reverse("people:export"), {"kind": "volunteer", "q": "", "form": form})
    body = answer.content
    text = body.decode("utf-8-sig") if form == "csv" else "\n".join(
        ",".join(str(cell) for cell in row) for row in load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
    )  # fmt: skip
    assert "王伟,志愿者,甲一居民区" in text
    assert "139****5678" in text
    assert "13900005678" not in text
    assert "李娜" not in text
    assert "'=1+1" in text
    assert "账号commander0 于" in text
    entry = JournalEntry.objects.get(verb="people.exported")
    assert entry.data == {"rows": 2, "form": form, "narrowed": {"kind": "volunteer"}}


def test_the_number_of_queries_does_not_grow(town: Town, django_assert_num_queries, django_assert_max_num_queries) -> None:
    client = town.client("commander")
    client.get(reverse("people:index"))
    with django_assert_max_num_queries(20) as small:
        client.get(reverse("people:index"))
    for number in range(40):
        town.person(f"人{'一二三四五六七八九十'[number % 10]}{'甲乙丙丁'[number // 10]}", phone=f"1360000{number:04d}", skills=("order", "driving"))
    with django_assert_num_queries(len(small)):
        assert "43 人" in client.get(reverse("people:index")).content.decode()


def test_pages_hold_fifty_and_turn(town: Town) -> None:
    for number in range(60):
        town.person(f"人{number // 10}{number % 10}".translate(str.maketrans("0123456789", "零一二三四五六七八九")), phone=f"1360000{number:04d}")
    client = town.client("commander")
    first, second = listed(client, kind="volunteer"), listed(client, kind="volunteer", page="2")
    assert "共 61 条" in first
    assert len(names(first, town)) == 50
    assert len(names(second, town)) == 11
    assert not names(first, town) & names(second, town)
    assert "kind=volunteer&amp;page=2" in first
