"""Identifiers: UUIDv7, so that keys sort by the time they were made, on any device."""

from uuid import UUID

import uuid6


def new_id() -> UUID:
    """A fresh UUIDv7."""
    return UUID(int=uuid6.uuid7().int)
