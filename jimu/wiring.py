"""What happened → who reacts, after commit; to an event that says so, within its transaction. The whole house's reactions stand on this page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jimu.calls import backfill as calls_backfill
from jimu.core.events import Event
from jimu.field.households.events import FoundAtDoor, NeedTurned
from jimu.field.needs import following as needs_following
from jimu.field.patrol import following as patrol_following
from jimu.grid.events import UnitMoved
from jimu.incidents import following as incidents_following
from jimu.incidents.events import StoodDown
from jimu.relay import standing_down as relay_standing_down
from jimu.roster import following as roster_following
from jimu.roster import loans as roster_loans
from jimu.roster.events import SeatOpened
from jimu.teams import following as teams_following
from jimu.teams.events import LoanAgreed, LoanEnded

REACTIONS: Mapping[type[Event], Sequence[Callable[[Any], None]]] = {
    UnitMoved: (incidents_following.follow, roster_following.follow),
    StoodDown: (teams_following.stood_down, relay_standing_down.stood_down,),
    LoanAgreed: (roster_loans.agreed,),
    LoanEnded: (roster_loans.ended,),
    SeatOpened: (calls_backfill.seat_opened,),
    FoundAtDoor: (needs_following.found_at_door,),
    NeedTurned: (patrol_following.need_turned,),
}
