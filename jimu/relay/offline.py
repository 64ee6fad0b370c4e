"""What a lead's phone may write down without a network: who came to their post and who did not."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jimu.relay import attendance_actions
from jimu.roster import attendance, roll_queries
from jimu.roster.models import Assignment, CheckIn
from jimu.sync.fields import CHOICE, GIVEN, TEXT, Field, read_id
from jimu.sync.registry import Data, Delta, Duty, Holder, Incoming, Kind, Offer, Pack, places_of

KIND, RIGHT = "relay.roll", "attendance.mark"
MARKS = (("arrived", CheckIn.Mark.ARRIVED.label), ("absent", CheckIn.Mark.ABSENT.label), ("left", CheckIn.Mark.LEFT.label))


def called(incoming: Incoming) -> None:
    """One mark of the roll, at the time at which it was tapped."""
    seat, mark, why = read_id(incoming.data["seat"]), incoming.data["mark"], incoming.data["why"]
    if mark == CheckIn.Mark.ABSENT:
        attendance_actions.mark_absent(actor=incoming.actor, at=incoming.at, assignment_id=seat, why=why or _("点名时不在"))
    else:
        attendance.mark(actor=incoming.actor, at=incoming.at, assignment_id=seat, mark=mark)


def roll_of_part(holder: Holder, at: datetime, since: datetime | None) -> Delta:
    """Who should stand at the posts now and soon: name, post and time, nothing more."""
    items: list[Data] = []
    for place in roll_queries.places(holder.actor, at):
        for group in roll_queries.roll(holder.actor, place.unit_id, at).groups:
            start, end = (timezone.localtime(moment).strftime("%H:%M") for moment in (group.shift.starts_at, group.shift.ends_at))
            for seat in group.seats:
                waits = _("待命") + " · " if seat.assignment.standby else ""
                items.append(
                    {
                        "id": str(seat.assignment.pk), "title": seat.assignment.person.name, "note": f"{waits}{start}–{end}",
                        "group": f"{place.name} · {group.shift.post.title}", "order": len(items), "kinds": [KIND],
                        "preset": {"seat": str(seat.assignment.pk)}, "version": "", "fields": {}, "state": str(dict(MARKS).get(seat.mark, "")),
                        "done": seat.marked,
                    }
                )  # fmt: skip
    return Delta(items)


places = places_of(Assignment.objects, "seat", "shift__unit__path")

OFFER = Offer(
    kinds=[
        Kind(
            KIND, gettext_lazy("点名"), RIGHT, called, places=places,
            fields=[
                Field("seat", gettext_lazy("谁"), GIVEN, required=True),
                Field("mark", gettext_lazy("到了没有"), CHOICE, required=True, choices=MARKS),
                Field("why", gettext_lazy("没来的原因"), TEXT, most=attendance_actions.LONGEST_WORDS),
            ],
        )
    ],
    packs=[Pack("relay.roll", gettext_lazy("点名：现在和下一班"), RIGHT, roll_of_part, order=20, duties=[KIND])],
    duties=[Duty(KIND, gettext_lazy("带班点名"))],
)  # fmt: skip
