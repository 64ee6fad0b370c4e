"""Pages of orders: writing one, the tree, one's own buttons, the signed link, who sees and may do what."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jimu.core import clock
from jimu.incidents import order_answers
from jimu.incidents.models import Order, OrderQuestion, Receipt
from jimu.incidents.order_letters import token

from .orders import AT, Grid, build, pass_minutes


@pytest.fixture
def grid(db) -> Grid:
    return build()


def page(name: str, *args) -> str:
    return reverse(f"incidents:{name}", args=args)


def written(grid: Grid, **more) -> dict[str, object]:
    now = clock.now()
    given = {
        "unit": grid.top.pk, "title": "敲门", "text": "每户敲门。", "kinds": ["zone", "neighborhood", "block", "building"], "by_level": "0",
        "deadline": f"{now + timedelta(hours=10):%Y-%m-%dT%H:%M}", "silence_minutes": 10, "legal_basis": "通知",
        "ends_on": f"{clock.today() + timedelta(days=2)}",
    }  # fmt: skip
    return {**given, **more}


def test_a_commander_writes_an_order_and_sees_its_tree(grid: Grid, signed_in) -> None:
    reader = signed_in(grid.account("commander"))
    assert reader.get(page("order_new")).status_code == 200
    answer = reader.post(page("order_new"), written(grid))
    order = Order.objects.get()
    assert answer.url == page("order", order.pk)
    shown = reader.get(answer.url).content.decode()
    assert "0<span" in shown
    assert 'aria-label="甲一：网格块' not in shown
    assert "甲一：居民区 0/1，网格块 0/1，楼栋 0/2" in shown
    for path in (page("order_live", order.pk), page("orders"), page("order_unit", order.pk, grid.units["甲一"].pk), page("order_readiness")):
        assert reader.get(path).status_code == 200


@pytest.mark.parametrize("missing", ["legal_basis", "ends_on", "deadline", "kinds", "title", "text"])
def test_what_an_order_must_say_is_asked_for_on_the_same_page(grid: Grid, signed_in, missing: str) -> None:
    reader = signed_in(grid.account("commander"))
    answer = reader.post(page("order_new"), written(grid, **{missing: ""}))
    assert answer.status_code == 422
    assert Order.objects.count() == 0


def test_a_leader_answers_with_big_buttons_and_no_script(grid: Grid, signed_in) -> None:
    order = grid.issue(staffing=True, wanted=5)
    reader = signed_in(grid.account("building_leader", "1楼", "1楼长"))
    shown = reader.get(page("orders_mine")).content.decode()
    assert "每户敲门" in shown
    receipt = grid.receipt("1楼")
    assert receipt.state == "seen"
    reader.post(page("order_answer"), {"do": "ask", "receipt": receipt.pk, "text": "没人在家呢？"})
    reader.post(page("order_answer"), {"do": "report", "receipt": receipt.pk, "here": "4"})
    receipt = grid.receipt("1楼")
    assert (receipt.state, receipt.here, receipt.wanted, receipt.questioned) == ("acknowledged", 4, 5, True)
    commander = signed_in(grid.account("commander"))
    question = OrderQuestion.objects.get()
    assert commander.post(page("order_question", question.pk), {"text": "贴条"}).status_code == 302
    assert "贴条" in reader.get(page("orders_mine")).content.decode()
    assert "贴条" in signed_in(grid.account("building_leader", "2楼", "2楼长")).get(page("orders_mine")).content.decode()
    assert reader.post(page("order_stand_down", order.pk), {"reason": "x"}).status_code == 403
    assert commander.post(page("order_stand_down", order.pk), {"reason": "好了"}).status_code == 302
    assert "现在没有要您回复的指令" in reader.get(page("orders_mine")).content.decode()


def test_the_own_link_needs_no_account_and_opens_nothing_else(grid: Grid) -> None:
    order = grid.issue()
    mine, other = grid.receipt("1楼"), grid.receipt("2楼")
    link = page("order_link", token(order.pk, grid.people["1楼长"].pk))
    client = Client()
    shown = client.get(link)
    assert shown.status_code == 200
    assert "1楼长" in shown.content.decode()
    assert grid.receipt("1楼").state == "seen"
    assert client.post(link, {"do": "ack", "receipt": other.pk}).status_code == 404
    assert client.post(link, {"do": "ack", "receipt": mine.pk}).status_code == 302
    assert grid.receipt("1楼").state == "acknowledged"
    assert grid.receipt("2楼").state == "sent"
    for wrong in (link[:-3] + "xx/", page("order_link", "x"), page("order_link", token(order.pk, order.pk))):
        assert client.get(wrong).status_code == 404
    assert client.get(page("orders_mine")).status_code == 302, "the link is no sign-in"


def test_whoever_was_passed_over_may_still_answer_by_the_link(grid: Grid) -> None:
    from jimu.incidents.order_silence import sweep

    order = grid.issue()
    pass_minutes(10)
    sweep(at=AT)
    link = page("order_link", token(order.pk, grid.people["1楼长"].pk))
    assert Client().post(link, {"do": "ack", "receipt": grid.receipt("1楼").pk}).status_code == 302
    assert grid.receipt("1楼").state == "acknowledged"


def test_each_reader_sees_the_own_part_of_the_tree(grid: Grid, signed_in) -> None:
    order = grid.issue()
    near = signed_in(grid.account("secretary", "甲一"))
    shown = near.get(page("order", order.pk)).content.decode()
    assert "甲一" in shown
    assert "乙一" not in shown
    assert near.get(page("order_unit", order.pk, grid.units["乙一"].pk)).status_code == 404
    assert near.post(page("order_stand_down", order.pk), {"reason": "x"}).status_code == 403
    inner = grid.issue(unit_id=grid.units["甲一"].pk, kinds=("building",))
    far = signed_in(grid.account("secretary", "乙一"))
    for name in ("order", "order_live"):
        assert far.get(page(name, inner.pk)).status_code == 404
    assert far.post(page("order_stand_down", inner.pk), {"reason": "x"}).status_code == 404
    assert near.post(page("order", order.pk)).status_code == 405


@pytest.mark.parametrize("role", ["auditor", "member"])
def test_who_only_reads_reads_and_writes_nothing(grid: Grid, signed_in, role: str) -> None:
    order = grid.issue()
    reader = signed_in(grid.account(role))
    assert reader.get(page("order", order.pk)).status_code == 200
    assert reader.get(page("order_new")).status_code == 403
    assert reader.post(page("order_answer"), {"do": "ack", "receipt": grid.receipt("1楼").pk}).status_code == 404
    assert grid.receipt("1楼").state == "sent"


def test_a_secretary_answers_for_a_leader_who_was_rung(grid: Grid, signed_in) -> None:
    order = grid.issue()
    reader = signed_in(grid.account("secretary", "甲一"))
    unit = grid.units["甲一"].pk
    given = {"receipt": grid.receipt("1楼").pk, "back": "unit", "order": order.pk, "unit": unit}
    assert reader.post(page("order_answer"), given).url == page("order_unit", order.pk, unit)
    assert grid.receipt("1楼").state == "acknowledged"


def test_the_tree_reads_as_often_for_many_cells_as_for_few(grid: Grid, signed_in, django_assert_max_num_queries) -> None:
    from .orders import add

    reader = signed_in(grid.account("commander"))
    few = grid.issue()
    with django_assert_max_num_queries(18):
        reader.get(page("order", few.pk))
    for n in range(40):
        add(grid, "一块", "building", f"新{n}楼")
    many = grid.issue()
    assert many.receipts.count() == 48
    for path in (page("order", many.pk), page("orders_mine"), page("order_unit", many.pk, grid.units["甲一"].pk), page("order_readiness")):
        with django_assert_max_num_queries(18):
            reader.get(path)


def test_the_api_gives_counts_answers_and_ends(grid: Grid, signed_in) -> None:
    root = "/api/v1/incidents/orders"
    reader = signed_in(grid.account("commander"))
    send = lambda path, body: reader.post(root + path, body, content_type="application/json")  # noqa: E731
    body = {
        "unit_id": str(grid.top.pk), "title": "敲门", "text": "每户敲门。", "kinds": ["building"], "legal_basis": "通知", "staffing": True,
        "deadline": (clock.now() + timedelta(hours=1)).isoformat(), "ends_on": str(clock.today()),
    }  # fmt: skip
    assert send("", {**body, "legal_basis": ""}).json()["error"]["code"] == "no_basis"
    made = send("", body)
    assert made.status_code == 201
    order = made.json()["id"]
    receipt = str(Receipt.objects.get(unit=grid.units["1楼"]).pk)
    assert send("/acknowledge", {"receipts": [receipt]}).json() == {"fresh": 1}
    assert send(f"/receipts/{receipt}/report", {"here": 3, "wanted": 4}).json()["here"] == 3
    asked = send(f"/receipts/{receipt}/question", {"text": "几点？"}).json()["id"]
    assert send(f"/questions/{asked}/answer", {"text": "八点"}).json() == {"answer": "八点"}
    counts = reader.get(f"{root}/{order}/counts").json()
    assert (counts["whole"]["cells"], counts["levels"]["building"]["acknowledged"]) == (3, 1)
    assert len(reader.get(f"{root}/{order}/units/{grid.units['甲一'].pk}/receipts").json()) == 2
    assert reader.get(f"{root}/unready").json() == []
    assert send(f"/{order}/stand-down", {"reason": "好了"}).json()["state"] == "stood_down"
    assert len(reader.get(root).json()) == 1


def test_commands_give_show_and_end_an_order(grid: Grid, capsys) -> None:
    from jimu.core.commands import run

    day = str(clock.today())
    assert run(["order", "issue", "敲门", "--text", "每户敲门", "--basis", "通知", "--ends-on", day]) == 0
    order = str(Order.objects.get().pk)
    assert run(["order", "issue", "敲门", "--text", "每户敲门", "--ends-on", day]) == 1
    assert run(["order", "issue", "敲门", "--text", "每户敲门", "--basis", "通知"]) == 1
    order_answers.acknowledge(actor=grid.as_person("1楼长"), at=AT, receipt_ids=[grid.receipt("1楼").pk])
    capsys.readouterr()
    assert run(["order", "show", order]) == 0
    assert "楼栋：1/3 收到" in capsys.readouterr().out
    assert run(["order", "list"]) == 0
    assert run(["order", "sweep"]) == 0
    assert run(["order", "readiness"]) == 0
    assert run(["order", "stand-down", order, "--reason", "好了"]) == 0
    assert Order.objects.get().state == "stood_down"
