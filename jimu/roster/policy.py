"""What the roster takes for granted unless told otherwise: data, not decisions.

Sources of the numbers: Labour Law 36, 38, 41 and 42 (hours, rest day, exceptions in a disaster), EU 2003/88 and
NIOSH guidance for responders (daily rest, nights in a row, a free day a week). Limits of the body hold always;
limits of law and agreement may be lifted by name and with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jimu.people.models import Kind

MINUTES_PER_HOUR = 60


@dataclass(frozen=True)
class Caps:
    """How much a kind of people may be asked for. Minutes of a day and of any seven days, days of any seven."""

    day_minutes: int
    week_minutes: int
    week_days: int


@dataclass(frozen=True)
class Rest:
    """Limits of the body. Minutes between two duties, nights in a row, full free days in any seven."""

    between_minutes: int
    nights_in_a_row: int
    free_days_a_week: int


STAFF_CAPS = Caps(8 * MINUTES_PER_HOUR, 44 * MINUTES_PER_HOUR, 6)
# Labour Law 42 lifts the caps of hours in a disaster, once somebody answers for it; the need for sleep stays.
EMERGENCY_STAFF_CAPS = Caps(10 * MINUTES_PER_HOUR, 60 * MINUTES_PER_HOUR, 6)
VOLUNTEER_CAPS = Caps(4 * MINUTES_PER_HOUR, 20 * MINUTES_PER_HOUR, 5)
REST = Rest(11 * MINUTES_PER_HOUR, 2, 1)
EMERGENCY_REST = Rest(10 * MINUTES_PER_HOUR, 2, 1)

NIGHT_START_MINUTE, NIGHT_END_MINUTE = 22 * MINUTES_PER_HOUR, 30 * MINUTES_PER_HOUR

# When nothing is known of a volunteer's time: a cautious daytime window, and asked last.
UNKNOWN_TIME = (8 * MINUTES_PER_HOUR, 20 * MINUTES_PER_HOUR)

STAFF = frozenset(
    {
        Kind.OFFICE_CADRE.value,
        Kind.SOCIAL_WORKER.value,
        Kind.SECONDED_CADRE.value,
        Kind.COMMITTEE_CADRE.value,
        Kind.PROPERTY.value,
        Kind.CONTRACTOR.value,
        Kind.SUBDISTRICT_LEADER.value,
        Kind.MEDIC.value,
        Kind.POLICE.value,
    }
)
# They come to the incident from elsewhere, so a closed neighborhood does not hold them.
ROVING = frozenset({Kind.OFFICE_CADRE.value, Kind.SOCIAL_WORKER.value, Kind.SECONDED_CADRE.value})
# Own line of command: asked for, never assigned.
REQUESTED = frozenset({Kind.MEDIC.value, Kind.POLICE.value})
# They oversee; the roster gives them no seat of their own accord.
OVERSEEING = frozenset({Kind.SUBDISTRICT_LEADER.value})

# Said by the person themselves; with their consent whoever makes the roster may set it aside.
OWN_WORD = frozenset({"availability", "limits"})
# Not to be reached by assigning at all: nobody may set these aside, besides the limits of the body.
FIRM = frozenset({"requested", "own_command", "stranger", "minor", "paused", "closed"})
# A person who said so, or was told so, rests from every roster.
PAUSED = "paused"

# Which of several kinds a person serves as: the first of this order that the post takes. The first of all governs
# their caps; whoever has a command of their own stays under it, whatever else they are.
KIND_ORDER = (
    Kind.MEDIC.value,
    Kind.POLICE.value,
    Kind.OFFICE_CADRE.value,
    Kind.SECONDED_CADRE.value,
    Kind.SOCIAL_WORKER.value,
    Kind.COMMITTEE_CADRE.value,
    Kind.PROPERTY.value,
    Kind.CONTRACTOR.value,
    Kind.SUBDISTRICT_LEADER.value,
    Kind.BUILDING_LEADER.value,
    Kind.PARTY_MEMBER.value,
    Kind.RESERVE_VOLUNTEER.value,
    Kind.VOLUNTEER.value,
)

# What a kind of people can by profession.
KIND_QUALIFIES: Mapping[str, tuple[str, ...]] = {
    Kind.MEDIC.value: ("medical", "sampling"),
    Kind.POLICE.value: ("police",),
}

# Assumed of those who are paid to come; of volunteers the playbook says it.
NO_SHOW_STAFF = 0.02
# What a missing stand-by costs: less than an open seat of an important post, more than one of an ordinary post.
STANDBY_COST = 300

# What an open seat costs by the rank of its post (1 critical … 4 can wait): each rank outweighs the next.
OPEN_SEAT_COST: Mapping[int, int] = {1: 1000, 2: 400, 3: 150, 4: 60}


def kind_qualifications(kinds: frozenset[str]) -> frozenset[str]:
    """What people of these kinds can by profession."""
    return frozenset(code for kind in kinds for code in KIND_QUALIFIES.get(kind, ()))


def caps(kinds: frozenset[str], *, emergency: bool) -> Caps:
    """The caps of somebody with these kinds: staff who also volunteer stay staff."""
    if kinds & STAFF:
        return EMERGENCY_STAFF_CAPS if emergency else STAFF_CAPS
    return VOLUNTEER_CAPS


def rest(*, emergency: bool) -> Rest:
    """The limits of the body for this mode."""
    return EMERGENCY_REST if emergency else REST


def main_kind(kinds: frozenset[str]) -> str:
    """The kind under which somebody's hours are counted; empty without kinds."""
    return next((kind for kind in KIND_ORDER if kind in kinds), "")


def kind_name(kind: str) -> str:
    """A kind in the reader's language; empty for none."""
    return str(Kind(kind).label) if kind in Kind.values else ""


def serves_as(kinds: frozenset[str], taken: frozenset[str]) -> str:
    """The kind as which somebody serves a post that takes `taken` (empty takes any); empty without kinds."""
    fitting = kinds & taken if taken else kinds
    return main_kind(fitting) or main_kind(kinds)
