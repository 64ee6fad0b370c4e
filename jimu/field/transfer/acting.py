"""One act on a transfer: who may, from where, what it wants, where it leads; and undoing the last one while nothing has followed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, sealed
from jimu.core.errors import JimuError, NotFound, NotNow, NotPermitted
from jimu.core.permissions import Actor
from jimu.field.transfer import leaving, queries, rules, runs, words
from jimu.field.transfer.models import Fact, Run, Transfer, Why
from jimu.field.transfer.moving import Told, held, move, restore, snapshot, write
from jimu.field.transfer.scenes import Given, Scene
from jimu.field.transfer.steps import AFTERWARDS, STEPS, UNDONE

ACT, MANAGE = queries.ACT, queries.MANAGE
S = Transfer.State


NOTHING = Given()
#: Acts that the desk alone does; the others are done at the door too, and by whoever goes along.
OF_DESK = frozenset({"cancel", "release", "close"})
#: What a phone at the door or in the vehicle may tell twice.
DOOR_ACTS = frozenset({"down", "inside", "board", "hand"})
#: After these somebody is in the flat who was to go, or was away.
STAYS = frozenset({"refuse", "unreachable", "inside", "home", "cancel"})


def act(*, actor: Actor, at: datetime, transfer_id: UUID, name: str, given: Given = NOTHING) -> Transfer:
    """Do one act. Raises NotFound beyond the actor's part, NotPermitted, NotNow with what is missing, Unanswered, Invalid, Full."""
    if name not in STEPS:
        raise NotFound
    with transaction.atomic():
        transfer = held(transfer_id)
        queries.permit(actor, transfer, MANAGE if name in OF_DESK else ACT)
        if given.op_id and Fact.objects.filter(id=given.op_id, transfer=transfer).exists():
            return transfer
        if not rules.allowed(name, transfer.state):
            if _again(actor, transfer, name):
                return transfer
            raise refusal(transfer, name)
        was = snapshot(transfer)
        scene = Scene(transfer, given, actor, at)
        data = STEPS[name](scene)
        move(transfer, name, at)
        write(transfer, Told(name, given.note, data, given.op_id, given.recorded_at), actor=actor, at=at, was=was)
        if name in AFTERWARDS:
            AFTERWARDS[name](scene)
        if name in STAYS:
            leaving.stayed(transfer, actor=actor, at=at)
        if was["run_id"] and transfer.run_id is None:
            # A seat was given back: the run may be over, or none of it may have left.
            runs.follow(Run.objects.select_related("unit").filter(pk=was["run_id"]).first(), actor=actor, at=at)
    return transfer


def undo(*, actor: Actor, at: datetime, transfer_id: UUID) -> Transfer:
    """Take the last act back: by who did it, or the desk. Raises NotNow when it cannot be taken back."""
    with transaction.atomic():
        transfer = held(transfer_id)
        queries.permit(actor, transfer, ACT)
        fact = undoable(transfer)
        if fact is None:
            raise NotNow(_("上一步不能撤销。请按实际情况记下一步，或写备注说明。"))
        if not own_fact(actor, fact) and not actor.may(MANAGE, transfer.unit.path):
            raise NotPermitted(_("上一步是 {who} 做的，只有本人或值班台能撤销。").format(who=fact.who))
        if fact.data["was"]["run_id"] != (str(transfer.run_id) if transfer.run_id else None):
            raise NotNow(_("座位已经退掉了，不能撤销。请重新告知、重新派车。"))
        restore(transfer, fact.data["was"])
        write(transfer, Told("undo"), actor=actor, at=at, undoes=fact.seq)
        if fact.act in UNDONE:
            UNDONE[fact.act](transfer, actor, at)
    return transfer


def undoable(transfer: Transfer) -> Fact | None:
    """The last act, when it is one that can be taken back."""
    facts = list(transfer.facts.all())
    gone = {one.undoes_id for one in facts if one.undoes_id}
    last = next((one for one in reversed(facts) if one.seq not in gone and one.act not in ("undo", "note", "left", "wants")), None)
    return last if last is not None and last.act in rules.UNDOABLE else None


def own_fact(actor: Actor, fact: Fact) -> bool:
    """Whether the actor did it."""
    if actor.person_id is not None and fact.person_id is not None:
        return actor.person_id == fact.person_id
    return actor.account_id == fact.account_id


def reveal(*, actor: Actor, at: datetime, transfer_id: UUID) -> tuple[str, str]:
    """Name and phone in full, for a call. Who looked stands in the journal."""
    with transaction.atomic():
        transfer = queries.transfer_for(actor, transfer_id, ACT)
        journal.record(actor=actor, at=at, verb="transfer.revealed", target=transfer.target, scope=transfer.unit.path)
    resident = transfer.resident
    return (resident.name, sealed.unseal(resident.phone_sealed)) if resident else ("", "")


def read_why(*, actor: Actor, at: datetime, transfer_id: UUID) -> str:
    """Why somebody is moved, in words: for few. Who looked stands in the journal."""
    with transaction.atomic():
        transfer = queries.transfer_for(actor, transfer_id, queries.WHY)
        journal.record(actor=actor, at=at, verb="transfer.why_read", target=transfer.target, scope=transfer.unit.path)
    return str(Why(transfer.why).label) if transfer.why else _("没有记录")


def _again(actor: Actor, transfer: Transfer, name: str) -> bool:
    """Whether the same person did the same already: a button pressed twice, or a phone that told of one moment twice."""
    if name not in DOOR_ACTS:
        return False
    facts = list(transfer.facts.all())
    gone = {one.undoes_id for one in facts if one.undoes_id}
    # Of an earlier run it was another moment.
    since = max((one.seq for one in facts if one.act in ("seat", "lost_run", "turned")), default=0)
    last = next((one for one in reversed(facts) if one.act == name and one.seq not in gone and one.seq > since), None)
    return last is not None and own_fact(actor, last)


def refusal(transfer: Transfer, name: str) -> JimuError:
    """What is missing, in one sentence; of what somebody else did already, who and when."""
    last = transfer.facts.filter(act=name).order_by("-seq").select_related("person").first()
    if last is not None and last.leads_to == transfer.state and name not in ("note", "wants"):
        moment = timezone.localtime(last.at).strftime("%m-%d %H:%M")
        sentence = _("{who} 在 {clock} 已经记过“{act}”。如果不是同一次，请打电话问清。")
        return NotNow(sentence.format(who=last.who, clock=moment, act=words.act_words(name)))
    return NotNow(_("现在是“{state}”。{wants}").format(state=S(transfer.state).label, wants=words.WANTS_FIRST[name]), state=transfer.state)
