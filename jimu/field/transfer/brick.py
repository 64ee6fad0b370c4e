"""Transfer: who is moved, who is left behind, which vehicle, whose signature, and the way back."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.field.transfer.words import VERB_WORDS, WORKS

LEADING = ("commander", "secretary", "block_leader")
EVERYBODY = (*LEADING, "building_leader", "member")

BRICK = Brick(
    name="field.transfer",
    prefix="transfer/",
    menu=[
        MenuItem("transfer:mine", _("我的转运"), "bus", "transfer.own", 24),
        MenuItem("transfer:index", _("转运"), "bus", "transfer.view", 46),
    ],
    journal_words=VERB_WORDS,
    next_steps="jimu.field.transfer.next_steps.next_steps",
    in_hand="jimu.field.transfer.group.in_hand",
    works=WORKS,
    rights={
        "transfer.own": EVERYBODY,
        "transfer.view": (*LEADING, "building_leader"),
        "transfer.act": (*LEADING, "building_leader"),
        "transfer.manage": ("commander", "secretary"),
        # Why somebody is moved: restricted, sealed, on no list for everyone.
        "transfer.why": ("commander", "secretary"),
    },
    panels=[UnitPanel("transfer:unit_panel", "transfer.view", 14)],
    marks="jimu.field.transfer.marking.marks",
    jobs={"transfer.sweep": "jimu.field.transfer.alarming.run", "transfer.forget": "jimu.field.transfer.forgetting.run"},
    quick=("transfer.sweep",),
    timers={"transfer.sweep": "jimu.field.transfer.alarming.anything_due", "transfer.forget": "jimu.field.transfer.forgetting.anything_due"},
    commands="jimu.field.transfer.cli.COMMANDS",
    api="jimu.field.transfer.api.router",
    api_prefix="/transfer",
    offline="jimu.field.transfer.offline.OFFER",
)
