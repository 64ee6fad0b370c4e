"""Signed codes for posts: anybody with the public key can check one without a network, and none names a person.

A code is base64url of: version (1 byte), use (1), post id (16), day as days since 1970 (2), valid from and until as
minutes since 1970 (4 + 4), Ed25519 signature of all before it (64): 92 bytes, 123 characters.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid

VERSION = 1
SHIFT, TURNING, CARD = 1, 2, 3
USES = {SHIFT: "shift", TURNING: "turning", CARD: "card"}
_BODY = struct.Struct(">BB16sHII")
_EPOCH = date(1970, 1, 1)
LENGTH = _BODY.size + 64


@dataclass(frozen=True)
class Code:
    """What a code says: a post on a day, and when the code holds."""

    use: int
    post_id: UUID
    day: date
    valid_from: datetime
    valid_until: datetime


class BadCode(Invalid):
    """Not a code of this house, or one that was changed."""

    code = "bad_code"

    def __init__(self) -> None:
        super().__init__(_("这个码不对，或不是本街道的码。请重新扫岗位上的码。"))


class CodeOver(Invalid):
    """A true code that does not hold now."""

    code = "code_over"

    def __init__(self) -> None:
        super().__init__(_("这个码不在有效时间里。请扫岗位上现在的码。"))


@cache
def _private(secret: str) -> Ed25519PrivateKey:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"jimu:post-codes")
    return Ed25519PrivateKey.from_private_bytes(derive.derive(secret.encode()))


def public_keys() -> list[bytes]:
    """The raw public keys (32 bytes each): the one in use, then earlier ones."""
    return [
        _private(secret).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        for secret in (settings.JIMU_SIGN_KEY, *settings.JIMU_SIGN_KEYS_OLD)
    ]


def sign(code: Code) -> str:
    """A code as it stands in a QR."""
    body = _BODY.pack(
        VERSION, code.use, code.post_id.bytes, (code.day - _EPOCH).days, _minutes(code.valid_from), _minutes(code.valid_until)
    )
    return base64.urlsafe_b64encode(body + _private(settings.JIMU_SIGN_KEY).sign(body)).decode().rstrip("=")


def read(text: str, keys: Sequence[bytes] | None = None) -> Code:
    """What a code says, checked with public keys alone. Raises BadCode for anything that they did not sign."""
    raw = _decoded(text)
    body, signature = raw[: _BODY.size], raw[_BODY.size :]
    if not any(_signed(Ed25519PublicKey.from_public_bytes(key), signature, body) for key in keys or public_keys()):
        raise BadCode
    version, use, post, day, valid_from, valid_until = _BODY.unpack(body)
    if version != VERSION or use not in USES:
        raise BadCode
    return Code(use, UUID(bytes=post), _EPOCH + timedelta(days=day), _moment(valid_from), _moment(valid_until))


def read_now(text: str, at: datetime) -> Code:
    """A code that holds at a moment. Raises BadCode or CodeOver."""
    code = read(text)
    if not code.valid_from <= at <= code.valid_until:
        raise CodeOver
    return code


def _decoded(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadCode from None
    if len(raw) != LENGTH:
        raise BadCode
    return raw


def _signed(key: Ed25519PublicKey, signature: bytes, body: bytes) -> bool:
    try:
        key.verify(signature, body)
    except InvalidSignature:
        return False
    return True


def _minutes(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


def _moment(minutes: int) -> datetime:
    return datetime.fromtimestamp(minutes * 60, UTC)
