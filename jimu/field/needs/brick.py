"""Needs: what residents ask for, who sees to it by when, and the resident's own word that it is done."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.field.needs.words import VERB_WORDS, WORKS

LEADING = ("commander", "secretary", "block_leader")

BRICK = Brick(
    name="field.needs",
    prefix="needs/",
    menu=[
        MenuItem("needs:mine", _("我的诉求单"), "phone", "needs.own", 25),
        MenuItem("needs:index", _("居民诉求"), "phone", "needs.view", 42),
    ],
    journal_words=VERB_WORDS,
    next_steps="jimu.field.needs.next_steps.next_steps",
    in_hand="jimu.field.needs.group.in_hand",
    works=WORKS,
    rights={
        "needs.own": ("commander", "secretary", "block_leader", "building_leader", "member"),
        "needs.report": ("commander", "secretary", "block_leader", "building_leader", "member"),
        "needs.view": ("commander", "secretary", "block_leader", "building_leader"),
        "needs.dispatch": LEADING,
        "needs.restricted": ("commander", "secretary"),
        "needs.decide": ("commander", "secretary"),
        "needs.door": ("commander", "secretary"),
    },
    panels=[UnitPanel("needs:unit_panel", "needs.view", 12)],
    marks="jimu.field.needs.marking.marks",
    jobs={"needs.sweep": "jimu.field.needs.escalating.run", "needs.forget": "jimu.field.needs.forgetting.run"},
    quick=("needs.sweep",),
    timers={"needs.sweep": "jimu.field.needs.escalating.anything_due", "needs.forget": "jimu.field.needs.forgetting.anything_due"},
    commands="jimu.field.needs.cli.COMMANDS",
    api="jimu.field.needs.api.router",
    api_prefix="/needs",
    offline="jimu.field.needs.offline.OFFER",
)
