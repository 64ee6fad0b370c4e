"""The OpenAPI document is true: whatever it allows is answered as it says, and never with a failure."""

import json
import re
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from jimu.api.mount import api

DOCUMENT = "/api/v1/openapi.json"
EXAMPLES = {"commander": 10, "member": 3}


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


@pytest.mark.parametrize(("method", "path"), operations())
@pytest.mark.parametrize("role", list(EXAMPLES))
def test_what_the_document_allows_is_answered_as_it_says(
    service, account, token, role: str, method: str, path: str
) -> None:
    secret = token(account(role))
    operation = service[path][method.upper()]

    @hypothesis.settings(
        max_examples=EXAMPLES[role], deadline=None, derandomize=True, database=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy())
    def answered(case: Any) -> None:
        response = case.call(headers={"Authorization": f"Bearer {secret}"})
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
