"""Pages, API and command of lending: each side sees its own, who is lent answers, and everything goes by the right method."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from jimu.accounts.models import Account
from jimu.core.commands import run
from jimu.core.jobs import JobRun
from jimu.core.models import Job
from jimu.grid.models import Unit
from jimu.teams import loan_actions, loan_queries
from jimu.teams.loan_actions import Need
from jimu.teams.models import Loan, LoanRequest

from .conftest import DAY, TEN, World
from .loan_world import SCANNERS, TWO_DAYS, agreed, ask, commit, lending_world

pytestmark = pytest.mark.django_db
BOARD = "teams:loans"


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def world(db: None) -> World:
    return lending_world()


@pytest.fixture
def third(world: World) -> Unit:
    return Unit.objects.add_child(Unit.objects.get(pk=world.top.pk), {"kind": "neighborhood", "name": "丙一居民区", "short_name": "丙一"})


def writes(world: World, loan: Loan) -> list[str]:
    return [
        reverse("teams:loan_commit", args=[loan.request_id]), reverse("teams:loan_request_close", args=[loan.request_id]),
        reverse("teams:loan_answer", args=[loan.pk]), reverse("teams:loan_home", args=[loan.pk]),
        reverse("teams:loan_recall_all", args=[world.first.pk]),
    ]  # fmt: skip


def text(client, address: str, **data: object) -> str:
    return client.get(address, data).content.decode()


def test_a_stranger_signs_in_an_auditor_reads_and_another_neighborhood_sees_nothing(world: World, third: Unit, client, signed_in) -> None:
    (loan,) = commit(world, ask(world, need=Need(2, "scanning")))
    auditor, neighbor = signed_in(world.account("auditor")), signed_in(world.account("secretary", third))
    for address in (reverse(BOARD), reverse("teams:loan_request", args=[loan.request_id])):
        assert client.get(address).status_code == 302
        assert (auditor.get(address).status_code, auditor.post(address).status_code) == (200, 405)
        assert "扫码0" in text(auditor, address)
    assert neighbor.get(reverse("teams:loan_request", args=[loan.request_id])).status_code == 404
    assert "扫码0" not in text(neighbor, reverse(BOARD))
    for address in writes(world, loan):
        data = {"reason": "x", "answer": "yes", "person": str(world.people["扫码1"].pk)}
        assert client.post(address, data).status_code == 302
        assert auditor.post(address, data).status_code == 403
        assert neighbor.post(address, data).status_code == 404
        assert auditor.get(address).status_code == 405
    assert Loan.objects.get().state == "asked"
    assert auditor.get(reverse("teams:loan_ask")).status_code == 403
    for button in ("借出选中的人", "代为同意", "撤回", "申请借人"):
        assert button not in text(auditor, reverse("teams:loan_request", args=[loan.request_id])) + text(auditor, reverse(BOARD))


def test_borrower_and_lender_walk_from_the_request_to_the_return(world: World, signed_in) -> None:
    borrower, lender = signed_in(world.account("secretary", world.second)), signed_in(world.account("secretary", world.first))
    assert "现在没有借调" in text(borrower, reverse(BOARD))
    form = {
        "borrower": f"{world.incident.pk}:{world.second.pk}", "lender": "", "count": 1, "qualification": "scanning", "kind": "",
        "starts_at": "2026-04-06T10:00", "ends_at": "2026-04-05T10:00", "reason": "大筛缺扫码员",
    }  # fmt: skip
    wrong = borrower.post(reverse("teams:loan_ask"), form)
    assert (wrong.status_code, "借期的结束要在开始之后" in wrong.content.decode()) == (422, True)
    own = borrower.post(reverse("teams:loan_ask"), {**form, "ends_at": "2026-04-08T10:00", "lender": str(world.second.pk)})
    assert (own.status_code, "借出和借入不能是同一个居民区" in own.content.decode()) == (422, True)
    page = borrower.post(reverse("teams:loan_ask"), {**form, "ends_at": "2026-04-08T10:00"})["Location"]
    seen = text(borrower, page)
    assert "有 5 · 要 3" in seen
    assert "扫码0" not in seen
    offered = text(lender, page)
    assert "会扫码的富余 2 人" in offered
    request = LoanRequest.objects.get()
    people = [world.people[name].pk for name in SCANNERS[:3]]
    refused = lender.post(reverse("teams:loan_commit", args=[request.pk]), {"person": people})
    assert (refused.status_code, "剩 2 人，岗位同时要 3 人" in refused.content.decode()) == (409, True)
    assert refused.content.decode().count("checked") == 3
    assert lender.post(reverse("teams:loan_commit", args=[request.pk]), {"person": people[:1]}).status_code == 302
    loan = Loan.objects.get()
    assert "扫码0您好" in text(lender, reverse(BOARD))
    assert lender.post(reverse("teams:loan_answer", args=[loan.pk]), {"answer": "absent", "reason": " "}).status_code == 422
    assert lender.post(reverse("teams:loan_answer", args=[loan.pk]), {"answer": "yes"}).status_code == 302
    board = text(borrower, reverse(BOARD))
    assert "甲一借出 1 人，乙一借入 1 人" in board
    assert "还有 2 天" in board
    assert borrower.post(reverse("teams:loan_home", args=[loan.pk]), {"reason": "筛完了"}).status_code == 302
    assert "借入方放回：筛完了" in text(lender, reverse(BOARD))


def test_a_search_by_name_tells_why_somebody_cannot_go(world: World, signed_in) -> None:
    request = ask(world)
    lender = signed_in(world.account("secretary", world.first))
    assert "志愿5" not in text(lender, reverse("teams:loan_request", args=[request.pk]))
    assert "志愿5没有扫码资格" in text(lender, reverse("teams:loan_request", args=[request.pk]), q="志愿5")


def test_who_is_lent_finds_the_question_on_their_page_and_answers_it(world: World, signed_in) -> None:
    (loan,) = commit(world, ask(world))
    account = world.account("member", world.first)
    Account.objects.filter(pk=account.pk).update(person=world.people["扫码0"])
    member = signed_in(account)
    assert "我愿意去" in text(member, reverse(BOARD))
    assert member.post(reverse("teams:loan_answer", args=[loan.pk]), {"answer": "maybe"}).status_code == 422
    assert member.post(reverse("teams:loan_answer", args=[loan.pk]), {"answer": "no", "reason": "要照顾老人"}).status_code == 302
    assert Loan.objects.get().consent["told_to"] is False
    assert "我愿意去" not in text(member, reverse(BOARD))


def test_the_timer_knows_what_is_due_and_its_job_settles_it(world: World) -> None:
    agreed(world)
    assert loan_queries.due() is False
    with time_machine.travel(TEN + TWO_DAYS, tick=False):
        assert loan_queries.due() is True
        assert loan_actions.run_settle_job(JobRun(Job(kind="teams.loans"))) == {"begun": 0, "ended": 1}
        assert loan_queries.due() is False


def test_queries_do_not_grow_with_loans(world: World, signed_in, django_assert_max_num_queries) -> None:
    client = signed_in(world.account("commander"))
    for names in (SCANNERS[:1], SCANNERS[1:]):
        agreed(world, *names)
        commit(world, ask(world, need=Need(9)), *(f"志愿{n}" for n in range(len(names), 2 * len(names))), override_reason="大筛")
        for address in (reverse(BOARD), reverse("teams:loan_request", args=[LoanRequest.objects.first().pk])):
            with django_assert_max_num_queries(34):
                assert client.get(address).status_code == 200


def test_the_api_walks_the_same_way(world: World, signed_in) -> None:
    client = signed_in(world.account("commander"))
    base = "/api/v1/teams/loans"
    body = {
        "incident_id": str(world.incident.pk), "to_unit_id": str(world.second.pk), "count": 2, "qualification": "scanning",
        "starts_at": TEN.isoformat(), "ends_at": (TEN + TWO_DAYS).isoformat(), "reason": "大筛",
    }  # fmt: skip

    def post(address: str, given: object) -> object:
        return client.post(base + address, given, content_type="application/json")

    made = post("/requests", body).json()
    found = client.get(f"{base}/requests/{made['id']}").json()
    assert found["spares"][0]["have"] == 5
    people = [offer["person_id"] for offer in found["offers"][:3]]
    short = post(f"/requests/{made['id']}/commit", {"person_ids": people})
    assert (short.status_code, short.json()["error"]["code"], short.json()["error"]["data"]["left"]) == (409, "under_minimum", 2)
    loans = post(f"/requests/{made['id']}/commit", {"person_ids": people[:2]}).json()
    assert [loan["state"] for loan in loans] == ["asked", "asked"]
    assert post(f"/{loans[0]['id']}/answer", {"yes": True}).json()["state"] == "agreed"
    assert len(client.get(base).json()["loans"]) == 2
    assert post(f"/{loans[0]['id']}/home", {"reason": "够了"}).json()["end"] == "recalled"
    assert post(f"/units/{world.first.pk}/recall", {"reason": "够了"}).json() == {"recalled": 1}
    other = post("/requests", body).json()
    assert post(f"/requests/{other['id']}/close", {"reason": "不用了"}).json()["state"] == "withdrawn"


def test_the_command_lists_and_settles(world: World, capsys) -> None:
    agreed(world)
    ask(world)
    assert run(["teams", "loans"]) == 0
    told = capsys.readouterr().out
    assert "甲一居民区 → 乙一居民区  扫码0  本人已同意  还有 2 天" in told
    assert "等借  乙一居民区  0/1 人" in told
    with time_machine.travel(TEN + timedelta(days=8), tick=False):
        assert run(["teams", "loans", "--settle"]) == 0
    assert "开始 0 人，回来 1 人" in capsys.readouterr().out
    assert Loan.objects.get().ended_at.date() >= DAY
