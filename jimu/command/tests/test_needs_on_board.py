"""What the board says of residents' needs: how many of each class are under way and overdue, for who may read them."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string

from jimu.command.faces import context
from jimu.command.queries import board
from jimu.core import clock
from jimu.field.needs.tests.conftest import Ward, town, ward

__all__ = ["town", "ward"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def told(ward: Ward, role: str, unit: str = "和风街道", *, wall: bool = False) -> str:
    return " ".join(render_to_string("command/_needs.html", context(board(ward.town.actor(role, unit), clock.now()), wall=wall)).split())


def test_the_board_counts_needs_by_class_with_those_that_are_overdue(ward: Ward) -> None:
    assert "居民诉求" not in told(ward, "commander")
    ward.need("food", clock.now())
    ward.need("food", clock.now() - 30 * HOUR, room="503")
    ward.need("repair", clock.now())
    seen = told(ward, "commander")
    assert "食品物资</a> 在办 2 <span class=\"chip bad\">超时 1</span>" in seen
    assert "水电维修</a> 在办 1</li>" in seen


def test_it_is_silent_for_who_reads_no_needs_and_of_elsewhere(ward: Ward) -> None:
    ward.need("support", clock.now())
    assert "心理支持" in told(ward, "secretary", "甲一居民区")
    assert "在办" not in told(ward, "secretary", "乙一居民区")
    assert told(ward, "auditor") == ""


def test_it_leads_nowhere_from_a_wall(ward: Ward) -> None:
    ward.need("food", clock.now())
    assert "<a " not in told(ward, "commander", wall=True)
    assert "食品物资 在办 1" in told(ward, "commander", wall=True)
