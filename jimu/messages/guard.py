"""No personal data in texts that many read: numbers, and names of people on the lists."""

from collections.abc import Sequence

from jimu.grid.models import Unit
from jimu.messages import rules
from jimu.people.models import Person


def check_group_texts(texts: Sequence[str]) -> None:
    """Raise PersonalInGroup when one of the texts holds a phone number, an ID number or the name of somebody registered."""
    distinct = set(texts)
    if not distinct:
        return
    for text in distinct:
        rules.refuse_numbers(text)
    names = list(Person.objects.filter(active=True).values_list("name", flat=True).distinct())
    places = [name for pair in Unit.objects.values_list("name", "short_name").distinct() for name in pair if len(name) > 1]
    for text in distinct:
        rules.refuse_names(text, names, places=places)
