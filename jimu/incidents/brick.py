"""Incidents: a playbook activated over part of the grid, until it is stood down."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.core.permissions import ROLES
from jimu.incidents.journal_words import WORDS

BRICK = Brick(
    name="incidents",
    prefix="incidents/",
    menu=[
        MenuItem("incidents:index", _("应急响应"), "incident", "incidents.view", 12),
        MenuItem("incidents:orders", _("指令"), "order", "orders.view", 14),
    ],
    journal_words=WORDS,
    next_steps="jimu.incidents.next_steps.next_steps",
    rights={
        "incidents.view": ROLES,
        "incidents.activate": ("commander",),
        "orders.view": ROLES,
        "orders.issue": ("commander", "secretary", "block_leader"),
        "orders.answer": ("commander", "secretary", "block_leader", "building_leader"),
    },
    jobs={"orders.sweep": "jimu.incidents.order_silence.run"},
    quick=("orders.sweep",),
    timers={"orders.sweep": "jimu.incidents.order_silence.anything_due"},
    panels=[UnitPanel("incidents:unit_panel", "incidents.view", 10)],
    commands="jimu.incidents.cli.COMMANDS",
    api="jimu.incidents.api.router",
    api_prefix="/incidents",
)
