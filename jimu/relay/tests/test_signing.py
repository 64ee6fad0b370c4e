"""Codes of posts: checked with the public key alone, true only as they were signed, and naming nobody."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from jimu.relay import signing
from jimu.relay.signing import BadCode, Code, CodeOver

DAY = date(2026, 4, 6)
NOON = datetime(2026, 4, 6, 4, tzinfo=UTC)


def code_of(use: int = signing.SHIFT) -> Code:
    return Code(use, uuid4(), DAY, NOON, NOON + timedelta(hours=4))


def test_a_code_is_read_with_nothing_but_the_public_key() -> None:
    code = code_of()
    text = signing.sign(code)
    assert signing.read(text, signing.public_keys()[:1]) == code
    assert len(text) == 123
    other = Ed25519PrivateKey.generate().public_key()
    raw = other.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    with pytest.raises(BadCode):
        signing.read(text, [raw])


@pytest.mark.parametrize(("minutes", "holds"), [(-1, False), (0, True), (240, True), (241, False)])
def test_a_code_holds_in_its_time(minutes: int, holds: bool) -> None:
    text = signing.sign(code_of())
    if holds:
        assert signing.read_now(text, NOON + timedelta(minutes=minutes))
    else:
        with pytest.raises(CodeOver):
            signing.read_now(text, NOON + timedelta(minutes=minutes))


def test_a_code_signed_with_the_earlier_key_is_still_read(settings) -> None:
    text = signing.sign(code_of())
    settings.JIMU_SIGN_KEYS_OLD = [settings.JIMU_SIGN_KEY]
    settings.JIMU_SIGN_KEY = "another secret"
    assert signing.read(text)
    settings.JIMU_SIGN_KEYS_OLD = []
    with pytest.raises(BadCode):
        signing.read(text)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 122), st.sampled_from("ABCxyz019-_"))
def test_a_code_that_was_changed_anywhere_is_none(place: int, letter: str) -> None:
    text = signing.sign(Code(signing.SHIFT, UUID(int=7), DAY, NOON, NOON + timedelta(hours=4)))
    changed = text[:place] + letter + text[place + 1 :]
    if changed != text:
        # Of the last letter four bits say nothing; the same bytes are the same code.
        try:
            assert signing.read(changed) == signing.read(text)
            assert place == 122
        except BadCode:
            pass


@pytest.mark.parametrize("text", ["", "x", "码", "A" * 123, "/" * 123, "A" * 5000])
def test_what_is_no_code_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadCode) as refused:
        signing.read(text)
    assert str(refused.value).endswith("。")
