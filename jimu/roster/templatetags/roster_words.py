"""Filters of the roster's templates."""

from django import template

from jimu.core import clock
from jimu.roster import words
from jimu.roster.models import Shift

register = template.Library()


@register.filter
def who(name: str) -> str:
    """A name of the journal for people to read."""
    return words.who(name)


@register.filter
def duty_time(shift: Shift) -> str:
    """When a shift is, as one would say it today: 今天 08:00–16:00, 明天 20:00–次日 08:00, 11月27日 周五 …."""
    return words.duty_time(shift.starts_at, shift.ends_at, clock.today())
