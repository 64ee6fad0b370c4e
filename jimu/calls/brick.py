"""Calls: people asked for open seats in waves, substitutes for seats that open, and who stands by."""

from django.utils.translation import gettext_lazy as _

from jimu.calls.words import VERB_WORDS
from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.core.permissions import ROLES

BRICK = Brick(
    name="calls",
    prefix="calls/",
    journal_words=VERB_WORDS,
    menu=[MenuItem("calls:index", _("召集"), "bolt", "calls.own", 16)],
    next_steps="jimu.calls.next_steps.next_steps",
    rights={
        "calls.own": ROLES,
        "calls.view": ("commander", "secretary", "block_leader", "auditor"),
        "calls.start": ("commander", "secretary"),
        "calls.widen": ("commander",),
        "calls.answer": ("commander", "secretary", "block_leader"),
    },
    panels=[UnitPanel("calls:unit_panel", "calls.view", 13)],
    marks="jimu.calls.marking.marks",
    jobs={"calls.sweep": "jimu.calls.sweeping.run"},
    quick=("calls.sweep",),
    timers={"calls.sweep": "jimu.calls.sweeping.anything_due"},
    commands="jimu.calls.cli.COMMANDS",
    api="jimu.calls.api.router",
    api_prefix="/calls",
)
