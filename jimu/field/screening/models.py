"""Screening: sites, rounds with their called slots, pooled tubes, scans, custody, results, who was not tested and why."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Site(models.Model):
    """A place where samples are taken, with its tables; it serves one round after another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="screening_sites")
    name = models.CharField(max_length=40)
    place = models.CharField(max_length=120, blank=True, default="")
    tables = models.PositiveSmallIntegerField(default=2)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["unit__path", "name"]
        constraints = [models.UniqueConstraint(fields=["unit", "name"], condition=Q(retired_at=None), name="one_site_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """One screening of everybody of a unit. Numbers of the playbook are kept as they were when it was made."""

    class State(models.TextChoices):
        DRAFT = "draft", _("准备中")
        OPEN = "open", _("进行中")
        CLOSED = "closed", _("已结束")

    POOLS = (1, 5, 10, 20)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("grid.Unit", on_delete=models.PROTECT, related_name="screening_rounds")
    title = models.CharField(max_length=60)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    pool_size = models.PositiveSmallIntegerField(default=10)
    lab_minutes = models.PositiveSmallIntegerField(default=120)
    starts_at = models.DateTimeField()
    sites = models.ManyToManyField(Site, related_name="rounds")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    began_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["-starts_at", "-id"]
        indexes = [models.Index(fields=["unit", "state"], name="screening_rounds_by_state")]
        constraints = [models.CheckConstraint(condition=Q(pool_size__in=(1, 5, 10, 20)), name="a_pool_of_a_known_size")]

    def __str__(self) -> str:
        return self.title


class Slot(models.Model):
    """Some households of one entrance that are called down together, or a group that is sampled apart. `rooms` are ids of the ledger."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("工作人员")
        BUILDING = "building", _("按楼下楼")
        DOOR = "door", _("封闭楼，楼门口采")
        HOME = "home", _("上门采样")

    class State(models.TextChoices):
        PLANNED = "planned", _("等叫号")
        CALLED = "called", _("已叫")
        DONE = "done", _("已做完")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="slots")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="slots")
    order = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    building = models.ForeignKey("grid.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    entrance = models.CharField(max_length=20, blank=True, default="")
    rooms = models.JSONField(default=list)
    span = models.CharField(max_length=60, blank=True, default="", help_text="first and last door, for people")
    households = models.PositiveSmallIntegerField(default=0)
    persons = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    called_at = models.DateTimeField(null=True)
    called_by = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["round", "order"], name="slots_of_a_round")]


