"""Refusals of transfer."""

from django.utils.translation import gettext as _

from jimu.core.errors import Conflict, Invalid


class Unanswered(Conflict):
    """Nobody leaves before somebody asked who and what is left behind."""

    code = "unanswered"

    def __init__(self) -> None:
        super().__init__(_("还没问过家里留下谁。先问清老人、孩子、病人、宠物、煤气电器和要用的药，再让人走。"))


class DoesNotFit(Invalid):
    """Somebody and a vehicle, or where it goes, do not fit; the sentence says why."""

    code = "does_not_fit"


class Full(Conflict):
    """No seat, or no bed, is left."""

    code = "full"
