"""Materialised paths for many units at once: four digits of base 36 a level, as the tree numbers its children."""

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
