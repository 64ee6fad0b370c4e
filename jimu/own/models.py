"""Personal links, and seats that their own holder has put in doubt."""

from django.db import models

from jimu.core.ids import new_id


class PersonalLink(models.Model):
    """A signed address by which one person reaches their own record without an account. Rows end, they are not deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="links")
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(revoked_at=None), name="one_personal_link_at_a_time"),
        ]


class Doubt(models.Model):
    """A published seat that no longer agrees with what its holder says of their time or limits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField("roster.Assignment", on_delete=models.CASCADE, related_name="doubt")
    rules = models.JSONField(default=list, help_text="codes of the rules that it breaks now")
    since = models.DateTimeField()
    # Somebody spoke with them and the seat stands as it is.
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True, default="")
