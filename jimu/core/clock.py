"""Time: one zone for people (the subdistrict's), aware datetimes everywhere."""

from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid

MINUTES_PER_DAY = 1440


def now() -> datetime:
    """The current moment, aware."""
    return timezone.now()


def today() -> date:
    """The local date."""
    return timezone.localdate()


def at_minute(day: date, minute: int) -> datetime:
    """The moment `minute` minutes after local midnight of `day` (may lie on a later day), aware."""
    midnight = datetime.combine(day, time(0), tzinfo=timezone.get_current_timezone())
    return midnight + timedelta(minutes=minute)


def bounds(day: date) -> tuple[datetime, datetime]:
    """From midnight to midnight by the place's own clock. Raises Invalid for a day at the edge of the calendar, which has no midnight everywhere."""
    if not MINYEAR < day.year < MAXYEAR:
        raise Invalid(_("日期写成 2022-04-05 这样。"), field="day")
    return at_minute(day, 0), at_minute(day + timedelta(days=1), 0)


def day_of(words: str) -> date:
    """A day as an address or a command says it; today for none. Raises Invalid."""
    if not words.strip():
        return today()
    try:
        return date.fromisoformat(words.strip())
    except ValueError:
        raise Invalid(_("日期写成 2022-04-05 这样。"), field="day") from None


def minute_of(moment: datetime, day: date) -> int:
    """Minutes from local midnight of `day` to `moment` (negative before)."""
    return int((moment - at_minute(day, 0)).total_seconds() // 60)


def clock_text(minute: int) -> str:
    """08:00 for 480; 次日 is the reader's to infer from 30:00 never shown: minutes wrap at midnight."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
