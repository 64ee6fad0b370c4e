"""Personal data at rest: AES-256-GCM, and a keyed blind index so that an exact value can still be found."""

import base64
import contextlib
import hashlib
import hmac
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_VERSION = b"\x01"


@cache
def _key(purpose: bytes, given: str = "") -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"jimu:" + purpose)
    return derive.derive((given or settings.JIMU_DATA_KEY).encode())


@cache
def _cipher(given: str = "") -> AESGCM:
    return AESGCM(_key(b"seal", given))


def seal(text: str) -> str:
    """Encrypt; the empty text stays empty. The result is URL-safe base64 of version, nonce and ciphertext."""
    if not text:
        return ""
    nonce = os.urandom(12)
    return base64.urlsafe_b64encode(_VERSION + nonce + _cipher().encrypt(nonce, text.encode(), _VERSION)).decode()


def unseal(sealed: str) -> str:
    """Decrypt, with the key in use or an earlier one.

    Raises cryptography's InvalidTag when no key or not this text is the one it was sealed with.
    """
    if not sealed:
        return ""
    raw = base64.urlsafe_b64decode(sealed)
    for earlier in ("", *settings.JIMU_DATA_KEYS_OLD):
        with contextlib.suppress(InvalidTag):
            return _cipher(earlier).decrypt(raw[1:13], raw[13:], raw[:1]).decode()
    raise InvalidTag


def blind_index(text: str) -> str:
    """A keyed digest to look an exact value up by; 32 hex digits, empty for the empty text."""
    if not text:
        return ""
    return hmac.new(_key(b"index"), text.encode(), hashlib.sha256).hexdigest()[:32]


def mask_phone(phone: str) -> str:
    """138****1234; short numbers keep their last two digits."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else f"***{phone[-2:]}"


def mask_id_number(number: str) -> str:
    """The first six and the last two characters."""
    return f"{number[:6]}{'*' * (len(number) - 8)}{number[-2:]}" if len(number) > 8 else "*" * len(number)


def mask_name(name: str) -> str:
    """张*, 张*明."""
    if len(name) < 2:
        return name
    return name[0] + "*" if len(name) == 2 else name[0] + "*" * (len(name) - 2) + name[-1]


def forget_keys() -> None:
    """Read the keys afresh from the settings."""
    _key.cache_clear()
    _cipher.cache_clear()
