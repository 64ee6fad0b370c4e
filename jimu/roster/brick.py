"""The roster: who works when and where, and why."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.core.permissions import ROLES
from jimu.roster.journal_words import WORDS

BRICK = Brick(
    name="roster",
    prefix="roster/",
    menu=[MenuItem("roster:index", _("排班"), "roster", "roster.view", 32)],
    journal_words=WORDS,
    rights={
        "roster.view": ROLES,
        "roster.solve": ("commander",),
        "roster.edit": ("commander", "secretary"),
        "roster.override": ("commander",),
        "roster.publish": ("commander",),
        "roster.export": ("commander", "secretary", "auditor"),
        "attendance.mark": ("commander", "secretary", "block_leader"),
    },
    panels=[UnitPanel("roster:unit_panel", "roster.view", 12)],
    person_panels=[UnitPanel("roster:person_panel", "roster.view", 10)],
    jobs={"roster.solve": "jimu.roster.solving.run_solve_job", "roster.roll": "jimu.roster.rolling.run_job"},
    timers={"roster.roll": "jimu.roster.rolling.due"},
    shifts="jimu.roster.phones.shifts",
    commands="jimu.roster.cli.COMMANDS",
    api="jimu.roster.api.router",
    api_prefix="/rosters",
)
