"""Forms of playbooks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jimu.playbooks.reading import LARGEST


class CheckForm(forms.Form):
    """A playbook as a file or as text."""

    file = forms.FileField(label=_("预案文件"), required=False, widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt"}))
    text = forms.CharField(
        label=_("或把内容贴在这里"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"})
    )

    def clean(self) -> dict[str, Any]:
        """The text of either, under `text`."""
        given: dict[str, Any] = super().clean() or {}
        file = given.get("file")
        if file is not None:
            if file.size > LARGEST * 4:
                raise forms.ValidationError(_("文件太大，预案不应超过 20 万字。"))
            try:
                given["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise forms.ValidationError(_("这个文件不是 UTF-8 文字，请用记事本另存为 UTF-8。")) from error
        if not given.get("text", "").strip():
            raise forms.ValidationError(_("请选择一个文件，或把内容贴进来。"))
        return given
