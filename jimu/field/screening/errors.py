"""Refusals of screening."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict, Invalid


def _clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")


class TubeSealed(Conflict):
    """The tube was sealed before this was scanned."""

    code = "tube_sealed"

    def __init__(self, tube: str, at: datetime) -> None:
        super().__init__(_("{tube} 管在 {clock} 已封管，不能再加人。请换一支新管重新扫。").format(tube=tube, clock=_clock(at)))


class OtherSite(Conflict):
    """The tube belongs to another site."""

    code = "other_site"

    def __init__(self, tube: str, site: str) -> None:
        super().__init__(_("{tube} 管是“{site}”的，不是这个点位的。请核对管子上的条码。").format(tube=tube, site=site))


class BadCode(Invalid):
    """One of our codes that was changed or badly printed."""

    code = "bad_code"

    def __init__(self) -> None:
        super().__init__(_("这张码被改过或印坏了，没有接受。请改用身份证，或重新打印。"))


class HouseholdCode(Invalid):
    """A household's code where one person is meant."""

    code = "household_code"

    def __init__(self) -> None:
        super().__init__(_("这是一户的码，分不清是哪一位。请扫各人自己的码，或用身份证。"))


class NotBegun(Conflict):
    """The round has not begun, or is over."""

    code = "round_not_open"

    def __init__(self, *, over: bool) -> None:
        super().__init__(_("这一轮已经结束，不能再记。") if over else _("这一轮还没有开始。请点位长先在网页上开始这一轮。"))


class NotThisPerson(Conflict):
    """A tube was prepared for somebody else."""

    code = "not_this_person"

    def __init__(self, tube: str) -> None:
        super().__init__(_("{tube} 管是给另一位复采备好的，一管只能一人。请换管。").format(tube=tube))


class TooEarlyToSeal(Invalid):
    """Nobody is in the tube."""

    code = "empty_tube"

    def __init__(self, tube: str) -> None:
        super().__init__(_("{tube} 管里还没有人，不用封。").format(tube=tube))
