"""Medicine: orders from the resident's door to the hospital's window and back, and every card and coin in other hands."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.field.medicine.words import VERB_WORDS, WORKS

LEADING = ("commander", "secretary", "block_leader")
EVERYBODY = (*LEADING, "building_leader", "member")

BRICK = Brick(
    name="field.medicine",
    prefix="medicine/",
    menu=[
        MenuItem("medicine:mine", _("我的配药"), "plus", "medicine.own", 23),
        MenuItem("medicine:index", _("配药"), "plus", "medicine.view", 45),
    ],
    journal_words=VERB_WORDS,
    next_steps="jimu.field.medicine.next_steps.next_steps",
    in_hand="jimu.field.medicine.group.in_hand",
    works=WORKS,
    rights={
        "medicine.own": EVERYBODY,
        "medicine.register": EVERYBODY,
        "medicine.run": EVERYBODY,
        "medicine.view": (*LEADING, "building_leader"),
        "medicine.manage": LEADING,
        "medicine.read": ("commander", "secretary"),
        "medicine.door": ("commander", "secretary"),
    },
    panels=[UnitPanel("medicine:unit_panel", "medicine.view", 13)],
    marks="jimu.field.medicine.marking.marks",
    jobs={"medicine.sweep": "jimu.field.medicine.alarming.run", "medicine.forget": "jimu.field.medicine.forgetting.run"},
    quick=("medicine.sweep",),
    timers={"medicine.sweep": "jimu.field.medicine.alarming.anything_due", "medicine.forget": "jimu.field.medicine.forgetting.anything_due"},
    commands="jimu.field.medicine.cli.COMMANDS",
    api="jimu.field.medicine.api.router",
    api_prefix="/medicine",
    offline="jimu.field.medicine.offline.OFFER",
)
