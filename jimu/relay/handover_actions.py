"""Writes of handovers: open, write down, hand over, answer item by item, accept. One transaction each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, locks, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.permissions import SYSTEM, Actor, reached
from jimu.grid.models import Unit
from jimu.incidents.models import Incident
from jimu.relay import handover_queries as queries
from jimu.relay import policy
from jimu.relay.errors import AlreadyAccepted, NeedsSentence, NotHandedYet
from jimu.relay.handover_queries import can_be_accepted
from jimu.relay.models import Handover, HandoverAnswer, HandoverItem, RelayPolicy
from jimu.relay.reach import HAND, leads, stands_at
from jimu.relay.rules import Turn

LONGEST_TEXT, LONGEST_AMOUNT = 200, 30
Verdict = HandoverAnswer.Verdict


def open_handover(
    *, actor: Actor, at: datetime, incident_id: UUID, unit_id: UUID, post_code: str = "", turn_at: datetime
) -> Handover:
    """The handover of a duty at one of its turns, with what is still open from the one before.

    Opening the same again gives the same. Raises NotFound outside the actor's part, Invalid for no turn of the roster.
    """
    with transaction.atomic():
        locks.hold(f"handovers:{incident_id}:{unit_id}")
        unit = Unit.objects.filter(pk=unit_id, kind=Unit.Kind.NEIGHBORHOOD).first()
        if unit is None or not _may_open(actor, unit, post_code, at):
            raise NotFound
        duties = queries.duties_at(unit, at, incident_id)
        duty = next((one for one in duties if one.post_code == post_code), None)
        turn = next((one for one in duty.turns if one.ends_at == turn_at), None) if duty else None
        if duty is None or turn is None:
            raise Invalid(_("排班里没有这个交接时间。请刷新后重选。"), code="no_such_turn")
        return _opened(actor, at, duty.incident, unit, (post_code, duty.post_title), turn)


def _may_open(actor: Actor, unit: Unit, post_code: str, at: datetime) -> bool:
    if Unit.objects.filter(reached(actor, HAND), pk=unit.pk).exists():
        return True
    return unit.pk in leads(actor.person_id) or bool(post_code and (unit.pk, post_code) in stands_at(actor.person_id, at))


def carry_on(*, at: datetime, handover_id: UUID) -> Handover | None:
    """Let what is open go on into the next handover by itself; None when there is nothing, or somebody was faster."""
    with transaction.atomic():
        before = Handover.objects.select_related("unit", "incident").get(pk=handover_id)
        locks.hold(f"handovers:{before.incident_id}:{before.unit_id}")
        still = queries.newest_of_each().filter(pk=handover_id, until__lte=at).exclude(accepted_at=None).exists()
        if not still or not any(line.open for line in queries.lines_of(before)):
            return None
        duties = queries.duties_at(before.unit, before.until, before.incident_id)
        duty = next((one for one in duties if one.post_code == before.post_code), None)
        turn = next((one for one in duty.turns if one.ends_at >= before.until), None) if duty else None
        turn = turn or Turn(before.until, before.until, before.until + policy.USUAL_SHIFT)
        return _opened(SYSTEM, at, before.incident, before.unit, (before.post_code, before.post_title), turn, carried=True)


def _opened(
    actor: Actor, at: datetime, incident: Incident, unit: Unit, post: tuple[str, str], turn: Turn, *, carried: bool = False
) -> Handover:
    key = {"incident": incident, "unit": unit, "post_code": post[0]}
    same = Handover.objects.filter(**key, turn_at=turn.ends_at).first()
    if same is not None:
        return same
    before = Handover.objects.filter(**key, turn_at__lt=turn.ends_at).first()
    minutes = queries.minutes_of(incident)
    made = Handover.objects.create(
        **key, post_title=post[1], turn_at=turn.ends_at, begins_at=turn.begins_at, until=turn.until,
        due_at=turn.begins_at + timedelta(minutes=minutes), opened_at=at, opened_by=actor.name, carried=carried,
    )  # fmt: skip
    count = _carry(before, made, at) if before else 0
    _tell(made, actor, at, "handover.carried" if carried else "handover.opened", {"items": count, "post": post[1]})
    return made


def _carry(before: Handover, after: Handover, at: datetime) -> int:
    open_lines = [line for line in queries.lines_of(before) if line.open]
    HandoverItem.objects.bulk_create(
        HandoverItem(
            handover=after, kind=line.item.kind, text_sealed=line.item.text_sealed, amount=line.item.amount,
            first_id=line.item.first_id or line.item.pk, added_at=line.item.added_at, added_by=line.item.added_by,
        )
        for line in open_lines
    )  # fmt: skip
    return len(open_lines)


def add_item(*, actor: Actor, at: datetime, handover_id: UUID, kind: str, text: str, amount: str = "") -> HandoverItem:
    """Write one more thing down. Raises Invalid without words, AlreadyAccepted for a record, NotFound."""
    if kind not in HandoverItem.Kind.values:
        raise Invalid(_("没有这一类交接事项。"), code="unknown_kind")
    words = text.strip()[:LONGEST_TEXT]
    if not words:
        raise Invalid(_("请写明要交接的内容。"), code="empty_item")
    with transaction.atomic():
        handover = _locked(actor, handover_id, at)
        made = HandoverItem.objects.create(
            handover=handover, kind=kind, text_sealed=sealed.seal(words), amount=amount.strip()[:LONGEST_AMOUNT],
            added_at=at, added_by=actor.name,
        )  # fmt: skip
        _tell(handover, actor, at, "handover.item_added", {"kind": kind})
    return made


def hand_over(*, actor: Actor, at: datetime, handover_id: UUID) -> Handover:
    """Say that all is written down and the next lead may accept. The same again changes nothing."""
    with transaction.atomic():
        handover = _locked(actor, handover_id, at)
        if handover.handed_at is None:
            handover.handed_at, handover.handed_by, handover.handed_account = at, actor.name, actor.account_id
            handover.save(update_fields=["handed_at", "handed_by", "handed_account"])
            _tell(handover, actor, at, "handover.handed", {"items": handover.items.count(), "post": handover.post_title})
    return handover


def answer(*, actor: Actor, at: datetime, item_id: UUID, verdict: str, sentence: str = "") -> HandoverAnswer:
    """Accept one item, dispute it with a sentence, or say that it is done. The same again changes nothing.

    Done may be said as long as the handover is the newest of its duty; the others until it is accepted. Raises
    NeedsSentence, NotHandedYet, AlreadyAccepted, Conflict or NotFound.
    """
    words = sentence.strip()[:LONGEST_TEXT]
    if verdict not in Verdict.values:
        raise Invalid(_("没有这种答复。"), code="unknown_verdict")
    if verdict == Verdict.DISPUTED and not words:
        raise NeedsSentence
    with transaction.atomic():
        seen = queries.line_for(actor, item_id, at)
        handover = _locked(actor, seen.item.handover_id, at, finished=verdict == Verdict.DONE)
        _require_answerable(actor, handover, verdict, at)
        line = queries.line_for(actor, item_id, at)
        if line.verdict == verdict and line.sentence == words:
            return HandoverAnswer.objects.filter(item=item_id).latest("at", "id")
        made = _answered(actor, at, line.item, verdict, words)
        _tell(handover, actor, at, f"handover.item_{verdict}", {"kind": line.item.kind, "post": handover.post_title})
    return made


def _require_answerable(actor: Actor, handover: Handover, verdict: str, at: datetime) -> None:
    if not queries.newest_of_each().filter(pk=handover.pk).exists():
        raise Conflict(_("这一项已转到后面的交接里，请到最新的交接里处理。"), code="went_on")
    if verdict == Verdict.DONE:
        return
    _require_handed(handover, at)
    _require_other(actor, handover)


def _require_handed(handover: Handover, at: datetime) -> None:
    """Who left without a word holds nobody up: once the next shift began, it can be accepted all the same."""
    if not can_be_accepted(handover, at):
        raise NotHandedYet


def _require_other(actor: Actor, handover: Handover) -> None:
    if handover.handed_account is not None and handover.handed_account == actor.account_id:
        raise Conflict(_("交班和接班要是两个人。没有人来接时，请点“没人来接，我继续值”。"), code="own_handover")


def accept(*, actor: Actor, at: datetime, handover_id: UUID, stays: bool = False) -> Handover:
    """Take the duty over: items without an answer are accepted with it, disputed ones stay disputed.

    `stays` is for an outgoing lead whom nobody relieves: they go on, and that is on record. Raises NotHandedYet,
    Conflict for one's own handover, AlreadyAccepted, NotFound.
    """
    with transaction.atomic():
        handover = _locked(actor, handover_id, at)
        if not stays:
            _require_handed(handover, at)
            _require_other(actor, handover)
        lines = queries.lines_of(handover)
        for line in lines:
            if not line.verdict:
                _answered(actor, at, line.item, Verdict.ACCEPTED, "")
        handover.accepted_at, handover.accepted_by = at, actor.name
        handover.save(update_fields=["accepted_at", "accepted_by"])
        disputed = sum(line.verdict == Verdict.DISPUTED for line in lines)
        data = {"items": len(lines), "disputed": disputed, "post": handover.post_title, "late": at >= handover.due_at}
        _tell(handover, actor, at, "handover.stayed" if stays else "handover.accepted", data)
    return handover


def reveal(*, actor: Actor, at: datetime, item_id: UUID) -> queries.Line:
    """One household's note in plain text, with a journal entry. Raises NotFound."""
    with transaction.atomic():
        line = queries.line_for(actor, item_id, at)
        _tell(line.item.handover, actor, at, "handover.revealed", {"item": str(item_id)}, beat=False)
    return line


