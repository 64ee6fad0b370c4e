"""Own: what people see and change of themselves, with an account or with a personal link; and what that does to shifts."""


from jimu.core.brick import Brick, UnitPanel
from jimu.core.permissions import ROLES
from jimu.own.journal_words import WORDS

BRICK = Brick(
    name="own",
    prefix="me/",
    journal_words=WORDS,
    rights={
        "own.edit": ROLES,
        "own.link": ("commander", "secretary"),
        "own.doubts": ("commander", "secretary", "block_leader"),
    },
    panels=[UnitPanel("own:unit_panel", "own.doubts", 14)],
    person_panels=[UnitPanel("own:link_panel", "own.link", 40)],
    marks="jimu.own.queries.marks",
    commands="jimu.own.cli.COMMANDS",
    api="jimu.own.api.router",
    api_prefix="/own",
)
