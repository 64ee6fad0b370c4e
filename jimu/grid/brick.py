"""The grid: places from the subdistrict down to the building, with their facts."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem
from jimu.core.permissions import ROLES
from jimu.grid.words import VERB_WORDS

BRICK = Brick(
    name="grid",
    prefix="grid/",
    menu=[MenuItem("grid:index", _("网格"), "grid", "grid.view", 50)],
    rights={"grid.view": ROLES, "grid.edit": ("commander", "secretary")},
    journal_words={verb: words for verb, words in VERB_WORDS.items() if verb.startswith("grid.")},
    place_names="jimu.grid.queries.place_names",
    commands="jimu.grid.cli.COMMANDS",
    api="jimu.grid.api.router",
    api_prefix="/grid/units",
)
