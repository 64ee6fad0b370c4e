"""Writes of playbooks: an office's own file onto the shelf."""

import os
import tempfile
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from jimu.core import journal, locks
from jimu.core.errors import Conflict
from jimu.core.permissions import Actor
from jimu.grid.models import Unit
from jimu.playbooks.library import all_playbooks, own_folder
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Playbook


def add(*, actor: Actor, at: datetime, text: str, file: str = "playbook.yaml") -> Playbook:
    """Put a checked playbook onto the shelf. Raises Invalid for faults, Conflict for a version that is not newer.

    Files are only added: what an earlier version said stays readable, and incidents keep the text they started with.
    """
    with transaction.atomic():
        locks.hold("playbooks")
        # A playbook serves the whole subdistrict, so it takes the right on all of it.
        actor.require("playbooks.add", Unit.objects.filter(depth=1).values_list("path", flat=True).first() or "")
        playbook = parse(text, file=file)
        present = {p.name: p.version for p, _text in all_playbooks()}.get(playbook.name, 0)
        if playbook.version <= present:
            words = _("“{title}”已经有第 {version} 版，请把 version 改成 {next} 或更大。")
            raise Conflict(words.format(title=playbook.title, version=present, next=present + 1), code="version_taken")
        data = {"name": playbook.name, "version": playbook.version}
        journal.record(actor=actor, at=at, verb="playbooks.added", target=f"playbook:{playbook.name}", data=data)
        _write(f"{playbook.name}.v{playbook.version}.yaml", text)
    return playbook


def _write(name: str, text: str) -> None:
    """Whole or not at all: a reader never meets half a file."""
    folder = own_folder()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, scratch = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(scratch, folder / name)
