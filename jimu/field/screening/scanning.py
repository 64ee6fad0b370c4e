"""Scans and seals, one by one from a page or many at once from a phone: each once, no tube above its size, a sealed tube left as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import bulk, journal, live, locks, sealed
from jimu.core.errors import Invalid, JimuError, NotFound
from jimu.core.models import JournalEntry
from jimu.core.permissions import Actor
from jimu.field.screening import asked, resolving, rules, scanlog
from jimu.field.screening.asked import Filling, Serving
from jimu.field.screening.errors import (
    BadCode,
    HouseholdCode,
    NotBegun,
    NotThisPerson,
    OtherSite,
    TooEarlyToSeal,
    TubeSealed,
)
from jimu.field.screening.models import OtherCode, Round, Scan, TubeEvent
from jimu.field.screening.resolving import Who

WORK = "screening.work"
SCAN, SEAL = "scan", "seal"
LONGEST_TUBE, MOST_TABLE = 40, 99


@dataclass(frozen=True)
class Act:
    """A scan or a seal as it is told; `id` makes telling it twice harmless. A scan has a code, or a person of a list.

    `sure`: whoever stood there was told that another code in the tube is the same person's, and says that they are two.
    """

    id: UUID
    round_id: UUID
    site_id: UUID
    tube: str
    at: datetime
    received_at: datetime
    act: str = SCAN
    code: str = ""
    person_id: UUID | None = None
    table: int = 1
    said: int = 0
    how: str = ""
    sure: bool = False


@dataclass(frozen=True)
class Told:
    """What became of an act: the tube's count, whether it was there before, a doubt, the other tube in which the person is."""

    tube: str
    taken: int
    capacity: int
    again: bool = False
    doubt: str = ""
    unknown: bool = False
    other_tube: str = ""


@dataclass
class _Done:
    """What one actor did in one round."""

    actor: Actor
    serving: Serving
    at: datetime
    scans: int = 0
    seals: int = 0


@dataclass
class _Desk:
    """All that acts of one call are judged by, and what they change."""

    serving: Mapping[tuple[UUID, UUID], Serving]
    tubes: dict[tuple[UUID, str], Filling]
    people: Mapping[str, Who]
    paths: Mapping[UUID, str]
    known: set[UUID]
    # Who is in each tube; and by which of their codes, each as its digest, they were scanned into it.
    inside: set[tuple[UUID, str]]
    codes: dict[tuple[UUID, str], set[str]]
    # Of whom somebody said at the table that they are two people.
    two: set[tuple[UUID, str]]
    elsewhere: dict[tuple[UUID, UUID], list[str]]
    fresh: list[Filling] = field(default_factory=list)
    changed: dict[UUID, Filling] = field(default_factory=dict)
    scans: list[scanlog.Row] = field(default_factory=list)
    others: list[OtherCode] = field(default_factory=list)
    events: list[TubeEvent] = field(default_factory=list)
    told: dict[tuple[UUID, int | None, str], _Done] = field(default_factory=dict)

    def tell(self, actor: Actor, act: Act, found: Serving, *, at: datetime) -> None:
        """Count it for the journal: one entry for each who worked and each round."""
        done = self.told.setdefault((act.round_id, actor.account_id, actor.name), _Done(actor, found, at))
        done.at = max(done.at, at)
        done.scans += act.act == SCAN
        done.seals += act.act == SEAL


def take(*, actor: Actor, act: Act) -> Told:
    """One act. Raises what `take_all` answers."""
    answer = take_all(acts=[(actor, act)])[0]
    if isinstance(answer, JimuError):
        raise answer
    return answer


def take_all(*, acts: Sequence[tuple[Actor, Act]]) -> list[Told | JimuError]:
    """Many acts, of one actor or several, in one transaction and a fixed number of statements; each is answered in order."""
    with transaction.atomic():
        locks.hold(*{f"screening:tube:{act.round_id}:{clean(act.tube)}" for _actor, act in acts})
        desk = _desk([act for _actor, act in acts])
        answers = [_judged(desk, act, actor) for actor, act in acts]
        _write(desk)
    return answers


def clean(tube: str) -> str:
    """A tube's barcode as it is compared."""
    return "".join(tube.split()).upper()[:LONGEST_TUBE]


def _desk(acts: Sequence[Act]) -> _Desk:
    scans = [act for act in acts if act.act == SCAN]
    rounds = {act.round_id for act in acts}
    serving = asked.servings(rounds, {act.site_id for act in acts})
    tubes = asked.tubes(rounds, {clean(act.tube) for act in acts})
    people, paths = resolving.whom((act.code for act in scans if act.person_id is None), (act.person_id for act in scans if act.person_id is not None))
    known = asked.known([act.id for act in scans]) if scans else set()
    inside, codes, two = _inside([tube.pk for tube in tubes.values()] if scans else [])
    elsewhere = asked.elsewhere(rounds, paths, tubes.values()) if paths else {}
    return _Desk(serving, tubes, people, paths, known, inside, codes, two, elsewhere)


