"""Filters of the roster's templates."""

from django import template

from jimu.roster import words

register = template.Library()


@register.filter
def who(name: str) -> str:
    """A name of the journal for people to read."""
    return words.who(name)
