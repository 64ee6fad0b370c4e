"""What no database keeps is refused where a request is read."""

import json

import pytest

SPOILED = {"a NUL": "a\0b", "half a character": "a\ud800"}


@pytest.fixture
def client(account, token, program):
    return program(token(account("commander")))


@pytest.mark.parametrize("where", ["value", "key", "deep"])
@pytest.mark.parametrize("text", [*SPOILED.values(), "\U0001f9f1 a\\u0000b 가"], ids=[*SPOILED, "a text that only looks so"])
def test_a_body_with_what_no_database_keeps_is_refused_and_says_so(client, text: str, where: str) -> None:
    body = {"value": {"kind": text}, "key": {text: 1}, "deep": {"more": [[{"x": [text]}]]}}[where]
    told = client.post("/api/v1/incidents", json.dumps(body), content_type="application/json")
    assert told.status_code == 422
    assert (told.json()["error"]["code"] == "unkept_characters") == (text in SPOILED.values())


def test_the_bytes_of_half_a_character_are_refused_like_its_escape(client) -> None:
    told = client.post("/api/v1/incidents", b'{"kind": "\xed\xa0\x80"}', content_type="application/json")
    assert (told.status_code, told.json()["error"]["code"]) == (422, "unkept_characters")


def test_a_query_is_read_as_strictly(client) -> None:
    assert client.get("/api/v1/people", {"q": "某"}).status_code == 200
    told = client.get("/api/v1/people", {"q": "某\0"})
    assert (told.status_code, told.json()["error"]["code"]) == (422, "unkept_characters")


def test_what_is_no_json_is_still_told_as_that(client) -> None:
    told = client.post("/api/v1/incidents", b'{"kind": ', content_type="application/json")
    assert (told.status_code, told.json()["error"]["code"]) == (400, "malformed")
