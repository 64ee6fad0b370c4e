"""Commands of the brick."""

from jimu.core.commands import Command

COMMANDS: list[Command] = []
