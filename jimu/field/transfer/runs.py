"""Writes of vehicles: where they go, who sits in them and in which order, when they come, and what happens when they do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from jimu.core import journal, live, sealed
from jimu.core.errors import Conflict, Invalid, NotFound, NotNow
from jimu.core.permissions import Actor, under
from jimu.field.transfer import leaving, letters, policy, queries, rules, run_queries, words
from jimu.field.transfer.errors import DoesNotFit, Full
from jimu.field.transfer.models import Crew, Destination, Run, Transfer, Why
from jimu.field.transfer.moving import TOPIC, Told, hold, move, set_clock, snapshot, write
from jimu.grid.queries import unit_for
from jimu.people.intake import cells

R, S = Run.State, Transfer.State
MOST_SEATS, MOST_CREW = 60, 6
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class Vehicle:
    """A vehicle that was promised, for a part of the grid."""

    unit_id: UUID
    destination_id: UUID
    plate: str
    seats: int
    leaves_at: datetime
    driver: str = ""
    driver_phone: str = ""
    has: Sequence[str] = ()


def add_destination(
    *, actor: Actor, at: datetime, unit_id: UUID, name: str, takes: Sequence[str] = (), has: Sequence[str] = (), beds: int | None = None
) -> Destination:
    """Put a place on the list; the same name again changes what it takes and opens it anew. Raises Invalid."""
    with transaction.atomic():
        hold()
        unit = unit_for(actor, unit_id, queries.MANAGE)
        if not cells.text(name) or set(takes) - set(Why.values) or set(has) - rules.OF_PLACE or (beds is not None and not 0 <= beds <= 20_000):
            raise Invalid(_("请写去处的名称，床位数不小于 0。"), code="bad_destination")
        values = {"takes": sorted(takes), "has": sorted(has), "beds": beds, "withdrawn_at": None, "withdrawn_why": ""}
        made, _new = Destination.objects.update_or_create(unit=unit, name=cells.text(name)[:40], defaults=values)
        _tell(actor, at, "transfer.destination_added", f"destination:{made.pk}", unit.path)
    return made


def withdraw_destination(*, actor: Actor, at: datetime, destination_id: UUID, why: str) -> int:
    """The beds are gone: runs that have not left lose where they go, and nobody boards them; those on the road are alarmed. Returns how many runs."""
    if not why.strip():
        raise Invalid(_("请写为什么不收了、谁说的。"), field="why")
    with transaction.atomic():
        hold()
        found = Destination.objects.filter(pk=destination_id, withdrawn_at=None).select_related("unit").first()
        if found is None or not actor.may(queries.MANAGE, found.unit.path):
            raise NotFound
        found.withdrawn_at, found.withdrawn_why = at, cells.text(why)[:200]
        found.save(update_fields=["withdrawn_at", "withdrawn_why"])
        hit = list(Run.objects.filter(destination=found, state__in=(R.PLANNED, R.CAME, R.LEFT)).select_related("unit"))
        for run in hit:
            run.note = _("{place}不收了：{why}").format(place=found.name, why=found.withdrawn_why)[:200]
            run.destination = None
            # Somebody is told at once: people wait downstairs, or sit in it.
            set_clock(run, at)
            run.save()
            letters.tell_withdrawn(run, found, actor=actor, at=at)
        _tell(actor, at, "transfer.destination_withdrawn", f"destination:{found.pk}", found.unit.path, runs=len(hit))
    return len(hit)


def make(*, actor: Actor, at: datetime, vehicle: Vehicle, transfer_ids: Sequence[UUID] = ()) -> Run:
    """A run with a vehicle and whoever is put on it at once. Raises Invalid, DoesNotFit, Full."""
    plate = cells.text(vehicle.plate).upper().replace(" ", "")[:12]
    phone, fault = cells.phone(vehicle.driver_phone)
    if not plate or not 1 <= vehicle.seats <= MOST_SEATS or set(vehicle.has) - rules.OF_VEHICLE or fault:
        raise Invalid(_("请写车牌、能坐几个人（1 到 {n}）；司机电话写 11 位手机号。").format(n=MOST_SEATS), code="bad_vehicle")
    if not at - timedelta(hours=1) <= vehicle.leaves_at <= at + AHEAD:
        raise Invalid(_("车来的时间已经过了，或太远（最多 {n} 天），请核对。").format(n=AHEAD.days), field="leaves_at")
    with transaction.atomic():
        hold()
        unit = unit_for(actor, vehicle.unit_id, queries.MANAGE)
        destination = _destination(unit.path, vehicle.destination_id)
        number = (Run.objects.filter(unit=unit).aggregate(last=Max("number"))["last"] or 0) + 1
        run = Run(
            unit=unit, number=number, destination=destination, plate=plate, driver_sealed=sealed.seal(cells.name(vehicle.driver)[:40]),
            driver_phone_sealed=sealed.seal(phone), seats=vehicle.seats, has=sorted(vehicle.has), leaves_at=vehicle.leaves_at, made_at=at, made_by=actor.name[:80],
        )  # fmt: skip
        set_clock(run, _late(run))
        run.save(force_insert=True)
        _tell(actor, at, "transfer.run_made", run.target, unit.path, number=number)
        _seat(run, transfer_ids, actor, at)
    return run


def _destination(path: str, destination_id: UUID) -> Destination:
    found = Destination.objects.filter(pk=destination_id).select_related("unit").first()
    if found is None or not path.startswith(found.unit.path):
        raise NotFound(_("没有这个去处，请先登记它。"))
    if found.withdrawn_at is not None:
        raise Conflict(_("{place}已经不收了：{why}。请换一个去处。").format(place=found.name, why=found.withdrawn_why), code="withdrawn")
    return found


def _late(run: Run) -> datetime:
    return run.leaves_at + timedelta(minutes=policy.of_place(run.unit).late_minutes)


def seat(*, actor: Actor, at: datetime, run_id: UUID, transfer_ids: Sequence[UUID]) -> Run:
    """Put people on a run that has not left. Raises NotNow for one who is not ready or sits elsewhere, DoesNotFit, Full."""
    with transaction.atomic():
        run = _held(actor, run_id)
        _open(run)
        _seat(run, transfer_ids, actor, at)
    return run


def _seat(run: Run, transfer_ids: Sequence[UUID], actor: Actor, at: datetime) -> None:
    rows = list(Transfer.objects.filter(under([run.unit.path], "unit__path"), pk__in=set(transfer_ids)).select_related(*queries.WITH).order_by("unit__path", "pk"))
    if len(rows) != len(set(transfer_ids)):
        raise NotFound(_("有人不在这趟车的范围里，请刷新后再选。"))
    for one in rows:
        if not rules.allowed("seat", one.state):
            raise NotNow(_elsewhere(one), state=one.state)
    refuse_unfit(run, rows)
    for one in rows:
        was = snapshot(one)
        one.run = run
        move(one, "seat", at)
        write(one, Told("seat", data={"run": str(run.pk)}), actor=actor, at=at, was=was)
    refuse_full(run)


def _elsewhere(one: Transfer) -> str:
    if one.run is not None:
        return _("{door} 的住户已经排在第 {n} 趟车上，不能再排。").format(door=one.door, n=one.run.number)
    return _("{door} 的住户现在是“{state}”，准备好了才能派车。").format(door=one.door, state=S(one.state).label)


def unseat(*, actor: Actor, at: datetime, transfer_id: UUID, why: str) -> Transfer:
    """Give a seat back before they went down, with the reason."""
    if not why.strip():
        raise Invalid(_("请写为什么退出这趟车。"), field="note")
    with transaction.atomic():
        hold()
        transfer = queries.transfer_for(actor, transfer_id, queries.MANAGE)
        if not rules.allowed("unseat", transfer.state):
            raise NotNow(_("现在是“{state}”。{wants}").format(state=S(transfer.state).label, wants=words.WANTS_FIRST["unseat"]))
        was = snapshot(transfer)
        move(transfer, "unseat", at)
        write(transfer, Told("unseat", why, {"run": str(was["run_id"])}), actor=actor, at=at, was=was)
        leaving.stayed(transfer, actor=actor, at=at)
        follow(Run.objects.select_related("unit").filter(pk=was["run_id"]).first(), actor=actor, at=at)
    return transfer


def refuse_unfit(run: Run, fresh: Iterable[Transfer]) -> None:
    """Who may not share, and whom vehicle or destination cannot serve. Raises DoesNotFit without saying why anybody is moved."""
    rows = list(fresh)
    together = policy.of_place(run.unit).together
    aboard = list(run.transfers.filter(state__in=Transfer.ON_RUN).exclude(pk__in=[one.pk for one in rows]).select_related("unit", "room"))
    everybody = [*aboard, *rows]
    for one in rows:
        if any(not rules.may_share(one.why, other.why, together) for other in everybody):
            raise DoesNotFit(_("{door} 的住户不能和车上其他人同车（转运原因不同）。请另排一趟。").format(door=one.door), code="may_not_share")
        place = run.destination
        if place is not None and place.takes and one.why not in place.takes:
            raise DoesNotFit(_("{place}不收 {door} 这一类住户。请换去处。").format(place=place.name, door=one.door), code="not_taken")
        missing = rules.unfit(one.wants, run.has, place.has if place else rules.OF_PLACE)
        if missing is not None:
            want, where = str(words.WANT_WORDS[missing[0]]), missing[1]
            sentence = _("{door} 的住户要{want}，这辆车没有。请换车。") if where == "vehicle" else _("{door} 的住户要{want}，这个去处没有。请换去处。")
            raise DoesNotFit(sentence.format(door=one.door, want=want), code="does_not_fit")


def refuse_full(run: Run, *, more: int = 0) -> None:
    """Raises Full when more sit on a run than it has seats, or than its destination has beds; `more` seats are about to be taken and not written yet."""
    over = run_queries.seats_taken(run) + more - run.seats
    if over > 0:
        raise Full(_("这趟车只有 {n} 座，多了 {over} 人（陪同的人也占座）。").format(n=run.seats, over=over))
    place = run.destination
    if place is not None and place.beds is not None and queries.beds_taken(place) > place.beds:
        raise Full(_("{place}只有 {n} 张床，已经排满。").format(place=place.name, n=place.beds), code="no_bed")


def man(*, actor: Actor, at: datetime, run_id: UUID, people: Sequence[UUID]) -> Run:
    """Say who goes along; what was said before is replaced, and who is new is told. Raises Invalid, NotFound."""
    with transaction.atomic():
        run = _held(actor, run_id)
        chosen = set(people)
        if not 0 < len(chosen) <= MOST_CREW:
            raise Invalid(_("请选 1 到 {n} 个陪护。").format(n=MOST_CREW), code="bad_people")
        if chosen - {person.pk for person in run_queries.candidates(run)}:
            raise NotFound(_("没有这个人，或不在这一带工作。"))
        Crew.objects.filter(run=run).exclude(person__in=chosen).delete()
        there = set(Crew.objects.filter(run=run).values_list("person_id", flat=True))
        fresh = sorted(chosen - there, key=str)
        Crew.objects.bulk_create(Crew(run=run, person_id=pk) for pk in fresh)
        letters.tell_crew(run, fresh, actor=actor, at=at)
        _tell(actor, at, "transfer.run_manned", run.target, run.unit.path, number=run.number)
    return run


def reorder(*, actor: Actor, at: datetime, run_id: UUID, building_ids: Sequence[UUID]) -> Run:
    """The order in which buildings are called at."""
    with transaction.atomic():
        run = _held(actor, run_id)
        here = {unit.pk for unit in run_queries.buildings(run)}
        if set(building_ids) != here or len(set(building_ids)) != len(building_ids):
            raise Invalid(_("顺序里的楼和这趟车对不上，请刷新后再排。"), code="bad_order")
        run.order = [str(pk) for pk in building_ids]
        run.save(update_fields=["order"])
        _tell(actor, at, "transfer.run_ordered", run.target, run.unit.path, number=run.number)
    return run


def came(*, actor: Actor, at: datetime, run_id: UUID) -> Run:
    """The vehicle is there: its own clock ends. Told twice, the first counts."""
    with transaction.atomic():
        run = _held(actor, run_id, crew=True)
        if run.state == R.CAME:
            return run
        _open(run)
        run.state = R.CAME
        if run.destination is not None:
            set_clock(run, None)
        run.save()
        _tell(actor, at, "transfer.run_came", run.target, run.unit.path, number=run.number)
    return run


def delay(*, actor: Actor, at: datetime, run_id: UUID, leaves_at: datetime, why: str) -> Run:
    """It comes later: whoever goes along is told, and who stands downstairs should go in again."""
    if not why.strip() or not at < leaves_at <= at + AHEAD:
        raise Invalid(_("请写新的时间（在现在以后）和为什么晚。"), field="leaves_at")
    with transaction.atomic():
        run = _held(actor, run_id, crew=True)
        if run.state != R.PLANNED:
            raise NotNow(_("车已经到了或已结束，不用改时间。"))
        run.leaves_at, run.note = leaves_at, cells.text(why)[:200]
        set_clock(run, _late(run))
        run.save()
        for one in run.transfers.filter(state=S.SEATED).select_related("unit"):
            set_clock(one, rules.seat_limit(leaves_at, policy.of_place(one.unit)))
            one.save()
        letters.tell_late(run, actor=actor, at=at)
        _tell(actor, at, "transfer.run_delayed", run.target, run.unit.path, number=run.number)
    return run


def fail(*, actor: Actor, at: datetime, run_id: UUID, why: str) -> Run:
    """It does not come: who is still in the flat waits for another, who stands downstairs is told to go in, and a person says when they are."""
    if not why.strip():
        raise Invalid(_("请写为什么不来、谁说的。"), field="why")
    with transaction.atomic():
        run = _held(actor, run_id, crew=True)
        _open(run)
        waiting = list(run.transfers.filter(state__in=(S.SEATED, S.DOWN)).select_related(*queries.WITH))
        if run.transfers.filter(state=S.BOARDED).exists():
            raise NotNow(_("已经有人上车了。车坏在半路，请先安排换车，再记“去处不收，送回”或继续交接。"))
        outside = [one for one in waiting if one.state == S.DOWN]
        for one in waiting:
            was = snapshot(one)
            move(one, "lost_run", at)
            write(one, Told("lost_run", why, {"run": str(run.pk)}), actor=actor, at=at, was=was)
            leaving.stayed(one, actor=actor, at=at)
        run.state, run.note, run.closed_at = R.FAILED, cells.text(why)[:200], at
        set_clock(run, None)
        run.save()
        letters.tell_failed(run, outside, actor=actor, at=at)
        _tell(actor, at, "transfer.run_failed", run.target, run.unit.path, number=run.number, outside=len(outside))
    return run


def redirect(*, actor: Actor, at: datetime, run_id: UUID, destination_id: UUID) -> Run:
    """Another place, also on the road; everybody on it must fit there. Raises DoesNotFit, Full."""
    with transaction.atomic():
        run = _held(actor, run_id)
        if run.closed_at is not None:
            raise NotNow(_("这趟车已经结束。"))
        run.destination, run.note = _destination(run.unit.path, destination_id), ""
        run.save()
        refuse_unfit(run, run.transfers.filter(state__in=Transfer.ON_RUN).select_related("unit", "room"))
        refuse_full(run)
        set_clock(run, _late(run) if run.state == R.PLANNED else None)
        run.save()
        letters.tell_redirected(run, actor=actor, at=at)
        _tell(actor, at, "transfer.run_redirected", run.target, run.unit.path, number=run.number)
    return run


def follow(run: Run | None, *, actor: Actor, at: datetime) -> None:
    """Keep a run as its people are: left once somebody boarded, over once nobody of it is still to be handed over."""
    if run is None or run.state == R.FAILED:
        return
    rows = list(Transfer.objects.filter(run=run).values_list("state", flat=True))
    waiting, aboard, done = (sum(state in group for state in rows) for group in ((S.SEATED, S.DOWN), (S.BOARDED,), (S.ARRIVED, S.RELEASED)))
    state = R.LEFT if aboard else R.OVER if done and not waiting else R.CAME if run.state in (R.LEFT, R.OVER) else run.state
    if state == run.state:
        return
    run.state = state
    run.left_at = at if state == R.LEFT and run.left_at is None else run.left_at
    run.closed_at = at if state == R.OVER else None
    if run.destination is not None:
        set_clock(run, None)
    run.save()
    if state in (R.LEFT, R.OVER):
        verb = "transfer.run_left" if state == R.LEFT else "transfer.run_over"
        _tell(actor, at, verb, run.target, run.unit.path, number=run.number)


def _held(actor: Actor, run_id: UUID, *, crew: bool = False) -> Run:
    """A run under the lock, for the desk; `crew` lets those in who go along."""
    hold()
    run = run_queries.run_for(actor, run_id)
    if not (crew and run_queries.is_crew(actor, run)):
        actor.require(queries.MANAGE, run.unit.path)
    return run


def _open(run: Run) -> None:
    if run.state not in (*Run.OPEN, R.LEFT):
        raise NotNow(_("第 {n} 趟车是“{state}”，不能再改。").format(n=run.number, state=R(run.state).label))


def _tell(actor: Actor, at: datetime, verb: str, target: str, path: str, **data: object) -> None:
    journal.record(actor=actor, at=at, verb=verb, target=target, scope=path, data=data)
    live.beat(TOPIC, "board")
