"""Everything that is written of gates, passes and rounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core import journal, locks, sealed
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound
from jimu.core.permissions import Actor, reached
from jimu.field.patrol import movement, policy, queries, rules, seeing
from jimu.field.patrol.models import Crossing, Gate, GateNote, Pass, PatrolRound, Point
from jimu.field.patrol.queries import MANAGE, PLACES, WATCH
from jimu.field.patrol.seeing import LONGEST
from jimu.field.patrol.telling import tell
from jimu.field.patrol.words import WHY_WORDS
from jimu.grid.models import Unit
from jimu.grid.queries import unit_for
from jimu.people.intake import cells

MOST_POINTS = 60


class Refused(Conflict):
    """A pass does not hold; the sentence says why."""

    code = "pass_refused"

    def __init__(self, why: str) -> None:
        super().__init__(WHY_WORDS[why], why=why)


def open_gate(*, actor: Actor, at: datetime, unit_id: UUID, name: str, basis: str, ends_on: date) -> Gate:
    """Set a checkpoint up: with the notice it rests on and its last day. Raises Invalid, Conflict for one of that name there."""
    called, ground = cells.text(name)[:40], cells.text(basis)[:120]
    today = timezone.localtime(at).date()
    if not called or not ground:
        raise Invalid(_("请写卡口的名称和依据（哪个通告）。"), code="no_basis")
    with transaction.atomic():
        unit = _place(actor, unit_id)
        days = policy.of_place(unit).gate_days
        if not today <= ends_on <= today + timedelta(days=days):
            raise Invalid(_("请写到哪一天为止，最长 {n} 天；到期再延。").format(n=days), code="bad_end", field="ends_on")
        try:
            with transaction.atomic():
                gate = Gate.objects.create(unit=unit, name=called, basis=ground, ends_on=ends_on, opened_at=at, opened_by=actor.name)
        except IntegrityError:
            raise Conflict(_("这里已经有这个名称的卡口。"), code="gate_there") from None
        tell(actor, at, "patrol.gate_opened", gate.target, unit.path, name=called, until=ends_on.isoformat())
    return gate


def close_gate(*, actor: Actor, at: datetime, gate_id: UUID) -> Gate:
    """Take it away; nobody keeps it from then on."""
    with transaction.atomic():
        gate = queries.gate_for(actor, gate_id, MANAGE)
        locks.hold(f"patrol:{gate.pk}")
        if not Gate.objects.filter(pk=gate.pk, closed_at=None).update(closed_at=at):
            raise Conflict
        gate.keepings.filter(until=None).update(until=at)
        tell(actor, at, "patrol.gate_closed", gate.target, gate.unit.path, name=gate.name)
    return gate


@dataclass(frozen=True)
class Leave:
    """What a pass allows: for what, from when to when; `holder` is sealed and never printed."""

    purpose: str
    starts_at: datetime
    ends_at: datetime
    holder: str = field(default="", repr=False)
    once: bool = False


def issue(*, actor: Actor, at: datetime, unit_id: UUID, leave: Leave) -> Pass:
    """Issue a pass for a part of the grid. It always ends. Raises Invalid, Sealed where the zone gives none for that purpose."""
    if leave.purpose not in Pass.Purpose.values or len(leave.holder) > 60:
        raise Invalid
    with transaction.atomic():
        unit = _place(actor, unit_id, PLACES)
        days = policy.of_place(unit).pass_days
        if not leave.starts_at < leave.ends_at or leave.ends_at <= at or leave.ends_at - leave.starts_at > timedelta(days=days):
            raise Invalid(_("请写从几时到几时，最长 {n} 天。").format(n=days), code="bad_end", field="ends_at")
        movement.require_free(unit, leave.purpose, at)
        made = Pass.objects.create(
            number=rules.fresh_number(), unit=unit, purpose=leave.purpose, holder_sealed=sealed.seal(leave.holder.strip()), starts_at=leave.starts_at,
            ends_at=leave.ends_at, once=leave.once, issued_at=at, issued_by=actor.name,
        )  # fmt: skip
        tell(actor, at, "patrol.pass_issued", made.target, unit.path, until=timezone.localtime(leave.ends_at).strftime("%Y-%m-%d %H:%M"))
    return made


def revoke(*, actor: Actor, at: datetime, pass_id: UUID, reason: str) -> Pass:
    """Take a pass back, with the reason. Phones at gates refuse it from their next sync on."""
    if not reason.strip():
        raise Invalid(_("请写为什么收回。"), field="reason")
    with transaction.atomic():
        card = queries.pass_for(actor, pass_id, MANAGE)
        locks.hold(f"patrol:pass:{card.pk}")
        card.refresh_from_db(fields=["revoked_at"])
        if card.revoked_at is not None:
            raise Conflict
        card.revoked_at, card.revoked_by, card.revoke_reason = at, actor.name, reason.strip()[:200]
        card.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        tell(actor, at, "patrol.pass_revoked", card.target, card.unit.path)
    return card


@dataclass(frozen=True)
class Told:
    """Somebody at a gate, as it is told; `id` makes telling it twice harmless. With a `number` it is a pass.

    `looked`: a person wrote down afterwards that somebody was let through with a pass that did not hold any more.
    """

    id: UUID
    gate_id: UUID
    way: str
    at: datetime
    what: str = Crossing.What.PASS
    result: str = Crossing.Result.THROUGH
    number: str = ""
    who: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    looked: bool = False


def cross(*, actor: Actor, told: Told) -> None:
    """One crossing. Raises what `cross_all` answers: Refused for a pass that does not hold."""
    answer = cross_all(actor=actor, told=[told])[0]
    if answer is not None:
        raise answer


def cross_all(*, actor: Actor, told: Sequence[Told]) -> list[JimuError | None]:
    """Many crossings in one transaction; each is answered in order by the error that refused it, or None.

    Who was turned back is written down whatever the pass says; who was let through only with one that held at that moment.
    """
    with transaction.atomic():
        reach = Gate.objects.filter(reached(actor, WATCH, "unit__path"), pk__in={one.gate_id for one in told})
        gates = {g.pk: g for g in reach.select_related("unit")}
        # A pass for a single way out is held too, so that it is not used at two gates at once.
        numbers = {rules.read_number(one.number) for one in told} - {""}
        single = Pass.objects.filter(number__in=numbers, once=True).values_list("pk", flat=True)
        locks.hold(*[f"patrol:{pk}" for pk in gates], *[f"patrol:pass:{pk}" for pk in single])
        there = set(Crossing.objects.filter(pk__in=[one.id for one in told]).values_list("pk", flat=True))
        answers: list[JimuError | None] = []
        counts: dict[UUID, int] = {}
        for one in told:
            answers.append(None if one.id in there else _cross(actor, one, gates.get(one.gate_id)))
            if answers[-1] is None and one.id not in there:
                there.add(one.id)
                counts[one.gate_id] = counts.get(one.gate_id, 0) + 1
        for gate_id, n in counts.items():
            gate = gates[gate_id]
            tell(actor, max(one.at for one in told), "patrol.crossed", gate.target, gate.unit.path, name=gate.name, n=n)
    return answers


def _cross(actor: Actor, one: Told, gate: Gate | None) -> JimuError | None:
    if gate is None:
        return NotFound()
    if one.way not in Crossing.Way.values or one.result not in Crossing.Result.values or one.what not in Crossing.What.values or len(one.who) > 60 or len(one.note) > LONGEST:
        return Invalid()
    if gate.over(one.at):
        return Conflict(_("这个卡口已经撤了，或已到期。"), code="gate_closed")
    card = None
    if one.what == Crossing.What.PASS:
        found = queries.check(gate, one.number, one.at, one.way)
        card = found.card
        if found.why and one.result == Crossing.Result.THROUGH and not (one.looked and card):
            return Refused(found.why)
    elif one.what == Crossing.What.MEDICAL:
        if one.result != Crossing.Result.THROUGH:
            return Invalid(_("就医是居民的权利，不能劝回。请放行；有疑问请打居委会电话。"), code="medical_turned")
    elif not one.who.strip():
        return Invalid(_("请写来访的是谁、找哪一户，或车牌。"), field="who")
    to_doctor = card is not None and card.purpose in rules.ALWAYS
    if to_doctor and one.result == Crossing.Result.TURNED and not seeing.free(one.id):
        return Conflict(_("这个编号已经用在另一条记录上，请换一个编号再登记。"), code="id_taken")
    made = Crossing.objects.create(
        id=one.id, gate=gate, card=card, what=one.what, way=one.way, result=one.result, who_sealed=sealed.seal(one.who.strip()),
        note_sealed=sealed.seal(one.note.strip()), at=one.at, by=actor.name,
    )  # fmt: skip
    if to_doctor:
        seeing.doctor(actor, made, gate)
    return None


def leave_note(*, actor: Actor, at: datetime, gate_id: UUID, text: str) -> GateNote:
    """Something for the next on duty."""
    if not text.strip() or len(text) > LONGEST:
        raise Invalid(_("请写要交接什么，不超过 {n} 字。").format(n=LONGEST), field="text")
    with transaction.atomic():
        gate = queries.gate_for(actor, gate_id)
        note = GateNote.objects.create(gate=gate, text_sealed=sealed.seal(text.strip()), at=at, by=actor.name)
        tell(actor, at, "patrol.handed", gate.target, gate.unit.path, name=gate.name)
    return note


def finish_note(*, actor: Actor, at: datetime, gate_id: UUID, note_id: UUID) -> None:
    """It is done. Raises Conflict when somebody said so before."""
    with transaction.atomic():
        gate = queries.gate_for(actor, gate_id)
        if not GateNote.objects.filter(gate=gate, pk=note_id, done_at=None).update(done_at=at, done_by=actor.name):
            raise Conflict
        tell(actor, at, "patrol.taken", gate.target, gate.unit.path, name=gate.name)


def reveal(*, actor: Actor, at: datetime, crossing_id: UUID) -> str:
    """Who was at the gate, in full; who looked stands in the journal. Raises NotFound, NotPermitted."""
    with transaction.atomic():
        found = Crossing.objects.select_related("gate__unit").filter(reached(actor, WATCH, "gate__unit__path"), pk=crossing_id).first()
        if found is None or not found.who_sealed:
            raise NotFound
        actor.require(MANAGE, found.gate.unit.path)
        journal.record(actor=actor, at=at, verb="patrol.revealed", target=f"crossing:{found.pk}", scope=found.gate.unit.path)
    return found.who


def open_round(*, actor: Actor, at: datetime, unit_id: UUID, title: str, points: Sequence[str]) -> PatrolRound:
    """Begin a round of points, in the order of walking."""
    names = [name for one in points if (name := cells.text(one)[:60])]
    if not 0 < len(names) <= MOST_POINTS:
        raise Invalid(_("请写要走到的点，一行一个，最多 {n} 个。").format(n=MOST_POINTS), field="points")
    with transaction.atomic():
        unit = _place(actor, unit_id)
        made = PatrolRound.objects.create(unit=unit, title=cells.text(title)[:60] or _("巡逻"), opened_at=at, opened_by=actor.name)
        Point.objects.bulk_create(Point(round=made, name=name, order=n) for n, name in enumerate(names, 1))
        tell(actor, at, "patrol.round_opened", made.target, unit.path, title=made.title, points=len(names))
    return made


def close_round(*, actor: Actor, at: datetime, round_id: UUID) -> None:
    """End it; what phones still hold from before counts when it arrives."""
    with transaction.atomic():
        found = queries.round_for(actor, round_id, MANAGE)
        if not PatrolRound.objects.filter(pk=found.pk, closed_at=None).update(closed_at=at):
            raise Conflict
        tell(actor, at, "patrol.round_closed", found.target, found.unit.path, title=found.title)


def _place(actor: Actor, unit_id: UUID, kinds: Sequence[str] = PLACES[:2]) -> Unit:
    unit = unit_for(actor, unit_id, MANAGE)
    if unit.kind not in kinds:
        raise Invalid(_("请选一个居民区或网格块。"), code="not_a_place", field="unit")
    return unit
