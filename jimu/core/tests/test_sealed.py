"""Personal data at rest: sealed, found by exact value only, masked on screen."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from jimu.core import sealed

PHONE = "10000001234"


@pytest.fixture
def _other_key():
    def forget() -> None:
        for cached in (sealed._key, sealed._cipher):
            cached.cache_clear()

    forget()
    with override_settings(JIMU_DATA_KEY="another-key-of-another-office"):
        yield
    forget()


@given(st.text(min_size=1))
def test_what_was_sealed_is_read_back(text: str) -> None:
    assert sealed.unseal(sealed.seal(text)) == text


@given(st.text(min_size=1))
def test_one_value_is_sealed_differently_each_time(text: str) -> None:
    assert sealed.seal(text) != sealed.seal(text)


def test_the_empty_text_stays_empty() -> None:
    assert sealed.seal("") == sealed.unseal("") == sealed.blind_index("") == ""


def test_the_value_cannot_be_seen_in_what_is_stored() -> None:
    stored = sealed.seal(PHONE)
    assert PHONE not in stored
    assert PHONE.encode() not in base64.urlsafe_b64decode(stored)
    assert PHONE not in sealed.blind_index(PHONE)


@given(st.integers(0, 39))
def test_a_changed_byte_is_noticed(place: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(sealed.seal(PHONE)))
    raw[place % len(raw)] ^= 1
    with pytest.raises(InvalidTag):
        sealed.unseal(base64.urlsafe_b64encode(bytes(raw)).decode())


def test_another_installation_cannot_read_it(request: pytest.FixtureRequest) -> None:
    stored, index = sealed.seal(PHONE), sealed.blind_index(PHONE)
    assert sealed.unseal(stored) == PHONE
    request.getfixturevalue("_other_key")
    with pytest.raises(InvalidTag):
        sealed.unseal(stored)
    assert sealed.blind_index(PHONE) != index


@given(st.text(), st.text())
def test_two_values_share_an_index_only_when_they_are_equal(one: str, other: str) -> None:
    assert (sealed.blind_index(one) == sealed.blind_index(other)) == (one == other)


@pytest.mark.parametrize(
    ("phone", "shown"), [("10000001234", "100****1234"), ("02112345678", "021****5678"), ("12345", "***45"), ("", "")]
)
def test_a_phone_is_masked(phone: str, shown: str) -> None:
    assert sealed.mask_phone(phone) == shown


@given(st.text("0123456789X", min_size=1, max_size=20))
def test_a_masked_id_number_keeps_its_length_and_hides_its_middle(number: str) -> None:
    shown = sealed.mask_id_number(number)
    assert len(shown) == len(number)
    assert set(shown[6:-2]) <= {"*"}


@pytest.mark.parametrize(("name", "shown"), [("张", "张"), ("张伟", "张*"), ("张小明", "张*明"), ("买买提·阿里", "买****里")])
def test_a_name_is_masked(name: str, shown: str) -> None:
    assert sealed.mask_name(name) == shown
