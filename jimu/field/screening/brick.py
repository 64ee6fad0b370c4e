"""Screening: sites and rounds, scans and pooled tubes without a network, who is not tested yet, and what a positive pool asks for."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.field.screening.journal_words import WORDS, WORKS

LEADING = ("commander", "secretary")

BRICK = Brick(
    name="field.screening",
    prefix="screening/",
    journal_words=WORDS,
    menu=[MenuItem("screening:index", _("核酸筛查"), "tube", "screening.see", 43)],
    rights={
        "screening.see": ("commander", "secretary", "block_leader", "building_leader", "member", "auditor"),
        "screening.view": ("commander", "secretary", "block_leader", "building_leader", "auditor"),
        "screening.work": ("commander", "secretary", "block_leader", "building_leader", "member"),
        "screening.plan": LEADING,
        "screening.results": LEADING,
        "screening.positive": LEADING,
    },
    jobs={"screening.alarms": "jimu.field.screening.alarming.run"},
    quick=("screening.alarms",),
    timers={"screening.alarms": "jimu.field.screening.alarming.anything_due"},
    marks="jimu.field.screening.marking.marks",
    next_steps="jimu.field.screening.next_steps.next_steps",
    works=WORKS,
    offline="jimu.field.screening.offline.OFFER",
    commands="jimu.field.screening.cli.COMMANDS",
    api="jimu.field.screening.api.router",
    api_prefix="/screening",
)
