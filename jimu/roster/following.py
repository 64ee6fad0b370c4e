"""Rosters keep the path of what they plan: when a place moves, the path follows."""

from jimu.core.permissions import under
from jimu.grid.events import UnitMoved
from jimu.grid.paths import rebased
from jimu.roster.models import Roster


def follow(moved: UnitMoved) -> None:
    """Exchange the old path for the new one; harmless when repeated."""
    rows = Roster.objects.filter(under([moved.old_path], "scope"))
    rows.update(scope=rebased("scope", moved.old_path, moved.new_path))