class Batch(models.Model):
    """Tubes that travel together. Signatures are sealed: they are names."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="batches")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    handed_at = models.DateTimeField(null=True)
    handed_by = models.CharField(max_length=80, blank=True, default="")
    courier_sealed = models.CharField(max_length=240, blank=True, default="")
    received_at = models.DateTimeField(null=True)
    received_by = models.CharField(max_length=80, blank=True, default="")
    receiver_sealed = models.CharField(max_length=240, blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="a_batch_once")]

    @property
    def courier(self) -> str:
        return sealed.unseal(self.courier_sealed)

    @property
    def receiver(self) -> str:
        return sealed.unseal(self.receiver_sealed)


class Tube(models.Model):
    """A tube with its barcode. `taken` counts the scans in it; `said` how many people whoever sealed it had seen: two codes of one are one.

    `expects` is who alone may be in it: a tube prepared for one person after a pool was positive.
    """

    class Result(models.TextChoices):
        NEGATIVE = "negative", _("阴性")
        POSITIVE = "positive", _("阳性")
        INCONCLUSIVE = "inconclusive", _("可疑")
        VOID = "void", _("无效")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="tubes")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="tubes")
    code = models.CharField(max_length=40)
    table = models.PositiveSmallIntegerField(default=1)
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    first_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    sealed_by = models.CharField(max_length=80, blank=True, default="")
    said = models.PositiveSmallIntegerField(null=True)
    same = models.PositiveSmallIntegerField(default=0, help_text="scans of people who were in it already, by another of their codes")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.SET_NULL, related_name="tubes")
    alarmed = models.BooleanField(default=False, help_text="somebody was told that its time runs out")
    result_sealed = models.CharField(max_length=120, blank=True, default="")
    result_at = models.DateTimeField(null=True)
    after = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="again", help_text="whose result made it needed")
    expects = models.ForeignKey("households.Resident", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="a_tube_once_in_a_round"),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="a_tube_is_never_overfull"),
        ]
        indexes = [models.Index(fields=["site", "sealed_at"], name="tubes_of_a_site"), models.Index(fields=["alarmed", "first_at"], name="tubes_in_a_hurry")]

    def __str__(self) -> str:
        return self.code

    @property
    def result(self) -> str:
        return sealed.unseal(self.result_sealed)

    @property
    def result_words(self) -> str:
        return str(self.Result(self.result).label) if self.result_sealed else ""

    @property
    def missing(self) -> int:
        """Scans that whoever sealed it saw and that have not come yet."""
        return max(0, (self.said or 0) - self.taken)


class Scan(models.Model):
    """A person scanned into a tube. Appended; its key is the id that the phone gave it.

    One of a `doubt` does not count in the tube, but a person looks at it, and a recall asks it too.
    """

    class Doubt(models.TextChoices):
        NONE = "", _("没有疑问")
        LATE = "late", _("封管后才传到，超出封管时的人数")
        OVER = "over", _("超过一管的人数")
        TWO = "two", _("采样的人说是两个人，台账说是一个人")

    class How(models.TextChoices):
        CODE = "code", _("扫码")
        ID = "id", _("身份证")
        FOREIGN = "foreign", _("别的码")
        LISTED = "listed", _("名单点选")
        PAPER = "paper", _("纸质补录")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tube = models.ForeignKey(Tube, on_delete=models.CASCADE, related_name="scans")
    # Thousands a second are appended: no index that another one serves.
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="scans", db_index=False)
    resident = models.ForeignKey("households.Resident", null=True, on_delete=models.PROTECT, related_name="screening_scans")
    code_index = models.CharField(max_length=32, blank=True, default="")
    code_sealed = models.CharField(max_length=600, blank=True, default="")
    how = models.CharField(max_length=8, choices=How.choices)
    table = models.PositiveSmallIntegerField(default=1)
    doubt = models.CharField(max_length=5, choices=Doubt.choices, blank=True, default="")
    sure = models.BooleanField(default=False, help_text="the phone said that this code and another in the tube are one person's; whoever stood there says they are two")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, help_text="a person found that nobody of this scan is in the tube")

    class Meta:
        indexes = [
            models.Index(fields=["round", "resident"], name="scans_of_a_person"),
            models.Index(fields=["round", "at"], name="scans_of_a_round"),
            models.Index(fields=["code_index"], name="scans_by_code", condition=~Q(code_index="")),
        ]


class OtherCode(models.Model):
    """Another code of somebody who is in a tube already, once however often it is told; only its keyed digest is kept (none for the printed one)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tube = models.ForeignKey(Tube, on_delete=models.CASCADE, related_name="other_codes", db_index=False)
    resident = models.ForeignKey("households.Resident", on_delete=models.PROTECT, related_name="+")
    code_index = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tube", "resident", "code_index"], name="another_code_once_in_a_tube")]


class KnownCode(models.Model):
    """A code of somebody else's making (a health app's) that a person matched with a resident; only its keyed digest is kept."""

    code_index = models.CharField(primary_key=True, max_length=32)
    resident = models.ForeignKey("households.Resident", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class Settlement(models.Model):
    """What a person decided of a resident found in two tubes, or of a scan in doubt. Appended."""

    class Verdict(models.TextChoices):
        STRUCK = "struck", _("这一次不算")
        BOTH = "both", _("都在管里，都算")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="settlements")
    scan = models.ForeignKey(Scan, on_delete=models.CASCADE, related_name="settlements")
    resident = models.ForeignKey("households.Resident", null=True, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)


class TubeEvent(models.Model):
    """The chain of custody of a tube, and its results. Appended; `note` is sealed (a signature, a result)."""

    class Kind(models.TextChoices):
        SEALED = "sealed", _("封管")
        PACKED = "packed", _("装箱")
        HANDED = "handed", _("交给转运员")
        RECEIVED = "received", _("实验室签收")
        RESULT = "result", _("出结果")
        PREPARED = "prepared", _("备好单采管")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tube = models.ForeignKey(Tube, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    note_sealed = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["tube", "at"], name="story_of_a_tube")]

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)


class Absence(models.Model):
    """Why somebody is not tested in a round, or has to be visited. Appended; the newest by its own time counts. The reason tells of health."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="absences")
    resident = models.ForeignKey("households.Resident", on_delete=models.CASCADE, related_name="screening_absences")
    reason_sealed = models.CharField(max_length=120)
    note_sealed = models.CharField(max_length=900, blank=True, default="")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["round", "resident"], name="absences_of_a_round")]

    @property
    def reason(self) -> str:
        return sealed.unseal(self.reason_sealed)

    @property
    def note(self) -> str:
        return sealed.unseal(self.note_sealed)


class QueueCount(models.Model):
    """How many stand in line at a site, and how many tables work, as somebody there counted. Appended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="queues")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="queues")
    waiting = models.PositiveIntegerField()
    tables = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["round", "site", "-at"], name="queues_of_a_site")]
