"""Every address that Django knows, written out with ids of a place; how each is asked, and with what body."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, get_resolver

from jimu.accounts.models import Account
from jimu.api.mount import api
from jimu.core.ids import new_id
from jimu.grid.models import Unit

from .rows import row, way_to_unit

#: Ids whose table has another name, by the brick's first folder where it matters.
CALLED = {
    "dependant": "transfer.Dependant", "seat": "roster.Assignment", "teams.seat": "teams.Seat", "relay.item": "relay.HandoverItem", "answer": "households.Answer",
    "form": "households.SurveyForm", "ask": "calls.OrganisationAsk", "relay.entry": "relay.ServiceEntry", "entry": "core.JournalEntry", "key": "transfer.Key",
    "question": "incidents.OrderQuestion", "teams.request": "teams.LoanRequest", "request": "relay.SeatRequest", "patrol.round": "patrol.PatrolRound", "building": "grid.Unit",
    "leader": "supplies.BuyLeader", "intake": "core.Job", "upload": "core.Job", "token": "api.ApiToken", "session": "training.TrainingSession",
    "transfer.disinfection": "transfer.Disinfection", "listing": "transfer.Listing", "row": "people.UnitLeader", "shift": "roster.Shift", "assignment": "roster.Assignment",
    "post": "incidents.Post", "loan": "teams.Loan", "photo": "sync.Photo", "medicine.photo": "medicine.Photo", "channel": "outbox.Channel", "plan": "supplies.Plan",
    "incidents.order": "incidents.Order", "medicine.order": "medicine.Order", "person": "people.Person", "absentee": "absences.Absentee",
}  # fmt: skip
#: What stands in an address besides ids.
WORDS = {
    "number": "1", "act": "done", "verb": "stop", "what": "come", "kind": "offer", "how": "write_off", "ending": "csv", "name": "epidemic-lockdown", "qualification": "scanning",
}  # fmt: skip
#: Addresses that are keys themselves: who knows them may use them, whoever they are; the tests of their bricks have what they show.
KEYS = {"token", "secret", "word", "receipt", "code"}


@dataclass(frozen=True)
class Address:
    """One address: how it is written, and its arguments."""

    route: str
    api: bool

    @property
    def arguments(self) -> list[str]:
        return [one.rpartition(":")[2] for one in re.findall(r"<([^>]+)>", self.route)]

    @property
    def written(self) -> str:
        """As the API's document writes it."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", "/" + self.route)

    @property
    def brick(self) -> str:
        parts = self.route.split("/")
        return parts[2] if self.api else parts[0]

    def table(self, argument: str) -> type[Model] | None:
        """The table of an id; None for what is a word."""
        name = argument.removesuffix("_id")
        if name == argument:
            return None
        label = CALLED.get(f"{self.brick}.{name}") or CALLED.get(name)
        if label is None:
            folders = {"join": "signup", "rosters": "roster", "board": "command", "me": "own", "system": "core", "tokens": "api", "jobs": "core"}
            own = folders.get(self.brick, self.brick)
            for model in sorted(apps.get_models(), key=lambda one: one._meta.app_label != own):
                if model.__module__.startswith("jimu.") and model.__name__.lower() == name.replace("_", ""):
                    return model
            raise LookupError(f"{self.route}: no table for {argument}")
        return apps.get_model(label)

    def filled(self, place: Unit, *, real: bool = False) -> list[tuple[str, bool]]:
        """The address with ids of a place, and whether any of them lies inside it; for each kind of unit there, where it asks for one.

        With `real` ids the sample has made them: a row with as little as its table asks for may break its page.
        """
        models = {one: self.table(one) for one in self.arguments}
        units = [row(Unit, place, kind=kind) for kind in Unit.Kind.values] if Unit in models.values() else [place]
        found = []
        for unit in filter(None, units):
            rows = {one: unit if model is Unit else row(model, place, real=real) for one, model in models.items() if model}
            if None in rows.values():
                continue
            inside = any(lies_in(one, place) for one in rows.values())
            words = {one: str(rows[one].pk) if one in rows else WORDS[one] for one in models}
            found.append(("/" + re.sub(r"<([^>]+)>", lambda match: words[match[1].rpartition(":")[2]], self.route), inside))  # noqa: B023
        return found


def lies_in(one: Model, place: Unit) -> bool:
    way = way_to_unit(type(one))
    return way is not None and type(one)._default_manager.filter(**{f"{way}__path__startswith".lstrip("_"): place.path}, pk=one.pk).exists()


def addresses() -> Iterator[Address]:
    def walk(patterns: Any, so_far: str) -> Iterator[str]:
        for one in patterns:
            route = so_far + str(one.pattern)
            yield from [route] if isinstance(one, URLPattern) else walk(one.url_patterns, route)

    for route in dict.fromkeys(walk(get_resolver().url_patterns, "")):
        yield Address(route, route.startswith("api/"))


ALL = [one for one in addresses() if one.arguments and not KEYS & set(one.arguments)]


def signed_in(account: Account) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


SCHEMA = json.loads(json.dumps(api.get_openapi_schema(), default=str))


def body_of(told: dict[str, Any]) -> Any:
    """A small body that the document allows."""
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    return example(content["schema"]) if content else {}


def example(schema: dict[str, Any]) -> Any:
    """Something of a schema."""
    if "$ref" in schema:
        return example(SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema or "allOf" in schema:
        return example((schema.get("anyOf") or schema["allOf"])[0])
    if "enum" in schema or "const" in schema:
        return schema["enum"][0] if "enum" in schema else schema["const"]
    kind, form = schema.get("type"), schema.get("format", "")
    if kind == "object":
        return {name: example(schema["properties"][name]) for name in schema.get("required", [])}
    if kind == "array":
        return [example(schema["items"])]
    plain: dict[str, Any] = {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1), "boolean": False}
    said = {"uuid": str(new_id()), "uuidstr": str(new_id()), "date-time": "2026-11-24T10:00:00+08:00", "date": "2026-11-24", "time": "08:00:00"}
    return plain[kind] if kind in plain else said.get(form, "好" * max(1, schema.get("minLength", 1)))


def ask(client: Client, method: str, path: str, body: Any, *, api_call: bool) -> Any:
    more = {"data": json.dumps(body), "content_type": "application/json"} if api_call and method != "get" else {"data": body}
    return getattr(client, method)(path, **more)


def methods(address: Address) -> list[tuple[str, Any]]:
    """How an address is asked: a page both ways, the API as its document says, with a body that it allows."""
    if not address.api:
        return [("get", {}), ("post", {})]
    return [(method, body_of(told)) for method, told in SCHEMA["paths"].get(address.written, {}).items()]
