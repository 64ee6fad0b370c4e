"""Commands."""
from jimu.core.commands import Command

COMMANDS: list[Command] = []
