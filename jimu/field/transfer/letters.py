"""What people are told: that they go along, that a vehicle is late or does not come, that they look after somebody, that something lies. Never why anybody is moved."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.permissions import SYSTEM, Actor
from jimu.field.transfer.models import Dependant, Destination, Disinfection, Run, Transfer
from jimu.incidents.order_chains import leader_to_tell
from jimu.messages.actions import Letter, enqueue
from jimu.messages.models import Urgency
from jimu.people.models import Person


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%m-%d %H:%M")


def _to_crew(run: Run, what: str, text: str, *, actor: Actor, at: datetime, people: Sequence[UUID] | None = None, urgency: str = Urgency.URGENT) -> None:
    ids = people if people is not None else list(run.crew.values_list("person_id", flat=True))
    letters = [Letter(f"{run.target}:{what}:{one}", run.unit_id, text, one, urgency) for one in ids]
    enqueue(actor=actor, at=at, letters=letters, subject=run.target)


def tell_crew(run: Run, people: Sequence[UUID], *, actor: Actor, at: datetime) -> None:
    """Tell who was newly put on a run when and with which vehicle."""
    text = _("您陪护{place}第 {n} 趟转运车：{plate}，{clock} 到。接谁、去哪里看“我的转运”。").format(
        place=run.unit.name, n=run.number, plate=run.plate, clock=_clock(run.leaves_at)
    )
    _to_crew(run, f"crew:{at.timestamp():.0f}", text, actor=actor, at=at, people=people, urgency=Urgency.ROUTINE)


def tell_late(run: Run, *, actor: Actor, at: datetime) -> None:
    """Tell who goes along that it comes later, and that nobody should stand outside until then."""
    text = _("第 {n} 趟转运车改到 {clock}：{why}。已经下楼的请先回屋，点“已回屋”。").format(n=run.number, clock=_clock(run.leaves_at), why=run.note)
    _to_crew(run, f"late:{run.leaves_at.timestamp():.0f}", text, actor=actor, at=at)


def tell_failed(run: Run, outside: Sequence[Transfer], *, actor: Actor, at: datetime) -> None:
    """Tell who goes along, and the leader of each building before which people stand, that they are to be brought inside."""
    text = _("第 {n} 趟转运车不来了：{why}。楼下的人请马上送回屋里，再点“已回屋”。").format(n=run.number, why=run.note)
    _to_crew(run, "failed", text, actor=actor, at=at)
    for building in {one.unit for one in outside}:
        found = leader_to_tell(building.path)
        if found is not None:
            doors = "、".join(sorted({one.room.number for one in outside if one.unit_id == building.pk}))
            words = _("转运车没来，{place} {doors} 的住户还在楼下，请马上请他们回屋。").format(place=building.name, doors=doors)
            letter = Letter(f"{run.target}:outside:{building.pk}", building.pk, words, found, Urgency.URGENT)
            enqueue(actor=actor, at=at, letters=[letter], subject=run.target)


def tell_withdrawn(run: Run, place: Destination, *, actor: Actor, at: datetime) -> None:
    """Tell who goes along that the place does not take anybody any more."""
    text = _("第 {n} 趟转运车的去处{place}不收了，先别上车、别开车，等值班台另定去处。").format(n=run.number, place=place.name)
    _to_crew(run, f"withdrawn:{at.timestamp():.0f}", text, actor=actor, at=at)


def tell_redirected(run: Run, *, actor: Actor, at: datetime) -> None:
    """Tell who goes along where it goes now."""
    text = _("第 {n} 趟转运车改去{place}。").format(n=run.number, place=run.destination.name if run.destination else "")
    _to_crew(run, f"redirected:{at.timestamp():.0f}", text, actor=actor, at=at)


def tell_caretaker(dependant: Dependant, *, actor: Actor, at: datetime) -> None:
    """Tell somebody of the register whom to look after, from when, until when. What is wrong with them stands on the page."""
    assert dependant.person_id is not None
    assert dependant.next_due is not None
    assert dependant.until is not None
    text = _("请照看 {door} 留下的{kind}：最晚 {first} 去第一次，管到 {until}。要做什么看“我的转运”。").format(
        door=dependant.transfer.door, kind=dependant.get_kind_display(), first=_clock(dependant.next_due), until=_clock(dependant.until)
    )
    key = f"{dependant.target}:cared:{at.timestamp():.0f}"
    enqueue(actor=actor, at=at, letters=[Letter(key, dependant.transfer.unit_id, text, dependant.person_id, Urgency.URGENT)], subject=dependant.target)


def raised_words(row: Transfer | Run | Dependant | Disinfection) -> str:
    """What lies, for a leader."""
    if isinstance(row, Dependant):
        if not row.cared:
            return _("{door} 的人已转运，家里留下{kind}，还没有人照看。请马上落实。").format(door=row.transfer.door, kind=row.get_kind_display())
        if row.trouble_at is not None:
            return _("{door} 留下的{kind}有情况，请马上过问。").format(door=row.transfer.door, kind=row.get_kind_display())
        return _("{door} 留下的{kind}该有人去看了，还没有去，或照看的人到期了。请过问。").format(door=row.transfer.door, kind=row.get_kind_display())
    if isinstance(row, Run):
        if row.destination is None:
            return _("第 {n} 趟转运车没有去处了：{why}。请马上另定。").format(n=row.number, why=row.note)
        return _("第 {n} 趟转运车还没到（{plate}，应在 {clock} 前）。请联系司机；不来的，记“车没来”，请楼下的人回屋。").format(
            n=row.number, plate=row.plate, clock=_clock(row.leaves_at)
        )
    if isinstance(row, Disinfection):
        return _("{where} 的终末消毒超时。请过问。").format(where=row.where)
    return _("{door} 的转运停在“{state}”，超过了时限。请过问。").format(door=row.door, state=row.get_state_display())


def tell_raised(row: Transfer | Run | Dependant | Disinfection, person: Person, unit_id: UUID, *, at: datetime) -> None:
    """Tell a leader that something of their part is left lying."""
    assert row.alarm_at is not None
    key = f"{row.target}:raised:{row.alarm_at.timestamp():.0f}:{person.pk}"
    enqueue(actor=SYSTEM, at=at, letters=[Letter(key, unit_id, raised_words(row), person.pk, Urgency.URGENT)], subject=row.target)
