"""The command board: reads what the other bricks know, and writes nothing of theirs."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.core.permissions import ROLES

BRICK = Brick(
    name="command",
    prefix="board/",
    menu=[
        # Who sees no board begins with what concerns them: their cell, their shifts, whom to call.
        MenuItem("command:mine", _("今天"), "home", "command.mine", 5),
        MenuItem("command:board", _("指挥看板"), "board", "command.board", 10),
        MenuItem("command:next", _("要做的事"), "check", "command.desk", 11),
    ],
    rights={
        "command.board": ("commander", "secretary", "auditor"),
        # Who has a board finds the list beside it, the others within their first page.
        "command.desk": ("commander", "secretary"),
        "command.next": ROLES,
        "command.mine": ("block_leader", "building_leader", "member"),
    },
    api="jimu.command.api.router",
    api_prefix="/board",
)
