"""Materialised paths for many units at once: four digits of base 36 a level, as the tree numbers its children."""

from django.db.models import CharField, Value
from django.db.models.functions import Concat, Substr

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
STEP = 4


def child_path(parent: str, number: int) -> str:
    """The path of a parent's child; children count from 1."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return parent + digits.rjust(STEP, "0")


def last_number(path: str) -> int:
    """Which child of its parent a path is."""
    return int(path[-STEP:], 36)


def rebased(field: str, old: str, new: str) -> Concat:
    """An expression for update(): the path in `field` with its beginning `old` exchanged for `new`."""
    return Concat(Value(new), Substr(field, len(old) + 1), output_field=CharField())
