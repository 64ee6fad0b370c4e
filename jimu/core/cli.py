"""Commands of the core."""

from jimu.core import keys, serve

COMMANDS = [*serve.COMMANDS, *keys.COMMANDS]
