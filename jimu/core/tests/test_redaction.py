"""The last defence of logs: what looks like a phone number or an ID number is struck out, and nothing else."""

import io
import logging

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from jimu.core.redaction import RedactingFormatter, redact

ID = "999999198506150028"


@pytest.mark.parametrize(
    "number", ["13800138000", "138 0013 8000", "138-0013-8000", "+8613800138000", "86 13800138000", "１３８００１３８０００"]
)
def test_a_phone_number_is_struck_out(number: str) -> None:
    assert redact(f"call {number} now") == "call [phone] now"
    assert redact(f"电话：{number}，请回") == "电话：[phone]，请回"
    assert redact(f"电话{number}请回") == "电话[phone]请回"


@pytest.mark.parametrize("number", [ID, "99999919850615002x", "99999919850615002X", "999999850615002"])
def test_an_id_number_is_struck_out(number: str) -> None:
    assert redact(f"id='{number}'") == "id='[id number]'"


@pytest.mark.parametrize(
    "text",
    [
        "0199d8a0-1380-7000-8000-138001380000",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "2026-04-06 13:80:01,380 took 0.13800138000 s",
        "1760000000",
        "1760000000123",
        "9999991985061500281",
        "138001380001",
        "token_13800138000x",
    ],
)
def test_ids_digests_and_times_stay(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet="ab 、，:'\"", max_size=5), st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.sampled_from(["", " ", "，", "。", "'"]))
def test_no_phone_survives_between_words(before: str, number: str, after: str) -> None:
    assert number not in redact(f"{before} {number}{after}")


@pytest.mark.parametrize("logger", ["jimu.people", "django.request", "django.server", "django-q", "uvicorn.error", "anything"])
def test_every_logger_writes_through_it_message_arguments_and_traceback(logger: str) -> None:
    log, written = logging.getLogger(logger), io.StringIO()
    handlers = [*log.handlers]
    parent = log
    while parent.propagate and parent.parent:
        parent = parent.parent
        handlers += parent.handlers
    ours = [h for h in handlers if type(h) is logging.StreamHandler]
    assert ours
    assert all(isinstance(handler.formatter, RedactingFormatter) for handler in ours)
    streams = [handler.setStream(written) for handler in ours]
    try:
        raise ValueError("phone 13800138000")
    except ValueError:
        log.error("bad row: %s", {"phone": "13800138000", "id": ID}, exc_info=True)
    finally:
        for handler, stream in zip(ours, streams, strict=True):
            handler.setStream(stream)
    text = written.getvalue()
    assert "ValueError" in text
    assert "13800138000" not in text
    assert ID not in text


def test_the_settings_name_one_formatter_only() -> None:
    assert [f["()"] for f in settings.LOGGING["formatters"].values()] == ["jimu.core.redaction.RedactingFormatter"]
