"""What a phone may be for on a part of the grid: shifts of the roster, duties that bricks offer, and where exactly."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from jimu.core.brick import DutyShift
from jimu.core.errors import Invalid
from jimu.core.panels import duty_shifts
from jimu.core.permissions import Actor
from jimu.sync import rules
from jimu.sync.registry import duties, packs

#: Work of whatever comes up: who leads a part looks after all of it.
ALL = "all"
LEADERS = frozenset({"commander", "secretary", "block_leader", "building_leader"})
MOST_SPOTS = 60


def shifts_of(actor: Actor, path: str, at: datetime) -> list[DutyShift]:
    """Today's shifts of the actor's person that touch a part, by start."""
    people = [actor.person_id] if actor.person_id else []
    return [one for one in duty_shifts(people, at) if rules.deeper(one.path, path)]


def leads(holder: Actor) -> bool:
    """Whether the holder looks after a part, on shift or not: such a duty stands on no roster."""
    return any(granted.role in LEADERS for granted in holder.granted)


def choices_for(holder: Actor, path: str, at: datetime) -> list[tuple[str, str]]:
    """Every duty that the holder has lists for on a part, and its spots there, as (`duty` or `duty@spot`, words)."""
    found = []
    for duty in duties().values():
        if not _served(holder, duty.name):
            continue
        found.append((duty.name, str(duty.title)))
        for spot in (duty.spots(path, at) if duty.spots else ())[:MOST_SPOTS]:
            found.append((f"{duty.name}@{spot.key}", _("{duty}：{spot}").format(duty=duty.title, spot=spot.name)))
    return found


def checked(holder: Actor, path: str, at: datetime, work: Sequence[str]) -> list[str]:
    """Work that there is on that part for this holder. Raises Invalid for any other."""
    there = {key for key, _words in choices_for(holder, path, at)}
    if any(one not in there for one in work):
        raise Invalid(_("这一片没有这样的活，请重新选。"), code="no_such_work", field="work")
    return sorted(set(work))


def of_shift(holder: Actor, shift: DutyShift) -> list[str]:
    """What the post of a shift asks of a phone, as far as the holder has lists for it."""
    return sorted(one for one in set(shift.work) if one in duties() and _served(holder, one))


def titled(work: Sequence[str]) -> str:
    """Work in words; spots are named where they are chosen."""
    named = {one.partition("@")[0]: None for one in work}
    return "、".join(str(duties()[one].title) for one in named if one in duties()) or _("这一片的各样活")


def _served(holder: Actor, duty: str) -> bool:
    return any(duty in pack.duties and holder.may(pack.right) for pack in packs())
