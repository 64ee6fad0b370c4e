"""People: who there is, what each can do and when, and how an office's lists become people."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.people.words import VERB_WORDS

BRICK = Brick(
    name="people",
    prefix="people/",
    menu=[
        MenuItem("people:index", _("人员"), "people", "people.view", 52),
        MenuItem("people:intake", _("导入"), "intake", "people.intake", 58),
    ],
    rights={
        "people.view": ("commander", "secretary", "block_leader", "building_leader", "auditor"),
        "people.names": ("commander", "secretary", "block_leader", "building_leader"),
        "people.reveal": ("commander", "secretary"),
        # The phone of who leads above or below one, and of nobody else.
        "people.call": ("commander", "secretary", "block_leader", "building_leader"),
        "people.export": ("commander", "secretary"),
        "people.appoint": ("commander", "secretary"),
        "people.edit": ("commander", "secretary"),
        "people.intake": ("commander",),
    },
    journal_words=VERB_WORDS,
    panels=[UnitPanel("people:unit_panel", "people.view", 20)],
    jobs={
        "people.intake": "jimu.people.intake_uploads.run_intake_job",
        "people.intake_preview": "jimu.people.intake_uploads.run_preview_job",
    },
    marks="jimu.people.leader_queries.marks",
    commands="jimu.people.cli.COMMANDS",
    api="jimu.people.api.router",
    api_prefix="/people",
)
