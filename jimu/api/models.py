"""Tokens with which programs use the API."""

from django.conf import settings
from django.db import models

from jimu.core.ids import new_id


class ApiToken(models.Model):
    """A key of one account. The secret is shown once and never stored; `digest` is its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=40)
    # What a person compares with the secret in a program's settings.
    hint = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    read_only = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("created_at")), name="token_ends_after_it_begins")
        ]

    def __str__(self) -> str:
        return self.name
