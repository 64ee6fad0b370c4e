"""Permission = right × part of the grid.

An actor holds grants; each gives a role's rights on one subtree, named by its materialised path. Parts are
compared by prefix, and turned into an indexable range for queries.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.db.models import Q

from jimu.core.errors import NotPermitted

# Characters that a level of the tree adds to a path.
STEP = 4
ROLES = ("commander", "secretary", "block_leader", "building_leader", "member", "auditor")
# The one role that stands on an organisation and not on a part of the grid.
CONTACT = "contact"


@dataclass(frozen=True)
class Granted:
    """One role on one subtree. `path` is the subtree's path; the empty path is everything."""

    role: str
    path: str


@dataclass(frozen=True)
class Actor:
    """Who acts: an account, its name for the journal, what it was granted, and the organisation it speaks for."""

    account_id: int | None
    name: str
    granted: tuple[Granted, ...] = ()
    person_id: UUID | None = None
    is_system: bool = False
    organisation_id: UUID | None = None

    def paths(self, right: str) -> tuple[str, ...]:
        """The subtrees on which the actor has the right, widest only; empty when there is none."""
        if self.is_system:
            return ("",)
        roles = roles_with(right)
        found = sorted({g.path for g in self.granted if g.role in roles}, key=len)
        kept: list[str] = []
        for path in found:
            if not any(path.startswith(wider) for wider in kept):
                kept.append(path)
        return tuple(kept)

    @property
    def ground(self) -> str:
        """The widest part the actor was granted anything on; where entries about the account itself belong."""
        return min((g.path for g in self.granted), key=len, default="")

    def may(self, right: str, path: str | None = None) -> bool:
        """Whether the actor has the right at `path`, or anywhere at all when no path is given."""
        paths = self.paths(right)
        if path is None:
            return bool(paths) or (self.organisation_id is not None and CONTACT in roles_with(right))
        return any(path.startswith(p) for p in paths)

    def speaks_for(self, right: str, organisation_id: UUID) -> bool:
        """Whether the actor has the right as the contact of this organisation."""
        return self.organisation_id == organisation_id and CONTACT in roles_with(right)

    def require(self, right: str, path: str | None = None) -> None:
        """Raise NotPermitted unless the actor has the right at `path`."""
        if not self.may(right, path):
            raise NotPermitted(right=right)


SYSTEM = Actor(account_id=None, name="system", is_system=True)


@cache
def rights() -> dict[str, frozenset[str]]:
    """Every right of the house with the roles that have it, from the bricks."""
    from jimu.bricks import bricks

    return {right: frozenset(roles) for brick in bricks() for right, roles in brick.rights.items()}


def roles_with(right: str) -> frozenset[str]:
    """The roles that have a right. Raises KeyError for a right that no brick declares."""
    return rights()[right]


def after(path: str) -> str | None:
    """The least path of the same length above every path that begins with `path`; None when there is none.

    It stays within the alphabet of paths (0-9A-Z), because a database may sort other characters by the
    customs of a language.
    """
    kept = path.rstrip("Z")
    if not kept:
        return None
    risen = "A" if kept[-1] == "9" else chr(ord(kept[-1]) + 1)
    return kept[:-1] + risen + "0" * (len(path) - len(kept))


def under(paths: Iterable[str], field: str = "path") -> Q:
    """A filter for rows whose `field` lies in one of the subtrees; an index on the field serves it."""
    condition = Q(pk__in=[])
    for path in paths:
        if path == "":
            # An empty Q would vanish in a union with another condition.
            return ~Q(pk__in=[])
        end = after(path)
        part = Q(**{f"{field}__gte": path})
        condition |= part & Q(**{f"{field}__lt": end}) if end else part
    return condition


def holding(paths: Iterable[str], field: str = "path") -> Q:
    """A filter for the units in which one of the parts lies, the part itself included."""
    above = {path[: STEP * n] for path in paths for n in range(1, len(path) // STEP + 1)}
    return Q(**{f"{field}__in": above})


def reached(actor: Actor, right: str, field: str = "path") -> Q:
    """Rows on the actor's parts, and those of the units that hold them.

    For what is kept for a whole neighborhood although its blocks have leaders of their own, such as who is on duty.
    """
    paths = actor.paths(right)
    return under(paths, field) | holding(paths, field)


def visible(actor: Actor, right: str, field: str = "path") -> Q:
    """A filter for the rows on which the actor has the right."""
    return under(actor.paths(right), field)
