"""A row of any table that lies on a part of the grid: one that stands there, else one made with as little as its table asks for."""

from collections import deque
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from django.db import models

from jimu.accounts.models import Account
from jimu.core import clock, sealed
from jimu.core.ids import new_id
from jimu.field.households.models import FormVersion, Room
from jimu.grid.models import Unit

#: What a table's own rules ask for beyond that, for a place.
ASKED: dict[str, dict[str, Callable[[Unit], Any]]] = {
    "teams.Loan": {"to_unit": lambda place: Unit.objects.exclude(path__startswith=place.path).order_by("path").last()},
    "sync.Device": {"account": lambda _place: Account.objects.order_by("pk").first()},
    "sync.Operation": {"kind": lambda _place: "households.visit", "scope": lambda place: place.path, "payload": lambda _place: {}},
    "sync.Conflict": {"scope": lambda place: place.path},
    "sync.Photo": {"scope": lambda place: place.path, "image_sealed": lambda _place: sealed.seal("eA=="), "subject": lambda place: f"room:{row(Room, place).pk}"},
    "api.ApiToken": {"account": lambda _place: Account.objects.order_by("pk").first()},
    "households.FormVersion": {"definition": lambda _place: FormVersion.objects.order_by("pk").first().definition},
    "training.TrainingSession": {"course": lambda _place: "ppe"},
}  # fmt: skip


def way_to_unit(model: type[models.Model]) -> str | None:
    """The shortest chain of foreign keys from a table to the unit that its rows lie in, such as `order__unit`; None when there is none."""
    if model is Unit:
        return ""
    waiting = deque([(model, "", 0)])
    seen = {model}
    while waiting:
        at, so_far, steps = waiting.popleft()
        keys = [field for field in at._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        for field in sorted(keys, key=lambda one: (one.null, one.name != "unit")):
            if field.related_model is Unit:
                return so_far + field.name
        for field in keys:
            if field.related_model not in seen and steps < 4 and not field.null:
                seen.add(field.related_model)
                waiting.append((field.related_model, f"{so_far}{field.name}__", steps + 1))
    return None


def row(model: type[models.Model], place: Unit, *, real: bool = False, **kept: Any) -> Any:
    """A row inside a place, the same one each time; None where there is no unit of a kind that is asked for, or no `real` row of the sample's."""
    way = way_to_unit(model)
    rows = model._default_manager.filter(**kept).order_by("pk")
    if model._meta.label in ("sync.Conflict", "sync.Photo"):
        found = rows.filter(scope__startswith=place.path).first()
        return found or (None if real else make(model, place))
    if way is None:
        return rows.last() or (None if real else make(model, place))
    found = rows.filter(**{f"{way}__path".lstrip("_") + "__startswith": place.path}).first()
    return found or (None if model is Unit or real else make(model, place))


def make(model: type[models.Model], place: Unit) -> Any:
    """A new row, with rows of the place wherever it leads to."""
    given: dict[str, Any] = {name: value(place) for name, value in ASKED.get(model._meta.label, {}).items()}
    for field in model._meta.concrete_fields:
        if field.name in given or isinstance(field, models.AutoField) or (field.primary_key and field.has_default()):
            continue
        if isinstance(field, models.ForeignKey):
            if not field.null:
                given[field.name] = place if field.related_model is Unit else row(field.related_model, place)
        elif not field.has_default() and not field.null:
            given[field.name] = _value(field)
    return model._default_manager.create(**given)


def _value(field: "models.Field[Any, Any]") -> Any:
    if field.choices:
        return next(iter(field.choices))[0]
    if isinstance(field, models.DateTimeField):
        return clock.now() + timedelta(hours="end" in field.name or "until" in field.name)
    for kind, value in ((models.DateField, date(2026, 11, 24)), (models.TimeField, time(9)), (models.UUIDField, new_id()), (models.BooleanField, False),
                        (models.IntegerField, 1), (models.JSONField, {}), (models.DecimalField, 1), (models.FloatField, 1.0)):  # fmt: skip
        if isinstance(field, kind):
            return value
    if field.name.endswith("_sealed"):
        return sealed.seal("")
    return f"x{new_id().hex[-12:]}"[: field.max_length or 13]


