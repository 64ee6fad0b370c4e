"""From what JSON holds to the engine's types, by their annotations; whatever does not fit is named by its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from jimu_engine.errors import BadFile, BadProblem
from jimu_engine.problem import LARGEST

T = TypeVar("T")
WORDS = {int: "a whole number", float: "a number", str: "a text", bool: "true or false", date: "a date like 2026-03-31"}


def at(path: str, name: str) -> str:
    """The path of a field."""
    return f"{path}.{name}" if path else name


def record(kind: type[T], value: object, path: str) -> T:
    """A dataclass from an object. Raises BadFile; what the class itself refuses is told with the path too."""
    if not isinstance(value, dict):
        raise BadFile(path, "must be an object")
    anything: Any = kind
    hints = _hints(anything)
    for name in value.keys() - hints.keys():
        raise BadFile(at(path, name), "there is no such field")
    for name in _required(anything) - value.keys():
        raise BadFile(at(path, name), "is missing")
    found = {name: decode(hints[name], part, at(path, name)) for name, part in value.items()}
    try:
        return kind(**found)
    except BadProblem as error:
        raise BadFile(path, str(error)) from error


def decode(hint: Any, value: object, path: str) -> Any:
    """A value of the annotated type. Raises BadFile."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType or (origin is not None and NoneType in inner):
        wanted = next(part for part in inner if part is not NoneType)
        return None if value is None else decode(wanted, value, path)
    if is_dataclass(hint):
        return record(hint, value, path)  # type: ignore[arg-type]
    if origin in (tuple, frozenset):
        return _several(origin, inner, value, path)
    if origin is Mapping:
        return _mapping(inner, value, path)
    return _scalar(hint, value, path)


def _several(origin: Any, inner: tuple[Any, ...], value: object, path: str) -> Any:
    if not isinstance(value, list):
        raise BadFile(path, "must be a list")
    if origin is tuple and inner[-1] is not Ellipsis:
        if len(value) != len(inner):
            raise BadFile(path, f"must have {len(inner)} parts, has {len(value)}")
        return tuple(decode(hint, part, f"{path}[{i}]") for i, (hint, part) in enumerate(zip(inner, value, strict=True)))
    return origin(decode(inner[0], part, f"{path}[{i}]") for i, part in enumerate(value))


def _mapping(inner: tuple[Any, ...], value: object, path: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise BadFile(path, "must be an object")
    found = {}
    for name, part in value.items():
        place = f"{path}[{name!r}]"
        try:
            key = int(name) if inner[0] is int else name
        except ValueError:
            raise BadFile(place, "the name must be a whole number") from None
        found[key] = decode(inner[1], part, place)
    return found


def _scalar(hint: Any, value: object, path: str) -> Any:
    if hint is date and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise BadFile(path, f"must be {WORDS[date]}, is {value!r}") from None
    # JSON's true is Python's 1: a number must not be taken for it, nor the other way round.
    fits = isinstance(value, int | float) if hint is float else isinstance(value, hint)
    if not fits or (isinstance(value, bool) and hint is not bool):
        raise BadFile(path, f"must be {WORDS[hint]}, is {value!r}")
    if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
        raise BadFile(path, f"must be finite and lie between -{LARGEST} and {LARGEST}")
    return float(value) if hint is float and not isinstance(value, bool) else value  # type: ignore[arg-type]


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind) if get_origin(hints[item.name]) is not ClassVar}


@cache
def _required(kind: Any) -> frozenset[str]:
    return frozenset(item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING)
