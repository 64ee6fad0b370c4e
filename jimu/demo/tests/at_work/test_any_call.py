"""Every operation of the API on the sample, with ids that are there and bodies spoilt field by field, by every role and by nobody: answered or refused, never a failure, and what is refused is not half written.

`api/tests/test_schema.py` asks what the document allows, on a small grid where ids lead nowhere; here calls reach the actions.
"""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from jimu.core.tests.written import written
from jimu.grid.models import Unit
from jimu.people.models import Person

from .addresses import SCHEMA, Address, addresses, example, methods
from .conftest import Sample, often
from .test_any_operation import spoilt, undone

#: A session is kept alive by any request.
NOTED = {"django_session"}
CALLS = [(address, method) for address in addresses() if address.api and f"/{address.route}" not in ("/api/v1/openapi.json", "/api/v1/docs") for method, _body in methods(address)]
GROUPS = sorted({address.brick for address, _method in CALLS})


def told_of(address: Address, method: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["paths"][address.written][method]
    return found


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found


def bodies(told: dict[str, Any], ids: list[str]) -> st.SearchStrategy[Any]:
    """A body that the document allows, with some of its fields given or spoilt; ids are often those of the sample."""
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return st.just({})
    schema = resolved(content["schema"])
    sound, names = example(schema), list(schema.get("properties", {}))
    if not isinstance(sound, dict) or not names:
        return st.just(sound) | spoilt
    value = spoilt | st.sampled_from(ids) | st.lists(st.sampled_from(ids), max_size=2)
    known = st.sampled_from(names).flatmap(lambda name: st.tuples(st.just(name), st.just(example(schema["properties"][name])) | value))
    return st.lists(known, max_size=4).map(lambda more: {**sound, **dict(more)}) | spoilt


def queries(told: dict[str, Any], ids: list[str]) -> st.SearchStrategy[dict[str, str]]:
    names = [one["name"] for one in told.get("parameters", []) if one["in"] == "query"]
    words = st.sampled_from(["", "\x00", "1", "-1", "9" * 30, "NaN", "2026-02-30", "9999-12-31", "0001-01-01T00:00:00+14:00", "长" * 300, "true", *ids])
    return st.dictionaries(st.sampled_from(names), words, max_size=3) if names else st.just({})


@pytest.mark.parametrize("group", GROUPS)
def test_any_call_is_answered(at_work: Sample, group: str) -> None:
    root, ids = Unit.objects.get(depth=1), [str(at_work.here.pk), str(at_work.there.pk)]
    building = Unit.objects.filter(path__startswith=at_work.here.path, kind=Unit.Kind.BUILDING).order_by("path").first()
    clients = {}
    volunteer = Person.objects.filter(unit=at_work.here, account=None).order_by("pk").first()
    for role, unit, person in (
        ("commander", root, None), ("secretary", at_work.here, None), ("building_leader", building, None), ("member", at_work.here, volunteer), ("auditor", root, None),
    ):  # fmt: skip
        clients[role] = Client()
        clients[role].force_login(at_work.account(role, unit, person), backend="django.contrib.auth.backends.ModelBackend")
    clients["nobody"] = Client()
    for address, method in CALLS:
        paths = [path for path, _inside in address.filled(at_work.here, real=True)] if address.brick == group else []
        if not paths:
            continue
        told = told_of(address, method)
        roles = st.just("commander") | st.sampled_from(list(clients))

        @often(2)
        @given(path=st.sampled_from(paths), role=roles, body=bodies(told, ids), asked=queries(told, ids))
        def answered(path: str, role: str, body: Any, asked: dict[str, str]) -> None:
            with undone():
                sent = {} if method == "get" else {"data": json.dumps(body), "content_type": "application/json"}  # noqa: B023 - within the loop
                with written() as seen:
                    answer = getattr(clients[role], method)(path, query_params=asked, **sent)  # noqa: B023
                assert answer.status_code < 500
                assert answer.status_code < 400 or set(seen.tables) <= NOTED, f"refused with {answer.status_code}, and wrote {seen.tables}"

        answered()
