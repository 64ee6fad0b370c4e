"""Where a new or moved unit stands in the tree. Call these while holding the lock "grid"."""

from django.db.models import F, Max

from jimu.core.permissions import under
from jimu.grid.models import FormerUnit, Unit
from jimu.grid.paths import STEP, last_number, rebased


def next_child(parent: Unit) -> int:
    """The number of the next child: above every one that stands there or ever stood there."""
    depth = len(parent.path) + STEP
    standing = Unit.objects.filter(under([parent.path]), depth=parent.depth + 1).aggregate(last=Max("path"))["last"]
    left = FormerUnit.objects.filter(under([parent.path])).exclude(path="").values_list("path", flat=True)
    return max((last_number(path) for path in [standing, *left] if path and len(path) == depth), default=0) + 1


def relocate(unit: Unit, path: str) -> None:
    """Put a unit with all that stands in it at another path, and count the children of both parents anew."""
    old, steps = unit.path, (len(path) - len(unit.path)) // STEP
    Unit.objects.filter(under([old])).update(path=rebased("path", old, path), depth=F("depth") + steps)
    Unit.objects.filter(path=old[:-STEP]).update(numchild=F("numchild") - 1)
    Unit.objects.filter(path=path[:-STEP]).update(numchild=F("numchild") + 1)
    unit.path, unit.depth = path, unit.depth + steps
