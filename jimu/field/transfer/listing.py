"""How people come onto the list: from the ledger's cases and contacts, by hand, or row by row from a list that the district sent."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, live, sealed
from jimu.core.errors import Conflict, Invalid, NotFound
from jimu.core.fetching import fetch_on_part
from jimu.core.permissions import Actor, under
from jimu.field.households import case_queries, zone_queries
from jimu.field.households.models import Case, Contact, Resident
from jimu.field.households.queries import resident_for
from jimu.field.households.reading import read_ledgers
from jimu.field.households.rules import building_key
from jimu.field.transfer import policy, queries, rules
from jimu.field.transfer.models import Listing, ListRow, Transfer, Why
from jimu.field.transfer.moving import TOPIC, Told, hold, set_clock, write
from jimu.grid.models import Unit
from jimu.grid.queries import neighborhood_of, unit_for
from jimu.people.intake import cells, readers
from jimu.people.intake.problems import Unreadable

M = ListRow.Match
MOST_ROWS, AT_ONCE = 2000, 500
# The order matters: 次密接 holds 密接.
MEANS = ((Why.SECONDARY, r"次密|次密切"), (Why.CLOSE, r"密接|密切接触"), (Why.POSITIVE, r"阳性|确诊|无症状|感染者|病例"))


@dataclass(frozen=True)
class Candidate:
    """Somebody of the ledger who is to be moved, and why."""

    resident: Resident
    why: str

    @property
    def why_words(self) -> str:
        return str(Why(self.why).label)


def candidates(actor: Actor, unit: Unit) -> list[Candidate]:
    """Running cases and confirmed contacts of a part who are on no list yet, the positive first. For who may read of health."""
    actor.require(case_queries.HEALTH, unit.path)
    actor.require(queries.MANAGE, unit.path)
    here = under([unit.path], "building__path")
    cases = list(Case.objects.filter(here, closed_at=None))
    contacts = list(Contact.objects.filter(here, state=Contact.State.CONFIRMED, case__closed_at=None).order_by("kind"))
    listed = set(Transfer.objects.filter(under([unit.path], "unit__path"), closed_at=None).values_list("resident", flat=True))
    people = case_queries.residents_of([*cases, *contacts])
    found: dict[UUID, Candidate] = {}
    for row, why in [*((case, Why.POSITIVE) for case in cases), *((one, Why(one.kind)) for one in contacts)]:
        resident = people.get(row.pk)
        if resident is not None and resident.pk not in listed and resident.left_at is None:
            found.setdefault(resident.pk, Candidate(resident, why.value))
    return list(found.values())


def take_from_ledger(*, actor: Actor, at: datetime, unit_id: UUID, resident_ids: Sequence[UUID]) -> list[Transfer]:
    """Put chosen cases and contacts on the list. Raises NotFound for one who is none."""
    with transaction.atomic():
        hold()
        unit = unit_for(actor, unit_id, queries.MANAGE)
        found = {one.resident.pk: one for one in candidates(actor, unit)}
        if not resident_ids or len(resident_ids) > AT_ONCE or set(resident_ids) - set(found):
            raise NotFound(_("请勾选要转运的人；有人已在名单里或不再是病例、密接，请刷新后再选。"))
        return [_list(found[pk].resident, found[pk].why, _("台账"), actor, at) for pk in dict.fromkeys(resident_ids)]


def add(*, actor: Actor, at: datetime, resident_id: UUID, why: str, source: str = "") -> Transfer:
    """Put one resident on the list by hand. Raises Conflict when they are on it already."""
    if why not in Why.values:
        raise Invalid(_("请选转运原因。"), field="why")
    with transaction.atomic():
        hold()
        resident = resident_for(actor, resident_id)
        actor.require(queries.MANAGE, resident.room.building.path)
        return _list(resident, why, cells.text(source)[:60] or _("手工"), actor, at)


def _list(resident: Resident, why: str, source: str, actor: Actor, at: datetime) -> Transfer:
    if resident.left_at is not None:
        raise Conflict(_("这位住户已经搬走。"), code="moved_away")
    if Transfer.objects.filter(resident=resident, closed_at=None).exists():
        raise Conflict(_("这位住户已经在转运名单里。"), code="listed")
    unit = resident.room.building
    numbers = policy.of_place(unit)
    made = Transfer(
        unit=unit, place=neighborhood_of(unit), room=resident.room, resident=resident, why_sealed=sealed.seal(why),
        wants_sealed=sealed.seal(",".join(rules.wants_of_groups(resident.groups))),
        minor=rules.is_minor(queries.born_of(resident), resident.birth_year, zone_queries.today(at), numbers.minor_age),
        listed_at=at, listed_by=actor.name[:80], source=source,
    )  # fmt: skip
    set_clock(made, rules.limit(made.state, at, numbers))
    made.save(force_insert=True)
    write(made, Told("listed"), actor=actor, at=at)
    return made


def read_file(*, actor: Actor, at: datetime, unit_id: UUID, path: Path, title: str) -> Listing:
    """Take in a list as a workbook: each row matched to the ledger, what differs kept beside it. Nobody is listed yet. Raises Invalid."""
    try:
        book = readers.read(path)
    except Unreadable as error:
        raise Invalid(_("这个文件打不开。请用上级发来的 xlsx 或 csv。"), code="unreadable") from error
    whole = {sheet.name: sheet.rows for sheet in book.sheets}
    reading = read_ledgers([path], today=zone_queries.today(at))
    rows = [row for row in reading.rows if row.name_sealed][:MOST_ROWS]
    if not rows:
        raise Invalid(_("表里没有找到姓名和住址（楼号、室号）。表头请写“姓名”“楼号”“室号”，有电话、身份证号和人员类别更好。"), code="no_rows")
    with transaction.atomic():
        hold()
        unit = unit_for(actor, unit_id, queries.MANAGE)
        listing = Listing.objects.create(unit=unit, title=cells.text(title)[:60] or _("转运名单"), received_at=at, received_by=actor.name[:80])
        matcher = _Matcher(unit)
        made = []
        for number, row in enumerate(rows, 1):
            line = whole.get(row.sheet, [])
            words = " ".join(cells.text(cell) for cell in line[row.number - 1]) if row.number <= len(line) else ""
            made.append(matcher.match(row, next((why.value for why, pattern in MEANS if re.search(pattern, words)), Why.OTHER.value), listing, number))
        ListRow.objects.bulk_create(made)
        journal.record(actor=actor, at=at, verb="transfer.list_read", target=f"transfer-list:{listing.pk}", scope=unit.path, data={"rows": len(made)})
        live.beat(TOPIC)
    return listing


class _Matcher:
    """Whom of the ledger a row means: by ID number, else by door and name, else by name and phone."""

    def __init__(self, unit: Unit) -> None:
        self.people = list(Resident.objects.filter(under([unit.path], "room__building__path"), left_at=None).select_related("room__building"))
        self.listed = set(Transfer.objects.filter(under([unit.path], "unit__path"), closed_at=None).values_list("resident", flat=True))
        self.by_name: dict[str, list[Resident]] = {}
        for one in self.people:
            self.by_name.setdefault(one.name_index, []).append(one)
        self.by_id = {one.id_number_index: one for one in self.people if one.id_number_index}
        self.known = self._known(unit)

    @staticmethod
    def _known(unit: Unit) -> Mapping[str, str]:
        """Why the ledger would move somebody, by the index of the resident."""
        here = under([unit.path], "building__path")
        found = dict(Contact.objects.filter(here, state=Contact.State.CONFIRMED, case__closed_at=None).order_by("-kind").values_list("resident_index", "kind"))
        return found | dict.fromkeys(Case.objects.filter(here, closed_at=None).values_list("resident_index", flat=True), Why.POSITIVE.value)

    def match(self, row: Any, why: str, listing: Listing, number: int) -> ListRow:
        """The row as it is kept."""
        said = {
            "name": sealed.unseal(row.name_sealed), "phone": sealed.unseal(row.phone_sealed), "id_number": sealed.unseal(row.id_number_sealed),
            "door": f"{row.building} {row.room}".strip(), "why": why,
        }  # fmt: skip
        found = self._find(row)
        differs: list[str] = []
        ours: dict[str, str] = {}
        match = M.UNKNOWN if not found else M.SEVERAL
        resident = found[0] if len(found) == 1 else None
        if resident is not None:
            ours = self._ours(resident)
            differs = [key for key in ("name", "phone", "id_number", "why") if said[key] and said[key] != ours[key] and (ours[key] or key != "why")]
            differs += ["door"] if not self._same_door(row, resident) else []
            match = M.THERE if resident.pk in self.listed else M.DIFFERS if differs else M.SAME
        kept = sealed.seal(json.dumps({"said": said, "ours": ours}, ensure_ascii=False))
        return ListRow(listing=listing, number=number, said_sealed=kept, resident=resident, match=match, differs=differs)

    def _find(self, row: Any) -> list[Resident]:
        if row.id_number_index and row.id_number_index in self.by_id:
            return [self.by_id[row.id_number_index]]
        named = self.by_name.get(row.name_index, [])
        here = [one for one in named if self._same_door(row, one)]
        if here:
            return here
        if row.phone_index:
            return [one for one in self.people if one.phone_index == row.phone_index and one.name_index == row.name_index] or named
        return named

    @staticmethod
    def _same_door(row: Any, one: Resident) -> bool:
        return one.room.number == row.room and building_key(one.room.building.name)[1] == building_key(row.building)[1]

    def _ours(self, one: Resident) -> dict[str, str]:
        return {
            "name": one.name, "phone": sealed.unseal(one.phone_sealed), "id_number": sealed.unseal(one.id_number_sealed),
            "door": f"{one.room.building.name} {one.room.number}", "why": self.known.get(case_queries.index_of(one.pk), ""),
        }  # fmt: skip


def listing_for(actor: Actor, listing_id: UUID) -> Listing:
    """One list of the asker's part. Raises NotFound."""
    actor.require(queries.WHY)
    return fetch_on_part(actor, Listing.objects.filter(pk=listing_id).select_related("unit"), seen=queries.WHY)


