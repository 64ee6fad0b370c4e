"""The JSON API of playbooks."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from jimu.core import clock
from jimu.core.permissions import Actor
from jimu.playbooks import actions
from jimu.playbooks.library import find, shelf
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Playbook

router = Router()


class Text(Schema):
    """A playbook's text (YAML)."""

    text: str


def _actor(request: HttpRequest, right: str) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    actor.require(right)
    return actor


def _brief(playbook: Playbook) -> dict[str, Any]:
    levels = [{"code": code, "title": level.title, "colour": level.colour} for code, level in playbook.levels.items()]
    return {"name": playbook.name, "version": playbook.version, "title": playbook.title, "hazard": playbook.hazard, "levels": levels}


@router.get("")
def list_playbooks(request: HttpRequest) -> dict[str, Any]:
    """The newest version of each playbook, and the files that are broken."""
    _actor(request, "playbooks.view")
    found = shelf()
    broken = [{"file": file.file, "faults": file.faults} for file in found.broken]
    return {"playbooks": [_brief(playbook) for playbook, _text in found.playbooks], "broken": broken}


@router.post("/check")
def check(request: HttpRequest, body: Text) -> dict[str, Any]:
    """Check a text; 422 with every fault by line."""
    _actor(request, "playbooks.view")
    return _brief(parse(body.text))


@router.get("/{name}")
def show(request: HttpRequest, name: str) -> dict[str, Any]:
    """One playbook, whole, with its text."""
    _actor(request, "playbooks.view")
    playbook, text = find(name)
    return {**playbook.model_dump(), "text": text}


@router.post("", response={201: dict[str, Any]})
def add(request: HttpRequest, body: Text) -> Any:
    """Put a playbook onto the shelf."""
    return Status(201, _brief(actions.add(actor=_actor(request, "playbooks.add"), at=clock.now(), text=body.text)))
