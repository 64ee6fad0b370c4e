"""Organisations called, which call their own people: who is asked, what they answer, what their silence does.

What an organisation passes on opens a pool of people to the call (`chain.Reach`): its next wave offers them what fits, as
it offers everybody. So nobody is asked twice, judged otherwise, or given a seat by somebody else's word.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jimu.accounts.models import Account
from jimu.calls import letters, second_queries
from jimu.calls.errors import CallOver, DeadLink
from jimu.calls.models import Call, OrganisationAsk, PassedOn, Step
from jimu.core import bulk, journal, live, locks, steady
from jimu.core.errors import Invalid, NotFound
from jimu.core.permissions import STEP, SYSTEM, Actor
from jimu.grid.models import Unit
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.people.models import Organisation

MINUTE = 60
# The largest first; who is left is asked with the next look.
AT_ONCE = 40
MOST_SENT = 500
State = OrganisationAsk.State


def to_ask(call: Call) -> list[Organisation]:
    """Organisations that have somebody to speak to and people of their own, and were not asked yet; the largest first. One query."""
    if Step.ORGANISATIONS not in call.chain:
        return []
    spoken_for = Account.objects.filter(is_active=True, contact_of__isnull=False).values("contact_of")
    return list(second_queries.largest_first().filter(pk__in=spoken_for).exclude(asks__call=call)[:AT_ONCE])


def any_passed_on(call: Call) -> bool:
    """Whether somebody to whom the call was passed on has not been asked. One query."""
    rows = PassedOn.objects.filter(ask__call=call, person__active=True)
    return rows.exclude(person__in=call.offers.values("person")).exists()


def patient(call: Call) -> bool:
    """Whether an organisation still has the time that it was given for its first answer. One query."""
    return call.organisations.filter(state=State.WAITING, reminded=False, due__gt=steady.now()).exists()


def ask(call: Call, organisations: Sequence[Organisation], *, at: datetime) -> int:
    """Ask them, in the caller's transaction and under the call's lock. Who was asked already is not asked again."""
    known = set(call.organisations.values_list("organisation_id", flat=True))
    due = steady.now() + call.terms["wave_minutes"] * MINUTE
    asks = [OrganisationAsk(call=call, organisation=one, asked_at=at, due=due) for one in organisations if one.pk not in known]
    if asks:
        bulk.insert(asks)
        _write(call, asks, at, "ask")
        _tell(SYSTEM, at, call, "calls.organisations_asked", {"organisations": len(asks)})
    return len(asks)


def ripe(tick: int) -> "QuerySet[OrganisationAsk]":
    """Those whose time is up."""
    return OrganisationAsk.objects.filter(state=State.WAITING, due__lte=tick, call__state=Call.State.RUNNING)


def ripen(tick: int, at: datetime) -> int:
    """Who has not answered is reminded once; after as long again the subdistrict's desk is told to telephone. The call goes on meanwhile."""
    count = 0
    for call in Call.objects.filter(pk__in=ripe(tick).values("call")).select_related("incident", "unit"):
        with transaction.atomic():
            locks.hold(f"call:{call.pk}")
            mine = list(ripe(tick).filter(call=call).select_related("organisation"))
            again, over = [one for one in mine if not one.reminded], [one for one in mine if one.reminded]
            later = tick + call.terms["wave_minutes"] * MINUTE
            OrganisationAsk.objects.filter(pk__in=[one.pk for one in again]).update(reminded=True, due=later)
            OrganisationAsk.objects.filter(pk__in=[one.pk for one in over]).update(state=State.SILENT)
            _write(call, again, at, "again")
            if over:
                enqueue(actor=SYSTEM, at=at, letters=[_to_desk(call, over)], subject=call.target)
                _tell(SYSTEM, at, call, "calls.organisations_silent", {"organisations": len(over)})
            Call.objects.filter(pk=call.pk, state=Call.State.RUNNING).update(due=0)
            live.beat(call.target, "calls")
            count += len(mine)
    return count


def _write(call: Call, asks: Sequence[OrganisationAsk], at: datetime, kind: str) -> None:
    """A letter to each contact who is on the register; to whom none can be written, the desk speaks (their link stands on the page)."""
    contacts = Account.objects.filter(contact_of__in=[one.organisation_id for one in asks], is_active=True).exclude(person=None)
    by = {one.organisation_id: one for one in asks}
    written = [
        Letter(
            key=f"{call.target}:org:{by[organisation].pk.hex}:{person.hex}:{kind}", unit_id=call.unit_id, person_id=person,
            text=letters.organisation_text(call, by[organisation], again=kind == "again"), urgency=Urgency.URGENT,
        )
        for organisation, person in contacts.values_list("contact_of_id", "person_id")
    ]  # fmt: skip
    if written:
        enqueue(actor=SYSTEM, at=at, letters=written, subject=call.target)


