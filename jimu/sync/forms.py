"""Forms of phones."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jimu.accounts.queries import actor_of
from jimu.core.brick import DutyShift
from jimu.sync import duties, rules
from jimu.sync.offering import Offered

HOURS = [(8, _("8 小时")), (12, _("12 小时")), (24, _("1 天")), (72, _("3 天")), (168, _("7 天")), (720, _("30 天"))]
LONGER = [(1, _("1 小时")), (2, _("2 小时")), (4, _("4 小时")), (8, _("8 小时")), (24, _("1 天"))]


class InviteForm(forms.Form):
    """For one person on one part: which shift of today or until when, and what the phone is for."""

    shift = forms.ChoiceField(label=_("今天的班"), required=False, widget=forms.RadioSelect)
    hours = forms.TypedChoiceField(label=_("值守多久"), choices=HOURS, coerce=int, initial=12, required=False, empty_value=None, help_text=_("到时手机上的资料会自动清除。"))
    work = forms.ChoiceField(label=_("用来做什么"), required=False, help_text=_("手机上只放这件事要用的。"))
    label = forms.CharField(label=_("怎么称呼这部手机"), max_length=40, required=False, help_text=_("例如：小米、红外壳。不填就用姓名。"))

    def __init__(self, *args: Any, grant: Offered, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holder = rules.narrowed(actor_of(grant.account), grant.unit.path)
        shifts, leads = duties.shifts_of(holder, grant.unit.path, at), duties.leads(holder)
        if shifts:
            said = [(str(one.key), _said(one)) for one in shifts]
            self._choose("shift", [*said, *([("", gettext("不按班：我负责的这一片"))] if leads else [])])
            self.fields["shift"].initial = said[0][0]
            self.fields["shift"].required = not leads
            self.fields["shift"].help_text = gettext("手机用到下班后 1 小时；班延长了，带班的人可以再延长。")
        else:
            del self.fields["shift"]
        if shifts and not leads:
            del self.fields["hours"]
        elif shifts:
            self.fields["hours"].help_text = gettext("不按班的才看这一项。")
        asked = duties.titled(duties.of_shift(holder, shifts[0])) if shifts and duties.of_shift(holder, shifts[0]) else ""
        usual = gettext("按岗位（{work}）").format(work=asked) if asked else duties.titled([]) if leads else gettext("请选")
        rest = [] if leads and not asked else [(duties.ALL, duties.titled([]))]
        self._choose("work", [("", usual), *duties.choices_for(holder, grant.unit.path, at), *rest])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_shift(self) -> UUID | None:
        """The seat, as its key."""
        return UUID(self.cleaned_data["shift"]) if self.cleaned_data["shift"] else None

    def clean_work(self) -> list[str] | None:
        """None: what the post asks."""
        given = self.cleaned_data["work"]
        return None if not given else [] if given == duties.ALL else [given]


def _said(shift: DutyShift) -> str:
    start, end = timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at)
    return f"{start:%m-%d %H:%M}–{end:%H:%M} {shift.title} · {shift.place}"


class ProlongForm(forms.Form):
    """By how long a duty goes on."""

    hours = forms.TypedChoiceField(choices=LONGER, coerce=int)


#: How a choice of one field is called in what a page sends.
OF_FIELD = "field:"


class ResolveForm(forms.Form):
    """Which version stays: of all, or of each field."""

    take = forms.ChoiceField(choices=[(one, one) for one in ("phone", "here", "each")])

    @property
    def fields_taken(self) -> dict[str, str]:
        """The choice of each field that was sent."""
        return {key.removeprefix(OF_FIELD): str(value) for key, value in self.data.items() if key.startswith(OF_FIELD)}
