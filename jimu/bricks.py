"""The one list of bricks, lowest floor first. A brick is a folder; its `brick.py` says what it offers."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jimu.core.brick import Brick

BRICKS = [
    "core",
    "grid",
    "people",
    "accounts",
    "messages",
    "api",
    "playbooks",
    "signup",
    "sync",
    "incidents",
    "training",
    "teams",
    "roster",
    "own",
    "relay",
    "calls",
    "organisations",
    "absences",
    "field.households",
    "field.screening",
    "field.medicine",
    "field.needs",
    "field.supplies",
    "field.patrol",
    "field.transfer",
    "command",
    "demo",
]


@cache
def bricks() -> "tuple[Brick, ...]":
    """What every brick offers, in the order of the list. Call it after Django has started."""
    return tuple(import_module(f"jimu.{name}.brick").BRICK for name in BRICKS)
