"""A clock that only goes forward, and only while the service runs: seconds of service, kept in one row.

Waiting times (silence before a deputy is asked, the pause before another try, a lease) are measured on it. A machine
whose clock is set, or that was switched off for a night, changes none of them: nobody is judged silent for hours in
which nobody could have answered.
"""

from collections.abc import Callable
from time import monotonic
from uuid import uuid4

from django.db.models import F

from jimu.core.models import SteadyClock

ROW = 1
# A process that was stopped and goes on does not let all that time pass at once.
LONGEST_STEP = 60
# A ticker that saw the count stand still for so long takes it over.
TAKE_OVER = 20.0


def now() -> int:
    """Seconds of service so far; 0 before the first tick. Its grain is the ticker's step, some seconds."""
    found = SteadyClock.objects.filter(pk=ROW).values_list("seconds", flat=True).first()
    return found or 0


class Advancer:
    """Moves the clock on by the monotonic time of this process, as long as no other process does."""

    def __init__(self, *, alone: bool = False, measure: Callable[[], float] = monotonic) -> None:
        """`alone` says that no other process advances this clock, so that it need not wait to find out."""
        self.token = uuid4().hex
        self.measure = measure
        self.alone = alone
        self.counted = measure()
        self.seen: tuple[int, float] | None = None

    def advance(self) -> None:
        """Add the whole seconds that passed since the last call."""
        row, _made = SteadyClock.objects.get_or_create(pk=ROW, defaults={"holder": self.token})
        present = self.measure()
        if row.holder == self.token:
            passed = int(present - self.counted)
            self.counted += passed
            step = min(passed, LONGEST_STEP)
            if step > 0:
                SteadyClock.objects.filter(pk=ROW, holder=self.token).update(seconds=F("seconds") + step)
        elif self.alone or self._stands_still(row.seconds, present):
            self.counted = present
            # Of several that take over, one finds the row as it saw it.
            SteadyClock.objects.filter(pk=ROW, holder=row.holder, seconds=row.seconds).update(holder=self.token)

    def _stands_still(self, seconds: int, present: float) -> bool:
        if self.seen is None or self.seen[0] != seconds:
            self.seen = (seconds, present)
            return False
        return present - self.seen[1] >= TAKE_OVER
