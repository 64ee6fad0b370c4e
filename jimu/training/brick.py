"""Training: courses that make people able, certificates that end, trainers, and the gate into every seat."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.core.permissions import ROLES
from jimu.training.journal_words import WORDS

BRICK = Brick(
    name="training",
    prefix="training/",
    menu=[MenuItem("training:index", _("培训"), "training", "training.view", 38)],
    journal_words=WORDS,
    rights={
        "training.view": ROLES,
        "training.plan": ("commander", "secretary", "block_leader"),
        "training.certify": ("commander", "secretary"),
    },
    commands="jimu.training.cli.COMMANDS",
    api="jimu.training.api.router",
    api_prefix="/training",
)
