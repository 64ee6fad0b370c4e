"""Sign-up: campaigns with their public address, what people sent in, and knocks on the public door."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Campaign(models.Model):
    """A call for help of one part of the grid. `terms` is the playbook's sign-up section as it was on opening."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Who knows it may fill the form in; nothing else can be done with it.
    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="campaigns")
    playbook = models.CharField(max_length=60)
    title = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True, default="")
    ask = models.CharField(max_length=80, help_text="whom to ask; a desk, not a person")
    posts = models.JSONField(default=list, help_text="what is needed: code, title, suit, heavy")
    skills = models.JSONField(default=list, help_text="codes of skills that are wanted most")
    terms = models.JSONField(default=dict)
    first_day = models.DateField()
    last_day = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")
    purged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="campaign_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.title


class Application(models.Model):
    """What somebody sent in. It is no person on the register until somebody of the neighborhood confirmed it."""

    class State(models.TextChoices):
        PENDING = "pending", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("未通过")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="applications")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="applications")
    name = models.CharField(max_length=40)
    phone_sealed = models.CharField(max_length=120)
    phone_index = models.CharField(max_length=32, db_index=True)
    id_number_sealed = models.CharField(max_length=120, blank=True, default="")
    id_number_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    guardian_sealed = models.CharField(max_length=240, blank=True, default="", help_text="name and phone")
    born_on = models.DateField()
    minor = models.BooleanField(default=False)
    address = models.CharField(max_length=60, blank=True, default="")
    posts = models.JSONField(default=list)
    skills = models.JSONField(default=list)
    slots = models.JSONField(default=list, help_text="codes of rules.SLOTS")
    limits = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    sent_at = models.DateTimeField()
    times_sent = models.PositiveIntegerField(default=1)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="applications")

    class Meta:
        indexes = [models.Index(fields=["campaign", "state", "sent_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "id_number_index"],
                condition=models.Q(state="pending") & ~models.Q(id_number_index=""),
                name="one_pending_application_per_id_number",
            ),
            models.UniqueConstraint(
                fields=["campaign", "name", "phone_index"],
                condition=models.Q(state="pending", id_number_index=""),
                name="one_pending_application_per_name_and_phone",
            ),
        ]

    @property
    def masked_phone(self) -> str:
        return sealed.mask_phone(sealed.unseal(self.phone_sealed))


class Knock(models.Model):
    """One try at the public door, kept for a day so that tries can be counted. The address is a keyed digest."""

    id = models.BigAutoField(primary_key=True)
    address_index = models.CharField(max_length=32)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.CASCADE, related_name="knocks")
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["address_index", "at"]), models.Index(fields=["campaign", "at"])]
