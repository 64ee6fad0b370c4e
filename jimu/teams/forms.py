"""What people type into the pages of teams."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from jimu.core.errors import Invalid


class ClaimForm(forms.Form):
    """Somebody for a seat, with a reason where the gate is shut."""

    person = forms.UUIDField()
    reason = forms.CharField(max_length=200, required=False)

    @classmethod
    def checked(cls, data: Any) -> dict[str, Any]:
        """The arguments of the action. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("请先选一个人；破例的理由不超过 200 字。"))
        return {"person_id": form.cleaned_data["person"], "override_reason": form.cleaned_data["reason"]}


class SeatPersonForm(forms.Form):
    """A seat."""

    seat = forms.UUIDField()

    @classmethod
    def checked(cls, data: Any) -> UUID:
        """The seat's id. Raises Invalid."""
        form = cls(data)
        if not form.is_valid():
            raise Invalid(_("请先选一个席位。"))
        seat: UUID = form.cleaned_data["seat"]
        return seat
