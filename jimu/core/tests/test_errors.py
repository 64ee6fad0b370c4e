"""Errors are classes with a code, a sentence and data, and become answers in one place."""

import json

import pytest
from django.test import RequestFactory
from django.utils import translation

from jimu.core import answers, errors
from jimu.core.errors import Conflict, Invalid, JimuError, NotFound, NotPermitted

ALL = (JimuError, Invalid, NotFound, NotPermitted, Conflict)


@pytest.mark.parametrize("kind", ALL)
def test_every_error_has_a_sentence_that_ends(kind: type[JimuError]) -> None:
    assert str(kind()).endswith("。")


def test_every_error_has_its_own_code() -> None:
    assert len({kind.code for kind in ALL}) == len(ALL)


def test_a_sentence_code_and_data_given_on_the_spot_are_kept() -> None:
    error = Conflict("有人刚刚发布了排班。", code="published", version=3)
    assert answers.as_json(error) == {
        "error": {"code": "published", "message": "有人刚刚发布了排班。", "data": {"version": 3}}
    }
    assert Conflict().code == "conflict"


def test_the_exception_text_that_logs_show_is_the_code() -> None:
    assert Exception.__str__(NotFound(unit="甲一")) == "not_found"


def test_the_sentence_speaks_the_language_of_the_reader_not_of_the_writer() -> None:
    error = NotPermitted()
    with translation.override("zh-hans"):
        assert str(error) == "您没有做这件事的权限。需要时请联系指挥长开通。"


@pytest.mark.parametrize(("kind", "status"), [(Invalid, 422), (NotFound, 404), (NotPermitted, 403), (Conflict, 409)])
def test_the_api_answers_with_the_status_and_the_envelope(kind: type[errors.JimuError], status: int) -> None:
    answer = answers.answer(RequestFactory().get("/api/v1/board"), kind(field="x"))
    assert answer.status_code == status
    assert json.loads(answer.content)["error"] == {"code": kind.code, "message": str(kind()), "data": {"field": "x"}}


def test_the_middleware_leaves_other_exceptions_alone() -> None:
    middleware = answers.ErrorMiddleware(lambda request: None)  # type: ignore[arg-type,return-value]
    request = RequestFactory().get("/api/v1/board")
    assert middleware.process_exception(request, ValueError()) is None
    assert middleware.process_exception(request, NotFound()).status_code == 404


@pytest.mark.parametrize(
    ("method", "referer", "kind", "back"),
    [
        ("post", "http://testserver/roster/1/?week=2", Conflict, "/roster/1/?week=2"),
        ("get", "http://testserver/people/", NotFound, "/people/"),
        ("get", "http://testserver/here/", NotPermitted, ""),
        ("post", "http://testserver/roster/1/", NotFound, ""),
        ("post", "http://elsewhere.example/roster/1/", Conflict, ""),
        ("post", "javascript:alert(1)", Conflict, ""),
        ("post", "", Conflict, ""),
    ],
)
def test_the_page_leads_back_to_where_the_person_was(method: str, referer: str, kind: type[JimuError], back: str) -> None:
    request = getattr(RequestFactory(), method)("/here/", HTTP_REFERER=referer)
    page = answers.answer(request, kind()).content.decode()
    assert ("回到刚才的页面" in page) == bool(back)
    assert f'href="{back or "/"}"' in page