def set_policy(*, actor: Actor, at: datetime, incident_id: UUID, accept_minutes: int) -> RelayPolicy:
    """Set how soon a handover must be accepted. It counts for those opened from now on. Raises Invalid, NotFound."""
    least, most = policy.LEAST_MINUTES, policy.MOST_MINUTES
    if not least <= accept_minutes <= most:
        raise Invalid(_("请填 %(least)d 到 %(most)d 分钟。") % {"least": least, "most": most}, code="minutes_out_of_range")
    with transaction.atomic():
        incident = Incident.objects.filter(pk=incident_id, state=Incident.State.ACTIVE).first()
        if incident is None or not actor.may("relay.set", incident.scope):
            raise NotFound
        made, _new = RelayPolicy.objects.update_or_create(
            incident=incident, defaults={"accept_minutes": accept_minutes, "set_at": at, "set_by": actor.name}
        )
        journal.record(
            actor=actor, at=at, verb="relay.policy_set", target=incident.target, scope=incident.scope,
            data={"accept_minutes": accept_minutes},
        )  # fmt: skip
    return made


def _answered(actor: Actor, at: datetime, item: HandoverItem, verdict: str, words: str) -> HandoverAnswer:
    return HandoverAnswer.objects.create(
        item=item, verdict=verdict, sentence_sealed=sealed.seal(words), at=at, by=actor.name
    )


def _locked(actor: Actor, handover_id: UUID, at: datetime, *, finished: bool = False) -> Handover:
    """The handover under the lock of its place; an accepted one only where `finished` ones may be written in."""
    seen = queries.handover_for(actor, handover_id, at, HAND)
    locks.hold(f"handovers:{seen.incident_id}:{seen.unit_id}")
    found = queries.handover_for(actor, handover_id, at, HAND)
    if found.incident.state != Incident.State.ACTIVE and not finished:
        raise Conflict(_("这次响应已经解除。没办完的事项在“收队”里。"), code="incident_over")
    if found.accepted_at is not None and not finished:
        raise AlreadyAccepted
    return found


def _tell(
    handover: Handover, actor: Actor, at: datetime, verb: str, data: dict[str, Any], *, beat: bool = True
) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=handover.target, scope=handover.unit.path, data=data)
    if beat:
        live.beat(*_topics(handover))


def _topics(handover: Handover) -> Sequence[str]:
    return (handover.target, "handovers", "board")
