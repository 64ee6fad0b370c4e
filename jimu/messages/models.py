"""Messages: the channels, who is told through which, the outbox, and every try to hand something to a service."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core.ids import new_id


class Urgency(models.TextChoices):
    """Two tiers: what must reach somebody now, and what may wait and be joined with others."""

    URGENT = "urgent", _("紧急")
    ROUTINE = "routine", _("一般")


class Channel(models.Model):
    """A way out: a robot of a group, or a gateway to persons whose address has `{to}` in it."""

    class Service(models.TextChoices):
        WECOM = "wecom", _("企业微信群机器人")
        DINGTALK = "dingtalk", _("钉钉群机器人")
        FEISHU = "feishu", _("飞书群机器人")
        MAIL = "mail", _("邮件")
        WEBHOOK = "webhook", _("网络接口（webhook）")
        OTHER = "other", _("其他（Apprise 地址）")
        LOCAL = "local", _("只留在本机（演练）")

    class Reach(models.TextChoices):
        GROUP = "group", _("一个群")
        PERSONS = "persons", _("个人")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    service = models.CharField(max_length=12, choices=Service.choices)
    reach = models.CharField(max_length=8, choices=Reach.choices)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="channels", help_text="whose it is")
    # Holds keys of robots and passwords of mailboxes: a secret as a whole.
    address_sealed = models.TextField(blank=True, default="")
    # The service's own limit; 0 is none.
    per_minute = models.PositiveIntegerField(default=20)
    # Gateways to persons that are used where nobody chose otherwise.
    usual_for = models.JSONField(default=list, help_text="urgencies")
    active = models.BooleanField(default=True)
    # After a failure the whole channel rests, so that an hour's outage does not burn the tries of every message.
    failures = models.PositiveIntegerField(default=0)
    rests_until = models.BigIntegerField(default=0, help_text="second of service")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(reach="group", active=True), name="one_group_channel_per_unit"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """How one person wants to be told. What is not chosen is the usual channel of the tier."""

    person = models.OneToOneField("people.Person", primary_key=True, on_delete=models.CASCADE, related_name="telling")
    urgent_channel = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, related_name="+")
    urgent_to_sealed = models.CharField(max_length=400, blank=True, default="", help_text="empty: the phone")
    routine_channel = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, related_name="+")
    routine_to_sealed = models.CharField(max_length=400, blank=True, default="")
    # Minutes of the day between which routine messages wait; the same twice is never.
    quiet_from = models.PositiveSmallIntegerField(default=1320)
    quiet_until = models.PositiveSmallIntegerField(default=420)


class Delivery(models.Model):
    """One try to hand one text to one address. Its id is the key by which a service can drop a repeat."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("未知")
        SENT = "sent", _("已发出")
        FAILED = "failed", _("没有发出")
        ABANDONED = "abandoned", _("没有交出去")
        UNSURE = "unsure", _("不知是否发出")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="deliveries")
    # Set before the service is spoken to: after a crash, what was never handed over may be sent again.
    handed = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    lease = models.BigIntegerField(help_text="second of service after which another process may take it over")
    began = models.BigIntegerField(help_text="second of service")
    error = models.CharField(max_length=60, blank=True, default="", help_text="a code; never what the service wrote")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["outcome", "lease"]), models.Index(fields=["channel", "began"])]


class Message(models.Model):
    """Something to tell one person or one group, once: the key sees to that."""

    class State(models.TextChoices):
        QUEUED = "queued", _("待发")
        SENDING = "sending", _("正在发")
        SENT = "sent", _("已发出")
        FAILED = "failed", _("没发出，稍后再试")
        DEAD = "dead", _("发不出去")
        BY_HAND = "by_hand", _("请人工告知")
        TOLD = "told", _("已人工告知")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    person = models.ForeignKey("people.Person", null=True, on_delete=models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.SET_NULL, related_name="messages")
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="messages", help_text="the place it is about")
    subject = models.CharField(max_length=80, blank=True, default="", help_text="what it belongs to, such as order:<id>")
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.BigIntegerField(default=0, help_text="second of service before which it is not tried again")
    not_before = models.DateTimeField(null=True, help_text="the end of the person's quiet hours")
    delivery = models.ForeignKey(Delivery, null=True, on_delete=models.SET_NULL, related_name="messages")
    error = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["state", "due"]),
            models.Index(fields=["subject", "state"]),
            models.Index(fields=["unit", "-created_at"]),
        ]


class LocalLine(models.Model):
    """What a local channel took: for drills and tests. A repeat of a key changes nothing."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="lines")
    text = models.TextField()
    at = models.DateTimeField()
