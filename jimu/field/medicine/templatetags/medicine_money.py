"""Money on pages: kept in fen, read in yuan."""

from django import template

from jimu.field.medicine import words

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """¥12.50, without a sign: the words beside it say who owes whom."""
    return words.yuan(abs(fen))


@register.filter
def in_a_field(fen: int) -> str:
    """12.50, as a field takes it."""
    return f"{abs(fen) / 100:.2f}"
