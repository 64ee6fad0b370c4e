"""Who leads a building, or the block beside, is shown nothing of the house next door, on any page or by the API."""

import pytest
from django.db import connection

from jimu.field.households.models import Resident
from jimu.grid.models import Unit

from .addresses import ALL, ask, methods, signed_in
from .conftest import Sample
from .test_other_parts import BRICKS, named, names_of, said, writes, wrong

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on every database")


@pytest.fixture
def houses(at_work: Sample) -> tuple[Unit, Unit, Unit]:
    """A house with people in it, another of the same block, and a block beside theirs."""
    homes = set(Resident.objects.values_list("room__building__path", flat=True))
    buildings = list(Unit.objects.filter(path__startswith=at_work.here.path, kind=Unit.Kind.BUILDING).order_by("path"))
    own, door = next((one, two) for one in buildings for two in buildings if one.path in homes and one != two and one.path[:-4] == two.path[:-4])
    beside = Unit.objects.filter(path__startswith=at_work.here.path, kind=Unit.Kind.BLOCK).exclude(path=own.path[:-4]).order_by("path").first()
    assert beside is not None
    return own, door, beside


@pytest.mark.parametrize("brick", BRICKS)
def test_no_page_with_an_id_shows_a_house_to_who_leads_the_one_beside(at_work: Sample, houses: tuple[Unit, Unit, Unit], brick: str) -> None:
    house, door, beside = houses
    others = {
        "building leader": signed_in(at_work.account("building_leader", door)), "block leader of one house": signed_in(at_work.account("block_leader", door)),
        "block leader beside": signed_in(at_work.account("block_leader", beside)),
    }  # fmt: skip
    names, faults = names_of(house), []
    for address in (one for one in ALL if one.brick == brick):
        if "get" not in dict(methods(address)):
            continue
        for path, inside in address.filled(house):
            for role, client in others.items():
                with writes() as written:
                    answer = ask(client, "get", path, {}, api_call=address.api)
                    told = said(answer)
                if fault := wrong(address, "get", answer, inside, written) or named(told, names):
                    faults.append(f"{role}: {path} ({address.route}): {answer.status_code} {fault}")
    assert not faults, "\n".join(faults)
