"""Who must rest by what they did, beyond one roster: bricks above know, and say so through `rests` of their brick.py."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.utils.module_loading import import_string

from jimu.bricks import bricks

CODE = "must_rest"


def must_rest(people: Collection[UUID], at: datetime, *, leaving: Collection[UUID] = ()) -> dict[UUID, str]:
    """Those of these people who should not serve at a moment, with why; whoever a commander answers for by name is not among them.

    `leaving` are seats that they give up in the same step.
    """
    found: dict[UUID, str] = {}
    for brick in bricks():
        if brick.rests and people:
            told: Mapping[UUID, str] = import_string(brick.rests)(people, at, leaving=leaving)
            found.update(told)
    return found
