"""Sync: phones that lose the network. What they write down arrives once; they hold only what their duty needs."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.core.permissions import ROLES
from jimu.sync.journal_words import WORDS

BRICK = Brick(
    name="sync",
    # Its pages stand under /sync/, the app for phones under /app/.
    prefix="",
    menu=[MenuItem("sync:devices", _("手机"), "handset", "sync.own", 28)],
    journal_words=WORDS,
    next_steps="jimu.sync.next_steps.next_steps",
    rights={
        "sync.own": tuple(role for role in ROLES if role != "auditor"),
        "sync.manage": ("commander", "secretary", "block_leader"),
    },
    jobs={"sync.photos": "jimu.sync.photos.run_purge_job"},
    timers={"sync.photos": "jimu.sync.photos.purge_due"},
    commands="jimu.sync.cli.COMMANDS",
    api="jimu.sync.api.router",
    api_prefix="/phones",
)
