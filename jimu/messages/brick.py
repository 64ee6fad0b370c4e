"""Messages: one outbox for the whole house, through whatever services an office has; without any, by hand."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.messages.journal_words import WORDS

BRICK = Brick(
    name="messages",
    prefix="messages/",
    menu=[MenuItem("messages:index", _("消息"), "message", "messages.view", 90)],
    journal_words=WORDS,
    rights={
        "messages.view": ("commander", "secretary", "auditor"),
        "messages.tell": ("commander", "secretary"),
        "messages.channels": ("commander", "secretary"),
        "messages.own": ("commander", "secretary", "block_leader", "building_leader", "member", "auditor"),
    },
    jobs={"messages.send": "jimu.messages.sending.run"},
    quick=("messages.send",),
    timers={"messages.send": "jimu.messages.sending.anything_due"},
    commands="jimu.messages.cli.COMMANDS",
    api="jimu.messages.api.router",
    api_prefix="/messages",
)
