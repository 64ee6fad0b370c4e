"""Reads of playbooks that need the grid: a neighborhood to explain a playbook with."""

from jimu.core.permissions import Actor, visible
from jimu.grid.models import Unit


def example_place(actor: Actor) -> Unit | None:
    """The first neighborhood of the reader's part whose facts are known; none while there is no such."""
    rows = Unit.objects.filter(visible(actor, "playbooks.view"), kind=Unit.Kind.NEIGHBORHOOD, retired_at=None)
    found: Unit | None = rows.filter(households__gt=0, residents__gt=0).order_by("path").first()
    return found
