"""What organisations pledge, whom they name for it, and what has arrived."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Pledge(models.Model):
    """An organisation promises people or goods, for some days, to a place or to the whole subdistrict."""

    class Sort(models.TextChoices):
        PEOPLE = "people", _("人员")
        GOODS = "goods", _("物资")

    class State(models.TextChoices):
        OPEN = "open", _("有效")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="pledges")
    sort = models.CharField(max_length=6, choices=Sort.choices)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, blank=True, default="", help_text="kind of people")
    qualification = models.CharField(max_length=40, blank=True, default="")
    item = models.CharField(max_length=40, blank=True, default="", help_text="what goods")
    measure = models.CharField(max_length=10, blank=True, default="", help_text="what the number counts: boxes, sets")
    first_day = models.DateField()
    last_day = models.DateField()
    unit = models.ForeignKey("grid.Unit", null=True, on_delete=models.PROTECT, related_name="pledges")
    note = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    pledged_at = models.DateTimeField()
    pledged_by = models.CharField(max_length=80)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True, default="")
    withdraw_reason = models.CharField(max_length=200, blank=True, default="")
    outcome = models.JSONField(default=dict, help_text="what the withdrawal freed: people, seats, shifts, loans")

    class Meta:
        ordering = ["-pledged_at"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="pledge_of_something"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="pledge_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(sort="people") | ~Q(item=""), name="goods_have_a_name"),
        ]


class Named(models.Model):
    """Somebody whom the organisation sends under a pledge of people."""

    id = models.BigAutoField(primary_key=True)
    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="named")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="named_by")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pledge", "person"], name="named_once_for_a_pledge")]


class Arrival(models.Model):
    """Something of a pledge has come. Appended; a mistake is put right by a negative row. Of people, each person once."""

    id = models.BigAutoField(primary_key=True)
    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="arrivals")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="arrivals")
    number = models.IntegerField(default=1)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    note = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["pledge", "person"], condition=~Q(person=None), name="a_person_arrives_once"),
            models.CheckConstraint(condition=~Q(number=0), name="an_arrival_of_something"),
        ]