def _to_desk(call: Call, over: Sequence[OrganisationAsk]) -> Letter:
    names = "、".join(one.organisation.name for one in over[:10])
    text = _("{head}{n} 家单位没有回应：{names}。请打电话，并在召集页面登记。").format(head=letters.head(call), n=len(over), names=names)
    top = Unit.objects.get(path=call.unit.path[:STEP])
    return Letter(key=f"{call.target}:org-silent:{over[0].pk.hex}", unit_id=top.pk, text=text, urgency=Urgency.URGENT)


def pass_on(*, at: datetime, ask_id: UUID, person_ids: Collection[UUID], actor: Actor | None = None) -> OrganisationAsk:
    """The organisation passes the call on to these of its people; they are offered what fits with the next wave, which goes out now.

    Without an actor it is the holder of the organisation's link. Raises DeadLink, CallOver, Invalid for nobody, NotFound for
    somebody who is not theirs.
    """
    with transaction.atomic():
        found = _answering(ask_id, actor)
        if not person_ids:
            raise Invalid(_("请先勾选要转给谁。"), code="nobody")
        own = set(second_queries.members(found.organisation_id).filter(pk__in=person_ids).values_list("pk", flat=True))
        if own != set(person_ids):
            raise NotFound(_("只能转给本单位在册的成年人。"))
        there = set(found.passed.values_list("person_id", flat=True))
        fresh = sorted(own - there)
        PassedOn.objects.bulk_create(PassedOn(ask=found, person_id=pk, at=at) for pk in fresh)
        _answered(found, State.PASSED, at, actor, "calls.organisation_passed", {"people": len(fresh)})
    return found


def pass_on_to_all(*, at: datetime, ask_id: UUID, actor: Actor | None = None) -> OrganisationAsk:
    """The same for all of its people, one click. Raises Invalid for an organisation that has none."""
    found = OrganisationAsk.objects.filter(pk=ask_id).values_list("organisation_id", flat=True).first()
    if found is None:
        raise DeadLink
    everybody = list(second_queries.members(found).values_list("pk", flat=True))
    return pass_on(at=at, ask_id=ask_id, person_ids=everybody, actor=actor)


def send(*, at: datetime, ask_id: UUID, number: int, actor: Actor | None = None) -> OrganisationAsk:
    """The organisation says that it sends so many people. They fill no seat until they are named: the gap stays in sight."""
    if not 1 <= number <= MOST_SENT:
        raise Invalid(_("人数要在 1 到 {most} 之间。").format(most=MOST_SENT), code="bad_number")
    with transaction.atomic():
        found = _answering(ask_id, actor)
        found.sends = number
        _answered(found, State.SENDS, at, actor, "calls.organisation_sends", {"people": number})
    return found


def decline(*, at: datetime, ask_id: UUID, actor: Actor | None = None) -> OrganisationAsk:
    """The organisation has nobody now. People to whom it passed the call on before keep their offers."""
    with transaction.atomic():
        found = _answering(ask_id, actor)
        found.sends = 0
        _answered(found, State.NO, at, actor, "calls.organisation_declined", {})
    return found


def _answering(ask_id: UUID, actor: Actor | None) -> OrganisationAsk:
    """An ask of a call under way, under the call's lock; for a desk on its own part."""
    call_id = OrganisationAsk.objects.filter(pk=ask_id).values_list("call_id", flat=True).first()
    if call_id is None:
        raise DeadLink
    locks.hold(f"call:{call_id}")
    found = second_queries.ask_row(ask_id) if actor is None else second_queries.ask_for(actor, ask_id)
    if not second_queries.under_way(found):
        raise CallOver
    return found


def _answered(found: OrganisationAsk, state: str, at: datetime, actor: Actor | None, verb: str, data: dict[str, object]) -> None:
    if state != State.PASSED and found.passed.exists():
        # Their people are being asked whatever is said of others.
        state = State.PASSED
    who = actor or Actor(account_id=None, name=_("{organisation}联络员").format(organisation=found.organisation.name))
    found.state, found.answered_at, found.answered_by = state, at, who.name[:80]
    found.save(update_fields=["state", "sends", "answered_at", "answered_by"])
    Call.objects.filter(pk=found.call_id, state=Call.State.RUNNING).update(due=0)
    _tell(who, at, found.call, verb, {"organisation": str(found.organisation_id), **data})


def _tell(actor: Actor, at: datetime, call: Call, verb: str, data: dict[str, object]) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=call.target, scope=call.unit.path, data=data)
    live.beat("calls", call.target, "board")
