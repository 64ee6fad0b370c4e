"""Filters for the pages of training."""

from django import template

from jimu.training import naming

register = template.Library()


@register.filter
def qualification_name(code: str) -> str:
    """What a qualification is called."""
    return naming.qualification_name(code)
