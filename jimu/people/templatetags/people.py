"""Codes of the registry in words, for templates."""

from django import template

from jimu.grid.models import Unit
from jimu.people.models import Skill
from jimu.people.words import limit_words, skill_words

register = template.Library()


@register.filter
def limit(code: str) -> str:
    """no_night → 不排夜班."""
    return limit_words(code)


@register.filter
def skill(row: Skill) -> str:
    """A skill as the list names it, else as it was given."""
    return skill_words(row.code, row.words)


@register.filter
def indented(unit: Unit) -> str:
    """A unit's name, moved in by its level."""
    return str("　" * (unit.depth - 1) + unit.name)
