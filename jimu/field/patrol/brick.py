"""Patrol and gates: passes that end, a log at the gate, rounds, and what was seen until it is settled."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.field.patrol.words import VERB_WORDS, WORKS

LEADING = ("commander", "secretary", "block_leader")

BRICK = Brick(
    name="field.patrol",
    prefix="patrol/",
    menu=[MenuItem("patrol:index", _("卡口和巡逻"), "gate", "patrol.watch", 47)],
    journal_words=VERB_WORDS,
    next_steps="jimu.field.patrol.next_steps.next_steps",
    in_hand="jimu.field.patrol.group.in_hand",
    works=WORKS,
    rights={
        "patrol.view": (*LEADING, "auditor"),
        "patrol.manage": LEADING,
        "patrol.watch": (*LEADING, "building_leader", "member"),
    },
    jobs={"patrol.sweep": "jimu.field.patrol.alarming.run", "patrol.forget": "jimu.field.patrol.forgetting.run"},
    quick=("patrol.sweep",),
    timers={"patrol.sweep": "jimu.field.patrol.alarming.anything_due", "patrol.forget": "jimu.field.patrol.forgetting.anything_due"},
    commands="jimu.field.patrol.cli.COMMANDS",
    api="jimu.field.patrol.api.router",
    api_prefix="/patrol",
    offline="jimu.field.patrol.offline.OFFER",
)
