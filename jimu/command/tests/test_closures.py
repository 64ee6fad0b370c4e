"""What the board says of closed buildings and of the ill: counts, for who may know, and never on a wall."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from jimu.command.faces import context
from jimu.command.queries import board
from jimu.core import clock
from jimu.core.permissions import SYSTEM
from jimu.field.households import case_actions, zone_actions, zone_queries
from jimu.field.households.models import Resident
from jimu.field.households.tests.conftest import door
from jimu.grid.tests.town import Town, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(db: None) -> Town:
    """1号楼 with a case under a policy of zones."""
    town, at = build(), clock.now()
    today = zone_queries.today(at)
    room = door(town, "1号楼", "101", "周桂英")
    zone_actions.adopt_policy(actor=SYSTEM, at=at, unit_id=town["和风街道"].pk, name="three-zones-2022-05", effective_from=today, legal_basis="通告")
    ill = Resident.objects.get(room=room)
    case_actions.record_case(actor=SYSTEM, at=at, resident_id=ill.pk, found_on=today - timedelta(days=1), legal_basis="通告")
    return town


def told(town: Town, role: str, *, wall: bool = False) -> str:
    return render_to_string("command/_closures.html", context(board(town.actor(role), clock.now()), wall=wall))


def test_everybody_at_the_board_sees_how_many_buildings_are_closed(closed: Town) -> None:
    assert "封控区 1 栋" in told(closed, "commander")
    assert "封控区 1 栋" in told(closed, "auditor")


def test_only_the_restricted_right_sees_how_many_are_ill_and_a_wall_never_does(closed: Town) -> None:
    assert "阳性 1" in told(closed, "commander")
    assert "阳性" not in told(closed, "auditor")
    assert "阳性" not in told(closed, "commander", wall=True)
