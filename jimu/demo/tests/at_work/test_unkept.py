"""Words that PostgreSQL does not keep (NUL, half a character) are refused at every door, in a typed answer: pages, the API, phones."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client

from jimu.core.ids import new_id
from jimu.grid.models import Unit
from jimu.sync import registry
from jimu.sync.tests.conftest import Phone

from .addresses import WORDS, Address, addresses, methods
from .conftest import Sample
from .test_any_operation import op

SPOILT = {"a NUL": "a\0b", "half a character": "a\ud800"}
#: Phones' own doors read by themselves; their operations are below.
PHONES = ("sync/enrol", "sync/heartbeat", "sync/operations", "sync/pack", "sync/scan", "sync/photos/<uuid:photo_id>/<int:number>", "sync/wiped")
spoilt = pytest.mark.parametrize("word", SPOILT.values(), ids=SPOILT)


def written(address: Address) -> str:
    """An address with ids of nothing: what is asked is judged before anything is looked for."""
    ids = {"uuid": str(new_id()), "int": "1"}
    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: ids.get(found[1]) or (str(new_id()) if found[2].endswith("_id") else WORDS.get(found[2], "x")), address.route)


@pytest.fixture
def commander(at_work: Sample) -> Client:
    client = Client()
    client.force_login(at_work.account("commander", Unit.objects.get(depth=1)), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_page_refuses_what_cannot_be_kept_in_its_question_and_in_its_form(commander: Client) -> None:
    told = {}
    for address in addresses():
        if not address.api and address.route not in PHONES:
            path, pairs = written(address), {"anything": "a\0b"}
            told[address.route] = {commander.get(path, pairs).status_code, commander.post(path, urlencode(pairs), content_type="application/x-www-form-urlencoded").status_code}
    assert len(told) > 100
    assert {route: statuses for route, statuses in told.items() if statuses != {422}} == {}


def test_words_within_an_address_are_judged_too(commander: Client) -> None:
    assert ["不能保存的字符" in commander.get(f"/relay/scan/{word}/").content.decode() for word in ("a%00b", "ab")] == [True, False]


@spoilt
def test_every_operation_of_the_api_refuses_it_in_its_body(commander: Client, word: str) -> None:
    def told() -> Iterator[tuple[str, int, str]]:
        for address in addresses():
            for method, body in methods(address) if address.api else ():
                if method != "get" and body != {}:
                    answer = getattr(commander, method)(written(address), json.dumps({"anything": [word]}), "application/json")
                    yield f"{method} {address.route}", answer.status_code, answer.json()["error"]["code"]

    found = list(told())
    assert len(found) > 50
    assert [one for one in found if one[1:] != (422, "unkept_characters")] == []


@spoilt
@pytest.mark.parametrize("kind", sorted(registry.kinds()))
def test_every_kind_that_a_phone_sends_refuses_it(phone: Phone, kind: str, word: str) -> None:
    assert [one["code"] for one in phone.send(op(phone, kind, {"anything": [word]}), op(phone, kind, {word: 1}))] == ["malformed"] * 2
