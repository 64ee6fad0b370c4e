"""Decisions about tokens. Pure."""

import hashlib
import secrets
from datetime import datetime, timedelta

PREFIX = "jimu_"
DAYS = 90
MOST_DAYS = 366
MOST_TOKENS = 20
# Often enough to see which tokens are idle, seldom enough not to write on every read.
NOTED_EVERY = timedelta(hours=1)


def fresh_secret() -> str:
    """A secret with 256 random bits; the prefix lets scanners find one that leaked into a repository."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """SHA-256 of a secret. Nobody guesses 256 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def hint_of(secret: str) -> str:
    """The beginning of a secret, which is shown in lists."""
    return secret[: len(PREFIX) + 4]


def worth_noting(last_used_at: datetime | None, at: datetime) -> bool:
    """Whether a use should be written down."""
    return last_used_at is None or at - last_used_at >= NOTED_EVERY
