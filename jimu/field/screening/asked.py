"""What acts at a table are judged by, asked in plain SQL: they come hundreds a second, each of a few people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from jimu.core import plain
from jimu.core.ids import new_id
from jimu.field.households.models import Resident, Room
from jimu.field.screening.models import OtherCode, Round, Scan, Site, Tube
from jimu.grid.models import Unit

ROUND, SITE, TUBE, SCAN, OTHER = (model._meta.db_table for model in (Round, Site, Tube, Scan, OtherCode))
SERVES, UNIT, RESIDENT, ROOM = (model._meta.db_table for model in (Round.sites.through, Unit, Resident, Room))


class Serving(NamedTuple):
    """A round at one of the sites that serve it."""

    round_id: UUID
    site_id: UUID
    state: str
    closed_at: datetime | None
    pool_size: int
    title: str
    round_path: str
    site_name: str
    site_path: str


@dataclass(slots=True)
class Filling:
    """A tube as scans and seals find and change it; `Tube` says what each column means."""

    round_id: UUID
    site_id: UUID
    site_name: str
    code: str
    capacity: int
    taken: int = 0
    first_at: datetime | None = None
    sealed_at: datetime | None = None
    sealed_by: str = ""
    said: int | None = None
    same: int = 0
    after_id: UUID | None = None
    expects_id: UUID | None = None
    pk: UUID = field(default_factory=new_id)
    # Of one that is new.
    table: int = 1
    opened_at: datetime | None = None
    opened_by: str = ""


def servings(rounds: Collection[UUID], sites: Collection[UUID]) -> dict[tuple[UUID, UUID], Serving]:
    """Those of the rounds at those of the sites that serve them."""
    found = plain.rows(
        f"SELECT r.id, s.id, r.state, r.closed_at, r.pool_size, r.title, ru.path, s.name, su.path FROM {SERVES} rs JOIN {ROUND} r ON r.id = rs.round_id"
        f" JOIN {SITE} s ON s.id = rs.site_id JOIN {UNIT} ru ON ru.id = r.unit_id JOIN {UNIT} su ON su.id = s.unit_id"
        f" WHERE rs.round_id IN {plain.marks(rounds)} AND rs.site_id IN {plain.marks(sites)}",
        [*plain.keys(rounds), *plain.keys(sites)],
    )
    made = (Serving(plain.uuid_of(round_id), plain.uuid_of(site_id), state, plain.moment_of(closed), *rest) for round_id, site_id, state, closed, *rest in found)
    return {(one.round_id, one.site_id): one for one in made}


def site_paths(sites: Collection[UUID]) -> dict[UUID, str]:
    """Where each of the sites lies."""
    found = plain.rows(f"SELECT s.id, u.path FROM {SITE} s JOIN {UNIT} u ON u.id = s.unit_id WHERE s.id IN {plain.marks(sites)}", plain.keys(sites))
    return {plain.uuid_of(pk): path for pk, path in found}


def tubes(rounds: Collection[UUID], codes: Collection[str]) -> dict[tuple[UUID, str], Filling]:
    """The tubes with these barcodes in these rounds."""
    found = plain.rows(
        "SELECT t.id, t.round_id, t.site_id, s.name, t.code, t.capacity, t.taken, t.first_at, t.sealed_at, t.sealed_by, t.said, t.same, t.after_id, t.expects_id"
        f" FROM {TUBE} t JOIN {SITE} s ON s.id = t.site_id WHERE t.round_id IN {plain.marks(rounds)} AND t.code IN {plain.marks(codes)}",
        [*plain.keys(rounds), *codes],
    )
    uuid, moment = plain.uuid_of, plain.moment_of
    made = (
        Filling(uuid(of), uuid(site), name, code, size, taken, moment(first), moment(sealed), by, said, same, uuid(after), uuid(expects), uuid(pk))
        for pk, of, site, name, code, size, taken, first, sealed, by, said, same, after, expects in found
    )  # fmt: skip
    return {(one.round_id, one.code): one for one in made}


def known(scans: Collection[UUID]) -> set[UUID]:
    """Those of the scans that are there already."""
    return {plain.uuid_of(pk) for (pk,) in plain.rows(f"SELECT id FROM {SCAN} WHERE id IN {plain.marks(scans)}", plain.keys(scans))}


class Inside(NamedTuple):
    """A scan in a tube: of whom, by which code (its digest), and whether somebody said there that they are two people."""

    tube_id: UUID
    resident_id: UUID | None
    code_index: str
    how: str
    sure: bool


def inside(found: Collection[UUID]) -> list[Inside]:
    """The scans in these tubes that stand."""
    asked = f"SELECT tube_id, resident_id, code_index, how, sure FROM {SCAN} WHERE struck_at IS NULL AND tube_id IN {plain.marks(found)}"
    return [Inside(plain.uuid_of(tube), plain.uuid_of(resident), index, how, bool(sure)) for tube, resident, index, how, sure in plain.rows(asked, plain.keys(found))]


def other_codes(found: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """Tube, resident and digest of each further code of who is in these tubes."""
    asked = f"SELECT tube_id, resident_id, code_index FROM {OTHER} WHERE tube_id IN {plain.marks(found)}"
    return [(plain.uuid_of(tube), plain.uuid_of(resident), index) for tube, resident, index in plain.rows(asked, plain.keys(found))]


def elsewhere(rounds: Collection[UUID], residents: Collection[UUID], here: Iterable[Filling]) -> dict[tuple[UUID, UUID], list[str]]:
    """The tubes in which each person of a round is already, those prepared because of a result left out.

    Scans first, then their tubes: joined, PostgreSQL may begin with the tubes, and read the whole round for every batch.
    """
    asked = (
        f"SELECT round_id, resident_id, tube_id FROM {SCAN} WHERE struck_at IS NULL AND round_id IN {plain.marks(rounds)} AND resident_id IN {plain.marks(residents)}"
    )  # fmt: skip
    within = [tuple(map(plain.uuid_of, row)) for row in plain.rows(asked, [*plain.keys(rounds), *plain.keys(residents)])]
    codes = {tube.pk: tube.code for tube in here if tube.after_id is None}
    missing = {tube for _round, _resident, tube in within} - set(codes)
    if missing:
        others = plain.rows(f"SELECT id, code FROM {TUBE} WHERE after_id IS NULL AND id IN {plain.marks(missing)}", plain.keys(missing))
        codes |= {plain.uuid_of(pk): code for pk, code in others}
    found: dict[tuple[UUID, UUID], list[str]] = {}
    for round_id, resident, tube in within:
        if tube in codes:
            found.setdefault((round_id, resident), []).append(codes[tube])
    return found


def homes(residents: Collection[UUID]) -> dict[UUID, str]:
    """The path of the building in which each of the residents lives."""
    found = plain.rows(
        f"SELECT p.id, u.path FROM {RESIDENT} p JOIN {ROOM} r ON r.id = p.room_id JOIN {UNIT} u ON u.id = r.building_id WHERE p.id IN {plain.marks(residents)}",
        plain.keys(residents),
    )
    return {plain.uuid_of(pk): path for pk, path in found}
