"""Sign-in accounts and their grants."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(AbstractUser):
    """Somebody who signs in; `display_name` is what the journal and pages show."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField(max_length=40)
    person = models.OneToOneField("people.Person", null=True, on_delete=models.SET_NULL, related_name="account")
    # Whom this account speaks for: the contact of a unit sees its own people and pledges, and no part of the grid.
    contact_of = models.ForeignKey("people.Organisation", null=True, on_delete=models.PROTECT, related_name="contacts")
    # The password was chosen by somebody else: its owner is asked for one of their own.
    must_change = models.BooleanField(default=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = []


class Grant(models.Model):
    """A role on a unit and all below it."""

    class Role(models.TextChoices):
        COMMANDER = "commander", _("指挥长")
        SECRETARY = "secretary", _("居民区书记")
        BLOCK_LEADER = "block_leader", _("块长")
        BUILDING_LEADER = "building_leader", _("楼组长")
        MEMBER = "member", _("队员")
        AUDITOR = "auditor", _("监督员")

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=Role.choices)
    unit = models.ForeignKey("grid.Unit", on_delete=models.CASCADE, related_name="grants")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "role", "unit"], name="granted_once")]
