"""Labels of forms."""

from django import forms
from django.template import Context, Template


class Asking(forms.Form):
    """One question."""

    room = forms.CharField(label="几室")


def test_a_label_stands_above_its_field_without_a_colon() -> None:
    said = Template("{{ form.room|label }}").render(Context({"form": Asking()}))
    assert said == '<label for="id_room">几室</label>'
