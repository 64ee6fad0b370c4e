"""Refusals of the roster."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from jimu.core.errors import Conflict, Invalid


class BreaksRules(Invalid):
    """An assignment by hand would break rules; `data["breaches"]` lists each with its sentence."""

    code = "breaks_rules"
    sentence = _("这样安排违反排班规则。")

    def __init__(
        self, breaches: Sequence[dict[str, Any]], *, may_override: bool, needs_commander: bool = False
    ) -> None:
        first = breaches[0]["sentence"] if breaches else self.sentence
        super().__init__(
            first, breaches=list(breaches), may_override=may_override, needs_commander=needs_commander
        )


class NotFit(Conflict):
    """A roster that breaks hard rules cannot be published; `data["breaches"]` lists them."""

    code = "not_fit_to_publish"
    sentence = _("这份排班还有不符合规则的地方，不能发布。请先按清单改好。")


class Stale(Conflict):
    """Somebody changed the roster after the reader saw it."""

    code = "stale_roster"
    sentence = _("这份排班刚刚被别人改过。请刷新，看过最新的内容后再操作。")


class PublishedMeanwhile(Conflict):
    """Another roster of the incident came into force after the publisher looked."""

    code = "published_meanwhile"
    sentence = _("另一份排班刚刚发布。请先看过它，再决定要不要发布这一份。")


class NotDraft(Conflict):
    """Only a draft can be published or discarded."""

    code = "not_a_draft"
    sentence = _("这份排班已经不是草稿，不能再这样操作。")


class SeatTaken(Conflict):
    """Somebody else took the last seat."""

    code = "seat_taken"
    sentence = _("这个班次的岗位刚刚排满了，请刷新后另选班次。")
