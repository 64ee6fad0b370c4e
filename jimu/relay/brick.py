"""Relay: shift to shift and person to person: handovers, swaps, attendance, rest, and the way home."""

from django.utils.translation import gettext_lazy as _

from jimu.core.brick import Brick, MenuItem, UnitPanel
from jimu.core.permissions import ROLES
from jimu.relay.journal_words import WORDS

BRICK = Brick(
    name="relay",
    prefix="relay/",
    menu=[
        MenuItem("relay:me", _("我的班"), "me", "relay.own", 20),
        MenuItem("relay:index", _("交接"), "relay", "relay.view", 34),
    ],
    next_steps="jimu.relay.next_steps.next_steps",
    rights={
        "relay.own": ROLES,
        "relay.view": ("commander", "secretary", "block_leader", "auditor"),
        "relay.hand": ("commander", "secretary", "block_leader"),
        "relay.decide": ("commander", "secretary"),
        "relay.set": ("commander",),
        "relay.approve": ("commander",),
    },
    panels=[UnitPanel("relay:unit_panel", "relay.view", 14)],
    marks="jimu.relay.marking.marks",
    rests="jimu.relay.fatigue.must_rest",
    offline="jimu.relay.offline.OFFER",
    jobs={"relay.sweep": "jimu.relay.sweeping.run_sweep_job", "relay.hours": "jimu.relay.hours.run_count_job",
        "relay.certify": "jimu.relay.standing_down.run_certify_job"},
    quick=["relay.sweep"],
    timers={"relay.sweep": "jimu.relay.sweeping.due", "relay.hours": "jimu.relay.hours.due"},
    journal_words=WORDS,
    commands="jimu.relay.cli.COMMANDS",
    api="jimu.relay.api.router",
    api_prefix="/relay",
)
