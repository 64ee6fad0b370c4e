"""Supplies: what arrives, who gets how much, every hand it passes through, down to the door."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.field.supplies.words import VERB_WORDS, WORKS

KEEPING = ("commander", "secretary", "block_leader")
SIGNING = (*KEEPING, "building_leader")

BRICK = Brick(
    name="field.supplies",
    prefix="supplies/",
    menu=[
        MenuItem("supplies:mine", _("签收和派送"), "box", "supplies.deliver", 22),
        MenuItem("supplies:index", _("物资"), "box", "supplies.view", 44),
    ],
    journal_words=VERB_WORDS,
    next_steps="jimu.field.supplies.next_steps.next_steps",
    in_hand="jimu.field.supplies.group.in_hand",
    works=WORKS,
    rights={
        "supplies.view": (*KEEPING, "auditor"),
        "supplies.store": KEEPING,
        "supplies.sign": SIGNING,
        "supplies.deliver": (*SIGNING, "member"),
        "supplies.buy": ("commander", "secretary"),
    },
    jobs={"supplies.forget": "jimu.field.supplies.forgetting.run"},
    timers={"supplies.forget": "jimu.field.supplies.forgetting.anything_due"},
    commands="jimu.field.supplies.cli.COMMANDS",
    api="jimu.field.supplies.api.router",
    api_prefix="/supplies",
    offline="jimu.field.supplies.offline.OFFER",
)
