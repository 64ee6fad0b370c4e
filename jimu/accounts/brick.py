"""Accounts: who may sign in, and which role each has on which part of the grid."""

from django.utils.translation import gettext_lazy as _

from jimu.accounts.journal_words import WORDS
from jimu.core.brick import Brick, MenuItem, UnitPanel

BRICK = Brick(
    name="accounts",
    prefix="accounts/",
    menu=[MenuItem("accounts:index", _("账号"), "key", "accounts.manage", 92)],
    person_panels=[UnitPanel("accounts:person_panel", "accounts.manage", 90)],
    journal_words=WORDS,
    rights={"accounts.manage": ("commander",)},
    commands="jimu.accounts.cli.COMMANDS",
)
