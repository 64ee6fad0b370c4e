"""Playbooks: versioned plans as data. Which posts an emergency needs, how many, in which shifts."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.core.permissions import ROLES

BRICK = Brick(
    name="playbooks",
    prefix="playbooks/",
    menu=[MenuItem("playbooks:index", _("预案"), "playbook", "playbooks.view", 59)],
    journal_words={"playbooks.added": _("加入一份预案")},
    rights={"playbooks.view": ROLES, "playbooks.add": ("commander",)},
    commands="jimu.playbooks.cli.COMMANDS",
    api="jimu.playbooks.api.router",
    api_prefix="/playbooks",
)
