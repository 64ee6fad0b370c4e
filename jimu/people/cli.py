"""Commands of people."""

from jimu.core.commands import Command

COMMANDS: list[Command] = []
