"""Households: the ledger of rooms and who lives in them."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.field.households.journal_words import WORDS, WORKS

LEADERS = ("commander", "secretary", "block_leader", "building_leader")

BRICK = Brick(
    name="field.households",
    prefix="households/",
    journal_words=WORDS,
    menu=[
        MenuItem("households:index", _("住户"), "home", "households.view", 40),
        MenuItem("households:zones", _("分区管控"), "zone", "households.view", 41),
    ],
    next_steps="jimu.field.households.next_steps.next_steps",
    in_hand="jimu.field.households.group.in_hand",
    works=WORKS,
    rights={
        "households.view": (*LEADERS, "auditor"),
        "households.edit": LEADERS,
        "households.record": (*LEADERS, "member"),
        "households.reveal": LEADERS,
        "households.import": ("commander", "secretary"),
        "households.forms": ("commander", "secretary"),
        "households.export": ("commander", "secretary"),
        # Who is ill, and who was near: restricted, sealed, on no list for everyone.
        "households.health": ("commander", "secretary"),
        "households.zones": ("commander", "secretary"),
        "households.policy": ("commander",),
    },
    jobs={"households.import": "jimu.field.households.uploads.run_import_job"},
    marks="jimu.field.households.marking.marks",
    api="jimu.field.households.api.router",
    api_prefix="/households",
    offline="jimu.field.households.offline.OFFER",
    commands="jimu.field.households.cli.COMMANDS",
)
