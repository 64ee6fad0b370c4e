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
