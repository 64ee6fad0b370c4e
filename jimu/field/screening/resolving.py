"""Whose code was scanned: reads of many codes at once, in a few statements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from jimu.core import sealed
from jimu.field.households.models import Resident
from jimu.field.screening import asked, codes
from jimu.field.screening.models import KnownCode
from jimu.field.screening.models import Scan as ScanRow

How = ScanRow.How


@dataclass(frozen=True)
class Who:
    """Whom a code means: a resident, or nobody that the ledger knows; `fault` is bad, household or unknown."""

    resident_id: UUID | None
    how: str
    index: str = ""
    text: str = ""
    fault: str = ""

    @property
    def key(self) -> str:
        """By which the same person is known again within a tube."""
        return str(self.resident_id) if self.resident_id else self.index


@dataclass
class Wanted:
    """Codes to look up, sorted by what they are."""

    reads: dict[str, codes.Read] = field(default_factory=dict)
    people: set[UUID] = field(default_factory=set)
    rooms: set[UUID] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)


def whom(words: Iterable[str], persons: Iterable[UUID] = ()) -> tuple[Mapping[str, Who], Mapping[UUID, str]]:
    """Everybody that the codes mean, by code; and the paths of the buildings in which the residents live, `persons` included."""
    wanted = _sorted(words)
    wanted.people |= set(persons)
    households = _households(wanted.rooms)
    by_number = dict(Resident.objects.filter(id_number_index__in=wanted.numbers.values(), left_at=None).values_list("id_number_index", "pk")) if wanted.numbers else {}
    by_code = dict(KnownCode.objects.filter(pk__in=wanted.foreign.values()).values_list("code_index", "resident_id")) if wanted.foreign else {}
    ids = wanted.people | set(by_number.values()) | set(by_code.values()) | {ids[0] for ids in households.values() if len(ids) == 1}
    paths = asked.homes(ids) if ids else {}
    return {one: _who(read, wanted, households, by_number, by_code, paths) for one, read in wanted.reads.items()}, paths


def _sorted(words: Iterable[str]) -> Wanted:
    wanted = Wanted()
    for one in set(words):
        read = wanted.reads[one] = codes.read(one)
        if read.kind == "person" and read.id:
            wanted.people.add(read.id)
        elif read.kind == "household" and read.id:
            wanted.rooms.add(read.id)
        elif read.kind == "id":
            wanted.numbers[one] = sealed.blind_index(read.text)
        elif read.kind == "foreign" and read.text:
            wanted.foreign[one] = sealed.blind_index("code:" + read.text)
    return wanted


def _households(rooms: set[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = {}
    for room, resident in Resident.objects.filter(room__in=rooms, left_at=None).values_list("room_id", "pk") if rooms else ():
        found.setdefault(room, []).append(resident)
    return found


def _who(
    read: codes.Read, wanted: Wanted, households: Mapping[UUID, list[UUID]], numbers: Mapping[str, UUID], known: Mapping[str, UUID], paths: Mapping[UUID, str],
) -> Who:  # fmt: skip
    match read.kind:
        case "person":
            return Who(read.id, How.CODE) if read.id in paths else Who(None, How.CODE, fault="bad")
        case "household":
            living = households.get(read.id, []) if read.id else []
            return Who(living[0], How.CODE, sealed.blind_index(f"room:{read.id}")) if len(living) == 1 else Who(None, How.CODE, fault="household")
        case "id":
            index = sealed.blind_index(read.text)
            return Who(numbers.get(index), How.ID, index, read.text)
        case "foreign" if read.text:
            index = sealed.blind_index("code:" + read.text)
            return Who(known.get(index), How.FOREIGN, index, read.text)
    return Who(None, How.CODE, fault="bad")
