"""Sign-up: a public page by which neighbors offer help, a poster that leads to it, and the desk that confirms them."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.signup.journal_words import WORDS

BRICK = Brick(
    name="signup",
    prefix="join/",
    menu=[MenuItem("signup:index", _("报名"), "person", "signup.view", 56)],
    journal_words=WORDS,
    next_steps="jimu.signup.next_steps.next_steps",
    rights={
        "signup.view": ("commander", "secretary"),
        "signup.open": ("commander", "secretary"),
        "signup.review": ("commander", "secretary"),
    },
    jobs={"signup.purge": "jimu.signup.actions.run_purge_job"},
    timers={"signup.purge": "jimu.signup.queries.purge_due"},
    commands="jimu.signup.cli.COMMANDS",
    api="jimu.signup.api.router",
    api_prefix="/signup",
)
