"""Teams: structure from templates in minutes, a person on every seat who fits, and what is missing in plain sight."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.core.permissions import ROLES
from jimu.teams.journal_words import WORDS

BRICK = Brick(
    name="teams",
    prefix="teams/",
    menu=[MenuItem("teams:index", _("队伍"), "teams", "teams.view", 30)],
    journal_words=WORDS,
    rights={"teams.view": ROLES, "teams.form": ("commander", "secretary"), "teams.allot": ("commander",), "teams.lend": ("commander", "secretary")},
    panels=[UnitPanel("teams:unit_panel", "teams.view", 15)],
    jobs={"teams.form": "jimu.teams.forming.run_form_job", "teams.loans": "jimu.teams.loan_actions.run_settle_job", "teams.daily": "jimu.teams.daily_allotment.run_daily_job"},
    quick=("teams.loans",),
    timers={"teams.loans": "jimu.teams.loan_queries.due", "teams.daily": "jimu.teams.daily_allotment.due"},
    next_steps="jimu.teams.next_steps.next_steps",
    grants="jimu.teams.leading.grants",
    commands="jimu.teams.cli.COMMANDS",
    api="jimu.teams.api.router",
    api_prefix="/teams",
)
