"""Tags of calls' pages."""

from collections.abc import Sequence
from datetime import datetime

from django import template

from jimu.calls.letters import when
from jimu.roster.models import Shift

register = template.Library()


@register.filter
def call_when(shift: Shift, at: datetime) -> str:
    """When a shift is, as one would say it now."""
    return when(shift, at)


@register.filter
def call_bars(parts: Sequence[tuple[str, str, int]]) -> list[tuple[int, int, str]]:
    """Parts of a whole side by side: (where it begins, how wide, which)."""
    found, x = [], 0
    for code, _name, n in parts:
        found.append((x, n, code))
        x += n
    return found
