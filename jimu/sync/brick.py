"""Sync: phones that lose the network. What they write down arrives once; they hold only what their duty needs."""

from jimu.core.brick import Brick
from jimu.core.permissions import ROLES
from jimu.sync.journal_words import WORDS

BRICK = Brick(
    name="sync",
    # Its pages stand under /sync/, the app for phones under /app/.
    prefix="",
    journal_words=WORDS,
    rights={
        "sync.own": tuple(role for role in ROLES if role != "auditor"),
        "sync.manage": ("commander", "secretary", "block_leader"),
    },
)
