"""Pages, API and commands of organisations: a contact walks in the own one, everybody else where they may."""

import pytest
import time_machine
from django.urls import reverse

from jimu.accounts.models import Account
from jimu.core.commands import run
from jimu.organisations.models import Pledge

from .conftest import TEN, World, company, contact_account, named, pledged

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


def page(name: str, *args: object) -> str:
    return reverse(f"organisations:{name}", args=args)


def text(client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_contact_lands_on_the_own_page_and_finds_no_other_part_of_the_house(world: World, signed_in) -> None:
    client = signed_in(contact_account())
    assert client.get(reverse("home"))["Location"] == page("index")
    assert client.get(page("index"))["Location"] == page("organisation", company().pk)
    own = text(client, page("organisation", company().pk))
    assert all(name in own for name in ("住户员工", "外地员工", "承诺派人", "没有登记"))
    assert "别家员工" not in own
    assert client.get(page("organisation", company("远航公司").pk)).status_code == 404
    for address in (reverse("people:index"), reverse("teams:index"), reverse("accounts:index"), page("contact", company().pk)):
        assert client.get(address).status_code == 403
    assert "单位联络员" in text(client, reverse("accounts:profile"))


def test_a_contact_pledges_names_and_withdraws_and_the_commander_receives(world: World, signed_in) -> None:
    client, commander = signed_in(contact_account()), signed_in(world.account("commander"))
    form = {"kind": "", "qualification": "", "number": 2, "first_day": "2026-04-06", "last_day": "2026-04-05", "unit": "", "note": "可上夜班"}
    assert client.post(page("new_pledge", company().pk), form).status_code == 422
    made = client.post(page("new_pledge", company().pk), {**form, "last_day": "2026-04-08"})["Location"]
    pledge = Pledge.objects.get()
    assert "派谁来" in text(client, made)
    assert client.post(page("name_people", pledge.pk), {"person": [world.people["住户员工"].pk]}).status_code == 302
    assert client.post(page("receive", pledge.pk), {"person": world.people["住户员工"].pk}).status_code == 403
    assert commander.post(page("receive", pledge.pk), {"person": world.people["住户员工"].pk}).status_code == 302
    assert "1 / 2" in text(client, made)
    assert client.post(page("withdraw", pledge.pk), {"reason": ""}).status_code == 422
    assert client.post(page("withdraw", pledge.pk), {"reason": "停工"}).status_code == 302
    assert "1 人离开：空出 0 个席位、0 个班次" in text(commander, made)
    goods = client.post(page("new_pledge", company().pk) + "?sort=goods", {**form, "last_day": "2026-04-08", "item": "盒饭", "measure": "份"})["Location"]
    assert f"/supplies/arrivals/new/?pledge={Pledge.objects.get(sort='goods').pk}" in text(commander, goods)
    assert "到货入库" not in text(client, goods)


def test_a_stranger_signs_in_and_an_auditor_only_reads(world: World, client, signed_in) -> None:
    pledge = named(world, pledged(world), "住户员工")
    auditor = signed_in(world.account("auditor"))
    reads = [page("index"), page("organisation", company().pk), page("pledge", pledge.pk)]
    for address in reads:
        assert client.get(address).status_code == 302
        assert (auditor.get(address).status_code, auditor.post(address).status_code) == (200, 405)
        assert "住户员工" not in text(auditor, address)
    writes = [page("name_people", pledge.pk), page("receive", pledge.pk), page("withdraw", pledge.pk)]
    for address in [*writes, page("new_pledge", company().pk), page("register", company().pk), page("contact", company().pk)]:
        assert client.post(address).status_code == 302
        assert auditor.post(address, {"reason": "x"}).status_code == 403
    for address in writes:
        assert auditor.get(address).status_code == 405


def test_a_commander_opens_the_contact_and_the_contact_registers_people(world: World, signed_in) -> None:
    commander = signed_in(world.account("commander"))
    answer = commander.post(page("contact", company().pk), {"username": "qiming", "display_name": "启明小周"})
    assert "密码只显示这一次" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert commander.post(page("contact", company().pk), {"username": "qiming", "display_name": "x"}).status_code == 422
    account = Account.objects.get(username="qiming")
    assert (account.contact_of, account.must_change, account.grants.count()) == (company(), True, 0)
    Account.objects.filter(pk=account.pk).update(must_change=False)
    client = signed_in(Account.objects.get(pk=account.pk))
    form = {"name": "新员工", "phone": "123", "kind": "party_member", "unit": world.units["甲二"].pk}
    assert client.post(page("register", company().pk), form).status_code == 422
    assert client.post(page("register", company().pk), {**form, "phone": "13800000001"}).status_code == 302
    assert "新员工" in text(client, page("organisation", company().pk))


def test_queries_do_not_grow_with_people(world: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(contact_account())
    for size in (1, 30):
        for n in range(size):
            made = world.person(f"员工{size}-{n}", "volunteer")
            made.affiliations.update(organisation=company())
            pledged(world)
        for address in (page("organisation", company().pk), page("pledge", Pledge.objects.first().pk)):
            with django_assert_max_num_queries(24):
                assert client.get(address).status_code == 200


def test_the_api_walks_the_same_way(world: World, signed_in) -> None:
    client, commander = signed_in(contact_account()), signed_in(world.account("commander"))
    base = "/api/v1/organisations"

    def post(who, address: str, body: object) -> object:
        return who.post(base + address, body, content_type="application/json")

    assert [row["name"] for row in client.get(f"{base}/").json()["items"]] == ["启明公司"]
    promise = {"sort": "people", "number": 1, "first_day": "2026-04-06", "last_day": "2026-04-07"}
    made = post(client, f"/{company().pk}/pledges", promise).json()
    member = {"name": "新员工", "phone": "13800000001", "kind": "volunteer", "unit_id": str(world.units["甲二"].pk)}
    person = post(client, f"/{company().pk}/members", member).json()["person_id"]
    assert post(client, f"/pledges/{made['id']}/name", {"person_ids": [person]}).json() == {"named": 1}
    assert post(client, f"/pledges/{made['id']}/receive", {"person_id": person}).status_code == 403
    assert post(commander, f"/pledges/{made['id']}/receive", {"person_id": person}).json()["arrived"] == 1
    found = client.get(f"{base}/{company().pk}").json()
    assert (found["registered"], found["pledges"][0]["arrived"], len(found["members"])) == (4, 1, 4)
    assert post(client, f"/pledges/{made['id']}/withdraw", {"reason": "停工"}).json()["outcome"]["people"] == 1


def test_the_commands_list_show_and_open_a_contact(world: World, capsys) -> None:
    pledged(world)
    assert [run(["org", "list"]), run(["org", "show", "启明公司"]), run(["org", "contact", "启明公司", "qiming"])] == [0, 0, 0]
    told = capsys.readouterr().out
    assert "启明公司  在册 3（双报到 1）  承诺 1" in told
    assert "承诺  人员  0/2" in told
    assert Account.objects.get(username="qiming").contact_of == company()
    assert run(["org", "show", "没有这家"]) != 0
