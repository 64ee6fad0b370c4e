"""Writes of who and what is left behind: the question answered, each with a caretaker or an alarm, visits, the end by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, live, sealed
from jimu.core.errors import Invalid, NotFound, NotNow, NotPermitted
from jimu.core.fetching import fetch
from jimu.core.permissions import SYSTEM, Actor
from jimu.field.households import zone_queries
from jimu.field.households.models import Resident
from jimu.field.transfer import letters, policy, queries, rules
from jimu.field.transfer.models import Dependant, Transfer, Visit
from jimu.field.transfer.moving import TOPIC, Told, held, hold, reckon, write
from jimu.people.intake import cells
from jimu.people.models import Person
from jimu.people.words import PAUSED

K = Dependant.Kind
LONGEST, MOST, LONGEST_CARE = 300, 12, timedelta(days=60)
WITH = ("transfer__unit", "transfer__place", "transfer__room", "transfer__resident", "person", "neighbor")


@dataclass(frozen=True)
class LeftGiven:
    """Somebody or something that stays: what kind, who or what it is and what is to be done; as the ledger knows them."""

    kind: str
    what: str = ""
    resident_id: UUID | None = None


def answer(
    *, actor: Actor, at: datetime, transfer_id: UUID, left: Sequence[LeftGiven], nobody_why: str = "", op_id: UUID | None = None, recorded_at: datetime | None = None
) -> Transfer:
    """Answer who and what is left behind; answering again adds. Nobody may be the answer, but where the ledger names somebody it says where they are.

    Raises NotFound, NotPermitted, NotNow, Invalid.
    """
    with transaction.atomic():
        transfer = held(transfer_id)
        queries.permit(actor, transfer, queries.ACT)
        if op_id and transfer.facts.filter(id=op_id).exists():
            return transfer
        if not transfer.running:
            raise NotNow(_("这一次转运已经了结。"))
        if len(left) > MOST:
            raise Invalid(_("一户最多记 {n} 项，请合并相近的。").format(n=MOST), field="left")
        known = {one.resident.pk: one for one in queries.would_stay(transfer, at)}
        unnamed = [one for pk, one in known.items() if one.there is None and pk not in {g.resident_id for g in left}]
        if unnamed and not nobody_why.strip():
            who = "、".join(f"{sealed.mask_name(one.resident.name)}（{one.kind_words}）" for one in unnamed)
            raise Invalid(_("台账里这一户还有 {who}。请勾上要留下照看的；不用照看的，写明他们在哪里、谁管。").format(who=who), code="ledger_names", field="nobody_why")
        for one in left:
            _add(transfer, one, actor, at)
        transfer.answered_at, transfer.answered_by = at, actor.name[:80]
        if nobody_why.strip():
            transfer.nobody_why_sealed = sealed.seal(nobody_why.strip()[:LONGEST])
        write(transfer, Told("left", data={"left": len(left)}, op_id=op_id, recorded_at=recorded_at), actor=actor, at=at)
    return transfer


def _add(transfer: Transfer, one: LeftGiven, actor: Actor, at: datetime) -> None:
    if one.kind not in K.values or len(one.what) > LONGEST:
        raise Invalid(_("请选留下的是谁或什么，说明不超过 {n} 字。").format(n=LONGEST), field="left")
    resident = None
    if one.resident_id is not None:
        resident = Resident.objects.filter(pk=one.resident_id, room=transfer.room, left_at=None).first()
        if resident is None or resident.pk == transfer.resident_id:
            raise NotFound(_("台账里这一户没有这个人。"))
        if Dependant.objects.filter(transfer__room=transfer.room, resident=resident, ended_at=None).exists():
            return
    elif not one.what.strip():
        raise Invalid(_("请写清是谁或什么，要做什么（例如：一只猫，一天喂两次）。"), field="left")
    Dependant.objects.create(transfer=transfer, kind=one.kind, what_sealed=sealed.seal(one.what.strip()), resident=resident, added_at=at, added_by=actor.name[:80], alone_since=at)
    _tell(actor, at, "transfer.left_added", transfer)


@dataclass(frozen=True)
class Care:
    """Who looks after one left behind, until when, by when the first visit is due; `stays`: they live in the home meanwhile."""

    until: datetime
    first_due: datetime
    person_id: UUID | None = None
    neighbor_id: UUID | None = None
    somebody: str = ""
    phone: str = ""
    stays: bool = False


def name_caretaker(*, actor: Actor, at: datetime, dependant_id: UUID, care: Care) -> Dependant:
    """Name who looks after one left behind; what was named before is replaced. Raises NotFound, Invalid."""
    with transaction.atomic():
        one = _held(actor, dependant_id)
        _running(one)
        named = [bool(care.person_id), bool(care.neighbor_id), bool(care.somebody.strip())]
        if sum(named) != 1:
            raise Invalid(_("请写一个照看的人：从名册里选、从住户里选，或写姓名和电话。"), code="no_caretaker", field="person")
        phone, fault = cells.phone(care.phone)
        if fault or (care.somebody.strip() and not phone):
            raise Invalid(_("请写照看人的电话：手机 11 位，座机请带区号。"), field="phone")
        _check_times(one, care, at)
        one.person = _person(one, care.person_id)
        one.neighbor = _neighbor(one, care.neighbor_id)
        one.somebody_sealed, one.phone_sealed = sealed.seal(cells.text(care.somebody)[:60]), sealed.seal(phone)
        one.stays, one.until, one.next_due, one.trouble_at = care.stays, care.until, care.first_due, None
        one.save()
        reckon([one])
        if one.person is not None:
            letters.tell_caretaker(one, actor=actor, at=at)
        _tell(actor, at, "transfer.left_cared", one.transfer)
    return one


def _check_times(one: Dependant, care: Care, at: datetime) -> None:
    most = _every(one, stays=care.stays)
    if not at < care.until <= at + LONGEST_CARE:
        raise Invalid(_("照看到什么时候，写现在以后、{n} 天以内。").format(n=LONGEST_CARE.days), field="until")
    # Before anybody left the first visit may be further off; from the moment of leaving it is not (see gone).
    if not at <= care.first_due <= care.until or (one.transfer.gone_since is not None and care.first_due > at + most):
        hours = int(most.total_seconds() // 3600)
        sentence = _("第一次看望要在照看的时间里；人走了以后，{kind}最晚 {n} 小时内要有人去看。")
        raise Invalid(sentence.format(kind=one.get_kind_display(), n=hours), code="first_visit_late", field="first_due")


def _every(one: Dependant, *, stays: bool) -> timedelta:
    """How long it may be from one visit to the next. Whoever stays in the home is there; asking once a day is enough."""
    return timedelta(hours=24 if stays else policy.visit_hours(one.transfer.unit, one.kind))


def _person(one: Dependant, person_id: UUID | None) -> Person | None:
    if person_id is None:
        return None
    found = Person.objects.filter(pk=person_id, active=True, unit__path__startswith=one.transfer.place.path).first()
    if found is None or PAUSED in found.limits:
        raise NotFound(_("没有这个人，或不在这一带工作，或暂停参加。"))
    return found


def _neighbor(one: Dependant, resident_id: UUID | None) -> Resident | None:
    if resident_id is None:
        return None
    found = Resident.objects.filter(pk=resident_id, left_at=None, room__building__path__startswith=one.transfer.place.path).first()
    if found is None:
        raise NotFound(_("台账里没有这位住户，或不在这个居民区。"))
    if found.pk in (one.resident_id, one.transfer.resident_id) or _gone(found.pk):
        raise Invalid(_("这位住户自己也走了，或就是要人照看的人，请另找照看人。"), code="caretaker_gone", field="neighbor")
    return found


def _gone(resident_id: UUID) -> bool:
    rows = Transfer.objects.filter(resident=resident_id, closed_at=None)
    return any(one.gone_since is not None for one in rows)


def visit(
    *, actor: Actor, at: datetime, dependant_id: UUID, result: str, note: str = "", visit_id: UUID | None = None, recorded_at: datetime | None = None
) -> Dependant:
    """Somebody was there: all well sets the next visit, trouble or nobody seen is an alarm at once. The same `visit_id` twice is one.

    By the caretaker, or who sees to transfers there.
    """
    if result not in Visit.Result.values or (result != Visit.Result.FINE and not note.strip()):
        raise Invalid(_("请写是什么情况、怎么处理的。"), field="note")
    with transaction.atomic():
        one = _held(actor, dependant_id, caretaker=True)
        if visit_id is not None and Visit.objects.filter(pk=visit_id).exists():
            return one
        _running(one)
        ids = {"id": visit_id} if visit_id is not None else {}
        Visit.objects.create(
            **ids, dependant=one, result=result, at=at, recorded_at=recorded_at or at, by=actor.name[:80], note_sealed=sealed.seal(note.strip()[:LONGEST])
        )
        latest = Visit.objects.filter(dependant=one).order_by("-at", "-recorded_at")[0]
        # What a phone tells late does not undo what was seen since.
        if latest.at <= at:
            one.trouble_at = None if result == Visit.Result.FINE else at
            if one.cared and one.until is not None and result == Visit.Result.FINE:
                one.next_due = min(at + _every(one, stays=one.stays), one.until)
            one.save()
            reckon([one])
        _tell(actor, at, "transfer.left_visited", one.transfer)
    return one


def end(*, actor: Actor, at: datetime, dependant_id: UUID, why: str) -> Dependant:
    """Nobody has to look after them any more; a person says why. Never by itself."""
    if not why.strip():
        raise Invalid(_("请写为什么不用再照看：人回来了、接走了、煤气已关、送到哪里。"), field="why")
    with transaction.atomic():
        one = _held(actor, dependant_id)
        _running(one)
        _end(one, why, actor, at)
    return one


def _end(one: Dependant, why: str, actor: Actor, at: datetime) -> None:
    one.ended_at, one.ended_by, one.ended_why_sealed = at, actor.name[:80], sealed.seal(why.strip()[:LONGEST])
    one.save()
    reckon([one])
    _tell(actor, at, "transfer.left_ended", one.transfer)


def gone(transfer: Transfer, *, actor: Actor, at: datetime) -> None:
    """Somebody boarded: where they were the caretaker nobody is any more, and where they were left behind they are not.

    Whom the ledger names in the flat now, and did not when it was answered, is written down: an old answer hides nobody.
    """
    if not transfer.nobody_why_sealed and not _grown_up_at_home(transfer, at):
        for found in queries.would_stay(transfer, at):
            if found.there is None:
                _add(transfer, LeftGiven(found.kind, "", found.resident.pk), actor, at)
        reckon(transfer.dependants.all())
    for one in Dependant.objects.filter(ended_at=None, resident=transfer.resident_id).exclude(transfer=transfer).select_related(*WITH):
        _end(one, _("本人也转运走了"), actor, at)
    for one in Dependant.objects.filter(ended_at=None, neighbor=transfer.resident_id).select_related(*WITH):
        _uncared(one, actor, at)
    for one in Dependant.objects.filter(ended_at=None, transfer=transfer).select_related(*WITH):
        if one.until is None or one.next_due is None:
            continue
        # A visit that was due while somebody was at home is due so long after they left, and no other is later than that.
        latest = at + _every(one, stays=one.stays)
        one.next_due = min(latest if one.next_due <= at else min(one.next_due, latest), one.until)
        one.save()
        reckon([one])


def stayed(transfer: Transfer, *, actor: Actor, at: datetime) -> None:
    """Somebody did not go, or is back, while others of the flat are away: if they cannot look after themselves and no adult is there, they are left behind."""
    resident = transfer.resident
    away = [one for one in Transfer.objects.filter(room=transfer.room, closed_at=None).exclude(pk=transfer.pk).select_related(*queries.WITH) if one.gone_since]
    if resident is None or not away or Dependant.objects.filter(resident=resident, ended_at=None).exists():
        return

    kind = _kind(resident, transfer, at)
    if not kind or _grown_up_at_home(transfer, at):
        return
    _add(away[0], LeftGiven(kind, "", resident.pk), actor, at)
    reckon(away[0].dependants.all())


def _kind(resident: Resident, transfer: Transfer, at: datetime) -> str:
    numbers, on = policy.of_place(transfer.unit), zone_queries.today(at)
    return rules.kind_left(resident.groups, resident.birth_year, on, minor_age=numbers.minor_age, elder_age=numbers.elder_age)


def _grown_up_at_home(transfer: Transfer, at: datetime) -> bool:
    """Whether somebody of the flat is there who can look after themselves and others."""
    open_rows = Transfer.objects.filter(room=transfer.room, closed_at=None)
    gone_ids = {one.resident_id for one in open_rows if one.gone_since is not None and one.resident_id is not None}
    there = Resident.objects.filter(room=transfer.room, left_at=None).exclude(pk__in=gone_ids)
    return any(not _kind(one, transfer, at) for one in there)


def _uncared(one: Dependant, actor: Actor, at: datetime) -> None:
    one.person = one.neighbor = one.until = one.next_due = None
    one.somebody_sealed = one.phone_sealed = ""
    one.stays, one.alone_since = False, at
    one.save()
    reckon([one])
    _tell(actor, at, "transfer.left_lapsed", one.transfer)


def _lapsed() -> Q:
    return Q(ended_at=None) & (Q(person__active=False) | Q(neighbor__left_at__isnull=False))


def anybody_lapsed() -> bool:
    """Whether a caretaker has left."""
    return Dependant.objects.filter(_lapsed()).exists() or bool(_paused())


def _paused() -> list[UUID]:
    rows = Dependant.objects.filter(ended_at=None, person__isnull=False).values_list("pk", "person__limits")
    return [pk for pk, limits in rows if PAUSED in limits]


def lapse(*, at: datetime) -> int:
    """Caretakers who left the register, are paused (such as quarantined), or moved away look after nobody any more."""
    ids = [*Dependant.objects.filter(_lapsed()).values_list("pk", flat=True), *_paused()]
    if not ids:
        return 0
    with transaction.atomic():
        hold()
        for one in Dependant.objects.filter(pk__in=ids, ended_at=None).select_related(*WITH):
            _uncared(one, SYSTEM, at)
    return len(ids)


def _held(actor: Actor, dependant_id: UUID, *, caretaker: bool = False) -> Dependant:
    """One left behind, under the lock: for who sees to transfers there, or goes along; `caretaker` lets theirs in."""
    hold()
    one = fetch(Dependant.objects.filter(pk=dependant_id).select_related(*WITH))
    if caretaker and one.person_id is not None and one.person_id == actor.person_id:
        return one
    if not queries.may_see(actor, one.transfer):
        raise NotFound
    queries.permit(actor, one.transfer, queries.ACT)
    return one


def _running(one: Dependant) -> None:
    if one.ended_at is not None:
        clock_words = timezone.localtime(one.ended_at).strftime("%m-%d %H:%M")
        raise NotNow(_("{who} 在 {clock} 已经结束了这一项照看。").format(who=one.ended_by, clock=clock_words))


def reveal(*, actor: Actor, at: datetime, dependant_id: UUID) -> str:
    """The phone of a caretaker by name. Who looked stands in the journal."""
    with transaction.atomic():
        one = _held(actor, dependant_id)
        journal.record(actor=actor, at=at, verb="transfer.revealed", target=one.target, scope=one.transfer.unit.path)
    phone = one.person.phone_sealed if one.person else one.neighbor.phone_sealed if one.neighbor else one.phone_sealed
    if not phone:
        raise NotPermitted(_("没有记下照看人的电话。"))
    return sealed.unseal(phone)


def _tell(actor: Actor, at: datetime, verb: str, transfer: Transfer) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=transfer.target, scope=transfer.unit.path)
    live.beat(TOPIC)
