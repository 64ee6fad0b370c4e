"""Refusals of supplies."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jimu.core.errors import Conflict
from jimu.signup import errors as signup_errors


class NotEnough(Conflict):
    """A hand does not hold so many."""

    code = "not_enough"

    def __init__(self, item: str, there: int, wanted: int, where: str) -> None:
        sentence = _("{where}只有 {there}，不够 {wanted}（{item}）。请先清点，或少发一些。")
        super().__init__(sentence.format(item=item, there=there, wanted=wanted, where=where), there=there, wanted=wanted)


class NotReady(Conflict):
    """A lot may not leave the store yet, or any more."""

    code = "not_ready"

    def __init__(self, item: str, stage: str, until: datetime | None = None) -> None:
        clock = timezone.localtime(until).strftime("%H:%M") if until else ""
        sentences = {
            "waiting": _("“{item}”还没有消杀，不能发放。"),
            "resting": _("“{item}”还在静置，{clock} 以后可以发放。"),
            "expired": _("“{item}”已过保质期，不能发放。请登记报损或退回。"),
        }
        super().__init__(sentences[stage].format(item=item, clock=clock), stage=stage)


class NothingLeft(Conflict):
    """The building has no portion left to hand over, as far as is known."""

    code = "nothing_left"

    def __init__(self) -> None:
        super().__init__(_("按记录，这栋楼的份数已经发完。请和楼组长点一点，再到库里补。"))


class HadTheirs(Conflict):
    """The household has what the limit allows."""

    code = "had_theirs"

    def __init__(self, room: str, who: str, when: datetime | None) -> None:
        at = timezone.localtime(when).strftime("%H:%M") if when else ""
        super().__init__(_("{room} 已按限额领过（{at} {who}），这次没有再记。").format(room=room, who=who, at=at))


class Signed(Conflict):
    """Somebody signed for it."""

    code = "signed"

    def __init__(self, who: str, counted: int) -> None:
        super().__init__(_("{who} 已经签收，点到 {counted} 份。有出入请告诉库房。").format(who=who, counted=counted), counted=counted)


class AboveLimit(Conflict):
    """A household would have more of an item than it may."""

    code = "above_limit"

    def __init__(self, item: str, limit: int, room: str) -> None:
        super().__init__(_("{item}每户最多 {limit}，{room} 加上这次就超过了。").format(item=item, limit=limit, room=room), limit=limit)


class BuyClosed(Conflict):
    """A group buy takes no more orders."""

    code = "buy_closed"

    def __init__(self) -> None:
        super().__init__(_("这个团购已经截止或停止，不再收单。"))


class TooMany(signup_errors.TooMany):
    """Too many tries from one address."""

    code = "too_many"

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        clock = timezone.localtime(until).strftime("%H:%M")
        self.sentence = _("这一小时提交得太多了。请在 {clock} 以后再试，或直接告诉团长。").format(clock=clock)
