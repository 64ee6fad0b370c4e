"""Time: one zone for people (the subdistrict's), aware datetimes everywhere."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

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


def minute_of(moment: datetime, day: date) -> int:
    """Minutes from local midnight of `day` to `moment` (negative before)."""
    return int((moment - at_minute(day, 0)).total_seconds() // 60)


def clock_text(minute: int) -> str:
    """08:00 for 480; 次日 is the reader's to infer from 30:00 never shown: minutes wrap at midnight."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"
