"""Keeps the catalogues: collects each brick's texts, converts traditional script, lists what has no English.

`python tools/translate.py` rewrites jimu/<brick>/locale/{en,zh_Hant}/LC_MESSAGES/django.po;
`--check` changes nothing and fails when a text is missing, obsolete or untranslated. Collecting needs gettext.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import polib
import yaml
from opencc import OpenCC

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "jimu"
LANGUAGES = ("en", "zh_Hant")
# OpenCC's s2t prefers rare forms that mainland wording in traditional script does not use.
OVERRIDES = {"羣": "群", "覈": "核", "臺": "台", "爲": "為", "裏": "裡", "牀": "床", "麪": "麵", "衆": "眾", "喫": "吃", "纔": "才"}


def bricks() -> list[Path]:
    """Every folder that keeps a catalogue: the bricks, and the package itself for the shell."""
    return [PACKAGE, *sorted(path.parent for path in PACKAGE.rglob("brick.py"))]


@cache
def _converter() -> OpenCC:
    # Its dictionaries take a fifth of a second to load.
    return OpenCC("s2t")


def traditional(text: str) -> str:
    """Mainland wording in traditional script."""
    converted = str(_converter().convert(text))
    for rare, usual in OVERRIDES.items():
        converted = converted.replace(rare, usual)
    return converted


TOLD = ("title", "summary", "cards", "quiz")
TOLD_PARTS = {"cards": ("title", "text", "caution"), "quiz": ("question", "options", "why")}


def told_in_traditional(text: str) -> str:
    """A course's words in traditional script, as the YAML that stands beside it."""
    course = yaml.safe_load(text)
    words = {key: course[key] for key in TOLD}
    for key, parts in TOLD_PARTS.items():
        words[key] = [{part: item[part] for part in parts if item.get(part)} for item in course[key]]
    return traditional(yaml.safe_dump(words, allow_unicode=True, sort_keys=False, width=200))


def courses() -> dict[Path, str]:
    """Each course's file in traditional script with what it should hold."""
    library = PACKAGE / "training" / "library"
    return {library / "zh_Hant" / path.name: told_in_traditional(path.read_text(encoding="utf-8")) for path in sorted(library.glob("*.yaml"))}


def collect(folder: Path) -> dict[str, polib.POEntry]:
    """The texts of one folder's Python and templates, by msgid (context and plural forms ride on the entry)."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "source"
        inner = {path.relative_to(PACKAGE).parts[0] for path in bricks()[1:]} if folder == PACKAGE else set()
        shutil.copytree(folder, copy, ignore=lambda here, names: _skipped(here, names, folder, inner))
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location", "--no-wrap", "-v", "0"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "", "PYTHONPATH": ""}
        subprocess.run(command, cwd=copy, check=True, env=environment)
        made = copy / "locale" / "en" / "LC_MESSAGES" / "django.po"
        return {_key(entry): entry for entry in polib.pofile(str(made))} if made.exists() else {}


def _skipped(here: str, names: list[str], folder: Path, inner: set[str]) -> set[str]:
    dropped = {"locale", "tests", "migrations", "static", "__pycache__"}
    return {name for name in names if name in dropped or (Path(here) == folder and name in inner)}


def _key(entry: polib.POEntry) -> str:
    return f"{entry.msgctxt or ''}\x04{entry.msgid}"


def catalogue(folder: Path, language: str) -> polib.POFile:
    """The catalogue as it stands, or an empty one."""
    path = folder / "locale" / language / "LC_MESSAGES" / "django.po"
    if path.exists():
        return polib.pofile(str(path), wrapwidth=0)
    fresh = polib.POFile(wrapwidth=0)
    plural = "nplurals=2; plural=(n != 1);" if language == "en" else "nplurals=1; plural=0;"
    fresh.metadata = {"Language": language, "Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": plural}
    fresh.fpath = str(path)
    return fresh


def merged(old: polib.POFile, texts: dict[str, polib.POEntry], language: str) -> polib.POFile:
    """The catalogue with exactly these texts; what was translated stays, traditional script is converted afresh."""
    known = {_key(entry): entry for entry in old if not entry.obsolete and not entry.fuzzy}
    new = polib.POFile(wrapwidth=0)
    new.metadata, new.fpath = old.metadata, old.fpath
    for key in sorted(texts):
        source = texts[key]
        entry = polib.POEntry(
            msgid=source.msgid, msgctxt=source.msgctxt, msgid_plural=source.msgid_plural, flags=[f for f in source.flags if f != "fuzzy"]
        )
        _translate(entry, known.get(key), language)
        new.append(entry)
    return new


def _translate(entry: polib.POEntry, before: polib.POEntry | None, language: str) -> None:
    if language == "zh_Hant":
        if entry.msgid_plural:
            entry.msgstr_plural = {0: traditional(entry.msgid_plural)}
        else:
            entry.msgstr = traditional(entry.msgid)
    elif before is not None:
        entry.msgstr, entry.msgstr_plural = before.msgstr, before.msgstr_plural
    if entry.msgid_plural and not entry.msgstr_plural:
        entry.msgstr_plural = {0: "", 1: ""}


def untranslated(file: polib.POFile) -> list[str]:
    """The texts without a translation."""
    return [e.msgid for e in file if not (all(e.msgstr_plural.values()) if e.msgid_plural else e.msgstr)]


def same(left: polib.POFile, right: polib.POFile) -> bool:
    """Whether two catalogues say the same."""

    def content(file: polib.POFile) -> dict[str, tuple[str, str]]:
        return {_key(e): (e.msgstr, str(e.msgstr_plural)) for e in file if not e.obsolete}

    return content(left) == content(right)


def main() -> int:
    """Collect and write, or check; returns 1 when something is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on anything missing")
    parser.add_argument("bricks", nargs="*", help="only these bricks")
    options = parser.parse_args()
    faults: list[str] = []
    for folder in bricks():
        if options.bricks and folder.name not in options.bricks:
            continue
        texts = collect(folder)
        for language in LANGUAGES if texts else ():
            old = catalogue(folder, language)
            new = merged(old, texts, language)
            faults += [f"{folder.name}/{language}: {text}" for text in untranslated(new)]
            if options.check and not same(old, new):
                faults.append(f"{folder.name}/{language}: run tools/translate.py")
            elif not options.check and not same(old, new):
                Path(new.fpath).parent.mkdir(parents=True, exist_ok=True)
                new.save(new.fpath)
    for path, text in courses().items() if not options.bricks or "training" in options.bricks else ():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            if options.check:
                faults.append(f"{path.name}: run tools/translate.py")
            else:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    print("\n".join(faults) if faults else "every text is translated")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
