"""Printed codes for people without a phone: who a code means is known to the ledger alone, and a changed code is refused.

A code is `JP` (a person) or `JH` (a household) and base32 of 16 bytes of the ledger's id and 8 bytes of an HMAC-SHA256 over kind and id:
41 letters and digits, which a QR of 29 × 29 squares holds. It says nothing of whom it means, and holds as long as the ledger's row.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from jimu.people.intake import cells

PERSON, HOUSEHOLD = "P", "H"
MARK = 8
LONGEST, SHORTEST = 400, 24
OWN = re.compile(r"J([PH])([A-Z2-7]{39})")


@dataclass(frozen=True)
class Read:
    """What a scanned or typed code is: `kind` is person, household, id, foreign or bad (one of ours that was changed)."""

    kind: str
    id: UUID | None = None
    text: str = ""


@cache
def _key(given: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"jimu:screening").derive(given.encode())


def _mark(kind: str, raw: bytes, given: str) -> bytes:
    return hmac.digest(_key(given), kind.encode() + raw, "sha256")[:MARK]


def code_of(kind: str, row_id: UUID) -> str:
    """The code of a resident or a room."""
    body = row_id.bytes + _mark(kind, row_id.bytes, settings.JIMU_SIGN_KEY)
    return f"J{kind}" + base64.b32encode(body).decode().rstrip("=")


def read(words: str) -> Read:
    """What a code means. Nothing is raised: what is not ours and no ID number is somebody else's code."""
    plain = "".join(words.split())[:LONGEST]
    upper = plain.upper()
    if found := OWN.fullmatch(upper):
        return _own(found[1], found[2])
    if len(upper) > SHORTEST and upper[:2] in ("JP", "JH"):
        return Read("bad")
    if len(upper) in (15, 18):
        number, fault = cells.id_number(upper)
        if number and not fault:
            return Read("id", text=number)
    return Read("foreign", text=plain)


def _own(kind: str, text: str) -> Read:
    try:
        body = base64.b32decode(text + "=")
    except binascii.Error:
        return Read("bad")
    if base64.b32encode(body).decode().rstrip("=") != text:
        return Read("bad")
    raw, mark = body[:16], body[16:]
    keys = (settings.JIMU_SIGN_KEY, *settings.JIMU_SIGN_KEYS_OLD)
    if not any(hmac.compare_digest(mark, _mark(kind, raw, given)) for given in keys):
        return Read("bad")
    return Read("person" if kind == PERSON else "household", UUID(bytes=raw))
