"""What the relay takes for granted unless told otherwise: data, not decisions."""

from datetime import timedelta

# Minutes after the incoming shift began by which a handover must be accepted; a commander sets another for an incident.
ACCEPT_MINUTES = 15
LEAST_MINUTES, MOST_MINUTES = 5, 120
# A shift whose end nobody told: how long the next one is taken to last.
USUAL_SHIFT = timedelta(hours=8)
# How far around now shifts are looked at for the turns that one may hand over at.
TURNS_BACK, TURNS_AHEAD = timedelta(hours=4), timedelta(hours=24)
# Whoever sits on a shift this near may hand over or accept at its post.
NEAR = timedelta(hours=16)
# A critical post is empty when so long after its beginning fewer stand there than it needs; one level more is told for
# each further minutes, until it is too late for anybody to come.
EMPTY_AFTER, EMPTY_UNTIL = timedelta(minutes=10), timedelta(hours=2)
EMPTY_LEVEL_MINUTES = 20
# Attendance is kept at a place when somebody was marked there within this time.
KEPT_WITHIN = timedelta(hours=24)
