"""Compiles the bricks' .po files to .mo with polib, so that a fresh machine needs no gettext."""

from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent


def compile_translations() -> int:
    """Compile every catalogue that is newer than its .mo; returns how many were."""
    compiled = 0
    for source in PACKAGE.glob("**/locale/*/LC_MESSAGES/django.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            compiled += 1
    return compiled
