"""The command line: bricks contribute commands; errors become one line; other words go to Django."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.core.management import execute_from_command_line
from django.utils.module_loading import import_string

from jimu.bricks import bricks
from jimu.core.errors import JimuError


@dataclass(frozen=True)
class Command:
    """`name` may hold two words (`roster solve`). `configure` adds arguments, `run` returns the exit code."""

    name: str
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def commands() -> dict[str, Command]:
    """All commands of the bricks by name."""
    found: list[Command] = []
    for brick in bricks():
        if brick.commands:
            found.extend(import_string(brick.commands))
    return {command.name: command for command in found}


def run(argv: list[str]) -> int:
    """Run what the words ask for; exit code 1 for a refusal, with its sentence on stderr."""
    known = commands()
    if not argv or argv[0] in ("-h", "--help", "help"):
        _overview(known)
        return 0
    for words in (2, 1):
        name = " ".join(argv[:words])
        if name in known:
            return _run_one(known[name], argv[words:])
    if any(name.startswith(argv[0] + " ") for name in known):
        _overview({n: c for n, c in known.items() if n.startswith(argv[0] + " ")})
        return 2
    execute_from_command_line(["jimu", *argv])
    return 0


def _run_one(command: Command, rest: list[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"jimu {command.name}", description=command.help)
    command.configure(parser)
    try:
        return command.run(parser.parse_args(rest))
    except JimuError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _overview(known: dict[str, Command]) -> None:
    width = max(len(name) for name in known) if known else 0
    sys.stdout.write("jimu <command> [--help]\n\n")
    for name, command in sorted(known.items()):
        sys.stdout.write(f"  {name.ljust(width)}  {command.help}\n")
    sys.stdout.write("\nOther words go to Django: migrate, shell, createsuperuser …\n")
