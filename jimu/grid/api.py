"""The JSON API of the grid."""

from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate

from jimu.core import clock
from jimu.core.json_api import Numbered, asker
from jimu.grid import actions, queries
from jimu.grid.models import Unit

router = Router()
Count = int | None
# Named by its values: the document already has a Kind, of people.
UnitKind = Literal["subdistrict", "zone", "neighborhood", "block", "building"]


class UnitOut(Schema):
    """One unit; numbers are null where nobody has said them. `path` sorts units as the tree stands."""

    id: UUID
    kind: UnitKind
    name: str
    short_name: str
    code: str
    path: str
    households: Count
    residents: Count
    elders: Count
    elders_living_alone: Count
    buildings: Count
    blocks: Count
    note: str
    retired: bool

    @staticmethod
    def resolve_retired(unit: Unit) -> bool:
        """Whether it is out of use."""
        return unit.retired_at is not None


class UnitFilter(Schema):
    """Which units: of one kind, directly in one, called so (now or formerly)."""

    kind: UnitKind | None = None
    parent: UUID | None = None
    q: str = Field("", max_length=60)


class FactsIn(Schema):
    """New numbers, and those that were seen before: when somebody else changed one meanwhile, 409."""

    values: dict[str, Count]
    seen: dict[str, Count]


@router.get("", response=list[UnitOut], summary="网格单元列表")
@paginate(Numbered)
def list_units(request: HttpRequest, wanted: Query[UnitFilter]) -> "QuerySet[Unit]":
    """Units in use of the asker's part, in the order of the tree."""
    return queries.units_for(asker(request, "grid.view"), kind=wanted.kind or "", parent_id=wanted.parent, words=wanted.q.strip())


@router.get("/{uuid:unit_id}", response=UnitOut, summary="一个网格单元")
def unit(request: HttpRequest, unit_id: UUID) -> Any:
    """One unit."""
    return queries.unit_for(asker(request, "grid.view"), unit_id)


@router.put("/{uuid:unit_id}/facts", response=UnitOut, summary="修改底数")
def edit_facts(request: HttpRequest, unit_id: UUID, body: FactsIn) -> Any:
    """Change numbers of a unit."""
    actor = asker(request, "grid.view")
    queries.unit_for(actor, unit_id)
    return actions.edit_facts(actor=actor, at=clock.now(), unit_id=unit_id, values=body.values, seen=body.seen)
