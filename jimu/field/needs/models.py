"""Needs: what a resident asks for, its story, and the public doors through which it comes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Door(models.Model):
    """A public address for the residents of one part of the grid. One is open at a time; the database guards it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="need_doors")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit"], condition=Q(closed_at=None), name="one_open_door_a_unit")]


class OwnList(models.Model):
    """What one phone sent through public doors, behind a personal link. It ends by its day or by somebody's word; rows that hold needs stay."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True, default="")


class Need(models.Model):
    """What somebody asks for, at a place. `kind`, `title` and the limit are the playbook's as they were. Words, name and phone are sealed."""

    class State(models.TextChoices):
        OPEN = "open", _("待派")
        ASSIGNED = "assigned", _("已派，等接单")
        ACCEPTED = "accepted", _("办理中")
        DONE = "done", _("已办，等居民确认")
        CONFIRMED = "confirmed", _("已确认")
        REFUSED = "refused", _("未同意")
        MERGED = "merged", _("已并入")
        WITHDRAWN = "withdrawn", _("已撤回")

    class Way(models.TextChoices):
        QR = "qr", _("居民扫码")
        PHONE = "phone", _("电话代报")
        DOOR = "door", _("上门得知")
        PATROL = "patrol", _("巡查看到")

    class Decision(models.TextChoices):
        NONE = "", _("不用批")
        PENDING = "pending", _("待决定")
        GRANTED = "granted", _("同意")
        REFUSED = "refused", _("未同意")

    RUNNING = ("open", "assigned", "accepted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.CharField(max_length=20, unique=True, help_text="with it the resident sees how far it is, and confirms")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="needs")
    room = models.CharField(max_length=30, blank=True, default="")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=20)
    colour = models.CharField(max_length=8)
    restricted = models.BooleanField(default=False)
    limit_minutes = models.PositiveIntegerField()
    text_sealed = models.TextField(blank=True, default="")
    name_sealed = models.CharField(max_length=240, blank=True, default="")
    phone_sealed = models.CharField(max_length=120, blank=True, default="")
    phone_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    way = models.CharField(max_length=6, choices=Way.choices)
    door = models.ForeignKey(Door, null=True, on_delete=models.PROTECT, related_name="needs")
    own_list = models.ForeignKey(OwnList, null=True, on_delete=models.SET_NULL, related_name="needs")
    finder = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="needs_found")
    finder_account = models.BigIntegerField(null=True, help_text="the account that wrote it down")
    reported_by = models.CharField(max_length=80, blank=True, default="")
    origin = models.CharField(max_length=60, null=True, unique=True, help_text="what it came from elsewhere in the field; one need for each")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    team = models.ForeignKey("teams.Team", null=True, on_delete=models.SET_NULL, related_name="needs")
    handler = models.ForeignKey("people.Person", null=True, on_delete=models.SET_NULL, related_name="needs_handled")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, default="")
    decide_path = models.CharField(max_length=255, blank=True, default="", help_text="path of the unit whose word it needs")
    reported_at = models.DateTimeField()
    # When half of the limit is over, and the limit; an appeal or a reopening sets them anew.
    half_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    stage = models.PositiveSmallIntegerField(default=0, help_text="0 in time, 1 half was over and nobody took it, 2 overdue")
    told = models.JSONField(default=list, help_text="ids of the leaders told at this stage")
    next_tick = models.BigIntegerField(null=True, help_text="second of service at which the next level is told")

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["unit", "state"]),
            models.Index(fields=["handler", "state"]),
            models.Index(fields=["team", "state"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def target(self) -> str:
        """What the journal and messages call it."""
        return f"need:{self.pk}"

    @property
    def running(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in self.RUNNING

    @property
    def text(self) -> str:
        return sealed.unseal(self.text_sealed)

    @property
    def name(self) -> str:
        return sealed.unseal(self.name_sealed)

    @property
    def masked_phone(self) -> str:
        return sealed.mask_phone(sealed.unseal(self.phone_sealed))


class NeedEvent(models.Model):
    """What happened with a need. Appended; `note` is sealed, since it may tell of health or of a quarrel."""

    class Kind(models.TextChoices):
        REPORTED = "reported", _("报来")
        ASSIGNED = "assigned", _("派单")
        RECALLED = "recalled", _("收回派单")
        ACCEPTED = "accepted", _("接单")
        RETURNED = "returned", _("退单")
        NOTED = "noted", _("进展")
        DONE = "done", _("办好")
        CONFIRMED = "confirmed", _("确认办好")
        REOPENED = "reopened", _("没有办好，重新办理")
        WITHDRAWN = "withdrawn", _("撤回")
        MERGED = "merged", _("合并")
        GRANTED = "granted", _("同意外出")
        REFUSED = "refused", _("未同意")
        APPEALED = "appealed", _("申诉到上一级")
        RAISED = "raised", _("催办")
        STUCK = "stuck", _("没有人可再催，请打电话")

    class By(models.TextChoices):
        STAFF = "staff", _("工作人员")
        HANDLER = "handler", _("办理人")
        RESIDENT = "resident", _("居民")
        FINDER = "finder", _("报告人")
        CALLBACK = "callback", _("电话回访")
        SYSTEM = "system", _("系统")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.CharField(max_length=80)
    role = models.CharField(max_length=8, choices=By.choices)
    about = models.CharField(max_length=80, blank=True, default="", help_text="whom or what it went to")
    note_sealed = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["need", "at"])]

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)
