"""Whom a cell's order is asked of: its leader, its deputies, then those of the levels above; who of them can be reached."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jimu.accounts.models import Account
from jimu.core.permissions import Actor, under, visible
from jimu.grid.models import Unit
from jimu.grid.paths import STEP
from jimu.incidents.models import Receipt
from jimu.incidents.order_rules import KINDS, Candidate, next_asked
from jimu.people.models import UnitLeader
from jimu.people.words import PAUSED

Office = Receipt.Office
# Beyond so many cells all leaders are read at once.
FEW = 200
REASONS: Mapping[str, str | Promise] = {
    "no_leader": _("没有负责人"),
    "left": _("负责人已退出"),
    "paused": _("负责人暂停参加（例如被隔离），没有联系得上的副手"),
    "no_contact": _("负责人没有手机号，也没有账号，没有联系得上的副手"),
}


class Holder(NamedTuple):
    """Who holds an office of a unit, as far as reaching them goes."""

    path: str
    person_id: UUID
    role: str
    active: bool
    limits: Sequence[str]
    phone: str

    def hindrance(self, *, account: bool) -> str:
        """Why an order would not reach them; empty when it would: they take part, and have a phone or an account."""
        if not self.active:
            return "left"
        if PAUSED in self.limits:
            return "paused"
        return "" if self.phone or account else "no_contact"


@dataclass(frozen=True)
class Chains:
    """Leaders and deputies of units by path, and who of them can be reached."""

    held: Mapping[str, Sequence[Holder]]
    accounts: frozenset[object]
    top: str

    def of(self, path: str) -> list[Candidate]:
        """Leader and deputies of the cell, then of each unit above it up to the issuing one; everybody once."""
        found: dict[object, Candidate] = {}
        for length in range(len(path), len(self.top) - 1, -STEP):
            for row in self.held.get(path[:length], ()):
                office = row.role if length == len(path) else Office.ABOVE
                found.setdefault(row.person_id, Candidate(row.person_id, office, not row.hindrance(account=row.person_id in self.accounts)))
        return list(found.values())

    def here(self, path: str) -> list[UUID]:
        """Of the cell alone: its leader and deputies who can be reached, the leader first."""
        return [row.person_id for row in self.held.get(path, ()) if not row.hindrance(account=row.person_id in self.accounts)]


def leader_to_tell(path: str, told: Collection[str] = ()) -> UUID | None:
    """Who is told next of what lies at a place: of its leader, its deputies and those of each level above, the first who can be
    reached and whose id is not among the told. None when nobody is left, and somebody has to call."""
    found = next_asked(chains(path[:STEP], [path]).of(path), told)
    return found.person_id if found else None


def chains(top: str, cells: Sequence[str] | None = None) -> Chains:
    """The chains of the cells (by path; None is everything) at and below a unit, in two reads."""
    if cells is None or len(cells) > FEW:
        return Chains(_held(under([top], "unit__path")), _with_account(), top)
    above = {path[:n] for path in cells for n in range(len(top), len(path) + 1, STEP)}
    return Chains(_held(Q(unit__path__in=above)), _with_account(), top)


def _with_account() -> frozenset[object]:
    linked = Account.objects.filter(is_active=True, person__isnull=False)
    return frozenset(linked.values_list("person_id", flat=True))


def _held(where: Q) -> Mapping[str, Sequence[Holder]]:
    rows = UnitLeader.objects.filter(where, until=None, unit__retired_at=None)
    held: dict[str, list[Holder]] = defaultdict(list)
    # Rows, not objects: thousands of them are read between a click and its answer.
    fields = ("unit__path", "person_id", "role", "person__active", "person__limits", "person__phone_index")
    for row in rows.order_by("since", "pk").values_list(*fields):
        held[row[0]].append(Holder(*row))
    for listed in held.values():
        listed.sort(key=lambda row: row.role != UnitLeader.Role.LEADER)
    return held


@dataclass(frozen=True)
class Unready:
    """A cell that an order would not reach, and why."""

    unit: Unit
    place: str
    reason: str

    @property
    def sentence(self) -> str:
        """The reason in words."""
        return str(REASONS[self.reason])


def unready(actor: Actor, kinds: Iterable[str] = KINDS) -> list[Unready]:
    """Cells of the asker's part without anybody of their own whom an order would reach. A fixed number of reads."""
    kinds = list(kinds)
    units = {unit.path: unit for unit in _cells(actor, kinds)}
    names = {unit.path: unit.name for unit in units.values() if unit.kind in ("neighborhood", "zone")}
    listed = []
    for path, reason in _out_of_reach(actor, kinds, units):
        above = (path[:n] for n in range(len(path) - STEP, 0, -STEP))
        listed.append(Unready(units[path], next((names[one] for one in above if one in names), ""), reason))
    return listed


def count_unready(actor: Actor, kinds: Iterable[str] = KINDS) -> int:
    """How many `unready` would list, for a page that is drawn often: no unit is built for it."""
    kinds = list(kinds)
    return sum(1 for _cell in _out_of_reach(actor, kinds, _cells(actor, kinds).values_list("path", flat=True)))


def _cells(actor: Actor, kinds: Collection[str]) -> "QuerySet[Unit]":
    actor.require("orders.view")
    cells: QuerySet[Unit] = Unit.objects.filter(visible(actor, "orders.view"), kind__in=kinds, retired_at=None)
    return cells.order_by("path")


def _out_of_reach(actor: Actor, kinds: Collection[str], paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Of these cells those without anybody whom an order would reach, with the reason."""
    found = _held(under(actor.paths("orders.view"), "unit__path") & Q(unit__kind__in=kinds))
    accounts = _with_account()
    for path in paths:
        rows = found.get(path, [])
        reasons = [row.hindrance(account=row.person_id in accounts) for row in rows]
        if "" not in reasons:
            yield path, reasons[0] if reasons and rows[0].role == Office.LEADER else "no_leader"
