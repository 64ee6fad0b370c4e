"""Every address of the house, with ids of another neighborhood: who serves elsewhere is refused, or shown nothing of it.

The addresses are those that Django knows, pages and the API alike; a new one is tried without being named here. For each id a row of the
other neighborhood is found by its name (`need_id`: a need), or made.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from jimu.field.households.models import Resident
from jimu.grid.models import Unit
from jimu.people.models import Person

from .addresses import ALL, Address, ask, methods, signed_in
from .conftest import Sample

# Who may read what is decided by paths and not by the kind of database; the second pass would tell nothing new.
pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on every database")
#: What everybody may read, and why.
OPEN = {
    "supplies/given/<uuid:unit_id>/": "a public notice of what was given, without an account",
}  # fmt: skip
#: Lists of lines that are answered line by line, each refused.
LINES = {"api/v1/households/rounds/<uuidstr:round_id>/knocks", "api/v1/screening/rounds/<uuidstr:round_id>/sites/<uuidstr:site_id>/scans"}
#: What not even the commander is shown: the uploads of another account, the seats of another person, and what there is none of.
UNPROVEN = {
    "households/import/<uuid:job_id>/", "households/import/<uuid:job_id>/marked/<int:number>/", "api/v1/people/intakes/<uuidstr:intake_id>", "people/intake/<uuid:upload_id>/",
    "people/intake/<uuid:upload_id>/marked/<int:number>/", "people/intake/<uuid:upload_id>/progress/", "relay/me/seats/<uuid:assignment_id>/",
    "relay/me/seats/<uuid:assignment_id>/card/", "relay/me/seats/<uuid:assignment_id>/others/", "api/v1/relay/stand-down/<uuidstr:incident_id>",
    "relay/stand-down/<uuid:incident_id>/", "teams/incidents/<uuid:incident_id>/forming/<uuid:job_id>/", "teams/allotments/<uuid:allotment_id>/people/<uuid:person_id>/",
    # Only who leads the team is shown its day.
    "board/next/group/<uuid:team_id>/", "board/next/group/<uuid:team_id>/list/", "api/v1/board/group/<team_id>",
}  # fmt: skip


def said(answer: Any) -> str:
    """All text of an answer; a workbook's too."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if raw[:2] == b"PK":
        whole = zipfile.ZipFile(io.BytesIO(raw))
        raw = b"".join(whole.read(name) for name in whole.namelist())
    return raw.decode(errors="replace")


def readers(sample: Sample) -> dict[str, Client]:
    """Who serves in another neighborhood, and nobody in particular."""
    building = Unit.objects.filter(path__startswith=sample.there.path, kind=Unit.Kind.BUILDING).order_by("path").first()
    person = Person.objects.filter(unit=sample.there, account=None).order_by("pk").first()
    accounts = {
        "building leader": sample.account("building_leader", building), "volunteer": sample.account("member", sample.there, person),
        "block leader": sample.account("block_leader", sample.there),
    }  # fmt: skip
    return {role: signed_in(account) for role, account in accounts.items()}


def names_of(place: Unit) -> set[str]:
    """Names that only people of a place have."""
    here = set(Person.objects.filter(unit__path__startswith=place.path).values_list("name", flat=True))
    here |= {one.name for one in Resident.objects.filter(room__building__path__startswith=place.path)}
    return {name for name in here - set(Person.objects.exclude(unit__path__startswith=place.path).values_list("name", flat=True)) if len(name) > 2}


@contextmanager
def writes() -> Iterator[list[str]]:
    """The statements that change rows, but of sessions."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in sql:
            found.append(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note), transaction.atomic():
        yield found
        transaction.set_rollback(True)




BRICKS = sorted({one.brick for one in ALL})


@pytest.mark.parametrize("brick", BRICKS)
def test_who_serves_elsewhere_is_refused_or_shown_nothing_of_it(at_work: Sample, brick: str) -> None:
    commander, others = signed_in(at_work.account("commander", Unit.objects.get(depth=1))), readers(at_work)
    names, faults, unproven = names_of(at_work.here), [], []
    for address in (one for one in ALL if one.brick == brick):
        for method, body in methods(address):
            statuses = set()
            for path, inside in address.filled(at_work.here):
                # One page that is shown to the commander proves that its ids lead somewhere.
                if method == "get" and statuses <= {404}:
                    with writes():
                        statuses.add(ask(commander, method, path, body, api_call=address.api).status_code)
                for role, client in others.items():
                    with writes() as written:
                        answer = ask(client, method, path, body, api_call=address.api)
                        told = said(answer)
                    if fault := wrong(address, method, answer, inside, written) or named(told, names):
                        faults.append(f"{role}: {method} {path} ({address.route}): {answer.status_code} {fault}")
            if method == "get" and statuses == {404}:
                unproven.append(address.route)
    assert not faults, "\n".join(faults)
    # An id of the wrong table would be refused to everybody, and prove nothing.
    assert set(unproven) <= UNPROVEN, "\n".join(sorted(set(unproven) - UNPROVEN))


def named(told: str, names: set[str]) -> str:
    found = sorted(name for name in names if name in told)
    return f"names {found}" if found else ""


def wrong(address: Address, method: str, answer: Any, inside: bool, written: list[str]) -> str:
    """What is wrong with an answer to somebody who serves elsewhere; empty when nothing is."""
    if answer.status_code >= 500:
        return "broke"
    if method != "get":
        return f"wrote {written[:2]}" if written else "done" if address.api and answer.status_code < 400 and address.route not in LINES else ""
    return "shown" if answer.status_code < 300 and inside and address.route not in OPEN else ""
