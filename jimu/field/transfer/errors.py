"""Refusals of transfer."""

from django.utils.translation import gettext as _

from jimu.core.errors import Conflict, Invalid, NotPermitted


class NotNow(Conflict):
    """What a transfer is now does not allow the act; the sentence says what is missing."""

    code = "not_now"


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


class SamePerson(NotPermitted):
    """Two people have to sign, and one tried to be both."""

    code = "same_person"


class InOtherHands(Conflict):
    """Keys are somewhere else than who gives or takes them says."""

    code = "in_other_hands"


class NotOnRegister(NotPermitted):
    """A signature needs a person, and the account names none."""

    code = "not_on_register"

    def __init__(self) -> None:
        super().__init__(_("您的账号还没有对应到名册上的人，不能签字。请联系指挥长补上。"))
