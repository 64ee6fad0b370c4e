"""Links that carry their own proof: ids under a signature, at the address that the service goes by."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse


def sign(salt: str, *ids: UUID) -> str:
    """Ids as one word of an address that nobody else can make. `salt` says what the link is for."""
    return Signer(salt=salt).sign(".".join(one.hex for one in ids))


def read(salt: str, given: str, count: int) -> tuple[UUID, ...] | None:
    """The `count` ids of a signed word; None for one that was not made here for this purpose."""
    try:
        ids = tuple(UUID(one) for one in Signer(salt=salt).unsign(given).split("."))
    except (BadSignature, ValueError):
        return None
    return ids if len(ids) == count else None


def address(name: str, word: str) -> str:
    """The whole address of a page by its URL name; empty where the service was told none (JIMU_ORIGINS)."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return origins[0].rstrip("/") + reverse(name, args=[word]) if origins else ""
