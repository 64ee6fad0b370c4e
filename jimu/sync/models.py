"""Phones, what they sent, and what a person has to look at."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Device(models.Model):
    """A phone of an account, on one part of the grid until its duty ends.

    The invitation (a link of random bits) enrols once; then the phone holds a secret. Of both only the SHA-256 is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    unit = models.ForeignKey("grid.Unit", on_delete=models.CASCADE, related_name="devices")
    label = models.CharField(max_length=40)
    invite_digest = models.CharField(max_length=64, unique=True)
    invite_until = models.DateTimeField()
    digest = models.CharField(max_length=64, unique=True, null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    enrolled_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    work = models.JSONField(default=list, help_text="what it is for: duties, each with its spot (duty@spot); none: whatever comes up on its part")
    shift_id = models.UUIDField(null=True, help_text="the seat on the roster whose shift the duty follows")
    revoked_at = models.DateTimeField(null=True)
    wiped_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    app_version = models.CharField(max_length=20, blank=True, default="")
    protocol = models.PositiveSmallIntegerField(default=0)
    # How far the phone's clock was behind at the last sync (negative: ahead).
    skew_ms = models.BigIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    looking = models.PositiveIntegerField(default=0)
    full = models.BooleanField(default=False, help_text="the phone said that its storage is full")

    class Meta:
        ordering = ["unit__path", "label", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("created_at")), name="duty_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.label

    @property
    def revoked(self) -> bool:
        """Whether it may do nothing any more: revoked itself, or its account closed."""
        return self.revoked_at is not None or not self.account.is_active


class Operation(models.Model):
    """One operation of a phone, once, with what became of it. Its key is the id that the phone gave it."""

    class Outcome(models.TextChoices):
        DONE = "done", _("已入账")
        LOOK = "look", _("要看")
        REFUSED = "refused", _("没有接受")

    op_id = models.UUIDField(primary_key=True, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="operations")
    kind = models.CharField(max_length=60)
    based_on = models.CharField(max_length=64, blank=True, default="")
    said_at = models.DateTimeField(help_text="by the phone's clock")
    at = models.DateTimeField(help_text="by the server's clock")
    received_at = models.DateTimeField(db_index=True)
    scope = models.CharField(max_length=255, blank=True, default="")
    payload = models.JSONField(null=True)
    payload_sealed = models.TextField(blank=True, default="")
    # The same id with other content is not the same operation.
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    answer = models.JSONField(default=dict)

    class Meta:
        ordering = ["-received_at", "-op_id"]


class Photo(models.Model):
    """A photo of an operation, sealed; empty until all its parts are there. `subject` is what it shows (`room:<id>`), as its kind says."""

    id = models.UUIDField(primary_key=True, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="photos")
    subject = models.CharField(max_length=80, db_index=True)
    scope = models.CharField(max_length=255, blank=True, default="")
    parts = models.PositiveSmallIntegerField()
    image_sealed = models.TextField(blank=True, default="")
    at = models.DateTimeField(db_index=True)

    @property
    def whole(self) -> bool:
        """Whether all of it has come."""
        return bool(self.image_sealed)


class PhotoPart(models.Model):
    """A part of a photo that has not come whole."""

    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    content_sealed = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "number"], name="a_part_of_a_photo_once")]


class Conflict(models.Model):
    """What an operation and the record say of the same, or why a person has to look. Both versions stay."""

    class Why(models.TextChoices):
        SAME_FIELD = "same_field", _("两边改了同一项")
        OTHER_FIELD = "other_field", _("两边改了不同的项，都已保留")
        LATE = "late", _("到得太晚")
        FORM = "form", _("用旧表格填的")
        BROKEN = "broken", _("处理时出了错")
        KIND = "kind", _("需要人来判断")

    class State(models.TextChoices):
        OPEN = "open", _("要看")
        KEPT = "kept", _("两边都保留")
        PHONE = "phone", _("采用手机的")
        HERE = "here", _("保留现有的")
        EACH = "each", _("逐项定的")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation = models.OneToOneField(Operation, on_delete=models.CASCADE, related_name="conflict")
    why = models.CharField(max_length=12, choices=Why.choices)
    subject = models.CharField(max_length=80, blank=True, default="")
    sentence = models.CharField(max_length=300, blank=True, default="")
    # JSON: {field: {"was", "phone", "here"}}
    versions_sealed = models.TextField(blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    scope = models.CharField(max_length=255, blank=True, default="", db_index=True)
    made_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=80, blank=True, default="")
    # Of each field of `versions` which was decided to stand: phone or here.
    taken = models.JSONField(default=dict)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["state", "scope"])]

    @property
    def hard(self) -> bool:
        """Whether a person has to choose."""
        return self.why != self.Why.OTHER_FIELD
