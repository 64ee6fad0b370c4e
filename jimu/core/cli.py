"""Commands of the core."""

from jimu.core import keys, serve, timers

COMMANDS = [*serve.COMMANDS, *keys.COMMANDS, *timers.COMMANDS]