def _inside(tubes: Sequence[UUID]) -> tuple[set[tuple[UUID, str]], dict[tuple[UUID, str], set[str]], set[tuple[UUID, str]]]:
    inside: set[tuple[UUID, str]] = set()
    two: set[tuple[UUID, str]] = set()
    codes: dict[tuple[UUID, str], set[str]] = {}
    for one in asked.inside(tubes) if tubes else ():
        key = (one.tube_id, str(one.resident_id) if one.resident_id else one.code_index)
        inside.add(key)
        if one.sure:
            two.add(key)
        _note(codes, key, one.code_index, one.how)
    for tube, resident, index in asked.other_codes(tubes) if tubes else ():
        codes.setdefault((tube, str(resident)), set()).add(index)
    return inside, codes, two


def _note(codes: dict[tuple[UUID, str], set[str]], key: tuple[UUID, str], index: str, how: str) -> None:
    # Who was picked from a list was scanned by no code.
    if how != Scan.How.LISTED:
        codes.setdefault(key, set()).add(index)


def _judged(desk: _Desk, act: Act, actor: Actor) -> Told | JimuError:
    try:
        found = desk.serving.get((act.round_id, act.site_id))
        if found is None:
            raise NotFound
        code = clean(act.tube)
        if not code or not 1 <= act.table <= MOST_TABLE:
            raise Invalid(_("请先扫管子上的条码。"), code="no_tube")
        if act.act == SEAL:
            return _sealed(desk, act, actor, found, code)
        if act.id in desk.known:
            tube = desk.tubes.get((act.round_id, code))
            return Told(code, tube.taken if tube else 0, tube.capacity if tube else found.pool_size, again=True)
        return _scanned(desk, act, actor, found, code)
    except JimuError as error:
        return error


def _scanned(desk: _Desk, act: Act, actor: Actor, found: Serving, code: str) -> Told:
    who = _who(desk, act)
    path = desk.paths[act.person_id] if act.person_id is not None else found.site_path
    if not actor.may(WORK, path):
        raise NotFound
    tube = _tube(desk, act, actor, found, code)
    how = act.how or who.how
    if (tube.pk, who.key) in desk.inside:
        two = _same(desk, act, tube, who) if act.person_id is None else ""
        if two:
            _append(desk, act, actor, found, tube, who, how, two)
        return Told(code, tube.taken, tube.capacity, again=not two, doubt=two)
    if tube.expects_id is not None and tube.expects_id != who.resident_id:
        raise NotThisPerson(code)
    doubt = rules.doubt_of(rules.Fill(tube.capacity, tube.taken, tube.sealed_at, tube.said or 0), act.at)
    if doubt is None:
        assert tube.sealed_at is not None
        raise TubeSealed(code, tube.sealed_at)
    if not doubt:
        tube.taken += 1
    _append(desk, act, actor, found, tube, who, how, doubt)
    desk.inside.add((tube.pk, who.key))
    _note(desk.codes, (tube.pk, who.key), who.index, how)
    other = ""
    if who.resident_id and tube.after_id is None:
        others = desk.elsewhere.setdefault((found.round_id, who.resident_id), [])
        other = next((one for one in others if one != code), "")
        others.append(code)
    return Told(code, tube.taken, tube.capacity, doubt=doubt, unknown=who.resident_id is None, other_tube=other)


def _append(desk: _Desk, act: Act, actor: Actor, found: Serving, tube: Filling, who: Who, how: str, doubt: str) -> None:
    # Of a code that the ledger knows nothing more is kept than whom it means.
    text = "" if who.resident_id else sealed.seal(who.text)
    row = scanlog.Row(act.id, tube.pk, tube.round_id, who.resident_id, who.index, text, how, act.table, doubt, act.at, actor.name, act.received_at, act.sure)
    desk.scans.append(row)
    desk.tell(actor, act, found, at=act.received_at)
    desk.known.add(act.id)
    if act.sure:
        desk.two.add((tube.pk, who.key))
    tube.first_at = min(tube.first_at or act.at, act.at)
    desk.changed[tube.pk] = tube