def said_of(row: ListRow) -> tuple[dict[str, str], dict[str, str]]:
    """What a row says, and what the ledger says of whom it means."""
    kept = json.loads(sealed.unseal(row.said_sealed)) if row.said_sealed else {"said": {}, "ours": {}}
    return kept["said"], kept["ours"]


def take_rows(*, actor: Actor, at: datetime, listing_id: UUID, row_ids: Sequence[UUID]) -> int:
    """List whom chosen rows mean; why is what the list says. Differences are settled in the ledger by a person, not by this. Returns how many."""
    with transaction.atomic():
        hold()
        listing = listing_for(actor, listing_id)
        actor.require(queries.MANAGE, listing.unit.path)
        rows = list(ListRow.objects.filter(listing=listing, pk__in=set(row_ids), state=ListRow.State.WAITING).select_related("resident__room__building"))
        if not rows or len(rows) != len(set(row_ids)):
            raise NotFound(_("请勾选要列入的行；有的已经处理过，请刷新后再选。"))
        for row in rows:
            if row.resident is None:
                raise Conflict(_("第 {n} 行在台账里对不上人。请先在住户台账里登记，再从住户页列入名单，这一行写明“另行登记”。").format(n=row.number), code="unknown")
            said, _ours = said_of(row)
            _list(row.resident, said["why"], listing.title, actor, at)
            row.state, row.decided_by = ListRow.State.TAKEN, actor.name[:80]
            row.save(update_fields=["state", "decided_by"])
    return len(rows)


def dismiss_row(*, actor: Actor, at: datetime, row_id: UUID, why: str) -> ListRow:
    """Somebody of a list is not listed, with the reason."""
    if not why.strip():
        raise Invalid(_("请写为什么不列入：住在别处、已转走、名单写错。"), field="why")
    with transaction.atomic():
        hold()
        waiting = ListRow.objects.filter(pk=row_id, state=ListRow.State.WAITING).select_related("listing__unit")
        row = fetch_on_part(actor, waiting, seen=queries.MANAGE, at="listing__unit__path")
        row.state, row.why_not, row.decided_by = ListRow.State.DISMISSED, cells.scrub(cells.text(why))[:200], actor.name[:80]
        row.save(update_fields=["state", "why_not", "decided_by"])
        journal.record(actor=actor, at=at, verb="transfer.row_dismissed", target=f"transfer-list:{row.listing_id}", scope=row.listing.unit.path)
    return row
