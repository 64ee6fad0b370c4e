"""The OpenAPI document is true: whatever it allows is answered as it says to whoever asks, never with a failure, and what is refused is not half written."""

import json
import re
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from jimu.api.models import ApiToken
from jimu.api.mount import api
from jimu.core import clock
from jimu.core.tests.written import written
from jimu.people.models import Person

DOCUMENT = "/api/v1/openapi.json"
#: Requests of each operation that are drawn. Drawing takes longer than answering, so those of the lower roles are sent by each of them:
#: that costs a role a few seconds. A volunteer is a member who stands on the register.
CALLERS = {"commander": (10, ["commander"]), "others": (2, ["secretary", "building_leader", "volunteer", "nobody"])}
#: When a token was used is noted whatever becomes of the request.
NOTED = {ApiToken._meta.db_table}


def operations() -> list[tuple[str, str]]:
    paths = api.get_openapi_schema()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def test_the_document_is_served_and_names_every_refusal(db) -> None:
    document = Client().get(DOCUMENT).json()
    assert document["openapi"].startswith("3.1")
    for path in document["paths"].values():
        for operation in path.values():
            assert {"401", "403", "404", "422"} <= set(operation["responses"])
            assert operation["security"]


def test_no_page_of_the_api_fetches_from_elsewhere(db) -> None:
    assert Client().get("/api/v1/docs").status_code == 404


@pytest.mark.parametrize(("method", "path"), operations())
def test_every_operation_is_closed_to_nobody(db, method: str, path: str) -> None:
    filled = re.sub(r"{\w+_id}", "0199d8a0-0000-7000-8000-000000000000", path)
    answer = Client().generic(method.upper(), filled, b"{}", content_type="application/json")
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "sign_in_needed"


@pytest.fixture(scope="module")
def schema() -> Any:
    """The document, read once: that takes longer than all the requests to an operation."""
    loaded = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
    loaded.app, loaded.location = get_wsgi_application(), DOCUMENT
    return loaded


@pytest.fixture
def service(db, settings, tmp_path, schema: Any):
    """The service as WSGI, within the test's transaction: it may not close the connection between requests."""
    settings.JIMU_HOME = tmp_path
    both = (signals.request_started, signals.request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield schema
    for signal in both:
        signal.connect(close_old_connections)


@pytest.fixture
def headers(account, grid, token) -> Callable[[str], dict[str, str]]:
    """With what a role asks: its token, or nothing."""

    def of(role: str) -> dict[str, str]:
        if role == "nobody":
            return {}
        asking = account("member" if role == "volunteer" else role, "和风" if role == "commander" else "甲")
        if role == "volunteer":
            asking.person = Person.objects.create(name="某某", unit=grid["甲"], created_at=clock.now(), updated_at=clock.now())
            asking.save()
        return {"Authorization": f"Bearer {token(asking)}"}

    return of


@pytest.mark.parametrize(("method", "path"), operations())
@pytest.mark.parametrize("callers", list(CALLERS))
def test_what_the_document_allows_is_answered_as_it_says(service, headers, callers: str, method: str, path: str) -> None:
    examples, roles = CALLERS[callers]
    sent = {role: headers(role) for role in roles}
    operation = service[path][method.upper()]

    @hypothesis.settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy())
    def answered(case: Any) -> None:
        for role in roles:
            hypothesis.note(role)
            with written() as seen:
                response = case.call(headers=sent[role])
            assert response.status_code < 400 or set(seen.tables) <= NOTED, f"refused with {response.status_code}, and wrote {seen.tables}"
            assert role != "nobody" or response.status_code == 401
            case.validate_response(
                response,
                checks=[
                    schemathesis.checks.not_a_server_error,
                    schemathesis.specs.openapi.checks.status_code_conformance,
                    schemathesis.specs.openapi.checks.content_type_conformance,
                    schemathesis.specs.openapi.checks.response_schema_conformance,
                ],
            )

    answered()