def _same(desk: _Desk, act: Act, tube: Filling, who: Who) -> str:
    """Somebody who is in the tube was scanned by another of their codes: a phone without a network took that for two people, and says so on sealing.

    Each code is kept, so that telling of it again, by whomever and with whatever id, takes nobody away. Answers the doubt under which the
    scan itself is kept: where whoever stood there says, with this code or the other, that they are two, the ledger may be wrong, and a person looks.
    """
    codes = desk.codes.setdefault((tube.pk, who.key), set())
    if who.resident_id is None or who.index in codes:
        return ""
    doubt = Scan.Doubt.TWO.value if codes and (act.sure or (tube.pk, who.key) in desk.two) else ""
    if codes:
        tube.same += 1
        if tube.sealed_at is not None and tube.said is not None:
            tube.said = max(tube.taken, tube.said - 1)
    codes.add(who.index)
    desk.others.append(OtherCode(tube_id=tube.pk, resident_id=who.resident_id, code_index=who.index))
    desk.changed[tube.pk] = tube
    return doubt


def _who(desk: _Desk, act: Act) -> Who:
    if act.person_id is not None:
        if act.person_id not in desk.paths:
            raise NotFound
        return Who(act.person_id, Scan.How.LISTED)
    who = desk.people.get(act.code)
    if who is None or who.fault == "bad":
        raise BadCode
    if who.fault == "household":
        raise HouseholdCode
    return who


def _tube(desk: _Desk, act: Act, actor: Actor, found: Serving, code: str) -> Filling:
    """The tube of a barcode, opened by its first scan or by its seal, whichever comes first.

    Results come when a round is over: tubes prepared because of them are filled all the same.
    """
    tube = desk.tubes.get((found.round_id, code))
    if tube is None or tube.after_id is None:
        _in_time(found, act)
    if tube is None:
        tube = Filling(found.round_id, found.site_id, found.site_name, code, found.pool_size, table=act.table, opened_at=act.at, opened_by=actor.name)
        desk.tubes[found.round_id, code] = tube
        desk.fresh.append(tube)
    if tube.site_id != found.site_id and tube.expects_id is None:
        raise OtherSite(code, tube.site_name)
    return tube


def _in_time(found: Serving, act: Act) -> None:
    if found.state == Round.State.DRAFT:
        raise NotBegun(over=False)
    if found.closed_at is not None and act.at > found.closed_at:
        raise NotBegun(over=True)


def _sealed(desk: _Desk, act: Act, actor: Actor, found: Serving, code: str) -> Told:
    # Who goes from door to door seals what they filled, at a site that may stand outside their part.
    if not actor.may(WORK, found.site_path) and not _own_tube(desk, actor, desk.tubes.get((found.round_id, code))):
        raise NotFound
    tube = _tube(desk, act, actor, found, code)
    if tube.sealed_at is not None:
        return Told(code, tube.taken, tube.capacity, again=True)
    said = min(max(act.said, 0), tube.capacity)
    if not tube.taken and not said:
        raise TooEarlyToSeal(code)
    tube.sealed_at, tube.sealed_by, tube.said = act.at, actor.name, max(said - tube.same, tube.taken)
    tube.first_at = tube.first_at or act.at
    desk.changed[tube.pk] = tube
    desk.events.append(TubeEvent(tube_id=tube.pk, kind=TubeEvent.Kind.SEALED, at=act.at, by=actor.name))
    desk.tell(actor, act, found, at=act.at)
    return Told(code, tube.taken, tube.capacity)


def _own_tube(desk: _Desk, actor: Actor, tube: Filling | None) -> bool:
    """Whether all who are in a tube live on the actor's part."""
    if tube is None:
        return False
    if any(row.tube_id == tube.pk and row.by == actor.name for row in desk.scans):
        return True
    paths = list(Scan.objects.filter(tube=tube.pk).values_list("resident__room__building__path", flat=True))
    return bool(paths) and all(path and actor.may(WORK, path) for path in paths)


def _write(desk: _Desk) -> None:
    fresh = {tube.pk for tube in desk.fresh}
    # A tube whose only scan was refused was never opened.
    scanlog.open_tubes([tube for tube in desk.fresh if tube.pk in desk.changed])
    scanlog.write_tubes([tube for tube in desk.changed.values() if tube.pk not in fresh])
    scanlog.write_scans(desk.scans)
    bulk.insert(desk.others)
    bulk.insert(desk.events)
    journal.record_many(_entry(done) for done in desk.told.values())
    if desk.told:
        live.beat_sparingly(*{f"screening:{round_id}" for round_id, _account, _name in desk.told})


def _entry(done: _Done) -> JournalEntry:
    found = done.serving
    data = {"title": found.title, "scans": done.scans, "tubes": done.seals}
    return journal.entry(actor=done.actor, at=done.at, verb="screening.scanned", target=f"screening:{found.round_id}", scope=found.round_path, data=data)
