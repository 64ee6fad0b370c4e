"""The sample's first night: an order on its way down, help asked of neighbors and of the public, goods promised."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from jimu.core.permissions import SYSTEM, Actor, Granted
from jimu.field.supplies.receiving import arrive, of_pledge
from jimu.grid.models import Unit
from jimu.incidents.models import Incident, Order, Receipt
from jimu.incidents.order_actions import issue
from jimu.incidents.order_answers import acknowledge, answer, ask_back, report
from jimu.organisations.actions import Promise, pledge
from jimu.organisations.models import Pledge
from jimu.people.models import Kind, Organisation
from jimu.signup.actions import Call, open_campaign
from jimu.signup.models import Campaign
from jimu.teams.loan_actions import Need, Term, ask
from jimu.teams.models import LoanRequest

# One receipt in so many stays without an answer, and one in so many reports that somebody is missing.
SILENT, SHORT = 9, 5
ROLES = {Unit.Kind.NEIGHBORHOOD: "secretary", Unit.Kind.BLOCK: "block_leader"}


def order(*, actor: Actor, at: datetime, now: datetime, incident: Incident) -> None:
    """The order of the first morning: most cells have answered, some are short of people, a few are silent."""
    if Order.objects.exists():
        return
    given = issue(
        actor=actor, at=at, unit_id=Unit.objects.get(depth=1).pk, title="各出入口上岗到位",
        text="各居民区、网格块确认值守人员，按班到岗；缺人的马上报数。孤老和独居家庭今晚逐户打一遍电话。",
        kinds=list(ROLES), deadline=max(now, at) + timedelta(hours=3), legal_basis=incident.legal_basis, ends_on=incident.ends_on,
        incident_id=incident.pk, staffing=True,
    )  # fmt: skip
    dice = random.Random(7)
    receipts = list(Receipt.objects.filter(order=given).exclude(person=None).select_related("unit", "person").order_by("unit__path"))
    for number, receipt in enumerate(receipts):
        if receipt.person is None or dice.randrange(SILENT) == 0:
            continue
        leader = Actor(None, receipt.person.name, (Granted(ROLES[Unit.Kind(receipt.unit.kind)], receipt.unit.path),), receipt.person_id)
        when = at + timedelta(minutes=2 + dice.randrange(25))
        if number == 0:
            question = ask_back(actor=leader, at=when, receipt_id=receipt.pk, text="快递小哥能不能进小区，放在门岗行不行？")
            answer(actor=actor, at=when + timedelta(minutes=4), question_id=question.pk, text="不进小区，放在门岗的架子上，消杀后由志愿者送上门。")
        if receipt.wanted:
            report(actor=leader, at=when, receipt_id=receipt.pk, here=receipt.wanted - (dice.randrange(1, 4) if dice.randrange(SHORT) == 0 else 0))
        else:
            acknowledge(actor=leader, at=when, receipt_ids=[receipt.pk])


def help_asked(*, actor: Actor, at: datetime, incident: Incident) -> None:
    """A neighborhood asks to borrow two people, and the subdistrict opens a public sign-up."""
    places = list(Unit.objects.filter(kind=Unit.Kind.NEIGHBORHOOD).order_by("path"))
    first_day = at.date() + timedelta(days=1)
    if not LoanRequest.objects.exists():
        term = Term(at + timedelta(hours=11), at + timedelta(days=3))
        need = Need(2, kind=Kind.RESERVE_VOLUNTEER)
        ask(
            actor=actor, at=at, incident_id=incident.pk, to_unit_id=places[-1].pk, from_unit_id=places[0].pk, need=need, term=term,
            reason="楼多人少，早上分菜送菜缺两个人",
        )  # fmt: skip
    if not Campaign.objects.exists():
        call = Call(
            Unit.objects.get(depth=1).pk, "epidemic-lockdown", "志愿者报名", "每天能来半天就行，培训好了再上岗。",
            first_day, first_day + timedelta(days=13), posts=("scanner", "order", "supplies"),
        )  # fmt: skip
        open_campaign(actor=actor, at=at, call=call)


def promised(*, at: datetime) -> None:
    """Two organisations promise goods, one of them has brought some."""
    first_day = at.date() + timedelta(days=1)
    if Pledge.objects.exists():
        return
    goods = (("防护服", "件", 400, 200), ("蔬菜包", "份", 3000, 0))
    for organisation, (item, measure, number, brought) in zip(Organisation.objects.order_by("name")[:2], goods, strict=False):
        promise = Promise(Pledge.Sort.GOODS, number, first_day, first_day + timedelta(days=6), item=item, measure=measure)
        made = pledge(actor=SYSTEM, at=at, organisation_id=organisation.pk, promise=promise)
        if brought:
            arrive(actor=SYSTEM, at=at + timedelta(hours=1), unit_id=Unit.objects.get(depth=1).pk, given=replace(of_pledge(made, brought), disinfect=False))
