"""Organisations: units pledge people and goods, and see the service of their own people."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.core.permissions import CONTACT
from jimu.organisations.journal_words import WORDS

BRICK = Brick(
    name="organisations",
    prefix="organisations/",
    journal_words=WORDS,
    menu=[MenuItem("organisations:index", _("单位"), "building", "organisations.view", 54)],
    rights={
        "organisations.view": ("commander", "secretary", "auditor", CONTACT),
        "organisations.keep": ("commander", CONTACT),
        "organisations.receive": ("commander", "secretary"),
        "organisations.appoint": ("commander",),
    },
    commands="jimu.organisations.cli.COMMANDS",
    api="jimu.organisations.api.router",
    api_prefix="/organisations",
)
