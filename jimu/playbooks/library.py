"""The shelf of playbooks: those shipped, and those an office keeps in JIMU_HOME/playbooks."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid, NotFound
from jimu.playbooks.reading import parse
from jimu.playbooks.schema import Playbook

SHIPPED = Path(__file__).parent / "library"


@dataclass(frozen=True)
class Broken:
    """A file on the shelf that cannot be used, with its faults as {line, where, sentence}."""

    file: str
    faults: list[dict[str, Any]]


@dataclass(frozen=True)
class Shelf:
    """The newest version of each playbook with its text, and the files that are broken."""

    playbooks: list[tuple[Playbook, str]]
    broken: list[Broken]


def own_folder() -> Path:
    """Where an office keeps its own playbooks."""
    return Path(settings.JIMU_HOME) / "playbooks"


def files() -> list[Path]:
    """All playbook files; an office's own stand after those shipped."""
    return [*sorted(SHIPPED.glob("*.yaml")), *sorted(own_folder().glob("*.yaml"))]


def shelf() -> Shelf:
    """What there is. A broken file is named and never keeps the others from view."""
    newest: dict[str, tuple[Playbook, str]] = {}
    broken = []
    for path in files():
        try:
            playbook, text = read_file(path)
        except Invalid as error:
            broken.append(Broken(path.name, error.data["faults"]))
            continue
        if playbook.name not in newest or newest[playbook.name][0].version <= playbook.version:
            newest[playbook.name] = (playbook, text)
    return Shelf([newest[name] for name in sorted(newest)], broken)


def all_playbooks() -> list[tuple[Playbook, str]]:
    """The newest version of each playbook with its text."""
    return shelf().playbooks


def find(name: str) -> tuple[Playbook, str]:
    """A playbook and its text by name. Raises NotFound."""
    for playbook, text in all_playbooks():
        if playbook.name == name:
            return playbook, text
    raise NotFound(_("没有这个预案，可能已经改名。请到“预案”页查看现有的预案。"), name=name)


def read_file(path: Path) -> tuple[Playbook, str]:
    """A playbook and its text from a file. Raises Invalid, also for a file that is no text."""
    try:
        stamp = path.stat()
        return _read(path, stamp.st_mtime_ns, stamp.st_size)
    except (OSError, UnicodeDecodeError) as error:
        sentence = _("读不出来：不是 UTF-8 文字，或没有读取权限。请用记事本另存为 UTF-8")
        fault = {"line": 1, "where": "", "sentence": sentence}
        raise Invalid(f"{path.name}：{sentence}", code="bad_playbook", file=path.name, faults=[fault]) from error


@lru_cache(maxsize=64)
def _read(path: Path, changed: int, size: int) -> tuple[Playbook, str]:
    text = path.read_text(encoding="utf-8-sig")
    return parse(text, file=path.name), text
